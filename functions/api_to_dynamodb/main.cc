#include <memory>
#include <utility>

#include "common/aws/batch_write_item.h"
#include "common/aws/secrets_client.h"
#include "common/aws/session.h"
#include "functions/api_to_dynamodb/api_client.h"
#include "functions/api_to_dynamodb/api_key.h"
#include "functions/api_to_dynamodb/config.h"
#include "functions/api_to_dynamodb/handler.h"
#include "runtime/bootstrap.h"

namespace api_to_dynamodb {
namespace {

// Lambda's INIT phase ends after 10 s.
constexpr std::int64_t kInitMs = 8'000;

using Settings = aws::FunctionSettings<Config>;

// All that a loop needs, made once.
class Function {
  public:
    Function(Settings settings, const runtime::Context& context)
        : config_(std::move(settings.config)),
          session_(std::move(settings.aws),
                   {context.environment, context.clock, context.random, context.log}),
          secrets_(session_.client()),
          key_([this](base::Deadline deadline) {
              return secrets_.get_secret_value(config_.api_key_secret_id, deadline);
          }),
          api_(config_, {session_.http(), context.clock, context.random,
                         config_.api_key_secret_id.empty() ? nullptr : &key_}),
          writer_(session_.client(), context.clock, context.random),
          handler_(config_, {api_, writer_, context.clock, context.log}) {}
    Function(const Function&) = delete;
    Function& operator=(const Function&) = delete;

    // A key that cannot be had is an init error.
    base::Result<base::Done> read_key(const runtime::Context& context) {
        if (config_.api_key_secret_id.empty()) return base::Done{};
        const auto key = key_.get({context.clock.now_ms() + kInitMs});
        if (!key) return key.error();
        return base::Done{};
    }
    base::Result<runtime::InvocationResponse> handle(const runtime::Invocation& invocation) {
        return handler_.handle(invocation);
    }

  private:
    Config config_;
    aws::Session session_;
    aws::SecretsClient secrets_;
    ApiKey key_;
    ApiClient api_;
    aws::BatchWriter writer_;
    ApiHandler handler_;
};

base::Result<runtime::Handler> make_handler(const runtime::Context& context) {
    auto settings = aws::read_function_settings(context.environment, read_config);
    if (!settings) return std::move(settings).error();
    auto function = std::make_shared<Function>(*std::move(settings), context);
    if (auto read = function->read_key(context); !read) return std::move(read).error();
    return runtime::handler_of(std::move(function));
}

}  // namespace
}  // namespace api_to_dynamodb

int main() {
    return runtime::run_bootstrap(api_to_dynamodb::make_handler);
}
