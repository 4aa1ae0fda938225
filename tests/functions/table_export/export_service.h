// DynamoDB's exports as its API reference tells them, in memory:
//  - client tokens: the same export for 8 hours, ExportConflictException with other parameters;
//  - point-in-time recovery: off, its earliest (35 days back at most) and its latest time;
//  - full and incremental exports, windows of 15 minutes to 24 hours, the limit of those at once;
//  - exports that take their time, and end COMPLETED or FAILED;
//  - lists of 90 days, newest ARN first.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/aws/dynamodb_client.h"
#include "tests/support/fakes.h"

namespace tests {

constexpr base::EpochMs kMinuteMs = 60'000;
constexpr base::EpochMs kHourMs = 60 * kMinuteMs;
constexpr base::EpochMs kDayMs = 24 * kHourMs;

class ExportService {
  public:
    struct Table {
        bool recovery_enabled = true;
        base::EpochMs earliest_restorable_ms = 0;  // when recovery was turned on
        base::EpochMs latest_lag_ms = 5 * kMinuteMs;
        base::EpochMs recovery_period_ms = 35 * kDayMs;
    };
    struct Export {
        std::string arn;
        std::string status = "IN_PROGRESS";
        std::string failure_code;
        std::string table_arn;
        std::string request;  // as JSON
        std::string token;
        base::EpochMs started_ms = 0;
        bool incremental = false;
        base::EpochMs from_ms = 0;  // of an incremental one
        base::EpochMs to_ms = 0;    // or a full one's time
        // When it becomes `ends_as`; never, where nothing is set.
        std::optional<base::EpochMs> ends_ms;
        std::string ends_as = "COMPLETED";
    };
    struct Refusal {
        std::string code;
        std::string message;
    };
    // What was asked for; a full export where there is no window.
    struct Start {
        std::string table_arn;
        std::string token;
        std::optional<base::EpochMs> time_ms;
        bool incremental = false;
        base::EpochMs from_ms = 0;
        std::optional<base::EpochMs> to_ms;
        std::string request;  // all of it, as JSON
    };

    explicit ExportService(const FakeClock& clock) : clock_(clock) {}

    void add_table(const std::string& table_arn) { tables_[table_arn] = {}; }
    Table& table(const std::string& table_arn) { return tables_.at(table_arn); }
    [[nodiscard]] base::EpochMs earliest_ms(const std::string& table_arn) const;
    [[nodiscard]] base::EpochMs latest_ms(const std::string& table_arn) const;

    // Exports whose time has come are COMPLETED or FAILED from now on.
    void settle();
    // The export, new or of the same token; valid until the next one is added.
    std::variant<Export*, Refusal> start(const Start& start);
    // What ListExports gives, newest first.
    [[nodiscard]] std::vector<const Export*> listed(const std::string& table_arn) const;
    // Nothing where there is none, or it is too old.
    [[nodiscard]] const Export* find(const std::string& arn) const;

    // An export that somebody else made; status COMPLETED.
    Export& add_window(const std::string& table_arn, base::EpochMs from_ms, base::EpochMs to_ms);
    Export& add_full(const std::string& table_arn, base::EpochMs time_ms);

    std::vector<Export> exports;
    std::size_t running_max = 300;          // of a type
    std::function<void(Export&)> on_start;  // sees each new export

  protected:
    const FakeClock& clock_;
    std::map<std::string, Table> tables_;

  private:
    Export& add(const std::string& table_arn, const std::string& request);
    [[nodiscard]] std::optional<Refusal> find_fault(const Start& start) const;
};

}  // namespace tests
