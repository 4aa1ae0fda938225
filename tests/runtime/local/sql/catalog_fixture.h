// A catalog with a schema, a stage and what else statements need.
#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "common/codec/json.h"
#include "runtime/local/sql/catalog.h"
#include "runtime/local/sql/setup.h"

namespace tests {

class SqlCatalog : public testing::Test {
  protected:
    void SetUp() override {
        set_up("CreateSchema", R"({"database":"S","schema":"P"})");
        set_up("CreateStage", R"({"name":"S.P.RAW"})");
        set_up("CreateStorageIntegration", R"({"name":"LAKE"})");
        set_up("CreateExternalVolume", R"({"name":"VOL"})");
        set_up("CreateIcebergIntegration", R"({"name":"CAT","vends_credentials":true})");
    }

    void set_up(const std::string& operation, const std::string& json) {
        const auto body = codec::parse_json(json, "the command");
        ASSERT_TRUE(body);
        const auto done = sql::set_up(catalog_, operation, *body);
        ASSERT_TRUE(done) << done.error().message;
    }

    sql::Rows run(const std::string& statement, const std::string& role = "R") {
        return catalog_.run(statement, role);
    }
    // The code of the refusal; empty where it is done.
    std::string code(const std::string& statement, const std::string& role = "R") {
        const sql::Rows rows = run(statement, role);
        return rows.refusal ? rows.refusal->code : "";
    }
    // The values of one column of the rows.
    std::vector<std::string> column(const std::string& statement, const std::string& name) {
        const sql::Rows rows = run(statement);
        EXPECT_FALSE(rows.refusal) << statement << ": " << rows.refusal->message;
        std::vector<std::string> values;
        for (std::size_t i = 0; i < rows.columns.size(); ++i) {
            if (rows.columns[i] != name) continue;
            for (const auto& row : rows.rows)
                values.push_back(row[i].value_or("NULL"));
        }
        return values;
    }
    [[nodiscard]] const sql::Table& table(const std::string& name) const {
        const sql::Table* found = catalog_.find_table({"S", "P", name});
        EXPECT_NE(found, nullptr) << name;
        static const sql::Table kNone;
        return found == nullptr ? kNone : *found;
    }

    static std::string create(const std::string& name, const std::string& form = "CREATE") {
        return form + " EXTERNAL TABLE S.P." + name +
               " (A VARCHAR AS (VALUE:a::VARCHAR), B VARCHAR AS (UPPER(A)), D DATE AS "
               "(TRY_TO_DATE(SPLIT_PART(METADATA$FILENAME, '/', 2)))) PARTITION BY (D) "
               "LOCATION = @S.P.RAW/t/ FILE_FORMAT = (TYPE = PARQUET)";
    }
    static std::string create_user(const std::string& name) {
        return "CREATE EXTERNAL TABLE S.P." + name +
               " (D VARCHAR AS (PARSE_JSON(METADATA$EXTERNAL_TABLE_PARTITION):D::VARCHAR)) "
               "PARTITION BY (D) LOCATION = @S.P.RAW/u/ PARTITION_TYPE = USER_SPECIFIED "
               "FILE_FORMAT = (TYPE = PARQUET)";
    }

    sql::Catalog catalog_;
};

}  // namespace tests
