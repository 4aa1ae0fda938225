"""The metrics that AWS's services publish, from their pages, as far as the template names them.

Each: the dimensions, and of each metric the statistics that say something. A metric that stands on no page is not here."""

AWS_METRICS = {
    # "Types of metrics for Lambda functions": invocation metrics are to be summed.
    ("AWS/Lambda", ("FunctionName",)): {
        "Invocations": {"Sum"},
        "Errors": {"Sum"},
        "Throttles": {"Sum"},
        "Duration": {"Average", "Maximum", "p99"},
        "IteratorAge": {"Maximum"},
        "AsyncEventsDropped": {"Sum"},
        "DestinationDeliveryFailures": {"Sum"},
    },
    # The same page, "Event source mapping metrics", once MetricsConfig has EventCount.
    ("AWS/Lambda", ("EventSourceMappingUUID",)): {
        "DroppedEventCount": {"Sum"},
        "OnFailureDestinationDeliveredEventCount": {"Sum"},
    },
    # "Monitor Amazon Data Firehose with CloudWatch metrics". The .Success ones are shares; there is one for each minute.
    ("AWS/Firehose", ("DeliveryStreamName",)): {
        "DeliveryToS3.DataFreshness": {"Maximum"},
        "DeliveryToS3.Success": {"Average", "Minimum"},
        "DeliveryToS3.Records": {"Sum"},
        "ExecuteProcessing.Success": {"Average", "Minimum"},
        "ExecuteProcessing.Duration": {"Average", "Maximum"},
        "PartitionCountExceeded": {"Maximum"},
        "KinesisMillisBehindLatest": {"Maximum"},
        # "Monitor metrics" of Apache Iceberg Tables.
        "DeliveryToIceberg.DataFreshness": {"Maximum"},
        "DeliveryToIceberg.SuccessfulRowCount": {"Sum"},
        "DeliveryToIceberg.FailedRowCount": {"Sum"},
    },
    # "Monitor the Amazon Kinesis Data Streams service with Amazon CloudWatch": basic stream-level metrics.
    ("AWS/Kinesis", ("StreamName",)): {
        "IncomingRecords": {"Sum"},
        "WriteProvisionedThroughputExceeded": {"Sum", "Average"},
        "ReadProvisionedThroughputExceeded": {"Sum", "Average"},
        "GetRecords.IteratorAgeMilliseconds": {"Maximum"},
    },
    # "DynamoDB metrics and dimensions", by query: the value of DelegatedOperation is not documented.
    ("AWS/DynamoDB", ("DelegatedOperation", "TableName")): {
        "AgeOfOldestUnreplicatedRecord": {"Maximum"},
        "FailedToReplicateRecordCount": {"Sum"},
    },
    # "Available CloudWatch metrics for Amazon SQS".
    ("AWS/SQS", ("QueueName",)): {
        "ApproximateNumberOfMessagesVisible": {"Maximum", "Average"},
        "ApproximateAgeOfOldestMessage": {"Maximum"},
    },
    # "Monitoring Step Functions metrics using Amazon CloudWatch".
    ("AWS/States", ("StateMachineArn",)): {"ExecutionsFailed": {"Sum"}, "ExecutionsTimedOut": {"Sum"}},
    # "Monitoring Amazon EventBridge": rules of the default bus.
    ("AWS/Events", ("RuleName",)): {"FailedInvocations": {"Sum"}, "InvocationsFailedToBeSentToDlq": {"Sum"}},
    # "Monitoring Amazon EventBridge Scheduler with Amazon CloudWatch".
    ("AWS/Scheduler", ("ScheduleGroup",)): {
        "TargetErrorCount": {"Sum"},
        "InvocationDroppedCount": {"Sum"},
        "InvocationsFailedToBeSentToDeadLetterCount": {"Sum"},
    },
}

HOUR_MS = 3_600_000
COUNT = ([0, 0, 0], [0, 1, 0])
# What a service or a function publishes within a period: on a good day, and when the alarm is wanted. Where they are None,
# there are none. Not from the thresholds: from what the alarm is for.
SAMPLES = {
    "IteratorAge": ([200, 4_000], [200, 3_700_000]),
    "GetRecords.IteratorAgeMilliseconds": ([0, 1_500], [0, 3_700_000]),
    "DeliveryToS3.DataFreshness": ([60, 310], [400, 1_500]),
    "DeliveryToIceberg.DataFreshness": ([60, 310], [400, 1_500]),
    "DeliveryToS3.Success": ([1, 1, 1], [1, 0, 1]),
    "ExecuteProcessing.Success": ([1, 1, 1], [1, 0.5, 1]),
    "PartitionCountExceeded": ([0, 0], [0, 1]),
    "ApproximateAgeOfOldestMessage": ([0, 40], [3_000, 4_000]),
    "ApproximateNumberOfMessagesVisible": ([0, 0], [1, 1]),
    "AgeOfOldestUnreplicatedRecord": ([20, 900], [900, 400_000]),
    "ExportsStarted": ([0, 1], None),  # a run that does not come says nothing
    # A schedule of a day: the day before is complete, or only the day before that.
    "NewestCompleteExportAgeMs": ([24 * HOUR_MS], [48 * HOUR_MS]),
    "ChainLagMs": ([24 * HOUR_MS + 600_000], [48 * HOUR_MS + 600_000]),
    "SyncLagMs": ([2_000, 40_000], [2_000, 1_000_000]),
}
# Nothing comes at all on a good day.
SILENT_WHEN_HEALTHY = {
    "FailedInvocations", "InvocationsFailedToBeSentToDlq", "DestinationDeliveryFailures", "FailedToReplicateRecordCount",
    "TargetErrorCount", "InvocationDroppedCount", "InvocationsFailedToBeSentToDeadLetterCount", "AsyncEventsDropped",
    "TablesFailed", "EventsWithoutTable",
}  # fmt: skip


def samples(metric: str) -> tuple:
    healthy, breaching = SAMPLES.get(metric, COUNT)
    return (None if metric in SILENT_WHEN_HEALTHY else healthy), breaching
