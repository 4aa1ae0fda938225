#include "functions/table_export/client_token.h"

#include <functional>
#include <set>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using table_export::derive_client_token;

aws::ExportTableRequest full_export() {
    return {.table_arn = "arn:aws:dynamodb:us-east-1:123456789012:table/orders",
            .client_token = {},
            .s3_bucket = "lake-exports",
            .s3_bucket_owner = {},
            .s3_prefix = "dynamodb/export",
            .s3_sse_kms_key_id = {},
            .format = aws::ExportFormat::dynamodb_json,
            .export_time_ms = 1'795'136'400'000,  // 2026-11-20T01:00:00Z
            .incremental = {}};
}

// The expected tokens are Python's:
//   str(uuid.UUID(bytes=hashlib.sha256("\n".join(lines).encode()).digest()[:16]))
// with the 13 lines that the header lists (events/table_export/make_expected.py).
TEST(ClientToken, IsWhatAnotherProgramComputesForAFullExport) {
    EXPECT_EQ(derive_client_token(full_export(), 0), "a49eb1df-5107-7061-0918-937d3cd00f04");
    EXPECT_EQ(derive_client_token(full_export(), 1), "dd35c03a-aa06-b012-ca42-52612fb06257");
}

TEST(ClientToken, IsWhatAnotherProgramComputesWithEverySetting) {
    auto request = full_export();
    request.format = aws::ExportFormat::ion;
    request.s3_bucket_owner = "210987654321";
    request.s3_sse_kms_key_id = "alias/lake";
    request.s3_prefix = "exporte/ä";
    EXPECT_EQ(derive_client_token(request, 0), "97c43852-7fda-8e39-b738-e67f6606209a");
}

TEST(ClientToken, IsWhatAnotherProgramComputesForAnIncrementalExport) {
    auto request = full_export();
    request.export_time_ms = {};
    request.incremental =
        aws::IncrementalExport{.from_time_ms = 1'795'132'800'000,
                               .to_time_ms = 1'795'136'400'000,
                               .view_type = aws::ExportViewType::new_and_old_images};
    EXPECT_EQ(derive_client_token(request, 0), "661c3cac-bb0b-e65e-49cd-444c87e3d0cd");
}

TEST(ClientToken, ChangesWithEachField) {
    using Change = std::function<void(aws::ExportTableRequest&)>;
    const aws::IncrementalExport window{.from_time_ms = 1'795'132'800'000,
                                        .to_time_ms = 1'795'136'400'000,
                                        .view_type = aws::ExportViewType::new_and_old_images};
    const std::vector<Change> changes{
        [](auto&) {},
        [](auto& request) { request.table_arn += "2"; },
        [](auto& request) { *request.export_time_ms += 1'000; },
        [](auto& request) { request.format = aws::ExportFormat::ion; },
        [](auto& request) { request.s3_bucket += "2"; },
        [](auto& request) { request.s3_prefix = ""; },
        [](auto& request) { request.s3_bucket_owner = "210987654321"; },
        [](auto& request) { request.s3_sse_kms_key_id = "alias/lake"; },
        [&](auto& request) { request.incremental = window; },
        [&](auto& request) {
            request.incremental = window;
            request.incremental->from_time_ms -= 1'000;
        },
        [&](auto& request) {
            request.incremental = window;
            request.incremental->view_type = aws::ExportViewType::new_image;
        },
    };
    std::set<std::string> tokens;
    for (const Change& change : changes) {
        auto request = full_export();
        change(request);
        tokens.insert(derive_client_token(request, 0));
        tokens.insert(derive_client_token(request, 1));
    }
    EXPECT_EQ(tokens.size(), 2 * changes.size());
}

// The API's pattern is ^[^\$]+$; SDKs send a UUID.
TEST(ClientToken, LooksLikeAUuid) {
    EXPECT_THAT(derive_client_token(full_export(), 12),
                testing::MatchesRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"));
}

TEST(ClientToken, DoesNotDependOnTheTokenThatStandsInTheRequest) {
    auto request = full_export();
    request.client_token = "something";
    EXPECT_EQ(derive_client_token(request, 0), derive_client_token(full_export(), 0));
}

}  // namespace
