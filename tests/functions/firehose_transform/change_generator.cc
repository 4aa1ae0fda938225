#include "tests/functions/firehose_transform/change_generator.h"

#include <algorithm>
#include <vector>

namespace tests {
namespace {

constexpr int kDepthMax = 4;

std::string join(const std::vector<std::string>& parts, const std::string& separator) {
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i)
        text.append(i == 0 ? "" : separator).append(parts[i]);
    return text;
}

}  // namespace

std::string ChangeGenerator::pick(std::initializer_list<std::string_view> choices) {
    return std::string(*(choices.begin() + below(choices.size())));
}

void ChangeGenerator::shuffle(std::vector<std::string>& members) {
    for (std::size_t i = members.size(); i > 1; --i)
        std::swap(members[i - 1], members[below(i)]);
}

std::string ChangeGenerator::space() {
    return spaced_ ? pick({"", "", " ", "\n", "\t", "\r\n  "}) : "";
}

std::string ChangeGenerator::text_contents() {
    std::string text;
    for (std::size_t words = one_in(8) ? below(30) : below(4); words > 0; --words) {
        text += one_in(4)
                    ? pick({R"(\")", R"(\\)", R"(\/)", R"(\n)", R"(\u00e9)", R"(\ud83d\ude00)",
                            "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\x7F",
                            "\xD0\x9F\xD1\x80\xD0\xB8", R"(\u0000)", R"(\b\f\r\t)"})
                    : pick({"a", "lake ", "0123456789abcdef", "x}", "{[:,", "quite a long word "});
    }
    return text;
}

std::string ChangeGenerator::number() {
    return one_in(20) ? pick({"", "+1", ".5", "1.", "007", "NaN", "1 ", "-", "1e", "--1"})
                      : pick({"0", "-0", "7", "42", "1795136523000", "19.99", "-273.15", "1E+2",
                              "9.99e125", "1e-130", "0.10", "1e400",
                              "12345678901234567890123456789012345678"});
}

std::string ChangeGenerator::base64() {
    return one_in(20) ? pick({"=", "A", "AA", "AAA", "AB==", "AAB=", "AA==AAAA", "A_-=", "AA=A",
                              "====", "\xC3\xA9\xC3\xA9",
                              "AA =", "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZn aGlqaw=="})
                      : pick({"", "AA==", "AAE=", "AAEC", "ab\\/\\/", "ab//", "+/+/",
                              "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqaw=="});
}

std::string ChangeGenerator::value(int depth) {
    const auto list = [&](const auto& element) {
        std::vector<std::string> elements;
        for (std::size_t i = below(4); i > 0; --i)
            elements.push_back(element());
        return "[" + space() + join(elements, space() + "," + space()) + space() + "]";
    };
    const auto quoted = [](const std::string& contents) { return "\"" + contents + "\""; };
    std::string typed;
    switch (below(depth >= kDepthMax ? 10 : 13)) {
        case 0:
        case 1:
            typed = "\"S\":" + space() + quoted(text_contents());
            break;
        case 2:
        case 3:
            typed = "\"N\":" + space() + quoted(number());
            break;
        case 4:
            typed = "\"B\":" + space() + quoted(base64());
            break;
        case 5:
            typed = "\"BOOL\":" + space() + pick({"true", "false"});
            break;
        case 6:
            typed = "\"NULL\":" + space() + (one_in(30) ? "false" : "true");
            break;
        case 7:
            typed = "\"SS\":" + list([&] { return quoted(text_contents()); });
            break;
        case 8:
            typed = "\"NS\":" + list([&] { return quoted(number()); });
            break;
        case 9:
            typed = one_in(25) ? pick({"", "\"X\":1", R"("S":"a","N":"1")", "\"S\":1", "\"SS\":{}",
                                       "\"N\":5", "\"M\":[]", "\"L\":{}", R"("BOOL":"true")"})
                               : "\"BS\":" + list([&] { return quoted(base64()); });
            break;
        case 10:
            typed = "\"L\":" + list([&] { return value(depth + 1); });
            break;
        default:
            typed = "\"M\":" + space() + attributes(depth + 1);
    }
    return "{" + space() + typed + space() + "}";
}

std::string ChangeGenerator::attributes(int depth) {
    std::vector<std::string> members;
    const std::size_t count =
        one_in(300) && depth == 0 ? 250 + below(60) : below(depth == 0 ? 12 : 5);
    for (std::size_t i = 0; i < count; ++i) {
        std::string name = pick({"id", "name", "order_line_", "A", "a-rather-long-attribute-name-",
                                 "\xC3\xBC", "", "sku", "Total"}) +
                           std::to_string(i);
        if (one_in(150))
            name = pick({"id0", "\\u0069d0", "__operation", "__event_id", "____operation",
                         "__ttl_delete", "__event_time_ms", "dynamodb", "a\\\"b"});
        members.push_back("\"" + name + "\"" + space() + ":" + space() + value(depth));
    }
    return "{" + space() + join(members, space() + "," + space()) + space() + "}";
}

std::string ChangeGenerator::dynamodb() {
    std::vector<std::string> members;
    const auto add = [&](std::string_view name, const std::string& json) {
        members.push_back("\"" + std::string(name) + "\":" + space() + json);
    };
    if (!one_in(6)) {
        add("ApproximateCreationDateTime",
            pick({"1.684934517E9", "1684934517", "1795136523123", "1795136523123456", "0", "1.5",
                  "\"1795136523\"", "-1", "1e30", "\"soon\"", "1795136523123"}));
    }
    if (one_in(4)) {
        add("ApproximateCreationDateTimePrecision",
            one_in(8) ? pick({"\"NANOSECOND\"", "1", "null"})
                      : pick({"\"MICROSECOND\"", "\"MILLISECOND\""}));
    }
    if (!one_in(10)) add("Keys", attributes(kDepthMax));
    if (!one_in(3)) add("NewImage", one_in(40) ? pick({"null", "[]", "1"}) : attributes(0));
    if (one_in(2)) add("OldImage", one_in(40) ? "null" : attributes(0));
    if (!one_in(3))
        add("SequenceNumber", one_in(20) ? pick({"\"\"", "\"x\"", "1"}) : "\"4400000000001\"");
    if (one_in(2)) add("SizeBytes", "1234");
    if (one_in(60)) add("Keys", "{}");
    if (one_in(3)) shuffle(members);
    return "{" + space() + join(members, space() + "," + space()) + space() + "}";
}

std::string ChangeGenerator::record() {
    spaced_ = one_in(8);
    std::vector<std::string> members;
    const auto add = [&](std::string_view name, const std::string& json) {
        members.push_back("\"" + std::string(name) + "\":" + space() + json);
    };
    if (one_in(2)) add("awsRegion", "\"eu-central-1\"");
    if (!one_in(8))
        add("eventID", one_in(20) ? pick({"null", "7"}) : "\"" + text_contents() + "\"");
    add("eventName", one_in(40) ? pick({"\"UPSERT\"", "null", "1", "\"\""})
                                : pick({"\"INSERT\"", "\"MODIFY\"", "\"REMOVE\""}));
    if (one_in(3)) {
        add("userIdentity",
            pick({"null", R"({"type":"Service","principalId":"dynamodb.amazonaws.com"})",
                  R"({"Type":"Service","PrincipalId":"dynamodb.amazonaws.com"})",
                  R"({"type":"Service"})", "{}", R"({"type":"a","Type":"b"})"}));
    }
    if (!one_in(3)) add("tableName", pick({"\"orders\"", "\"a b\"", "\"\"", "\"t.1-_\""}));
    if (!one_in(30)) add("dynamodb", dynamodb());
    if (one_in(2)) {
        add("eventSourceARN",
            pick({R"("arn:aws:dynamodb:us-east-1:123456789012:table/lines/stream/2026")",
                  "\"arn:aws:kinesis:x:1:table/t\"", "null"}));
    }
    if (one_in(60)) add("eventName", "\"INSERT\"");
    if (one_in(3)) shuffle(members);
    return space() + "{" + space() + join(members, space() + "," + space()) + space() + "}" +
           space();
}

std::string ChangeGenerator::hostile_record() {
    std::string text = record();
    for (std::size_t damages = 1 + below(2); damages > 0 && !text.empty(); --damages) {
        const std::size_t at = below(text.size());
        const std::size_t size = 1 + below(std::min<std::size_t>(text.size() - at, 12));
        switch (below(6)) {
            case 0:
                text.resize(at);
                break;
            case 1:
                text[at] = static_cast<char>(random_());
                break;
            case 2:
                text[at] = pick({"\"", "\\", "{", "}", "[", "]", ",", ":", "0", " "})[0];
                break;
            case 3:
                text.erase(at, size);
                break;
            case 4:
                text.insert(at, text.substr(at, size));
                break;
            default:
                text.insert(at,
                            pick({"\"", "\\u", "\xED\xA0\x80", "\xFF", std::string_view("\0", 1),
                                  R"({"S":"x"})", ",", "\xEF\xBB\xBF", "\\ud800", "[[[["}));
        }
    }
    return text;
}

}  // namespace tests
