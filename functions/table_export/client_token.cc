#include "functions/table_export/client_token.h"

#include <fmt/format.h>

#include "common/base/clock.h"
#include "common/codec/digest.h"
#include "common/codec/hex.h"

namespace table_export {

std::string derive_client_token(const aws::ExportTableRequest& request, int attempt) {
    const bool incremental = request.incremental.has_value();
    const auto type =
        incremental ? aws::ExportType::incremental_export : aws::ExportType::full_export;
    const base::EpochMs to_ms =
        incremental ? request.incremental->to_time_ms : request.export_time_ms.value_or(0);
    const std::string lines = fmt::format(
        "lakefeed table_export 1\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}",
        request.table_arn, aws::api_name(type),
        incremental ? base::format_iso8601(request.incremental->from_time_ms) : "",
        base::format_iso8601(to_ms), aws::api_name(request.format),
        incremental ? aws::api_name(request.incremental->view_type) : "", request.s3_bucket,
        request.s3_prefix, request.s3_bucket_owner,
        request.s3_sse_kms_key_id.empty() ? "AES256" : "KMS", request.s3_sse_kms_key_id, attempt);
    const std::string hex = codec::hex_lower(codec::sha256(lines));
    return fmt::format("{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4),
                       hex.substr(16, 4), hex.substr(20, 12));
}

}  // namespace table_export
