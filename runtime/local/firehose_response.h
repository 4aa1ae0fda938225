// What Firehose makes of a transformation's response (developer guide, "Required parameters for
// data transformation" and "Handle failure in data transformation"):
//   {"records":[{"recordId":"…","result":"Ok"|"Dropped"|"ProcessingFailed","data":"base64",
//                "metadata":{"partitionKeys":{"name":"text"},
//                            "otfMetadata":{"destinationDatabaseName":"…",
//                                           "destinationTableName":"…","operation":"insert"}}}]}
// A record that has an id of its own and answers ProcessingFailed fails alone. All else that
// breaks the contract fails the batch, whose records then go to the error prefix.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace local {

enum class TransformResult { ok, dropped, processing_failed };

// Firehose's own code and message, as they stand in the error prefix.
struct TransformFailure {
    std::string code = {};
    std::string message = {};
};

using PartitionKeys = std::map<std::string, std::string, std::less<>>;

// Of Iceberg destinations; what it lacks is judged there.
struct OtfMetadata {
    std::string database = {};
    std::string table = {};
    std::string operation = "insert";
};

struct TransformedRecord {
    TransformResult result = TransformResult::processing_failed;
    std::string data = {};  // of Ok, decoded
    PartitionKeys partition_keys = {};
    std::optional<OtfMetadata> otf = {};
};

struct TransformVerdict {
    std::vector<TransformedRecord> records = {};   // one for each id, in the ids' order
    std::optional<TransformFailure> failure = {};  // of the whole batch; `records` is then empty
};

// `record_ids` are those of the request, each once.
TransformVerdict judge_firehose_response(const std::vector<std::string_view>& record_ids,
                                         std::string_view body);

inline TransformFailure function_error(std::string_view what) {
    return {.code = "Lambda.FunctionError",
            .message =
                "The Lambda function was successfully invoked but it returned an error "
                "result: " +
                std::string(what)};
}

inline TransformFailure processing_failed_status() {
    return {.code = "Lambda.ProcessingFailedStatus",
            .message = "ProcessingFailed status set for record"};
}

}  // namespace local
