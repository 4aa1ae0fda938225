#include <memory>
#include <utility>

#include "common/aws/session.h"
#include "common/lake/s3_store.h"
#include "functions/export_to_lake/config.h"
#include "functions/export_to_lake/handler.h"
#include "runtime/bootstrap.h"

namespace export_to_lake {
namespace {

using Settings = aws::FunctionSettings<Config>;

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
    auto settings = aws::read_function_settings(context.environment, read_config);
    if (!settings) return std::move(settings).error();
    return runtime::handler_of(std::make_shared<Function>(*std::move(settings), context));
}

}  // namespace
}  // namespace export_to_lake

int main() {
    return runtime::run_bootstrap(export_to_lake::make_handler);
}
