// The Glue Data Catalog, read: GetTable, GetTables, GetDatabases, GetPartition, GetPartitions. API
// reference: the operations of these names (AWS Glue).
//
//   {"CatalogId":"123456789012","DatabaseName":"sales__raw","Name":"orders"}    -> {"Table":{…}}
//   {"CatalogId":…,"DatabaseName":…,"MaxResults":100,"NextToken":…}
//                                                   -> {"TableList":[…],"NextToken":…}
//
// What holds for all: an empty catalog id is left out and means the caller's account. Error::code
// is EntityNotFoundException where the database, the table or the partition is not there. Errors of
// kind data_invalid are answers that are not as the API reference has them. A list's pages are read
// until there is no further token; a token that comes twice, or more than kGluePagesMax pages, is
// data_invalid, so that no list is endless.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "common/aws/aws_client.h"
#include "common/aws/glue_table.h"
#include "common/base/deadline.h"
#include "common/base/result.h"

namespace aws {

constexpr std::size_t kGluePagesMax = 10'000;  // 1,000,000 tables: an account's quota

struct GlueDatabaseId {
    std::string catalog_id;
    std::string name;
};

// One page, at most 100 tables; false ends the list before its end.
using OnGlueTables = std::function<bool(const std::vector<GlueTablePage::Element>& tables)>;

struct GluePartitions {
    std::vector<GluePartition> partitions;
    bool is_complete = true;  // false: the table has more than were asked for
};

class GlueClient {
  public:
    // The client outlives it.
    explicit GlueClient(Client& client) : client_(&client) {}

    base::Result<GlueTable> get_table(const GlueTableId& id, base::Deadline deadline);

    base::Result<base::Done> get_tables(const GlueDatabaseId& database, base::Deadline deadline,
                                        const OnGlueTables& on_tables);

    // All that the catalog names, resource links included; an error for each that cannot be read.
    base::Result<std::vector<base::Result<GlueDatabase>>> get_databases(
        const std::string& catalog_id, base::Deadline deadline);

    // The first `partitions_max` of the table's, in the catalog's order, without their columns.
    base::Result<GluePartitions> get_partitions(const GlueTableId& table,
                                                std::size_t partitions_max,
                                                base::Deadline deadline);

    // The one of these values, in the order of the table's partition keys.
    base::Result<GluePartition> get_partition(const GlueTableId& table,
                                              const std::vector<std::string>& values,
                                              base::Deadline deadline);

  private:
    struct Call;
    // What to do with a page's body; gives the next page's token, empty to end the list.
    using OnPage = std::function<base::Result<std::string>(std::string_view answer)>;

    base::Result<std::string> send(Call call, base::Deadline deadline);
    base::Result<base::Done> each_page(const Call& call, base::Deadline deadline,
                                       const OnPage& on_page);

    Client* client_;
};

}  // namespace aws
