#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/dynamodb/change_filter.h"
#include "common/dynamodb/line_settings.h"
#include "tests/support/fakes.h"

namespace dynamodb {
namespace {

using testing::HasSubstr;

template <typename Read>
std::string fault_of(const tests::FakeEnvironment& environment, Read read) {
    base::SettingsReader reader(environment);
    read(reader);
    const auto fault = reader.fault();
    return fault ? fault->message : "";
}

TEST(LineSettings, HaveTheirDefaults) {
    const tests::FakeEnvironment environment;
    base::SettingsReader reader(environment);
    const LineSettings settings = read_line_settings(reader);
    EXPECT_EQ(settings.names, LineNames::keep);
    EXPECT_EQ(settings.shape, LineShape::flat);
    EXPECT_EQ(settings.numbers, LineNumbers::number);
    EXPECT_EQ(settings.metadata_prefix, "__");
    EXPECT_TRUE(settings.metadata.operation && settings.metadata.event_id &&
                settings.metadata.sequence_number && settings.metadata.event_time_ms &&
                settings.metadata.ttl_delete);
    EXPECT_FALSE(read_line_settings(reader, kNoLineMetadata).metadata.operation);
    EXPECT_FALSE(reader.fault());
}

TEST(LineSettings, ReportTheirFaultsTogether) {
    const std::string fault =
        fault_of({{"LINE_NAMES", "upper"},
                  {"LINE_SHAPE", "round"},
                  {"LINE_NUMBERS", "decimal"},
                  {"LINE_METADATA", "operation,time"},
                  {"METADATA_PREFIX", "a\"b"}},
                 [](base::SettingsReader& reader) { read_line_settings(reader); });
    EXPECT_THAT(fault, HasSubstr("5 settings are wrong"));
    EXPECT_THAT(fault, HasSubstr("LINE_METADATA is \"time\": use operation, event_id"));
    EXPECT_THAT(fault, HasSubstr("METADATA_PREFIX"));
}

TEST(ChangeFilter, KeepsEverythingByDefault) {
    const tests::FakeEnvironment environment;
    base::SettingsReader reader(environment);
    const ChangeFilter filter = read_change_filter(reader);
    for (const Operation operation : {Operation::insert, Operation::modify, Operation::remove}) {
        EXPECT_TRUE(filter.keeps(operation, false));
        EXPECT_TRUE(filter.keeps(operation, true));
    }
}

struct FilterCase {
    const char* event_names;
    const char* ttl_deletes;
    const char* kept;  // of: insert, modify, remove, TTL delete
};

TEST(ChangeFilter, KeepsWhatIsAskedFor) {
    const FilterCase cases[] = {
        {"INSERT", "", "i"},
        {"MODIFY, REMOVE", "", "mrt"},
        {"REMOVE", "drop", "r"},
        {"", "drop", "imr"},
        {"", "keep", "imrt"},
        {"", "only", "t"},
        {"INSERT", "only", ""},
        {"REMOVE", "only", "t"},
        {"INSERT,MODIFY,REMOVE", "", "imrt"},
        {"INSERT", "drop", "i"},
    };
    for (const FilterCase& one : cases) {
        tests::FakeEnvironment environment;
        if (*one.event_names != '\0') environment.set("EVENT_NAMES", one.event_names);
        if (*one.ttl_deletes != '\0') environment.set("TTL_DELETES", one.ttl_deletes);
        base::SettingsReader reader(environment);
        const ChangeFilter filter = read_change_filter(reader);
        EXPECT_FALSE(reader.fault());
        std::string kept;
        if (filter.keeps(Operation::insert, false)) kept += 'i';
        if (filter.keeps(Operation::modify, false)) kept += 'm';
        if (filter.keeps(Operation::remove, false)) kept += 'r';
        if (filter.keeps(Operation::remove, true)) kept += 't';
        EXPECT_EQ(kept, one.kept) << one.event_names << ' ' << one.ttl_deletes;
    }
}

TEST(ChangeFilter, ReportsItsFaults) {
    const std::string fault =
        fault_of({{"EVENT_NAMES", "INSERT,DELETE"}, {"TTL_DELETES", "yes"}},
                 [](base::SettingsReader& reader) { read_change_filter(reader); });
    EXPECT_THAT(fault, HasSubstr("EVENT_NAMES is \"DELETE\": use INSERT, MODIFY and REMOVE"));
    EXPECT_THAT(fault, HasSubstr("TTL_DELETES is \"yes\": use one of keep, drop, only"));
}

}  // namespace
}  // namespace dynamodb
