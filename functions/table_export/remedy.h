// What a person can do about an error of the export calls.
#pragma once

#include <optional>
#include <string>

#include "common/aws/dynamodb_client.h"
#include "common/base/result.h"
#include "functions/table_export/config.h"

namespace table_export {

// One or more sentences, to stand behind the error's own message; empty where there is nothing to
// say. Error::code decides, and for refusals the service's words: what was refused (DynamoDB, S3,
// KMS).
std::string find_remedy(const base::Error& error, const TableArn& table,
                        const Destination& destination);

// Why increments of the table cannot be exported at all, with what to do about it: recovery is off,
// or its times are not told. Nothing where it is as it should be.
std::optional<std::string> find_recovery_fault(const aws::ContinuousBackups& recovery,
                                               const TableArn& table);

// Between which times the table can be exported, for a time that cannot.
std::string describe_recovery_window(const aws::ContinuousBackups& backups);

}  // namespace table_export
