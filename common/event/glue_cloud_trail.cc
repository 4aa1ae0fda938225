#include "common/event/glue_cloud_trail.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace event {
namespace {

std::string text_or_empty(const codec::JsonValue& object, std::string_view name) {
    return std::string(codec::find_text(object, name).value_or(std::string_view()));
}

// Nothing where `list` is no array of texts.
std::optional<std::vector<std::string>> texts_of(const codec::JsonValue* list) {
    if (list == nullptr || !list->IsArray()) return std::nullopt;
    std::vector<std::string> texts;
    for (const codec::JsonValue& text : list->GetArray()) {
        if (!text.IsString()) return std::nullopt;
        texts.emplace_back(codec::text_of(text));
    }
    return texts;
}

// The calls' failures one by one, which the answer names though the call succeeded.
template <typename Visitor>
void for_each_failure(const codec::JsonValue& record, const Visitor& visit) {
    const codec::JsonValue* answer = codec::find_object(record, "responseElements");
    const codec::JsonValue* errors =
        answer == nullptr ? nullptr : codec::find_array(*answer, "errors");
    if (errors == nullptr) return;
    for (const codec::JsonValue& error : errors->GetArray())
        visit(error);
}

// Why all that the call was to change failed.
std::string first_error_code(const codec::JsonValue& record) {
    std::string code;
    for_each_failure(record, [&code](const codec::JsonValue& error) {
        const codec::JsonValue* detail = codec::find_object(error, "errorDetail");
        if (code.empty() && detail != nullptr) code = text_or_empty(*detail, "errorCode");
    });
    return code.empty() ? "an error for each" : code;
}

void read_batch_delete(GlueEvent& event, const codec::JsonValue& record,
                       const codec::JsonValue& parameters, const GlueTableReference& database) {
    std::vector<std::string> failed;
    for_each_failure(record, [&failed](const codec::JsonValue& error) {
        failed.push_back(text_or_empty(error, "tableName"));
    });
    const codec::JsonValue* names = codec::find_array(parameters, "tablesToDelete");
    if (names == nullptr) return;
    for (const codec::JsonValue& name : names->GetArray()) {
        GlueTableReference reference = database;
        if (name.IsString()) reference.table = codec::text_of(name);
        if (reference.table.empty() || std::ranges::find(failed, reference.table) == failed.end())
            event.tables.push_back(std::move(reference));
    }
    if (event.tables.empty() && !names->Empty()) event.error_code = first_error_code(record);
}

// A table's name stands in `tableInput`, or beside it where the call is one for an open table
// format or takes nothing else; where both are there and differ, both are looked at.
void read_table(GlueEvent& event, const codec::JsonValue& parameters,
                const GlueTableReference& database) {
    const codec::JsonValue* input = codec::find_object(parameters, "tableInput");
    const std::string inner = input == nullptr ? "" : text_or_empty(*input, "name");
    const std::string outer = text_or_empty(parameters, "name");
    for (const std::string& name : {inner, outer}) {
        if (name.empty() || (!event.tables.empty() && event.tables.back().table == name)) continue;
        event.tables.push_back(database);
        event.tables.back().table = name;
    }
}

// Where a call has its partitions: in a list of `entries`, or in the request itself.
struct PartitionShape {
    std::string_view event_name;
    std::string_view entries;    // empty: the request is the one entry
    std::string_view values;     // of an entry; empty: in its partitionInput alone
    std::string_view new_input;  // the member that holds `values` of its own, if any
};

constexpr std::array<PartitionShape, 6> kPartitionShapes{{
    {"CreatePartition", "", "", "partitionInput"},
    {"BatchCreatePartition", "partitionInputList", "values", ""},
    {"UpdatePartition", "", "partitionValueList", "partitionInput"},
    {"BatchUpdatePartition", "entries", "partitionValueList", "partitionInput"},
    {"DeletePartition", "", "partitionValues", ""},
    {"BatchDeletePartition", "partitionsToDelete", "values", ""},
}};

// Adds the partitions of one entry: an update that changes the values touches two. False where they
// cannot be read.
bool add_partitions(GlueEvent& event, const PartitionShape& shape, const codec::JsonValue& entry,
                    const std::vector<GluePartitionValues>& failed) {
    const codec::JsonValue* input =
        shape.new_input.empty() ? nullptr : codec::find_object(entry, shape.new_input);
    auto new_values =
        input == nullptr ? std::nullopt : texts_of(codec::find_member(*input, "values"));
    auto values =
        shape.values.empty() ? new_values : texts_of(codec::find_member(entry, shape.values));
    if (!values || values->empty()) return false;
    if (std::ranges::find(failed, *values) != failed.end()) return true;
    const bool renamed = new_values && !new_values->empty() && *new_values != *values;
    event.partitions.push_back(*std::move(values));
    if (renamed) event.partitions.push_back(*std::move(new_values));
    return true;
}

void read_partitions(GlueEvent& event, const codec::JsonValue& record,
                     const codec::JsonValue& parameters) {
    std::vector<GluePartitionValues> failed;
    for_each_failure(record, [&failed](const codec::JsonValue& error) {
        for (const std::string_view member : {"partitionValues", "partitionValueList"}) {
            if (auto values = texts_of(codec::find_member(error, member)))
                failed.push_back(*std::move(values));
        }
    });
    const auto* shape =
        std::ranges::find(kPartitionShapes, event.name, &PartitionShape::event_name);
    if (shape == kPartitionShapes.end()) return;
    if (shape->entries.empty()) {
        event.partitions_are_complete = add_partitions(event, *shape, parameters, failed);
        return;
    }
    const codec::JsonValue* entries = codec::find_array(parameters, shape->entries);
    if (entries == nullptr || entries->Empty()) return;
    event.partitions_are_complete = true;
    for (const codec::JsonValue& entry : entries->GetArray()) {
        if (!add_partitions(event, *shape, entry, failed)) event.partitions_are_complete = false;
    }
    if (event.partitions_are_complete && event.partitions.empty())
        event.error_code = first_error_code(record);
}

void read_request(GlueEvent& event, const codec::JsonValue& record, std::string_view account) {
    const codec::JsonValue* parameters = codec::find_object(record, "requestParameters");
    if (parameters == nullptr) return;
    GlueTableReference reference;
    reference.catalog_id = text_or_empty(*parameters, "catalogId");
    // The caller's account is another one where the call was across accounts: the record's owner
    // has the catalog.
    if (reference.catalog_id.empty())
        reference.catalog_id = text_or_empty(record, "recipientAccountId");
    if (reference.catalog_id.empty()) reference.catalog_id = account;
    reference.database = text_or_empty(*parameters, "databaseName");
    if (event.name == "BatchDeleteTable") {
        read_batch_delete(event, record, *parameters, reference);
    } else if (event.change == GlueChange::partitions_changed) {
        reference.table = text_or_empty(*parameters, "tableName");
        event.tables.push_back(std::move(reference));
        read_partitions(event, record, *parameters);
    } else if (event.name.ends_with("Database")) {
        const codec::JsonValue* input = codec::find_object(*parameters, "databaseInput");
        reference.database = text_or_empty(*parameters, "name");
        if (reference.database.empty() && input != nullptr)
            reference.database = text_or_empty(*input, "name");
        event.tables.push_back(std::move(reference));
    } else if (event.change != GlueChange::other) {
        read_table(event, *parameters, reference);
    } else if (!reference.database.empty()) {
        event.tables.push_back(std::move(reference));
    }
}

}  // namespace

GlueChange glue_change(std::string_view name) {
    static constexpr std::array<std::pair<std::string_view, GlueChange>, 11> kChanges{{
        {"CreateTable", GlueChange::table_written},
        {"UpdateTable", GlueChange::table_written},
        {"DeleteTable", GlueChange::table_deleted},
        {"BatchDeleteTable", GlueChange::table_deleted},
        {"CreatePartition", GlueChange::partitions_changed},
        {"BatchCreatePartition", GlueChange::partitions_changed},
        {"UpdatePartition", GlueChange::partitions_changed},
        {"BatchUpdatePartition", GlueChange::partitions_changed},
        {"DeletePartition", GlueChange::partitions_changed},
        {"BatchDeletePartition", GlueChange::partitions_changed},
        {"DeleteDatabase", GlueChange::database_deleted},
    }};
    for (const auto& [word, change] : kChanges) {
        if (word == name) return change;
    }
    return GlueChange::other;
}

base::Result<GlueEvent> read_cloud_trail(GlueEvent event, const codec::JsonValue& record,
                                         std::string_view account) {
    if (codec::find_text(record, "eventSource") != "glue.amazonaws.com")
        return base::Error{base::ErrorKind::event_invalid,
                           "the CloudTrail record's eventSource is not glue.amazonaws.com"};
    event.name = text_or_empty(record, "eventName");
    if (event.name.empty())
        return base::Error{base::ErrorKind::event_invalid,
                           "the CloudTrail record has no eventName"};
    event.change = glue_change(event.name);
    if (std::string id = text_or_empty(record, "eventID"); !id.empty()) event.id = std::move(id);
    if (const auto time_ms = base::parse_iso8601(text_or_empty(record, "eventTime")))
        event.time_ms = time_ms;
    event.error_code = text_or_empty(record, "errorCode");
    read_request(event, record, account);
    return event;
}

}  // namespace event
