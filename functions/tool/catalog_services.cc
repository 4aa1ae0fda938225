#include "functions/tool/catalog_services.h"

#include "runtime/local/real_stores.h"

namespace tool {

base::Result<glue_to_snowflake::ServiceSettings> read_catalog_settings(
    const base::Environment& environment) {
    base::SettingsReader reader(environment);
    glue_to_snowflake::ServiceSettings settings{glue_to_snowflake::read_config(reader), {}};
    settings.aws = aws::SessionSettings::from_environment(reader, environment);
    local::require_credentials(reader, environment);
    if (auto fault = reader.fault()) return *std::move(fault);
    return settings;
}

}  // namespace tool
