// The format of a table's files, from its SerDe first, and the FILE_FORMAT options that read them
// as Hive does. Snowflake's pages: "CREATE EXTERNAL TABLE" and "CREATE FILE FORMAT" (format type
// options); Hive's: LazySimpleSerDe, OpenCSVSerde, and the SerDe references of Athena.
//
//   TYPE = PARQUET  BINARY_AS_TEXT = FALSE: else columns of type binary are read as text.
//                   REPLACE_INVALID_CHARACTERS = TRUE: else a row with a text that is no UTF-8 is
//                   missing from every result, without a word; U+FFFD in it is the smaller loss.
//   TYPE = JSON     STRIP_OUTER_ARRAY = TRUE where the SerDe strips it
//   TYPE = CSV      csv_options.h
//   TYPE = ORC, TYPE = AVRO
//
// COMPRESSION = AUTO finds gzip, bzip2, zstd and deflate by itself; Brotli must be named.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/aws/glue_client.h"
#include "common/base/result.h"
#include "common/snowflake/sql.h"

namespace glue_to_snowflake {

enum class FileFormat { parquet, json, csv, avro, orc };

// PARQUET, JSON, …
std::string_view format_name(FileFormat format);

struct DetectedFormat {
    std::optional<FileFormat> format = {};
    std::string reason = {};  // why Snowflake cannot read the files, where there is no format
};

// By SerDe, input format, `classification` and Spark's provider, in this order. `table` is the
// effective one (spark_schema.h).
DetectedFormat detect_format(const aws::GlueTable& table);

struct FormatOptions {
    snowflake::Sql sql;                   // TYPE = CSV FIELD_DELIMITER = ',' …
    std::vector<std::string> notes = {};  // what Snowflake cannot express
};

// Kind data_invalid, naming the property, says what cannot be expressed at all.
base::Result<FormatOptions> format_options(FileFormat format, const aws::GlueTable& table);

}  // namespace glue_to_snowflake
