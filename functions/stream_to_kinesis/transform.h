// One change -> what Kinesis gets: stream, partition key and data.
//
// native: the stream record's own members, their bytes unchanged, and those of DynamoDB's native
// Kinesis feed that it lacks: {…,"tableName":"orders","recordFormat":"application/json"}.
// line:   the change line, with its newline (change_line.h).
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "common/base/random.h"
#include "common/base/result.h"
#include "common/dynamodb/change_line.h"
#include "common/dynamodb/change_record.h"
#include "functions/stream_to_kinesis/config.h"
#include "functions/stream_to_kinesis/item_key.h"
#include "functions/stream_to_kinesis/send.h"
#include "functions/stream_to_kinesis/text_arena.h"

namespace stream_to_kinesis {

// What outgoing records point to, apart from the event: they hold as long as it does.
struct OutgoingTexts {
    // The same for all records of a table.
    struct Table {
        std::string_view stream;
        std::string_view native_end;  // the added members, and the brace that ends the record
    };
    TextArena arena;
    std::unordered_map<std::string_view, Table> tables;  // by name
};

class Transform {
  public:
    // Both outlive it.
    Transform(const Config& config, base::Random& random);

    // `key` is of the record's Keys. The outgoing record points into the record's own text and into
    // `texts`. Kind data_invalid where the record can never be sent: it has no table name where one
    // is needed, no such image, or is larger than the stream's limit.
    base::Result<OutgoingRecord> apply(const dynamodb::ChangeRecord& record, const ItemKey& key,
                                       OutgoingTexts& texts);

  private:
    const OutgoingTexts::Table* table_of(std::string_view name, OutgoingTexts& texts) const;
    base::Result<base::Done> write_line(const dynamodb::ChangeRecord& record, OutgoingTexts& texts,
                                        OutgoingRecord& outgoing);

    const Config* config_;
    base::Random* random_;
    bool table_needed_;
    dynamodb::ChangeLineWriter line_;
    std::string line_buffer_;
};

}  // namespace stream_to_kinesis
