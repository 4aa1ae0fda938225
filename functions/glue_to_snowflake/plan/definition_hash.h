// The hashes of a definition, in hex digits of SHA-256, small letters. Neither the columns' order
// nor a length inside a base type counts: a TYPE is hashed up to its bracket.
#pragma once

#include <map>
#include <string>

#include "common/snowflake/external_table.h"
#include "common/snowflake/iceberg_table.h"

namespace glue_to_snowflake {

// By the column's name, in the order of their bytes.
using ColumnHashes = std::map<std::string, std::string, std::less<>>;

// What an ALTER cannot change, and what it can; 8 digits each.
struct PartHashes {
    std::string location;     // @DB.SCHEMA.STAGE/orders/
    std::string file_format;  // TYPE = PARQUET BINARY_AS_TEXT = FALSE
    // "DT" DATE AS (expression), … of the partition columns, joined by ", ", with "USER_SPECIFIED "
    // in front for that type; an empty text without partition columns.
    std::string partitions;
    ColumnHashes columns;  // TYPE AS (expression), without the partition columns
    bool operator==(const PartHashes&) const = default;
};

PartHashes part_hashes(const snowflake::ExternalTable& table);

// 32 digits, of all that defines the table but its name and its comment: the lines of location,
// file format and partitions as above, AUTO_REFRESH = TRUE|FALSE, the PATTERN clause, then each
// column as "A" TYPE AS (expression), sorted by name; joined by line feeds. A user-specified table
// has AUTO_REFRESH = FALSE, and an empty line in the pattern's place.
std::string definition_hash(const snowflake::ExternalTable& table);

// 32 digits, of the clauses of the statement from EXTERNAL_VOLUME, where there is one, to
// AUTO_REFRESH; joined by line feeds.
std::string definition_hash(const snowflake::IcebergTable& table);

}  // namespace glue_to_snowflake
