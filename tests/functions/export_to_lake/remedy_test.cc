#include "functions/export_to_lake/remedy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const lake::ObjectUri kSummary = {"exports", "p/AWSDynamoDB/0169-a1/manifest-summary.json"};
const lake::ObjectUri kLake = {"lake", "orders/"};

std::string explained(const std::string& code, const std::string& about,
                      const std::optional<lake::ObjectUri>& lake = kLake) {
    const base::Error error{base::ErrorKind::rejected, "PutObject on " + about + ": 4xx", code};
    const base::Error with = export_to_lake::with_remedy(error, kSummary, lake);
    EXPECT_EQ(with.kind, error.kind);
    EXPECT_EQ(with.code, error.code);
    EXPECT_TRUE(with.message.starts_with(error.message));
    return with.message.substr(error.message.size());
}

TEST(ExportToLakeRemedy, NamesThePermissionsOfEachSide) {
    for (const char* code : {"AccessDenied", "KMS.DisabledException"}) {
        EXPECT_THAT(explained(code, "s3://exports/p/AWSDynamoDB/data/a"),
                    AllOf(HasSubstr("s3:GetObject on arn:aws:s3:::exports/p/AWSDynamoDB/*"),
                          HasSubstr("s3:ListBucket on arn:aws:s3:::exports,"),
                          HasSubstr("kms:Decrypt"), Not(HasSubstr("PutObject"))));
        EXPECT_THAT(explained(code, "s3://lake/orders/dt=00000000/a"),
                    AllOf(HasSubstr("s3:PutObject"), HasSubstr("arn:aws:s3:::lake/orders/*"),
                          HasSubstr("s3:AbortMultipartUpload"), HasSubstr("kms:GenerateDataKey")));
    }
    EXPECT_THAT(explained("AccessDenied", "s3://exports/x", std::nullopt),
                HasSubstr("s3:GetObject"));
}

TEST(ExportToLakeRemedy, KnowsOtherRefusals) {
    EXPECT_THAT(explained("NoSuchBucket", "s3://lake/orders/x"), HasSubstr("LAKE_URI"));
    EXPECT_THAT(explained("NoSuchBucket", "s3://exports/x"), HasSubstr("the event names"));
    EXPECT_THAT(explained("NoSuchKey", "s3://exports/x"), HasSubstr("the manifest names it"));
    EXPECT_THAT(explained("PermanentRedirect", "s3://lake/orders/x"), HasSubstr("another region"));
    EXPECT_THAT(explained("AuthorizationHeaderMalformed", "s3://lake/x"), HasSubstr("region"));
    EXPECT_THAT(explained("InvalidObjectState", "s3://exports/x"), HasSubstr("restore"));
}

TEST(ExportToLakeRemedy, SaysNothingWhereItKnowsNothing) {
    for (const char* code : {"", "InternalError", "SlowDown", "ExpiredToken"})
        EXPECT_EQ(explained(code, "s3://exports/x"), "");
    // The manifest itself, or an object of the lake.
    EXPECT_EQ(explained("NoSuchKey", "s3://exports/x", std::nullopt), "");
    EXPECT_EQ(explained("NoSuchKey", "s3://lake/orders/x"), "");
}

}  // namespace
