#include "common/http/curl_client.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <csignal>
#include <limits>
#include <map>
#include <unistd.h>
#include <utility>
#include <vector>

#include <curl/curl.h>

#include "common/http/curl_transfer.h"
#include "common/http/url.h"

namespace http {
namespace {

constexpr std::int64_t kPollMsMax = 1'000;
// curl's own choice grows and shrinks with the requests on their way, and would close what a wave
// of requests has just opened.
constexpr long kConnectionsKeptMax = 2 * static_cast<long>(kRequestsAtOnceMax);

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

struct MultiCleanup {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};

class CurlClient final : public HttpMulti {
  public:
    CurlClient(CurlSettings settings, const base::Clock& clock)
        : settings_(std::move(settings)), clock_(clock), multi_(curl_multi_init()) {
        assert(multi_ != nullptr);
        curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, kConnectionsKeptMax);
    }
    ~CurlClient() override {
        for (Transfer* transfer : on_their_way_)
            curl_multi_remove_handle(multi_.get(), transfer->easy());
    }
    CurlClient(const CurlClient&) = delete;
    CurlClient& operator=(const CurlClient&) = delete;

    base::Result<Response> send(const Request& request) override;
    Ticket start(Request request) override;
    std::optional<Completion> wait(base::EpochMs until_ms) override;
    base::Result<Response> cancel(Ticket ticket) override;

  private:
    struct Started {
        explicit Started(Request started) : request(std::move(started)), transfer(request) {}
        Request request;
        Transfer transfer;
    };

    void begin(Transfer& transfer);
    bool move_on();
    void poll(base::EpochMs until_ms);
    void end(Transfer& transfer, const TransferEnd& how);
    std::optional<Completion> take_done();

    CurlSettings settings_;
    const base::Clock& clock_;
    std::unique_ptr<CURLM, MultiCleanup> multi_;
    std::vector<EasyHandle> spare_;  // each keeps its TLS sessions
    std::map<Ticket, Started> started_;
    std::vector<Transfer*> on_their_way_;
    Ticket last_ticket_ = 0;
};

void CurlClient::begin(Transfer& transfer) {
    EasyHandle easy;
    if (!spare_.empty()) {
        easy = std::move(spare_.back());
        spare_.pop_back();
    } else {
        easy.reset(curl_easy_init());
        assert(easy != nullptr);
    }
    transfer.begin(std::move(easy), settings_, clock_);
    if (transfer.has_result()) {
        spare_.push_back(transfer.take_easy());
        return;
    }
    curl_multi_add_handle(multi_.get(), transfer.easy());
    on_their_way_.push_back(&transfer);
}

// Takes the transfer out of curl's hands; one that is not done takes its connection with it.
void CurlClient::end(Transfer& transfer, const TransferEnd& how) {
    curl_multi_remove_handle(multi_.get(), transfer.easy());
    transfer.end(how, settings_, clock_);
    if (!transfer.has_result()) {
        curl_multi_add_handle(multi_.get(), transfer.easy());
        return;
    }
    spare_.push_back(transfer.take_easy());
    on_their_way_.erase(std::find(on_their_way_.begin(), on_their_way_.end(), &transfer));
}

// Does what can be done without waiting; whether any transfer ended.
bool CurlClient::move_on() {
    int running = 0;
    if (curl_multi_perform(multi_.get(), &running) != CURLM_OK) {
        while (!on_their_way_.empty())
            end(*on_their_way_.back(), {CURLE_FAILED_INIT, TransferEnd::Cut::cancelled});
        return true;
    }
    bool any_ended = false;
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        const CURLcode code = message->data.result;
        void* transfer = nullptr;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
        end(*static_cast<Transfer*>(transfer), {code});
        any_ended = true;
    }
    for (std::size_t i = on_their_way_.size(); i > 0; --i) {
        Transfer& transfer = *on_their_way_[i - 1];
        if (transfer.first_byte_wait_ms(clock_).value_or(1) > 0) continue;
        end(transfer, {CURLE_OPERATION_TIMEDOUT, TransferEnd::Cut::first_byte_late});
        any_ended = true;
    }
    return any_ended;
}

// Waits for something to happen on any connection.
void CurlClient::poll(base::EpochMs until_ms) {
    std::int64_t wait_ms = std::min(until_ms - clock_.now_ms(), kPollMsMax);
    for (Transfer* transfer : on_their_way_)
        wait_ms = std::min(wait_ms, transfer->first_byte_wait_ms(clock_).value_or(wait_ms));
    if (wait_ms <= 0) return;
    curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(wait_ms), nullptr);
}

base::Result<Response> CurlClient::send(const Request& request) {
    Transfer transfer(request);
    begin(transfer);
    while (!transfer.has_result()) {
        if (!move_on()) poll(std::numeric_limits<base::EpochMs>::max());
    }
    return transfer.take_result();
}

Ticket CurlClient::start(Request request) {
    assert(started_.size() < kRequestsAtOnceMax);
    const auto [at, is_new] = started_.try_emplace(++last_ticket_, std::move(request));
    assert(is_new);
    begin(at->second.transfer);
    move_on();
    return at->first;
}

std::optional<Completion> CurlClient::take_done() {
    const auto done = std::find_if(started_.begin(), started_.end(),
                                   [](auto& each) { return each.second.transfer.has_result(); });
    if (done == started_.end()) return std::nullopt;
    Completion completion{done->first, done->second.transfer.take_result()};
    started_.erase(done);
    return completion;
}

std::optional<Completion> CurlClient::wait(base::EpochMs until_ms) {
    while (!started_.empty()) {
        move_on();
        if (auto done = take_done()) return done;
        if (clock_.now_ms() >= until_ms) break;
        poll(until_ms);
    }
    return std::nullopt;
}

base::Result<Response> CurlClient::cancel(Ticket ticket) {
    const auto found = started_.find(ticket);
    assert(found != started_.end());
    Transfer& transfer = found->second.transfer;
    if (!transfer.has_result())
        end(transfer, {CURLE_ABORTED_BY_CALLBACK, TransferEnd::Cut::cancelled});
    base::Result<Response> result = transfer.take_result();
    started_.erase(found);
    return result;
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

std::unique_ptr<HttpMulti> make_curl_client(CurlSettings settings, const base::Clock& clock) {
    // Counted by curl; the matching clean-up is the end of the process.
    curl_global_init(CURL_GLOBAL_DEFAULT);
    std::signal(SIGPIPE, SIG_IGN);
    return std::make_unique<CurlClient>(std::move(settings), clock);
}

}  // namespace http
