// The requests of Lambda's Runtime API, version 2018-06-01, as values: each function is pure and
// gives the bytes that go to the server. Page: "Using the Lambda runtime API for custom runtimes".
//
//   GET  PREFIX/2018-06-01/runtime/invocation/next
//   POST PREFIX/2018-06-01/runtime/invocation/REQUEST-ID/response   (202; also chunked)
//   POST PREFIX/2018-06-01/runtime/invocation/REQUEST-ID/error      (202)
//   POST PREFIX/2018-06-01/runtime/init/error                       (202)
//   GET  PREFIX/2018-06-01/runtime/restore/next                     (SnapStart only)
//   POST PREFIX/2018-06-01/runtime/restore/error                    (SnapStart only)
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "runtime/http_connection.h"
#include "runtime/invocation.h"

namespace runtime {

// Lambda answers 413 above it (6 MiB and 100 bytes), and has told the caller by then.
constexpr std::size_t kResponseBytesMax = 6'291'556;
// Of an error's message: escaped, encoded and put into a header it stays below the 1 MiB that the
// Runtime API takes.
constexpr std::size_t kErrorMessageBytesMax = 65'536;

struct ApiRequest {
    std::string head;  // up to the blank line, and that line
    std::string body;
};

// Which invocation an answer belongs to. The invocation id is empty where `next` gave none.
struct InvocationIds {
    std::string_view request_id;
    std::string_view invocation_id;
};

// What is posted for a failure. `type` shows in Lambda's metrics as it is only where it matches
// (Runtime|Function).[A-Z][A-Za-z]+.
struct ErrorReport {
    std::string type;
    std::string message;
};

ErrorReport make_error_report(const base::Error& error);

// The JSON of an error: errorMessage, errorType, stackTrace (an empty list).
std::string error_body(const ErrorReport& report);

// The value of Lambda-Runtime-Function-XRay-Error-Cause: one line of ASCII, below 64 KiB.
std::string xray_error_cause(const ErrorReport& report);

ApiRequest next_request(const ServerAddress& server);
// Kind unexpected where the content type cannot stand in a header.
base::Result<ApiRequest> response_request(const ServerAddress& server, const InvocationIds& ids,
                                          InvocationResponse response);
ApiRequest error_request(const ServerAddress& server, const InvocationIds& ids,
                         const ErrorReport& report);
ApiRequest init_error_request(const ServerAddress& server, const ErrorReport& report);
ApiRequest restore_next_request(const ServerAddress& server);
ApiRequest restore_error_request(const ServerAddress& server, const ErrorReport& report);

// A streamed response is this head, then chunks (SIZE-IN-HEX CRLF bytes CRLF), then one of the
// ends.
base::Result<std::string> streaming_response_head(const ServerAddress& server,
                                                  const InvocationIds& ids,
                                                  std::string_view content_type);
std::string chunk_size_line(std::size_t size);
std::string_view streaming_response_end();
// The end of a response that failed on its way: the error in the two trailers that the head names.
std::string streaming_response_error_end(const ErrorReport& report);

// The event in the answer of `next`; its views hold as long as the response's.
Invocation read_invocation(const HttpResponse& response);

}  // namespace runtime
