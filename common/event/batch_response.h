// The partial batch response of a stream's event source mapping (ReportBatchItemFailures):
//   {"batchItemFailures":[{"itemIdentifier":"<SequenceNumber>"}]}
// Lambda's page: "Configuring partial batch response with DynamoDB and Lambda". The lowest number
// is a checkpoint: that record and all after it are sent again. An empty list means that all is
// done; an empty identifier means that the whole batch failed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace event {

std::string batch_response(const std::vector<std::string_view>& item_identifiers);

}  // namespace event
