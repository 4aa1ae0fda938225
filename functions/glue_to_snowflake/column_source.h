// Where the value of a column stands in a row of the files, and the SQL that reads it.
//
// Glue folds names to small letters, Snowflake's element names keep their case: a name in the wrong
// case reads NULL without a word. The true case comes from what the writer left in the catalog:
// Spark's schema (spark.sql.sources.schema, whole or in numbered parts), the Avro schema, the JSON
// SerDe's mapping.<column>.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "common/aws/glue_client.h"
#include "common/base/result.h"
#include "common/snowflake/sql.h"
#include "functions/glue_to_snowflake/config.h"
#include "functions/glue_to_snowflake/file_format.h"
#include "functions/glue_to_snowflake/hive_type.h"

namespace glue_to_snowflake {

// Finds the sources of one table's columns.
class ColumnSources {
  public:
    // Kind data_invalid where a schema in the parameters cannot be read.
    static base::Result<ColumnSources> of(const aws::GlueTable& table, FileFormat format,
                                          ColumnCase column_case);

    // The SQL of the column's value, in the column's own type. `position` counts from 1 (CSV).
    [[nodiscard]] snowflake::Sql expression(std::string_view column, std::size_t position,
                                            const HiveType& type) const;

  private:
    ColumnSources() = default;
    [[nodiscard]] snowflake::Sql value(std::string_view column) const;

    FileFormat format_ = FileFormat::parquet;
    bool ignore_case_ = false;
    std::map<std::string, std::string, std::less<>> true_names_;  // by name in small letters
    std::map<std::string, std::string, std::less<>> mapped_names_;
};

}  // namespace glue_to_snowflake
