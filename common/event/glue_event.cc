#include "common/event/glue_event.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "common/codec/json.h"
#include "common/event/glue_cloud_trail.h"
#include "common/event/sqs_event.h"

namespace event {
namespace {

constexpr std::string_view kCloudTrailDetailType = "AWS API Call via CloudTrail";
constexpr std::string_view kTableDetailType = "Glue Data Catalog Table State Change";
constexpr std::string_view kDatabaseDetailType = "Glue Data Catalog Database State Change";
constexpr std::size_t kShownBytesMax = 80;  // of a text of the event's, in a message

base::Error invalid(std::string message) {
    return {base::ErrorKind::event_invalid, std::move(message)};
}

std::string text_or_empty(const codec::JsonValue& object, std::string_view name) {
    return std::string(codec::find_text(object, name).value_or(std::string_view()));
}

void fold(std::string& name) {
    std::ranges::transform(name, name.begin(), [](char character) {
        return 'A' <= character && character <= 'Z' ? static_cast<char>(character - 'A' + 'a')
                                                    : character;
    });
}

// "[2024, 01]": nothing where the text is no such list, or an empty one, which is also how a list
// of one empty value looks.
std::optional<GluePartitionValues> parse_java_list(std::string_view text) {
    constexpr std::string_view kSeparator = ", ";
    if (text.size() < 3 || !text.starts_with('[') || !text.ends_with(']')) return std::nullopt;
    text = text.substr(1, text.size() - 2);
    GluePartitionValues values;
    for (std::size_t end = text.find(kSeparator); end != std::string_view::npos;
         end = text.find(kSeparator)) {
        values.emplace_back(text.substr(0, end));
        text.remove_prefix(end + kSeparator.size());
    }
    values.emplace_back(text);
    return values;
}

// An update may have changed the values themselves, and only some of them are named.
bool may_leave_values_out(std::string_view name) {
    return name == "UpdatePartition" || name == "BatchUpdatePartition";
}

void read_native_partitions(GlueEvent& event, const codec::JsonValue& detail) {
    const codec::JsonValue* changed = codec::find_array(detail, "changedPartitions");
    if (changed == nullptr) return;
    event.partitions_are_complete = !changed->Empty() && !may_leave_values_out(event.name);
    for (const codec::JsonValue& text : changed->GetArray()) {
        auto values = text.IsString() ? parse_java_list(codec::text_of(text)) : std::nullopt;
        if (values)
            event.partitions.push_back(*std::move(values));
        else
            event.partitions_are_complete = false;
    }
}

// The catalog's account: of a resource that is Glue's, arn:PARTITION:glue:REGION:ACCOUNT:…, else
// the envelope's.
std::string native_catalog(const codec::JsonValue& value) {
    const codec::JsonValue* resources = codec::find_array(value, "resources");
    if (resources != nullptr) {
        for (const codec::JsonValue& resource : resources->GetArray()) {
            std::string_view rest = resource.IsString() ? codec::text_of(resource) : "";
            std::array<std::string_view, 5> parts;
            for (std::string_view& part : parts) {
                part = rest.substr(0, rest.find(':'));
                rest.remove_prefix(std::min(rest.size(), part.size() + 1));
            }
            if (parts[0] == "arn" && parts[2] == "glue" && !parts[4].empty())
                return std::string(parts[4]);
        }
    }
    return text_or_empty(value, "account");
}

base::Result<GlueEvent> read_native(GlueEvent event, const codec::JsonValue& detail,
                                    std::string catalog_id) {
    event.name = text_or_empty(detail, "typeOfChange");
    if (event.name.empty()) return invalid("the Glue event's detail has no typeOfChange");
    event.change = glue_change(event.name);
    const GlueTableReference reference{.catalog_id = std::move(catalog_id),
                                       .database = text_or_empty(detail, "databaseName"),
                                       .table = text_or_empty(detail, "tableName")};
    const codec::JsonValue* names = codec::find_array(detail, "changedTables");
    if (names == nullptr || names->Empty() || event.change == GlueChange::database_deleted) {
        event.tables.push_back(reference);
    } else {
        for (const codec::JsonValue& name : names->GetArray()) {
            event.tables.push_back(reference);
            event.tables.back().table = name.IsString() ? codec::text_of(name) : "";
        }
    }
    if (event.change == GlueChange::partitions_changed) read_native_partitions(event, detail);
    return event;
}

// What changed must be known by name, or the change would be lost without a word.
base::Result<CatalogEvent> checked(GlueEvent event) {
    for (GlueTableReference& reference : event.tables) {
        fold(reference.database);
        fold(reference.table);
    }
    const bool of_database = event.change == GlueChange::database_deleted;
    const auto is_nameless = [of_database](const GlueTableReference& reference) {
        return reference.database.empty() || (reference.table.empty() && !of_database);
    };
    if (event.change == GlueChange::other || !event.error_code.empty()) {
        std::erase_if(event.tables, [](const auto& table) { return table.database.empty(); });
    } else if (event.tables.empty() || std::ranges::any_of(event.tables, is_nameless)) {
        return base::Error{
            base::ErrorKind::event_invalid,
            fmt::format(
                "the {} event {} does not name its {} (CloudTrail leaves out a request over "
                "100 KB): a reconcile brings it in step",
                event.name, event.id, of_database ? "database" : "table and database"),
            std::string(event.change == GlueChange::partitions_changed ? kPartitionsWithoutTable
                                                                       : kEventWithoutTable)};
    }
    return CatalogEvent(std::move(event));
}

base::Result<CatalogEvent> read_glue_event(const codec::JsonValue& value) {
    const auto detail_type = codec::find_text(value, "detail-type");
    const codec::JsonValue* detail = codec::find_object(value, "detail");
    if (codec::find_text(value, "source") != "aws.glue" || !detail_type || detail == nullptr)
        return invalid(
            "the event is no Glue event of EventBridge (source aws.glue), and has no action");
    GlueEvent event;
    event.id = text_or_empty(value, "id");
    event.region = text_or_empty(value, "region");
    event.time_ms = base::parse_iso8601(text_or_empty(value, "time"));
    base::Result<GlueEvent> read =
        invalid(fmt::format("the event's detail-type \"{}\" is none of Glue's",
                            detail_type->substr(0, kShownBytesMax)));
    if (*detail_type == kCloudTrailDetailType)
        read = read_cloud_trail(std::move(event), *detail, text_or_empty(value, "account"));
    else if (*detail_type == kTableDetailType || *detail_type == kDatabaseDetailType)
        read = read_native(std::move(event), *detail, native_catalog(value));
    if (!read) return std::move(read).error();
    return checked(*std::move(read));
}

base::Result<CatalogEvent> read_action(const codec::JsonValue& value) {
    ReconcileEvent event;
    for (const auto& member : value.GetObject()) {
        const std::string_view name = codec::text_of(member.name);
        const bool is_text = member.value.IsString() && member.value.GetStringLength() > 0;
        if (name == "dry_run") {
            if (!member.value.IsBool()) return invalid("dry_run is neither true nor false");
            event.dry_run = member.value.GetBool();
        } else if (name != "action" && name != "database" && name != "table") {
            return invalid(
                fmt::format("\"{}\" is no member of an event with an action: they are "
                            "action, database, table, dry_run",
                            name.substr(0, kShownBytesMax)));
        } else if (!is_text) {
            return invalid(fmt::format("{} is no text, or an empty one", name));
        } else if (name == "database") {
            event.database = codec::text_of(member.value);
        } else if (name == "table") {
            event.table = codec::text_of(member.value);
        } else if (codec::text_of(member.value) != "reconcile") {
            return invalid(fmt::format("the action \"{}\" is unknown: there is reconcile",
                                       codec::text_of(member.value).substr(0, kShownBytesMax)));
        }
    }
    if (!event.table.empty() && event.database.empty())
        return invalid(
            fmt::format("the table {} has no database", event.table.substr(0, kShownBytesMax)));
    fold(event.database);
    fold(event.table);
    return CatalogEvent(std::move(event));
}

}  // namespace

base::Result<CatalogEvent> parse_glue_event(std::string_view text) {
    auto document = codec::parse_json(text, "the event");
    if (!document) return invalid(std::move(document).error().message);
    if (!document->IsObject()) return invalid("the event is no JSON object");
    return codec::find_member(*document, "action") != nullptr ? read_action(*document)
                                                              : read_glue_event(*document);
}

base::Result<std::optional<std::vector<GlueMessage>>> parse_glue_messages(std::string_view text) {
    using Messages = std::optional<std::vector<GlueMessage>>;
    auto batch = parse_sqs_event(text);
    if (!batch) return std::move(batch).error();
    if (!batch->has_value()) return Messages();
    std::vector<GlueMessage> messages;
    for (SqsMessage& message : **batch) {
        auto event = parse_glue_event(message.body);
        messages.push_back({std::move(message.message_id), std::move(event)});
    }
    return Messages(std::move(messages));
}

}  // namespace event
