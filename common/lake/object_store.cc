#include "common/lake/object_store.h"

#include <utility>

#include <fmt/format.h>

namespace lake {

base::Result<std::string> read_object(ObjectStore& store, const std::string& key,
                                      std::size_t bytes_max) {
    auto reader = store.open(key);
    if (!reader) return std::move(reader).error();
    const ObjectInfo& info = (*reader)->info();
    if (info.bytes > bytes_max) {
        return base::Error{base::ErrorKind::data_invalid,
                           fmt::format("{} has {} bytes, and {} at most are read of its kind",
                                       info.key, info.bytes, bytes_max)};
    }
    std::string bytes(static_cast<std::size_t>(info.bytes), '\0');
    std::size_t got = 0;
    while (got < bytes.size()) {
        const auto read = (*reader)->read(bytes.data() + got, bytes.size() - got);
        if (!read) return read.error();
        if (*read == 0) break;
        got += *read;
    }
    // Asked once more at its end, where a reader says whether the object was changed meanwhile.
    char beyond = '\0';
    const auto end = (*reader)->read(&beyond, 1);
    if (!end) return end.error();
    if (got == bytes.size() && *end == 0) return bytes;
    return base::Error{base::ErrorKind::data_invalid,
                       fmt::format("{} has {} bytes, and others were read", info.key, info.bytes)};
}

base::Result<base::Done> write_object(ObjectStore& store, const std::string& key,
                                      std::string_view content_type, std::string_view bytes) {
    auto writer = store.create(key, content_type);
    if (!writer) return std::move(writer).error();
    if (auto written = (*writer)->write(bytes); !written) return written;
    return (*writer)->finish();
}

}  // namespace lake
