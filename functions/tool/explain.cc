#include "functions/tool/explain.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "common/codec/json.h"
#include "common/event/glue_event.h"
#include "functions/tool/catalog_services.h"
#include "functions/tool/table_file.h"
#include "functions/tool/variables.h"

namespace tool {
namespace {

using glue_to_snowflake::CatalogHandler;
using glue_to_snowflake::EventOutcome;
using glue_to_snowflake::Sending;
using glue_to_snowflake::Services;
using glue_to_snowflake::ServiceSettings;
using glue_to_snowflake::SnowflakeSettings;
using glue_to_snowflake::TargetType;

constexpr std::int64_t kExplainMs = 300'000;
constexpr std::string_view kRequestId = "explain";

// Credentials for a Glue that is a file.
class NoCredentials final : public aws::CredentialsProvider {
  public:
    base::Result<aws::Credentials> get() override {
        return aws::Credentials{"none", base::Secret(std::string("none")), base::Secret()};
    }
    void forget() override {}
};

// Kind event_invalid where the function would refuse it as a whole.
base::Result<base::Done> check_event(const std::string& text) {
    const auto messages = event::parse_glue_messages(text);
    if (!messages) return messages.error();
    if (messages->has_value()) return base::Done{};
    const auto event = event::parse_glue_event(text);
    if (!event) return event.error();
    return base::Done{};
}

// Runs the explanation with the settings that are there.
class Explainer {
  public:
    Explainer(const ExplainRequest& request, const base::Environment& environment)
        : request_(request),
          environment_(environment, {}),
          seams_(environment_),
          uses_secret_(!request.stages && environment.get("SECRET_ARN").has_value()) {
        if (uses_secret_) return;
        environment_.set("SECRET_ARN", "none");
        environment_.set("TARGET_TYPE", "LOGGING");
    }

    base::Result<Explanation> explain_event() {
        auto services = connect();
        if (!services) return std::move(services).error();
        CatalogHandler handler({.region = (*services)->region(), .sending = Sending::off},
                               (*services)->sync(), seams_.clock(), seams_.log());
        runtime::Invocation invocation;
        invocation.event = request_.text;
        invocation.request_id = kRequestId;
        invocation.deadline = deadline();
        auto outcomes = handler.run(invocation);
        if (!outcomes) return std::move(outcomes).error();
        const bool asks = (*services)->config().target_type == TargetType::snowflake;
        return Explanation{*std::move(outcomes),
                           asks ? ExplainedAgainst::snowflake : ExplainedAgainst::nothing,
                           has_stages()};
    }

    base::Result<Explanation> explain_tables(TableFile& file) {
        auto settings = settings_of_tables();
        if (!settings) return std::move(settings).error();
        base::SettingsReader reader(environment_);
        const glue_to_snowflake::Config config = glue_to_snowflake::read_config(reader);
        if (auto fault = reader.fault()) return *std::move(fault);
        NoCredentials credentials;
        aws::ClientSettings place;
        place.region = "us-east-1";  // nothing is sent there
        aws::Client client(place,
                           {file, credentials, seams_.clock(), seams_.random(), seams_.log()});
        aws::GlueClient glue(client);
        glue_to_snowflake::TableSync sync(config, *settings,
                                          {glue, nullptr, seams_.clock(), seams_.random()});
        EventOutcome outcome;
        for (const aws::GlueTableId& table : file.tables()) {
            auto synced = sync.sync({.source = table,
                                     .query_tag = kRequestId,
                                     .deadline = deadline(),
                                     .sending = Sending::off});
            if (synced) {
                outcome.tables.push_back(*std::move(synced));
            } else {
                outcome.failures.push_back(
                    fmt::format("{}.{}: {}", table.database, table.name, synced.error().message));
            }
        }
        return Explanation{{.is_batch = false, .events = {std::move(outcome)}},
                           ExplainedAgainst::nothing,
                           has_stages()};
    }

  private:
    [[nodiscard]] base::Deadline deadline() { return {seams_.clock().now_ms() + kExplainMs}; }
    [[nodiscard]] bool has_stages() const { return uses_secret_ || request_.stages.has_value(); }

    base::Result<std::unique_ptr<Services>> connect() {
        auto settings = read_catalog_settings(environment_);
        if (!settings) return std::move(settings).error();
        if (uses_secret_) {
            return Services::connect(*std::move(settings), seams_.session(),
                                     {seams_.clock().now_ms() + kConnectMs});
        }
        return Services::without_secret(*std::move(settings), seams_.session(),
                                        request_.stages.value_or(SnowflakeSettings{}));
    }

    // Of the secret, only the stages are looked at: Snowflake is not asked.
    base::Result<SnowflakeSettings> settings_of_tables() {
        if (!uses_secret_) return request_.stages.value_or(SnowflakeSettings{});
        environment_.set("TARGET_TYPE", "LOGGING");
        const auto services = connect();
        if (!services) return services.error();
        return (*services)->snowflake_settings();
    }

    const ExplainRequest& request_;
    OverlaidEnvironment environment_;
    CommandSeams seams_;
    bool uses_secret_;
};

}  // namespace

base::Result<SnowflakeSettings> read_stages(const std::vector<std::string>& stages) {
    const auto fault = [](std::string_view problem) {
        return base::Error{
            base::ErrorKind::config_invalid,
            fmt::format("--stage: {}; write DB.SCHEMA.STAGE=s3://bucket/folder/", problem)};
    };
    // As the secret would say it.
    codec::JsonWriter secret;
    secret.begin_object().key("stages").begin_object().key("s3").begin_object();
    for (const std::string& stage : stages) {
        const std::size_t equals = std::min(stage.find('='), stage.size());
        if (equals == 0 || equals == stage.size())
            return fault(fmt::format("{} is not NAME=URL", stage));
        secret.member(stage.substr(0, equals), stage.substr(equals + 1));
    }
    secret.end_object().end_object().end_object();
    auto settings = glue_to_snowflake::parse_snowflake_settings(base::Secret(secret.take()),
                                                                TargetType::logging);
    if (settings) return settings;
    const std::string& message = settings.error().message;
    return fault(message.substr(std::min(message.find("stages.s3"), message.size())));
}

base::Result<Explanation> explain(const ExplainRequest& request,
                                  const base::Environment& environment) {
    auto file = TableFile::read(request.text);
    if (!file) return std::move(file).error();
    Explainer explainer(request, environment);
    if (file->has_value()) return explainer.explain_tables(**file);
    if (auto event = check_event(request.text); !event) return std::move(event).error();
    return explainer.explain_event();
}

}  // namespace tool
