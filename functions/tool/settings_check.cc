#include "functions/tool/settings_check.h"

#include <array>
#include <utility>

#include "common/aws/session.h"
#include "functions/api_to_dynamodb/config.h"
#include "functions/export_to_lake/config.h"
#include "functions/firehose_transform/config.h"
#include "functions/glue_to_snowflake/config.h"
#include "functions/stream_to_kinesis/config.h"
#include "functions/stream_to_s3/config.h"
#include "functions/table_export/config.h"

namespace tool {
namespace {

using ReadSettings = void (*)(base::SettingsReader&, const base::Environment&);

// Those that call AWS read its settings too.
template <auto read_config>
void read_with_aws(base::SettingsReader& reader, const base::Environment& environment) {
    static_cast<void>(read_config(reader));
    static_cast<void>(aws::SessionSettings::from_environment(reader, environment));
}

void read_transform(base::SettingsReader& reader, const base::Environment& /*environment*/) {
    static_cast<void>(firehose_transform::read_config(reader));
}

constexpr std::array<std::pair<std::string_view, ReadSettings>, 7> kFunctions{{
    {"api_to_dynamodb", read_with_aws<api_to_dynamodb::read_config>},
    {"export_to_lake", read_with_aws<export_to_lake::read_config>},
    {"firehose_transform", read_transform},
    {"glue_to_snowflake", read_with_aws<glue_to_snowflake::read_config>},
    {"stream_to_kinesis", read_with_aws<stream_to_kinesis::read_config>},
    {"stream_to_s3", read_with_aws<stream_to_s3::read_config>},
    {"table_export", read_with_aws<table_export::read_config>},
}};

}  // namespace

std::vector<std::string> known_functions() {
    std::vector<std::string> names;
    names.reserve(kFunctions.size());
    for (const auto& [name, read] : kFunctions)
        names.emplace_back(name);
    return names;
}

std::optional<std::string> function_of_file(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    const std::string_view file = path.substr(slash == std::string_view::npos ? 0 : slash + 1);
    for (const auto& [name, read] : kFunctions) {
        if (!file.starts_with(name)) continue;
        const std::string_view rest = file.substr(name.size());
        if (rest.empty() || rest.front() == '-' || rest.front() == '.') return std::string(name);
    }
    return std::nullopt;
}

std::optional<std::string> settings_fault(std::string_view function,
                                          const base::Environment& environment) {
    for (const auto& [name, read] : kFunctions) {
        if (name != function) continue;
        base::SettingsReader reader(environment);
        read(reader, environment);
        if (auto fault = reader.fault()) return std::move(fault->message);
    }
    return std::nullopt;
}

}  // namespace tool
