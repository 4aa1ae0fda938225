#include "runtime/local/demo/lake_copy.h"

#include <filesystem>
#include <fstream>

#include <fmt/format.h>

namespace demo {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kObjectBytesMax = std::size_t{1} << 30U;

base::Result<base::Done> write_file(const fs::path& path, std::string_view bytes) {
    std::error_code failure;
    fs::create_directories(path.parent_path(), failure);
    std::ofstream file(path, std::ios::binary);
    file << bytes;
    file.close();
    if (file) return base::Done{};
    return base::Error{base::ErrorKind::config_invalid,
                       fmt::format("write {}: no room, or not allowed", path.string())};
}

}  // namespace

base::Result<base::Done> copy_lake(lake::ObjectStore& store, const LakeCopy& copy,
                                   const std::stop_token& stop) {
    const auto objects = store.list(copy.prefix);
    if (!objects) return objects.error();
    for (const lake::ObjectInfo& object : *objects) {
        if (stop.stop_requested())
            return base::Error{base::ErrorKind::deadline_near, "the demo was stopped"};
        const auto bytes = lake::read_object(store, object.key, kObjectBytesMax);
        if (!bytes) return bytes.error();
        if (auto done = write_file(fs::path(copy.folder) / object.key, *bytes); !done) return done;
        if (auto done = copy.each(object.key, *bytes); !done) return done;
    }
    return base::Done{};
}

}  // namespace demo
