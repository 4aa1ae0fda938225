#include "common/aws/glue_client.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "common/codec/json.h"

namespace aws {
namespace {

constexpr std::size_t kTablesPerPage = 100;        // the most that GetTables gives
constexpr std::size_t kDatabasesPerPage = 100;     // GetDatabases
constexpr std::size_t kPartitionsPerPage = 1'000;  // GetPartitions

codec::JsonWriter begin_body(std::string_view catalog_id) {
    codec::JsonWriter body;
    body.begin_object();
    if (!catalog_id.empty()) body.member("CatalogId", catalog_id);
    return body;
}

std::string table_subject(const GlueTableId& id) {
    return fmt::format("table {}.{}", id.database, id.name);
}

std::string values_text(const std::vector<std::string>& values) {
    return fmt::format("({})", fmt::join(values, ", "));
}

}  // namespace

// `body` is whole but for its last bracket, before which a list's token comes.
struct GlueClient::Call {
    std::string_view operation;
    codec::JsonWriter body;
    std::string subject;  // for messages
};

base::Result<std::string> GlueClient::send(Call call, base::Deadline deadline) {
    return client_->call(JsonCall{.service = kGlue,
                                  .operation = call.operation,
                                  .body = call.body.end_object().take(),
                                  .subject = std::move(call.subject),
                                  .repeatable = http::Repeatable::yes,
                                  .deadline = deadline});
}

base::Result<base::Done> GlueClient::each_page(const Call& call, base::Deadline deadline,
                                               const OnPage& on_page) {
    std::string token;
    for (std::size_t page = 0; page < kGluePagesMax; ++page) {
        Call with_token = call;
        if (!token.empty()) with_token.body.member("NextToken", token);
        const auto answer = send(std::move(with_token), deadline);
        if (!answer) return answer.error();
        auto next = on_page(*answer);
        if (!next) return std::move(next).error();
        if (next->empty()) return base::Done{};
        if (*next == token) break;
        token = *std::move(next);
    }
    return base::Error{
        base::ErrorKind::data_invalid,
        fmt::format("{} of {}: the list's pages have no end", call.operation, call.subject)};
}

base::Result<GlueTable> GlueClient::get_table(const GlueTableId& id, base::Deadline deadline) {
    Call call{"GetTable", begin_body(id.catalog_id), table_subject(id)};
    call.body.member("DatabaseName", id.database).member("Name", id.name);
    const auto answer = send(std::move(call), deadline);
    if (!answer) return answer.error();
    return parse_glue_table(*answer);
}

base::Result<base::Done> GlueClient::get_tables(const GlueDatabaseId& database,
                                                base::Deadline deadline,
                                                const OnGlueTables& on_tables) {
    Call call{"GetTables", begin_body(database.catalog_id), "database " + database.name};
    call.body.member("DatabaseName", database.name).member_integer("MaxResults", kTablesPerPage);
    return each_page(call, deadline, [&](std::string_view answer) -> base::Result<std::string> {
        auto page = parse_glue_tables(answer);
        if (!page) return std::move(page).error();
        const bool goes_on = on_tables(page->tables);
        return goes_on ? std::move(page->next_token) : std::string();
    });
}

base::Result<std::vector<base::Result<GlueDatabase>>> GlueClient::get_databases(
    const std::string& catalog_id, base::Deadline deadline) {
    Call call{"GetDatabases", begin_body(catalog_id), "the catalog " + catalog_id};
    call.body.member_integer("MaxResults", kDatabasesPerPage);
    std::vector<base::Result<GlueDatabase>> databases;
    auto read =
        each_page(call, deadline, [&](std::string_view answer) -> base::Result<std::string> {
            auto page = parse_glue_databases(answer);
            if (!page) return std::move(page).error();
            std::move(page->databases.begin(), page->databases.end(),
                      std::back_inserter(databases));
            return std::move(page->next_token);
        });
    if (!read) return std::move(read).error();
    return databases;
}

base::Result<GluePartitions> GlueClient::get_partitions(const GlueTableId& table,
                                                        std::size_t partitions_max,
                                                        base::Deadline deadline) {
    Call call{"GetPartitions", begin_body(table.catalog_id), table_subject(table)};
    call.body.member("DatabaseName", table.database).member("TableName", table.name);
    call.body.member_boolean("ExcludeColumnSchema", true);
    const std::size_t per_page = std::clamp<std::size_t>(partitions_max, 1, kPartitionsPerPage);
    call.body.member_integer("MaxResults", static_cast<std::int64_t>(per_page));
    GluePartitions found;
    auto read =
        each_page(call, deadline, [&](std::string_view answer) -> base::Result<std::string> {
            auto page = parse_glue_partitions(answer);
            if (!page) return std::move(page).error();
            for (GluePartition& partition : page->partitions) {
                if (found.partitions.size() == partitions_max) {
                    found.is_complete = false;
                    return std::string();
                }
                found.partitions.push_back(std::move(partition));
            }
            // A token after the last one that was asked for: perhaps there are more.
            found.is_complete =
                page->next_token.empty() || found.partitions.size() < partitions_max;
            return found.is_complete ? std::move(page->next_token) : std::string();
        });
    if (!read) return std::move(read).error();
    return found;
}

base::Result<GluePartition> GlueClient::get_partition(const GlueTableId& table,
                                                      const std::vector<std::string>& values,
                                                      base::Deadline deadline) {
    Call call{"GetPartition", begin_body(table.catalog_id),
              fmt::format("partition {} of table {}.{}", values_text(values), table.database,
                          table.name)};
    call.body.member("DatabaseName", table.database).member("TableName", table.name);
    call.body.key("PartitionValues").begin_array();
    for (const std::string& value : values)
        call.body.text(value);
    call.body.end_array();
    const auto answer = send(std::move(call), deadline);
    if (!answer) return answer.error();
    return parse_glue_partition(*answer);
}

}  // namespace aws
