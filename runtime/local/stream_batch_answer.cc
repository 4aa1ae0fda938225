#include "runtime/local/stream_batch_answer.h"

#include <algorithm>
#include <optional>

#include "common/dynamodb/json_scanner.h"
#include "runtime/local/text.h"

namespace local {
namespace {

// What stands in an answer's object, before it is held against the batch.
struct AnswerMembers {
    std::vector<std::string> identifiers;
    bool identifiers_faulty = false;
    std::string state;
};

// {"itemIdentifier":"…"}; nothing where it has no such text. Unknown members are passed over.
std::optional<std::string> read_failure(dynamodb::JsonScanner& scanner) {
    if (scanner.kind() != dynamodb::JsonKind::object) {
        scanner.skip_value();
        return std::nullopt;
    }
    std::optional<std::string> identifier;
    std::string_view name;
    scanner.open_object();
    while (scanner.next_member(name)) {
        if (name == "itemIdentifier" && scanner.kind() == dynamodb::JsonKind::string) {
            identifier = dynamodb::unescape_json(scanner.read_string());
        } else {
            scanner.skip_value();
        }
    }
    return identifier;
}

void read_failures(dynamodb::JsonScanner& scanner, AnswerMembers& members) {
    if (scanner.kind() == dynamodb::JsonKind::null) return scanner.read_null();
    if (scanner.kind() != dynamodb::JsonKind::array) {
        members.identifiers_faulty = true;
        scanner.skip_value();
        return;
    }
    scanner.open_array();
    while (scanner.next_element()) {
        if (auto identifier = read_failure(scanner)) {
            members.identifiers.push_back(*std::move(identifier));
        } else {
            members.identifiers_faulty = true;
        }
    }
}

// Nothing where the body is no JSON object. An empty body and null are empty answers.
std::optional<AnswerMembers> read_members(std::string_view body) {
    AnswerMembers members;
    if (trim(body).empty() || trim(body) == "null") return members;
    dynamodb::JsonScanner scanner(body);
    std::string_view name;
    scanner.open_object();
    while (scanner.next_member(name)) {
        if (name == "batchItemFailures") {
            read_failures(scanner, members);
        } else if (name == "state" && scanner.kind() != dynamodb::JsonKind::null) {
            members.state = scanner.skip_value();
        } else {
            scanner.skip_value();
        }
    }
    scanner.expect_end();
    if (!scanner.ok()) return std::nullopt;
    return members;
}

BatchAnswer failed(std::string_view reason) {
    return {.kind = BatchAnswer::Kind::failed, .reason = std::string(reason)};
}

}  // namespace

BatchAnswer read_batch_answer(const Outcome& outcome,
                              const std::vector<std::string_view>& sequence_numbers,
                              const StreamMappingSettings& settings) {
    if (outcome.kind != Outcome::Kind::response || !outcome.stream_error.empty())
        return {.kind = BatchAnswer::Kind::function_error, .reason = "the function failed"};
    const bool has_window = settings.tumbling_window_s > 0;
    if (!settings.report_batch_item_failures && !has_window) return {};

    const auto members = read_members(outcome.body);
    if (!members) return failed("the answer is no JSON object");
    if (has_window && members->state.empty()) return failed("the answer has no state");
    BatchAnswer answer{.state = members->state};
    if (!settings.report_batch_item_failures) return answer;
    if (members->identifiers_faulty) return failed("a batch item failure has no identifier");
    if (members->identifiers.empty()) return answer;
    answer.kind = BatchAnswer::Kind::failed_from;
    answer.first_failed = sequence_numbers.size();
    for (const std::string& identifier : members->identifiers) {
        const auto found = std::ranges::find(sequence_numbers, identifier);
        if (found == sequence_numbers.end())
            return failed("an item identifier is none of the batch's");
        answer.first_failed = std::min(answer.first_failed,
                                       static_cast<std::size_t>(found - sequence_numbers.begin()));
    }
    return answer;
}

}  // namespace local
