// Any bytes as a column's type: what is read has a Snowflake type of a known form, and reads the
// same in capital letters and between blanks.
#include <regex>
#include <string>

#include "functions/glue_to_snowflake/definition/hive_type.h"
#include "functions/glue_to_snowflake/definition/parameters.h"
#include "tests/fuzz/fuzz.h"

namespace {

using glue_to_snowflake::HiveType;
using glue_to_snowflake::parse_hive_type;

void expect_known(const HiveType& type) {
    static const std::regex kKnown(
        "BOOLEAN|FLOAT|VARCHAR|BINARY|DATE|TIMESTAMP_NTZ|TIMESTAMP_LTZ|VARIANT|"
        "VARCHAR\\([1-9][0-9]{0,7}\\)|NUMBER\\([1-9][0-9]?,[1-3]?[0-9]\\)");
    const std::string declared = glue_to_snowflake::snowflake_type(type).text();
    const std::string cast = glue_to_snowflake::cast_type(type).text();
    fuzz::expect(std::regex_match(declared, kKnown) && std::regex_match(cast, kKnown));
    fuzz::expect(declared.substr(0, declared.find('(')) == cast.substr(0, cast.find('(')));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto type = parse_hive_type(text);
    if (!type.ok()) {
        fuzz::expect(!type.error().message.empty() && type.error().message.size() < 200);
        return 0;
    }
    expect_known(*type);
    const auto upper = parse_hive_type(glue_to_snowflake::ascii_upper(text));
    fuzz::expect(upper.ok() && *upper == *type);
    if (size + 3 <= glue_to_snowflake::kHiveTypeBytesMax && !text.empty()) {
        const auto spaced = parse_hive_type(" \t" + text + "\n");
        fuzz::expect(spaced.ok() && *spaced == *type);
    }
    return 0;
}
