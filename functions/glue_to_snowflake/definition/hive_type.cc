#include "functions/glue_to_snowflake/definition/hive_type.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace glue_to_snowflake {
namespace {

constexpr int kDecimalPrecisionMax = 38;
constexpr int kDecimalPrecisionDefault = 10;
constexpr int kTextLengthMax = 16'777'216;

bool is_blank(char byte) {
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

bool is_word(char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '_';
}

HiveKind kind_of(std::string_view word) {
    static constexpr std::array<std::pair<std::string_view, HiveKind>, 21> kKinds{{
        {"boolean", HiveKind::boolean},
        {"tinyint", HiveKind::integer},
        {"smallint", HiveKind::integer},
        {"int", HiveKind::integer},
        {"integer", HiveKind::integer},
        {"bigint", HiveKind::integer},
        {"float", HiveKind::floating},
        {"real", HiveKind::floating},
        {"double", HiveKind::floating},
        {"double precision", HiveKind::floating},
        {"decimal", HiveKind::decimal},
        {"numeric", HiveKind::decimal},
        {"string", HiveKind::text},
        {"varchar", HiveKind::sized_text},
        {"char", HiveKind::sized_text},
        {"binary", HiveKind::binary},
        {"date", HiveKind::date},
        {"timestamp", HiveKind::timestamp},
        {"timestamp without time zone", HiveKind::timestamp},
        {"timestamp with time zone", HiveKind::timestamp_local},
        {"timestamp with local time zone", HiveKind::timestamp_local},
    }};
    // interval_year_month, interval_day_time; interval day to second of Spark
    if (word == "interval" || word.starts_with("interval_") || word.starts_with("interval "))
        return HiveKind::interval;
    for (const auto& [name, kind] : kKinds) {
        if (name == word) return kind;
    }
    return HiveKind::variant;
}

class TypeParser {
  public:
    explicit TypeParser(std::string_view text) : text_(text) {}

    base::Result<HiveType> parse() {
        auto type = parse_type(1);
        if (!type) return type;
        skip_blanks();
        if (at_ != text_.size()) return fault("text follows the type");
        return type;
    }

  private:
    // NOLINTNEXTLINE(misc-no-recursion): the depth is bounded by kHiveTypeDepthMax.
    base::Result<HiveType> parse_type(int depth) {
        if (depth > kHiveTypeDepthMax) return fault("the type is nested too deep");
        std::string words = take_words();
        if (words.empty()) return fault("a type is missing");
        if (take('<')) return parse_nested(words, depth);
        std::vector<int> arguments;
        if (take('(')) {
            auto taken = take_arguments();
            if (!taken) return std::move(taken).error();
            arguments = *std::move(taken);
            // timestamp(3) with time zone
            if (words == "timestamp") {
                if (const std::string more = take_words(); !more.empty()) words += " " + more;
            }
        }
        return with_arguments(HiveType{.kind = kind_of(words)}, arguments);
    }

    // NOLINTNEXTLINE(misc-no-recursion): the depth is bounded by kHiveTypeDepthMax.
    base::Result<HiveType> parse_nested(std::string_view name, int depth) {
        const bool is_struct = name == "struct";
        if (is_struct && take('>')) return HiveType{};
        std::size_t types = 0;
        do {
            if (is_struct && !take_field_name()) return fault("a struct's field has no name");
            auto type = parse_type(depth + 1);
            if (!type) return type;
            ++types;
        } while (take(','));
        if (!take('>')) return fault("a < is not closed");
        if (name == "array" && types != 1) return fault("an array has one type");
        if (name == "map" && types != 2) return fault("a map has two types");
        return HiveType{};
    }

    [[nodiscard]] base::Result<HiveType> with_arguments(HiveType type,
                                                        const std::vector<int>& arguments) const {
        if (type.kind == HiveKind::decimal) {
            type.precision = arguments.empty() ? kDecimalPrecisionDefault : arguments[0];
            type.scale = arguments.size() < 2 ? 0 : arguments[1];
            if (arguments.size() > 2 || type.precision < 1 ||
                type.precision > kDecimalPrecisionMax || type.scale > type.precision) {
                return fault("a decimal has a precision of 1 to 38 and a scale up to it");
            }
            return type;
        }
        if (type.kind == HiveKind::sized_text && arguments.empty()) {
            type.kind = HiveKind::text;
            return type;
        }
        if (type.kind == HiveKind::sized_text) {
            if (arguments.size() != 1 || arguments[0] < 1 || arguments[0] > kTextLengthMax)
                return fault("a varchar or char has one length from 1 on");
            type.length = arguments[0];
            return type;
        }
        if (!arguments.empty() && type.kind != HiveKind::variant &&
            type.kind != HiveKind::timestamp && type.kind != HiveKind::timestamp_local) {
            return fault("the type takes no arguments");
        }
        return type;
    }

    // One or more words with one blank between, in small letters.
    std::string take_words() {
        std::string words;
        for (;;) {
            skip_blanks();
            const std::size_t start = at_;
            while (at_ < text_.size() && is_word(text_[at_]))
                ++at_;
            if (start == at_) return words;
            if (!words.empty()) words += ' ';
            for (const char byte : text_.substr(start, at_ - start))
                words += byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
        }
    }

    base::Result<std::vector<int>> take_arguments() {
        std::vector<int> arguments;
        do {
            skip_blanks();
            int number = 0;
            const char* end = text_.data() + text_.size();
            const auto [stop, error] = std::from_chars(text_.data() + at_, end, number);
            if (error != std::errc() || number < 0) return fault("an argument is no number");
            at_ = static_cast<std::size_t>(stop - text_.data());
            arguments.push_back(number);
        } while (take(','));
        if (!take(')')) return fault("a ( is not closed");
        return arguments;
    }

    // The name before a colon: in back-ticks (one inside is doubled), or plain.
    bool take_field_name() {
        skip_blanks();
        const std::size_t start = at_;
        if (at_ < text_.size() && text_[at_] == '`') {
            for (++at_; at_ < text_.size(); ++at_) {
                if (text_[at_] != '`') continue;
                if (at_ + 1 >= text_.size() || text_[at_ + 1] != '`') break;
                ++at_;
            }
            if (at_ >= text_.size()) return false;
            ++at_;
            return take(':');
        }
        // The last colon before the type's own brackets or its end.
        const std::size_t end = std::min(text_.find_first_of("<>,()", start), text_.size());
        const std::size_t colon = text_.substr(start, end - start).rfind(':');
        if (colon == std::string_view::npos || colon == 0) return false;
        at_ = start + colon + 1;
        return true;
    }

    [[nodiscard]] base::Error fault(std::string_view message) const {
        return {base::ErrorKind::data_invalid,
                fmt::format("{}, at byte {} of its type: correct it in the catalog", message, at_)};
    }

    bool take(char byte) {
        skip_blanks();
        if (at_ >= text_.size() || text_[at_] != byte) return false;
        ++at_;
        return true;
    }

    void skip_blanks() {
        while (at_ < text_.size() && is_blank(text_[at_]))
            ++at_;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

base::Result<HiveType> parse_hive_type(std::string_view text) {
    if (text.size() > kHiveTypeBytesMax) {
        return base::Error{base::ErrorKind::data_invalid,
                           fmt::format("its type has {} bytes, and {} are the most that Glue holds",
                                       text.size(), kHiveTypeBytesMax)};
    }
    if (text.empty()) return HiveType{};  // Glue's Type is optional
    return TypeParser(text).parse();
}

snowflake::Sql cast_type(const HiveType& type) {
    if (type.kind == HiveKind::sized_text) return snowflake::Sql("VARCHAR");
    return snowflake_type(type);
}

snowflake::Sql snowflake_type(const HiveType& type) {
    using snowflake::Sql;
    switch (type.kind) {
        case HiveKind::boolean:
            return Sql("BOOLEAN");
        case HiveKind::integer:
            return Sql("NUMBER(38,0)");
        case HiveKind::floating:
            return Sql("FLOAT");
        case HiveKind::decimal:
            return Sql("NUMBER(").integer(type.precision).fixed(",").integer(type.scale).fixed(")");
        case HiveKind::text:
        case HiveKind::interval:
            return Sql("VARCHAR");
        case HiveKind::sized_text:
            return Sql("VARCHAR(").integer(type.length).fixed(")");
        case HiveKind::binary:
            return Sql("BINARY");
        case HiveKind::date:
            return Sql("DATE");
        case HiveKind::timestamp:
            return Sql("TIMESTAMP_NTZ");
        case HiveKind::timestamp_local:
            return Sql("TIMESTAMP_LTZ");
        case HiveKind::variant:
            break;
    }
    return Sql("VARIANT");
}

}  // namespace glue_to_snowflake
