#include "functions/stream_to_kinesis/plan.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/functions/stream_to_kinesis/stream_records.h"
#include "tests/support/fakes.h"

namespace {

using stream_to_kinesis::Config;
using stream_to_kinesis::Fate;
using stream_to_kinesis::PlannedRecord;
using stream_to_kinesis::PoisonRecords;
using testing::ElementsAre;
using tests::record_json;
using tests::sequence_number;

std::vector<Fate> fates(const std::vector<std::string>& records, const Config& config) {
    const std::string event = tests::event_json(records);
    tests::SeededRandom random;
    stream_to_kinesis::Transform transform(config, random);
    const auto planned = plan_event(event, config, transform);
    EXPECT_TRUE(planned.ok());
    const stream_to_kinesis::Plan& plan = *planned;
    std::vector<Fate> found;
    std::size_t outgoing = 0;
    for (const PlannedRecord& record : plan.records) {
        found.push_back(record.fate);
        if (record.fate == Fate::send) {
            EXPECT_EQ(record.outgoing, outgoing++);
        }
    }
    EXPECT_EQ(plan.outgoing.size(), outgoing);
    return found;
}

Config config_with(PoisonRecords poison_records) {
    Config config;
    config.stream = "changes";
    config.poison_records = poison_records;
    return config;
}

const std::string kMalformed = R"({"eventName":"INSERT","dynamodb":7})";

std::string large_record(const std::string& key, std::size_t number) {
    return record_json({.key = key,
                        .number = number,
                        .extra = R"(,"x":{"S":")" + std::string(1'048'576, 'x') + "\"}"});
}

TEST(PlanRecords, SendsWhatTheFilterKeeps) {
    Config config = config_with(PoisonRecords::block);
    const std::vector<std::string> records{
        record_json({.key = "a", .number = 1}),
        record_json({.key = "a", .number = 2, .event_name = "MODIFY"}),
        record_json({.key = "a", .number = 3, .event_name = "REMOVE"}),
        record_json({.key = "a", .number = 4, .event_name = "REMOVE", .ttl_delete = true})};
    EXPECT_THAT(fates(records, config),
                ElementsAre(Fate::send, Fate::send, Fate::send, Fate::send));
    config.filter.modifies = false;
    config.filter.ttl_deletes = dynamodb::TtlDeletes::drop;
    EXPECT_THAT(fates(records, config),
                ElementsAre(Fate::send, Fate::filtered, Fate::send, Fate::filtered));
    config.filter.ttl_deletes = dynamodb::TtlDeletes::only;
    EXPECT_THAT(fates(records, config),
                ElementsAre(Fate::filtered, Fate::filtered, Fate::filtered, Fate::send));
}

TEST(PlanRecords, APoisonRecordIsBlockedOrDropped) {
    const std::vector<std::string> records{record_json({.key = "a", .number = 1}), kMalformed,
                                           record_json({.key = "b", .number = 2})};
    EXPECT_THAT(fates(records, config_with(PoisonRecords::block)),
                ElementsAre(Fate::send, Fate::blocked, Fate::send));
    EXPECT_THAT(fates(records, config_with(PoisonRecords::drop)),
                ElementsAre(Fate::send, Fate::dropped, Fate::send));
}

TEST(PlanRecords, NothingOfAnItemPassesItsBlockedRecord) {
    const std::vector<std::string> records{
        record_json({.key = "a", .number = 1}), large_record("a", 2),
        record_json({.key = "b", .number = 3}), record_json({.key = "a", .number = 4})};
    EXPECT_THAT(fates(records, config_with(PoisonRecords::block)),
                ElementsAre(Fate::send, Fate::blocked, Fate::send, Fate::blocked));
    EXPECT_THAT(fates(records, config_with(PoisonRecords::drop)),
                ElementsAre(Fate::send, Fate::dropped, Fate::send, Fate::send));
}

TEST(PlanRecords, AnItemGoesOnAfterItsQuarantinedRecord) {
    const std::vector<std::string> records{record_json({.key = "a", .number = 1}),
                                           large_record("a", 2),
                                           record_json({.key = "a", .number = 3}), kMalformed};
    EXPECT_THAT(fates(records, config_with(PoisonRecords::quarantine)),
                ElementsAre(Fate::send, Fate::quarantined, Fate::send, Fate::quarantined));
}

// The plan of records of these keys; "!" in front makes one too large.
class KeyedPlan {
  public:
    explicit KeyedPlan(const std::vector<std::string>& keys) {
        std::vector<std::string> records;
        for (const std::string& key : keys) {
            const std::size_t number = records.size() + 1;
            records.push_back(key.front() == '!' ? large_record(key.substr(1), number)
                                                 : record_json({.key = key, .number = number}));
        }
        event_ = tests::event_json(records);
        plan = *plan_event(event_, config_, transform_);
    }
    [[nodiscard]] std::vector<Fate> fates() const {
        std::vector<Fate> found;
        found.reserve(plan.records.size());
        for (const PlannedRecord& record : plan.records)
            found.push_back(record.fate);
        return found;
    }
    // Each record that is to be sent has its own text in its place.
    void expect_places() const {
        std::size_t next = 0;
        for (const PlannedRecord& record : plan.records) {
            if (record.fate != Fate::send) continue;
            EXPECT_EQ(record.outgoing, next++);
            EXPECT_EQ(plan.outgoing[record.outgoing].data.data(), record.text.data());
        }
        EXPECT_EQ(plan.outgoing.size(), next);
    }

  private:
    Config config_ = config_with(PoisonRecords::quarantine);
    tests::SeededRandom random_;
    stream_to_kinesis::Transform transform_{config_, random_};
    std::string event_;

  public:
    stream_to_kinesis::Plan plan;
};

TEST(BlockWithFollowers, BlocksWhatFollowsOfTheItem) {
    KeyedPlan keyed({"a", "b", "!a", "c", "a", "!b", "b"});
    block_with_followers(keyed.plan, {2});
    EXPECT_THAT(keyed.fates(), ElementsAre(Fate::send, Fate::send, Fate::blocked, Fate::send,
                                           Fate::blocked, Fate::quarantined, Fate::send));
    keyed.expect_places();
    block_with_followers(keyed.plan, {});
    EXPECT_EQ(keyed.plan.outgoing.size(), 4U);
    block_with_followers(keyed.plan, {5});
    EXPECT_EQ(keyed.fates().back(), Fate::blocked);
    keyed.expect_places();
}

TEST(PoisonRefused, TurnsWhatKinesisRefusesIntoPoison) {
    KeyedPlan keyed({"!a", "b", "c", "d"});
    stream_to_kinesis::SendReport sent;
    sent.refused = {{1, {base::ErrorKind::rejected, "400 ValidationException"}}};
    poison_refused(keyed.plan, sent, PoisonRecords::quarantine);
    EXPECT_THAT(keyed.fates(),
                ElementsAre(Fate::quarantined, Fate::send, Fate::quarantined, Fate::send));
    ASSERT_EQ(keyed.plan.poison.size(), 2U);
    EXPECT_EQ(keyed.plan.poison[1].record, 2U);
    EXPECT_EQ(keyed.plan.poison[1].reason, "400 ValidationException");
}

TEST(PlanRecords, TellsWhyARecordIsPoison) {
    const std::string event = tests::event_json({kMalformed, large_record("a", 2)});
    tests::SeededRandom random;
    const Config config = config_with(PoisonRecords::block);
    stream_to_kinesis::Transform transform(config, random);
    const auto planned = plan_event(event, config, transform);
    ASSERT_TRUE(planned.ok());
    const stream_to_kinesis::Plan& plan = *planned;
    ASSERT_EQ(plan.poison.size(), 2U);
    EXPECT_EQ(plan.poison[0].record, 0U);
    EXPECT_NE(plan.poison[0].reason, "");
    EXPECT_EQ(plan.poison[1].record, 1U);
    EXPECT_THAT(plan.poison[1].reason, testing::HasSubstr("1048576"));
    EXPECT_EQ(plan.records[1].sequence_number, sequence_number(2));
    EXPECT_EQ(plan.records[1].event_id, "id2");
}

TEST(PoisonRefused, DropsARecordButNoneOfAnAggregate) {
    stream_to_kinesis::Plan plan;
    plan.outgoing.resize(2);
    plan.records.resize(3);
    plan.records[1].outgoing = 1;  // with the next one, as an aggregate
    plan.records[2].outgoing = 1;
    stream_to_kinesis::SendReport sent;
    for (const std::size_t record : {0U, 1U})
        sent.refused.push_back({record, {base::ErrorKind::rejected, "too large"}});
    poison_refused(plan, sent, PoisonRecords::drop);
    EXPECT_EQ(plan.records[0].fate, Fate::dropped);
    EXPECT_EQ(plan.records[1].fate, Fate::blocked);
    EXPECT_EQ(plan.records[2].fate, Fate::blocked);
    EXPECT_EQ(plan.poison.size(), 3U);
}

}  // namespace
