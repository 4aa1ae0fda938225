// Any bytes as a change record: the fast way to the line and the plain one agree, and what one
// refuses the other does not take. All ways to pass a value agree too.
#include "common/dynamodb/change_line.h"
#include "common/dynamodb/json_scanner.h"
#include "common/dynamodb/line_walk.h"
#include "common/dynamodb/text_scan.h"
#include "tests/fuzz/fuzz.h"

namespace {

void check_value(std::string_view text) {
    const char* const end = text.data() + text.size();
    dynamodb::JsonScanner scanner(text);
    scanner.kind();  // passes the white space
    const std::size_t begin = scanner.offset();
    const char* const behind = begin == text.size() ? nullptr
                                                    : dynamodb::pass_value(text.data() + begin, end,
                                                                           dynamodb::kJsonDepthMax);
    const std::string_view value = scanner.skip_value();
    fuzz::expect(scanner.ok() == (behind != nullptr));
    if (scanner.ok()) fuzz::expect(value.data() + value.size() == behind);
}

void check_line(std::string_view text, const dynamodb::LineSettings& settings) {
    const auto record = dynamodb::parse_change_record(text);
    std::string line;
    const bool has_line =
        record.ok() && dynamodb::ChangeLineWriter(settings).append(*record, line).ok();
    dynamodb::LineWalk walk(settings);
    const dynamodb::ChangeRecord* walked = walk.write(text);
    if (walked == nullptr) return;
    fuzz::expect(has_line);
    fuzz::expect(walk.line() == line);
    fuzz::expect(walked->event_time_ms == record->event_time_ms);
    fuzz::expect(walked->new_image == record->new_image && walked->old_image == record->old_image);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // A copy of the exact size, so that a byte too many is seen.
    const std::string text(reinterpret_cast<const char*>(data), size);
    check_value(text);
    check_line(text, {});
    dynamodb::LineSettings text_numbers;
    text_numbers.numbers = dynamodb::LineNumbers::text;
    check_line(text, text_numbers);
    for (std::size_t cut : {size / 2, size / 3}) {
        const char* const end = text.data() + size;
        const char* const at = text.data() + cut;
        fuzz::expect(dynamodb::plain_end(at, end) == dynamodb::plain_end_portable(at, end));
        fuzz::expect(dynamodb::plain_end_far(at, end) == dynamodb::plain_end_portable(at, end));
    }
    return 0;
}
