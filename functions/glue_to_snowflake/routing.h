// Tables that must not become external tables, by what the catalog says of them.
#pragma once

#include <optional>
#include <string>

#include "common/aws/glue_client.h"

namespace glue_to_snowflake {

// The reason why the table has no place as an external table; nothing where it has one.
std::optional<std::string> reason_to_skip(const aws::GlueTable& table);

}  // namespace glue_to_snowflake
