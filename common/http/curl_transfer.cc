#include "common/http/curl_transfer.h"

#include <algorithm>
#include <cassert>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace http {
namespace {

constexpr long kIdleSecondsMax = 60;
constexpr std::size_t kHeaderBytesMax = 256U << 10U;
// Of a body, handed to the socket at once.
constexpr long kUploadBufferBytes = 256L << 10U;

// Options fail on a bug or without memory only.
template <typename T>
void set(CURL* easy, CURLoption option, T value) {
    const CURLcode code = curl_easy_setopt(easy, option, value);
    assert(code == CURLE_OK);
    (void)code;
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r' ||
                             text.back() == '\n'))
        text.remove_suffix(1);
    return text;
}

bool is_plain(std::string_view text) {
    return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

bool is_plain_header(const Header& header) {
    return !header.name.empty() && is_plain(header.name) && is_plain(header.value) &&
           header.name.find_first_of(":; ") == std::string::npos;
}

}  // namespace

std::size_t Transfer::on_header(char* data, std::size_t /*one*/, std::size_t size, void* user) {
    Transfer& transfer = *static_cast<Transfer*>(user);
    transfer.header_bytes_ += size;
    if (transfer.header_bytes_ > kHeaderBytesMax) {
        transfer.stop_ = Stop::header_too_large;
        return 0;
    }
    const std::string_view line(data, size);
    // Each status line begins an answer; an interim one (1xx) is forgotten with its headers.
    const bool is_status_line = line.starts_with("HTTP/");
    if (is_status_line) transfer.response_.headers.clear();
    transfer.header_whole_ = !is_status_line && (transfer.header_whole_ || trim(line).empty());
    const std::size_t colon = line.find(':');
    if (!is_status_line && colon != std::string_view::npos) {
        transfer.response_.headers.push_back(
            {std::string(trim(line.substr(0, colon))), std::string(trim(line.substr(colon + 1)))});
    }
    return size;
}

// Given the decoded bytes, so that the cap holds for what a gzip bomb becomes.
std::size_t Transfer::on_body(char* data, std::size_t /*one*/, std::size_t size, void* user) {
    Transfer& transfer = *static_cast<Transfer*>(user);
    if (size > transfer.request_.response_bytes_max - transfer.response_.body.size()) {
        transfer.stop_ = Stop::body_too_large;
        return 0;
    }
    if (transfer.response_.body.empty()) transfer.make_room_for_body();
    transfer.response_.body.append(data, size);
    return size;
}

// All at once, so that a large body is never there twice while it grows.
void Transfer::make_room_for_body() {
    curl_off_t bytes = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &bytes);
    if (bytes > 0) {
        response_.body.reserve(
            std::min(static_cast<std::size_t>(bytes), request_.response_bytes_max));
    }
}

// Called when a connection stands and nothing of the request has been sent over it. curl itself
// sends a request once more where a reused connection turns out dead, whatever its method.
int Transfer::on_connected(void* user, char* address, char* /*local*/, int /*port*/,
                           int /*local_port*/) {
    Transfer& transfer = *static_cast<Transfer*>(user);
    if (host_kind(address) == HostKind::metadata) {
        transfer.stop_ = Stop::address_refused;
        return CURL_PREREQFUNC_ABORT;
    }
    const int sends_max = transfer.request_.repeatable == Repeatable::yes ? 2 : 1;
    if (transfer.sends_ == sends_max) {
        transfer.stop_ = Stop::sent_twice;
        return CURL_PREREQFUNC_ABORT;
    }
    ++transfer.sends_;
    return CURL_PREREQFUNC_OK;
}

Transfer::HeaderList Transfer::make_header_list(const Headers& headers) {
    HeaderList list;
    const auto append = [&list](const std::string& line) {
        curl_slist* const longer = curl_slist_append(list.release(), line.c_str());
        assert(longer != nullptr);
        list.reset(longer);
    };
    // Names of headers that curl adds by itself; without a value they are left out.
    for (const char* name : {"Accept", "Accept-Encoding", "Content-Type", "Expect"}) {
        if (!find_header(headers, name)) append(std::string(name) + ":");
    }
    for (const Header& header : headers)
        append(header.name + (header.value.empty() ? ";" : ": " + header.value));
    return list;
}

std::optional<base::Error> Transfer::check(const CurlSettings& settings) const {
    const auto fault = [&](std::string_view what) {
        return base::Error{base::ErrorKind::config_invalid, fmt::format("{}: {}", url_.host, what)};
    };
    const HostKind kind = host_kind(url_.host);
    if (kind == HostKind::metadata || kind == HostKind::ambiguous)
        return fault("this host is never asked");
    if (url_.scheme == "http" && !plain_http_allowed(kind))
        return fault("http is for this machine only: use https");
    if (url_.scheme == "https" && settings.ca_bundle.empty())
        return fault("no CA certificates were found: set AWS_CA_BUNDLE to a PEM file");
    if (!std::all_of(request_.headers.begin(), request_.headers.end(), is_plain_header))
        return fault("a header holds a byte that it cannot");
    return std::nullopt;
}

std::int64_t Transfer::left_ms(const base::Clock& clock) const {
    return std::min(end_ms_ - clock.now_ms(), request_.deadline.remaining_ms(clock));
}

void Transfer::begin(EasyHandle easy, const CurlSettings& settings, const base::Clock& clock) {
    easy_ = std::move(easy);
    auto url = parse_url(request_.url);
    if (!url) {
        result_ = std::move(url).error();
        return;
    }
    url_ = *std::move(url);
    if (auto fault = check(settings)) {
        result_ = *std::move(fault);
        return;
    }
    end_ms_ = clock.now_ms() + request_.total_timeout_ms;
    const std::int64_t time_ms = left_ms(clock);
    if (time_ms <= 0) {
        result_ = base::Error{base::ErrorKind::deadline_near,
                              url_.authority + ": no time is left to ask"};
        return;
    }
    headers_ = make_header_list(request_.headers);
    set_up(settings, request_.connection, time_ms);
}

void Transfer::set_up_method() {
    CURL* const easy = easy_.get();
    if (request_.method == "HEAD") {
        set(easy, CURLOPT_NOBODY, 1L);
        return;
    }
    const bool takes_body =
        request_.method == "POST" || request_.method == "PUT" || request_.method == "PATCH";
    if (takes_body || !request_.body.empty()) {
        set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
        set(easy, CURLOPT_POSTFIELDS, request_.body.data());
    }
    set(easy, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
}

void Transfer::set_up(const CurlSettings& settings, Connection connection, std::int64_t time_ms) {
    CURL* const easy = easy_.get();
    curl_easy_reset(easy);  // keeps connections, TLS sessions and names that were looked up
    error_text_.fill('\0');
    set(easy, CURLOPT_PRIVATE, static_cast<void*>(this));
    set(easy, CURLOPT_ERRORBUFFER, error_text_.data());
    set(easy, CURLOPT_NOSIGNAL, 1L);
    set(easy, CURLOPT_URL, request_.url.c_str());
    set(easy, CURLOPT_PATH_AS_IS, 1L);
    set(easy, CURLOPT_PROTOCOLS_STR, url_.scheme.c_str());
    set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(easy, CURLOPT_PROXY, url_.scheme == "https" ? settings.https_proxy.c_str() : "");
    set(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    set(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    set(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    set(easy, CURLOPT_CA_CACHE_TIMEOUT, -1L);  // read once in the client's life
    if (!settings.ca_bundle.empty()) set(easy, CURLOPT_CAINFO, settings.ca_bundle.c_str());
    // Taken off; asked for by the caller's header only.
    const bool as_stored = find_header(request_.headers, "Accept-Encoding") == "identity";
    set(easy, CURLOPT_ACCEPT_ENCODING, as_stored ? nullptr : "gzip");
    set(easy, CURLOPT_MAXAGE_CONN, kIdleSecondsMax);
    set(easy, CURLOPT_UPLOAD_BUFFERSIZE, kUploadBufferBytes);
    set(easy, CURLOPT_FRESH_CONNECT, connection == Connection::new_only ? 1L : 0L);
    set(easy, CURLOPT_CONNECTTIMEOUT_MS,
        static_cast<long>(std::min(request_.connect_timeout_ms, time_ms)));
    set(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(time_ms));
    set(easy, CURLOPT_HEADERFUNCTION, &on_header);
    set(easy, CURLOPT_HEADERDATA, this);
    set(easy, CURLOPT_WRITEFUNCTION, &on_body);
    set(easy, CURLOPT_WRITEDATA, this);
    set(easy, CURLOPT_PREREQFUNCTION, &on_connected);
    set(easy, CURLOPT_PREREQDATA, this);
    set(easy, CURLOPT_HTTPHEADER, headers_.get());
    set_up_method();
}

// Whether the request's last byte has been given to the connection.
bool Transfer::is_sent() const {
    long header_bytes = 0;
    curl_off_t body_bytes = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_REQUEST_SIZE, &header_bytes);
    curl_easy_getinfo(easy_.get(), CURLINFO_SIZE_UPLOAD_T, &body_bytes);
    return header_bytes > 0 && body_bytes == static_cast<curl_off_t>(request_.body.size());
}

std::optional<std::int64_t> Transfer::first_byte_wait_ms(const base::Clock& clock) {
    if (header_bytes_ > 0 || sends_ == 0 || !is_sent()) return std::nullopt;
    const base::EpochMs now_ms = clock.now_ms();
    if (!sent_at_ms_) sent_at_ms_ = now_ms;
    return *sent_at_ms_ + request_.first_byte_timeout_ms - now_ms;
}

// Whether the connection ended without a byte of an answer.
bool Transfer::broke_unanswered(CURLcode code) const {
    return header_bytes_ == 0 && response_.body.empty() &&
           (code == CURLE_GOT_NOTHING || code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR);
}

void Transfer::end(const TransferEnd& how, const CurlSettings& settings, const base::Clock& clock) {
    const bool was_cut = how.cut != TransferEnd::Cut::none;
    if (how.code == CURLE_OK && !was_cut && header_whole_) {
        long status = 0;
        curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
        response_.status = static_cast<int>(status);
        result_ = std::move(response_);
        return;
    }
    if (request_.repeatable == Repeatable::yes && !was_cut && sends_ == 1 && !sent_before_ &&
        broke_unanswered(how.code)) {
        sent_before_ = true;
        response_ = {};
        sends_ = 0;
        stop_ = Stop::none;
        sent_at_ms_.reset();
        set_up(settings, Connection::new_only, std::max<std::int64_t>(left_ms(clock), 1));
        return;
    }
    base::Error error = describe(how);
    // The first sending of a request that was sent before may have been done.
    if (sent_before_ && error.kind == base::ErrorKind::connect_failed)
        error.kind = base::ErrorKind::outcome_unknown;
    result_ = std::move(error);
}

base::Error Transfer::describe(const TransferEnd& how) const {
    using base::ErrorKind;
    if (stop_ == Stop::address_refused) {
        return {ErrorKind::config_invalid,
                fmt::format("{}: it leads to the instance metadata service, which is never asked",
                            url_.authority)};
    }
    const std::string_view detail = error_text_.data();
    std::string what = detail.empty() ? curl_easy_strerror(how.code) : std::string(detail);
    if (how.code == CURLE_OK) what = "the answer's header was cut off";
    if (how.cut == TransferEnd::Cut::first_byte_late) {
        what = fmt::format("no answer within {} ms", request_.first_byte_timeout_ms);
    } else if (how.cut == TransferEnd::Cut::cancelled) {
        what = "given up before an answer came";
    } else if (stop_ == Stop::body_too_large) {
        what = fmt::format("the answer is larger than {} bytes", request_.response_bytes_max);
    } else if (stop_ == Stop::header_too_large) {
        what = fmt::format("the answer's header is larger than {} bytes", kHeaderBytesMax);
    } else if (stop_ == Stop::sent_twice) {
        what = "the connection broke before an answer came";
    }
    return {sends_ == 0 ? ErrorKind::connect_failed : ErrorKind::outcome_unknown,
            fmt::format("{}: {}", url_.authority, what)};
}

}  // namespace http
