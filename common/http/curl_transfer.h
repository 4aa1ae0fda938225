// One request on its way, as curl sees it: a handle, its callbacks, and what came of it. For
// curl_client.cc alone.
#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include <curl/curl.h>

#include "common/base/clock.h"
#include "common/http/curl_client.h"
#include "common/http/http.h"
#include "common/http/url.h"

namespace http {

struct EasyCleanup {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
using EasyHandle = std::unique_ptr<CURL, EasyCleanup>;

// How curl was done with a transfer, or we with curl.
struct TransferEnd {
    CURLcode code = CURLE_OK;
    enum class Cut { none, first_byte_late, cancelled } cut = Cut::none;
};

class Transfer {
  public:
    // The request outlives it.
    explicit Transfer(const Request& request) : request_(request) {}
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    // Once: an easy handle to use, and the time when the request must be done. Where it cannot
    // begin, its result is there at once.
    void begin(EasyHandle easy, const CurlSettings& settings, const base::Clock& clock);
    // The handle is out of curl's hands. Where it has no result afterwards the transfer is to
    // be performed once more: its handle is set up for a new connection.
    void end(const TransferEnd& how, const CurlSettings& settings, const base::Clock& clock);

    // Until the first byte of the answer is late, in milliseconds; nothing while that is not
    // waited for.
    std::optional<std::int64_t> first_byte_wait_ms(const base::Clock& clock);

    [[nodiscard]] CURL* easy() const { return easy_.get(); }
    // For the next transfer; it remembers nothing of this one.
    [[nodiscard]] EasyHandle take_easy() {
        curl_easy_reset(easy_.get());
        return std::move(easy_);
    }
    [[nodiscard]] bool has_result() const { return result_.has_value(); }
    [[nodiscard]] base::Result<Response> take_result() {
        assert(result_);
        return *std::move(result_);
    }

  private:
    enum class Stop { none, body_too_large, header_too_large, address_refused, sent_twice };
    struct ListCleanup {
        void operator()(curl_slist* list) const { curl_slist_free_all(list); }
    };
    using HeaderList = std::unique_ptr<curl_slist, ListCleanup>;

    static std::size_t on_header(char* data, std::size_t one, std::size_t size, void* user);
    static std::size_t on_body(char* data, std::size_t one, std::size_t size, void* user);
    static int on_connected(void* user, char* address, char* local, int port, int local_port);
    static HeaderList make_header_list(const Headers& headers);

    [[nodiscard]] std::optional<base::Error> check(const CurlSettings& settings) const;
    [[nodiscard]] std::int64_t left_ms(const base::Clock& clock) const;
    void set_up(const CurlSettings& settings, Connection connection, std::int64_t left_ms);
    void set_up_method();
    void make_room_for_body();
    [[nodiscard]] bool is_sent() const;
    [[nodiscard]] bool broke_unanswered(CURLcode code) const;
    [[nodiscard]] base::Error describe(const TransferEnd& how) const;

    const Request& request_;
    Url url_;
    EasyHandle easy_;
    HeaderList headers_;
    base::EpochMs end_ms_ = 0;
    std::array<char, CURL_ERROR_SIZE> error_text_{};
    std::optional<base::Result<Response>> result_;
    bool sent_before_ = false;  // this is the second sending, on a new connection

    // Of the present sending.
    Response response_;
    std::size_t header_bytes_ = 0;
    bool header_whole_ = false;  // its blank line came; curl takes a header that is cut off for one
    int sends_ = 0;              // how often curl was about to send it
    Stop stop_ = Stop::none;     // why our side ended it
    std::optional<base::EpochMs> sent_at_ms_;
};

}  // namespace http
