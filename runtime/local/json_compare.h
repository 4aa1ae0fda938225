// Compares what came with what a sample event expects.
//
// Numbers must agree byte for byte (1 is not 1.0, and not "1"); members in any order; arrays in
// order. Wildcards in expected texts: "<<any>>" stands for any one value, "<<regex:…>>" for any
// text that matches the whole expression (ECMAScript). Where a text came and an object or array is
// expected, the text is read as JSON, or else base64-decoded and then read (Kinesis `Data`,
// Firehose `data`).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/local/exact_json.h"

namespace local {

constexpr std::size_t kDifferencesMax = 20;

struct Difference {
    std::string path = {};      // a JSON pointer (RFC 6901)
    std::string expected = {};  // JSON, cut where it is long; or words where there is none
    std::string actual = {};
};

// Adds what differs, until there are kDifferencesMax of them.
void compare_json(const ExactJson& expected, const ExactJson& actual, std::string_view path,
                  std::vector<Difference>& differences);

// A text cut to its first 200 or so bytes, on a character's boundary.
std::string shorten(std::string text);

// A JSON pointer one step deeper.
std::string pointer_to(std::string_view path, std::string_view name);

}  // namespace local
