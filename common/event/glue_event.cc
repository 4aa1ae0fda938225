#include "common/event/glue_event.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "common/codec/json.h"

namespace event {
namespace {

constexpr std::string_view kCloudTrailDetailType = "AWS API Call via CloudTrail";
constexpr std::string_view kTableDetailType = "Glue Data Catalog Table State Change";
constexpr std::string_view kDatabaseDetailType = "Glue Data Catalog Database State Change";

base::Error invalid(std::string message) {
    return {base::ErrorKind::event_invalid, std::move(message)};
}

std::string text_or_empty(const codec::JsonValue& object, std::string_view name) {
    return std::string(codec::find_text(object, name).value_or(std::string_view()));
}

GlueChange change_of(std::string_view name) {
    static constexpr std::array<std::pair<std::string_view, GlueChange>, 10> kChanges{{
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
    }};
    for (const auto& [word, change] : kChanges) {
        if (word == name) return change;
    }
    return GlueChange::other;
}

// Adds a reference for each text of the array, if there is one.
void add_tables(GlueEvent& event, const GlueTableReference& database,
                const codec::JsonValue* names) {
    if (names == nullptr) return;
    for (const codec::JsonValue& name : names->GetArray()) {
        GlueTableReference reference = database;
        if (name.IsString()) reference.table = codec::text_of(name);
        event.tables.push_back(std::move(reference));
    }
}

// The table's name stands in another place for each operation.
std::string cloud_trail_table(const codec::JsonValue& parameters, GlueChange change) {
    if (change == GlueChange::partitions_changed) return text_or_empty(parameters, "tableName");
    if (change == GlueChange::other) return "";
    const codec::JsonValue* table_input = codec::find_object(parameters, "tableInput");
    std::string name = table_input == nullptr ? "" : text_or_empty(*table_input, "name");
    return name.empty() ? text_or_empty(parameters, "name") : name;
}

void read_cloud_trail_tables(GlueEvent& event, const codec::JsonValue& detail,
                             std::string_view account) {
    const codec::JsonValue* parameters = codec::find_object(detail, "requestParameters");
    if (parameters == nullptr) return;
    GlueTableReference reference;
    reference.catalog_id = text_or_empty(*parameters, "catalogId");
    // The caller's account is another one where the call was across accounts: the record's owner
    // has the catalog.
    if (reference.catalog_id.empty())
        reference.catalog_id = text_or_empty(detail, "recipientAccountId");
    if (reference.catalog_id.empty()) reference.catalog_id = account;
    reference.database = text_or_empty(*parameters, "databaseName");
    if (event.name == "BatchDeleteTable") {
        add_tables(event, reference, codec::find_array(*parameters, "tablesToDelete"));
        return;
    }
    reference.table = cloud_trail_table(*parameters, event.change);
    if (!reference.database.empty()) event.tables.push_back(std::move(reference));
}

base::Result<GlueEvent> read_cloud_trail(GlueEvent event, const codec::JsonValue& detail,
                                         std::string_view account) {
    if (codec::find_text(detail, "eventSource") != "glue.amazonaws.com")
        return invalid("the CloudTrail record's eventSource is not glue.amazonaws.com");
    event.name = text_or_empty(detail, "eventName");
    if (event.name.empty()) return invalid("the CloudTrail record has no eventName");
    event.change = change_of(event.name);
    event.error_code = text_or_empty(detail, "errorCode");
    if (std::string id = text_or_empty(detail, "eventID"); !id.empty()) event.id = std::move(id);
    read_cloud_trail_tables(event, detail, account);
    return event;
}

base::Result<GlueEvent> read_native(GlueEvent event, const codec::JsonValue& detail,
                                    std::string_view account) {
    event.name = text_or_empty(detail, "typeOfChange");
    if (event.name.empty()) return invalid("the Glue event's detail has no typeOfChange");
    event.change = change_of(event.name);
    const GlueTableReference reference{.catalog_id = std::string(account),
                                       .database = text_or_empty(detail, "databaseName"),
                                       .table = text_or_empty(detail, "tableName")};
    const codec::JsonValue* changed_tables = codec::find_array(detail, "changedTables");
    if (changed_tables != nullptr && !changed_tables->Empty()) {
        add_tables(event, reference, changed_tables);
    } else if (!reference.database.empty()) {
        event.tables.push_back(reference);
    }
    return event;
}

// A table that was written must be known by name, or it would be lost without a word.
base::Result<GlueEvent> checked(GlueEvent event) {
    if (event.change != GlueChange::table_written || !event.error_code.empty()) return event;
    if (event.tables.empty()) {
        return invalid(
            fmt::format("the {} event {} does not name its table (CloudTrail leaves out "
                        "requests over 100 KB)",
                        event.name, event.id));
    }
    for (const GlueTableReference& table : event.tables) {
        if (table.database.empty() || table.table.empty()) {
            return invalid(fmt::format("the {} event {} names no table, or not its database",
                                       event.name, event.id));
        }
    }
    return event;
}

base::Result<GlueEvent> read_glue_event(const codec::JsonValue& value) {
    if (!value.IsObject()) return invalid("the event is no JSON object");
    if (codec::find_member(value, "action") != nullptr)
        return invalid("an event with an action (reconcile) is not supported by this version");
    const auto detail_type = codec::find_text(value, "detail-type");
    const codec::JsonValue* detail = codec::find_object(value, "detail");
    if (codec::find_text(value, "source") != "aws.glue" || !detail_type || detail == nullptr)
        return invalid("the event is no Glue event of EventBridge (source aws.glue)");
    GlueEvent event;
    event.id = text_or_empty(value, "id");
    event.region = text_or_empty(value, "region");
    const std::string account = text_or_empty(value, "account");
    base::Result<GlueEvent> read = invalid(
        fmt::format("the event's detail-type \"{}\" is none of Glue's",
                    detail_type->substr(0, std::min<std::size_t>(detail_type->size(), 80))));
    if (*detail_type == kCloudTrailDetailType)
        read = read_cloud_trail(std::move(event), *detail, account);
    else if (*detail_type == kTableDetailType || *detail_type == kDatabaseDetailType)
        read = read_native(std::move(event), *detail, account);
    if (!read) return read;
    return checked(std::move(*std::move(read)));
}

}  // namespace

base::Result<CatalogEvent> parse_glue_event(std::string_view text) {
    auto document = codec::parse_json(text, "the event");
    if (!document) return invalid(std::move(document).error().message);
    auto event = read_glue_event(*document);
    if (!event) return std::move(event).error();
    return CatalogEvent(*std::move(event));
}

base::Result<std::optional<std::vector<GlueMessage>>> parse_glue_messages(std::string_view text) {
    using Messages = std::optional<std::vector<GlueMessage>>;
    auto document = codec::parse_json(text, "the event");
    if (!document) return invalid(std::move(document).error().message);
    const codec::JsonValue* records = codec::find_array(*document, "Records");
    if (records == nullptr) return Messages();
    std::vector<GlueMessage> messages;
    for (const codec::JsonValue& record : records->GetArray()) {
        if (codec::find_text(record, "eventSource") != "aws:sqs")
            return invalid("the event's Records are not those of an SQS queue");
        const auto message_id = codec::find_text(record, "messageId");
        if (!message_id || message_id->empty())
            return invalid("a message of the SQS batch has no messageId");
        const auto body = codec::find_text(record, "body");
        messages.push_back({std::string(*message_id),
                            body ? parse_glue_event(*body)
                                 : base::Result<CatalogEvent>(invalid("the message has no body"))});
    }
    return Messages(std::move(messages));
}

}  // namespace event
