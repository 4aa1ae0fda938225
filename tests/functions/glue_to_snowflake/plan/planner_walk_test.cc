// Random walks of one Glue table through its life, applied to a model of Snowflake: whatever comes,
// and wherever a plan breaks off, the end is right, nothing is sent that need not be, and what is
// not ours stays as it is.
#include <algorithm>
#include <random>
#include <set>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "functions/glue_to_snowflake/plan/planner.h"
#include "tests/functions/glue_to_snowflake/plan/wish.h"
#include "tests/support/snowflake_model.h"

namespace {

using glue_to_snowflake::Action;
using glue_to_snowflake::DeletePolicy;
using glue_to_snowflake::Plan;
using glue_to_snowflake::PlannedStatement;
using glue_to_snowflake::Shown;
using glue_to_snowflake::TableDefinition;
using tests::base_type;
using tests::columns_of;
using tests::content;
using tests::define;
using tests::define_iceberg;
using tests::kSource;
using tests::ModelColumn;
using tests::ModelKind;
using tests::ModelTable;
using tests::Wish;

constexpr int kWalks = 25;
constexpr int kSteps = 25;
constexpr std::size_t kNoCut = 10'000;

const std::string kOrders = R"("SALES"."RAW"."ORDERS")";

class Walk {
  public:
    explicit Walk(unsigned seed) : random_(seed) {
        model_.tables[R"("SALES"."RAW"."VIEW")"] = {};
        model_.tables[R"("SALES"."RAW"."ORDERS2")"] = {.kind = ModelKind::external,
                                                       .comment = "made by hand"};
        model_.stages[R"("SALES"."RAW"."ORDERS_STAGE")"] = "s3://somebody/else/";
        others_ = model_.tables;
    }

    void step() {
        const bool was_there = model_.tables.contains(kOrders);
        change_wish();
        policy_ =
            std::array{DeletePolicy::ignore, DeletePolicy::drop, DeletePolicy::rename}[below(3)];
        ++now_;
        // Somebody drops the table's own stage: Snowflake calls the table invalid then.
        if (below(10) == 0) {
            std::erase_if(model_.stages, [](const auto& stage) {
                return stage.first.starts_with(R"("SALES"."RAW"."ORDERS_0)");
            });
        }
        const std::size_t cut = below(3) == 0 ? below(4) : kNoCut;
        const auto before = model_;
        if (below(6) == 0 && was_there) {
            erase(cut, before);
        } else if (below(15) == 0) {
            turn_iceberg(cut, before);
        } else {
            keep(cut, before);
        }
        check_others();
        if (auto* table = find()) table->grants.insert("TO ANALYST");
    }

    std::map<Action, int> seen;
    std::map<Action, int> cut_off;

  private:
    std::size_t below(std::size_t limit) { return random_() % limit; }

    ModelTable* find() {
        const auto found = model_.tables.find(kOrders);
        return found == model_.tables.end() ? nullptr : &found->second;
    }

    aws::GlueColumn any_column() {
        static constexpr std::array kTypes{"int",        "bigint",        "string", "varchar(9)",
                                           "array<int>", "decimal(10,2)", "double"};
        return {std::string(1, static_cast<char>('a' + below(7))), kTypes[below(kTypes.size())]};
    }

    void add_column() {
        const aws::GlueColumn column = any_column();
        const auto same = [&column](const aws::GlueColumn& other) {
            return other.name == column.name;
        };
        if (std::any_of(wish_.columns.begin(), wish_.columns.end(), same)) return;
        const auto at = static_cast<std::ptrdiff_t>(below(wish_.columns.size() + 1));
        wish_.columns.insert(wish_.columns.begin() + at, column);
    }

    void change_wish() {
        for (std::size_t changes = below(4); changes > 0; --changes) {
            switch (below(12)) {
                case 0:
                case 1:
                case 2:
                    add_column();
                    break;
                case 3:
                case 4:
                    if (wish_.columns.size() > 1) wish_.columns.erase(wish_.columns.begin());
                    break;
                case 5:
                    std::swap(wish_.columns.front(), wish_.columns[below(wish_.columns.size())]);
                    break;
                case 6:
                    wish_.columns[below(wish_.columns.size())].type = any_column().type;
                    break;
                case 7:
                    wish_.folder = below(2) == 0 ? "orders" : "orders/new";
                    wish_.own_stage = static_cast<int>(below(3));
                    break;
                case 8:
                    wish_.auto_refresh =
                        below(2) == 0 ? snowflake::AutoRefresh::on : snowflake::AutoRefresh::off;
                    break;
                case 9:
                    wish_.description =
                        below(3) == 0 ? std::nullopt : std::optional(fmt::format("it's {}", now_));
                    break;
                case 10:
                    wish_.keys = below(2) == 0 ? std::vector<aws::GlueColumn>()
                                               : std::vector<aws::GlueColumn>{{"dt", "date"}};
                    break;
                default:
                    if (below(3) == 0)
                        wish_.serde = std::array{tests::kParquetSerde, tests::kOpenxJsonSerde,
                                                 tests::kOpenCsvSerde}[below(3)];
            }
        }
    }

    std::optional<Shown> look(const std::string& name, const TableDefinition* definition) const {
        const auto found = model_.tables.find(name);
        if (found == model_.tables.end() || found->second.kind == ModelKind::other)
            return std::nullopt;
        const ModelTable& table = found->second;
        Shown shown;
        shown.table = {.kind = table.kind == ModelKind::external ? snowflake::TableKind::external
                                                                 : snowflake::TableKind::iceberg,
                       .name = "ORDERS",
                       .comment = table.comment,
                       .is_invalid = model_.is_invalid(table)};
        if (definition == nullptr || !wants_columns(*definition, kSource, shown.table))
            return shown;
        shown.columns.push_back({"VALUE", "VARIANT", false});
        for (const ModelColumn& column : table.columns)
            shown.columns.push_back({column.name, column.type, true});
        return shown;
    }

    // Sends the first `cut` statements.
    void send(const Plan& plan, std::size_t cut) {
        ++seen[plan.action];
        if (cut < plan.statements.size()) ++cut_off[plan.action];
        for (const PlannedStatement& statement : plan.statements) {
            if (cut-- == 0) return;
            EXPECT_NE(statement.reason, "");
            EXPECT_NE(statement.subject, "");
            const auto answer = model_.execute(statement.sql.text());
            EXPECT_NE(answer, tests::ModelAnswer::refused) << model_.fault();
            EXPECT_FALSE(answer == tests::ModelAnswer::already_there && statement.ends_where_there);
        }
    }

    glue_to_snowflake::Tombstone tombstone() const { return {now_ * 1'000, "1a2b3c4d"}; }

    Plan plan_now(const TableDefinition& definition) {
        return plan_table(definition, kSource, look(kOrders, &definition),
                          {.delete_policy = policy_, .tombstone = tombstone()});
    }

    void keep(std::size_t cut, const tests::SnowflakeModel& before) {
        TableDefinition definition = define(wish_);
        const Plan first = plan_now(definition);
        if (first.action == Action::skip) {
            EXPECT_EQ(before.tables.at(kOrders).kind, ModelKind::iceberg);
            EXPECT_EQ(policy_, DeletePolicy::ignore);
            return;
        }
        check_size(first, definition, before);
        send(first, cut);
        const bool becomes_another = cut != kNoCut && below(3) == 0;
        if (becomes_another) definition = another();
        if (cut != kNoCut) send(plan_now(definition), kNoCut);
        check_table(definition, before);
        if (!becomes_another) check_builds(definition, before);
        const Plan again = plan_now(definition);
        EXPECT_EQ(again.action, Action::none) << again.reason;
        EXPECT_TRUE(again.statements.empty());
    }

    // The table changes again before the next plan. Where its columns go back to those of the mark,
    // what an ALTER did meanwhile stays: nothing tells of it. So that is left out, and the same for
    // AUTO_REFRESH.
    TableDefinition another() {
        const Wish before = wish_;
        change_wish();
        wish_.auto_refresh = before.auto_refresh;
        const ModelTable* table = find();
        const auto mark = glue_to_snowflake::parse_mark(table == nullptr ? "" : table->comment);
        if (mark && mark->columns == glue_to_snowflake::part_hashes(define(wish_).table).columns)
            wish_ = before;
        return define(wish_);
    }

    static bool alter_could_do_it(const TableDefinition& definition, const ModelTable& old) {
        const auto columns = columns_of(definition);
        std::set<std::string> keys;
        for (const auto& key : definition.table.partition_columns)
            keys.insert(key.name.name());
        if (old.kind != ModelKind::external || old.location != definition.table.location.text() ||
            old.file_format != definition.table.file_format.text() ||
            keys != std::set<std::string>(old.partition_by.begin(), old.partition_by.end()))
            return false;
        return std::all_of(columns.begin(), columns.end(), [&old](const ModelColumn& column) {
            const auto same = std::find_if(
                old.columns.begin(), old.columns.end(),
                [&column](const ModelColumn& other) { return other.name == column.name; });
            return same == old.columns.end() ||
                   (base_type(same->type) == column.type && same->expression == column.expression);
        });
    }

    // No more than a statement for each column, one for AUTO_REFRESH and one for the comment.
    static void check_size(const Plan& plan, const TableDefinition& definition,
                           const tests::SnowflakeModel& before) {
        if (plan.action != Action::alter) return;
        const auto old = content(before.tables.at(kOrders).columns);
        const auto wanted = content(columns_of(definition));
        std::size_t columns = 0;
        for (const auto& column : old)
            columns += wanted.contains(column) ? 0U : 1U;
        for (const auto& column : wanted)
            columns += old.contains(column) ? 0U : 1U;
        const bool refresh = before.tables.at(kOrders).auto_refresh !=
                             (definition.table.auto_refresh == snowflake::AutoRefresh::on);
        EXPECT_EQ(plan.statements.size(), columns + (refresh ? 1 : 0) + 1) << plan.reason;
    }

    void check_table(const TableDefinition& definition, const tests::SnowflakeModel& before) {
        const ModelTable* table = find();
        ASSERT_NE(table, nullptr);
        EXPECT_EQ(content(table->columns), content(columns_of(definition)));
        EXPECT_EQ(table->location, definition.table.location.text());
        EXPECT_EQ(table->file_format, definition.table.file_format.text());
        EXPECT_EQ(table->auto_refresh, definition.table.auto_refresh == snowflake::AutoRefresh::on);
        EXPECT_FALSE(model_.is_invalid(*table));
        if (definition.description) {
            EXPECT_EQ(glue_to_snowflake::text_before_mark(table->comment), *definition.description);
        }
        const auto old = before.tables.find(kOrders);
        if (old == before.tables.end() || old->second.kind != ModelKind::external) return;
        EXPECT_EQ(table->grants, old->second.grants);
        EXPECT_LE(table->builds, old->second.builds + 2);
    }

    // One replace at most, and none where ALTER can do it, broken off or not.
    void check_builds(const TableDefinition& definition, const tests::SnowflakeModel& before) {
        const auto old = before.tables.find(kOrders);
        if (find() == nullptr || old == before.tables.end()) return;
        if (old->second.kind != ModelKind::external) return;
        const bool could = alter_could_do_it(definition, old->second);
        const int more = could && !before.is_invalid(old->second) ? 0 : 1;
        EXPECT_LE(find()->builds, old->second.builds + more);
    }

    void turn_iceberg(std::size_t cut, const tests::SnowflakeModel& before) {
        const auto definition = define_iceberg(wish_);
        const auto plan = [&] {
            return plan_iceberg(definition, kSource, look(kOrders, nullptr),
                                {.delete_policy = policy_, .tombstone = tombstone()});
        };
        const Plan first = plan();
        if (first.action == Action::skip) {
            EXPECT_EQ(policy_, DeletePolicy::ignore);
            EXPECT_EQ(before.tables.at(kOrders).kind, ModelKind::external);
            return;
        }
        send(first, cut);
        ++now_;
        if (cut != kNoCut) send(plan(), kNoCut);
        finish_renames();
        ASSERT_NE(find(), nullptr);
        EXPECT_EQ(find()->kind, ModelKind::iceberg);
        EXPECT_EQ(find()->auto_refresh, wish_.auto_refresh == snowflake::AutoRefresh::on);
        EXPECT_EQ(plan().action, Action::none);
    }

    // The catalog has the table no more.
    void erase(std::size_t cut, const tests::SnowflakeModel& before) {
        const auto plan = [&] {
            return plan_deleted(tests::make_name(), kSource, look(kOrders, nullptr), policy_,
                                tombstone());
        };
        send(plan(), cut);
        if (cut != kNoCut) send(plan(), kNoCut);
        finish_renames();
        EXPECT_EQ(find() != nullptr, policy_ == DeletePolicy::ignore);
        EXPECT_EQ(model_.tables.size() == before.tables.size(), policy_ != DeletePolicy::drop);
        if (policy_ != DeletePolicy::ignore) return;
        EXPECT_EQ(find()->builds, before.tables.at(kOrders).builds);
    }

    // What a reconcile does: it sees every table of the schema.
    void finish_renames() {
        for (const auto& [name, table] : model_.tables) {
            if (others_.contains(name) || name == kOrders) continue;
            const std::string last = name.substr(name.rfind(".\"") + 2);
            const auto tombstone_name = tests::make_name(last.substr(0, last.size() - 1));
            const Plan plan = plan_deleted(tombstone_name, kSource, look(name, nullptr),
                                           DeletePolicy::ignore, tombstone());
            send(plan, kNoCut);
            const auto mark = glue_to_snowflake::parse_mark(model_.tables.at(name).comment);
            ASSERT_TRUE(mark);
            EXPECT_NE(mark->deleted, "");
            others_[name] = model_.tables.at(name);
        }
    }

    void check_others() {
        finish_renames();
        for (const auto& [name, table] : others_)
            EXPECT_EQ(model_.tables.at(name), table) << name;
        EXPECT_TRUE(model_.stages.contains(R"("SALES"."RAW"."ORDERS_STAGE")"));
    }

    std::mt19937 random_;
    tests::SnowflakeModel model_;
    std::map<std::string, ModelTable> others_;
    Wish wish_;
    DeletePolicy policy_ = DeletePolicy::ignore;
    std::int64_t now_ = 1'800'000'000;
};

TEST(PlannerWalk, EndsRightWhereverItBreaksOff) {
    std::map<Action, int> seen;
    std::map<Action, int> cut_off;
    for (unsigned seed = 0; seed < kWalks; ++seed) {
        SCOPED_TRACE(seed);
        Walk walk(seed);
        for (int step = 0; step < kSteps && !testing::Test::HasFailure(); ++step) {
            SCOPED_TRACE(step);
            walk.step();
        }
        if (testing::Test::HasFailure()) return;
        for (const auto& [action, count] : walk.seen)
            seen[action] += count;
        for (const auto& [action, count] : walk.cut_off)
            cut_off[action] += count;
    }
    for (const Action action :
         {Action::create, Action::alter, Action::replace, Action::drop, Action::rename}) {
        EXPECT_GE(seen[action], 15) << action_name(action);
        EXPECT_GE(cut_off[action], 1) << action_name(action);
    }
}

}  // namespace
