// How requests to AWS services look on the wire, as far as the local world must know: which service
// and operation a request is for, and how a sample event's setup calls one.
//
// JSON protocols: POST / with X-Amz-Target: <prefix>.<Operation>. S3: method, path (/bucket/key)
// and query. The service's name stands in the credential scope of the Authorization header:
//   AWS4-HMAC-SHA256 Credential=<key id>/<date>/<region>/<service>/aws4_request, …
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/http/http.h"
#include "runtime/local/exact_json.h"
#include "runtime/local/http_connection.h"
#include "runtime/local/recorded_call.h"

namespace local {

// The call that a request makes. An S3 call's body is written {"Bucket":…,"Key":…,"Body":…},
// without the members that it has not; its Body as text, or in base64 where it is not UTF-8. Where
// it is gzip of a text, that text stands in its place as "GzipBody".
RecordedCall identify_call(std::string_view method, std::string_view target,
                           const http::Headers& headers, std::string_view body);

// Does one operation on the AWS server at `port`, as setup.json writes it (S3's body as "Body", or
// as "BodyBase64" where it is no text); the service "moto" is
// what moto itself is told, the operation being the path below /moto-api/. Kind rejected where the
// answer is not 2xx, with the service's words.
base::Result<base::Done> call_service(std::uint16_t port, std::string_view service,
                                      std::string_view operation, const ExactJson& body);

// Does one operation of a service with a JSON protocol, and gives the answer's body. Kind rejected
// where the answer is not 2xx, with the service's words.
base::Result<std::string> ask_service(std::uint16_t port, std::string_view service,
                                      std::string_view operation, std::string_view json);

}  // namespace local
