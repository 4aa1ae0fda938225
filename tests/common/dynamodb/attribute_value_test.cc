#include "common/dynamodb/attribute_value.h"

#include <random>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "common/codec/base64.h"
#include "common/codec/json.h"

namespace dynamodb {
namespace {

std::string plain(std::string_view value, LineNumbers numbers = LineNumbers::number) {
    std::string out = "before";
    const auto result = append_attribute_value(value, numbers, out);
    if (result) return out.substr(6);
    EXPECT_EQ(out, "before");
    EXPECT_EQ(result.error().kind, base::ErrorKind::data_invalid);
    return "fault: " + result.error().message;
}

TEST(AttributeValue, WritesTheTenTypes) {
    EXPECT_EQ(plain(R"({"S":"a\u00e9\n\"x"})"), R"("a\u00e9\n\"x")");
    EXPECT_EQ(plain(R"({"N":"12.50"})"), "12.50");
    EXPECT_EQ(plain(R"({"B":"AAEC"})"), R"("AAEC")");
    EXPECT_EQ(plain(R"({"BOOL":true})"), "true");
    EXPECT_EQ(plain(R"({"BOOL":false})"), "false");
    EXPECT_EQ(plain(R"({"NULL":true})"), "null");
    EXPECT_EQ(plain(R"({"SS":["a","b"]})"), R"(["a","b"])");
    EXPECT_EQ(plain(R"({"NS":["1","2.0"]})"), "[1,2.0]");
    EXPECT_EQ(plain(R"({"BS":["AA==","AAE="]})"), R"(["AA==","AAE="])");
    EXPECT_EQ(plain(R"({"L":[{"S":"x"},{"N":"1"},{"L":[]}]})"), R"(["x",1,[]])");
    EXPECT_EQ(plain(R"({"M":{"a":{"M":{}},"b c":{"NULL":true}}})"), R"({"a":{},"b c":null})");
}

TEST(AttributeValue, LeavesWhiteSpaceOut) {
    EXPECT_EQ(plain(" { \"M\" : { \"a b\" : { \"SS\" : [ \"x y\" , \"z\" ] } } } \n"),
              R"({"a b":["x y","z"]})");
}

TEST(AttributeValue, KeepsTheBytesOfNumbers) {
    for (const char* number :
         {"0", "-0", "12345678901234567890123456789012345678",
          "-0.00000000000000000000000000000000000001", "1E+2", "9.99e125", "1e-130", "1e400"}) {
        EXPECT_EQ(plain(R"({"N":")" + std::string(number) + "\"}"), number);
        EXPECT_EQ(plain(R"({"N":")" + std::string(number) + "\"}", LineNumbers::text),
                  '"' + std::string(number) + '"');
    }
    const std::string million(1'000'000, '7');
    EXPECT_EQ(plain("{\"N\":\"" + million + "\"}"), million);
}

TEST(AttributeValue, WritesNumbersThatAreNoneInJsonAsText) {
    for (const char* number :
         {"", "+5", ".5", "5.", "007", "NaN", "Infinity", "1_0", "0x1", "1 "}) {
        EXPECT_EQ(plain(R"({"N":")" + std::string(number) + "\"}"),
                  '"' + std::string(number) + '"');
    }
    EXPECT_EQ(plain(R"({"NS":["1","x"]})"), R"([1,"x"])");
    EXPECT_EQ(plain(R"({"NS":["1","2"]})", LineNumbers::text), R"(["1","2"])");
}

TEST(AttributeValue, ChecksBase64) {
    EXPECT_EQ(plain(R"({"B":"ab\/\/"})"), R"("ab\/\/")");
    EXPECT_EQ(plain(R"({"B":""})"), R"("")");
    for (const char* text : {"=", "A", "AA", "AAA", "AAAAA", "A===", "====", "AA=A",
                             "AB==", "AAB=", "AA==AAAA", "A_-=", "AA \\n", "A\\u00e9=="}) {
        EXPECT_EQ(plain(R"({"B":")" + std::string(text) + "\"}").substr(0, 6), "fault:") << text;
        EXPECT_EQ(plain(R"({"BS":["AAAA",")" + std::string(text) + "\"]}").substr(0, 6), "fault:");
    }
}

TEST(AttributeValue, NamesWhereTheFaultIsAndNotTheValue) {
    EXPECT_EQ(plain(R"({"M":{"orders":{"L":[{"N":"1"},{"M":{"price":{"X":"secret"}}}]}}})"),
              "fault: attribute orders[1].price: an unknown type tag at byte 50");
    EXPECT_EQ(plain(R"({"X":"secret"})"),
              "fault: the attribute value: an unknown type tag at byte 5");
    EXPECT_EQ(plain(R"({"BS":["AA==","secret!"]})"),
              "fault: attribute [1]: a binary value that is no base64 at byte 23");
}

TEST(AttributeValue, RefusesWhatIsNoAttributeValue) {
    for (const char* value : {"",
                              "{}",
                              "[]",
                              "\"x\"",
                              "1",
                              "null",
                              R"({"S":"a","N":"1"})",
                              R"({"S":"a","S":"b"})",
                              R"({"S":1})",
                              R"({"S":null})",
                              R"({"S":["a"]})",
                              R"({"N":1})",
                              R"({"N":["1"]})",
                              R"({"B":1})",
                              R"({"BOOL":"true"})",
                              R"({"BOOL":1})",
                              R"({"BOOL":null})",
                              R"({"NULL":false})",
                              R"({"NULL":null})",
                              R"({"NULL":"true"})",
                              R"({"SS":"a"})",
                              R"({"SS":[1]})",
                              R"({"NS":[1]})",
                              R"({"NS":{}})",
                              R"({"BS":[true]})",
                              R"({"L":{}})",
                              R"({"L":["a"]})",
                              R"({"L":[{}]})",
                              R"({"M":[]})",
                              R"({"M":{"a":"b"}})",
                              R"({"s":"a"})",
                              R"({"s":"a"}x)",
                              R"({"S":"a"} {"S":"a"})",
                              R"({"S":"a"},)",
                              R"({"S":"a")",
                              R"({"M":{"a":{"S":"1"},"a":{"S":"2"}}})",
                              R"({"M":{"a":{"S":"1"},"\u0061":{"S":"2"}}})",
                              "{\"S\":\"\xFF\"}",
                              R"({"S":"\ud800"})",
                              R"({"\u0053":"a"})"}) {
        EXPECT_EQ(plain(value).substr(0, 6), "fault:") << value;
    }
}

TEST(AttributeValue, TakesThe32LevelsOfDynamodbAndEndsAtTheCap) {
    const auto nested = [](std::size_t levels) {
        std::string open;
        std::string close;
        for (std::size_t i = 0; i < levels; ++i) {
            open += i % 2 == 0 ? R"({"M":{"m":)" : R"({"L":[)";
            close.insert(0, i % 2 == 0 ? "}}" : "]}");
        }
        return open + R"({"S":"x"})" + close;
    };
    std::string expected = R"("x")";
    for (std::size_t i = 0; i < 16; ++i)
        expected = fmt::format(R"({{"m":[{}]}})", expected);
    EXPECT_EQ(plain(nested(32)), expected);
    EXPECT_EQ(plain(nested(64)).substr(0, 6), "fault:");
    EXPECT_EQ(plain(nested(10'000)).substr(0, 6), "fault:");
    EXPECT_LT(plain(nested(10'000)).size(), 400U);
}

TEST(AttributeMap, RefusesMoreThanOneOfAName) {
    const auto map_of = [](int count, const std::string& last) {
        std::string text = "{";
        for (int i = 0; i < count; ++i)
            text += fmt::format(R"("n{}":{{"N":"1"}},)", i);
        return text + fmt::format(R"("{}":{{"N":"1"}}}})", last);
    };
    std::string out;
    for (const int count : {1, 31, 32, 33, 20'000}) {
        EXPECT_TRUE(append_attribute_map(map_of(count, "n"), LineNumbers::number, out).ok());
        EXPECT_FALSE(append_attribute_map(map_of(count, "n0"), LineNumbers::number, out).ok());
        EXPECT_FALSE(
            append_attribute_map(map_of(count, "\\u006e0"), LineNumbers::number, out).ok());
    }
}

// A second program of the same rules over RapidJSON's tree.
void write_plain(const codec::JsonValue& value, codec::JsonWriter& json) {
    const auto& [name, inner] = *value.MemberBegin();
    const std::string tag(codec::text_of(name));
    if (tag == "S" || tag == "B") {
        json.text(codec::text_of(inner));
    } else if (tag == "N") {
        json.raw(codec::text_of(inner));
    } else if (tag == "BOOL") {
        json.boolean(inner.GetBool());
    } else if (tag == "NULL") {
        json.null();
    } else if (tag == "M") {
        json.begin_object();
        for (const auto& member : inner.GetObject()) {
            json.key(codec::text_of(member.name));
            write_plain(member.value, json);
        }
        json.end_object();
    } else {
        json.begin_array();
        for (const auto& element : inner.GetArray()) {
            if (tag == "L") write_plain(element, json);
            if (tag == "NS") json.raw(codec::text_of(element));
            if (tag == "SS" || tag == "BS") json.text(codec::text_of(element));
        }
        json.end_array();
    }
}

class RandomValue {
  public:
    explicit RandomValue(unsigned seed) : random_(seed) {}

    std::string value(int depth) {
        const auto one = [&](const char* tag, const std::string& inner) {
            return space() + "{" + space() + "\"" + tag + "\"" + space() + ":" + space() + inner +
                   space() + "}";
        };
        switch (below(depth > 0 ? 10 : 8)) {
            case 0:
                return one("S", text());
            case 1:
                return one("N", number());
            case 2:
                return one("B", binary());
            case 3:
                return one("BOOL", below(2) == 0 ? "true" : "false");
            case 4:
                return one("NULL", "true");
            case 5:
                return one("SS", array([&] { return text(); }));
            case 6:
                return one("NS", array([&] { return number(); }));
            case 7:
                return one("BS", array([&] { return binary(); }));
            case 8:
                return one("L", array([&] { return value(depth - 1); }));
            default:
                return one("M", map(depth - 1));
        }
    }

    std::string map(int depth) {
        std::string out = "{";
        for (std::size_t i = 0, count = below(5); i < count; ++i) {
            std::string name = text();
            name.insert(1, std::to_string(i) + "_");
            out += (i > 0 ? "," : "") + space() + name + space() + ":" + value(depth);
        }
        return out + space() + "}";
    }

  private:
    std::size_t below(std::size_t limit) { return random_() % limit; }
    std::string space() { return below(8) == 0 ? " \n\t" : ""; }

    template <typename Make>
    std::string array(Make make) {
        std::string out = "[";
        for (std::size_t i = 0, count = below(4); i < count; ++i)
            out += (i > 0 ? "," : "") + space() + make();
        return out + space() + "]";
    }

    std::string text() {
        static const std::vector<std::string> kPieces = {"a",
                                                         "xyz",
                                                         "{",
                                                         "]",
                                                         ",",
                                                         ":",
                                                         "\\\"",
                                                         "\\\\",
                                                         "\\/",
                                                         "\\n",
                                                         "\\u0000",
                                                         "\\u00e9",
                                                         "\\ud83d\\ude00",
                                                         "\xC3\xBC",
                                                         "\xE6\x97\xA5",
                                                         "\xF0\x9F\x98\x80",
                                                         "\x7F",
                                                         " "};
        std::string out = "\"";
        for (std::size_t i = below(6); i > 0; --i)
            out += kPieces[below(kPieces.size())];
        return out + "\"";
    }
    std::string number() {
        std::string digits = std::to_string(1 + below(9));
        for (std::size_t i = below(38); i > 0; --i)
            digits += static_cast<char>('0' + below(10));
        if (below(2) == 0) digits += "." + std::to_string(below(1000));
        if (below(4) == 0) digits += "E-" + std::to_string(below(130));
        return "\"" + std::string(below(2) == 0 ? "-" : "") + digits + "\"";
    }
    std::string binary() {
        std::string bytes;
        for (std::size_t i = below(8); i > 0; --i)
            bytes += static_cast<char>(random_());
        return "\"" + codec::base64_encode(bytes) + "\"";
    }

    std::mt19937 random_;
};

TEST(AttributeMap, AgreesWithRapidJsonsTreeOnRandomMaps) {
    for (unsigned seed = 0; seed < 3'000; ++seed) {
        const std::string map = RandomValue(seed).map(4);
        std::string ours;
        ASSERT_TRUE(append_attribute_map(map, LineNumbers::number, ours).ok()) << map;
        const auto tree = codec::parse_json("{\"M\":" + map + "}", "it");
        ASSERT_TRUE(tree.ok()) << map;
        codec::JsonWriter theirs;
        write_plain(*tree, theirs);
        // Both are read once more, so that only the escapes' spelling may differ.
        const auto left = codec::parse_json(ours, "ours", codec::JsonNumbers::text);
        const auto right = codec::parse_json(theirs.written(), "theirs", codec::JsonNumbers::text);
        ASSERT_TRUE(left.ok() && right.ok()) << ours;
        EXPECT_EQ(codec::write_json(*left), codec::write_json(*right)) << map;
    }
}

}  // namespace
}  // namespace dynamodb
