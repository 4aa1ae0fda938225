#include "common/snowflake/sql_api_client.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "common/codec/json.h"
#include "common/snowflake/sql_api_answer.h"

namespace snowflake {
namespace {

constexpr std::string_view kStatementsPath = "/api/v2/statements";
constexpr std::string_view kUserAgent = "lakefeed/0.1.0";
constexpr int kAttemptsMax = 8;  // of one request
constexpr int kRunsMax = 2;      // of a statement that was cancelled by its timeout
constexpr std::int64_t kBackoffFirstMs = 250;
constexpr std::int64_t kBackoffMaxMs = 20'000;
constexpr std::int64_t kPollFirstMs = 200;
constexpr std::int64_t kPollMaxMs = 5'000;
constexpr std::int64_t kCancelReserveMs = 1'500;  // kept back from the deadline, to cancel in
constexpr std::int64_t kStatementSecondsMax = 840;
// A POST is answered after 45 s at the latest: with the result, or with 202.
constexpr std::int64_t kFirstByteTimeoutMs = 60'000;
constexpr std::int64_t kTotalTimeoutMs = 120'000;
constexpr std::size_t kPartitionsMax = 1'000;

struct Call {
    std::string method = "GET";
    std::string url;
    std::string url_when_repeated;
    std::string body;
};

bool is_worth_repeating(const base::Result<http::Response>& answer) {
    if (answer) return answer->status == 429 || (answer->status >= 500 && answer->status != 522);
    const base::ErrorKind kind = answer.error().kind;
    return kind == base::ErrorKind::connect_failed || kind == base::ErrorKind::outcome_unknown;
}

std::int64_t retry_after_ms(const base::Result<http::Response>& answer) {
    if (!answer) return 0;
    const auto header = http::find_header(answer->headers, "Retry-After");
    if (!header) return 0;
    std::int64_t seconds = 0;
    const auto [stop, error] =
        std::from_chars(header->data(), header->data() + header->size(), seconds);
    const bool valid = error == std::errc() && stop == header->data() + header->size();
    return valid && seconds >= 0 && seconds < 86'400 ? seconds * 1'000 : 0;
}

// One statement on its way to its end.
class Execution {
  public:
    Execution(const SqlApiSettings& settings, SqlApiSeams& seams, const Statement& statement)
        : settings_(settings),
          seams_(seams),
          statement_(statement),
          deadline_(statement.deadline.minus_ms(kCancelReserveMs)) {}

    base::Result<ResultSet> run() {
        for (int runs = 1;; ++runs) {
            auto answer = run_once();
            if (!answer) return std::move(answer).error();
            if (answer->status == 200) return read_result(*answer);
            if (answer->status != 408 || runs == kRunsMax)
                return error_of(*answer, statement_.subject);
        }
    }

  private:
    // The final answer: any status but 202.
    base::Result<http::Response> run_once() {
        const std::string request_id = base::make_uuid(seams_.random);
        const std::string url =
            fmt::format("{}{}?requestId={}", settings_.url, kStatementsPath, request_id);
        auto answer = send({"POST", url, url + "&retry=true", statement_body()});
        std::int64_t wait_ms = kPollFirstMs;
        while (answer && answer->status == 202) {
            auto handle = parse_statement_handle(answer->body);
            if (!handle) return named(std::move(handle).error());
            if (deadline_.remaining_ms(seams_.clock) <= wait_ms) return cancel(*handle);
            seams_.clock.sleep_ms(wait_ms);
            wait_ms = std::min(wait_ms * 2, kPollMaxMs);
            answer = send(get(*handle));
            if (!answer && answer.error().kind == base::ErrorKind::deadline_near)
                return cancel(*handle);
        }
        return answer;
    }

    // The answer to a request, sent again as long as that may help.
    base::Result<http::Response> send(const Call& call) {
        const std::string* url = &call.url;
        for (int attempt = 1;; ++attempt) {
            auto answer = send_once(call, *url);
            if (answer && answer->status == 401 && !token_renewed_) {
                token_renewed_ = true;
                seams_.tokens.forget();
                continue;
            }
            if (!is_worth_repeating(answer)) return named(std::move(answer));
            const std::int64_t wait_ms = std::max(backoff_ms(attempt), retry_after_ms(answer));
            if (attempt >= kAttemptsMax || wait_ms >= deadline_.remaining_ms(seams_.clock))
                return named(std::move(answer));
            seams_.clock.sleep_ms(wait_ms);
            url = &call.url_when_repeated;
        }
    }

    base::Result<http::Response> send_once(const Call& call, const std::string& url) {
        auto token = seams_.tokens.token();
        if (!token) return std::move(token).error();
        http::Request request;
        request.method = call.method;
        request.url = url;
        request.headers = {{"Authorization", fmt::format("Bearer {}", token->value.reveal())},
                           {"X-Snowflake-Authorization-Token-Type", token->type},
                           {"Accept", "application/json"},
                           {"User-Agent", std::string(kUserAgent)}};
        if (call.method == "POST") request.headers.push_back({"Content-Type", "application/json"});
        request.body = call.body;
        // Only this loop repeats a request, because only it can say retry=true.
        request.repeatable = call.method == "GET" ? http::Repeatable::yes : http::Repeatable::no;
        request.first_byte_timeout_ms = kFirstByteTimeoutMs;
        request.total_timeout_ms = kTotalTimeoutMs;
        request.deadline = deadline_;
        return seams_.http.send(request);
    }

    // Full jitter below a bound that doubles.
    std::int64_t backoff_ms(int attempt) {
        const std::int64_t bound = std::min(kBackoffFirstMs << (attempt - 1), kBackoffMaxMs);
        return static_cast<std::int64_t>(
            base::below(seams_.random, static_cast<std::uint64_t>(bound) + 1));
    }

    // The body stays the same each time it is sent, as its requestId does.
    std::string statement_body() {
        const std::int64_t seconds = std::clamp<std::int64_t>(
            deadline_.remaining_ms(seams_.clock) / 1'000, 1, kStatementSecondsMax);
        codec::JsonWriter json;
        json.begin_object().member("statement", statement_.sql.text());
        json.member_integer("timeout", seconds);
        if (!settings_.role.empty()) json.member("role", settings_.role);
        json.key("parameters").begin_object().member("query_tag", statement_.query_tag);
        json.end_object().end_object();
        return json.take();
    }

    [[nodiscard]] Call get(std::string_view handle, std::string_view query = "") const {
        const std::string url =
            fmt::format("{}{}/{}{}", settings_.url, kStatementsPath, handle, query);
        return {"GET", url, url, ""};
    }

    base::Error cancel(std::string_view handle) {
        const std::string url =
            fmt::format("{}{}/{}/cancel", settings_.url, kStatementsPath, handle);
        deadline_ = statement_.deadline;
        const auto answer = send_once({"POST", url, url, ""}, url);
        const std::string outcome = answer
                                        ? fmt::format("cancel gave {}", answer->status)
                                        : fmt::format("cancel failed: {}", answer.error().message);
        return {base::ErrorKind::deadline_near,
                fmt::format("{}: still running when no time was left ({})", statement_.subject,
                            outcome)};
    }

    base::Result<ResultSet> read_result(const http::Response& response) {
        auto answer = parse_statement_answer(response.body);
        if (!answer) return named(std::move(answer).error());
        if (answer->partitions > kPartitionsMax) {
            return base::Error{
                base::ErrorKind::data_invalid,
                fmt::format("{}: a result of {} partitions is more than the {} that are read",
                            statement_.subject, answer->partitions, kPartitionsMax)};
        }
        for (std::size_t i = 1; i < answer->partitions; ++i) {
            auto partition = send(get(answer->statement_handle, fmt::format("?partition={}", i)));
            if (!partition) return std::move(partition).error();
            if (partition->status != 200) return error_of(*partition, statement_.subject);
            auto added = add_partition(answer->result, partition->body);
            if (!added) return named(std::move(added).error());
        }
        return std::move(answer->result);
    }

    [[nodiscard]] base::Error named(base::Error error) const {
        error.message = fmt::format("{}: {}", statement_.subject, error.message);
        return error;
    }
    [[nodiscard]] base::Result<http::Response> named(base::Result<http::Response> answer) const {
        if (answer) return answer;
        return named(std::move(answer).error());
    }

    const SqlApiSettings& settings_;
    SqlApiSeams& seams_;
    const Statement& statement_;
    base::Deadline deadline_;
    bool token_renewed_ = false;
};

}  // namespace

std::optional<std::string_view> ResultSet::value(std::size_t row, std::string_view column) const {
    const auto found = std::find(columns.begin(), columns.end(), column);
    if (found == columns.end()) return std::nullopt;
    const auto& value = rows[row][static_cast<std::size_t>(found - columns.begin())];
    if (!value) return std::nullopt;
    return *value;
}

base::Result<ResultSet> SqlApiClient::execute(const Statement& statement) {
    return Execution(settings_, seams_, statement).run();
}

}  // namespace snowflake
