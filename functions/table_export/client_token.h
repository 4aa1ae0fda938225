// The ClientToken of an export: the same for every call that means the same export, another one as
// soon as anything about it differs. DynamoDB honours a token for 8 hours.
//
// It is the first 16 bytes of the SHA-256 of these 13 lines (UTF-8, joined by one line feed each,
// none at the end), written as a UUID in lower case (8-4-4-4-12 hex digits):
//
//    1  lakefeed table_export 1
//    2  TableArn
//    3  ExportType           FULL_EXPORT or INCREMENTAL_EXPORT
//    4  ExportFromTime       2026-11-20T00:00:00Z; empty for a full export
//    5  ExportTime or ExportToTime
//    6  ExportFormat         DYNAMODB_JSON or ION
//    7  ExportViewType       NEW_AND_OLD_IMAGES or NEW_IMAGE; empty for a full export
//    8  S3Bucket
//    9  S3Prefix             may be empty
//   10  S3BucketOwner        may be empty
//   11  S3SseAlgorithm       AES256 or KMS
//   12  S3SseKmsKeyId        empty for AES256
//   13  attempt              how many exports of just this kind and time FAILED before: 0, 1, …
#pragma once

#include <string>

#include "common/aws/dynamodb_client.h"

namespace table_export {

// All of it stands in `request` (its client_token is not looked at) but the attempt.
std::string derive_client_token(const aws::ExportTableRequest& request, int attempt);

}  // namespace table_export
