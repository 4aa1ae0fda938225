// The SQL API double for tests in Python. Prints {"url":"http://127.0.0.1:…"}, then answers each
// line of standard input, {"operation":…,"body":{…}}, with a line, until there is no more:
//   a command of sql_api_double.h: {} or {"error":…}
//   State: what the account holds and what was executed (runtime/local/sql/state_json.h)
//   Calls: [{"operation":"statements","body":{…}},…]: each POST of a statement and each cancel
//   Reset: {}
#include <cstdio>
#include <iostream>
#include <string>

#include "common/codec/json.h"
#include "runtime/local/sql_api_double.h"

namespace {

std::string calls_of(const local::SqlApiDouble& service) {
    codec::JsonWriter json;
    json.begin_array();
    for (const local::RecordedCall& call : service.calls()) {
        json.begin_object().member("operation", call.operation);
        json.key("body").raw(call.body).end_object();
    }
    json.end_array();
    return json.take();
}

std::string error(std::string_view message) {
    codec::JsonWriter json;
    json.begin_object().member("error", message).end_object();
    return json.take();
}

std::string answer(local::SqlApiDouble& service, const std::string& line) {
    const auto request = codec::parse_json(line, "the line");
    if (!request) return error(request.error().message);
    const std::string_view operation =
        codec::find_text(*request, "operation").value_or(std::string_view());
    if (operation == "State") return service.state();
    if (operation == "Calls") return calls_of(service);
    if (operation == "Reset") {
        service.reset();
        return "{}";
    }
    const codec::JsonValue* body = codec::find_object(*request, "body");
    if (body == nullptr) return error("a command without a body");
    const auto done = service.command(operation, *body);
    return done ? "{}" : error(done.error().message);
}

}  // namespace

int main() {
    local::SqlApiDouble service;
    if (const auto started = service.start(); !started) {
        std::fprintf(stderr, "sql_api_double_tool: %s\n", started.error().message.c_str());
        return 1;
    }
    std::printf("{\"url\":\"%s\"}\n", service.url().c_str());
    std::fflush(stdout);
    for (std::string line; std::getline(std::cin, line);) {
        std::printf("%s\n", answer(service, line).c_str());
        std::fflush(stdout);
    }
    return 0;
}
