#include <algorithm>

#include <fmt/format.h>

#include "runtime/local/sql/catalog.h"
#include "runtime/local/text.h"

namespace sql {
namespace {

constexpr std::size_t kLikeTextBytesMax = 1'024;
constexpr std::string_view kCreatedOn = "1795136400.000000000";

// LIKE of SHOW: case does not count, % is any text, _ any byte, a backslash takes the next one
// as it is. Row by row over the pattern: reached[i] says whether the text up to i matches.
bool like_matches(std::string_view pattern, std::string_view text) {
    if (text.size() > kLikeTextBytesMax) return false;
    std::vector<bool> reached(text.size() + 1, false);
    reached[0] = true;
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        std::vector<bool> next(text.size() + 1, false);
        const bool is_escaped = pattern[at] == '\\' && at + 1 < pattern.size();
        if (is_escaped) ++at;
        const bool is_any_text = !is_escaped && pattern[at] == '%';
        const bool is_any_byte = !is_escaped && pattern[at] == '_';
        for (std::size_t i = 0; i <= text.size(); ++i) {
            if (is_any_text) {
                next[i] = reached[i] || (i > 0 && next[i - 1]);
            } else if (i > 0 && reached[i - 1]) {
                next[i] = is_any_byte || local::lower(pattern[at]) == local::lower(text[i - 1]);
            }
        }
        reached = std::move(next);
    }
    return reached[text.size()];
}

bool is_in_scope(const Show& show, const Name& name) {
    return (show.database.empty() || show.database == name.database) &&
           (show.schema.empty() || show.schema == name.schema) &&
           (!show.like || like_matches(*show.like, name.object)) &&
           (!show.starts_with || name.object.starts_with(*show.starts_with));
}

// LIMIT <rows> FROM '<name>': the rows behind the first one whose name begins so.
class Page {
  public:
    explicit Page(const Show& show)
        : left_(std::min<std::size_t>(
              kShownRowsMax, show.limit
                                 ? static_cast<std::size_t>(std::max<std::int64_t>(*show.limit, 0))
                                 : kShownRowsMax)),
          from_(show.from) {}

    bool takes(const Name& name) {
        if (from_) {
            if (name.object.starts_with(*from_)) from_.reset();
            return false;
        }
        if (left_ == 0) return false;
        --left_;
        return true;
    }

  private:
    std::size_t left_;
    std::optional<std::string> from_;
};

using Row = std::vector<std::optional<std::string>>;

std::vector<std::string> columns_of(ObjectKind kind) {
    if (kind == ObjectKind::stage) {
        return {"created_on",      "name",  "database_name", "schema_name",        "url",
                "has_credentials", "owner", "comment",       "storage_integration"};
    }
    if (kind == ObjectKind::iceberg_table) {
        return {"created_on",
                "name",
                "database_name",
                "schema_name",
                "owner",
                "external_volume_name",
                "catalog_name",
                "iceberg_table_type",
                "catalog_table_name",
                "catalog_namespace",
                "can_write_metadata",
                "comment"};
    }
    return {"created_on",
            "name",
            "database_name",
            "schema_name",
            "invalid",
            "invalid_reason",
            "owner",
            "comment",
            "stage",
            "location",
            "file_format_name",
            "file_format_type",
            "cloud",
            "region",
            "notification_channel"};
}

Row stage_row(const Name& name, const Stage& stage) {
    return {std::string(kCreatedOn),
            name.object,
            name.database,
            name.schema,
            stage.url,
            "N",
            stage.owner,
            stage.comment,
            stage.storage_integration};
}

Row external_row(const Name& name, const Table& table, const std::string& invalid_reason) {
    const std::string stage = "@" + written(table.stage);
    const bool is_invalid = !invalid_reason.empty();
    return {std::string(kCreatedOn),
            name.object,
            name.database,
            name.schema,
            is_invalid ? "true" : "false",
            is_invalid ? std::optional(invalid_reason) : std::nullopt,
            table.owner,
            table.comment,
            stage,
            stage + "/" + table.path,
            "",
            table.file_format.type,
            "AWS",
            "us-east-1",
            std::nullopt};
}

Row iceberg_row(const Name& name, const Table& table) {
    return {std::string(kCreatedOn),
            name.object,
            name.database,
            name.schema,
            table.owner,
            table.external_volume,
            table.catalog,
            "UNMANAGED",
            table.catalog_table_name,
            table.catalog_namespace,
            "N",
            table.comment};
}

}  // namespace

Rows Catalog::apply(const Show& statement) {
    if (!statement.schema.empty() &&
        !account_.schemas.contains({statement.database, statement.schema})) {
        return refused(
            missing("Schema", fmt::format("{}.{}", statement.database, statement.schema)));
    }
    Page page(statement);
    Rows shown{columns_of(statement.kind), {}, std::nullopt};
    if (statement.kind == ObjectKind::stage) {
        for (const auto& [name, stage] : stages_) {
            if (is_in_scope(statement, name) && page.takes(name))
                shown.rows.push_back(stage_row(name, stage));
        }
        return shown;
    }
    const bool is_external = statement.kind == ObjectKind::external_table;
    for (const auto& [name, table] : tables_) {
        const bool is_kind = table.kind == (is_external ? kExternalTable : kIcebergTable);
        if (!is_kind || !is_in_scope(statement, name) || !page.takes(name)) continue;
        shown.rows.push_back(is_external ? external_row(name, table, invalid_reason(table))
                                         : iceberg_row(name, table));
    }
    return shown;
}

Rows Catalog::apply(const Describe& statement) {
    const Table* table = find_table(statement.name);
    if (table == nullptr) return refused(missing("Table", written(statement.name)));
    if (table->kind != kExternalTable) return refused(wrong_kind(table->kind, kExternalTable));
    Rows described;
    described.columns = {"name",        "type",       "kind",  "null?",      "default",
                         "primary key", "unique key", "check", "expression", "comment"};
    const auto row = [&described](std::string name, std::string type, std::string kind,
                                  std::optional<std::string> expression, std::string comment) {
        described.rows.push_back({std::move(name), std::move(type), std::move(kind), "Y",
                                  std::nullopt, "N", "N", std::nullopt, std::move(expression),
                                  comment.empty() ? std::nullopt : std::optional(comment)});
    };
    row("VALUE", "VARIANT", "COLUMN", std::nullopt, "The value of this row");
    for (const Column& column : table->columns)
        row(column.name, written(column.type), "VIRTUAL", written(column.expression), "");
    return described;
}

Rows Catalog::apply(const GetDdl& statement) {
    const Table* table = find_table(statement.name);
    if (table == nullptr) return refused(missing("Table", written(statement.name)));
    if (table->kind == "VIEW") return refused(wrong_kind(table->kind, "TABLE"));
    return {{"GET_DDL"}, {{written_ddl(statement.name, *table)}}, std::nullopt};
}

std::string written_ddl(const Name& name, const Table& table) {
    std::string ddl = fmt::format("create or replace {} {}", table.kind, quoted(name.object, '"'));
    std::transform(ddl.begin(), ddl.begin() + static_cast<std::ptrdiff_t>(18 + table.kind.size()),
                   ddl.begin(), local::lower);
    if (table.kind != kExternalTable) return ddl + ";";
    ddl += '(';
    for (const Column& column : table.columns) {
        ddl +=
            fmt::format("{}\n\t{} {} AS ({})", &column == table.columns.data() ? "" : ",",
                        quoted(column.name, '"'), written(column.type), written(column.expression));
    }
    ddl += ")\n";
    if (!table.partition_by.empty()) {
        ddl += "partition by (";
        for (const std::string& key : table.partition_by)
            ddl += (ddl.ends_with('(') ? "" : ", ") + quoted(key, '"');
        ddl += ")\n";
    }
    ddl += fmt::format("location=@{}/{}\n", written(table.stage), table.path);
    ddl += table.is_user_specified ? std::string("partition_type=user_specified\n")
                                   : fmt::format("auto_refresh={}\n", table.auto_refresh);
    if (!table.pattern.empty()) ddl += fmt::format("pattern={}\n", quoted(table.pattern, '\''));
    return ddl + fmt::format("file_format=({})\n;", table.file_format.text);
}

}  // namespace sql
