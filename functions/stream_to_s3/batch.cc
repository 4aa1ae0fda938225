#include "functions/stream_to_s3/batch.h"

#include <map>
#include <utility>

#include <fmt/format.h>

#include "common/event/dynamodb_event.h"
#include "functions/stream_to_s3/csv_lines.h"

namespace stream_to_s3 {
namespace {

std::string dt_of(base::EpochMs time_ms) {
    const base::UtcTime time = base::utc_time(time_ms);
    return fmt::format("{:04}{:02}{:02}", time.year, time.month, time.day);
}

class BatchReader {
  public:
    BatchReader(const Config& config, dynamodb::ChangeLineWriter& writer, base::EpochMs now_ms,
                Batch& batch)
        : config_(config), writer_(writer), now_ms_(now_ms), batch_(batch) {}

    void add(const event::DynamodbEventRecord& source) {
        BatchRecord& added = batch_.records.emplace_back();
        added.sequence_number = source.sequence_number;
        if (!source.record) return fail(source.record.error().message);
        const dynamodb::ChangeRecord& record = *source.record;
        added.event_id = record.event_id;
        added.event_time_ms = record.event_time_ms;
        if (!config_.filter.keeps(record)) {
            added.fate = Fate::filtered;
            return;
        }
        if (record.sequence_number.empty()) return fail("the record has no SequenceNumber");
        if (!dynamodb::is_table_name(record.table_name))
            return fail("the record names no table: neither tableName nor a stream's ARN");
        line_.clear();
        if (const auto written = writer_.append(record, line_); !written)
            return fail(written.error().message);
        store(record);
    }

  private:
    // The record added last.
    void fail(std::string fault) {
        batch_.records.back().fate = Fate::faulty;
        batch_.records.back().fault = std::move(fault);
    }

    void store(const dynamodb::ChangeRecord& record) {
        LakeObject& object =
            object_of(record.table_name, dt_of(record.event_time_ms.value_or(now_ms_)));
        object.records.push_back(batch_.records.size() - 1);
        object.sequence_numbers.push_back(record.sequence_number);
        if (config_.format == Format::json) {
            object.text += line_;
        } else {
            batch_.members_left_out += append_csv_row(line_, config_.csv_columns, object.text);
        }
    }

    LakeObject& object_of(std::string_view table, std::string dt) {
        const auto [found, is_new] =
            places_.try_emplace({std::string(table), dt}, batch_.objects.size());
        if (!is_new) return batch_.objects[found->second];
        LakeObject& object = batch_.objects.emplace_back();
        object.table = table;
        object.dt = std::move(dt);
        if (config_.format == Format::csv && config_.csv_header == CsvHeader::present)
            append_csv_header(config_.csv_columns, object.text);
        return object;
    }

    const Config& config_;
    dynamodb::ChangeLineWriter& writer_;
    base::EpochMs now_ms_;
    Batch& batch_;
    std::string line_;
    std::map<std::pair<std::string, std::string>, std::size_t> places_;  // in batch_.objects
};

}  // namespace

base::Result<Batch> read_batch(std::string_view event, const Config& config,
                               dynamodb::ChangeLineWriter& writer, base::EpochMs now_ms) {
    Batch batch;
    BatchReader reader(config, writer, now_ms, batch);
    const auto read = event::read_dynamodb_event(
        event, [&reader](const event::DynamodbEventRecord& record) { reader.add(record); });
    if (!read) return read.error();
    return batch;
}

}  // namespace stream_to_s3
