#include "functions/firehose_transform/timestamp_columns.h"

#include <fmt/format.h>

#include "common/base/clock.h"
#include "common/dynamodb/event_time.h"
#include "common/dynamodb/json_scanner.h"

namespace firehose_transform {
namespace {

using dynamodb::JsonScanner;

// The slice of the attribute's value; empty where the image has none.
std::string_view find_attribute(JsonScanner& scanner, std::string_view attribute) {
    std::string_view found;
    std::string_view name;
    scanner.open_object();
    while (scanner.next_member(name)) {
        const std::string_view value = scanner.skip_value();
        if (name == attribute || (name.find('\\') != std::string_view::npos &&
                                  dynamodb::unescape_json(name) == attribute))
            found = value;
    }
    return found;
}

}  // namespace

base::Result<std::vector<dynamodb::LineColumn>> timestamp_columns(std::string_view image,
                                                                  std::string_view attribute) {
    JsonScanner scanner(image);
    const std::string_view value = find_attribute(scanner, attribute);
    if (!scanner.ok()) return scanner.error("the image");
    std::vector<dynamodb::LineColumn> columns;
    if (value.empty()) return columns;

    JsonScanner inside(value);
    std::string_view tag;
    inside.open_object();
    inside.next_member(tag);
    if (tag == "NULL") return columns;
    const auto time_ms = tag == "N" ? dynamodb::parse_epoch_ms(inside.read_string(),
                                                               dynamodb::TimeUnit::milliseconds)
                                    : std::nullopt;
    if (!time_ms) {
        return base::Error{base::ErrorKind::data_invalid,
                           fmt::format("attribute {}: no number of epoch milliseconds", attribute)};
    }
    const base::UtcTime time = base::utc_time(*time_ms);
    columns.push_back(
        {"date", fmt::format(R"("{:04}-{:02}-{:02}")", time.year, time.month, time.day)});
    columns.push_back({"hour", fmt::format("{}", time.hour)});
    columns.push_back({"minute", fmt::format("{}", time.minute)});
    return columns;
}

}  // namespace firehose_transform
