// Reads a Glue Data Catalog for tests/e2e/test_glue_client.py, with the environment's settings: one
// JSON object a line on standard input, one on standard output.
//   {"call":"databases"}                                   -> {"databases":["name",…]}
//   {"call":"tables","database":…}                         -> {"tables":[<Table>,…],"pages":n}
//   {"call":"table","database":…,"table":…}                -> <Table>
//   {"call":"partitions","database":…,"table":…,"max":n}   -> {"partitions":[…],"complete":true}
//   {"call":"partition","database":…,"table":…,"values":[…]} -> {"values":[…],"location":…}
//   any that fails                                         -> {"error":<kind>,"code":…}
// <Table>: {"name","catalog","location","serde","keys":[…],"columns":[["name","type"],…]}
#include <iostream>
#include <string>

#include "common/aws/glue_client.h"
#include "common/aws/session.h"
#include "common/base/log.h"
#include "common/codec/json.h"

namespace {

std::string failed(const base::Error& error) {
    codec::JsonWriter json;
    json.begin_object().member("error", base::kind_name(error.kind)).member("code", error.code);
    return json.end_object().take();
}

void write_texts(codec::JsonWriter& json, const std::vector<std::string>& texts) {
    json.begin_array();
    for (const std::string& text : texts)
        json.text(text);
    json.end_array();
}

void write_table(codec::JsonWriter& json, const aws::GlueTable& table) {
    const aws::GlueStorageDescriptor& storage = table.storage_descriptor;
    json.begin_object().member("name", table.id.name).member("catalog", table.id.catalog_id);
    json.member("location", storage.location);
    json.member("serde", storage.serde_info.serialization_library).key("keys").begin_array();
    for (const aws::GlueColumn& key : table.partition_keys)
        json.text(key.name);
    json.end_array().key("columns").begin_array();
    for (const aws::GlueColumn& column : storage.columns)
        json.begin_array().text(column.name).text(column.type).end_array();
    json.end_array().end_object();
}

void write_partition(codec::JsonWriter& json, const aws::GluePartition& partition) {
    json.begin_object().key("values");
    write_texts(json, partition.values);
    json.member("location", partition.location).end_object();
}

class Tool {
  public:
    explicit Tool(aws::Client& client) : glue_(client) {}

    std::string answer(const codec::JsonValue& request) {
        const std::string call = text(request, "call");
        const aws::GlueTableId table{"", text(request, "database"), text(request, "table")};
        if (call == "databases") return databases();
        if (call == "tables") return tables(table.database);
        if (call == "table") return one_table(table);
        if (call == "partition") return partition(table, request);
        return partitions(table, codec::find_integer(request, "max").value_or(1));
    }

  private:
    static std::string text(const codec::JsonValue& object, std::string_view name) {
        return std::string(codec::find_text(object, name).value_or(""));
    }

    std::string databases() {
        const auto databases = glue_.get_databases("", {});
        if (!databases) return failed(databases.error());
        std::vector<std::string> names;
        for (const auto& database : *databases)
            names.push_back(database ? database->name : database.error().message);
        codec::JsonWriter json;
        json.begin_object().key("databases");
        write_texts(json, names);
        return json.end_object().take();
    }

    std::string tables(const std::string& database) {
        codec::JsonWriter json;
        json.begin_object().key("tables").begin_array();
        int pages = 0;
        const auto read = glue_.get_tables({"", database}, {}, [&](const auto& tables) {
            ++pages;
            for (const auto& element : tables)
                write_table(json, element.table ? *element.table : aws::GlueTable());
            return true;
        });
        if (!read) return failed(read.error());
        return json.end_array().member_integer("pages", pages).end_object().take();
    }

    std::string one_table(const aws::GlueTableId& id) {
        const auto table = glue_.get_table(id, {});
        if (!table) return failed(table.error());
        codec::JsonWriter json;
        write_table(json, *table);
        return json.take();
    }

    std::string partitions(const aws::GlueTableId& table, std::int64_t max) {
        const auto found = glue_.get_partitions(table, static_cast<std::size_t>(max), {});
        if (!found) return failed(found.error());
        codec::JsonWriter json;
        json.begin_object().key("partitions").begin_array();
        for (const aws::GluePartition& partition : found->partitions)
            write_partition(json, partition);
        return json.end_array().member_boolean("complete", found->is_complete).end_object().take();
    }

    std::string partition(const aws::GlueTableId& table, const codec::JsonValue& request) {
        std::vector<std::string> values;
        for (const auto& value : codec::find_array(request, "values")->GetArray())
            values.emplace_back(codec::text_of(value));
        const auto partition = glue_.get_partition(table, values, {});
        if (!partition) return failed(partition.error());
        codec::JsonWriter json;
        write_partition(json, *partition);
        return json.take();
    }

    aws::GlueClient glue_;
};

}  // namespace

int main() {
    base::SystemClock clock;
    base::SystemRandom random;
    const base::ProcessEnvironment environment;
    base::Log log(clock, base::LogFormat::json, base::LogLevel::fatal, [](std::string_view) {});
    base::SettingsReader reader(environment);
    auto settings = aws::SessionSettings::from_environment(reader, environment);
    if (const auto fault = reader.fault()) {
        std::cerr << fault->message << '\n';
        return 1;
    }
    aws::Session session(std::move(settings), {environment, clock, random, log});
    Tool tool(session.client());
    std::string line;
    while (std::getline(std::cin, line)) {
        const auto request = codec::parse_json(line, "a line of the input");
        if (!request) {
            std::cerr << request.error().message << '\n';
            return 1;
        }
        std::cout << tool.answer(*request) << '\n' << std::flush;
    }
    return 0;
}
