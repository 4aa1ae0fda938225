#include "runtime/local/fault_dial.h"

#include <cstdlib>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/codec/json.h"
#include "runtime/local/put_records_fault.h"

namespace {

using local::Fault;
using local::FaultDial;
using local::parse_fault_spec;
using testing::HasSubstr;

double share_of(const local::FaultShares& shares, Fault fault) {
    return shares.at(static_cast<std::size_t>(fault));
}

local::FaultShares only(Fault fault) {
    local::FaultShares shares{};
    shares.at(static_cast<std::size_t>(fault)) = 1;
    return shares;
}

TEST(FaultSpec, GivesEachKindItsShare) {
    const auto shares = parse_fault_spec("partial=0.3, throttle ,kill_after=0");
    ASSERT_TRUE(shares.ok()) << shares.error().message;
    EXPECT_DOUBLE_EQ(share_of(*shares, Fault::partial), 0.3);
    EXPECT_DOUBLE_EQ(share_of(*shares, Fault::throttle), 0.1);
    EXPECT_DOUBLE_EQ(share_of(*shares, Fault::kill_after), 0);
    EXPECT_DOUBLE_EQ(share_of(*shares, Fault::slow), 0);
}

TEST(FaultSpec, AllIsEveryKindButThoseNamedBefore) {
    const auto shares = parse_fault_spec("slow=0.2,all=0.05");
    ASSERT_TRUE(shares.ok()) << shares.error().message;
    EXPECT_DOUBLE_EQ(share_of(*shares, Fault::slow), 0.2);
    for (std::size_t i = 1; i < local::kFaultKinds; ++i) {
        if (static_cast<Fault>(i) != Fault::slow) {
            EXPECT_DOUBLE_EQ(shares->at(i), 0.05);
        }
    }
}

TEST(FaultSpec, RefusesWhatIsNone) {
    for (const char* spec :
         {"", "partial=", "partial=2", "partial=-0.1", "partial=nan", "partial=x",
          "partial,partial", "gremlin", "partial=0.6,slow=0.5", "all=0.2", "none", "partial,"}) {
        const auto shares = parse_fault_spec(spec);
        ASSERT_FALSE(shares.ok()) << spec;
        EXPECT_EQ(shares.error().kind, base::ErrorKind::config_invalid) << spec;
        EXPECT_THAT(shares.error().message, HasSubstr("partial, throttle, error")) << spec;
    }
}

TEST(FaultDialTest, OneSeedGivesOneCourse) {
    const auto course = [](std::uint64_t seed) {
        FaultDial dial(*parse_fault_spec("all=0.05"), seed);
        std::vector<Fault> faults;
        faults.reserve(500);
        for (int i = 0; i < 500; ++i)
            faults.push_back(dial.draw(true));
        return faults;
    };
    EXPECT_EQ(course(7), course(7));
    EXPECT_NE(course(7), course(8));
}

TEST(FaultDialTest, KeepsTheShares) {
    FaultDial dial(*parse_fault_spec("partial=0.25,reset_after=0.1"), 1);
    for (int i = 0; i < 20'000; ++i)
        dial.draw(true);
    const auto counts = dial.counts();
    EXPECT_NEAR(static_cast<double>(counts.at("partial")), 5'000, 300);
    EXPECT_NEAR(static_cast<double>(counts.at("reset_after")), 2'000, 200);
    EXPECT_EQ(counts.at("slow"), 0);
    EXPECT_EQ(counts.at("partial") + counts.at("reset_after") + counts.at("none"), 20'000);
}

TEST(FaultDialTest, ThrottlesInBursts) {
    FaultDial dial(*parse_fault_spec("throttle=0.01"), 1);
    std::vector<int> bursts;
    int length = 0;
    for (int i = 0; i < 20'000; ++i) {
        if (dial.draw(true) == Fault::throttle) {
            ++length;
        } else if (length > 0) {
            bursts.push_back(std::exchange(length, 0));
        }
    }
    EXPECT_THAT(bursts, testing::Contains(testing::Ge(4)));
}

TEST(FaultDialTest, LeavesOtherRequestsTheirEntries) {
    FaultDial dial(only(Fault::partial), 1);
    EXPECT_EQ(dial.draw(false), Fault::none);
    EXPECT_EQ(dial.draw(true), Fault::partial);
}

constexpr std::string_view kRequest =
    R"({"StreamName":"s","Records":[{"Data":"YQ==","PartitionKey":"a"},)"
    R"({"Data":"Yg==","PartitionKey":"b","ExplicitHashKey":"1"},{"Data":"Yw==","PartitionKey":"c"}]})";

// What Kinesis says to the entries of a request: a sequence number for each.
std::string stored(std::string_view body) {
    std::string answer = R"({"FailedRecordCount":0,"Records":[)";
    const auto request = codec::parse_json(body, "a request");
    for (const auto& entry : codec::find_array(*request, "Records")->GetArray()) {
        if (answer.back() != '[') answer += ',';
        answer += R"({"SequenceNumber":"1","ShardId":")";
        answer += codec::find_text(entry, "PartitionKey").value();
        answer += "\"}";
    }
    return answer + "]}";
}

TEST(PutRecordsFault, RefusesSomeEntriesAndStoresTheOthers) {
    int whole = 0;
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        FaultDial dial(only(Fault::partial), seed);
        const auto split = local::split_put_records(kRequest, dial);
        ASSERT_TRUE(split);
        const auto refused = std::count(split->refused.begin(), split->refused.end(), true);
        ASSERT_GE(refused, 1);
        whole += split->body.empty() ? 1 : 0;
        const auto merged = local::merge_put_records(
            split->refused, split->body.empty() ? "" : stored(split->body), dial);
        ASSERT_TRUE(merged);
        const auto answer = codec::parse_json(*merged, "the answer");
        EXPECT_EQ(codec::find_integer(*answer, "FailedRecordCount"), refused);
        const auto& entries = *codec::find_array(*answer, "Records");
        ASSERT_EQ(entries.Size(), 3U);
        for (rapidjson::SizeType i = 0; i < 3; ++i) {
            EXPECT_EQ(codec::find_text(entries[i], "ErrorCode").has_value(), split->refused[i]);
            if (!split->refused[i]) {
                EXPECT_EQ(codec::find_text(entries[i], "ShardId"), std::string(1, "abc"[i]));
            }
        }
    }
    EXPECT_GT(whole, 0);
    EXPECT_LT(whole, 300);
}

TEST(PutRecordsFault, KeepsTheEntriesThatStayAsTheyWere) {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        FaultDial dial(only(Fault::partial), seed);
        const auto split = local::split_put_records(kRequest, dial);
        if (split->refused != std::vector<bool>{true, false, true}) continue;
        EXPECT_EQ(
            split->body,
            R"({"StreamName":"s","Records":[{"Data":"Yg==","PartitionKey":"b","ExplicitHashKey":"1"}]})");
        return;
    }
    FAIL() << "no seed refused the first and the last";
}

TEST(PutRecordsFault, ShortensAnAnswer) {
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        FaultDial dial(only(Fault::short_answer), seed);
        const auto shortened = local::shorten_put_records(stored(kRequest), dial);
        ASSERT_TRUE(shortened);
        EXPECT_LT(codec::find_array(*codec::parse_json(*shortened, "it"), "Records")->Size(), 3U);
    }
}

TEST(PutRecordsFault, LeavesAloneWhatIsNoPutRecords) {
    FaultDial dial(only(Fault::partial), 1);
    for (const char* body : {"", "{", "[]", "{}", R"({"Records":[]})", R"({"Records":1})"}) {
        EXPECT_FALSE(local::split_put_records(body, dial)) << body;
        EXPECT_FALSE(local::shorten_put_records(body, dial)) << body;
    }
    EXPECT_FALSE(local::merge_put_records({false}, "", dial));
    EXPECT_FALSE(local::merge_put_records({true}, stored(kRequest), dial));
}

}  // namespace
