// What Snowflake's compiler holds against the definition of an external table.
#pragma once

#include <optional>
#include <vector>

#include "runtime/local/sql/refusal.h"
#include "runtime/local/sql/statement.h"

namespace sql {

constexpr std::size_t kUserPartitionCharactersMax = 32;

enum class ColumnRole { data, partition, user_partition };

// `earlier` are the table's columns before it.
std::optional<Refusal> refuse_column(const Column& column, const std::vector<Column>& earlier,
                                     ColumnRole role);

std::optional<Refusal> refuse_external_table(const CreateExternalTable& table);

}  // namespace sql
