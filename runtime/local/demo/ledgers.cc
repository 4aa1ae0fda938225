#include "runtime/local/demo/ledgers.h"

#include <algorithm>

#include "common/codec/gzip.h"
#include "common/codec/json.h"

namespace demo {
namespace {

constexpr std::size_t kObjectBytesMax = std::size_t{1} << 30U;

bool is_less(std::string_view left, std::string_view right) {
    return left.size() != right.size() ? left.size() < right.size() : left < right;
}

// Each number once, where it stands first.
std::vector<std::string_view> first_copies(const std::vector<std::string>& numbers) {
    std::set<std::string_view> seen;
    std::vector<std::string_view> first;
    for (const std::string& number : numbers) {
        if (seen.insert(number).second) first.push_back(number);
    }
    return first;
}

bool in_order(const std::vector<std::string>& numbers) {
    const std::vector<std::string> backwards(numbers.rbegin(), numbers.rend());
    std::vector<std::string_view> last = first_copies(backwards);
    std::ranges::reverse(last);
    return std::ranges::is_sorted(first_copies(numbers), is_less) &&
           std::ranges::is_sorted(last, is_less);
}

}  // namespace

base::Result<base::Done> LineLedger::add_object(std::string_view gzipped) {
    const auto text = codec::gzip_decompress(gzipped, kObjectBytesMax);
    if (!text) return text.error();
    ++objects_;
    std::string_view rest = *text;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        if (auto added = add_line(rest.substr(0, end)); !added) return added;
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return base::Done{};
}

base::Result<base::Done> LineLedger::add_line(std::string_view line) {
    const auto json = codec::parse_json(line, "a line of the lake", codec::JsonNumbers::text);
    if (!json) return json.error();
    if (!codec::find_text(*json, "__operation"))
        return base::Error{base::ErrorKind::data_invalid, "a line of the lake has no __operation"};
    const auto number = codec::find_text(*json, "__sequence_number");
    ++(number ? stream_lines_ : snapshot_lines_);
    if (number) changes_.emplace(*number);
    return base::Done{};
}

std::int64_t lost(const SequenceNumbers& stream, const SequenceNumbers& arrived) {
    return std::ranges::count_if(
        stream, [&](const std::string& number) { return !arrived.contains(number); });
}

base::Result<base::Done> OrderLedger::add_record(std::string_view data) {
    const auto json = codec::parse_json(data, "a record of Kinesis", codec::JsonNumbers::text);
    if (!json) return json.error();
    const auto* change = codec::find_object(*json, "dynamodb");
    const auto* keys = change == nullptr ? nullptr : codec::find_object(*change, "Keys");
    const auto number =
        change == nullptr ? std::nullopt : codec::find_text(*change, "SequenceNumber");
    if (keys == nullptr || !number)
        return base::Error{base::ErrorKind::data_invalid,
                           "a record of Kinesis has no Keys and SequenceNumber"};
    numbers_[codec::write_json(*keys)].emplace_back(*number);
    ++records_;
    return base::Done{};
}

std::int64_t OrderLedger::items_out_of_order() const {
    return std::ranges::count_if(numbers_, [](const auto& item) { return !in_order(item.second); });
}

}  // namespace demo
