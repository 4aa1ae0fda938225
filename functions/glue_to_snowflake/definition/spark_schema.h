// The schema that Spark keeps in a table's parameters, and the tables that have no other one.
//
// Of a data source that Hive has no SerDe for (csv, json, …), Spark gives the catalog one column
// `col array<string>`, a made-up location and a SerDe that reads nothing. What it reads itself
// stands in the parameters: spark.sql.sources.provider, spark.sql.sources.schema (one JSON text, or
// .numParts and .part.N), .numPartCols and .partCol.N; its options, `path` among them, are the
// SerDe's parameters.
//
//   {"type":"struct","fields":[{"name":"userId","type":"long","nullable":true,"metadata":{}},
//     {"name":"tags","type":{"type":"array","elementType":"string","containsNull":true},…},…]}
//
// Spark's sources: HiveExternalCatalog.scala, DataType.scala (jsonValue), CSVOptions.scala.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/aws/glue_client.h"
#include "common/base/result.h"

namespace glue_to_snowflake {

// The schema's text, its parts put together; empty where there is none. Kind data_invalid where the
// parts are not all there.
base::Result<std::string> spark_schema_text(const aws::GlueParameters& parameters);

// Whether the only column of the catalog is Spark's placeholder.
bool has_spark_placeholder(const aws::GlueTable& table);

// The table as its files are: the same, but where the catalog has Spark's placeholder. Then columns
// (names in small letters, types Hive's), partition keys and location are Spark's, and SerDe, input
// format and classification, which say nothing of the files, are empty: the provider decides. Kind
// data_invalid, naming the property or the field, where Spark's schema cannot be read.
base::Result<aws::GlueTable> effective_table(const aws::GlueTable& table);

// An option of Spark's reader, in any case of letters.
std::optional<std::string_view> spark_option(const aws::GlueTable& table, std::string_view name);

// The provider's format: "csv" of csv and of the class names that stand for it (in small letters).
std::string spark_provider(const aws::GlueTable& table);

}  // namespace glue_to_snowflake
