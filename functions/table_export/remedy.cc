#include "functions/table_export/remedy.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace table_export {
namespace {

std::string lower(std::string_view text) {
    std::string folded(text);
    std::transform(folded.begin(), folded.end(), folded.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return folded;
}

// The service's words behind the call's description, which holds names of ours.
std::string service_words(const base::Error& error) {
    const std::size_t code = error.message.find(error.code);
    return lower(error.code.empty() || code == std::string::npos
                     ? std::string_view(error.message)
                     : std::string_view(error.message).substr(code));
}

bool mentions(const std::string& words, std::string_view what) {
    return words.find(what) != std::string::npos;
}

bool is_of_export(const base::Error& error) {
    return error.message.starts_with("ExportTableToPointInTime");
}

std::string turn_recovery_on(const TableArn& table) {
    return fmt::format(
        "turn point-in-time recovery on: aws dynamodb update-continuous-backups --region {} "
        "--table-name {} --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true",
        table.region, table.table_name);
}

std::string check_kms(const Destination& destination) {
    return destination.kms_key_id.empty()
               ? "the bucket or the table uses a KMS key: allow this function's role "
                 "kms:GenerateDataKey and kms:Decrypt on it"
               : fmt::format(
                     "KMS_KEY_ID is {}: it must exist in the bucket's region and be enabled, and "
                     "its key policy and this function's role must allow kms:GenerateDataKey and "
                     "kms:Decrypt",
                     destination.kms_key_id);
}

std::string check_bucket(const TableArn& table, const Destination& destination) {
    const std::string owner =
        destination.owner.empty()
            ? "; where the bucket is another account's, set BUCKET_OWNER to that account's id and "
              "allow the role in the bucket's policy"
            : fmt::format(
                  "; BUCKET_OWNER says that {} owns the bucket: check that, and that the "
                  "bucket's policy allows the role",
                  destination.owner);
    return fmt::format(
        "allow this function's role s3:PutObject, s3:PutObjectAcl and s3:AbortMultipartUpload on "
        "arn:{}:s3:::{}/{}*{}",
        table.partition, destination.bucket, destination.prefix, owner);
}

std::string allow_dynamodb(const TableArn& table) {
    return fmt::format(
        "allow this function's role dynamodb:ExportTableToPointInTime on {0}, "
        "dynamodb:DescribeExport on {0}/export/*, dynamodb:DescribeContinuousBackups on {0}, and "
        "dynamodb:ListExports",
        table.text);
}

// IAM's words name the action: "… is not authorized to perform: s3:PutObject on resource: …".
std::string explain_refusal(const std::string& words, const TableArn& table,
                            const Destination& destination) {
    if (mentions(words, "perform: dynamodb:")) return allow_dynamodb(table);
    if (mentions(words, "kms")) return check_kms(destination);
    if (mentions(words, "s3") || mentions(words, "bucket")) {
        return check_bucket(table, destination);
    }
    return allow_dynamodb(table) + "; " + check_bucket(table, destination);
}

}  // namespace

std::string find_remedy(const base::Error& error, const TableArn& table,
                        const Destination& destination) {
    const std::string& code = error.code;
    const std::string words = service_words(error);
    if (code == "PointInTimeRecoveryUnavailableException") return turn_recovery_on(table);
    if (code == "TableNotFoundException" || code == "ResourceNotFoundException") {
        return fmt::format(
            "TABLE_ARN must name a table of this function's own account and region; this one is "
            "table {} of account {} in {}",
            table.table_name, table.account_id, table.region);
    }
    if (code == "InvalidExportTimeException") {
        return "what is exported must lie within point-in-time recovery: send an event with "
               "another time";
    }
    // Other calls give the same code where they come too fast.
    if (code == "LimitExceededException" && is_of_export(error)) {
        return "too many exports run at once (300 in an account, 100 TB in flight): this one was "
               "not started; the same event again, or the next scheduled run, tries anew";
    }
    if (error.kind == base::ErrorKind::throttled || error.kind == base::ErrorKind::service_failed ||
        error.kind == base::ErrorKind::outcome_unknown ||
        error.kind == base::ErrorKind::connect_failed) {
        return "it was tried several times: the same event again, or the next scheduled run, tries "
               "anew and starts nothing twice";
    }
    if (error.kind == base::ErrorKind::deadline_near) {
        return "raise the function's timeout, or give it fewer tables; the next run goes on";
    }
    if (code == "ExportConflictException") {
        return "the client token of this slot was used within the last 8 hours with other "
               "settings, "
               "or another export writes to the same place: look at aws dynamodb list-exports "
               "--table-arn " +
               table.text;
    }
    if (mentions(words, "nosuchbucket") || mentions(words, "bucket does not exist")) {
        return fmt::format("BUCKET_NAME is {}: make that bucket, or name one that is there",
                           destination.bucket);
    }
    // S3's and KMS's refusals can come wrapped into a ValidationException. What refuses the
    // credentials themselves (a wrong signature, an expired token) is no matter of permissions.
    const bool refused = code.starts_with("AccessDenied") || code == "UnauthorizedOperation" ||
                         code.starts_with("KMS");
    const bool wrapped =
        error.kind == base::ErrorKind::rejected &&
        (mentions(words, "denied") || mentions(words, "kms") || mentions(words, "s3"));
    if (refused || wrapped) return explain_refusal(words, table, destination);
    return "";
}

std::optional<std::string> find_recovery_fault(const aws::ContinuousBackups& recovery,
                                               const TableArn& table) {
    if (!recovery.point_in_time_recovery_enabled) {
        return fmt::format(
            "point-in-time recovery is off, and what changes while it is off is in no increment: "
            "{}",
            turn_recovery_on(table));
    }
    if (!recovery.earliest_restorable_ms || !recovery.latest_restorable_ms) {
        return fmt::format(
            "DescribeContinuousBackups on {} tells no EarliestRestorableDateTime and "
            "LatestRestorableDateTime: point-in-time recovery was turned on a moment ago; the same "
            "event again in some minutes",
            table.table_name);
    }
    return std::nullopt;
}

std::string describe_recovery_window(const aws::ContinuousBackups& backups) {
    if (!backups.point_in_time_recovery_enabled) return "point-in-time recovery is off";
    if (!backups.earliest_restorable_ms || !backups.latest_restorable_ms) return "";
    return fmt::format("the table can be exported as of {} to {}",
                       base::format_iso8601(*backups.earliest_restorable_ms),
                       base::format_iso8601(*backups.latest_restorable_ms));
}

}  // namespace table_export
