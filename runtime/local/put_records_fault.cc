#include "runtime/local/put_records_fault.h"

#include "common/codec/json.h"

namespace local {
namespace {

// One partial failure in this many refuses every entry.
constexpr std::uint64_t kAllRefusedOneIn = 8;

std::vector<bool> choose_refused(std::size_t entries, FaultDial& dial) {
    if (dial.pick(kAllRefusedOneIn) == 0) return std::vector<bool>(entries, true);
    std::vector<bool> refused(entries, false);
    const std::uint64_t one_in = 2 + dial.pick(8);
    for (std::size_t i = 0; i < entries; ++i)
        refused[i] = dial.pick(one_in) == 0;
    refused[dial.pick(entries)] = true;
    return refused;
}

void write_refusal(codec::JsonWriter& json, FaultDial& dial) {
    json.begin_object();
    if (dial.pick(2) == 0) {
        json.member("ErrorCode", "InternalFailure")
            .member("ErrorMessage", "Internal Service Failure");
    } else {
        json.member("ErrorCode", "ProvisionedThroughputExceededException")
            .member("ErrorMessage",
                    "Rate exceeded for shard shardId-000000000000 in stream local under account "
                    "123456789012.");
    }
    json.end_object();
}

}  // namespace

std::optional<SplitPutRecords> split_put_records(std::string_view body, FaultDial& dial) {
    const auto request = codec::parse_json(body, "PutRecords");
    if (!request) return std::nullopt;
    const codec::JsonValue* entries = codec::find_array(*request, "Records");
    if (entries == nullptr || entries->Empty()) return std::nullopt;
    SplitPutRecords split{.body = {}, .refused = choose_refused(entries->Size(), dial)};
    codec::JsonWriter json;
    std::size_t left = 0;
    json.begin_object();
    for (const auto& member : request->GetObject()) {
        json.key(codec::text_of(member.name));
        if (codec::text_of(member.name) != "Records") {
            json.raw(codec::write_json(member.value));
            continue;
        }
        json.begin_array();
        for (rapidjson::SizeType i = 0; i < entries->Size(); ++i) {
            if (split.refused[i]) continue;
            json.raw(codec::write_json((*entries)[i]));
            ++left;
        }
        json.end_array();
    }
    json.end_object();
    if (left > 0) split.body = json.take();
    return split;
}

std::optional<std::string> merge_put_records(const std::vector<bool>& refused,
                                             std::string_view answer, FaultDial& dial) {
    const auto told = answer.empty() ? codec::parse_json("{}", "no answer")
                                     : codec::parse_json(answer, "the answer of PutRecords");
    if (!told) return std::nullopt;
    const codec::JsonValue* stored = codec::find_array(*told, "Records");
    std::int64_t failed = codec::find_integer(*told, "FailedRecordCount").value_or(0);
    rapidjson::SizeType next = 0;
    codec::JsonWriter json;
    json.begin_object().key("Records").begin_array();
    for (const bool is_refused : refused) {
        if (is_refused) {
            write_refusal(json, dial);
            ++failed;
            continue;
        }
        if (stored == nullptr || next == stored->Size()) return std::nullopt;
        json.raw(codec::write_json((*stored)[next++]));
    }
    if (stored != nullptr && next != stored->Size()) return std::nullopt;
    return json.end_array().member_integer("FailedRecordCount", failed).end_object().take();
}

std::optional<std::string> shorten_put_records(std::string_view answer, FaultDial& dial) {
    const auto told = codec::parse_json(answer, "the answer of PutRecords");
    if (!told) return std::nullopt;
    const codec::JsonValue* entries = codec::find_array(*told, "Records");
    if (entries == nullptr || entries->Empty()) return std::nullopt;
    const auto kept = static_cast<rapidjson::SizeType>(dial.pick(entries->Size()));
    codec::JsonWriter json;
    json.begin_object().key("Records").begin_array();
    for (rapidjson::SizeType i = 0; i < kept; ++i)
        json.raw(codec::write_json((*entries)[i]));
    return json.end_array()
        .member_integer("FailedRecordCount",
                        codec::find_integer(*told, "FailedRecordCount").value_or(0))
        .end_object()
        .take();
}

}  // namespace local
