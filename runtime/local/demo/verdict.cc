#include "runtime/local/demo/verdict.h"

#include <utility>

#include <fmt/format.h>

#include "common/codec/json.h"
#include "runtime/local/demo/panel.h"
#include "runtime/local/json_compare.h"
#include "runtime/local/verify_report.h"

namespace demo {
namespace {

std::string paint(std::string_view text, std::string_view code, local::Colour colour) {
    if (colour == local::Colour::off) return std::string(text);
    return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

void add_arrived(std::vector<std::string>& problems, std::string_view where,
                 const Arrived& arrived) {
    if (arrived.lost > 0)
        problems.push_back(
            fmt::format("{} changes are lost on the way to {}", arrived.lost, where));
}

void write_arrived(codec::JsonWriter& json, std::string_view name, const Arrived& arrived) {
    json.key(name)
        .begin_object()
        .member_integer("objects", arrived.objects)
        .member_integer("changes", arrived.changes)
        .member_integer("duplicates", arrived.duplicates)
        .member_integer("lost", arrived.lost)
        .member_integer("snapshot_lines", arrived.snapshot_lines)
        .end_object();
}

void write_texts(codec::JsonWriter& json, std::string_view name,
                 const std::vector<std::string>& texts) {
    json.key(name).begin_array();
    for (const std::string& text : texts)
        json.text(text);
    json.end_array();
}

std::string verdict_line(const Findings& findings) {
    return fmt::format(
        "{} changes made, {} in the lake, {} lost, {} there twice, order {}; newest state of {} "
        "items "
        "{} the table{}; {}",
        grouped(findings.stream_records), grouped(findings.lake.changes),
        grouped(findings.lake.lost), grouped(findings.lake.duplicates),
        findings.items_out_of_order == 0 ? "kept" : "broken", grouped(findings.query.table_items),
        findings.query.different == 0 && findings.verify.is_equal() ? "equals" : "differs from",
        findings.counts.faults_suffered() > 0
            ? fmt::format("; {} faults", grouped(findings.counts.faults_suffered()))
            : "",
        fmt::format("{:.1f} s", static_cast<double>(findings.duration_ms) / 1000));
}

}  // namespace

std::vector<std::string> problems(const Findings& findings) {
    std::vector<std::string> problems;
    if (findings.stream_records != findings.counts.made)
        problems.push_back(fmt::format("the table took {} changes, and its stream has {}",
                                       findings.counts.made, findings.stream_records));
    add_arrived(problems, "the lake", findings.lake);
    add_arrived(problems, "stream_to_s3's folder", findings.to_s3);
    if (findings.items_out_of_order > 0)
        problems.push_back(fmt::format("the changes of {} items are out of order in Kinesis",
                                       findings.items_out_of_order));
    if (findings.pipeline.firehose.failed > 0)
        problems.push_back(fmt::format("Firehose put {} records under its error prefix",
                                       findings.pipeline.firehose.failed));
    if (!findings.verify.is_equal()) {
        std::string text = local::result_text(findings.verify, local::Colour::off);
        text.resize(text.find_last_not_of('\n') + 1);
        problems.push_back(std::move(text));
    }
    if (findings.verify.counts.items != findings.query.table_items ||
        findings.verify.counts.later_lines > 0)
        problems.push_back(fmt::format(
            "the second export has {} items and is older than {} lines; the table has {} items",
            findings.verify.counts.items, findings.verify.counts.later_lines,
            findings.query.table_items));
    if (findings.query.different > 0)
        problems.push_back(fmt::format("DuckDB finds {} of {} items that are not as in the table",
                                       findings.query.different, findings.query.table_items));
    if (findings.statements.empty()) problems.emplace_back("Snowflake was sent no statement");
    return problems;
}

std::string findings_text(const Findings& findings, local::Colour colour) {
    std::string text = "The newest states in the lake, by DuckDB:\n";
    for (const std::string& row : findings.query.rows)
        text += fmt::format("  {}\n", row);
    text += fmt::format("  {} items in the lake, {} in the table, {} differ\n",
                        grouped(findings.query.lake_items), grouped(findings.query.table_items),
                        grouped(findings.query.different));
    text += "Snowflake was sent:\n";
    for (const std::string& statement : findings.statements)
        text += fmt::format("  {}\n", local::shorten(statement));
    if (const std::string faults = faults_text(findings.counts.faults); !faults.empty())
        text += fmt::format("Faults suffered: {}\n", faults);
    if (!findings.folder.empty()) text += fmt::format("The files are in {}\n", findings.folder);
    const std::vector<std::string> wrong = problems(findings);
    for (const std::string& problem : wrong)
        text += fmt::format("{} {}\n", paint("wrong:", "31", colour), problem);
    return text + fmt::format(
                      "{}: {}\n",
                      wrong.empty() ? paint("well", "32", colour) : paint("NOT WELL", "31", colour),
                      verdict_line(findings));
}

std::string findings_json(const Findings& findings) {
    const Counts& counts = findings.counts;
    const std::vector<std::string> wrong = problems(findings);
    codec::JsonWriter json;
    json.begin_object().member_boolean("well", wrong.empty());
    write_texts(json, "problems", wrong);
    json.key("changes")
        .begin_object()
        .member_integer("made", counts.made)
        .member_integer("inserts", counts.inserts)
        .member_integer("modifies", counts.modifies)
        .member_integer("removes", counts.removes)
        .member_integer("in_stream", findings.stream_records)
        .end_object();
    json.member_integer("api_items", counts.api_items);
    write_arrived(json, "lake", findings.lake);
    write_arrived(json, "stream_to_s3", findings.to_s3);
    json.key("kinesis")
        .begin_object()
        .member_integer("records", findings.kinesis_records)
        .member_integer("items_out_of_order", findings.items_out_of_order)
        .end_object();
    json.member_integer("exports", counts.exports)
        .member_integer("snapshot_items", counts.snapshot_items)
        .member_integer("invocations_again", counts.retries);
    json.key("verify").raw(local::result_json(findings.verify, findings.verify_ms));
    json.key("query")
        .begin_object()
        .member_integer("lake_items", findings.query.lake_items)
        .member_integer("table_items", findings.query.table_items)
        .member_integer("different", findings.query.different);
    write_texts(json, "rows", findings.query.rows);
    json.end_object();
    write_texts(json, "snowflake_statements", findings.statements);
    json.key("pipeline").raw(local::stream_pipeline_json(findings.pipeline));
    json.key("faults").begin_object();
    for (const auto& [name, count] : counts.faults)
        json.member_integer(name, count);
    json.end_object();
    return json.member("folder", findings.folder)
        .member_integer("duration_ms", findings.duration_ms)
        .end_object()
        .take();
}

}  // namespace demo
