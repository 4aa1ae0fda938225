// What the Glue Data Catalog's events say: which tables changed. Three shapes, alone or as the
// bodies of an SQS batch (sqs_event.h):
//
// CloudTrail through EventBridge (glue_cloud_trail.h has the record):
//   {"source":"aws.glue","detail-type":"AWS API Call via CloudTrail","account":…,"region":…,"id":…,
//    "time":…,"detail":{"eventSource":"glue.amazonaws.com","eventName":"CreateTable",…}}
// Native: a created table is a change of its database, and a partition is known by its values
// alone, as Java prints a list.
//   {"source":"aws.glue","detail-type":"Glue Data Catalog Table State Change","account":…,
//    "resources":["arn:aws:glue:REGION:ACCOUNT:table/DATABASE/TABLE"],
//    "detail":{"typeOfChange":"CreatePartition","databaseName":…,"tableName":…,
//              "changedPartitions":["[2024, 01]"]}}
//   {…,"detail-type":"Glue Data Catalog Database State Change",
//    "detail":{"typeOfChange":"CreateTable","databaseName":…,"changedTables":[…]}}
// A person's or a schedule's:
//   {"action":"reconcile","database":…,"table":…,"dry_run":true}
//
// Page: "AWS Glue events" (Amazon EventBridge). An event is a hint that comes late, twice or out of
// order: the table itself must be read from the catalog.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/base/clock.h"
#include "common/base/result.h"

namespace event {

// The names are as Glue stores them: it folds them to lower case, and a request may not.
struct GlueTableReference {
    std::string
        catalog_id;  // "123456789012", of a nested catalog "123456789012:name"; may be empty
    std::string database;
    std::string table;  // empty where the event is about the database
};

enum class GlueChange {
    table_written,
    table_deleted,
    partitions_changed,
    database_deleted,  // its tables go without events of their own
    other,             // changes no table
};

// A partition that an event names: its values, in the order of the table's keys. A native event
// does not tell a value that holds ", " from two values: where their number is not that of the
// table's keys, the partition cannot be read for sure.
using GluePartitionValues = std::vector<std::string>;

struct GlueEvent {
    std::string id;    // CloudTrail's eventID, or EventBridge's id
    std::string name;  // eventName or typeOfChange: "CreateTable"
    std::string region;
    std::optional<base::EpochMs> time_ms;  // when the change was made
    GlueChange change = GlueChange::other;
    std::string error_code;  // of a call that failed and changed nothing
    // Not empty where something changed. Of GlueChange::other: what the event names, if anything.
    std::vector<GlueTableReference> tables;
    // Of partitions_changed: those that came, went or moved; GetPartition says which. Not complete
    // where the event left some out: then the table is to be looked at whole.
    std::vector<GluePartitionValues> partitions;
    bool partitions_are_complete = false;
};

// All but the action may be left out; a table needs its database.
struct ReconcileEvent {
    std::string database;  // empty: all of the catalog
    std::string table;     // empty: all of the database
    bool dry_run = false;
};

using CatalogEvent = std::variant<GlueEvent, ReconcileEvent>;

// Error::code of an event that must name its table or database and does not.
inline constexpr std::string_view kEventWithoutTable = "EventWithoutTable";
// The same of an event about partitions, which is nothing to whoever finds new files otherwise. A
// hundred partitions of a table with twenty columns are over CloudTrail's limit already.
inline constexpr std::string_view kPartitionsWithoutTable = "PartitionsWithoutTable";

// Kind event_invalid where `text` is no such event, or is one that must name its tables and does
// not.
base::Result<CatalogEvent> parse_glue_event(std::string_view text);

struct GlueMessage {
    std::string message_id;
    base::Result<CatalogEvent> event;
};

// The messages of an SQS batch; nothing where `text` is no such batch. Errors as
// parse_sqs_event().
base::Result<std::optional<std::vector<GlueMessage>>> parse_glue_messages(std::string_view text);

}  // namespace event
