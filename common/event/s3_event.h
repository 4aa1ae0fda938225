// The objects that were created in S3, as a notification tells them. Two senders:
//
//   S3 itself ("Event message structure"): the key is URL-encoded, a space is a plus sign
//     {"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{
//       "bucket":{"name":"…"},"object":{"key":"red+flower.jpg","size":1024,"eTag":"…"}}}]}
//   EventBridge ("Amazon S3 event notifications with EventBridge"): the page does not say that the
//   key is encoded, and there are readers of both kinds, so both are given where they differ
//     {"source":"aws.s3","detail-type":"Object Created","detail":{
//       "bucket":{"name":"…"},"object":{"key":"red flower.jpg","size":1024,"etag":"…"}}}
//
// When a notification is set up, S3 sends {"Service":"Amazon S3","Event":"s3:TestEvent",…}.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace event {

struct S3Object {
    std::string bucket;
    std::string key;  // decoded where it certainly was encoded
    // What the key is if it was encoded after all; nothing where there is no doubt.
    std::optional<std::string> decoded_key = {};
};

// The objects that the event says were created, in its order; none where it tells of other events
// of S3 (removed, restored, a test). Nothing where it is no event of S3. Kind event_invalid where
// it is no JSON, or is one and does not name its bucket and key.
base::Result<std::optional<std::vector<S3Object>>> parse_s3_event(std::string_view text);

}  // namespace event
