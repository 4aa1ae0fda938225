// Reads one text a line, as a JSON string, and prints every statement of the folder with that text
// at each place that may hold one, as {"kind":statement}; or {"error":message}. A kind is the name
// of the function that builds it, and what it was built with. Driven by
// tests/e2e/test_snowflake_sql.py.
#include <iostream>
#include <string>

#include "common/codec/json.h"
#include "common/snowflake/external_table.h"
#include "common/snowflake/iceberg_table.h"
#include "common/snowflake/show.h"
#include "common/snowflake/stage.h"

namespace {

using namespace snowflake;  // NOLINT(google-build-using-namespace): a tool of one file.

// The text at a place of each kind.
struct Places {
    Identifier name;
    TableName table;
    std::string_view text;
};

base::Result<Places> places(std::string_view text) {
    auto name = Identifier::from(text, "the text");
    if (!name) return std::move(name).error();
    const TableName table{*name, *name, *name};
    return Places{*name, table, text};
}

VirtualColumn column(const Places& places) {
    return {places.name, Sql("VARCHAR"), Sql("GET(VALUE, ").literal(places.text).fixed(")")};
}

// The stage is one of stages.s3, or one of the table's own.
ExternalTable external_table(const Places& places, PartitionType partition_type,
                             const StageName& stage) {
    const auto location = StagePath::from(stage, "a/b/");
    return {.name = places.table,
            .columns = {column(places)},
            .partition_columns = {column(places)},
            .partition_type = partition_type,
            .location = *location,
            .file_format = Sql("TYPE = CSV FIELD_DELIMITER = ")
                               .delimiter(places.text)
                               .fixed(" NULL_IF = (")
                               .literal(places.text)
                               .fixed(")")};
}

void write_tables(codec::JsonWriter& json, const Places& places) {
    const TableName& name = places.table;
    const std::string_view text = places.text;
    const StageName stage = *StageName::from("LAKE.PUBLIC.RAW");
    const ExternalTable by_name = external_table(places, PartitionType::expression, stage);
    const ExternalTable by_hand = external_table(places, PartitionType::user_specified, stage);
    const ExternalTable on_own_stage =
        external_table(places, PartitionType::expression, StageName::quoted(name));
    const auto add = [&json](std::string_view kind, const Sql& sql) {
        json.member(kind, sql.text());
    };
    add("create_external_table if_not_exists",
        create_external_table(by_name, CreateMode::if_not_exists, text));
    add("create_external_table replace", create_external_table(by_name, CreateMode::replace, text));
    add("create_external_table user_specified",
        create_external_table(by_hand, CreateMode::if_not_exists, text));
    add("create_external_table replace user_specified",
        create_external_table(by_hand, CreateMode::replace, text));
    add("create_external_table own_stage",
        create_external_table(on_own_stage, CreateMode::if_not_exists, text));
    add("add_column", add_column(name, column(places)));
    add("drop_column", drop_column(name, places.name));
    add("set_auto_refresh on", set_auto_refresh(name, AutoRefresh::on));
    add("set_auto_refresh off", set_auto_refresh(name, AutoRefresh::off));
    add("refresh", refresh(name, ""));
    add("refresh path", refresh(name, text));
    add("comment_on_table", comment_on_table(name, text));
    add("drop_external_table", drop_external_table(name));
    add("rename_table", rename_table(name, places.name));
    const std::vector<PartitionValue> values{{places.name, std::string(text)},
                                             {places.name, std::string(text)}};
    add("add_partition", add_partition(name, values, text));
    add("drop_partition", drop_partition(name, text));
}

void write_others(codec::JsonWriter& json, const Places& places) {
    const TableName& name = places.table;
    const std::string text(places.text);
    const IcebergTable vended{.name = name,
                              .catalog_integration = text,
                              .external_volume = "",
                              .catalog_namespace = text,
                              .catalog_table_name = text};
    IcebergTable with_volume = vended;
    with_volume.external_volume = text;
    const auto add = [&json](std::string_view kind, const Sql& sql) {
        json.member(kind, sql.text());
    };
    add("create_iceberg_table volume", create_iceberg_table(with_volume, text));
    add("create_iceberg_table vended", create_iceberg_table(vended, text));
    add("set_iceberg_auto_refresh", set_iceberg_auto_refresh(name, AutoRefresh::off));
    add("drop_iceberg_table", drop_iceberg_table(name));
    add("create_stage", create_stage({name, "s3://bucket/" + text, places.name}, text));
    add("drop_stage", drop_stage(name));
    add("show_table_like external", show_table_like(TableKind::external, name));
    add("show_table_like iceberg", show_table_like(TableKind::iceberg, name));
    add("show_tables_in external", show_tables_in(TableKind::external, name.in(), std::nullopt));
    add("show_tables_in iceberg", show_tables_in(TableKind::iceberg, name.in(), std::nullopt));
    add("show_tables_in external after", show_tables_in(TableKind::external, name.in(), text));
    add("show_tables_in iceberg after", show_tables_in(TableKind::iceberg, name.in(), text));
    add("describe_external_table", describe_external_table(name));
}

std::string answer_line(std::string_view line) {
    codec::JsonWriter json;
    json.begin_object();
    const auto document = codec::parse_json(line, "the line");
    if (!document || !document->IsString()) {
        json.member("error", "the line is no JSON string");
    } else if (const auto found = places(codec::text_of(*document)); !found) {
        json.member("error", found.error().message);
    } else {
        write_tables(json, *found);
        write_others(json, *found);
    }
    json.end_object();
    return json.take();
}

}  // namespace

int main() {
    for (std::string line; std::getline(std::cin, line);)
        std::cout << answer_line(line) << '\n';
    return 0;
}
