#include "runtime/local/sql/statement.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "runtime/local/sql/tokens.h"

namespace local {
namespace {

// Words that a column's type or expression may hold; anything else is an identifier that does not
// exist (Snowflake's 000904).
constexpr std::array<std::string_view, 13> kTypes{
    "BOOLEAN", "NUMBER",  "FLOAT",         "VARCHAR",      "BINARY", "DATE",  "TIMESTAMP_NTZ",
    "TIME",    "VARIANT", "TIMESTAMP_LTZ", "TIMESTAMP_TZ", "ARRAY",  "OBJECT"};
constexpr std::array<std::string_view, 20> kExpressionWords{"VALUE",
                                                            "METADATA$FILENAME",
                                                            "AS",
                                                            "GET",
                                                            "GET_IGNORE_CASE",
                                                            "TRY_CAST",
                                                            "CAST",
                                                            "NULLIF",
                                                            "IFF",
                                                            "STARTSWITH",
                                                            "LOWER",
                                                            "SUBSTR",
                                                            "SPLIT_PART",
                                                            "TRY_TO_NUMBER",
                                                            "TRY_TO_DOUBLE",
                                                            "TRY_TO_BINARY",
                                                            "TRY_TO_BOOLEAN",
                                                            "TRY_TO_DATE",
                                                            "TRY_TO_TIMESTAMP_NTZ",
                                                            "REPLACE"};
constexpr std::array<std::string_view, 4> kAnyFormat{"TYPE", "COMPRESSION", "NULL_IF",
                                                     "REPLACE_INVALID_CHARACTERS"};
constexpr std::array<std::string_view, 9> kCsvFormat{"RECORD_DELIMITER",
                                                     "FIELD_DELIMITER",
                                                     "SKIP_HEADER",
                                                     "ESCAPE",
                                                     "ESCAPE_UNENCLOSED_FIELD",
                                                     "FIELD_OPTIONALLY_ENCLOSED_BY",
                                                     "EMPTY_FIELD_AS_NULL",
                                                     "ENCODING",
                                                     "SKIP_BLANK_LINES"};
constexpr std::string_view kJsonFormat = "STRIP_OUTER_ARRAY";
constexpr std::string_view kParquetFormat = "BINARY_AS_TEXT";
constexpr int kNestingMax = 100;

bool is_one_of(std::string_view word, const auto& words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

class StatementReader {
  public:
    explicit StatementReader(std::vector<SqlToken> tokens) : tokens_(std::move(tokens)) {}

    base::Result<SqlStatement> read() {
        const bool understood = read_statement() && end();
        if (understood) return std::move(statement_);
        std::string message = problem_;
        if (message.empty()) {
            message = fmt::format("syntax error: unexpected '{}' at word {}", peek().text, at_ + 1);
        }
        return base::Error{base::ErrorKind::data_invalid, "SQL compilation error: " + message};
    }

  private:
    bool read_statement() {
        if (word("CREATE")) return read_create();
        if (word("SHOW")) return read_show();
        if (word("DESC") || word("DESCRIBE")) {
            statement_.kind = SqlKind::describe;
            return word("EXTERNAL") && word("TABLE") && read_name();
        }
        if (word("DROP")) {
            statement_.kind = SqlKind::drop;
            if (!word("EXTERNAL") || !word("TABLE")) return false;
            if (word("IF")) {
                if (!word("EXISTS")) return false;
                statement_.if_exists = true;
            }
            return read_name();
        }
        return word("SELECT") && read_get_ddl();
    }

    bool read_create() {
        statement_.kind = SqlKind::create;
        if (word("OR")) {
            if (!word("REPLACE")) return false;
            statement_.or_replace = true;
        }
        if (!word("EXTERNAL") || !word("TABLE")) return false;
        if (word("IF")) {
            if (statement_.or_replace)
                return stop("options OR REPLACE and IF NOT EXISTS are incompatible");
            if (!word("NOT") || !word("EXISTS")) return false;
            statement_.if_not_exists = true;
        }
        return read_name() && read_columns() && read_partition_by() && read_location() &&
               read_options();
    }

    bool read_columns() {
        if (!symbol('(')) return false;
        do {
            SqlColumn column;
            if (!identifier(column.name) || !read_type(column.type) || !word("AS") ||
                !read_expression(column.expression)) {
                return false;
            }
            const bool repeated = std::any_of(
                statement_.columns.begin(), statement_.columns.end(),
                [&column](const SqlColumn& other) { return other.name == column.name; });
            if (repeated) return stop(fmt::format("duplicate column name '{}'", column.name));
            statement_.columns.push_back(std::move(column));
        } while (symbol(','));
        return symbol(')');
    }

    bool read_type(std::string& type) {
        if (peek().kind != SqlTokenKind::word) return false;
        if (!is_one_of(peek().text, kTypes))
            return stop(fmt::format("Unsupported data type '{}'.", peek().text));
        type = take().text;
        if (!symbol('(')) return true;
        type += '(';
        do {
            if (peek().kind != SqlTokenKind::number) return false;
            type += (type.back() == '(' ? "" : ",") + take().text;
        } while (symbol(','));
        type += ')';
        return symbol(')');
    }

    // ( … ) with its brackets paired, of known words only. A word after a colon is a path's
    // element.
    bool read_expression(std::string& expression) {
        if (!symbol('(')) return false;
        int depth = 1;
        bool after_colon = false;
        for (; depth > 0; after_colon = expression.ends_with(':') && !expression.ends_with("::")) {
            const SqlToken& token = peek();
            if (token.kind == SqlTokenKind::end || token.kind == SqlTokenKind::stage) return false;
            if (token.kind == SqlTokenKind::symbol && token.text == ";") return false;
            if (token.kind == SqlTokenKind::word && !after_colon &&
                !is_one_of(token.text, kExpressionWords) && !is_one_of(token.text, kTypes)) {
                return stop(fmt::format("invalid identifier '{}'", token.text));
            }
            if (token.kind == SqlTokenKind::quoted && !after_colon)
                return stop(fmt::format("invalid identifier '{}'", token.text));
            if (token.text == "(" && token.kind == SqlTokenKind::symbol && ++depth > kNestingMax)
                return stop("too deep");
            if (token.text == ")" && token.kind == SqlTokenKind::symbol) --depth;
            if (depth > 0) expression += written(token);
            take();
        }
        return !expression.empty() || stop("an empty expression");
    }

    static std::string written(const SqlToken& token) {
        if (token.kind == SqlTokenKind::quoted) return '"' + token.text + '"';
        if (token.kind == SqlTokenKind::literal) return '\'' + token.text + '\'';
        return token.text;
    }

    bool read_partition_by() {
        if (!word("PARTITION")) return true;
        if (!word("BY") || !symbol('(')) return false;
        do {
            std::string name;
            if (!identifier(name)) return false;
            const bool known =
                std::any_of(statement_.columns.begin(), statement_.columns.end(),
                            [&name](const SqlColumn& column) { return column.name == name; });
            if (!known) return stop(fmt::format("invalid identifier '{}'", name));
            statement_.partition_by.push_back(std::move(name));
        } while (symbol(','));
        return symbol(')');
    }

    bool read_location() {
        if (!word("LOCATION") || !symbol('=') || peek().kind != SqlTokenKind::stage) return false;
        const std::string text = take().text;
        const std::size_t slash = text.find('/');
        if (slash == std::string::npos) return stop("a location without a path");
        statement_.stage = text.substr(0, slash);
        std::transform(statement_.stage.begin(), statement_.stage.end(), statement_.stage.begin(),
                       [](char byte) {
                           return byte >= 'a' && byte <= 'z' ? static_cast<char>(byte - 32) : byte;
                       });
        statement_.path = text.substr(slash + 1);
        return true;
    }

    bool read_options() {
        if (word("PARTITION_TYPE")) {
            if (!symbol('=') || !word("USER_SPECIFIED")) return false;
            statement_.is_user_specified = true;
        }
        if (word("AUTO_REFRESH")) {
            if (statement_.is_user_specified) return stop("AUTO_REFRESH of a USER_SPECIFIED table");
            if (!symbol('=') || (!word("TRUE") && !word("FALSE"))) return false;
        }
        if (word("PATTERN")) {
            if (statement_.is_user_specified) return stop("PATTERN of a USER_SPECIFIED table");
            if (!symbol('=') || peek().kind != SqlTokenKind::literal) return false;
            statement_.pattern = take().text;
        }
        if (!word("FILE_FORMAT") || !symbol('=') || !read_file_format()) return false;
        if (word("COPY")) {
            if (!word("GRANTS")) return false;
            if (!statement_.or_replace) return stop("COPY GRANTS needs OR REPLACE");
            statement_.copy_grants = true;
        }
        if (!word("COMMENT")) return true;
        if (!symbol('=') || peek().kind != SqlTokenKind::literal) return false;
        statement_.comment = take().text;
        return true;
    }

    bool read_file_format() {
        if (!symbol('(') || !word("TYPE") || !symbol('=')) return false;
        const std::string type = take().text;
        if (type != "CSV" && type != "JSON" && type != "PARQUET" && type != "AVRO" && type != "ORC")
            return stop(fmt::format("invalid file format type '{}'", type));
        statement_.file_format_type = type;
        while (peek().kind == SqlTokenKind::word) {
            const std::string option = take().text;
            const bool known = is_one_of(option, kAnyFormat) ||
                               (type == "CSV" && is_one_of(option, kCsvFormat)) ||
                               (type == "JSON" && option == kJsonFormat) ||
                               (type == "PARQUET" && option == kParquetFormat);
            if (!known) return stop(fmt::format("invalid option '{}' for {}", option, type));
            if (!symbol('=') || !read_option_value()) return false;
        }
        return symbol(')');
    }

    bool read_option_value() {
        if (!symbol('(')) {
            const SqlTokenKind kind = peek().kind;
            if (kind != SqlTokenKind::word && kind != SqlTokenKind::literal &&
                kind != SqlTokenKind::number) {
                return false;
            }
            take();
            return true;
        }
        if (symbol(')')) return true;
        do {
            if (peek().kind != SqlTokenKind::literal) return false;
            take();
        } while (symbol(','));
        return symbol(')');
    }

    bool read_show() {
        statement_.kind = SqlKind::show;
        if (!word("EXTERNAL") || !word("TABLES")) return false;
        if (word("LIKE")) {
            if (peek().kind != SqlTokenKind::literal) return false;
            statement_.like = take().text;
        }
        if (!word("IN")) return true;
        return word("SCHEMA") && identifier(statement_.name.database) && symbol('.') &&
               identifier(statement_.name.schema);
    }

    bool read_get_ddl() {
        statement_.kind = SqlKind::get_ddl;
        if (!word("GET_DDL") || !symbol('(') || take().text != "TABLE" || !symbol(',') ||
            peek().kind != SqlTokenKind::literal) {
            return false;
        }
        const auto tokens = split_sql(take().text);
        if (!tokens) return false;
        StatementReader name(*tokens);
        if (!name.read_name() || !name.end()) return false;
        statement_.name = name.statement_.name;
        return symbol(')');
    }

    // Three parts: a session's database and schema do not exist here.
    bool read_name() {
        return identifier(statement_.name.database) && symbol('.') &&
               identifier(statement_.name.schema) && symbol('.') &&
               identifier(statement_.name.object);
    }

    bool identifier(std::string& name) {
        if (peek().kind != SqlTokenKind::quoted && peek().kind != SqlTokenKind::word) return false;
        name = take().text;
        return !name.empty();
    }

    bool word(std::string_view text) {
        if (peek().kind != SqlTokenKind::word || peek().text != text) return false;
        ++at_;
        return true;
    }

    bool symbol(char byte) {
        if (peek().kind != SqlTokenKind::symbol || peek().text[0] != byte) return false;
        ++at_;
        return true;
    }

    bool end() {
        symbol(';');
        if (peek().kind == SqlTokenKind::end) return true;
        const bool another = at_ > 0 && tokens_[at_ - 1].text == ";";
        return another ? stop("actual statement count 2 did not match the desired count 1") : false;
    }

    [[nodiscard]] const SqlToken& peek() const { return tokens_[at_]; }
    SqlToken take() {
        SqlToken token = peek();
        if (token.kind != SqlTokenKind::end) ++at_;
        return token;
    }

    bool stop(std::string problem) {
        problem_ = std::move(problem);
        return false;
    }

    std::vector<SqlToken> tokens_;
    std::size_t at_ = 0;
    SqlStatement statement_;
    std::string problem_;
};

}  // namespace

base::Result<SqlStatement> read_sql_statement(std::string_view text) {
    auto tokens = split_sql(text);
    if (!tokens) return std::move(tokens).error();
    return StatementReader(*std::move(tokens)).read();
}

}  // namespace local
