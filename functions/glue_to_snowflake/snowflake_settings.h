// The secret that holds the connection to Snowflake: one JSON object.
//
//   {"url":"https://myorg-myaccount.snowflakecomputing.com","accountidentifier":"MYORG-MYACCOUNT",
//    "username":…,"role":…,"warehouse":…,"private_key":"-----BEGIN PRIVATE KEY-----…",
//    "private_key_passphrase":…,"token":…,"token_type":"PROGRAMMATIC_ACCESS_TOKEN"|"OAUTH",
//      (or without a token: "token_type":"WORKLOAD_IDENTITY_FEDERATION")
//    "stages":{"s3":{"DB.SCHEMA.STAGE":"s3://bucket/folder/"}},"storage_integration":"S3_INT",
//    "allowedvalues":{"fileformats":["CSV","JSON","PARQUET"]}}
//
// `token` takes the place of the key pair, and so does the function's own role (workload identity
// federation), which needs no secret at all. `accountidentifier` is an account in any form that
// snowflake::jwt_account() knows. In the host of `url`, underscores become hyphens, as in the names
// of Snowflake's certificates. `warehouse` is read by no statement of ours: DDL and SHOW run
// without one. `storage_integration` is a name as in SQL: it folds to upper case unless it stands
// in double quotes. A table that no stage of `stages.s3` can read then has a stage of its own;
// where it is set, `stages.s3` may be missing.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/base/secret.h"
#include "functions/glue_to_snowflake/config.h"
#include "functions/glue_to_snowflake/definition/location.h"

namespace glue_to_snowflake {

inline constexpr std::string_view kWorkloadIdentity = "WORKLOAD_IDENTITY_FEDERATION";

struct SnowflakeSettings {
    std::string url;  // without a path
    std::string account_identifier;
    std::string username;
    std::string role;
    base::Secret private_key;
    base::Secret private_key_passphrase;
    base::Secret token;  // empty: key pair, or workload identity
    std::string token_type;
    std::vector<Stage> stages;
    // Makes a stage for each table that no other can read; nothing: such tables are skipped.
    std::optional<snowflake::Identifier> storage_integration;
    std::vector<std::string> file_formats;  // upper case: PARQUET
};

// For the target logging, which sends nothing, the connection's fields may be missing. Kind
// config_invalid, naming each field that is wrong, never its value.
base::Result<SnowflakeSettings> parse_snowflake_settings(const base::Secret& secret,
                                                         TargetType target_type);

}  // namespace glue_to_snowflake
