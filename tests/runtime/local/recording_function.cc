// A function for stream events that keeps what it is given: it appends one line to RECORD_FILE,
//   {"answer":"ok"|"error"|"partial"|"exit","event":…}
// and answers so. With FAULTS=on, of every five invocations the second is an error, the third goes
// back to the middle record, and the fifth ends the process.
#include <fcntl.h>
#include <string>
#include <sys/file.h>
#include <unistd.h>
#include <vector>

#include "common/codec/json.h"
#include "runtime/bootstrap.h"

namespace {

std::vector<std::string> numbers_of(std::string_view event) {
    std::vector<std::string> numbers;
    const auto document = codec::parse_json(event, "the event");
    if (!document) return numbers;
    for (const codec::JsonValue& record : codec::find_array(*document, "Records")->GetArray())
        numbers.emplace_back(
            *codec::find_text(*codec::find_object(record, "dynamodb"), "SequenceNumber"));
    return numbers;
}

// Several processes write to one file, each line whole.
void append_line(const std::string& path, const std::string& line) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    ::flock(file, LOCK_EX);
    for (std::string_view rest = line; !rest.empty();) {
        const ssize_t written = ::write(file, rest.data(), rest.size());
        if (written <= 0) ::_exit(2);
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
    ::close(file);
}

class RecordingFunction {
  public:
    RecordingFunction(std::string path, bool faults) : path_(std::move(path)), faults_(faults) {}

    base::Result<runtime::InvocationResponse> serve(const runtime::Invocation& invocation) {
        constexpr std::string_view kAnswers[] = {"ok", "error", "partial", "ok", "exit"};
        const std::string_view answer = faults_ ? kAnswers[invocations_++ % 5] : "ok";
        append_line(path_, R"({"answer":")" + std::string(answer) + R"(","event":)" +
                               std::string(invocation.event) + "}\n");
        if (answer == "exit") ::_exit(1);
        if (answer == "error")
            return base::Error{base::ErrorKind::service_failed, "as it was told"};
        std::string failures;
        if (answer == "partial") {
            const std::vector<std::string> numbers = numbers_of(invocation.event);
            failures = R"({"itemIdentifier":")" + numbers[numbers.size() / 2] + "\"}";
        }
        return runtime::InvocationResponse{.body = R"({"batchItemFailures":[)" + failures + "]}"};
    }

  private:
    std::string path_;
    bool faults_;
    int invocations_ = 0;
};

base::Result<runtime::Handler> make_handler(const runtime::Context& context) {
    const auto path = context.environment.get("RECORD_FILE");
    if (!path) return base::Error{base::ErrorKind::config_invalid, "RECORD_FILE is not set"};
    return runtime::Handler(
        [function = RecordingFunction(*path, context.environment.get("FAULTS") == "on")](
            const runtime::Invocation& invocation) mutable { return function.serve(invocation); });
}

}  // namespace

int main() {
    return runtime::run_bootstrap(make_handler);
}
