// What tests put into the account before the first statement. Names are as they resolve (upper case
// for unquoted ones); a stage's is written as SQL has it ("S.P.RAW").
//   CreateSchema {"database","schema"}
//   CreateStage {"name","url","storage_integration"}: the last two may be left out
//   CreateStorageIntegration {"name"}, CreateExternalVolume {"name"}
//   CreateIcebergIntegration {"name","vends_credentials":false}
//   CreateExisting {"database","schema","object","kind","comment","grants":[…],"owner",
//       "row_access_policy","invalid_reason"}: kind EXTERNAL TABLE, ICEBERG TABLE, TABLE or VIEW;
//       an owner other than the request's role may not be changed by it
//   Revoke {"database","schema","privilege"}: CREATE EXTERNAL TABLE, CREATE ICEBERG TABLE or
//       CREATE STAGE there
//   Execute {"statement","role"}: runs it as if it had been sent before; refused is a fault
#pragma once

#include <string_view>

#include "common/base/result.h"
#include "common/codec/json.h"
#include "runtime/local/sql/catalog.h"

namespace sql {

// Kind data_invalid for a command that is none, or lacks a member.
base::Result<base::Done> set_up(Catalog& catalog, std::string_view operation,
                                const codec::JsonValue& body);

}  // namespace sql
