#include "common/http/curl_client.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <csignal>
#include <optional>
#include <unistd.h>

#include <curl/curl.h>
#include <fmt/format.h>

#include "common/http/url.h"

namespace http {
namespace {

constexpr long kIdleSecondsMax = 60;
constexpr std::size_t kHeaderBytesMax = 256U << 10U;
constexpr std::int64_t kPollMsMax = 1'000;

constexpr std::array<const char*, 3> kCaVariables{"AWS_CA_BUNDLE", "SSL_CERT_FILE",
                                                  "CURL_CA_BUNDLE"};
constexpr std::array<const char*, 3> kCaFiles{
    "/etc/pki/tls/certs/ca-bundle.crt",                   // Amazon Linux 2023, a link
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // what it leads to
    "/etc/ssl/certs/ca-certificates.crt",                 // Debian
};

bool is_readable(const std::string& path) {
    return access(path.c_str(), R_OK) == 0;
}

struct EasyCleanup {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct MultiCleanup {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct ListCleanup {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, ListCleanup>;

void append(HeaderList& list, const std::string& line) {
    curl_slist* const longer = curl_slist_append(list.release(), line.c_str());
    assert(longer != nullptr);
    list.reset(longer);
}

// Options fail on a bug or without memory only.
template <typename T>
void set(CURL* easy, CURLoption option, T value) {
    const CURLcode code = curl_easy_setopt(easy, option, value);
    assert(code == CURLE_OK);
    (void)code;
}

// Why our side ended a transfer.
enum class Stop { none, body_too_large, header_too_large, address_refused, sent_twice };

// One request on its way, as curl's callbacks see it.
struct Transfer {
    const Request& request;
    Response response = {};
    std::size_t header_bytes = 0;
    bool header_whole = false;  // its blank line came; curl takes a header that is cut off for one
    int sends = 0;              // how often curl was about to send it
    Stop stop = Stop::none;
};

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r' ||
                             text.back() == '\n'))
        text.remove_suffix(1);
    return text;
}

std::size_t on_header(char* data, std::size_t /*one*/, std::size_t size, void* user) {
    Transfer& transfer = *static_cast<Transfer*>(user);
    transfer.header_bytes += size;
    if (transfer.header_bytes > kHeaderBytesMax) {
        transfer.stop = Stop::header_too_large;
        return 0;
    }
    const std::string_view line(data, size);
    // Each status line begins an answer; an interim one (1xx) is forgotten with its headers.
    const bool is_status_line = line.starts_with("HTTP/");
    if (is_status_line) transfer.response.headers.clear();
    transfer.header_whole = !is_status_line && (transfer.header_whole || trim(line).empty());
    const std::size_t colon = line.find(':');
    if (!is_status_line && colon != std::string_view::npos) {
        transfer.response.headers.push_back(
            {std::string(trim(line.substr(0, colon))), std::string(trim(line.substr(colon + 1)))});
    }
    return size;
}

// Given the decoded bytes, so that the cap holds for what a gzip bomb becomes.
std::size_t on_body(char* data, std::size_t /*one*/, std::size_t size, void* user) {
    Transfer& transfer = *static_cast<Transfer*>(user);
    if (size > transfer.request.response_bytes_max - transfer.response.body.size()) {
        transfer.stop = Stop::body_too_large;
        return 0;
    }
    transfer.response.body.append(data, size);
    return size;
}

// Called when a connection stands and nothing of the request has been sent over it. curl itself
// sends a request once more where a reused connection turns out dead, whatever its method.
int on_connected(void* user, char* address, char* /*local*/, int /*port*/, int /*local_port*/) {
    Transfer& transfer = *static_cast<Transfer*>(user);
    if (host_kind(address) == HostKind::metadata) {
        transfer.stop = Stop::address_refused;
        return CURL_PREREQFUNC_ABORT;
    }
    const int sends_max = transfer.request.repeatable == Repeatable::yes ? 2 : 1;
    if (transfer.sends == sends_max) {
        transfer.stop = Stop::sent_twice;
        return CURL_PREREQFUNC_ABORT;
    }
    ++transfer.sends;
    return CURL_PREREQFUNC_OK;
}

bool is_plain(std::string_view text) {
    return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

HeaderList make_header_list(const Headers& headers) {
    HeaderList list;
    // Names of headers that curl adds by itself; without a value they are left out.
    for (const char* name : {"Accept", "Accept-Encoding", "Content-Type", "Expect"}) {
        if (!find_header(headers, name)) append(list, std::string(name) + ":");
    }
    for (const Header& header : headers)
        append(list, header.name + (header.value.empty() ? ";" : ": " + header.value));
    return list;
}

class CurlClient final : public HttpClient {
  public:
    CurlClient(CurlSettings settings, const base::Clock& clock)
        : settings_(std::move(settings)),
          clock_(clock),
          multi_(curl_multi_init()),
          easy_(curl_easy_init()) {
        assert(multi_ != nullptr && easy_ != nullptr);
    }

    base::Result<Response> send(const Request& request) override;

  private:
    enum class Connection { reused, fresh };
    struct Outcome {
        CURLcode code;
        bool first_byte_late;
    };

    [[nodiscard]] std::optional<base::Error> check(const Request& request, const Url& url) const;
    void prepare(Transfer& transfer, const Url& url, Connection connection, std::int64_t left_ms);
    void prepare_method(const Request& request);
    Outcome perform(Transfer& transfer);
    bool is_sent(const Request& request);
    static base::Error describe(const Transfer& transfer, const Url& url, const Outcome& outcome,
                                std::string_view detail);

    CurlSettings settings_;
    const base::Clock& clock_;
    std::array<char, CURL_ERROR_SIZE> error_text_{};
    std::unique_ptr<CURLM, MultiCleanup> multi_;
    std::unique_ptr<CURL, EasyCleanup> easy_;
};

std::optional<base::Error> CurlClient::check(const Request& request, const Url& url) const {
    const auto fault = [&](std::string_view what) {
        return base::Error{base::ErrorKind::config_invalid, fmt::format("{}: {}", url.host, what)};
    };
    const HostKind kind = host_kind(url.host);
    if (kind == HostKind::metadata || kind == HostKind::ambiguous)
        return fault("this host is never asked");
    if (url.scheme == "http" && !plain_http_allowed(kind))
        return fault("http is for this machine only: use https");
    if (url.scheme == "https" && settings_.ca_bundle.empty())
        return fault("no CA certificates were found: set AWS_CA_BUNDLE to a PEM file");
    const bool headers_plain =
        std::all_of(request.headers.begin(), request.headers.end(), [](const Header& header) {
            return !header.name.empty() && is_plain(header.name) && is_plain(header.value) &&
                   header.name.find_first_of(":; ") == std::string::npos;
        });
    if (!headers_plain) return fault("a header holds a byte that it cannot");
    return std::nullopt;
}

void CurlClient::prepare_method(const Request& request) {
    if (request.method == "HEAD") {
        set(easy_.get(), CURLOPT_NOBODY, 1L);
        return;
    }
    const bool takes_body =
        request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
    if (takes_body || !request.body.empty()) {
        set(easy_.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
        set(easy_.get(), CURLOPT_POSTFIELDS, request.body.data());
    }
    set(easy_.get(), CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

void CurlClient::prepare(Transfer& transfer, const Url& url, Connection connection,
                         std::int64_t left_ms) {
    CURL* const easy = easy_.get();
    const Request& request = transfer.request;
    curl_easy_reset(easy);  // keeps connections, TLS sessions and names that were looked up
    error_text_.fill('\0');
    set(easy, CURLOPT_ERRORBUFFER, error_text_.data());
    set(easy, CURLOPT_NOSIGNAL, 1L);
    set(easy, CURLOPT_URL, request.url.c_str());
    set(easy, CURLOPT_PATH_AS_IS, 1L);
    set(easy, CURLOPT_PROTOCOLS_STR, url.scheme.c_str());
    set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(easy, CURLOPT_PROXY, url.scheme == "https" ? settings_.https_proxy.c_str() : "");
    set(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    set(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    set(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    set(easy, CURLOPT_CA_CACHE_TIMEOUT, -1L);  // read once in the client's life
    if (!settings_.ca_bundle.empty()) set(easy, CURLOPT_CAINFO, settings_.ca_bundle.c_str());
    set(easy, CURLOPT_ACCEPT_ENCODING, "gzip");  // taken off; asked for by the caller's header only
    set(easy, CURLOPT_MAXAGE_CONN, kIdleSecondsMax);
    set(easy, CURLOPT_FRESH_CONNECT, connection == Connection::fresh ? 1L : 0L);
    set(easy, CURLOPT_CONNECTTIMEOUT_MS,
        static_cast<long>(std::min(request.connect_timeout_ms, left_ms)));
    set(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(left_ms));
    set(easy, CURLOPT_HEADERFUNCTION, &on_header);
    set(easy, CURLOPT_HEADERDATA, &transfer);
    set(easy, CURLOPT_WRITEFUNCTION, &on_body);
    set(easy, CURLOPT_WRITEDATA, &transfer);
    set(easy, CURLOPT_PREREQFUNCTION, &on_connected);
    set(easy, CURLOPT_PREREQDATA, &transfer);
    prepare_method(request);
}

// Whether the request's last byte has been given to the connection.
bool CurlClient::is_sent(const Request& request) {
    long header_bytes = 0;
    curl_off_t body_bytes = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_REQUEST_SIZE, &header_bytes);
    curl_easy_getinfo(easy_.get(), CURLINFO_SIZE_UPLOAD_T, &body_bytes);
    return header_bytes > 0 && body_bytes == static_cast<curl_off_t>(request.body.size());
}

CurlClient::Outcome CurlClient::perform(Transfer& transfer) {
    Outcome outcome{CURLE_OK, false};
    curl_multi_add_handle(multi_.get(), easy_.get());
    std::optional<base::EpochMs> sent_at_ms;
    while (true) {
        int running = 0;
        const CURLMcode code = curl_multi_perform(multi_.get(), &running);
        if (code != CURLM_OK) outcome.code = CURLE_FAILED_INIT;
        if (code != CURLM_OK || running == 0) break;
        std::int64_t wait_ms = kPollMsMax;
        if (transfer.header_bytes == 0 && transfer.sends > 0 && is_sent(transfer.request)) {
            const base::EpochMs now_ms = clock_.now_ms();
            if (!sent_at_ms) sent_at_ms = now_ms;
            wait_ms = *sent_at_ms + transfer.request.first_byte_timeout_ms - now_ms;
            outcome.first_byte_late = wait_ms <= 0;
            if (outcome.first_byte_late) break;
        }
        curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(std::min(wait_ms, kPollMsMax)),
                        nullptr);
    }
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
        if (message->msg == CURLMSG_DONE) outcome.code = message->data.result;
    }
    // A transfer that is not done takes its connection with it.
    curl_multi_remove_handle(multi_.get(), easy_.get());
    return outcome;
}

base::Error CurlClient::describe(const Transfer& transfer, const Url& url, const Outcome& outcome,
                                 std::string_view detail) {
    using base::ErrorKind;
    if (transfer.stop == Stop::address_refused) {
        return {ErrorKind::config_invalid,
                fmt::format("{}: it leads to the instance metadata service, which is never asked",
                            url.authority)};
    }
    std::string what = detail.empty() ? curl_easy_strerror(outcome.code) : std::string(detail);
    if (outcome.code == CURLE_OK) what = "the answer's header was cut off";
    if (outcome.first_byte_late) {
        what = fmt::format("no answer within {} ms", transfer.request.first_byte_timeout_ms);
    } else if (transfer.stop == Stop::body_too_large) {
        what =
            fmt::format("the answer is larger than {} bytes", transfer.request.response_bytes_max);
    } else if (transfer.stop == Stop::header_too_large) {
        what = fmt::format("the answer's header is larger than {} bytes", kHeaderBytesMax);
    } else if (transfer.stop == Stop::sent_twice) {
        what = "the connection broke before an answer came";
    }
    return {transfer.sends == 0 ? ErrorKind::connect_failed : ErrorKind::outcome_unknown,
            fmt::format("{}: {}", url.authority, what)};
}

// Whether the connection ended without a byte of an answer.
bool broke_unanswered(const Transfer& transfer, CURLcode code) {
    return transfer.header_bytes == 0 && transfer.response.body.empty() &&
           (code == CURLE_GOT_NOTHING || code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR);
}

base::Result<Response> CurlClient::send(const Request& request) {
    const auto url = parse_url(request.url);
    if (!url) return url.error();
    if (auto fault = check(request, *url)) return *std::move(fault);

    const HeaderList headers = make_header_list(request.headers);
    const base::EpochMs end_ms = clock_.now_ms() + request.total_timeout_ms;
    Connection connection = Connection::reused;
    while (true) {
        const std::int64_t left_ms =
            std::min(end_ms - clock_.now_ms(), request.deadline.remaining_ms(clock_));
        if (left_ms <= 0 && connection == Connection::reused) {
            return base::Error{base::ErrorKind::deadline_near,
                               url->authority + ": no time is left to ask"};
        }
        Transfer transfer{request};
        prepare(transfer, *url, connection, std::max<std::int64_t>(left_ms, 1));
        set(easy_.get(), CURLOPT_HTTPHEADER, headers.get());
        const Outcome outcome = perform(transfer);
        if (outcome.code == CURLE_OK && !outcome.first_byte_late && transfer.header_whole) {
            long status = 0;
            curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
            transfer.response.status = static_cast<int>(status);
            return std::move(transfer.response);
        }
        const bool sent_once = transfer.sends == 1 && connection == Connection::reused;
        if (request.repeatable == Repeatable::yes && sent_once &&
            broke_unanswered(transfer, outcome.code)) {
            connection = Connection::fresh;
            continue;
        }
        base::Error error = describe(transfer, *url, outcome, error_text_.data());
        // The first sending of a request that was sent before may have been done.
        if (connection == Connection::fresh && error.kind == base::ErrorKind::connect_failed)
            error.kind = base::ErrorKind::outcome_unknown;
        return error;
    }
}

}  // namespace

CurlSettings CurlSettings::from_environment(base::SettingsReader& settings) {
    CurlSettings read;
    for (const char* variable : kCaVariables) {
        read.ca_bundle = settings.text(variable);
        if (read.ca_bundle.empty()) continue;
        if (!is_readable(read.ca_bundle))
            settings.add_fault(variable, read.ca_bundle, "name a PEM file that can be read");
        break;
    }
    for (const char* file : kCaFiles) {
        if (read.ca_bundle.empty() && is_readable(file)) read.ca_bundle = file;
    }
    read.https_proxy = settings.text("LAKEFEED_HTTPS_PROXY");
    if (!read.https_proxy.empty() && !parse_url(read.https_proxy)) {
        settings.add_fault("LAKEFEED_HTTPS_PROXY", "(not shown)",
                           "use a URL such as http://proxy.example.com:3128");
    }
    return read;
}

std::unique_ptr<HttpClient> make_curl_client(CurlSettings settings, const base::Clock& clock) {
    // Counted by curl; the matching clean-up is the end of the process.
    curl_global_init(CURL_GLOBAL_DEFAULT);
    std::signal(SIGPIPE, SIG_IGN);
    return std::make_unique<CurlClient>(std::move(settings), clock);
}

}  // namespace http
