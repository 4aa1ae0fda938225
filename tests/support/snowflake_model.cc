#include "tests/support/snowflake_model.h"

#include <algorithm>
#include <optional>

#include "tests/support/sql_reader.h"

namespace tests {
namespace {

ModelColumn read_column(SqlReader& reader) {
    ModelColumn column{.name = reader.identifier(), .type = {}, .expression = {}};
    reader.need(" ");
    column.type = reader.until(" ");
    reader.need(" AS ");
    column.expression = reader.in_brackets();
    return column;
}

std::vector<std::string> read_names(SqlReader& reader) {
    std::vector<std::string> names;
    reader.need("(");
    do {
        names.push_back(reader.identifier());
    } while (reader.take(", "));
    reader.need(")");
    return names;
}

// From the columns on.
ModelTable read_external(SqlReader& reader, bool replaces, bool& copies_grants) {
    ModelTable table{.kind = ModelKind::external};
    reader.need(" (");
    do {
        table.columns.push_back(read_column(reader));
    } while (reader.take(", "));
    reader.need(")");
    if (reader.take(" PARTITION BY ")) table.partition_by = read_names(reader);
    reader.need(" LOCATION = ");
    table.location = reader.until(" ");
    if (reader.take(" PARTITION_TYPE = USER_SPECIFIED")) {
        table.user_specified = true;
    } else {
        reader.need(" AUTO_REFRESH = ");
        table.auto_refresh = reader.boolean();
        reader.need(" PATTERN = ");
        table.pattern = reader.literal();
    }
    reader.need(" FILE_FORMAT = ");
    table.file_format = reader.in_brackets();
    copies_grants = replaces && reader.take(" COPY GRANTS");
    reader.need(" COMMENT = ");
    table.comment = reader.literal();
    return table;
}

// @"DB"."S"."STAGE"/ -> "DB"."S"."STAGE"; nothing for a stage of unquoted names.
std::optional<std::string> quoted_stage(std::string_view location) {
    if (!location.starts_with("@\"")) return std::nullopt;
    return std::string(location.substr(1, location.rfind('"')));
}

// What one statement is about: the model, and the table that it names.
struct Statement {
    SnowflakeModel& model;
    SqlReader reader;
    std::string name = {};

    [[nodiscard]] ModelTable* table() const {
        const auto found = model.tables.find(name);
        return found == model.tables.end() ? nullptr : &found->second;
    }
};

using Fault = std::string;  // empty: done
constexpr std::string_view kAlreadyThere = "already exists";

Fault create_external(Statement& statement, bool replaces) {
    bool copies_grants = false;
    ModelTable made = read_external(statement.reader, replaces, copies_grants);
    if (!statement.reader.at_end()) return "syntax error";
    if (made.user_specified && made.partition_by.empty()) return "no partition columns";
    ModelTable* old = statement.table();
    if (old != nullptr && !replaces) return Fault(kAlreadyThere);
    if (const auto stage = quoted_stage(made.location);
        stage && !statement.model.stages.contains(*stage))
        return "the stage does not exist";
    if (old != nullptr && old->kind != ModelKind::external)
        return "an object of another kind has the name";
    if (old != nullptr && copies_grants) made.grants = old->grants;
    if (old != nullptr) made.builds = old->builds + 1;
    statement.model.tables.insert_or_assign(statement.name, std::move(made));
    return {};
}

Fault create_iceberg(Statement& statement) {
    ModelTable made{.kind = ModelKind::iceberg};
    if (statement.reader.take(" EXTERNAL_VOLUME = "))
        made.catalog = statement.reader.literal() + "/";
    statement.reader.need(" CATALOG = ");
    made.catalog += statement.reader.literal();
    statement.reader.need(" CATALOG_TABLE_NAME = ");
    const std::string table = statement.reader.literal();
    statement.reader.need(" CATALOG_NAMESPACE = ");
    made.catalog += "/" + statement.reader.literal() + "/" + table;
    statement.reader.need(" AUTO_REFRESH = ");
    made.auto_refresh = statement.reader.boolean();
    statement.reader.need(" COMMENT = ");
    made.comment = statement.reader.literal();
    if (!statement.reader.at_end()) return "syntax error";
    if (statement.table() != nullptr) return Fault(kAlreadyThere);
    statement.model.tables.emplace(statement.name, std::move(made));
    return {};
}

auto find_column(ModelTable& table, const std::string& name) {
    return std::find_if(table.columns.begin(), table.columns.end(),
                        [&name](const ModelColumn& column) { return column.name == name; });
}

Fault rename(Statement& statement) {
    const std::string to = statement.reader.name();
    if (!statement.reader.at_end()) return "syntax error";
    if (statement.model.tables.contains(to)) return Fault(kAlreadyThere);
    auto node = statement.model.tables.extract(statement.name);
    node.key() = to;
    statement.model.tables.insert(std::move(node));
    return {};
}

Fault alter_columns(Statement& statement) {
    ModelTable& table = *statement.table();
    if (statement.reader.take(" RENAME TO ")) return rename(statement);
    if (table.kind != ModelKind::external) return "no external table";
    if (statement.reader.take(" ADD COLUMN IF NOT EXISTS ")) {
        ModelColumn column = read_column(statement.reader);
        if (!statement.reader.at_end()) return "syntax error";
        if (find_column(table, column.name) == table.columns.end())
            table.columns.push_back(std::move(column));
        return {};
    }
    statement.reader.need(" DROP COLUMN IF EXISTS ");
    const std::string dropped = statement.reader.identifier();
    if (!statement.reader.at_end()) return "syntax error";
    const auto& keys = table.partition_by;
    if (std::find(keys.begin(), keys.end(), dropped) != keys.end()) return "a partition column";
    if (const auto found = find_column(table, dropped); found != table.columns.end())
        table.columns.erase(found);
    return {};
}

Fault add_partition(Statement& statement, ModelTable& table) {
    const std::string values = statement.reader.in_brackets();
    statement.reader.need(" LOCATION ");
    const std::string path = statement.reader.literal();
    if (!statement.reader.at_end()) return "syntax error";
    const auto [found, is_new] = table.partitions.try_emplace(path, values);
    return !is_new && found->second != values ? "another partition has the location" : "";
}

Fault alter_external(Statement& statement) {
    ModelTable& table = *statement.table();
    SqlReader& reader = statement.reader;
    if (table.kind != ModelKind::external) return "no external table";
    if (reader.take(" SET AUTO_REFRESH = ")) {
        const bool is_on = reader.boolean();
        if (!reader.at_end()) return "syntax error";
        if (table.user_specified) return "a user-specified table has no AUTO_REFRESH";
        table.auto_refresh = is_on;
        return {};
    }
    if (reader.take(" REFRESH")) {
        if (reader.take(" ")) reader.literal();
        if (!reader.at_end()) return "syntax error";
        if (table.user_specified) return "a user-specified table knows no REFRESH";
        ++statement.model.refreshes;
        return {};
    }
    if (!table.user_specified) return "partitions are expressions";
    if (reader.take(" ADD PARTITION ")) return add_partition(statement, table);
    reader.need(" DROP PARTITION LOCATION ");
    const std::string path = reader.literal();
    if (!reader.at_end()) return "syntax error";
    table.partitions.erase(path);
    return {};
}

Fault alter_iceberg(Statement& statement) {
    statement.reader.need(" SET AUTO_REFRESH = ");
    const bool is_on = statement.reader.boolean();
    if (!statement.reader.at_end()) return "syntax error";
    if (statement.table()->kind != ModelKind::iceberg) return "no Iceberg table";
    statement.table()->auto_refresh = is_on;
    return {};
}

Fault comment(Statement& statement) {
    statement.reader.need(" IS ");
    std::string text = statement.reader.literal();
    if (!statement.reader.at_end()) return "syntax error";
    statement.table()->comment = std::move(text);
    return {};
}

Fault drop(Statement& statement, ModelKind kind) {
    if (!statement.reader.at_end()) return "syntax error";
    const ModelTable* table = statement.table();
    if (table == nullptr) return {};
    if (table->kind != kind) return "an object of another kind";
    statement.model.tables.erase(statement.name);
    return {};
}

Fault create_stage(Statement& statement) {
    statement.reader.need(" URL = ");
    const std::string url = statement.reader.literal();
    statement.reader.need(" STORAGE_INTEGRATION = ");
    statement.reader.identifier();
    statement.reader.need(" COMMENT = ");
    statement.reader.literal();
    if (!statement.reader.at_end()) return "syntax error";
    return statement.model.stages.emplace(statement.name, url).second ? "" : Fault(kAlreadyThere);
}

Fault drop_stage(Statement& statement) {
    if (!statement.reader.at_end()) return "syntax error";
    statement.model.stages.erase(statement.name);
    return {};
}

template <typename Change>
Fault on_table(Statement& statement, Change change) {
    statement.name = statement.reader.name();
    if (statement.reader.failed()) return "syntax error";
    return statement.table() == nullptr ? "it does not exist" : change(statement);
}

template <typename Change>
Fault on_name(Statement& statement, Change change) {
    statement.name = statement.reader.name();
    return statement.reader.failed() ? "syntax error" : change(statement);
}

Fault run(Statement& statement) {
    SqlReader& reader = statement.reader;
    if (reader.take("CREATE EXTERNAL TABLE IF NOT EXISTS "))
        return on_name(statement, [](auto& it) { return create_external(it, false); });
    if (reader.take("CREATE OR REPLACE EXTERNAL TABLE "))
        return on_name(statement, [](auto& it) { return create_external(it, true); });
    if (reader.take("CREATE ICEBERG TABLE IF NOT EXISTS "))
        return on_name(statement, create_iceberg);
    if (reader.take("CREATE STAGE IF NOT EXISTS ")) return on_name(statement, create_stage);
    if (reader.take("DROP STAGE IF EXISTS ")) return on_name(statement, drop_stage);
    if (reader.take("DROP EXTERNAL TABLE IF EXISTS "))
        return on_name(statement, [](auto& it) { return drop(it, ModelKind::external); });
    if (reader.take("DROP ICEBERG TABLE IF EXISTS "))
        return on_name(statement, [](auto& it) { return drop(it, ModelKind::iceberg); });
    if (reader.take("ALTER TABLE ")) return on_table(statement, alter_columns);
    if (reader.take("ALTER EXTERNAL TABLE ")) return on_table(statement, alter_external);
    if (reader.take("ALTER ICEBERG TABLE ")) return on_table(statement, alter_iceberg);
    if (reader.take("COMMENT ON TABLE ")) return on_table(statement, comment);
    return "no statement that the model knows";
}

}  // namespace

ModelAnswer SnowflakeModel::execute(std::string_view statement) {
    Statement read{*this, SqlReader(statement)};
    const Fault fault = run(read);
    if (fault.empty()) return ModelAnswer::done;
    if (fault == kAlreadyThere && !statement.starts_with("ALTER"))
        return ModelAnswer::already_there;
    return refuse(fault + ": " + std::string(statement));
}

bool SnowflakeModel::is_invalid(const ModelTable& table) const {
    const auto stage = quoted_stage(table.location);
    return table.kind == ModelKind::external && stage && !stages.contains(*stage);
}

ModelAnswer SnowflakeModel::refuse(std::string fault) {
    fault_ = std::move(fault);
    return ModelAnswer::refused;
}

}  // namespace tests
