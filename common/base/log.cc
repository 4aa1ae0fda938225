#include "common/base/log.h"

#include <array>
#include <cerrno>
#include <cmath>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "common/base/json_text.h"

namespace base {
namespace {

// CloudWatch cuts an event at 256 KB, and what is cut is no JSON. So a longer text is cut here, and
// fields behind the first 192 KB of a line are left out, which "cut":true tells.
constexpr std::size_t kFieldBytesMax = 32UL * 1024;
constexpr std::size_t kFieldsBytesMax = 192UL * 1024;
constexpr std::size_t kNameBytesMax = 256;

constexpr std::array<std::string_view, 6> kLevelNames = {"TRACE", "DEBUG", "INFO",
                                                         "WARN",  "ERROR", "FATAL"};

std::string_view level_name(LogLevel level) {
    return kLevelNames[static_cast<std::size_t>(level)];
}

std::string upper(std::string text) {
    for (char& c : text) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return text;
}

LogLevel level_from(const Environment& environment) {
    const std::string wanted = upper(environment.get("AWS_LAMBDA_LOG_LEVEL").value_or("INFO"));
    for (std::size_t i = 0; i < kLevelNames.size(); ++i) {
        if (wanted == kLevelNames[i]) return static_cast<LogLevel>(i);
    }
    return LogLevel::info;
}

void append_value(std::string& out, const Field& field) {
    if (const auto* number = std::get_if<std::int64_t>(&field.value)) {
        fmt::format_to(std::back_inserter(out), "{}", *number);
    } else if (const auto* real = std::get_if<double>(&field.value)) {
        out += std::isfinite(*real) ? fmt::format("{}", *real) : "null";
    } else if (const auto* flag = std::get_if<bool>(&field.value)) {
        out += *flag ? "true" : "false";
    } else {
        append_json_text(out, std::get<std::string_view>(field.value), kFieldBytesMax);
    }
}

}  // namespace

LogSink standard_output_sink() {
    return [](std::string_view line) {
        std::string whole(line);
        whole += '\n';
        std::string_view rest = whole;
        while (!rest.empty()) {
            const ssize_t written = ::write(STDOUT_FILENO, rest.data(), rest.size());
            if (written < 0 && errno == EINTR) continue;
            if (written <= 0) return;  // Nobody is left to tell.
            rest.remove_prefix(static_cast<std::size_t>(written));
        }
    };
}

Log::Log(const Clock& clock, LogFormat format, LogLevel level, LogSink sink)
    : clock_(&clock), format_(format), level_(level), sink_(std::move(sink)) {}

Log Log::from_environment(const Environment& environment, const Clock& clock, LogSink sink) {
    const std::string format = upper(environment.get("AWS_LAMBDA_LOG_FORMAT").value_or("JSON"));
    Log log(clock, format == "TEXT" ? LogFormat::text : LogFormat::json, level_from(environment),
            std::move(sink));
    log.function_name_ = environment.get("AWS_LAMBDA_FUNCTION_NAME").value_or("");
    return log;
}

void Log::write(LogLevel level, std::string_view event, std::initializer_list<Field> fields) {
    if (level < level_) return;
    sink_(format_ == LogFormat::json ? json_line(level, event, fields)
                                     : text_line(level, event, fields));
}

std::string Log::json_line(LogLevel level, std::string_view event,
                           std::initializer_list<Field> fields) const {
    std::string line = fmt::format(R"({{"timestamp":"{}","level":"{}","message":)",
                                   format_iso8601_ms(clock_->now_ms()), level_name(level));
    append_json_text(line, event, kFieldBytesMax);
    if (!request_id_.empty()) {
        line += ",\"requestId\":";
        append_json_text(line, request_id_, kNameBytesMax);
    }
    if (!function_name_.empty()) {
        line += ",\"function_name\":";
        append_json_text(line, function_name_, kNameBytesMax);
    }
    for (const Field& field : fields) {
        if (line.size() > kFieldsBytesMax) {
            line += ",\"cut\":true";
            break;
        }
        line += ',';
        append_json_text(line, field.name, kNameBytesMax);
        line += ':';
        append_value(line, field);
    }
    line += '}';
    return line;
}

std::string Log::text_line(LogLevel level, std::string_view event,
                           std::initializer_list<Field> fields) const {
    std::string line =
        fmt::format("{} {} ", format_iso8601_ms(clock_->now_ms()), level_name(level));
    append_escaped_text(line, request_id_.empty() ? "-" : request_id_, kNameBytesMax);
    line += ' ';
    append_escaped_text(line, event, kFieldBytesMax);
    for (const Field& field : fields) {
        if (line.size() > kFieldsBytesMax) {
            line += " cut=true";
            break;
        }
        line += ' ';
        append_escaped_text(line, field.name, kNameBytesMax);
        line += '=';
        append_value(line, field);
    }
    return line;
}

void Log::debug(std::string_view event, std::initializer_list<Field> fields) {
    write(LogLevel::debug, event, fields);
}
void Log::info(std::string_view event, std::initializer_list<Field> fields) {
    write(LogLevel::info, event, fields);
}
void Log::warn(std::string_view event, std::initializer_list<Field> fields) {
    write(LogLevel::warn, event, fields);
}
void Log::error(std::string_view event, std::initializer_list<Field> fields) {
    write(LogLevel::error, event, fields);
}

}  // namespace base
