// Partition projection: Athena computes the partitions of such a table from its parameters, and the
// catalog has none. Athena's pages: "Partition projection", "Set up partition projection".
//
//   projection.enabled=true
//   projection.KEY.type=enum|integer|date|injected
//   projection.KEY.format=yyyy/MM/dd      of a date: letters of Java's DateTimeFormatter
//   projection.KEY.digits=2               of an integer: padded with zeros
//   storage.location.template=s3://bucket/table/${a}/fixed/x-${b}-y/
//
// Without a template the folders are KEY=value, in the keys' order. What a key's values may be does
// not matter here; where they stand does.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "common/aws/glue_client.h"
#include "functions/glue_to_snowflake/definition/location.h"
#include "functions/glue_to_snowflake/definition/partition_source.h"

namespace glue_to_snowflake {

bool is_projected(const aws::GlueTable& table);

// Why the keys cannot be read from the template.
struct UnfitTemplate {
    std::string reason;
};

// The places of the table's partition keys, in their order. For a table that is projected;
// `location` is its own.
std::variant<std::vector<KeyPlace>, UnfitTemplate> projected_places(const aws::GlueTable& table,
                                                                    const S3Location& location);

}  // namespace glue_to_snowflake
