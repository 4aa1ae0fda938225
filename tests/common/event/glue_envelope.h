// Glue's events as EventBridge sends them, and what the parser makes of them.
#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "common/event/glue_event.h"

namespace tests {

inline std::string glue_envelope(const std::string& detail_type, const std::string& detail,
                                 const std::string& resources = "[]") {
    return R"({"version":"0","id":"envelope-id","detail-type":")" + detail_type +
           R"(","source":"aws.glue","account":"111122223333","time":"2026-11-20T01:00:05Z",)"
           R"("region":"eu-west-1","resources":)" +
           resources + R"(,"detail":)" + detail + "}";
}

inline std::string cloud_trail_event(const std::string& name, const std::string& parameters,
                                     const std::string& more = "") {
    return glue_envelope("AWS API Call via CloudTrail",
                         R"({"eventSource":"glue.amazonaws.com","eventName":")" + name +
                             R"(","eventID":"trail-id","eventTime":"2026-11-20T01:00:00Z",)"
                             R"("recipientAccountId":"123456789012",)"
                             R"("userIdentity":{"accountId":"999999999999"},"requestParameters":)" +
                             parameters + more + "}");
}

inline event::GlueEvent parsed_glue_event(const std::string& text) {
    auto event = event::parse_glue_event(text);
    EXPECT_TRUE(event) << text << (event ? "" : event.error().message);
    return event ? std::get<event::GlueEvent>(*std::move(event)) : event::GlueEvent{};
}

inline std::string glue_event_error(const std::string& text) {
    const auto event = event::parse_glue_event(text);
    if (event) return "no error";
    EXPECT_EQ(event.error().kind, base::ErrorKind::event_invalid);
    return event.error().message;
}

// "catalog/database/table" of each.
inline std::vector<std::string> table_paths(const event::GlueEvent& event) {
    std::vector<std::string> paths;
    paths.reserve(event.tables.size());
    for (const auto& table : event.tables)
        paths.push_back(table.catalog_id + "/" + table.database + "/" + table.table);
    return paths;
}

}  // namespace tests
