#include <memory>
#include <utility>

#include "common/aws/kinesis_client.h"
#include "common/aws/session.h"
#include "functions/stream_to_kinesis/config.h"
#include "functions/stream_to_kinesis/handler.h"
#include "functions/stream_to_kinesis/quarantine.h"
#include "runtime/bootstrap.h"

namespace stream_to_kinesis {
namespace {

struct Settings {
    Config config;
    aws::SessionSettings kinesis;
    aws::SessionSettings quarantine;
    int attempts_max = kAttemptsDefault;
};

base::Result<Settings> read_settings(const base::Environment& environment) {
    base::SettingsReader reader(environment);
    Settings settings;
    settings.config = read_config(reader);
    settings.kinesis = aws::SessionSettings::from_environment(reader, environment);
    if (auto fault = reader.fault()) return std::move(*fault);
    settings.quarantine = settings.kinesis;
    settings.quarantine.client =
        client_settings_for(settings.config.quarantine, std::move(settings.quarantine.client));
    aws::ClientSettings& kinesis = settings.kinesis.client;
    if (kinesis.attempts_max > 0) settings.attempts_max = kinesis.attempts_max;
    kinesis.attempts_max = 1;  // send.h decides on every retry
    const std::string_view region = region_of_stream(settings.config.stream);
    if (!region.empty()) kinesis.region = region;
    return settings;
}

// All that a loop needs, made once. The quarantine has a session of its own: another region, other
// retries.
class Function {
  public:
    Function(const Settings& settings, const runtime::Context& context)
        : session_(settings.kinesis,
                   {context.environment, context.clock, context.random, context.log}),
          kinesis_(session_.client()),
          quarantine_session_(settings.quarantine,
                              {context.environment, context.clock, context.random, context.log}),
          handler_(settings.config, settings.attempts_max,
                   seams(settings.config.quarantine, context)) {}
    Function(const Function&) = delete;
    Function& operator=(const Function&) = delete;

    base::Result<runtime::InvocationResponse> handle(const runtime::Invocation& invocation) {
        return handler_.handle(invocation);
    }

  private:
    HandlerSeams seams(const QuarantineUri& quarantine, const runtime::Context& context) {
        return {.kinesis = kinesis_,
                .write_quarantine =
                    make_quarantine(quarantine, quarantine_session_.client(), context.clock),
                .clock = context.clock,
                .random = context.random,
                .log = context.log};
    }

    aws::Session session_;
    aws::KinesisClient kinesis_;
    aws::Session quarantine_session_;
    StreamHandler handler_;
};

base::Result<runtime::Handler> make_handler(const runtime::Context& context) {
    auto settings = read_settings(context.environment);
    if (!settings) return std::move(settings).error();
    return runtime::handler_of(std::make_shared<Function>(*settings, context));
}

}  // namespace
}  // namespace stream_to_kinesis

int main() {
    return runtime::run_bootstrap(stream_to_kinesis::make_handler);
}
