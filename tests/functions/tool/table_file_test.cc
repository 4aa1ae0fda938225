#include "functions/tool/table_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tool {
namespace {

using testing::HasSubstr;

constexpr std::string_view kTable = R"({"Name":"orders","DatabaseName":"sales__raw",)"
                                    R"("CatalogId":"123456789012","Parameters":{"a":"b"}})";

std::vector<std::string> names_of(std::string_view text) {
    const auto file = TableFile::read(text);
    if (!file) return {"error: " + file.error().message};
    if (!file->has_value()) return {"no table"};
    std::vector<std::string> names;
    for (const aws::GlueTableId& table : (*file)->tables())
        names.push_back(table.catalog_id + " " + table.database + "." + table.name);
    return names;
}

http::Request request(const std::string& operation, const std::string& body) {
    http::Request request;
    request.headers = {{"X-Amz-Target", "AWSGlue." + operation}};
    request.body = body;
    return request;
}

TEST(TableFile, ReadsWhatTheCommandLineOfAwsPrints) {
    const std::string table(kTable);
    const std::vector<std::string> one{"123456789012 sales__raw.orders"};
    EXPECT_EQ(names_of(table), one);
    EXPECT_EQ(names_of(R"({"Table":)" + table + "}"), one);
    EXPECT_EQ(names_of(R"({"TableList":[)" + table + "," + table + R"(],"NextToken":"x"})"),
              (std::vector{one[0], one[0]}));
    EXPECT_EQ(names_of(R"({"TableList":[]})"), std::vector<std::string>());
}

TEST(TableFile, LeavesEventsToOthers) {
    for (const char* text : {R"({"action":"reconcile"})", R"({"Records":[]})",
                             R"({"detail":{"Name":"x"}})", "[]", "1", R"({"Name":"x"})"})
        EXPECT_EQ(names_of(text), std::vector<std::string>{"no table"}) << text;
}

TEST(TableFile, NamesWhatATableLacks) {
    EXPECT_THAT(names_of(R"({"Table":{"Name":"t"}})").at(0),
                HasSubstr("table 1 of the file has no text DatabaseName"));
    EXPECT_THAT(
        names_of(R"({"TableList":[{"Name":"t","DatabaseName":"d"},{"DatabaseName":"d"}]})").at(0),
        HasSubstr("table 2 of the file has no text Name"));
    EXPECT_THAT(names_of(R"({"TableList":["t"]})").at(0), HasSubstr("has no text Name"));
    EXPECT_THAT(names_of("{").at(0), HasSubstr("not valid JSON"));
}

TEST(TableFile, AnswersAsGlueDoes) {
    auto file = *TableFile::read(R"({"TableList":[{"Name":"a","DatabaseName":"d"},)" +
                                 std::string(kTable) + "]}");
    const auto answer =
        file->send(request("GetTable", R"({"DatabaseName":"sales__raw","Name":"orders"})"));
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->body, R"({"Table":)" + std::string(kTable) + "}");
    EXPECT_EQ(file->send(request("GetPartitions", "{}"))->body, R"({"Partitions":[]})");
}

TEST(TableFile, RefusesAllElse) {
    auto file = *TableFile::read(kTable);
    EXPECT_EQ(file->send(request("GetTable", R"({"DatabaseName":"x","Name":"orders"})"))->status,
              400);
    EXPECT_EQ(file->send(request("GetTable", "no JSON"))->status, 400);
    EXPECT_EQ(file->send(request("DeleteTable", "{}"))->status, 400);
    EXPECT_EQ(file->send({})->status, 400);
}

TEST(TableFile, TellsWhatWasStarted) {
    auto file = *TableFile::read(kTable);
    const http::Ticket first = file->start(request("GetPartitions", "{}"));
    const http::Ticket second = file->start(request("DeleteTable", "{}"));
    EXPECT_EQ(file->cancel(second)->status, 400);
    EXPECT_FALSE(file->cancel(second));
    const auto completion = file->wait(0);
    ASSERT_TRUE(completion);
    EXPECT_EQ(completion->ticket, first);
    EXPECT_EQ(completion->result->status, 200);
    EXPECT_FALSE(file->wait(0));
}

}  // namespace
}  // namespace tool
