#include "common/snowflake/sql_api_client.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/base/utf8.h"
#include "common/codec/json.h"
#include "common/snowflake/sql_api_answer.h"
#include "common/snowflake/sql_api_requests.h"

namespace snowflake {
namespace {

constexpr std::string_view kStatementsPath = "/api/v2/statements";
constexpr int kRunsMax = 2;  // of a statement that was not done for a reason that passes
constexpr std::int64_t kRunAgainAfterMs = 1'000;
constexpr std::int64_t kPollFirstMs = 200;
constexpr std::int64_t kPollMaxMs = 5'000;
constexpr std::int64_t kCancelReserveMs = 2'000;  // kept back from the deadline, to cancel in
constexpr int kLooksMax = 3;                      // at what became of a cancelled statement
constexpr std::int64_t kBeginMs = 500;            // with less than that left, nothing is begun
constexpr std::int64_t kStatementSecondsMax = 840;
constexpr std::size_t kPartitionsMax = 1'000;
constexpr std::size_t kRowsMax = 1'000'000;
constexpr std::size_t kQueryTagBytesMax = 2'000;

std::string cut_query_tag(std::string_view tag) {
    std::size_t size = 0;
    while (size < tag.size()) {
        const std::size_t length =
            std::max<std::size_t>(base::utf8_sequence_length(tag.substr(size)), 1);
        if (size + length > kQueryTagBytesMax) break;
        size += length;
    }
    return std::string(tag.substr(0, size));
}

// One statement on its way to its end.
class Execution {
  public:
    Execution(const SqlApiSettings& settings, SqlApiSeams& seams, SqlApiCounts& counts,
              const Statement& statement)
        : settings_(settings),
          seams_(seams),
          counts_(counts),
          statement_(statement),
          requests_(seams, counts),
          deadline_(statement.deadline.minus_ms(kCancelReserveMs)) {}

    base::Result<ResultSet> run() {
        if (deadline_.remaining_ms(seams_.clock) < kBeginMs)
            return named({base::ErrorKind::deadline_near, "no time is left to begin"});
        for (int runs = 1;; ++runs) {
            auto end = run_once();
            if (!end) return named(std::move(end).error());
            if (end->status == 200) return read_result(*end);
            const bool may_pass = end->status == 408 || is_transient_refusal(*end);
            const bool has_time =
                deadline_.remaining_ms(seams_.clock) >= kRunAgainAfterMs + kBeginMs;
            if (!may_pass || !has_time || runs == kRunsMax) return named(error_from(*end));
            seams_.clock.sleep_ms(kRunAgainAfterMs);
        }
    }

  private:
    // The answer that tells the statement's end: 200, 408 or 422.
    base::Result<http::Response> run_once() {
        const std::string request_id = base::make_uuid(seams_.random);
        const std::string url =
            fmt::format("{}{}?requestId={}", settings_.url, kStatementsPath, request_id);
        auto answer =
            requests_.send({"POST", url, url + "&retry=true", statement_body()}, deadline_);
        if (answer.response && tells_the_end(*answer.response)) return std::move(answer.response);
        if (answer.response && answer.response->status == 202) {
            const auto handle = parse_statement_handle(answer.response->body);
            if (handle) return poll(*handle);
            return unknown(handle.error().message);
        }
        base::Error error = error_from(answer.response);
        // Another success than those above tells nothing, as a 5xx does.
        const bool is_odd = answer.response && answer.response->status < 300;
        if (answer.may_be_done || is_odd) return unknown(error.message);
        return error;
    }

    base::Result<http::Response> poll(const std::string& handle) {
        std::int64_t wait_ms = kPollFirstMs;
        while (true) {
            const std::int64_t remaining_ms = deadline_.remaining_ms(seams_.clock);
            if (remaining_ms == 0) return settle(handle, "still running when no time was left");
            seams_.clock.sleep_ms(std::min(wait_ms, remaining_ms));
            wait_ms = std::min(wait_ms * 2, kPollMaxMs);
            if (deadline_.remaining_ms(seams_.clock) == 0) continue;
            ++counts_.polls;
            auto answer = requests_.send(get(handle), deadline_);
            if (answer.response && answer.response->status == 202) continue;
            if (answer.response && tells_the_end(*answer.response))
                return std::move(answer.response);
            if (deadline_.remaining_ms(seams_.clock) == 0) continue;
            return settle(handle, error_from(answer.response).message);
        }
    }

    // Cancels a statement that cannot be waited for, and looks at what became of it: it may have
    // been done in between.
    base::Result<http::Response> settle(const std::string& handle, const std::string& why) {
        const std::string url =
            fmt::format("{}{}/{}/cancel", settings_.url, kStatementsPath, handle);
        ++counts_.cancels;
        const auto cancelled = requests_.send_once(
            {"POST", url, url, ""}, url, statement_.deadline.minus_ms(kCancelReserveMs / 2));
        const std::string outcome =
            cancelled ? fmt::format("cancel gave {}", cancelled->status)
                      : fmt::format("cancel failed: {}", cancelled.error().message);
        for (int looks = 1; looks <= kLooksMax; ++looks) {
            const ApiCall look = get(handle);
            auto found = requests_.send_once(look, look.url, statement_.deadline);
            const bool is_running = found && found->status == 202;
            if (found && tells_the_end(*found)) {
                if (!was_cancelled(*found)) return found;
                base::Error error = error_from(*found);
                error.kind = base::ErrorKind::deadline_near;
                error.message = fmt::format("{} ({}); {}", why, outcome, error.message);
                return error;
            }
            if (!is_running || statement_.deadline.remaining_ms(seams_.clock) <= kPollFirstMs)
                break;
            seams_.clock.sleep_ms(kPollFirstMs);
        }
        return unknown(fmt::format("{} ({})", why, outcome));
    }

    // The body stays the same each time it is sent, as its requestId does.
    std::string statement_body() {
        const std::int64_t seconds = std::clamp<std::int64_t>(
            deadline_.remaining_ms(seams_.clock) / 1'000, 1, kStatementSecondsMax);
        codec::JsonWriter json;
        json.begin_object().member("statement", statement_.sql.text());
        json.member_integer("timeout", seconds);
        const auto member = [&json](std::string_view name, const std::string& value) {
            if (!value.empty()) json.member(name, value);
        };
        member("database", statement_.database);
        member("schema", statement_.schema);
        member("warehouse", statement_.warehouse);
        member("role", settings_.role);
        json.key("parameters").begin_object();
        json.member("query_tag", cut_query_tag(statement_.query_tag));
        json.end_object().end_object();
        return json.take();
    }

    [[nodiscard]] ApiCall get(std::string_view handle, std::string_view query = "") const {
        const std::string url =
            fmt::format("{}{}/{}{}", settings_.url, kStatementsPath, handle, query);
        return {"GET", url, url, ""};
    }

    base::Result<ResultSet> read_result(const http::Response& response) {
        auto answer = parse_statement_answer(response.body);
        if (!answer) return named(std::move(answer).error());
        std::int64_t rows = 0;
        for (const std::int64_t partition : answer->partition_rows)
            rows += std::min<std::int64_t>(partition, kRowsMax + 1);
        if (answer->partition_rows.size() > kPartitionsMax || rows > std::int64_t{kRowsMax}) {
            return named({base::ErrorKind::data_invalid,
                          fmt::format("the statement was done, but its result of {} partitions is "
                                      "more than what is read",
                                      answer->partition_rows.size())});
        }
        for (std::size_t i = 1; i < answer->partition_rows.size(); ++i) {
            auto added = fetch_partition(*answer, i);
            if (!added) return named(std::move(added).error());
        }
        return std::move(answer->result);
    }

    base::Result<base::Done> fetch_partition(StatementAnswer& answer, std::size_t partition) {
        const auto fetched = requests_.send(
            get(answer.statement_handle, fmt::format("?partition={}", partition)), deadline_);
        const auto failed = [&](base::ErrorKind kind, const std::string& message) {
            return base::Error{
                kind, fmt::format("the statement was done, but partition {} of its result: {}",
                                  partition, message)};
        };
        if (!fetched.response || fetched.response->status != 200)
            return failed(base::ErrorKind::service_failed, error_from(fetched.response).message);
        auto added =
            add_partition(answer.result, fetched.response->body, answer.partition_rows[partition]);
        if (!added) return failed(base::ErrorKind::data_invalid, added.error().message);
        return added;
    }

    [[nodiscard]] static base::Error unknown(const std::string& message) {
        return {base::ErrorKind::outcome_unknown,
                message + "; whether the statement was done is not known"};
    }

    [[nodiscard]] base::Error error_from(const base::Result<http::Response>& response) const {
        if (!response) return response.error();
        std::vector<std::string> hidden = literals_of(statement_.sql.text());
        hidden.emplace_back(requests_.last_token().reveal());
        return error_of(*response, hidden);
    }

    [[nodiscard]] base::Error named(base::Error error) const {
        error.message = fmt::format("{}: {}", statement_.subject, error.message);
        return error;
    }

    const SqlApiSettings& settings_;
    SqlApiSeams& seams_;
    SqlApiCounts& counts_;
    const Statement& statement_;
    ApiRequests requests_;
    const base::Deadline deadline_;
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
    const base::EpochMs begun_ms = seams_.clock.now_ms();
    auto result = Execution(settings_, seams_, counts_, statement).run();
    ++counts_.statements;
    counts_.milliseconds += std::max<std::int64_t>(0, seams_.clock.now_ms() - begun_ms);
    if (!result) {
        ++counts_.failed;
        if (result.error().kind == base::ErrorKind::outcome_unknown) ++counts_.unknown;
    }
    return result;
}

}  // namespace snowflake
