// What the Glue Data Catalog's events say: which tables changed. Two shapes come through
// EventBridge, alone or as the bodies of an SQS batch
// ({"Records":[{"messageId":…,"eventSource":"aws:sqs","body":…}]}):
//
// CloudTrail: every structure member begins with a small letter, and a request over 100 KB is left
// out.
//   {"source":"aws.glue","detail-type":"AWS API Call via CloudTrail","account":…,"region":…,"id":…,
//    "detail":{"eventSource":"glue.amazonaws.com","eventName":"CreateTable","eventID":…,
//              "errorCode":…,"recipientAccountId":…,
//              "requestParameters":{"catalogId":…,"databaseName":…,"tableInput":{"name":…}}}}
// Native: a created table is a change of its database.
//   {"detail-type":"Glue Data Catalog Table State Change",
//    "detail":{"typeOfChange":"UpdateTable","databaseName":…,"tableName":…}}
//   {"detail-type":"Glue Data Catalog Database State Change",
//    "detail":{"typeOfChange":"CreateTable","databaseName":…,"changedTables":[…]}}
//
// Pages: "CloudTrail record contents", "AWS Glue events" (Amazon EventBridge). An event is a hint
// that comes late, twice or out of order: the table itself must be read from the catalog.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/base/result.h"

namespace event {

struct GlueTableReference {
    std::string catalog_id;  // empty where the event does not say
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

// A partition that an event names: its values, in the order of the table's keys.
using GluePartitionValues = std::vector<std::string>;

struct GlueEvent {
    std::string id;    // CloudTrail's eventID, or EventBridge's id
    std::string name;  // eventName or typeOfChange: "CreateTable"
    std::string region;
    GlueChange change = GlueChange::other;
    std::string error_code;  // of a call that failed and changed nothing
    std::vector<GlueTableReference> tables;
    // Of partitions_changed. Not complete where the event left some out, or named them in a way
    // that cannot be read for sure: then the table is to be looked at whole.
    std::vector<GluePartitionValues> partitions;
    bool partitions_are_complete = false;
};

// {"action":"reconcile","database":…,"table":…,"dry_run":true}: all but the action may be left out;
// a table needs its database.
struct ReconcileEvent {
    std::string database;  // empty: all of the catalog
    std::string table;     // empty: all of the database
    bool dry_run = false;
};

using CatalogEvent = std::variant<GlueEvent, ReconcileEvent>;

// Kind event_invalid where `text` is no such event, or is one that must name its tables and does
// not.
base::Result<CatalogEvent> parse_glue_event(std::string_view text);

struct GlueMessage {
    std::string message_id;
    base::Result<CatalogEvent> event;
};

// The messages of an SQS batch; nothing where `text` is no such batch. Kind event_invalid where it
// is one, and a message has no messageId to answer with.
base::Result<std::optional<std::vector<GlueMessage>>> parse_glue_messages(std::string_view text);

}  // namespace event
