// The AWS trust policy that lets Snowflake's storage integration assume a role, out of what DESC
// INTEGRATION answers: a row for each property, with the columns property, property_type,
// property_value and property_default.
//   STORAGE_AWS_IAM_USER_ARN  arn:aws:iam::123456789012:user/abc1-b-self1234
//   STORAGE_AWS_EXTERNAL_ID   MYACCOUNT_SFCRole=2_a123456/s0aBCDEfGHIJklmNoPq=
// https://docs.snowflake.com/en/user-guide/data-load-s3-config-storage-integration
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.h"

namespace tool {

// Who may assume the role, and by which word.
struct IntegrationTrust {
    std::string principal;    // the ARN of Snowflake's user in IAM
    std::string external_id;  // of 2 to 1224 letters, digits and +=,.@:/-_
    std::string role_arn;     // the role that the integration assumes; empty where it is not told
};

// Reads the answer as `snow sql --format json` prints it (of one statement or of a whole script),
// as a result set of the SQL API, as CSV, or as a table between bars (snow, SnowSQL). Kind
// data_invalid where it is none of them, where it holds no integration of S3 or more than one, or
// where a value is not of its form; the message says what to do.
base::Result<IntegrationTrust> read_integration(std::string_view text);

// IAM's policy document, indented.
std::string trust_policy_text(const IntegrationTrust& trust);

// The same in one line.
std::string trust_policy_json(const IntegrationTrust& trust);

// What deploy/template.yaml needs, as --parameter-overrides takes it, or as a JSON object.
std::string trust_parameters_text(const IntegrationTrust& trust);
std::string trust_parameters_json(const IntegrationTrust& trust);

}  // namespace tool
