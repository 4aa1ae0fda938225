// Reads a Kinesis stream of the local AWS to its end through Firehose's emulator and a function,
// for the end-to-end tests. Arguments are name=value:
//   aws=PORT stream=NAME       where the records come from
//   bucket=NAME                where the objects go
//   bootstrap=PATH             the function; environment.NAME=VALUE its variables
//   prefix, error_prefix, extension, compression=gzip, partitioning=dynamic
//   table=DATABASE.NAME:KEY,…  an Iceberg table; may be given several times
// Prints the report as JSON; exit status 1 where something is not done.
#include <cstdio>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "runtime/local/firehose_emulator.h"
#include "runtime/local/function_process.h"

namespace {

using Arguments = std::multimap<std::string, std::string, std::less<>>;

std::string find(const Arguments& arguments, std::string_view name) {
    const auto found = arguments.find(name);
    return found == arguments.end() ? std::string() : found->second;
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    for (std::size_t end = 0; end != std::string_view::npos;
         text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1)) {
        end = text.find(separator);
        parts.emplace_back(text.substr(0, end));
    }
    return parts;
}

local::IcebergTable parse_table(const std::string& text) {
    const std::vector<std::string> name_and_keys = split(text, ':');
    const std::vector<std::string> name = split(name_and_keys.at(0), '.');
    local::IcebergTable table{.database = name.at(0), .name = name.at(1)};
    if (name_and_keys.size() > 1) table.unique_keys = split(name_and_keys[1], ',');
    return table;
}

local::FirehoseOptions make_options(const Arguments& arguments) {
    local::FirehoseOptions options;
    const std::string stream = find(arguments, "stream");
    options.stream = {.name = stream,
                      .arn = "arn:aws:firehose:us-east-1:123456789012:deliverystream/" + stream,
                      .source_arn = "arn:aws:kinesis:us-east-1:123456789012:stream/" + stream,
                      .region = "us-east-1"};
    options.delivery.prefix = find(arguments, "prefix");
    options.delivery.error_prefix = find(arguments, "error_prefix");
    options.delivery.file_extension = find(arguments, "extension");
    if (find(arguments, "compression") == "gzip")
        options.delivery.compression = local::Compression::gzip;
    if (find(arguments, "partitioning") == "dynamic")
        options.delivery.partitioning = local::Partitioning::dynamic;
    const auto [first, last] = arguments.equal_range("table");
    for (auto table = first; table != last; ++table)
        options.tables.push_back(parse_table(table->second));
    return options;
}

local::FunctionOptions make_function(const Arguments& arguments) {
    local::FunctionOptions function{.name = "firehose_transform",
                                    .bootstrap = find(arguments, "bootstrap")};
    for (const auto& [name, value] : arguments) {
        constexpr std::string_view kVariable = "environment.";
        if (name.starts_with(kVariable))
            function.environment[name.substr(kVariable.size())] = value;
    }
    return function;
}

base::Result<base::Done> feed(local::KinesisSource& source, local::FirehoseEmulator& firehose) {
    while (!source.at_end()) {
        auto records = source.read();
        if (!records) return std::move(records).error();
        for (local::KinesisRecord& record : *records)
            firehose.put(std::move(record));
        if (auto done = firehose.run(); !done) return done;
    }
    return firehose.drain();
}

}  // namespace

int main(int count, char** words) {
    Arguments arguments;
    for (int i = 1; i < count; ++i) {
        const std::string word = words[i];
        const std::size_t equals = word.find('=');
        arguments.emplace(word.substr(0, equals), word.substr(equals + 1));
    }
    const auto port = static_cast<std::uint16_t>(std::stoi(find(arguments, "aws")));
    const local::FirehoseOptions options = make_options(arguments);
    if (const auto checked = check_firehose(options); !checked) {
        fmt::print(stderr, "{}\n", checked.error().message);
        return 2;
    }
    base::SystemClock clock;
    base::SystemRandom random;
    local::S3Store store(port, find(arguments, "bucket"));
    local::FunctionProcess function(make_function(arguments), clock, random);
    const std::stop_source stop;
    local::FirehoseEmulator firehose(options, {[&](const std::string& event) {
                                                   return function.invoke({.body = event},
                                                                          stop.get_token());
                                               },
                                               store, clock, random});
    local::KinesisSource source(port, find(arguments, "stream"));
    const auto done = feed(source, firehose);
    if (!done) fmt::print(stderr, "{}\n", done.error().message);
    fmt::print("{}\n", firehose_report_json(firehose.report()));
    return done ? 0 : 1;
}
