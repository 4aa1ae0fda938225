// The clause table of the event source mapping: what AWS's text says, and the test that holds the
// emulator to it. The text is that of the API (CreateEventSourceMapping, EventSourceMapping
// configuration) and of Lambda's pages on DynamoDB streams: "Process DynamoDB records", "Parameters
// for DynamoDB", "Partial batch response", "Retain discarded records", "Stateful processing".
#include <set>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace {

struct Clause {
    std::string_view text;
    std::string_view test;
};

constexpr Clause kClauses[] = {
    // Polling and batches.
    {"Lambda reads records from the stream and invokes your function synchronously with an event "
     "that contains stream records",
     "LaneBatching.EventHoldsTheRecordsAsTheyAre"},
    {"By default, Lambda invokes your function as soon as records are available",
     "LaneBatching.InvokesAsSoonAsRecordsAreThere"},
    {"BatchSize: the maximum number of records in each batch", "LaneBatching.BatchSizeIsTheMost"},
    {"BatchSize: minimum value of 1, maximum value of 10,000; default 100",
     "StreamMappingSettings.BatchSizeIsOneToTenThousand"},
    {"A batch of 10,000 records is one invocation",
     "LaneBatching.TenThousandRecordsFitIntoOneBatch"},
    {"When you set BatchSize to a value greater than 10, you must set "
     "MaximumBatchingWindowInSeconds to at least 1 (not enforced: the defaults are 100 and 0)",
     "StreamMappingSettings.LargeBatchWithoutWindowIsAdvisedAgainst"},
    {"Lambda passes all of the records in the batch to the function in a single call, as long as "
     "the total size doesn't exceed the payload limit (6 MB)",
     "LaneBatching.EventMayHaveTheLastByte"},
    {"… one byte more makes another batch", "LaneBatching.EventIsCutBeforeOneByteMore"},
    {"MaximumBatchingWindowInSeconds: 0 to 300 seconds, default 0",
     "StreamMappingSettings.BatchingWindowIsUpToFiveMinutes"},
    {"Lambda continues to read records until it has gathered a full batch, or until the batching "
     "window expires",
     "LaneBatching.WindowGathersRecords"},
    {"… the batch reaches the batch size", "LaneBatching.FullBatchDoesNotWaitForTheWindow"},
    {"… the payload size reaches 6 MB", "LaneBatching.FullPayloadDoesNotWaitForTheWindow"},
    // Shards and lanes.
    {"Lambda processes records in each shard in order", "MappingTest.DrainsAShardInOrder"},
    {"A parent shard is processed before its children",
     "MappingTest.ParentsComeBeforeTheirChildren"},
    {"ParallelizationFactor: 1 to 10 batches from each shard concurrently",
     "StreamMappingSettings.ParallelizationFactorIsOneToTen"},
    {"Lambda still ensures in-order processing at the item (partition and sort key) level",
     "MappingTest.LanesKeepTheOrderOfEachItem"},
    {"The item's key decides the lane", "MappingTest.OneItemStaysInOneLane"},
    {"StartingPosition TRIM_HORIZON: the oldest record", "MappingTest.DrainsAShardInOrder"},
    {"StartingPosition LATEST: new records only", "MappingTest.LatestLeavesOutWhatWasThere"},
    {"… shards that come later are read from their beginning",
     "MappingTest.LatestReadsShardsThatComeLaterWhole"},
    {"A shard iterator expires 15 minutes after it is retrieved",
     "DynamoDbStreamTest.ExpiredIteratorIsRenewedAfterTheLastRecord"},
    {"Stream records older than 24 hours are subject to trimming at any moment",
     "DynamoDbStreamTest.TrimmedDataIsToldAndReadOn"},
    // Errors.
    {"If your function returns an error, Lambda retries the batch until processing succeeds or the "
     "data expires",
     "LaneRetry.RetriesHaveNoEndByDefault"},
    {"Until the error is resolved, no data in the shard is processed",
     "LaneRetry.ErrorBlocksWhatComesAfter"},
    {"The retried batch is the same batch",
     "LaneBatching.RecordsThatComeMeanwhileWaitForTheirBatch"},
    {"A function error is an error, a time-out or an exit of the function",
     "BatchAnswer.ErrorTimeOutAndExitAreFunctionErrors"},
    {"MaximumRetryAttempts: -1 to 10,000, default -1 (infinite)",
     "StreamMappingSettings.RetryAttemptsAreUpToTenThousand"},
    {"MaximumRetryAttempts: discard records after the specified number of retries",
     "LaneRetry.RetryAttemptsAreRetriesAfterTheFirst"},
    {"… 0 means no retry", "LaneRetry.RetryAttemptsZeroMeansOneInvocation"},
    {"If Lambda is unable to invoke the function due to throttling, it retries until the records "
     "expire or exceed the maximum age",
     "LaneRetry.ThrottlesEndWithTheRecordsAge"},
    {"… without using the retry quota", "LaneRetry.ThrottlesUseNoAttempt"},
    {"MaximumRecordAgeInSeconds: -1 (infinite), or 60 to 604,800",
     "StreamMappingSettings.RecordAgeIsEndlessOrAMinuteToAWeek"},
    {"MaximumRecordAgeInSeconds: discard records older than the specified age",
     "LaneRetry.OlderRecordsAreSkippedBeforeTheyAreSent"},
    {"… and not those of that age", "LaneRetry.RecordOfTheMaximumAgeIsStillSent"},
    {"The data retention limit for DynamoDB Streams is 24 hours",
     "LaneRetry.RecordsExpireWithTheStreamAfterADay"},
    {"BisectBatchOnFunctionError: if the function returns an error, split the batch in two and "
     "retry",
     "LaneRetry.BisectSplitsInTheMiddleInOrder"},
    {"… isolating bad records", "LaneRetry.BisectLeavesThePoisonRecordAlone"},
    {"Splitting a batch doesn't consume the retry quota", "LaneRetry.SplitsUseNoAttempt"},
    // Partial batch response.
    {"Partial batch responses will not be processed unless ReportBatchItemFailures is turned on",
     "BatchAnswer.WithoutResponseTypeTheListIsIgnored"},
    {"Lambda uses the record with the lowest sequence number as the checkpoint",
     "BatchAnswer.LowestOfSeveralIsTheCheckpoint"},
    {"Lambda then retries all records starting from that checkpoint",
     "LaneRetry.CheckpointIsTheLowestNumberAndAllAfterGoAgain"},
    {"Complete success: an empty batchItemFailure list", "BatchAnswer.EmptyListIsSuccess"},
    {"Complete success: a null batchItemFailure list", "BatchAnswer.NullListIsSuccess"},
    {"Complete success: an empty EventResponse", "BatchAnswer.EmptyObjectIsSuccess"},
    {"Complete success: a null EventResponse", "BatchAnswer.NullAnswerIsSuccess"},
    {"Complete success: no answer at all", "BatchAnswer.EmptyBodyIsSuccess"},
    {"Complete failure: an empty string itemIdentifier",
     "BatchAnswer.EmptyIdentifierFailsTheBatch"},
    {"Complete failure: a null itemIdentifier", "BatchAnswer.NullIdentifierFailsTheBatch"},
    {"Complete failure: an itemIdentifier with a bad key name",
     "BatchAnswer.WrongMemberNameFailsTheBatch"},
    {"Complete failure: an identifier that is none of the batch's",
     "BatchAnswer.UnknownIdentifierFailsTheBatch"},
    {"Complete failure: an answer that is malformed", "BatchAnswer.MalformedJsonFailsTheBatch"},
    {"Lambda retries failures based on your retry strategy",
     "LaneRetry.AttemptsAreNotGivenBackByACheckpoint"},
    {"If your invocation fails and BisectBatchOnFunctionError is turned on, the batch is bisected "
     "regardless of your ReportBatchItemFailures setting",
     "LaneRetry.BisectWorksWhateverTheResponseTypes"},
    {"When a partial batch response is received and both are turned on, the batch is bisected at "
     "the returned sequence number, and Lambda retries only the remaining records",
     "LaneRetry.BisectIsAtTheReturnedNumber"},
    // Discarded records.
    {"Lambda discards the records and continues processing batches from the stream",
     "MappingTest.DiscardedRecordsGoToTheDestination"},
    {"The record for SQS and SNS holds requestContext, responseContext and DDBStreamBatchInfo",
     "StreamOnFailure.QueueAndTopicGetPointersOnly"},
    {"The S3 object also contains the entire invocation record in payload",
     "StreamOnFailure.BucketGetsTheWholeEventToo"},
    {"aws/lambda/<ESM-UUID>/<shardID>/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-<Random UUID>",
     "StreamOnFailure.ObjectsKeyHasMappingShardAndTime"},
    {"condition says why: RetryAttemptsExhausted, RecordAgeExceeded",
     "StreamOnFailure.AgeHasAConditionOfItsOwn"},
    {"A destination that does not take the record does not hold up the stream",
     "MappingTest.DestinationThatFailsIsCounted"},
    // Tumbling windows.
    {"TumblingWindowInSeconds: 0 to 900",
     "StreamMappingSettings.TumblingWindowIsUpToAQuarterOfAnHour"},
    {"The event has window, state, shardId, eventSourceARN, isFinalInvokeForWindow and "
     "isWindowTerminatedEarly",
     "LaneWindow.EventHasTheWindowsMembers"},
    {"Each invocation receives a state", "LaneWindow.StateIsCarriedWithinTheWindow"},
    {"If the response does not contain a state property, Lambda considers this a failed invocation",
     "LaneWindow.AnswerWithoutStateIsAFailedInvocation"},
    {"Each record in a stream belongs to a specific window",
     "LaneWindow.BatchDoesNotCrossTheBorder"},
    {"At the end of the window, isFinalInvokeForWindow is true; then the state is dropped",
     "LaneWindow.BatchDoesNotCrossTheBorder"},
    {"If the final invocation is unsuccessful, Lambda suspends further processing until a "
     "successful invocation",
     "LaneWindow.LastInvocationIsTriedUntilItSucceeds"},
    {"Your state can be a maximum of 1 MB per shard. If it exceeds that size, Lambda terminates "
     "the "
     "window early",
     "LaneWindow.LargerStateEndsTheWindowEarly"},
    {"When a shard ends, Lambda considers the window closed, and child shards start their own "
     "window in a fresh state",
     "LaneWindow.EndOfTheShardClosesTheWindow"},
    {"When no new records are being added, Lambda waits for up to 2 minutes before assuming that "
     "the window is over",
     "LaneWindow.IdleWindowEndsTwoMinutesAfterItsLastRecord"},
    {"Tumbling windows fully support the existing retry policies",
     "LaneWindow.RetryAttemptsHoldForTheRecords"},
};

std::set<std::string> all_tests() {
    std::set<std::string> names;
    const testing::UnitTest& program = *testing::UnitTest::GetInstance();
    for (int i = 0; i < program.total_test_suite_count(); ++i) {
        const testing::TestSuite& suite = *program.GetTestSuite(i);
        for (int k = 0; k < suite.total_test_count(); ++k)
            names.insert(std::string(suite.name()) + "." + suite.GetTestInfo(k)->name());
    }
    return names;
}

TEST(StreamMappingClauses, EachHasATest) {
    const std::set<std::string> tests = all_tests();
    for (const Clause& clause : kClauses)
        EXPECT_TRUE(tests.contains(std::string(clause.test))) << clause.test << ": " << clause.text;
}

TEST(StreamMappingClauses, ThereAreAtLeastForty) {
    EXPECT_GE(std::size(kClauses), 40U);
}

}  // namespace
