// A DynamoDB stream read through the DynamoDB Streams API (ListStreams, DescribeStream,
// GetShardIterator, GetRecords of version 2012-08-10) of a server on this machine: DynamoDB Local
// or moto. An iterator that expired is renewed at the last record that was read.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.h"
#include "common/base/result.h"
#include "runtime/local/stream_source.h"

namespace local {

// The newest stream of a table on the server at 127.0.0.1:`port`. Kind rejected where the table has
// none.
base::Result<std::string> find_stream(std::uint16_t port, std::string_view table);

class DynamoDbStreamSource final : public StreamSource {
  public:
    DynamoDbStreamSource(std::uint16_t port, std::string stream_arn, const base::Clock& clock)
        : port_(port), stream_arn_(std::move(stream_arn)), clock_(clock) {}

    [[nodiscard]] const std::string& stream_arn() const override { return stream_arn_; }
    base::Result<std::vector<StreamShard>> list_shards() override;
    base::Result<base::Done> open(const std::string& shard_id, StartingPosition position) override;
    base::Result<ShardPage> read(const std::string& shard_id) override;

  private:
    struct Position {
        std::string iterator;
        std::string last_read;               // sequence number; empty: none was read
        base::EpochMs opened_at_end_ms = 0;  // 0: it was opened at its oldest record
        base::EpochMs skip_before_ms = 0;
        bool ended = false;
    };

    base::Result<std::string> get_iterator(const std::string& shard_id, std::string_view type,
                                           std::string_view sequence_number);
    base::Result<base::Done> renew(const std::string& shard_id, Position& position);
    base::Result<ShardPage> get_records(Position& position);

    std::uint16_t port_;
    std::string stream_arn_;
    const base::Clock& clock_;
    std::map<std::string, Position> positions_;
};

}  // namespace local
