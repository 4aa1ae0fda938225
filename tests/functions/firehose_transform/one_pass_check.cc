#include "tests/functions/firehose_transform/one_pass_check.h"

#include <optional>

#include "tests/functions/firehose_transform/reference_line.h"

namespace tests {
namespace {

bool same_record(const dynamodb::ChangeRecord& left, const dynamodb::ChangeRecord& right) {
    return left.operation == right.operation && left.event_id == right.event_id &&
           left.event_name == right.event_name && left.table_name == right.table_name &&
           left.sequence_number == right.sequence_number && left.keys == right.keys &&
           left.new_image == right.new_image && left.old_image == right.old_image &&
           left.user_identity == right.user_identity && left.event_time_ms == right.event_time_ms &&
           left.ttl_delete == right.ttl_delete && left.has_table_name == right.has_table_name;
}

}  // namespace

std::string OnePassCheck::difference(const std::string& record) {
    const auto parsed = dynamodb::parse_change_record(record);
    std::string line;
    const bool has_line = parsed.ok() && plain_.append(*parsed, line).ok();
    if (has_line) ++lines_;

    const dynamodb::ChangeRecord* walked = walk_.write(record);
    if (walked != nullptr) {
        ++walked_;
        if (!has_line) return "the fast way takes what the plain way refuses";
        if (walk_.line() != line) return "the fast way's line is another: " + line;
        if (!same_record(*walked, *parsed)) return "the fast way reads another record";
    }
    const auto reference = reference_line(record, settings_);
    if (!reference && has_line && !oracle_can_judge(record)) return "";
    if (reference.has_value() != has_line)
        return has_line ? "the oracle refuses it" : "the oracle takes it";
    if (reference && canonical_texts(line) != *reference + "\n")
        return "the oracle's line is another: " + *reference;
    return "";
}

}  // namespace tests
