#include "common/base/environment.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fakes.h"

namespace base {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using tests::FakeEnvironment;

enum class Format { json, ion };

// The fault of the settings that were read; an empty one where there is none.
Error fault_of(const SettingsReader& reader) {
    return reader.fault().value_or(Error{ErrorKind::unexpected, ""});
}

TEST(SettingsReader, ReadsWhatIsSet) {
    const FakeEnvironment environment{{"BUCKET_NAME", "lake"}, {"PREFIX", "raw/"},
                                      {"NAMES", "a, b ,\tc"},  {"MINUTES", "1440"},
                                      {"REFRESH", "false"},    {"FORMAT", "ION"}};
    SettingsReader reader(environment);
    EXPECT_EQ(reader.required("BUCKET_NAME", "my-bucket"), "lake");
    EXPECT_EQ(reader.text("PREFIX", "other/"), "raw/");
    EXPECT_THAT(reader.list("NAMES"), ElementsAre("a", "b", "c"));
    EXPECT_EQ(reader.integer("MINUTES", 15, 15, 1440), 1440);
    EXPECT_FALSE(reader.boolean("REFRESH", true));
    EXPECT_EQ(
        reader.choice<Format>("FORMAT", {{"DYNAMODB_JSON", Format::json}, {"ION", Format::ion}}),
        Format::ion);
    EXPECT_FALSE(reader.fault().has_value());
}

TEST(SettingsReader, FallsBackWhereNothingIsSet) {
    const FakeEnvironment environment{{"EMPTY", ""}};
    SettingsReader reader(environment);
    for (const char* name : {"EMPTY", "ABSENT"}) {
        EXPECT_EQ(reader.text(name, "raw/"), "raw/");
        EXPECT_EQ(reader.text(name), "");
        EXPECT_TRUE(reader.list(name).empty());
        EXPECT_EQ(reader.integer(name, 7, 1, 10), 7);
        EXPECT_TRUE(reader.boolean(name, true));
        EXPECT_EQ(
            reader.choice<Format>(name, {{"DYNAMODB_JSON", Format::json}, {"ION", Format::ion}}),
            Format::json);
    }
    EXPECT_FALSE(reader.fault().has_value());
}

TEST(SettingsReader, ReportsAllFaultsAtOnce) {
    const FakeEnvironment environment{{"BUCKET_NAME", ""},   {"NAMES", "a,,b,"}, {"MINUTES", "14x"},
                                      {"WINDOWS", "99"},     {"REFRESH", "yes"}, {"FORMAT", "ion"},
                                      {"DATABASE_MAP", "{"}, {"GOOD", "1"}};
    SettingsReader reader(environment);
    reader.required("BUCKET_NAME", "my-bucket");
    EXPECT_THAT(reader.list("NAMES"), ElementsAre("a", "b"));
    EXPECT_EQ(reader.integer("MINUTES", 15, 15, 1440), 15);
    EXPECT_EQ(reader.integer("WINDOWS", 10, 1, 50), 10);
    EXPECT_TRUE(reader.boolean("REFRESH", true));
    reader.choice<Format>("FORMAT", {{"DYNAMODB_JSON", Format::json}, {"ION", Format::ion}});
    reader.add_fault("DATABASE_MAP", "{", "use a JSON object");
    EXPECT_EQ(reader.integer("GOOD", 0, 0, 9), 1);

    EXPECT_EQ(fault_of(reader).kind, ErrorKind::config_invalid);
    EXPECT_EQ(fault_of(reader).message,
              "7 settings are wrong: "
              "BUCKET_NAME is not set: set it, for example BUCKET_NAME=my-bucket; "
              "NAMES is \"a,,b,\": remove the empty element of the comma-separated list; "
              "MINUTES is \"14x\": use a whole number from 15 to 1440; "
              "WINDOWS is \"99\": use a whole number from 1 to 50; "
              "REFRESH is \"yes\": use true or false; "
              "FORMAT is \"ion\": use one of DYNAMODB_JSON, ION; "
              "DATABASE_MAP is \"{\": use a JSON object");
}

TEST(SettingsReader, SpeaksOfOneFaultInTheSingular) {
    const FakeEnvironment environment;
    SettingsReader reader(environment);
    reader.required("TABLE_ARN", "arn:aws:dynamodb:…");
    EXPECT_THAT(fault_of(reader).message, HasSubstr("1 setting is wrong: TABLE_ARN is not set"));
}

TEST(SettingsReader, TakesWholeNumbersAlone) {
    for (const char* text : {"", " 5", "5 ", "+5", "5.0", "5e0", "0x5", "five", "--5", "5,000",
                             "9223372036854775808", "\xd9\xa5"}) {
        const FakeEnvironment environment{{"N", text}};
        SettingsReader reader(environment);
        EXPECT_EQ(reader.integer("N", 1, -100, 100), 1) << text;
        EXPECT_EQ(reader.fault().has_value(), *text != '\0') << text;
    }
    const FakeEnvironment environment{{"N", "-5"}};
    SettingsReader reader(environment);
    EXPECT_EQ(reader.integer("N", 1, -100, 100), -5);
}

TEST(SettingsReader, TakesTheLimitsThemselves) {
    for (const std::int64_t number : {15, 1440}) {
        const FakeEnvironment environment{{"N", std::to_string(number)}};
        SettingsReader reader(environment);
        EXPECT_EQ(reader.integer("N", 100, 15, 1440), number);
        EXPECT_FALSE(reader.fault().has_value());
    }
    for (const char* text : {"14", "1441"}) {
        const FakeEnvironment environment{{"N", text}};
        SettingsReader reader(environment);
        reader.integer("N", 100, 15, 1440);
        EXPECT_TRUE(reader.fault().has_value());
    }
}

TEST(SettingsReader, TakesTrueAndFalseAlone) {
    for (const char* text : {"TRUE", "True", "1", "0", "yes", "on", " true"}) {
        const FakeEnvironment environment{{"B", text}};
        SettingsReader reader(environment);
        EXPECT_FALSE(reader.boolean("B", false)) << text;
        EXPECT_TRUE(reader.fault().has_value()) << text;
    }
}

TEST(SettingsReader, ShowsNoMoreThanTheStartOfALongValue) {
    const FakeEnvironment environment{{"N", std::string(5'000, '7')}};
    SettingsReader reader(environment);
    reader.integer("N", 1, 0, 9);
    EXPECT_THAT(fault_of(reader).message, HasSubstr("N is \"" + std::string(80, '7') + "…\""));
    EXPECT_LT(fault_of(reader).message.size(), 200U);
}

TEST(ProcessEnvironment, ReadsTheProcessEnvironment) {
    const ProcessEnvironment environment;
    EXPECT_TRUE(environment.get("PATH").has_value());
    EXPECT_FALSE(environment.get("LAKEFEED_IS_NEVER_SET").has_value());
}

}  // namespace
}  // namespace base
