// Reads one case a line and prints, a line each, the plan for it.
//
//   {"table":{…the Table of a GetTable answer…},
//    "environment":{"DATABASE_RULE":…},                 the function's settings, all optional
//    "secret":{"stages":{"s3":{…}}},                    without the connection; default: one stage
//    "shown":{"kind":"external"|"iceberg","name":…,"comment":…,"invalid":false,"invalid_reason":…,
//             "columns":[{"name":…,"type":…,"virtual":true}]},   what Snowflake shows, or nothing
//    "deleted":{"now_ms":…,"token":…}}                  the catalog has the table no more
//
//   {"target":…,"action":…,"reason":…,"wants_columns":…,
//    "statements":[{"sql":…,"subject":…,"reason":…}],"notes":[…]}
//   or {"skip":reason} or {"error":message}
//
// Driven by tests/e2e/test_glue_goldens.py and its neighbours.
#include <iostream>
#include <optional>
#include <string>

#include "common/aws/glue_client.h"
#include "common/base/environment.h"
#include "common/codec/json.h"
#include "functions/glue_to_snowflake/config.h"
#include "functions/glue_to_snowflake/plan/planner.h"
#include "functions/glue_to_snowflake/snowflake_settings.h"

namespace {

using namespace glue_to_snowflake;  // NOLINT(google-build-using-namespace): a tool of one file.

constexpr std::string_view kDefaultSecret =
    R"({"stages":{"s3":{"LAKE.PUBLIC.RAW":"s3://lake/raw/"}}})";

class CaseEnvironment final : public base::Environment {
  public:
    explicit CaseEnvironment(const codec::JsonValue* variables) : variables_(variables) {}
    [[nodiscard]] std::optional<std::string> get(std::string_view name) const override {
        const auto value =
            variables_ == nullptr ? std::nullopt : codec::find_text(*variables_, name);
        if (value) return std::string(*value);
        if (name == "SECRET_ARN") return "not-read";
        return std::nullopt;
    }

  private:
    const codec::JsonValue* variables_;
};

std::string text_in(const codec::JsonValue& object, std::string_view name,
                    std::string_view fallback = "") {
    return std::string(codec::find_text(object, name).value_or(fallback));
}

std::optional<Shown> read_shown(const codec::JsonValue& line, const snowflake::TableName& name) {
    const codec::JsonValue* object = codec::find_object(line, "shown");
    if (object == nullptr) return std::nullopt;
    Shown shown;
    shown.table.kind = text_in(*object, "kind") == "iceberg" ? snowflake::TableKind::iceberg
                                                             : snowflake::TableKind::external;
    shown.table.name = text_in(*object, "name", name.table.name());
    shown.table.comment = text_in(*object, "comment");
    shown.table.is_invalid = codec::find_bool(*object, "invalid").value_or(false);
    shown.table.invalid_reason = text_in(*object, "invalid_reason");
    const codec::JsonValue* columns = codec::find_array(*object, "columns");
    if (columns == nullptr) return shown;
    for (const codec::JsonValue& column : columns->GetArray()) {
        shown.columns.push_back({.name = text_in(column, "name"),
                                 .type = text_in(column, "type"),
                                 .is_virtual = codec::find_bool(column, "virtual").value_or(true)});
    }
    return shown;
}

void write_plan(codec::JsonWriter& json, const Plan& plan) {
    json.member("action", action_name(plan.action)).member("reason", plan.reason);
    json.key("statements").begin_array();
    for (const PlannedStatement& statement : plan.statements) {
        json.begin_object().member("sql", statement.sql.text());
        json.member("subject", statement.subject).member("reason", statement.reason).end_object();
    }
    json.end_array();
}

void write_notes(codec::JsonWriter& json, const std::vector<std::string>& notes) {
    json.key("notes").begin_array();
    for (const std::string& note : notes)
        json.text(note);
    json.end_array();
}

// What one line is about, once its settings are read.
struct Case {
    const codec::JsonValue& line;
    aws::GlueTable table;
    Config config;
    SnowflakeSettings settings;
};

base::Result<Case> read_case(const codec::JsonValue& line) {
    const codec::JsonValue* table = codec::find_object(line, "table");
    if (table == nullptr)
        return base::Error{base::ErrorKind::data_invalid, "the case has no table"};
    auto parsed = aws::parse_glue_table(R"({"Table":)" + codec::write_json(*table) + "}");
    if (!parsed) return std::move(parsed).error();
    const CaseEnvironment environment(codec::find_object(line, "environment"));
    base::SettingsReader reader(environment);
    Config config = read_config(reader);
    if (auto fault = reader.fault()) return *std::move(fault);
    const codec::JsonValue* secret = codec::find_object(line, "secret");
    const std::string text =
        secret == nullptr ? std::string(kDefaultSecret) : codec::write_json(*secret);
    auto settings = parse_snowflake_settings(base::Secret(text), TargetType::logging);
    if (!settings) return std::move(settings).error();
    return Case{line, *std::move(parsed), std::move(config), *std::move(settings)};
}

// The time and the token of whatever the plan renames.
Tombstone read_tombstone(const codec::JsonValue& line) {
    const codec::JsonValue* deleted = codec::find_object(line, "deleted");
    if (deleted == nullptr) return {0, "00000000"};
    return {codec::find_integer(*deleted, "now_ms").value_or(0), text_in(*deleted, "token")};
}

void answer_deleted(codec::JsonWriter& json, const Case& one, const snowflake::TableName& name) {
    write_plan(json, plan_deleted(name, one.table.id, read_shown(one.line, name),
                                  one.config.delete_policy, read_tombstone(one.line)));
}

void answer_defined(codec::JsonWriter& json, const Case& one, const Definition& definition,
                    const snowflake::TableName& name) {
    const auto shown = read_shown(one.line, name);
    const PlanOptions options{one.config.delete_policy, read_tombstone(one.line)};
    if (const auto* iceberg = std::get_if<IcebergDefinition>(&definition)) {
        write_plan(json, plan_iceberg(*iceberg, one.table.id, shown, options));
        return write_notes(json, iceberg->notes);
    }
    const auto& external = std::get<TableDefinition>(definition);
    json.member_boolean("wants_columns",
                        shown && wants_columns(external, one.table.id, shown->table));
    write_plan(json, plan_table(external, one.table.id, shown, options));
    write_notes(json, external.notes);
}

void answer(codec::JsonWriter& json, const Case& one) {
    const auto target = target_name(one.table.id.database, one.table.id.name, one.config);
    if (!target) {
        json.member("error", target.error().message);
        return;
    }
    if (const auto* skip = std::get_if<Skip>(&*target)) {
        json.member("skip", skip->reason);
        return;
    }
    const auto& name = std::get<snowflake::TableName>(*target);
    json.member("target", snowflake::Sql().table(name).text());
    if (codec::find_object(one.line, "deleted") != nullptr) return answer_deleted(json, one, name);
    const auto definition = define_table(one.table, name, one.config, one.settings);
    if (!definition) {
        json.member("error", definition.error().message);
        return;
    }
    if (const auto* skip = std::get_if<Skip>(&*definition)) {
        json.member("skip", skip->reason);
        return;
    }
    answer_defined(json, one, *definition, name);
}

std::string answer_line(std::string_view text) {
    codec::JsonWriter json;
    json.begin_object();
    const auto line = codec::parse_json(text, "the case");
    if (!line) {
        json.member("error", line.error().message);
    } else if (auto one = read_case(*line)) {
        answer(json, *one);
    } else {
        json.member("error", one.error().message);
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
