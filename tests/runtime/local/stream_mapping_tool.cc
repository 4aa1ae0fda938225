// What the end-to-end tests of the stream mapping drive:
//
//   stream_mapping_tool serve FOLDER
//       DynamoDB Local from FOLDER; prints its port, and ends it when standard input ends.
//   stream_mapping_tool drain PORT TABLE BOOTSTRAP RECORD_FILE [NAME=VALUE…]
//       The newest stream of TABLE through the mapping to BOOTSTRAP, to its end; prints the counts
//       as JSON. NAMEs: the settings below; others are variables of the function.
#include <array>
#include <charconv>
#include <cstdio>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/codec/json.h"
#include "runtime/local/dynamodb_local.h"
#include "runtime/local/function_process.h"
#include "runtime/local/stream_mapping.h"
#include "runtime/local/stream_source_dynamodb.h"

namespace {

using Arguments = std::vector<std::string>;

constexpr int kUsage = 2;
constexpr int kFailed = 1;

int fail(const base::Error& error) {
    std::fprintf(stderr, "stream_mapping_tool: %s\n", error.message.c_str());
    return kFailed;
}

int serve(const std::string& folder) {
    auto server = local::DynamoDbLocal::start(folder, {});
    if (!server) return fail(server.error());
    std::printf("%u\n", static_cast<unsigned>(server->port()));
    std::fflush(stdout);
    std::array<char, 64> ignored{};
    while (::read(STDIN_FILENO, ignored.data(), ignored.size()) > 0) {
    }
    server->stop();
    return 0;
}

std::int64_t number_of(std::string_view text) {
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

// True where the name is a setting of the mapping.
bool set(local::StreamMappingSettings& settings, std::string_view name, std::string_view value) {
    const std::int64_t number = number_of(value);
    if (name == "BatchSize") {
        settings.batch_size = number;
    } else if (name == "ParallelizationFactor") {
        settings.parallelization_factor = number;
    } else if (name == "MaximumRetryAttempts") {
        settings.maximum_retry_attempts = number;
    } else if (name == "BisectBatchOnFunctionError") {
        settings.bisect_batch_on_function_error = value == "true";
    } else if (name == "FunctionResponseTypes") {
        settings.report_batch_item_failures = value == "ReportBatchItemFailures";
    } else if (name == "StartingPosition") {
        settings.starting_position = value == "LATEST" ? local::StartingPosition::latest
                                                       : local::StartingPosition::trim_horizon;
    } else {
        return false;
    }
    return true;
}

// A function process for each worker of the mapping.
class Functions {
  public:
    Functions(local::FunctionOptions options, const base::Clock& clock)
        : options_(std::move(options)), clock_(clock) {}

    base::Result<local::Outcome> invoke(const std::string& event, std::size_t worker,
                                        const std::stop_token& stop) {
        return process(worker).invoke({.body = event}, stop);
    }

  private:
    local::FunctionProcess& process(std::size_t worker) {
        const std::scoped_lock lock(mutex_);
        auto& found = processes_[worker];
        if (!found) found = std::make_unique<local::FunctionProcess>(options_, clock_, random_);
        return *found;
    }

    local::FunctionOptions options_;
    const base::Clock& clock_;
    base::SystemRandom random_;
    std::mutex mutex_;
    std::map<std::size_t, std::unique_ptr<local::FunctionProcess>> processes_;
};

void print(const local::MappingCounts& counts) {
    const std::string json = codec::JsonWriter()
                                 .begin_object()
                                 .member_integer("polled", counts.polled)
                                 .member_integer("delivered", counts.delivered)
                                 .member_integer("discarded", counts.discarded)
                                 .member_integer("pending", counts.pending)
                                 .member_integer("invoked", counts.invoked)
                                 .member_integer("retried", counts.retried)
                                 .member_integer("function_errors", counts.function_errors)
                                 .member_integer("rewinds", counts.rewinds)
                                 .member_integer("malformed", counts.malformed)
                                 .end_object()
                                 .take();
    std::puts(json.c_str());
}

int drain(const Arguments& arguments) {
    const auto port = static_cast<std::uint16_t>(number_of(arguments[1]));
    local::StreamMappingOptions options{.back_off = {.base_ms = 1, .most_ms = 20},
                                        .poll_interval_ms = 50};
    local::FunctionOptions function{.name = "recording_function",
                                    .bootstrap = arguments[3],
                                    .environment = {{"RECORD_FILE", arguments[4]}}};
    for (std::size_t i = 5; i < arguments.size(); ++i) {
        const std::string name = arguments[i].substr(0, arguments[i].find('='));
        const std::string value = arguments[i].substr(name.size() + 1);
        if (!set(options.settings, name, value)) function.environment[name] = value;
    }
    const auto arn = local::find_stream(port, arguments[2]);
    if (!arn) return fail(arn.error());
    const base::SystemClock clock;
    local::DynamoDbStreamSource source(port, *arn, clock);
    Functions functions(function, clock);
    local::StreamMapping mapping(
        options, source,
        [&functions](const std::string& event, std::size_t worker, const std::stop_token& stop) {
            return functions.invoke(event, worker, stop);
        },
        clock);
    const auto counts = mapping.drain({});
    if (!counts) return fail(counts.error());
    print(*counts);
    return 0;
}

}  // namespace

int main(int count, char** values) {
    const Arguments arguments(values + 1, values + count);
    if (arguments.size() == 2 && arguments[0] == "serve") return serve(arguments[1]);
    if (arguments.size() >= 5 && arguments[0] == "drain") return drain(arguments);
    std::fprintf(stderr,
                 "stream_mapping_tool serve FOLDER | drain PORT TABLE BOOTSTRAP "
                 "RECORD_FILE [NAME=VALUE...]\n");
    return kUsage;
}
