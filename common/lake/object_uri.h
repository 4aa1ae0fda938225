// Where an object lies: s3://bucket/key, or a path of this machine.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.h"

namespace lake {

struct ObjectUri {
    std::string bucket;  // empty: a path of this machine
    std::string key;     // in the bucket, without a leading slash; else the path

    [[nodiscard]] bool is_s3() const { return !bucket.empty(); }
    // s3://bucket/key, or the path: for messages, and for parse_object_uri again.
    [[nodiscard]] std::string text() const;
    // The same place with a name behind the key, with one slash between them.
    [[nodiscard]] ObjectUri below(std::string_view name) const;
};

// Kind config_invalid, with what is wrong and the form that is right: an empty text, another scheme
// (https://, file://), no bucket, a bucket's name that S3 does not allow. A key may be empty.
base::Result<ObjectUri> parse_object_uri(std::string_view text);

}  // namespace lake
