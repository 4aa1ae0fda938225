// The mark that a table of ours carries in its comment: whom it mirrors, and the hashes of what
// defines it (definition_hash.h). An object without it is never replaced, altered or dropped.
//
//   [text before the mark, then a line feed]
//   lakefeed {"version":1,"catalog":"123456789012","database":"a__b","table":"t",
//             "definition":"<32 hex>","location":"<8 hex>","file_format":"<8 hex>",
//             "partitions":"<8 hex>","columns":{"A":"<8 hex>",…},
//             "auto_refresh":false,                       left out where it is on, or unknown
//             "stage":"T_<8 hex>",                        of a table with a stage of its own
//             "known_partitions":{"count":2,"listed":{"dt=2026-11-20/":"<8 hex>",…}}
//                            or {"count":700,"digest":"<16 hex>"},      user-specified partitions
//             "deleted":"2026-11-21T19:00:00Z"}           a tombstone: no mirror any more
//
// on one line, without white space outside of strings, the columns by name. An Iceberg table's has
// neither the parts nor the columns. Members that say nothing are left out, and a user-specified
// table, which knows no refresh, does not say that it is off. What is the same for every table (the
// PATTERN) has no hash of its own: whoever changes it raises the version.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/aws/glue_client.h"
#include "functions/glue_to_snowflake/definition/table_definition.h"
#include "functions/glue_to_snowflake/plan/definition_hash.h"
#include "functions/glue_to_snowflake/plan/partition_list.h"

namespace glue_to_snowflake {

constexpr std::int64_t kMarkVersion = 1;

// A longer comment's mark leaves out the columns (a later change of them is then a replace), and
// if need be what is known of the partitions.
constexpr std::size_t kCommentBytesMax = 64UL * 1024;

struct Mark {
    aws::GlueTableId source;
    std::string definition;
    // Empty where the mark does not say.
    std::string location = {};
    std::string file_format = {};
    std::string partitions = {};
    std::optional<ColumnHashes> columns = {};
    snowflake::AutoRefresh auto_refresh = snowflake::AutoRefresh::on;
    std::string stage = {};  // a name in the table's schema
    std::optional<KnownPartitions> known_partitions = {};
    std::string deleted = {};
    // Above kMarkVersion: a newer lakefeed's, of which the source may be all that is read.
    std::int64_t version = kMarkVersion;
};

Mark make_mark(const TableDefinition& definition, const aws::GlueTableId& source);
Mark make_mark(const IcebergDefinition& definition, const aws::GlueTableId& source);

// The mark alone, whatever its length.
std::string write_mark(const Mark& mark);

// `text` and a line feed, where it is not empty, and the mark.
std::string write_comment(std::string_view text, const Mark& mark);

// Nothing where the comment is not ours. The mark is the comment's last line.
std::optional<Mark> parse_mark(std::string_view comment);

// What stands before the mark of a comment that is ours.
std::string_view text_before_mark(std::string_view comment);

}  // namespace glue_to_snowflake
