// Any bytes as the schema that Spark keeps: columns come out that the grammar of types reads or
// refuses, or a fault; and the sources of columns read the same text.
#include <string>

#include "functions/glue_to_snowflake/definition/column_source.h"
#include "functions/glue_to_snowflake/definition/hive_type.h"
#include "functions/glue_to_snowflake/definition/spark_schema.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace glue_to_snowflake;  // NOLINT(google-build-using-namespace): one function.
    aws::GlueTable table;
    table.storage_descriptor.columns = {{"col", "array<string>"}};
    table.parameters["spark.sql.sources.provider"] = "json";
    table.parameters["spark.sql.sources.schema"] =
        std::string(reinterpret_cast<const char*>(data), size);
    const auto effective = effective_table(table);
    const auto sources = ColumnSources::of(table, FileFormat::json, ColumnCase::automatic);
    if (!effective.ok()) {
        fuzz::expect(!effective.error().message.empty());
        return 0;
    }
    // Names are all that the sources take, so what has types has names.
    fuzz::expect(sources.ok());
    for (const aws::GlueColumn& column : effective->storage_descriptor.columns) {
        const auto type = parse_hive_type(column.type);
        if (!type.ok()) continue;
        const std::string sql = sources->expression(column.name, 1, *type).text();
        fuzz::expect(sql.starts_with("VALUE:\"") || sql.starts_with("GET(VALUE, '") ||
                     sql.starts_with("TRY_TO_BINARY("));
    }
    return 0;
}
