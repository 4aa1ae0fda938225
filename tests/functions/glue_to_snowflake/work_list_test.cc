#include "functions/glue_to_snowflake/work_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using event::GlueChange;
using event::GlueEvent;
using event::ReconcileEvent;
using glue_to_snowflake::Sending;
using glue_to_snowflake::Work;
using glue_to_snowflake::WorkList;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;
using Places = std::vector<std::size_t>;

const glue_to_snowflake::CatalogScope kScope{"us-east-1", "123456789012"};

GlueEvent changed(GlueChange change, const std::vector<std::string>& tables,
                  const std::string& id = "e1") {
    GlueEvent event;
    event.id = id;
    event.name = "SomeCall";
    event.region = "us-east-1";
    event.change = change;
    for (const std::string& table : tables)
        event.tables.push_back({"123456789012", "a__b", table});
    return event;
}

TEST(WorkList, BringsEachTableInStepOnce) {
    WorkList list(kScope);
    EXPECT_EQ(list.add(changed(GlueChange::table_written, {"t", "u", "t"})), (Places{0, 1}));
    EXPECT_EQ(list.add(changed(GlueChange::table_deleted, {"u"}, "e2")), (Places{1}));
    ASSERT_EQ(list.works().size(), 2U);
    EXPECT_EQ(list.works()[1].kind, Work::Kind::table);
    EXPECT_EQ(list.works()[1].source.catalog_id, "123456789012");
    EXPECT_EQ(list.works()[1].event_id, "e1");
    EXPECT_EQ(work_name(list.works()[1]), "a__b.u");
}

TEST(WorkList, KeepsTablesOfOneNameInTwoCatalogsApart) {
    WorkList list({});
    auto other = changed(GlueChange::table_written, {"t"});
    other.tables[0].catalog_id = "444455556666";
    list.add(changed(GlueChange::table_written, {"t"}));
    EXPECT_EQ(list.add(other), (Places{1}));
}

TEST(WorkList, JoinsThePartitionsOfATable) {
    WorkList list(kScope);
    auto first = changed(GlueChange::partitions_changed, {"t"});
    first.partitions = {{"1"}, {"2"}};
    first.partitions_are_complete = true;
    auto second = first;
    second.partitions = {{"3"}};
    list.add(first);
    EXPECT_EQ(list.add(changed(GlueChange::table_written, {"t"})), (Places{1}));
    EXPECT_EQ(list.add(second), (Places{0}));
    ASSERT_EQ(list.works().size(), 2U);
    const Work& work = list.works()[0];
    EXPECT_EQ(work.kind, Work::Kind::partitions);
    EXPECT_EQ(work.change.partitions.size(), 3U);
    EXPECT_TRUE(work.change.is_complete);
    second.partitions_are_complete = false;
    list.add(second);
    list.add(first);
    EXPECT_FALSE(list.works()[0].change.is_complete);
}

TEST(WorkList, ReconcilesADeletedDatabase) {
    WorkList list(kScope);
    list.add(changed(GlueChange::database_deleted, {""}));
    EXPECT_EQ(list.works()[0].kind, Work::Kind::reconcile);
    EXPECT_EQ(list.works()[0].source.database, "a__b");
    EXPECT_EQ(work_name(list.works()[0]), "a__b");
    EXPECT_EQ(list.works()[0].sending, Sending::on);
}

TEST(WorkList, ReconcilesWhatIsAskedFor) {
    WorkList list(kScope);
    EXPECT_EQ(list.add(ReconcileEvent{"a__b", "t", true}), (Places{0}));
    EXPECT_EQ(list.add(ReconcileEvent{"a__b", "t", false}), (Places{1}));
    EXPECT_EQ(list.add(ReconcileEvent{"a__b", "t", true}), (Places{0}));
    EXPECT_EQ(list.add(ReconcileEvent{}), (Places{2}));
    // Of the deleted database's event: the same.
    EXPECT_EQ(list.add(ReconcileEvent{"a__b", "", false}), (Places{3}));
    EXPECT_EQ(list.add(changed(GlueChange::database_deleted, {""})), (Places{3}));
    EXPECT_EQ(list.works()[0].sending, Sending::off);
    EXPECT_EQ(list.works()[1].sending, Sending::on);
    EXPECT_EQ(list.works()[0].source.catalog_id, "123456789012");
    EXPECT_EQ(list.works()[0].source.name, "t");
    EXPECT_EQ(work_name(list.works()[2]), "");
}

TEST(WorkList, HasAReasonForNothing) {
    auto failed = changed(GlueChange::table_written, {"t"});
    failed.error_code = "AccessDeniedException";
    auto failed_without_names = changed(GlueChange::table_written, {});
    failed_without_names.error_code = "AccessDeniedException";
    auto elsewhere = changed(GlueChange::table_deleted, {"t"});
    elsewhere.region = "eu-west-1";
    auto other_catalog = changed(GlueChange::partitions_changed, {"t", "u"});
    for (auto& table : other_catalog.tables)
        table.catalog_id = "444455556666";
    auto nested = changed(GlueChange::database_deleted, {""});
    nested.tables[0].catalog_id = "123456789012:s3tablescatalog/lake";
    const std::vector<std::pair<GlueEvent, std::string>> cases{
        {failed, "the SomeCall call failed with AccessDeniedException: nothing changed"},
        {failed_without_names, "the SomeCall call failed"},
        {elsewhere, "the event is of region eu-west-1, this function reads us-east-1"},
        {other_catalog, "the event is of catalog 444455556666, this function mirrors 123456789012"},
        {nested, "the event is of catalog 123456789012:s3tablescatalog/lake"},
        {changed(GlueChange::other, {""}), "SomeCall changes no table"},
        {changed(GlueChange::other, {}), "SomeCall changes no table"}};
    for (const auto& [event, reason] : cases) {
        WorkList list(kScope);
        EXPECT_EQ(list.add(event).size(), std::max<std::size_t>(1, event.tables.size()));
        EXPECT_EQ(list.works()[0].kind, Work::Kind::nothing);
        EXPECT_THAT(list.works()[0].reason, StartsWith(reason));
    }
}

TEST(WorkList, LetsThroughWhatItCannotJudge) {
    auto event = changed(GlueChange::table_written, {"t"});
    event.region = "";
    event.tables[0].catalog_id = "";
    WorkList list(kScope);
    list.add(event);
    EXPECT_EQ(list.works()[0].kind, Work::Kind::table);
    WorkList boundless({});
    boundless.add(changed(GlueChange::table_written, {"t"}));
    EXPECT_EQ(boundless.works()[0].kind, Work::Kind::table);
}

}  // namespace
