#include <memory>
#include <utility>

#include "common/aws/dynamodb_client.h"
#include "common/aws/session.h"
#include "functions/table_export/config.h"
#include "functions/table_export/handler.h"
#include "runtime/bootstrap.h"

namespace table_export {
namespace {

using Settings = aws::FunctionSettings<Config>;

// All that a loop needs, made once.
class Function {
  public:
    Function(Settings settings, const runtime::Context& context)
        : config_(std::move(settings.config)),
          session_(std::move(settings.aws),
                   {context.environment, context.clock, context.random, context.log}),
          dynamodb_(session_.client()),
          exports_(dynamodb_),
          services_{dynamodb_, exports_, context.clock, context.log} {}
    Function(const Function&) = delete;
    Function& operator=(const Function&) = delete;

    base::Result<runtime::InvocationResponse> handle(const runtime::Invocation& invocation) {
        return table_export::handle(config_, services_, invocation);
    }

  private:
    Config config_;
    aws::Session session_;
    aws::DynamoDbClient dynamodb_;
    ExportReader exports_;
    Services services_;
};

base::Result<runtime::Handler> make_handler(const runtime::Context& context) {
    auto settings = aws::read_function_settings(context.environment, read_config);
    if (!settings) return std::move(settings).error();
    return runtime::handler_of(std::make_shared<Function>(*std::move(settings), context));
}

}  // namespace
}  // namespace table_export

int main() {
    return runtime::run_bootstrap(table_export::make_handler);
}
