#include "common/snowflake/sql.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/base/utf8.h"

namespace snowflake {
namespace {

constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";

base::Error fault(std::string message) {
    return {base::ErrorKind::data_invalid, std::move(message)};
}

bool is_letter(char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

bool is_digit(char byte) {
    return byte >= '0' && byte <= '9';
}

bool is_unquoted_identifier(std::string_view text) {
    if (text.empty() || text.size() > kIdentifierCharactersMax) return false;
    if (!is_letter(text[0]) && text[0] != '_') return false;
    return std::all_of(text.begin(), text.end(), [](char byte) {
        return is_letter(byte) || is_digit(byte) || byte == '_' || byte == '$';
    });
}

bool is_path_byte(char byte) {
    return is_letter(byte) || is_digit(byte) || byte == '_' || byte == '.' || byte == '=' ||
           byte == '-';
}

// Appends a byte below 0x80 as it stands inside single quotes.
void append_escaped(std::string& out, char byte) {
    const auto code = static_cast<unsigned char>(byte);
    switch (byte) {
        case '\'':
            out += "''";
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
    if (code < 0x20 || code == 0x7F) {
        out += fmt::format("\\x{:02X}", code);
    } else {
        out += byte;
    }
}

}  // namespace

std::string quote_identifier(std::string_view name) {
    std::string out = "\"";
    for (const char byte : name) {
        if (byte == '"') out += '"';
        out += byte;
    }
    return out += '"';
}

std::string quote_literal(std::string_view text) {
    std::string out = "'";
    while (!text.empty()) {
        const std::size_t length = base::utf8_sequence_length(text);
        if (length == 1) {
            append_escaped(out, text[0]);
        } else {
            out += length == 0 ? kReplacementCharacter : text.substr(0, length);
        }
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return out += '\'';
}

std::string quote_delimiter(std::string_view text) {
    std::string out = "'";
    for (const char byte : text) {
        const auto code = static_cast<unsigned char>(byte);
        if (code < 0x80) {
            append_escaped(out, byte);
        } else {
            out += fmt::format("\\x{:02X}", code);
        }
    }
    return out += '\'';
}

base::Result<Identifier> Identifier::from(std::string_view name, std::string_view what) {
    if (name.empty()) return fault(fmt::format("the name of {} is empty", what));
    if (!base::is_utf8(name) || name.find('\0') != std::string_view::npos)
        return fault(fmt::format("the name of {} is no valid text", what));
    if (base::utf8_character_count(name) > kIdentifierCharactersMax) {
        return fault(fmt::format("the name of {} has more than {} characters", what,
                                 kIdentifierCharactersMax));
    }
    return Identifier(std::string(name));
}

base::Result<StageName> StageName::from(std::string_view text) {
    std::size_t parts = 0;
    std::string_view rest = text;
    for (bool more = true; more; ++parts) {
        const std::size_t dot = rest.find('.');
        more = dot != std::string_view::npos;
        if (!is_unquoted_identifier(rest.substr(0, dot)))
            return fault("a stage's name is DB.SCHEMA.STAGE, of unquoted identifiers");
        if (more) rest.remove_prefix(dot + 1);
    }
    if (parts > 3) return fault("a stage's name has at most three parts, DB.SCHEMA.STAGE");
    return StageName(std::string(text));
}

StageName StageName::quoted(const TableName& name) {
    return StageName(Sql().table(name).text());
}

base::Result<StagePath> StagePath::from(const StageName& stage, std::string_view path) {
    std::string text = "@" + stage.text() + "/" + std::string(path);
    while (!path.empty()) {
        const std::size_t slash = path.find('/');
        if (slash == std::string_view::npos) return fault("a stage's path ends in a slash");
        const std::string_view segment = path.substr(0, slash);
        if (segment.empty() || segment == "." || segment == ".." ||
            !std::all_of(segment.begin(), segment.end(), is_path_byte)) {
            return fault(
                "LOCATION takes no path with an empty segment or with characters other than "
                "letters, digits, _ . = -");
        }
        path.remove_prefix(slash + 1);
    }
    return StagePath(std::move(text));
}

Sql& Sql::fixed(Fixed text) {
    text_ += text.text();
    return *this;
}

Sql& Sql::identifier(const Identifier& identifier) {
    text_ += quote_identifier(identifier.name());
    return *this;
}

Sql& Sql::schema(const SchemaName& name) {
    return identifier(name.database).fixed(".").identifier(name.schema);
}

Sql& Sql::table(const TableName& name) {
    return schema(name.in()).fixed(".").identifier(name.table);
}

Sql& Sql::literal(std::string_view text) {
    text_ += quote_literal(text);
    return *this;
}

Sql& Sql::delimiter(std::string_view text) {
    text_ += quote_delimiter(text);
    return *this;
}

Sql& Sql::integer(std::int64_t number) {
    text_ += std::to_string(number);
    return *this;
}

Sql& Sql::stage_path(const StagePath& path) {
    text_ += path.text();
    return *this;
}

Sql& Sql::sql(const Sql& other) {
    text_ += other.text_;
    return *this;
}

Sql& Sql::list(const std::vector<Sql>& elements) {
    for (std::size_t i = 0; i < elements.size(); ++i) {
        if (i > 0) text_ += ", ";
        text_ += elements[i].text_;
    }
    return *this;
}

}  // namespace snowflake
