#include <memory>
#include <utility>

#include "common/aws/kinesis_client.h"
#include "common/aws/session.h"
#include "functions/stream_to_kinesis/config.h"
#include "functions/stream_to_kinesis/handler.h"
#include "runtime/bootstrap.h"

namespace stream_to_kinesis {
namespace {

struct Settings {
    Config config;
    aws::SessionSettings aws;
    int attempts_max = kAttemptsDefault;
};

base::Result<Settings> read_settings(const base::Environment& environment) {
    base::SettingsReader reader(environment);
    Settings settings;
    settings.config = read_config(reader);
    settings.aws = aws::SessionSettings::from_environment(reader, environment);
    if (auto fault = reader.fault()) return std::move(*fault);
    if (settings.aws.client.attempts_max > 0)
        settings.attempts_max = settings.aws.client.attempts_max;
    settings.aws.client.attempts_max = 1;  // send.h decides on every retry
    const std::string_view region = region_of_stream(settings.config.stream);
    if (!region.empty()) settings.aws.client.region = region;
    return settings;
}

// All that a loop needs, made once.
class Function {
  public:
    Function(Settings settings, const runtime::Context& context)
        : session_(std::move(settings.aws),
                   {context.environment, context.clock, context.random, context.log}),
          kinesis_(session_.client()),
          handler_(std::move(settings.config), settings.attempts_max,
                   {[this](const aws::PutRecordsRequest& request) {
                        return kinesis_.put_records(request);
                    },
                    context.clock, context.random, context.log}) {}
    Function(const Function&) = delete;
    Function& operator=(const Function&) = delete;

    base::Result<runtime::InvocationResponse> handle(const runtime::Invocation& invocation) {
        return handler_.handle(invocation);
    }

  private:
    aws::Session session_;
    aws::KinesisClient kinesis_;
    StreamHandler handler_;
};

base::Result<runtime::Handler> make_handler(const runtime::Context& context) {
    auto settings = read_settings(context.environment);
    if (!settings) return std::move(settings).error();
    // A Handler is copyable, so what it holds is shared between its copies.
    auto function = std::make_shared<Function>(*std::move(settings), context);
    return runtime::Handler(
        [function](const runtime::Invocation& invocation) { return function->handle(invocation); });
}

}  // namespace
}  // namespace stream_to_kinesis

int main() {
    return runtime::run_bootstrap(stream_to_kinesis::make_handler);
}
