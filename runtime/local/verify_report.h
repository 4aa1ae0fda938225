// What `lakefeed verify` tells.
#pragma once

#include <string>

#include "runtime/local/terminal.h"
#include "runtime/local/verify_result.h"

namespace local {

// The verdict, the differences and the bad lines that are listed, a line each, with a newline at
// the end. Keys, attribute names and places are in it, attribute values are not.
//   different: 2 of 7 items (1 missing, 1 different), export of orders at 2023-09-22T03:24:36Z
//     missing    {"pk":"a","sk":1}  the lake has no line of it
//     different  {"pk":"b","sk":1}  v differs; newest: MODIFY at 2023-09-22T02:24:36.000Z,
//                dt=20230922/a.json.gz line 3
std::string result_text(const VerifyResult& result, Colour colour);

// {"equal":false,"export_arn","table","export_time","key":["pk","sk"],"items":7,"equal_items":5,
//  "boundary_items":0,"missing":1,"extra":0,"different":1,"keys_only":0,"lake_files":4,
//  "lake_lines":16,"later_lines":1,"bad_lines":0,"lake_newest":"2023-09-22T03:24:41.000Z"|null,
//  "differences":[{"key":{"pk":"a","sk":1},"kind":"missing","detail":"…","newest_line":{"operation",
//  "sequence_number","event_time_ms","file","line"}|null}],
//  "bad_line_list":[{"file","line","reason"}],"warnings":["…"],"duration_ms":N}
std::string result_json(const VerifyResult& result, std::int64_t duration_ms);

}  // namespace local
