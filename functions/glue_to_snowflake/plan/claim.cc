#include "functions/glue_to_snowflake/plan/claim.h"

#include <fmt/format.h>

namespace glue_to_snowflake {
namespace {

bool is_same(const aws::GlueTableId& left, const aws::GlueTableId& right) {
    return left.catalog_id == right.catalog_id && left.database == right.database &&
           left.name == right.name;
}

std::string name_of(const aws::GlueTableId& id) {
    return fmt::format("{}.{} of catalog {}", id.database, id.name, id.catalog_id);
}

}  // namespace

std::variant<Mark, Skip> claim(const snowflake::ShownTable& shown, const aws::GlueTableId& source) {
    auto mark = parse_mark(shown.comment);
    if (!mark) return Skip{"a table of that name is there without lakefeed's mark"};
    if (mark->version > kMarkVersion) {
        return Skip{fmt::format(
            "the table of that name was made by a newer lakefeed (version {} of the mark)",
            mark->version)};
    }
    if (!mark->deleted.empty()) {
        return Skip{fmt::format("the table of that name is the tombstone of {}, deleted {}",
                                name_of(mark->source), mark->deleted)};
    }
    if (!is_same(mark->source, source))
        return Skip{fmt::format("the table of that name mirrors {}", name_of(mark->source))};
    return *std::move(mark);
}

}  // namespace glue_to_snowflake
