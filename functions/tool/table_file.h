// What Glue answers, from a file: GetTable's {"Table":{…}}, GetTables' {"TableList":[…]} or a table
// alone, as `aws glue get-table` prints them. It stands in for Glue itself, so that a table is
// planned as the function plans it, without an account.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/aws/glue_client.h"
#include "common/base/result.h"
#include "common/http/http.h"

namespace tool {

class TableFile final : public http::HttpMulti {
  public:
    // Nothing where `text` is none of the three (an event, perhaps). Kind event_invalid where it is
    // no JSON, or a table has no name or no database.
    static base::Result<std::optional<TableFile>> read(std::string_view text);

    [[nodiscard]] const std::vector<aws::GlueTableId>& tables() const { return ids_; }

    // Answers GetTable, and says that no table has a partition.
    base::Result<http::Response> send(const http::Request& request) override;
    http::Ticket start(http::Request request) override;
    std::optional<http::Completion> wait(base::EpochMs until_ms) override;
    base::Result<http::Response> cancel(http::Ticket ticket) override;

  private:
    [[nodiscard]] std::string find(std::string_view request) const;

    std::vector<aws::GlueTableId> ids_;
    std::vector<std::string> answers_;  // of GetTable, as long as `ids_`
    std::deque<http::Completion> done_;
    http::Ticket last_ticket_ = 0;
};

}  // namespace tool
