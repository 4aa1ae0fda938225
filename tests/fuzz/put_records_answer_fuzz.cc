// Any bytes as Kinesis's answer to PutRecords: the first byte is the number of entries that were
// sent, the rest is the answer. There is a result for each entry, and none is confirmed whose
// sequence number the answer does not hold, or where an independent look at the whole finds another
// number of entries.
#include <algorithm>
#include <string>

#include "common/aws/kinesis_client.h"
#include "common/codec/json.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::size_t entries = data[0];
    const std::string_view answer(reinterpret_cast<const char*>(data) + 1, size - 1);
    const auto results = aws::parse_put_records_answer(answer, entries);
    fuzz::expect(results.size() == entries);

    const auto document = codec::parse_json(answer, "it");
    const auto* records = document ? codec::find_array(*document, "Records") : nullptr;
    const bool fits = records != nullptr && records->Size() == entries;
    std::size_t confirmed = 0;
    for (std::size_t i = 0; i < entries; ++i) {
        const bool is_confirmed = results[i].state == aws::PutRecordsState::confirmed;
        fuzz::expect(fits || results[i].state == aws::PutRecordsState::unknown);
        if (!is_confirmed) continue;
        ++confirmed;
        const auto& entry = (*records)[static_cast<unsigned>(i)];
        fuzz::expect(codec::find_text(entry, "SequenceNumber") == results[i].detail);
        fuzz::expect(!results[i].detail.empty());
        fuzz::expect(results[i].detail.find_first_not_of("0123456789") == std::string::npos);
        fuzz::expect(codec::find_text(entry, "ErrorCode").value_or("").empty());
    }
    // What the answer counts as failed is at most what is not confirmed.
    const auto* count = document ? codec::find_member(*document, "FailedRecordCount") : nullptr;
    if (confirmed > 0 && count != nullptr && count->IsInt64())
        fuzz::expect(count->GetInt64() <= static_cast<std::int64_t>(entries - confirmed));
    return 0;
}
