// What S3 says in XML (API reference, "ListObjectsV2", "CreateMultipartUpload",
// "CompleteMultipartUpload"):
//
// <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>lake</Name><Prefix/>
//   <KeyCount>1</KeyCount><MaxKeys>1000</MaxKeys><EncodingType>url</EncodingType>
//   <IsTruncated>true</IsTruncated><NextContinuationToken>…</NextContinuationToken>
//   <Contents><Key>a+b%2Bc</Key><LastModified>…</LastModified><ETag>&quot;…&quot;</ETag>
//     <Size>434234</Size><StorageClass>STANDARD</StorageClass></Contents>…</ListBucketResult>
// <InitiateMultipartUploadResult><Bucket>…</Bucket><Key>…</Key><UploadId>…</UploadId>
//   </InitiateMultipartUploadResult>
// <CompleteMultipartUploadResult>…<ETag>…</ETag></CompleteMultipartUploadResult>
//
// Errors are of kind service_failed: an answer that is no such document is the service's fault.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/http/http.h"

namespace aws {

struct ListedObject {
    std::string key;
    std::uint64_t bytes = 0;
    std::string etag;  // without quotes
};

struct ObjectPage {
    std::vector<ListedObject> objects;
    std::string next_token;  // empty: there is no further page
};

// All keys begin with `prefix`. They are encoded where the answer says so: a '+' is a space.
base::Result<ObjectPage> parse_object_page(std::string_view body, std::string_view prefix);

base::Result<std::string> parse_upload_id(std::string_view body);
base::Result<base::Done> parse_completed(std::string_view body);

// "bytes 0-8388607/10000000" of a Content-Range.
struct ContentRange {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::uint64_t object_bytes = 0;
};
base::Result<ContentRange> parse_content_range(const http::Headers& headers);

// The header ETag without its quotes; an error where there is none.
base::Result<std::string> parse_etag(const http::Headers& headers);

// A whole number of bytes, digits alone.
base::Result<std::uint64_t> parse_bytes(std::string_view digits);

}  // namespace aws
