#include "runtime/local/describe_key.h"

#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "common/aws/dynamodb_client.h"
#include "common/aws/session.h"
#include "common/base/deadline.h"
#include "common/base/log.h"
#include "common/base/random.h"
#include "common/dynamodb/change_record.h"

namespace local {
namespace {

constexpr std::int64_t kTimeoutMs = 30'000;

// arn:PARTITION:dynamodb:REGION:…
std::string region_of(std::string_view arn) {
    for (int part = 0; part < 3; ++part)
        arn.remove_prefix(std::min(arn.find(':'), arn.size() - 1) + 1);
    return std::string(arn.substr(0, arn.find(':')));
}

// The environment, with the table's own region.
class InRegion final : public base::Environment {
  public:
    InRegion(const base::Environment& environment, std::string region)
        : environment_(environment), region_(std::move(region)) {}
    [[nodiscard]] std::optional<std::string> get(std::string_view name) const override {
        if (name == "AWS_REGION") return region_;
        return environment_.get(name);
    }

  private:
    const base::Environment& environment_;
    std::string region_;
};

}  // namespace

base::Result<std::vector<std::string>> describe_key(const std::string& table_arn,
                                                    const base::Environment& environment,
                                                    base::Clock& clock) {
    const std::string_view table = dynamodb::table_name_of_arn(table_arn);
    if (table.empty()) {
        return base::Error{base::ErrorKind::data_invalid,
                           fmt::format("{} is no table's ARN", table_arn)};
    }
    const InRegion there(environment, region_of(table_arn));
    base::SettingsReader reader(there);
    auto settings = aws::SessionSettings::from_environment(reader, there);
    if (auto fault = reader.fault()) return *std::move(fault);
    base::SystemRandom random;
    base::Log log(clock, base::LogFormat::text, base::LogLevel::fatal, [](std::string_view) {});
    aws::Session session(std::move(settings), {there, clock, random, log});
    return aws::DynamoDbClient(session.client())
        .describe_key_names(table, {clock.now_ms() + kTimeoutMs});
}

}  // namespace local
