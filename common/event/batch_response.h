// The partial batch response of a stream's event source mapping (ReportBatchItemFailures):
//   {"batchItemFailures":[{"itemIdentifier":"<SequenceNumber>"}]}
// Lambda's page: "Configuring partial batch response with DynamoDB and Lambda". The lowest number
// is a checkpoint: that record and all after it are sent again. An empty list means that all is
// done; an empty identifier means that the whole batch failed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace event {

// Where the stream is to be read again: the lowest number of the records for which `failed[i]`
// holds. A failed record without a number (an empty text) counts as the one before it that has one.
// An empty text (the whole batch) where there is none before it; nothing where no record failed.
std::optional<std::string_view> checkpoint(const std::vector<std::string_view>& sequence_numbers,
                                           const std::vector<bool>& failed);

std::string batch_response(const std::vector<std::string_view>& item_identifiers);

}  // namespace event
