#include "functions/export_to_lake/remedy.h"

#include <string>
#include <string_view>

#include <fmt/format.h>

namespace export_to_lake {
namespace {

// The key up to AWSDynamoDB/, with it; data files of increments lie there too.
std::string_view export_prefix(std::string_view key) {
    constexpr std::string_view kRoot = "AWSDynamoDB/";
    const std::size_t at = key.rfind(kRoot);
    return at == std::string_view::npos ? std::string_view() : key.substr(0, at + kRoot.size());
}

std::string allow_reading(const lake::ObjectUri& summary_uri) {
    return fmt::format(
        "allow this function's role s3:GetObject on arn:aws:s3:::{0}/{1}* and s3:ListBucket on "
        "arn:aws:s3:::{0}, and kms:Decrypt where the export has a KMS key",
        summary_uri.bucket, export_prefix(summary_uri.key));
}

std::string allow_writing(const lake::ObjectUri& folder) {
    return fmt::format(
        "allow this function's role s3:GetObject, s3:PutObject and s3:AbortMultipartUpload on "
        "arn:aws:s3:::{0}/{1}* and s3:ListBucket on arn:aws:s3:::{0}, and kms:GenerateDataKey and "
        "kms:Decrypt where the bucket has a KMS key",
        folder.bucket, folder.key);
}

std::string remedy_of(const base::Error& error, const lake::ObjectUri& summary_uri,
                      const std::optional<lake::ObjectUri>& lake_folder) {
    const bool is_lake =
        lake_folder.has_value() && error.message.find(lake_folder->text()) != std::string::npos;
    const std::string_view code = error.code;
    if (code.starts_with("AccessDenied") || code.starts_with("KMS"))
        return is_lake ? allow_writing(*lake_folder) : allow_reading(summary_uri);
    if (code == "NoSuchBucket")
        return is_lake ? "LAKE_URI names that bucket: make it, or name one that is there"
                       : "the event names that bucket: look at its spelling";
    if (code == "PermanentRedirect" || code == "AuthorizationHeaderMalformed")
        return "the bucket is in another region: this function must run in the bucket's";
    if (code == "InvalidObjectState") return "the object is archived: restore it first";
    if (code == "NoSuchKey" && lake_folder.has_value() && !is_lake)
        return "the manifest names it: copy an export whole, and let no lifecycle rule expire its "
               "files before they are in the lake";
    return "";
}

}  // namespace

base::Error with_remedy(base::Error error, const lake::ObjectUri& summary_uri,
                        const std::optional<lake::ObjectUri>& lake_folder) {
    const std::string remedy = remedy_of(error, summary_uri, lake_folder);
    if (!remedy.empty()) error.message.append(": ").append(remedy);
    return error;
}

}  // namespace export_to_lake
