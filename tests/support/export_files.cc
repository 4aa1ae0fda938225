#include "tests/support/export_files.h"

#include "common/codec/base64.h"
#include "common/codec/digest.h"
#include "common/codec/gzip.h"
#include "common/codec/hex.h"
#include "common/codec/json.h"

namespace tests {

ExportFile export_file(const std::string& name, const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines)
        text += line + '\n';
    return {.name = name,
            .bytes = codec::gzip_compress(text),
            .item_count = static_cast<std::int64_t>(lines.size())};
}

std::string ExportFiles::data_key(const ExportFile& file) const {
    return (incremental ? prefix + "AWSDynamoDB/" : folder()) + "data/" + file.name;
}

std::string ExportFiles::table_arn() const {
    return "arn:aws:dynamodb:eu-west-1:123456789012:table/" + table_name;
}

std::string ExportFiles::export_arn() const {
    return table_arn() + "/export/" + export_id;
}

std::string ExportFiles::summary_json() const {
    std::int64_t sum = 0;
    for (const ExportFile& file : files)
        sum += file.item_count;
    codec::JsonWriter json;
    json.begin_object().member("version", incremental ? "2023-08-01" : "2020-06-30");
    json.member("exportArn", export_arn());
    json.member("startTime", "2023-09-22T03:24:36.000Z");
    json.member("endTime", "2023-09-22T03:30:12.780Z");
    json.member("tableArn", table_arn());
    json.member("tableId", "b116b490-6460-4d4a-9a6b-5d360abf4fb3");
    if (incremental) {
        json.member("exportFromTime", "2023-09-21T17:00:00.000Z");
        json.member("exportToTime", export_time);
    } else {
        json.member("exportTime", export_time);
    }
    json.member("s3Bucket", "exports-bucket").member("s3Prefix", prefix);
    json.member("s3SseAlgorithm", "AES256").key("s3SseKmsKeyId").null();
    json.member("manifestFilesS3Key", files_key()).member_integer("billedSizeBytes", 0);
    json.member_integer("itemCount", item_count.value_or(sum));
    json.member("outputFormat", "DYNAMODB_JSON");
    if (incremental) json.member("outputView", view).member("exportType", "INCREMENTAL_EXPORT");
    json.end_object();
    return json.take();
}

std::string ExportFiles::files_json() const {
    std::string lines;
    for (const ExportFile& file : files) {
        const std::string md5 = codec::md5(file.bytes);
        codec::JsonWriter json;
        json.begin_object().member_integer("itemCount", file.item_count);
        json.member("md5Checksum", file.md5_base64.value_or(codec::base64_encode(md5)));
        json.member("etag", file.etag.value_or(codec::hex_lower(codec::md5(md5)) + "-1"));
        json.member("dataFileS3Key", data_key(file)).end_object();
        lines += json.take() + '\n';
    }
    return lines;
}

void ExportFiles::put(MemoryObjects& objects) const {
    const auto put_checked = [&](const std::string& name, const std::string& bytes) {
        objects.put(folder() + name + ".json", bytes);
        if (checksum_end.empty()) return;
        objects.put(folder() + name + checksum_end, codec::base64_encode(codec::md5(bytes)));
    };
    objects.put(folder() + "_started", "");
    put_checked("manifest-summary", summary_json());
    put_checked("manifest-files", files_json());
    for (const ExportFile& file : files)
        objects.put(data_key(file), file.bytes);
}

}  // namespace tests
