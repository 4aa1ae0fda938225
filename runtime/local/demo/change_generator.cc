#include "runtime/local/demo/change_generator.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "common/codec/base64.h"
#include "common/codec/json.h"

namespace demo {
namespace {

constexpr std::uint64_t kOrdersOfACustomer = 4;
constexpr std::uint64_t kRemovesPercent = 15;
constexpr std::size_t kDigits = 38;
// What is awkward in JSON, CSV and SQL stands among them.
constexpr auto kWords = std::to_array<std::string_view>(
    {"blue", "zwölf", "café", "a \"quoted\" word", "back\\slash", "two\nlines", "semi;colon",
     "100 %", "comma, and more", "💡", "tab\tulator", "it's", "<b>&amp;</b>", "日本語"});

// {"customer":{"S":…},"orderId":{"N":…}} without the brackets around it.
std::string key_members(std::size_t key) {
    codec::JsonWriter json;
    json.begin_object();
    json.key(kPartitionKey)
        .begin_object()
        .member("S", fmt::format("customer {}", key / kOrdersOfACustomer))
        .end_object();
    // Every other number is beyond 64 bits.
    const std::string number =
        key % 2 == 0 ? std::to_string(key) : fmt::format("9007199254740993{:022}", key);
    json.key(kSortKey).begin_object().member("N", number).end_object();
    std::string text = json.end_object().take();
    return text.substr(1, text.size() - 2);
}

std::string typed(std::string_view type, std::string_view text) {
    return codec::JsonWriter().begin_object().member(type, text).end_object().take();
}

std::string set_of(std::string_view type, const std::set<std::string>& elements) {
    codec::JsonWriter json;
    json.begin_object().key(type).begin_array();
    for (const std::string& element : elements)
        json.text(element);
    return json.end_array().end_object().take();
}

}  // namespace

std::string ChangeGenerator::digits(std::size_t count) {
    std::string text(1, static_cast<char>('1' + below(9)));
    while (text.size() < count)
        text += static_cast<char>('0' + below(10));
    text.back() = static_cast<char>('1' + below(9));  // a last zero of a fraction is not kept
    return text;
}

std::string ChangeGenerator::number() {
    std::string text = digits(kDigits);
    if (below(2) == 0) text.insert(1 + below(kDigits - 1), ".");
    return below(2) == 0 ? "-" + text : text;
}

std::string ChangeGenerator::text() {
    std::string text(kWords[below(kWords.size())]);
    return text.append(" ").append(kWords[below(kWords.size())]);
}

std::string ChangeGenerator::bytes() {
    std::string bytes;
    for (std::uint64_t left = 1 + below(24); left > 0; --left)
        bytes += static_cast<char>(below(256));
    return codec::base64_encode(bytes);
}

std::string ChangeGenerator::item(std::size_t key) {
    const auto price = [this] { return fmt::format("{}.{}", below(1000), 1 + below(9)); };
    const auto lines = [&] {
        std::string list;
        for (std::uint64_t left = below(3); left > 0; --left)
            list += fmt::format(R"({}{{"M":{{"sku":{},"price":{}}}}})", list.empty() ? "" : ",",
                                typed("S", text()), typed("N", price()));
        return list;
    };
    std::string json = "{" + key_members(key);
    json += fmt::format(",\"version\":{}", typed("N", std::to_string(++version_)));
    json += fmt::format(",\"total\":{}", typed("N", price()));
    json += fmt::format(",\"exact\":{}", typed("N", number()));
    json += fmt::format(",\"note\":{}", typed("S", below(8) == 0 ? "" : text()));
    json += fmt::format(R"(,"paid":{{"BOOL":{}}})", below(2) == 0);
    if (below(2) == 0) json += R"(,"coupon":{"NULL":true})";
    json += fmt::format(",\"receipt\":{}", typed("B", bytes()));
    json += fmt::format(",\"tags\":{}", set_of("SS", {text(), text()}));
    json += fmt::format(",\"ratings\":{}", set_of("NS", {digits(3), digits(kDigits)}));
    json += fmt::format(",\"scans\":{}", set_of("BS", {bytes(), bytes()}));
    json += fmt::format(R"(,"lines":{{"L":[{}]}})", lines());
    json += fmt::format(R"(,"address":{{"M":{{"city":{},"floor":{}}}}})", typed("S", text()),
                        typed("N", std::to_string(below(40))));
    return json + "}";
}

ChangeBatch ChangeGenerator::next(std::int64_t changes_max) {
    const std::size_t wanted =
        std::min({static_cast<std::size_t>(changes_max), kBatchMax, there_.size()});
    std::set<std::size_t> keys;
    while (keys.size() < wanted)
        keys.insert(below(there_.size()));
    ChangeBatch batch;
    std::string requests;
    for (const std::size_t key : keys) {
        requests += requests.empty() ? "" : ",";
        if (there_[key] && below(100) < kRemovesPercent) {
            requests += fmt::format(R"({{"DeleteRequest":{{"Key":{{{}}}}}}})", key_members(key));
            ++batch.removes;
            there_[key] = false;
            continue;
        }
        requests += fmt::format(R"({{"PutRequest":{{"Item":{}}}}})", item(key));
        ++(there_[key] ? batch.modifies : batch.inserts);
        there_[key] = true;
    }
    batch.request = fmt::format(R"({{"RequestItems":{{"{}":[{}]}}}})", kTable, requests);
    return batch;
}

}  // namespace demo
