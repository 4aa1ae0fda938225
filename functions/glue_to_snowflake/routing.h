// Which way a Glue table goes, by what the catalog says of it.
#pragma once

#include <string>

#include "common/aws/glue_client.h"

namespace glue_to_snowflake {

enum class Route {
    external_table,  // its files are read in place
    iceberg_table,   // Iceberg's metadata says what it holds: never an external table
    none,            // neither, and why
};

struct Verdict {
    Route route = Route::external_table;
    std::string reason = {};  // of `none`: "a Delta table"
};

Verdict route_table(const aws::GlueTable& table);

}  // namespace glue_to_snowflake
