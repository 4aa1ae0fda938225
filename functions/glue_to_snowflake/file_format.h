// The format of a table's files, from its SerDe first, and the FILE_FORMAT options that read them
// as Hive does. Snowflake's page: "CREATE FILE FORMAT"; Hive's: LazySimpleSerDe, OpenCSVSerde.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/aws/glue_client.h"
#include "common/snowflake/sql.h"

namespace glue_to_snowflake {

enum class FileFormat { parquet, json, csv, avro, orc };

// PARQUET, JSON, …
std::string_view format_name(FileFormat format);

// By SerDe, input format, `classification` and Spark's provider, in this order; nothing where none
// of them names a format that Snowflake reads.
std::optional<FileFormat> detect_format(const aws::GlueTable& table);

struct FormatOptions {
    snowflake::Sql sql;              // TYPE = CSV FIELD_DELIMITER = ',' …
    std::vector<std::string> notes;  // what Snowflake cannot express
};

// An error of kind data_invalid says what cannot be expressed at all. For parquet, json and csv.
base::Result<FormatOptions> format_options(FileFormat format, const aws::GlueTable& table);

}  // namespace glue_to_snowflake
