// Log lines for CloudWatch: one line each, on standard output.
//
// JSON form (AWS_LAMBDA_LOG_FORMAT=JSON, the default here), members in this order:
//   {"timestamp":"2026-11-20T01:00:00.123Z","level":"INFO","message":"records_sent","requestId":"…",
//    "function_name":"…", then the line's own fields}
// Text form: "2026-11-20T01:00:00.123Z INFO requestId records_sent count=3".
//
// Lambda's page: "Configuring advanced logging controls". Lines below AWS_LAMBDA_LOG_LEVEL are left
// out. Control bytes and invalid UTF-8 are escaped or replaced, and what is too long for CloudWatch
// (256 KB) is cut, so that a line is always one line and always parses. Payloads, header values and
// secrets are never given to a log.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

#include "common/base/clock.h"
#include "common/base/environment.h"
#include "common/base/json_text.h"

namespace base {

enum class LogLevel { trace, debug, info, warn, error, fatal };
enum class LogFormat { json, text };

// A named value of a line.
struct Field {
    std::string_view name;
    std::variant<std::int64_t, double, bool, std::string_view> value;

    Field(std::string_view field_name, std::integral auto number)
        : name(field_name), value(static_cast<std::int64_t>(number)) {}
    Field(std::string_view field_name, double number) : name(field_name), value(number) {}
    Field(std::string_view field_name, bool flag) : name(field_name), value(flag) {}
    Field(std::string_view field_name, std::string_view text) : name(field_name), value(text) {}
    Field(std::string_view field_name, const char* text)
        : Field(field_name, std::string_view(text)) {}
    Field(std::string_view field_name, const std::string& text)
        : Field(field_name, std::string_view(text)) {}
};

// Takes one finished line, without its newline.
using LogSink = std::function<void(std::string_view line)>;

// Writes the line and a newline to standard output with one write call.
LogSink standard_output_sink();

class Log {
  public:
    Log(const Clock& clock, LogFormat format, LogLevel level, LogSink sink);
    // Format, level and function name from Lambda's variables.
    static Log from_environment(const Environment& environment, const Clock& clock, LogSink sink);

    // `event` is what happened, in the past tense: "export_started".
    void write(LogLevel level, std::string_view event, std::initializer_list<Field> fields = {});
    void debug(std::string_view event, std::initializer_list<Field> fields = {});
    void info(std::string_view event, std::initializer_list<Field> fields = {});
    void warn(std::string_view event, std::initializer_list<Field> fields = {});
    void error(std::string_view event, std::initializer_list<Field> fields = {});

    // A line that is JSON already (EMF metrics): passed on whatever the level.
    void raw(std::string_view line) const { sink_(line); }

    // Set by the invocation loop; stands in each line until it is set again.
    void set_request_id(std::string_view request_id) { request_id_ = request_id; }
    [[nodiscard]] const std::string& function_name() const { return function_name_; }

  private:
    [[nodiscard]] std::string json_line(LogLevel level, std::string_view event,
                                        std::initializer_list<Field> fields) const;
    [[nodiscard]] std::string text_line(LogLevel level, std::string_view event,
                                        std::initializer_list<Field> fields) const;

    const Clock* clock_;
    LogFormat format_;
    LogLevel level_;
    LogSink sink_;
    std::string request_id_;
    std::string function_name_;
};

}  // namespace base
