// Which changes a function is to pass on: EVENT_NAMES and TTL_DELETES.
#pragma once

#include "common/base/environment.h"
#include "common/dynamodb/change_record.h"

namespace dynamodb {

enum class TtlDeletes { keep, drop, only };

struct ChangeFilter {
    bool inserts = true;
    bool modifies = true;
    bool removes = true;
    TtlDeletes ttl_deletes = TtlDeletes::keep;

    [[nodiscard]] bool keeps(Operation operation, bool ttl_delete) const;
    [[nodiscard]] bool keeps(const ChangeRecord& record) const {
        return keeps(record.operation, record.ttl_delete.value_or(false));
    }
};

// EVENT_NAMES: a subset of INSERT, MODIFY, REMOVE (default all). TTL_DELETES: keep (default), drop,
// or only, which leaves out every other record.
ChangeFilter read_change_filter(base::SettingsReader& settings);

}  // namespace dynamodb
