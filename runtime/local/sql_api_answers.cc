#include "runtime/local/sql_api_answers.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/codec/gzip.h"
#include "common/codec/json.h"

namespace local {
namespace {

HttpAnswer json_answer(int status, std::string body) {
    return {status, {{"Content-Type", "application/json"}}, std::move(body)};
}

// Rows of one partition: [first, last).
struct Slice {
    std::size_t first = 0;
    std::size_t last = 0;
};

std::size_t count_partitions(const sql::Rows& rows, std::size_t rows_per_partition) {
    if (rows_per_partition == 0) return 1;
    return std::max<std::size_t>(1,
                                 (rows.rows.size() + rows_per_partition - 1) / rows_per_partition);
}

Slice slice_of(const sql::Rows& rows, std::size_t partition, std::size_t rows_per_partition) {
    if (rows_per_partition == 0) return {0, rows.rows.size()};
    return {partition * rows_per_partition,
            std::min(rows.rows.size(), (partition + 1) * rows_per_partition)};
}

void write_data(codec::JsonWriter& json, const sql::Rows& rows, Slice slice) {
    json.key("data").begin_array();
    for (std::size_t i = slice.first; i < slice.last; ++i) {
        json.begin_array();
        for (const auto& value : rows.rows[i]) {
            if (value) {
                json.text(*value);
            } else {
                json.null();
            }
        }
        json.end_array();
    }
    json.end_array();
}

}  // namespace

HttpAnswer api_failure(const ApiFailure& failure) {
    codec::JsonWriter json;
    json.begin_object().member("code", failure.code).member("message", failure.message);
    if (!failure.sql_state.empty()) json.member("sqlState", failure.sql_state);
    if (!failure.handle.empty()) json.member("statementHandle", failure.handle);
    json.end_object();
    return json_answer(failure.status, json.take());
}

HttpAnswer api_running(std::string_view handle) {
    codec::JsonWriter json;
    json.begin_object().member("code", "333334");
    json.member("message", "Asynchronous execution in progress.");
    json.member("statementHandle", handle);
    json.member("statementStatusUrl", fmt::format("{}/{}", kStatementsPath, handle)).end_object();
    return json_answer(202, json.take());
}

HttpAnswer api_result(const sql::Rows& rows, std::string_view handle,
                      std::size_t rows_per_partition) {
    codec::JsonWriter json;
    json.begin_object().key("resultSetMetaData").begin_object();
    json.member_integer("numRows", static_cast<std::int64_t>(rows.rows.size()));
    json.member("format", "jsonv2").key("rowType").begin_array();
    for (const std::string& column : rows.columns)
        json.begin_object().member("name", column).member("type", "text").end_object();
    json.end_array().key("partitionInfo").begin_array();
    for (std::size_t i = 0; i < count_partitions(rows, rows_per_partition); ++i) {
        const Slice slice = slice_of(rows, i, rows_per_partition);
        json.begin_object();
        json.member_integer("rowCount", static_cast<std::int64_t>(slice.last - slice.first));
        json.end_object();
    }
    json.end_array().end_object();
    write_data(json, rows, slice_of(rows, 0, rows_per_partition));
    json.member("code", "090001").member("sqlState", "00000");
    json.member("statementHandle", handle);
    json.member("statementStatusUrl", fmt::format("{}/{}", kStatementsPath, handle));
    json.member("message", "Statement executed successfully.").end_object();
    return json_answer(200, json.take());
}

HttpAnswer api_partition(const sql::Rows& rows, std::size_t partition,
                         std::size_t rows_per_partition) {
    if (partition >= count_partitions(rows, rows_per_partition))
        return api_failure({.code = "390142", .message = "there is no such partition"});
    codec::JsonWriter json;
    json.begin_object();
    write_data(json, rows, slice_of(rows, partition, rows_per_partition));
    json.end_object();
    HttpAnswer answer = json_answer(200, codec::gzip_compress(json.take()));
    answer.headers.push_back({"Content-Encoding", "gzip"});
    return answer;
}

}  // namespace local
