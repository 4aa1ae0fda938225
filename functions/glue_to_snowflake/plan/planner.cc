#include "functions/glue_to_snowflake/plan/planner.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "functions/glue_to_snowflake/plan/claim.h"
#include "functions/glue_to_snowflake/plan/column_plan.h"
#include "functions/glue_to_snowflake/plan/rebuild.h"
#include "functions/glue_to_snowflake/plan/table_statements.h"

namespace glue_to_snowflake {
namespace {

bool is_user_specified(const TableDefinition& definition) {
    return definition.table.partition_type == snowflake::PartitionType::user_specified;
}

// Why ALTER cannot bring the table in step, whatever its columns are; empty where it can.
std::string replace_reason(const Mark& old, const Mark& mark, const snowflake::ShownTable& shown) {
    if (shown.is_invalid) {
        return list_text({fmt::format(
            "Snowflake calls the table invalid: {}",
            shown.invalid_reason.empty() ? "no reason is given" : shown.invalid_reason)});
    }
    std::vector<std::string> parts;
    if (old.location != mark.location) parts.emplace_back("the location");
    if (old.file_format != mark.file_format) parts.emplace_back("the file format");
    if (old.partitions != mark.partitions) parts.emplace_back("the partition columns");
    return parts.empty() ? "" : list_text(parts) + " changed";
}

// Whether all is the same but, perhaps, AUTO_REFRESH.
bool differs_by_refresh_alone(const TableDefinition& definition, const Mark& old) {
    snowflake::ExternalTable table = definition.table;
    table.auto_refresh = old.auto_refresh;
    return definition_hash(table) == old.definition;
}

// The plan of one table that is new or, its old one being ours, is made anew.
class Building {
  public:
    Building(const TableDefinition& definition, Mark mark)
        : definition_(definition), mark_(std::move(mark)) {
        if (is_user_specified(definition)) mark_.known_partitions = KnownPartitions();
    }

    Plan create() {
        const std::string reason = "the table is new";
        const std::string text = definition_.description.value_or("");
        add_stage();
        statements_.push_back(
            planned_create(definition_.table, write_comment(text, mark_), reason));
        return {Action::create, reason_text({reason}, notes_), std::move(statements_)};
    }

    Plan replace(const Shown& shown, const Mark& old, const std::string& reason) {
        const std::string text =
            definition_.description.value_or(std::string(text_before_mark(shown.table.comment)));
        add_stage();
        statements_.push_back(
            planned_replace(definition_.table, write_comment(text, mark_), reason));
        if (old.stage != mark_.stage) {
            if (const auto stage = own_stage(definition_.table.name, old))
                statements_.push_back(planned_drop_stage(*stage, "the table is on it no more"));
        }
        return {Action::replace, reason_text({reason}, notes_), std::move(statements_)};
    }

  private:
    void add_stage() {
        notes_ = definition_.notes;
        if (definition_.stage) {
            statements_.push_back(planned_create_stage(
                *definition_.stage, "the table's location needs a stage of its own"));
        }
    }

    const TableDefinition& definition_;
    Mark mark_;
    std::vector<std::string> notes_;
    std::vector<PlannedStatement> statements_;
};

// The plan of a table of ours that is there.
class Keeping {
  public:
    // `mark` is the one that the table is to have.
    Keeping(const TableDefinition& definition, const Shown& shown, const Mark& old, Mark mark)
        : definition_(definition),
          shown_(shown),
          old_(old),
          mark_(std::move(mark)),
          replace_reason_(replace_reason(old, mark_, shown.table)),
          notes_(definition.notes) {
        mark_.known_partitions = old.known_partitions;
    }

    // Why only a replace will do; empty where the plan is take().
    [[nodiscard]] const std::string& reason_to_replace() const { return replace_reason_; }

    void keep_columns() {
        if (!replace_reason_.empty() || old_.definition == mark_.definition) return;
        if (old_.auto_refresh != mark_.auto_refresh) {
            reasons_.emplace_back(auto_refresh_text(mark_.auto_refresh));
            statements_.push_back(planned_set_auto_refresh(
                shown_.table.kind, definition_.table.name, mark_.auto_refresh, reasons_.back()));
        }
        if (differs_by_refresh_alone(definition_, old_)) return;
        if (!old_.columns) {
            replace_reason_ = "its columns changed, and which of them its comment does not say";
        } else if (old_.columns == mark_.columns) {
            replace_reason_ = "its clauses are those of another release of lakefeed";
        } else {
            alter_columns(*old_.columns);
        }
    }

    Plan take() {
        const std::string_view there = text_before_mark(shown_.table.comment);
        const std::string text = definition_.description.value_or(std::string(there));
        if (text != there) reasons_.emplace_back("the description changed");
        if (reasons_.empty() && old_.definition != mark_.definition)
            reasons_.emplace_back("an ALTER broke off before the comment");
        if (reasons_.empty())
            return {Action::none, reason_text({"the definition is the same"}, notes_), {}};
        statements_.push_back(planned_comment_on(definition_.table.name, write_comment(text, mark_),
                                                 "the comment says what the table is now"));
        return {Action::alter, reason_text(reasons_, notes_), std::move(statements_)};
    }

  private:
    void alter_columns(const ColumnHashes& known) {
        ColumnPlan plan = plan_columns(definition_.table, shown_.columns, known);
        replace_reason_ = std::move(plan.replace_reason);
        reasons_.insert(reasons_.begin(), plan.reasons.begin(), plan.reasons.end());
        // Columns first: they are what people wait for.
        plan.statements.insert(plan.statements.end(), statements_.begin(), statements_.end());
        statements_ = std::move(plan.statements);
    }

    const TableDefinition& definition_;
    const Shown& shown_;
    const Mark& old_;
    Mark mark_;
    std::string replace_reason_;
    std::vector<std::string> reasons_;
    std::vector<std::string> notes_;
    std::vector<PlannedStatement> statements_;
};

}  // namespace

bool wants_columns(const TableDefinition& definition, const aws::GlueTableId& source,
                   const snowflake::ShownTable& shown) {
    const auto claimed = claim(shown, source);
    const Mark* old = std::get_if<Mark>(&claimed);
    if (old == nullptr || shown.kind != snowflake::TableKind::external || !old->columns)
        return false;
    const Mark mark = make_mark(definition, source);
    return replace_reason(*old, mark, shown).empty() && old->columns != mark.columns;
}

Plan plan_table(const TableDefinition& definition, const aws::GlueTableId& source,
                const std::optional<Shown>& shown, const PlanOptions& options) {
    Mark mark = make_mark(definition, source);
    if (!shown) return Building(definition, std::move(mark)).create();
    const auto claimed = claim(shown->table, source);
    if (const auto* skip = std::get_if<Skip>(&claimed)) return {Action::skip, skip->reason, {}};
    const auto& old = std::get<Mark>(claimed);
    if (shown->table.kind != snowflake::TableKind::external) {
        return rebuild_by_policy({definition.table.name, *shown, old, options},
                                 "an Iceberg table of it is there, and it is none any more",
                                 Building(definition, std::move(mark)).create());
    }
    Keeping keeping(definition, *shown, old, mark);
    keeping.keep_columns();
    if (keeping.reason_to_replace().empty()) return keeping.take();
    return Building(definition, std::move(mark)).replace(*shown, old, keeping.reason_to_replace());
}

}  // namespace glue_to_snowflake
