// The typed builder of Snowflake SQL. Catalog text comes into a statement in three ways only: as an
// identifier in double quotes, as a literal in single quotes, or as a stage path of harmless
// characters. All else is text of our own source code, which the compiler checks: Fixed can be made
// at compile time only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace snowflake {

constexpr std::size_t kIdentifierCharactersMax = 255;

// A name of a database, schema, table or column, written in double quotes, its case kept.
class Identifier {
  public:
    // Kind data_invalid for a name that Snowflake cannot hold: empty, over 255 characters, no valid
    // UTF-8, or with a NUL byte. `what` says what it names: "the column".
    static base::Result<Identifier> from(std::string_view name, std::string_view what);

    [[nodiscard]] const std::string& name() const { return name_; }
    bool operator==(const Identifier&) const = default;

  private:
    explicit Identifier(std::string name) : name_(std::move(name)) {}
    std::string name_;
};

// "DB"."SCHEMA"
struct SchemaName {
    Identifier database;
    Identifier schema;
    bool operator==(const SchemaName&) const = default;
};

// "DB"."SCHEMA"."TABLE"; of stages too.
struct TableName {
    Identifier database;
    Identifier schema;
    Identifier table;
    [[nodiscard]] SchemaName in() const { return {database, schema}; }
    bool operator==(const TableName&) const = default;
};

// A stage as LOCATION names it: of unquoted identifiers, one to three parts (DB.SCHEMA.STAGE), or
// three quoted ones.
class StageName {
  public:
    static base::Result<StageName> from(std::string_view text);
    static StageName quoted(const TableName& name);
    [[nodiscard]] const std::string& text() const { return text_; }

  private:
    explicit StageName(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

// @DB.SCHEMA.STAGE/path/: LOCATION takes neither literals nor variables, so the path below the
// stage holds letters, digits and _ . = - only, in segments that are not empty, "." or "..".
class StagePath {
  public:
    // `path` is empty or ends in a slash. Kind data_invalid where it cannot be written.
    static base::Result<StagePath> from(const StageName& stage, std::string_view path);
    [[nodiscard]] const std::string& text() const { return text_; }

  private:
    explicit StagePath(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

// Text of our own source code.
class Fixed {
  public:
    // NOLINTNEXTLINE(google-explicit-constructor): a literal is meant to become one by itself.
    consteval Fixed(const char* text) : text_(text) {}
    [[nodiscard]] constexpr std::string_view text() const { return text_; }

  private:
    std::string_view text_;
};

// A piece of SQL, whole or in the making.
class Sql {
  public:
    Sql() = default;
    explicit Sql(Fixed text) : text_(text.text()) {}

    Sql& fixed(Fixed text);
    Sql& identifier(const Identifier& identifier);
    Sql& schema(const SchemaName& name);
    Sql& table(const TableName& name);
    Sql& literal(std::string_view text);
    // A literal for the delimiters of a file format: bytes beyond ASCII as \xHH, each by itself.
    Sql& delimiter(std::string_view text);
    Sql& integer(std::int64_t number);
    Sql& stage_path(const StagePath& path);
    Sql& sql(const Sql& other);
    // a, b, c
    Sql& list(const std::vector<Sql>& elements);

    [[nodiscard]] const std::string& text() const { return text_; }
    bool operator==(const Sql&) const = default;

  private:
    std::string text_;
};

// A double quote inside the name is doubled.
std::string quote_identifier(std::string_view name);

// Snowflake reads backslash escapes inside single quotes, so quotes and backslashes are doubled,
// and control characters become escapes. Bytes that are no UTF-8 become U+FFFD.
std::string quote_literal(std::string_view text);

std::string quote_delimiter(std::string_view text);

}  // namespace snowflake
