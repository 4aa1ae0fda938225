// Any bytes as the comment of a table in Snowflake: a mark that is read is written and read again
// as it was, and a plan has statements for a table of ours alone.
#include <optional>
#include <string>
#include <string_view>

#include "functions/glue_to_snowflake/plan/planner.h"
#include "tests/functions/glue_to_snowflake/plan/wish.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace glue_to_snowflake;  // NOLINT(google-build-using-namespace): one function.
    const std::string comment(reinterpret_cast<const char*>(data), size);
    const auto mark = parse_mark(comment);
    const std::string_view text = text_before_mark(comment);
    fuzz::expect(comment.starts_with(text));
    if (mark && mark->version == kMarkVersion) {
        const std::string again = write_comment(text, *mark);
        const auto read = parse_mark(again);
        fuzz::expect(read.has_value());
        fuzz::expect(again.size() > kCommentBytesMax || write_mark(*read) == write_mark(*mark));
        fuzz::expect(text_before_mark(again) == text);
    }
    const Shown shown{{.name = "ORDERS", .comment = comment}, {{"VALUE", "VARIANT", false}}};
    static const TableDefinition kDefinition = tests::define({.folder = "new"});
    const Plan changed = plan_table(kDefinition, tests::kSource, shown);
    const Plan deleted =
        plan_deleted(tests::make_name(), tests::kSource, shown, DeletePolicy::drop, {});
    const bool is_ours = mark && mark->version == kMarkVersion && mark->deleted.empty() &&
                         mark->source.catalog_id == tests::kSource.catalog_id &&
                         mark->source.database == tests::kSource.database &&
                         mark->source.name == tests::kSource.name;
    fuzz::expect(is_ours || changed.statements.empty());
    fuzz::expect(deleted.statements.empty() == !is_ours);
    return 0;
}
