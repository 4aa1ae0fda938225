// The catalog's state for tests: {"schemas":["DB.S"],"stages":{"DB.S.STAGE":{"url":…}},
// "tables":{"DB.S.T":{"kind":…,"owner":…,"comment":…,"grants":[…],"row_access_policy":…,
// "auto_refresh":…,"refreshes":[…],"invalid_reason":…, and of an external one "columns":[{"name":…,
// "type":…,"expression":…}], "partition_by":[…],"partition_type":"USER_SPECIFIED" or "EXPRESSION",
// "partitions":{"path/":{"KEY":"value"}},"location":…,"pattern":…,"file_format":…, of an Iceberg
// one "external_volume":…,"catalog":…,"catalog_namespace":…,"catalog_table_name":…}}}
#pragma once

#include "common/codec/json.h"
#include "runtime/local/sql/catalog.h"

namespace sql {

void write_state(const Catalog& catalog, codec::JsonWriter& json);

}  // namespace sql
