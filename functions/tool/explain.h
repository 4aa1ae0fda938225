// What glue_to_snowflake would do with an event or a table, nothing sent.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/environment.h"
#include "common/base/result.h"
#include "functions/glue_to_snowflake/handler.h"

namespace tool {

// Stages in the place of the secret's, each as DB.SCHEMA.STAGE=s3://bucket/folder/. Kind
// config_invalid, naming the one that is not so.
base::Result<glue_to_snowflake::SnowflakeSettings> read_stages(
    const std::vector<std::string>& stages);

struct ExplainRequest {
    std::string text;  // an event of the function's, or what table_file.h reads
    // In the place of the secret.
    std::optional<glue_to_snowflake::SnowflakeSettings> stages = {};
};

// What the outcomes were made against.
enum class ExplainedAgainst {
    snowflake,  // SHOW and DESC were asked
    nothing,    // as if Snowflake had no table
};

struct Explanation {
    glue_to_snowflake::EventOutcomes outcomes;
    ExplainedAgainst against = ExplainedAgainst::nothing;
    bool has_stages = true;  // false: neither a secret nor stages were given
};

// Settings and credentials come from the environment, as far as they are needed: an event needs
// Glue; Snowflake is read where there is a secret (SECRET_ARN), the target is not LOGGING and no
// stages are given. Kind event_invalid where the text is neither an event nor a table (looked at
// first), config_invalid for settings; and what the services answered.
base::Result<Explanation> explain(const ExplainRequest& request,
                                  const base::Environment& environment);

}  // namespace tool
