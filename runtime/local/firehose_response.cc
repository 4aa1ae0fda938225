#include "runtime/local/firehose_response.h"

#include <unordered_map>

#include <fmt/format.h>

#include "common/codec/base64.h"
#include "common/codec/json.h"
#include "runtime/local/runtime_api_emulator.h"

namespace local {
namespace {

using codec::JsonValue;

// No JSON, or no status model.
TransformFailure bad_status(std::string_view what) {
    return {.code = "Lambda.JsonProcessingException",
            .message = fmt::format("There was an error parsing returned records from the Lambda "
                                   "function. Ensure that the returned records follow the status "
                                   "model required by Amazon Data Firehose: {}",
                                   what)};
}

// JSON, but a member is not of its type; base64 counts as a type.
TransformFailure bad_type(std::string_view what) {
    return {.code = "Lambda.JsonMappingException",
            .message = fmt::format("Error parsing the Lambda function's output: {}", what)};
}

TransformFailure missing_record_id() {
    return {.code = "Lambda.MissingRecordId",
            .message =
                "One or more record Ids were not returned. Ensure that the Lambda function "
                "returns all received record Ids."};
}

TransformFailure duplicated_record_id() {
    return {.code = "Lambda.DuplicatedRecordId",
            .message =
                "Multiple records were returned with the same record Id. Ensure that the "
                "Lambda function returns unique record Ids for each record."};
}

// The member, or null where it is absent or null, which is the same to Firehose.
const JsonValue* find_value(const JsonValue& object, std::string_view name) {
    const JsonValue* value = codec::find_member(object, name);
    return value == nullptr || value->IsNull() ? nullptr : value;
}

using Problem = std::optional<TransformFailure>;

Problem read_result(const JsonValue& json, TransformedRecord& record) {
    const auto result = codec::find_text(json, "result");
    if (!result) return bad_status("a record has no text `result`");
    if (*result == "Ok") {
        record.result = TransformResult::ok;
    } else if (*result == "Dropped") {
        record.result = TransformResult::dropped;
    } else if (*result == "ProcessingFailed") {
        record.result = TransformResult::processing_failed;
    } else {
        return bad_status("`result` is none of Ok, Dropped, ProcessingFailed");
    }
    return std::nullopt;
}

Problem read_data(const JsonValue& json, TransformedRecord& record) {
    const JsonValue* data = find_value(json, "data");
    if (data == nullptr) {
        if (record.result != TransformResult::ok) return std::nullopt;
        return bad_status("a record with the result Ok has no `data`");
    }
    if (!data->IsString()) return bad_type("`data` is no text");
    auto decoded = codec::base64_decode(codec::text_of(*data));
    if (!decoded) return bad_type("`data` is not base64");
    if (record.result == TransformResult::ok) record.data = *std::move(decoded);
    return std::nullopt;
}

Problem read_partition_keys(const JsonValue& metadata, TransformedRecord& record) {
    const JsonValue* keys = find_value(metadata, "partitionKeys");
    if (keys == nullptr) return std::nullopt;
    if (!keys->IsObject()) return bad_type("`metadata.partitionKeys` is no object");
    for (const auto& [name, value] : keys->GetObject()) {
        if (!value.IsString()) return bad_type("a value of `metadata.partitionKeys` is no text");
        record.partition_keys.emplace(codec::text_of(name), codec::text_of(value));
    }
    return std::nullopt;
}

Problem read_otf(const JsonValue& metadata, TransformedRecord& record) {
    const JsonValue* otf = find_value(metadata, "otfMetadata");
    if (otf == nullptr) return std::nullopt;
    if (!otf->IsObject()) return bad_type("`metadata.otfMetadata` is no object");
    record.otf.emplace();
    struct Member {
        std::string_view name;
        std::string& value;
    };
    for (const Member& member : {Member{"destinationDatabaseName", record.otf->database},
                                 Member{"destinationTableName", record.otf->table},
                                 Member{"operation", record.otf->operation}}) {
        const JsonValue* value = find_value(*otf, member.name);
        if (value == nullptr) continue;
        if (!value->IsString())
            return bad_type(fmt::format("`metadata.otfMetadata.{}` is no text", member.name));
        member.value = codec::text_of(*value);
    }
    return std::nullopt;
}

Problem read_metadata(const JsonValue& json, TransformedRecord& record) {
    const JsonValue* metadata = find_value(json, "metadata");
    if (metadata == nullptr) return std::nullopt;
    if (!metadata->IsObject()) return bad_type("`metadata` is no object");
    if (Problem problem = read_partition_keys(*metadata, record)) return problem;
    return read_otf(*metadata, record);
}

Problem read_record(const JsonValue& json, TransformedRecord& record) {
    for (const auto read : {read_result, read_data, read_metadata}) {
        if (Problem problem = read(json, record)) return problem;
    }
    return std::nullopt;
}

// What the response says of its records, each at its place in the request.
struct Reading {
    std::unordered_map<std::string_view, std::size_t> places = {};
    std::vector<std::optional<TransformedRecord>> records = {};

    Problem read(const JsonValue& json) {
        if (!json.IsObject()) return bad_type("a record is no object");
        const JsonValue* id = find_value(json, "recordId");
        if (id == nullptr) return missing_record_id();
        if (!id->IsString()) return bad_type("`recordId` is no text");
        TransformedRecord record;
        if (Problem problem = read_record(json, record)) return problem;
        const auto place = places.find(codec::text_of(*id));
        if (place == places.end()) return bad_status("a `recordId` is none of the request's");
        if (records[place->second]) return duplicated_record_id();
        records[place->second] = std::move(record);
        return std::nullopt;
    }
};

TransformVerdict failed(TransformFailure failure) {
    return {.records = {}, .failure = std::move(failure)};
}

}  // namespace

TransformVerdict judge_firehose_response(const std::vector<std::string_view>& record_ids,
                                         std::string_view body) {
    if (body.size() > kPayloadBytesMax)
        return failed(function_error(fmt::format(
            R"({{"errorType":"Function.ResponseSizeTooLarge","errorMessage":"Response payload size )"
            R"(exceeded maximum allowed payload size ({} bytes)."}})",
            kPayloadBytesMax)));
    const auto document = codec::parse_json(body, "the response");
    if (!document) return failed(bad_status(document.error().message));
    if (!document->IsObject()) return failed(bad_type("the response is no object"));

    Reading reading;
    reading.records.resize(record_ids.size());
    for (std::size_t i = 0; i < record_ids.size(); ++i)
        reading.places.emplace(record_ids[i], i);
    if (const JsonValue* records = find_value(*document, "records")) {
        if (!records->IsArray()) return failed(bad_type("`records` is no array"));
        for (const JsonValue& json : records->GetArray()) {
            if (Problem problem = reading.read(json)) return failed(*std::move(problem));
        }
    }
    TransformVerdict verdict;
    for (std::optional<TransformedRecord>& record : reading.records) {
        if (!record) return failed(missing_record_id());
        verdict.records.push_back(*std::move(record));
    }
    return verdict;
}

}  // namespace local
