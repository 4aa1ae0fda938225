#include "common/dynamodb/change_filter.h"

#include <string>
#include <vector>

namespace dynamodb {

bool ChangeFilter::keeps(Operation operation, bool ttl_delete) const {
    if (ttl_deletes == TtlDeletes::drop && ttl_delete) return false;
    if (ttl_deletes == TtlDeletes::only && !ttl_delete) return false;
    switch (operation) {
        case Operation::insert:
            return inserts;
        case Operation::modify:
            return modifies;
        case Operation::remove:
            break;
    }
    return removes;
}

ChangeFilter read_change_filter(base::SettingsReader& settings) {
    constexpr std::string_view kEventNames = "EVENT_NAMES";
    ChangeFilter filter;
    const std::vector<std::string> names = settings.list(kEventNames);
    if (!names.empty()) filter.inserts = filter.modifies = filter.removes = false;
    for (const std::string& name : names) {
        if (name == "INSERT") {
            filter.inserts = true;
        } else if (name == "MODIFY") {
            filter.modifies = true;
        } else if (name == "REMOVE") {
            filter.removes = true;
        } else {
            settings.add_fault(kEventNames, name,
                               "use INSERT, MODIFY and REMOVE, separated by commas");
        }
    }
    filter.ttl_deletes = settings.choice<TtlDeletes>(
        "TTL_DELETES",
        {{"keep", TtlDeletes::keep}, {"drop", TtlDeletes::drop}, {"only", TtlDeletes::only}});
    return filter;
}

}  // namespace dynamodb
