// Where the value of a column stands in a row of the files, and the SQL that reads it.
//
// Glue folds names to small letters, Snowflake's element names keep their case: a name in the wrong
// case reads NULL without a word. The true case comes from what the writer left in the catalog, in
// this order: Spark's schema (spark.sql.sources.schema, whole or in numbered parts), the Avro
// schema (avro.schema.literal), the JSON SerDe's mapping.<column>. Of JSON whose SerDe does not
// look at case, any case is read (GET_IGNORE_CASE); what is left is read by the catalog's name.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/aws/glue_client.h"
#include "common/base/result.h"
#include "common/snowflake/sql.h"
#include "functions/glue_to_snowflake/config.h"
#include "functions/glue_to_snowflake/definition/file_format.h"
#include "functions/glue_to_snowflake/definition/hive_type.h"

namespace glue_to_snowflake {

// Finds the sources of one table's columns.
class ColumnSources {
  public:
    // `table` is the effective one (spark_schema.h). Kind data_invalid, naming the parameter, where
    // a schema in the parameters cannot be read.
    static base::Result<ColumnSources> of(const aws::GlueTable& table, FileFormat format,
                                          ColumnCase column_case);

    // The SQL of the column's value, in the column's own type. `position` counts from 1 (CSV).
    [[nodiscard]] snowflake::Sql expression(std::string_view column, std::size_t position,
                                            const HiveType& type) const;

    // What is to be known of the column's value; of the table's columns at large.
    [[nodiscard]] std::optional<std::string> note(std::string_view column,
                                                  const HiveType& type) const;
    [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }

  private:
    enum class Keys { as_they_are, dots_as_underscores };

    ColumnSources() = default;
    void read_json_serde(const aws::GlueParameters& serde);
    [[nodiscard]] snowflake::Sql csv_value(std::size_t position, const HiveType& type) const;
    [[nodiscard]] snowflake::Sql value(std::string_view column) const;
    [[nodiscard]] snowflake::Sql element(std::string_view name) const;

    FileFormat format_ = FileFormat::parquet;
    bool ignore_case_ = false;
    bool counts_days_ = false;
    Keys keys_ = Keys::as_they_are;
    std::map<std::string, std::string, std::less<>> true_names_;  // by the name's folded form
    std::map<std::string, std::string, std::less<>> mapped_names_;
    std::vector<std::string> notes_;
};

}  // namespace glue_to_snowflake
