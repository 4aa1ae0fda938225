// The function's settings and seams around the fake DynamoDB, for tests.
#pragma once

#include <string>

#include "common/aws/aws_client.h"
#include "functions/table_export/config.h"
#include "functions/table_export/handler.h"
#include "tests/functions/table_export/fake_dynamodb.h"
#include "tests/support/fakes.h"
#include "tests/support/scripted_http.h"

namespace tests {

inline const std::string kOrders = "arn:aws:dynamodb:us-east-1:123456789012:table/orders";
inline const std::string kItems = "arn:aws:dynamodb:us-east-1:123456789012:table/items";

class FixedCredentials final : public aws::CredentialsProvider {
  public:
    base::Result<aws::Credentials> get() override {
        return aws::Credentials{
            "AKIDEXAMPLE", base::Secret(std::string("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")),
            base::Secret()};
    }
    void forget() override {}
};

struct World {
    FakeClock clock;
    SeededRandom random;
    LogCapture lines;
    base::Log log = lines.make_log(clock);
    ScriptedHttp http;
    FixedCredentials credentials;
    aws::Client client{{"us-east-1", {}, {}}, {http, credentials, clock, random, log}};
    aws::DynamoDbClient dynamodb{client};
    table_export::ExportReader exports{dynamodb};
    FakeDynamoDb service{clock};
    FakeEnvironment environment{{"TABLE_ARN", kOrders},
                                {"BUCKET_NAME", "lake-exports"},
                                {"BUCKET_PREFIX", "dynamodb/export"}};

    World() {
        http.answer_with([this](const http::Request& request) { return service.answer(request); });
        service.add_table(kOrders);
        service.add_table(kItems);
    }

    base::Result<runtime::InvocationResponse> run(const std::string& event,
                                                  base::Deadline deadline = {}) {
        base::SettingsReader settings(environment);
        const auto config = table_export::read_config(settings);
        if (auto fault = settings.fault()) return *std::move(fault);
        runtime::Invocation invocation{};
        invocation.event = event;
        invocation.deadline = deadline;
        return table_export::handle(config, {dynamodb, exports, clock, log}, invocation);
    }
};

}  // namespace tests
