// Drives an object store for tests/e2e/test_object_store.py; settings and credentials are those of
// a function.
//   object_store_tool get URI          the object to standard output
//   object_store_tool put URI          standard input to the object
//   object_store_tool put-part URI     the same, without finish()
//   object_store_tool list URI         one JSON object a line: {"key","bytes","etag"}
//   object_store_tool remove URI
// Where TOOL_TELLS_MEMORY is set, {"peak_kib":N} on standard error at the end.
// Exit status 1 with one JSON object on standard error, {"kind","code","message"}, for an error.
#include <cstdio>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "common/aws/session.h"
#include "common/base/clock.h"
#include "common/base/environment.h"
#include "common/base/log.h"
#include "common/base/random.h"
#include "common/codec/json.h"
#include "common/lake/open_store.h"

namespace {

constexpr std::size_t kPieceBytes = 1'000'000;

using Outcome = base::Result<base::Done>;

Outcome get(lake::ObjectStore& store, const std::string& key) {
    auto reader = store.open(key);
    if (!reader) return reader.error();
    std::vector<char> piece(kPieceBytes);
    while (true) {
        const auto got = (*reader)->read(piece.data(), piece.size());
        if (!got) return got.error();
        if (*got == 0) return base::Done{};
        std::fwrite(piece.data(), 1, *got, stdout);
    }
}

enum class Finish { no, yes };

Outcome put(lake::ObjectStore& store, const std::string& key, Finish finish) {
    auto writer = store.create(key, "application/x-test");
    if (!writer) return writer.error();
    std::vector<char> piece(kPieceBytes);
    while (const std::size_t got = std::fread(piece.data(), 1, piece.size(), stdin)) {
        if (auto written = (*writer)->write({piece.data(), got}); !written) return written;
    }
    return finish == Finish::yes ? (*writer)->finish() : base::Done{};
}

Outcome list(lake::ObjectStore& store, const std::string& prefix) {
    const auto objects = store.list(prefix);
    if (!objects) return objects.error();
    for (const lake::ObjectInfo& object : *objects) {
        codec::JsonWriter json;
        json.begin_object().member("key", object.key);
        json.member("bytes", std::to_string(object.bytes)).member("etag", object.etag).end_object();
        std::cout << json.take() << '\n';
    }
    return base::Done{};
}

Outcome run(lake::ObjectStore& store, const std::string& command, const std::string& key) {
    if (command == "get") return get(store, key);
    if (command == "put") return put(store, key, Finish::yes);
    if (command == "put-part") return put(store, key, Finish::no);
    if (command == "list") return list(store, key);
    if (command == "remove") return store.remove(key);
    return base::Error{base::ErrorKind::config_invalid, "no such command: " + command};
}

int tell(const base::Error& error) {
    codec::JsonWriter json;
    json.begin_object().member("kind", base::kind_name(error.kind));
    json.member("code", error.code).member("message", error.message).end_object();
    std::cerr << json.take() << '\n';
    return 1;
}

// VmHWM: the most of this program's own memory that was resident.
void tell_memory() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (!line.starts_with("VmHWM:")) continue;
        const std::size_t digit = line.find_first_of("0123456789");
        std::cerr << R"({"peak_kib":)" << line.substr(digit, line.find(' ', digit) - digit)
                  << "}\n";
    }
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv, argv + argc);
    if (arguments.size() != 3) return 2;
    base::SystemClock clock;
    base::SystemRandom random;
    const base::ProcessEnvironment environment;
    base::Log log(clock, base::LogFormat::json, base::LogLevel::error,
                  [](std::string_view line) { std::cerr << line << '\n'; });
    base::SettingsReader reader(environment);
    const auto settings = aws::SessionSettings::from_environment(reader, environment);
    const auto uri = lake::parse_object_uri(arguments[2]);
    if (!uri) return tell(uri.error());
    aws::Session session(settings, {environment, clock, random, log});
    const auto store = lake::open_store(*uri, {.client = &session.client()});
    const Outcome outcome = run(*store, arguments[1], uri->key);
    if (environment.get("TOOL_TELLS_MEMORY")) tell_memory();
    return outcome ? 0 : tell(outcome.error());
}
