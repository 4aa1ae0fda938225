// Which way a Glue table goes, by what the catalog says of it. What its files are comes after it:
// effective_table() (spark_schema.h), then detect_format() (file_format.h).
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

// The first rule that fits, in this order: a resource link, a federated table, a view, Iceberg,
// Delta, Hudi, Lake Formation's governed tables, a location that is not on S3, manifests, several
// locations, no columns.
Verdict route_table(const aws::GlueTable& table);

}  // namespace glue_to_snowflake
