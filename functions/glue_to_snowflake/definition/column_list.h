// The columns of one external table, in the making: each under a name that no other has.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/aws/glue_client.h"
#include "common/base/result.h"
#include "common/snowflake/external_table.h"
#include "functions/glue_to_snowflake/config.h"
#include "functions/glue_to_snowflake/definition/column_source.h"
#include "functions/glue_to_snowflake/definition/partition_source.h"

namespace glue_to_snowflake {

// Of the columns of a user-specified table's partitions.
constexpr std::size_t kPartitionNameCharactersMax = 32;

// Errors are of kind data_invalid and name the column.
class ColumnList {
  public:
    explicit ColumnList(IdentifierCase identifier_case) : identifier_case_(identifier_case) {}

    // `position` counts from 1.
    base::Result<base::Done> add_column(const aws::GlueColumn& column, std::size_t position,
                                        const ColumnSources& sources);
    // A key that is read from the files' names.
    base::Result<base::Done> add_partition_key(const aws::GlueColumn& key, KeyPlace place);
    // A key whose values are given by ADD PARTITION.
    base::Result<base::Done> add_user_specified_key(const aws::GlueColumn& key);

    std::vector<snowflake::VirtualColumn> columns = {};
    std::vector<snowflake::VirtualColumn> partition_columns = {};
    std::vector<std::string> notes = {};  // what differs from the catalog

  private:
    base::Result<snowflake::Identifier> take_name(const std::string& label, std::string_view name);

    IdentifierCase identifier_case_;
    std::map<std::string, std::string, std::less<>> taken_;  // name -> whose: column a
};

}  // namespace glue_to_snowflake
