// How the text of a table is delimited: as its SerDe has it (Hive), or as Spark's reader has it.
//
//   LazySimpleSerDe    field.delim, escape.delim, serialization.null.format; no quotes. A delimiter
//                      that is a number is the byte of that code (Hive's LazyUtils.getByte).
//                      Without field.delim it is Ctrl-A; an empty field is an empty text.
//   MultiDelimitSerDe  the same, field.delim whole
//   OpenCSVSerde       separatorChar , quoteChar " escapeChar \ (the first character of each);
//                      every column is text, nothing is NULL
//   Spark's csv        sep , quote " escape \ header nullValue encoding lineSep compression; a
//   field
//                      without anything is NULL, the escape counts inside quotes only
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/aws/glue_client.h"
#include "common/base/result.h"

namespace glue_to_snowflake {

enum class EmptyField { text, null };
enum class Blanks { kept, trimmed };

struct CsvDialect {
    std::string field = "\x01";
    std::string record = "\n";
    std::string quote = {};              // empty: none, as with the two after it
    std::string quoted_escape = {};      // inside quotes
    std::string unenclosed_escape = {};  // of fields without quotes
    std::optional<std::string> null_text = {};
    EmptyField empty_field = EmptyField::text;
    Blanks blanks = Blanks::kept;
    int header_lines = 0;
    std::string encoding = {};  // as Java calls it; empty: UTF-8
    std::vector<std::string> notes = {};
};

// Whether Spark's reader reads the table's text, and not a SerDe.
bool is_spark_csv(const aws::GlueTable& table);

// Kind data_invalid, naming the property, where its value is none that it can have.
base::Result<CsvDialect> csv_dialect(const aws::GlueTable& table);

}  // namespace glue_to_snowflake
