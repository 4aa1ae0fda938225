// A streamed response on its way to the Runtime API: one chunk for each write, sent with one call.
//
// As Lambda's page asks, the connection is closed after the response. A write that fails ends the
// stream for good; what the Runtime API answered meanwhile is read by finish().
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runtime/http_connection.h"
#include "runtime/runtime_api.h"

namespace runtime {

class ChunkedResponse final : public ResponseStream {
  public:
    ChunkedResponse(HttpConnection& connection, const InvocationIds& ids)
        : connection_(connection), ids_(ids) {}

    void set_content_type(std::string_view content_type) override;
    base::Result<base::Done> write(std::string_view bytes) override;

    // Whether bytes of the response went out, so that the invocation counts as answered.
    [[nodiscard]] bool has_begun() const { return has_begun_; }

    // Ends the response (an empty one where nothing was written), with the report in its trailers
    // where there is one, and gives the Runtime API's answer.
    base::Result<HttpResponse> finish(const std::optional<ErrorReport>& report);

  private:
    HttpConnection& connection_;
    InvocationIds ids_;
    std::string content_type_ = "application/octet-stream";
    bool has_begun_ = false;
    std::optional<base::Error> fault_;
};

}  // namespace runtime
