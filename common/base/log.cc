#include "common/base/log.h"

#include <array>
#include <cmath>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "common/base/utf8.h"

namespace base {
namespace {

// CloudWatch cuts an event at 256 KB; a longer text field is cut here, with room for the other
// members.
constexpr std::size_t kFieldBytesMax = 32 * 1024;

constexpr std::array<std::string_view, 6> kLevelNames = {"TRACE", "DEBUG", "INFO",
                                                         "WARN",  "ERROR", "FATAL"};

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

void append_escaped_byte(std::string& out, char c) {
    switch (c) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            break;
    }
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) {
        fmt::format_to(std::back_inserter(out), "\\u{:04x}", byte);
    } else {
        out += c;
    }
}

void append_value(std::string& out, const Field& field) {
    if (const auto* number = std::get_if<std::int64_t>(&field.value)) {
        fmt::format_to(std::back_inserter(out), "{}", *number);
    } else if (const auto* real = std::get_if<double>(&field.value)) {
        out += std::isfinite(*real) ? fmt::format("{}", *real) : "null";
    } else if (const auto* flag = std::get_if<bool>(&field.value)) {
        out += *flag ? "true" : "false";
    } else {
        append_json_text(out, std::get<std::string_view>(field.value).substr(0, kFieldBytesMax));
    }
}

}  // namespace

void append_json_text(std::string& out, std::string_view text) {
    out += '"';
    while (!text.empty()) {
        const std::size_t length = utf8_sequence_length(text);
        if (length == 0) {
            out += "\xEF\xBF\xBD";
            text.remove_prefix(1);
            continue;
        }
        if (length == 1) {
            append_escaped_byte(out, text.front());
        } else {
            out.append(text.substr(0, length));
        }
        text.remove_prefix(length);
    }
    out += '"';
}

LogSink standard_output_sink() {
    return [](std::string_view line) {
        std::string whole(line);
        whole += '\n';
        std::string_view rest = whole;
        while (!rest.empty()) {
            const ssize_t written = ::write(STDOUT_FILENO, rest.data(), rest.size());
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
    const std::string_view level_name = kLevelNames[static_cast<std::size_t>(level)];
    std::string line;
    if (format_ == LogFormat::json) {
        line = fmt::format(R"({{"timestamp":"{}","level":"{}","message":)",
                           format_iso8601_ms(clock_->now_ms()), level_name);
        append_json_text(line, event);
        if (!request_id_.empty()) {
            line += ",\"requestId\":";
            append_json_text(line, request_id_);
        }
        if (!function_name_.empty()) {
            line += ",\"function_name\":";
            append_json_text(line, function_name_);
        }
        for (const Field& field : fields) {
            line += ',';
            append_json_text(line, field.name);
            line += ':';
            append_value(line, field);
        }
        line += '}';
    } else {
        line = fmt::format("{} {} {} {}", format_iso8601_ms(clock_->now_ms()), level_name,
                           request_id_.empty() ? "-" : request_id_, event);
        for (const Field& field : fields) {
            line.append(" ").append(field.name).append("=");
            append_value(line, field);
        }
    }
    sink_(line);
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
