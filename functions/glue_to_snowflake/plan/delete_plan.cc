#include "functions/glue_to_snowflake/plan/delete_plan.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/base/clock.h"
#include "common/base/utf8.h"
#include "functions/glue_to_snowflake/plan/claim.h"
#include "functions/glue_to_snowflake/plan/table_statements.h"

namespace glue_to_snowflake {
namespace {

constexpr std::string_view kTombstoneWord = "_DELETED_";
constexpr std::string_view kStampShape = "00000000T000000Z_";
constexpr std::size_t kStageHashDigits = 8;
constexpr std::string_view kGone = "the catalog does not have it any more";

// 2026-11-21T19:00:00Z -> 20261121T190000Z
std::string stamp_of(std::int64_t time_ms) {
    std::string stamp = base::format_iso8601(time_ms);
    std::erase_if(stamp, [](char byte) { return byte == '-' || byte == ':'; });
    return stamp;
}

bool is_digit(char byte) {
    return byte >= '0' && byte <= '9';
}

bool is_hex(char byte) {
    return is_digit(byte) || (byte >= 'a' && byte <= 'f') || (byte >= 'A' && byte <= 'F');
}

// The time in a tombstone's name; nothing in another one.
std::optional<std::string> time_of_tombstone(std::string_view name) {
    const std::size_t word = name.rfind(kTombstoneWord);
    if (word == std::string_view::npos) return std::nullopt;
    const std::string_view rest = name.substr(word + kTombstoneWord.size());
    if (rest.size() <= kStampShape.size()) return std::nullopt;
    for (std::size_t i = 0; i < kStampShape.size(); ++i) {
        if (kStampShape[i] == '0' ? !is_digit(rest[i]) : rest[i] != kStampShape[i])
            return std::nullopt;
    }
    const std::string_view token = rest.substr(kStampShape.size());
    if (!std::all_of(token.begin(), token.end(), is_hex)) return std::nullopt;
    return fmt::format("{}-{}-{}T{}:{}:{}Z", rest.substr(0, 4), rest.substr(4, 2),
                       rest.substr(6, 2), rest.substr(9, 2), rest.substr(11, 2),
                       rest.substr(13, 2));
}

// The first characters of a valid UTF-8 text.
std::string_view first_characters(std::string_view text, std::size_t count) {
    std::size_t at = 0;
    for (; count > 0 && at < text.size(); --count)
        at += base::utf8_sequence_length(text.substr(at));
    return text.substr(0, at);
}

PlannedStatement comment_of_tombstone(const snowflake::TableName& name, const Removal& removal,
                                      std::string time) {
    Mark mark = removal.mark;
    mark.deleted = std::move(time);
    return planned_comment_on(
        name, write_comment(text_before_mark(removal.shown.table.comment), mark),
        "the comment says that it mirrors the catalog's table no more, and since when");
}

}  // namespace

snowflake::Identifier tombstone_name(const snowflake::Identifier& table,
                                     const Tombstone& tombstone) {
    const std::string end =
        fmt::format("{}{}_{}", kTombstoneWord, stamp_of(tombstone.now_ms), tombstone.token);
    const auto start =
        first_characters(table.name(), snowflake::kIdentifierCharactersMax - end.size());
    return *snowflake::Identifier::from(std::string(start) + end, "the tombstone");
}

std::optional<snowflake::TableName> own_stage(const snowflake::TableName& table, const Mark& mark) {
    const std::string_view stage = mark.stage;
    if (stage.size() <= kStageHashDigits + 1) return std::nullopt;
    const std::string_view start = stage.substr(0, stage.size() - kStageHashDigits - 1);
    const std::string_view end = stage.substr(start.size());
    if (!table.table.name().starts_with(start) || end[0] != '_' ||
        !std::all_of(end.begin() + 1, end.end(), is_hex))
        return std::nullopt;
    auto name = snowflake::Identifier::from(stage, "the stage");
    if (!name) return std::nullopt;
    return snowflake::TableName{table.database, table.schema, *std::move(name)};
}

std::vector<PlannedStatement> removal(const Removal& removal, DeletePolicy policy,
                                      const Tombstone& tombstone) {
    std::vector<PlannedStatement> statements;
    if (policy == DeletePolicy::drop) {
        statements.push_back(planned_drop(removal.shown.table.kind, removal.name, removal.reason));
        if (const auto stage = own_stage(removal.name, removal.mark))
            statements.push_back(planned_drop_stage(*stage, "no other table is on it"));
    } else if (policy == DeletePolicy::rename) {
        const snowflake::TableName to{removal.name.database, removal.name.schema,
                                      tombstone_name(removal.name.table, tombstone)};
        statements.push_back(planned_rename(removal.name, to.table, removal.reason));
        statements.push_back(
            comment_of_tombstone(to, removal, base::format_iso8601(tombstone.now_ms)));
    }
    return statements;
}

Plan plan_deleted(const snowflake::TableName& name, const aws::GlueTableId& source,
                  const std::optional<Shown>& shown, DeletePolicy policy,
                  const Tombstone& tombstone) {
    if (!shown) return {Action::none, fmt::format("{}, and neither does Snowflake", kGone), {}};
    const auto claimed = claim(shown->table, source);
    if (const auto* skip = std::get_if<Skip>(&claimed))
        return {Action::skip, fmt::format("{}, but {}", kGone, skip->reason), {}};
    const Removal gone{name, *shown, std::get<Mark>(claimed), std::string(kGone)};
    if (auto time = time_of_tombstone(name.table.name())) {
        return {Action::rename,
                "a rename to this name broke off before its comment",
                {comment_of_tombstone(name, gone, *std::move(time))}};
    }
    const std::string reason(kGone);
    switch (policy) {
        case DeletePolicy::drop:
            return {Action::drop, reason + "; DELETE_POLICY is drop",
                    removal(gone, policy, tombstone)};
        case DeletePolicy::rename:
            return {Action::rename, reason + "; DELETE_POLICY is rename",
                    removal(gone, policy, tombstone)};
        case DeletePolicy::ignore:
            break;
    }
    return {Action::skip, reason + "; DELETE_POLICY is ignore: the table stays", {}};
}

}  // namespace glue_to_snowflake
