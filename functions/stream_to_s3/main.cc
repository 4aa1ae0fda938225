#include <memory>
#include <utility>

#include "common/aws/s3_client.h"
#include "common/aws/session.h"
#include "functions/stream_to_s3/config.h"
#include "functions/stream_to_s3/handler.h"
#include "runtime/bootstrap.h"

namespace stream_to_s3 {
namespace {

using Settings = aws::FunctionSettings<Config>;

// All that a loop needs, made once.
class Function {
  public:
    Function(Settings settings, const runtime::Context& context)
        : session_(std::move(settings.aws),
                   {context.environment, context.clock, context.random, context.log}),
          s3_(session_.client()),
          handler_(std::move(settings.config), {s3_, context.clock, context.log}) {}
    Function(const Function&) = delete;
    Function& operator=(const Function&) = delete;

    base::Result<runtime::InvocationResponse> handle(const runtime::Invocation& invocation) {
        return handler_.handle(invocation);
    }

  private:
    aws::Session session_;
    aws::S3Client s3_;
    StreamHandler handler_;
};

base::Result<runtime::Handler> make_handler(const runtime::Context& context) {
    auto settings = aws::read_function_settings(context.environment, read_config);
    if (!settings) return std::move(settings).error();
    return runtime::handler_of(std::make_shared<Function>(*std::move(settings), context));
}

}  // namespace
}  // namespace stream_to_s3

int main() {
    return runtime::run_bootstrap(stream_to_s3::make_handler);
}
