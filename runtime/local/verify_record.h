// What is put aside on disk: lines of the lake and items of the export, by key.
#pragma once

#include <string>
#include <string_view>

#include "runtime/local/verify_history.h"

namespace local {

struct LakeRecord {
    std::string_view key;
    HistoryLine line;
};

struct ItemRecord {
    std::string_view key;
    std::string_view item;  // {"id":{"S":"x"},…}
};

// The record replaces what `out` held.
void pack_line(std::string_view key, const HistoryLine& line, std::string& out);
void pack_item(std::string_view key, std::string_view item, std::string& out);

// Of a record that was packed here; views point into it.
LakeRecord unpack_line(std::string_view record);
ItemRecord unpack_item(std::string_view record);
// Of either kind.
std::string_view key_of_record(std::string_view record);

}  // namespace local
