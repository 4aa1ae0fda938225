// A Glue table in all that the walks of the planner change of it, and what it is to be in
// Snowflake.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "functions/glue_to_snowflake/definition/table_definition.h"
#include "tests/functions/glue_to_snowflake/table_builder.h"
#include "tests/support/snowflake_model.h"

namespace tests {

inline const aws::GlueTableId kSource{"123456789012", "sales__raw", "orders"};

inline std::string base_type(const std::string& type) {
    return type.substr(0, type.find('('));
}

// What the catalog has: the table in all that the walk changes of it.
struct Wish {
    std::string serde = kParquetSerde;
    std::vector<aws::GlueColumn> columns = {{"a", "int"}, {"b", "string"}};
    std::vector<aws::GlueColumn> keys = {};
    std::string folder = "orders";
    int own_stage = 0;  // 0: none
    snowflake::AutoRefresh auto_refresh = snowflake::AutoRefresh::on;
    std::optional<std::string> description = {};
};

inline glue_to_snowflake::TableDefinition define(const Wish& wish) {
    aws::GlueTable table = make_table(wish.serde.c_str(), wish.columns);
    table.partition_keys = wish.keys;
    table.storage_descriptor.location = "s3://lake/raw/" + wish.folder + "/";
    glue_to_snowflake::Config config;
    config.auto_refresh = wish.auto_refresh;
    auto defined = define_table(table, make_name(), config, make_settings());
    auto definition = std::get<glue_to_snowflake::TableDefinition>(*defined);
    definition.description = wish.description;
    if (wish.own_stage != 0) {
        const auto name = make_name(fmt::format("ORDERS_0000000{}", wish.own_stage));
        definition.stage = {name, fmt::format("s3://other/{}/", wish.own_stage),
                            *snowflake::Identifier::from("INT", "the integration")};
        definition.table.location =
            *snowflake::StagePath::from(snowflake::StageName::quoted(name), "");
    }
    return definition;
}

inline glue_to_snowflake::IcebergDefinition define_iceberg(const Wish& wish) {
    return {.table = {.name = make_name(),
                      .catalog_integration = "int",
                      .external_volume = "",
                      .catalog_namespace = kSource.database,
                      .catalog_table_name = kSource.name,
                      .auto_refresh = wish.auto_refresh},
            .description = wish.description};
}

inline std::vector<ModelColumn> columns_of(const glue_to_snowflake::TableDefinition& definition) {
    std::vector<ModelColumn> columns;
    for (const auto* list : {&definition.table.columns, &definition.table.partition_columns}) {
        for (const auto& column : *list) {
            columns.push_back(
                {column.name.name(), base_type(column.type.text()), column.expression.text()});
        }
    }
    return columns;
}

// By name, with base types: what ALTER leaves in another order, or as long as it was, is the same.
inline std::set<std::tuple<std::string, std::string, std::string>> content(
    const std::vector<ModelColumn>& columns) {
    std::set<std::tuple<std::string, std::string, std::string>> out;
    for (const ModelColumn& column : columns)
        out.emplace(column.name, base_type(column.type), column.expression);
    return out;
}

}  // namespace tests
