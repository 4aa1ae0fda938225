#include <memory>
#include <utility>

#include "common/aws/session.h"
#include "common/lake/s3_store.h"
#include "functions/export_to_lake/config.h"
#include "functions/export_to_lake/handler.h"
#include "runtime/bootstrap.h"

namespace export_to_lake {
namespace {

struct Settings {
    Config config;
    aws::SessionSettings aws;
};

base::Result<Settings> read_settings(const base::Environment& environment) {
    base::SettingsReader reader(environment);
    Settings settings;
    settings.config = read_config(reader);
    settings.aws = aws::SessionSettings::from_environment(reader, environment);
    if (auto fault = reader.fault()) return std::move(*fault);
    return settings;
}

// All that a loop needs, made once.
class Function {
  public:
    Function(Settings settings, const runtime::Context& context)
        : session_(std::move(settings.aws),
                   {context.environment, context.clock, context.random, context.log}),
          handler_(std::move(settings.config),
                   {.open_store =
                        [this](const std::string& bucket, base::Deadline deadline) {
                            return std::make_unique<lake::S3Store>(session_.client(), bucket,
                                                                   deadline);
                        },
                    .clock = context.clock,
                    .log = context.log}) {}
    Function(const Function&) = delete;
    Function& operator=(const Function&) = delete;

    base::Result<runtime::InvocationResponse> handle(const runtime::Invocation& invocation) {
        return handler_.handle(invocation);
    }

  private:
    aws::Session session_;
    LakeHandler handler_;
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
}  // namespace export_to_lake

int main() {
    return runtime::run_bootstrap(export_to_lake::make_handler);
}
