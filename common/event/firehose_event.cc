#include "common/event/firehose_event.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "common/codec/base64.h"
#include "common/dynamodb/event_time.h"
#include "common/dynamodb/json_scanner.h"
#include "common/dynamodb/name_set.h"

namespace event {
namespace {

using dynamodb::JsonKind;
using dynamodb::JsonScanner;

base::Error not_such_an_event(std::string_view reason) {
    return {base::ErrorKind::event_invalid, fmt::format("the Firehose event: {}", reason)};
}

// {"recordId":"…","approximateArrivalTimestamp":1495072949453,"data":"…", …}
FirehoseRecord read_record(JsonScanner& scanner) {
    FirehoseRecord record;
    record.has_data = false;
    bool has_id = false;
    std::string_view name;
    scanner.open_object();
    while (scanner.next_member(name)) {
        if (name == "recordId") {
            if (has_id) scanner.fail("a recordId stands twice in a record");
            has_id = true;
            record.record_id = scanner.read_string();
        } else if (name == "data" && scanner.kind() == JsonKind::string) {
            if (record.has_data) scanner.fail("data stands twice in a record");
            record.has_data = true;
            record.data = scanner.read_string();
        } else if (name == "approximateArrivalTimestamp" && scanner.kind() == JsonKind::number) {
            record.arrival_time_ms =
                dynamodb::parse_epoch_ms(scanner.read_number(), dynamodb::TimeUnit::milliseconds);
        } else {
            scanner.skip_value();
        }
    }
    if (!has_id) scanner.fail("a record without recordId");
    return record;
}

// As Firehose gives them, mostly; then none stands twice.
bool ids_ascend(const std::vector<FirehoseRecord>& records) {
    for (std::size_t i = 0; i < records.size(); ++i) {
        const std::string_view id = records[i].record_id;
        if (id.find('\\') != std::string_view::npos) return false;  // it may stand for another
        if (i > 0 && records[i - 1].record_id >= id) return false;
    }
    return true;
}

// Each must be answered once.
bool has_id_twice(const std::vector<FirehoseRecord>& records) {
    if (ids_ascend(records)) return false;
    dynamodb::NameSet ids;
    return !std::all_of(records.begin(), records.end(),
                        [&](const FirehoseRecord& record) { return ids.insert(record.record_id); });
}

}  // namespace

base::Result<std::vector<FirehoseRecord>> parse_firehose_event(std::string_view event) {
    std::vector<FirehoseRecord> records;
    bool found = false;
    JsonScanner scanner(event);
    std::string_view name;
    scanner.open_object();
    while (scanner.next_member(name)) {
        if (name != "records") {
            scanner.skip_value();
            continue;
        }
        if (found) scanner.fail("records stands twice");
        found = true;
        scanner.open_array();
        while (scanner.next_element())
            records.push_back(read_record(scanner));
    }
    scanner.expect_end();
    if (!scanner.ok()) return not_such_an_event(scanner.error("its JSON").message);
    if (!found) return not_such_an_event("no records");
    if (has_id_twice(records)) return not_such_an_event("a recordId stands in two records");
    return records;
}

FirehoseResponseWriter::FirehoseResponseWriter() : out_(R"({"records":[)") {}

void FirehoseResponseWriter::begin_record(std::string_view record_id, std::string_view result) {
    if (out_.back() != '[') out_ += ',';
    out_.append(R"({"recordId":")").append(record_id);
    out_.append(R"(","result":")").append(result);
}

void FirehoseResponseWriter::add_ok(std::string_view record_id, std::string_view data,
                                    std::string_view metadata) {
    begin_record(record_id, R"(Ok","data":")");
    codec::append_base64(out_, data);
    if (metadata.empty()) {
        out_ += R"("})";
    } else {
        out_.append(R"(","metadata":)").append(metadata).append(1, '}');
    }
}

void FirehoseResponseWriter::add_dropped(std::string_view record_id) {
    begin_record(record_id, R"(Dropped"})");
}

void FirehoseResponseWriter::add_processing_failed(const FirehoseRecord& record) {
    begin_record(record.record_id, R"(ProcessingFailed","data":")");
    out_.append(record.data).append(R"("})");
}

std::string FirehoseResponseWriter::take() {
    out_ += "]}";
    return std::move(out_);
}

}  // namespace event
