// The seam between what reads and writes the lake's files and where they lie: a bucket
// (s3_store.h), or this machine's folders (folder_store.h).
//
// Nothing half-written is ever seen: an object appears as a whole when its writer is finished, and
// replaces one of that key. Keys are UTF-8; those of a folder store are paths. Error messages name
// the object.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/result.h"

namespace lake {

// What of an object does not change while it is read.
struct ObjectInfo {
    std::string key;
    std::uint64_t bytes = 0;
    std::string etag;  // without quotes; empty in a folder
};

class ObjectReader {
  public:
    virtual ~ObjectReader() = default;
    [[nodiscard]] virtual const ObjectInfo& info() const = 0;
    // The next bytes, at most `room` (not 0) of them; 0 at the end. All bytes are of one version of
    // the object: where it is replaced meanwhile, that is an error of kind data_invalid.
    virtual base::Result<std::size_t> read(char* out, std::size_t room) = 0;
};

class ObjectWriter {
  public:
    // Without finish() nothing remains of what was written.
    virtual ~ObjectWriter() = default;
    virtual base::Result<base::Done> write(std::string_view bytes) = 0;
    // Makes the object visible, whole. The writer is of no more use.
    virtual base::Result<base::Done> finish() = 0;
};

// One object of a listing, or nothing where it is not there, is no error: find() tells.
class ObjectStore {
  public:
    virtual ~ObjectStore() = default;

    // Kind data_invalid and code "NoSuchKey" where there is no such object.
    virtual base::Result<std::unique_ptr<ObjectReader>> open(const std::string& key) = 0;
    // The object's first bytes, at most `bytes_max` of them; errors are those of open(). To be had
    // for less than open() where that fetches more at once.
    virtual base::Result<std::string> read_head(const std::string& key, std::size_t bytes_max) {
        auto reader = open(key);
        if (!reader) return std::move(reader).error();
        std::string head(bytes_max, '\0');
        std::size_t got = 0;
        while (got < bytes_max) {
            const auto read = (*reader)->read(head.data() + got, bytes_max - got);
            if (!read) return read.error();
            if (*read == 0) break;
            got += *read;
        }
        head.resize(got);
        return head;
    }
    virtual base::Result<std::unique_ptr<ObjectWriter>> create(const std::string& key,
                                                               std::string_view content_type) = 0;
    // All objects whose key begins with `prefix`, in the order of the keys' bytes. In a folder: the
    // files below the folder that the prefix names or begins with.
    virtual base::Result<std::vector<ObjectInfo>> list(const std::string& prefix) = 0;
    // No error where there is none.
    virtual base::Result<base::Done> remove(const std::string& key) = 0;
};

// The whole object, of at most `bytes_max` bytes (else kind data_invalid).
base::Result<std::string> read_object(ObjectStore& store, const std::string& key,
                                      std::size_t bytes_max);
// A small object at once.
base::Result<base::Done> write_object(ObjectStore& store, const std::string& key,
                                      std::string_view content_type, std::string_view bytes);

}  // namespace lake
