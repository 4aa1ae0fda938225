#include "functions/glue_to_snowflake/sync/doubt.h"

#include <utility>

namespace glue_to_snowflake {
namespace {

constexpr const char* kInDoubt = "in doubt";  // no hash

// Names that one of the two lacks, or has with another hash.
void add_differences(std::set<std::string>& names, const ColumnHashes& left,
                     const ColumnHashes& right) {
    for (const auto& [name, hash] : left) {
        const auto other = right.find(name);
        if (other == right.end() || other->second != hash) names.insert(name);
    }
}

}  // namespace

Touched touched_by(const Mark& old, const Mark& now) {
    Touched touched{.definition = now.definition, .columns = {}};
    // Without the columns, ALTER cannot have been the way; nor where these parts differ.
    touched.is_whole = !old.columns || !now.columns || old.location != now.location ||
                       old.file_format != now.file_format || old.partitions != now.partitions;
    if (touched.is_whole) return touched;
    add_differences(touched.columns, *old.columns, *now.columns);
    add_differences(touched.columns, *now.columns, *old.columns);
    return touched;
}

bool is_in_doubt(const snowflake::ShownTable& shown, const Touched& touched) {
    const auto mark = parse_mark(shown.comment);
    return mark && mark->version == kMarkVersion && mark->deleted.empty() &&
           mark->definition != touched.definition;
}

snowflake::ShownTable in_doubt(snowflake::ShownTable shown, const Touched& touched,
                               const Mark& now) {
    auto mark = parse_mark(shown.comment);
    if (!mark || (!touched.is_whole && touched.columns.empty())) return shown;
    mark->definition = kInDoubt;
    if (touched.is_whole) mark->location = mark->file_format = mark->partitions = kInDoubt;
    for (const std::string& name : touched.columns) {
        if (!mark->columns) break;
        if (now.columns && now.columns->contains(name)) {
            mark->columns->erase(name);
        } else {
            (*mark->columns)[name] = kInDoubt;
        }
    }
    const std::string text(text_before_mark(shown.comment));
    shown.comment = write_comment(text, *mark);
    return shown;
}

}  // namespace glue_to_snowflake
