// DynamoDB's BatchWriteItem, for puts: up to 25 items a request. API reference (DynamoDB_20120810):
// "BatchWriteItem".
//   {"RequestItems":{"weather":[{"PutRequest":{"Item":{…}}}]}}
//   {"UnprocessedItems":{"weather":[{"PutRequest":{"Item":{…}}}]}}
// A 200 is no success: what it gives back as unprocessed is sent again, after a wait. A request
// that is refused as a whole (one bad item, or two of one key) is sent again item by item, so that
// only those fail that are at fault. A put may be done twice without harm.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/aws/aws_client.h"
#include "common/base/clock.h"
#include "common/base/deadline.h"
#include "common/base/random.h"
#include "common/base/result.h"

namespace aws {

constexpr std::size_t kBatchItemsMax = 25;
constexpr std::size_t kBatchBytesMax = 16UL << 20U;

class BatchWriter {
  public:
    // All outlive it.
    BatchWriter(Client& client, base::Clock& clock, base::Random& random)
        : client_(client), clock_(clock), random_(random) {}

    // Items in DynamoDB's JSON. For each of them nothing where it is stored, else why it is not:
    // the errors of Client::call, and throttled where the table left it unprocessed to the end.
    std::vector<std::optional<base::Error>> put_items(std::string_view table_name,
                                                      const std::vector<std::string>& items,
                                                      base::Deadline deadline);

  private:
    std::optional<base::Error> put_batch(std::string_view table_name,
                                         const std::vector<std::string_view>& items,
                                         base::Deadline deadline);

    Client& client_;
    base::Clock& clock_;
    base::Random& random_;
};

}  // namespace aws
