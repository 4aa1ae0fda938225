#include "functions/glue_to_snowflake/sync/reconcile.h"

#include <map>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "functions/glue_to_snowflake/definition/table_definition.h"
#include "functions/glue_to_snowflake/glob.h"
#include "functions/glue_to_snowflake/plan/mark.h"

namespace glue_to_snowflake {
namespace {

// With less than this left no table is begun: a look, a statement and another look.
constexpr std::int64_t kTableMsMin = 3'000;

using ShownOrError = base::Result<ShownTables>;

// A schema, and the databases whose tables go there.
struct Target {
    snowflake::SchemaName schema;
    std::vector<std::string> databases;
};

class Reconciler {
  public:
    Reconciler(const ReconcileRequest& request, TableSync& sync, aws::GlueClient& glue,
               const OnProgress& on_progress)
        : request_(request), sync_(sync), glue_(glue), on_progress_(on_progress) {}

    base::Result<ReconcileReport> run() {
        if (!request_.table.empty()) {
            ++known_;
            work({request_.database, request_.table});
            return finish();
        }
        if (auto listed = list_databases(); !listed) return std::move(listed).error();
        for (const auto& [text, target] : targets_)
            look_at(target);
        while (next_ < to_do_.size() && has_time())
            work(to_do_[next_++]);
        return finish();
    }

  private:
    struct Table {
        std::string database;
        std::string name;
    };

    [[nodiscard]] bool has_time() const {
        return !request_.stop.stop_requested() &&
               request_.deadline.remaining_ms(sync_.services().clock) >= kTableMsMin;
    }

    [[nodiscard]] SyncRequest sync_request(const Table& table) const {
        return {.source = {catalog_id_, table.database, table.name},
                .query_tag = request_.query_tag,
                .deadline = request_.deadline,
                .sending = request_.sending,
                .stop = request_.stop};
    }

    void done(std::string_view database) {
        ++done_;
        if (on_progress_) on_progress_({done_, known_, database});
    }
    void succeed(const Table& table, TableOutcome outcome) {
        report_.tables.push_back(std::move(outcome));
        done(table.database);
    }
    void fail(const Table& table, const base::Error& error) {
        if (error.kind == base::ErrorKind::deadline_near) ++report_.failures_for_want_of_time;
        report_.failures.push_back(
            fmt::format("{}.{}: {}", table.database, table.name, error.message));
        done(table.database);
    }
    void skip_database(const std::string& database, std::string reason) {
        report_.tables.push_back({.glue = database, .reason = std::move(reason)});
    }

    base::Result<base::Done> list_databases() {
        catalog_id_ = request_.catalog_id;
        if (!request_.database.empty()) {
            add_database(request_.database);
            return base::Done{};
        }
        const auto databases = glue_.get_databases(request_.catalog_id, request_.deadline);
        if (!databases) return databases.error();
        for (const auto& database : *databases) {
            if (database) databases_.insert(database->name);
            if (!database) {
                report_.failures.push_back("a database: " + database.error().message);
            } else if (!any_glob_matches(sync_.config().database_filter, database->name)) {
                continue;
            } else if (database->is_resource_link) {
                skip_database(database->name, "a resource link to another catalog's database");
            } else {
                if (catalog_id_.empty()) catalog_id_ = database->catalog_id;
                add_database(database->name);
            }
        }
        // Of a database that the catalog has no more, only the map still tells the schema.
        for (const auto& [database, schema] : sync_.config().database_map) {
            if (any_glob_matches(sync_.config().database_filter, database))
                targets_.try_emplace(text_of(schema), Target{schema, {}});
        }
        return base::Done{};
    }

    static std::string text_of(const snowflake::SchemaName& schema) {
        return snowflake::Sql().schema(schema).text();
    }

    void add_database(const std::string& database) {
        const auto schema = target_schema(database, sync_.config());
        if (!schema) {
            report_.failures.push_back(fmt::format("{}: {}", database, schema.error().message));
            return;
        }
        if (const auto* skip = std::get_if<Skip>(&*schema)) {
            skip_database(database, skip->reason);
            return;
        }
        const auto& name = std::get<snowflake::SchemaName>(*schema);
        targets_.try_emplace(text_of(name), Target{name, {}})
            .first->second.databases.push_back(database);
    }

    // What needs no statement is done here; the rest is gathered, to be worked off after the lists
    // are read: they do not wait for it, and it is looked at anew.
    void look_at(const Target& target) {
        if (!has_time()) {
            report_.databases_left += target.databases.size();
            return;
        }
        auto state = sync_.state();
        const ShownOrError shown =
            state ? state->tables_in(target.schema, {request_.query_tag, request_.deadline})
                  : ShownOrError(ShownTables());
        std::set<std::string, std::less<>> whole;  // databases whose tables are all known
        std::set<std::string, std::less<>> seen;   // db.table
        for (const std::string& database : target.databases) {
            if (list_tables(database, shown, seen)) whole.insert(database);
        }
        if (shown) look_at_orphans(target, *shown, whole, seen);
    }

    // Whether all of the database's tables were listed.
    bool list_tables(const std::string& database, const ShownOrError& shown,
                     std::set<std::string, std::less<>>& seen) {
        bool is_whole = true;
        const auto listed =
            glue_.get_tables({catalog_id_, database}, request_.deadline,
                             [&](const std::vector<aws::GlueTablePage::Element>& tables) {
                                 known_ += tables.size();
                                 for (const auto& element : tables) {
                                     seen.insert(fmt::format("{}.{}", database, element.name));
                                     look_at(database, element, shown);
                                 }
                                 is_whole = has_time();
                                 return is_whole;
                             });
        if (listed && !is_whole) ++report_.databases_left;
        if (!listed && listed.error().code == "EntityNotFoundException") {
            if (!request_.database.empty())
                skip_database(database, "the catalog does not have the database");
            return true;
        }
        if (!listed) {
            if (listed.error().kind == base::ErrorKind::deadline_near)
                ++report_.failures_for_want_of_time;
            report_.failures.push_back(fmt::format("{}: {}", database, listed.error().message));
        }
        return listed && is_whole;
    }

    void look_at(const std::string& database, const aws::GlueTablePage::Element& element,
                 const ShownOrError& shown) {
        const Table table{database, element.name};
        if (!element.table) return fail(table, element.table.error());
        if (element.name.empty()) {
            return fail(table, {base::ErrorKind::data_invalid,
                                "the answer of GetTables has a table without a Name"});
        }
        look_at(table, &*element.table, shown_table(table, shown));
    }

    // What the SHOW has under the table's name.
    [[nodiscard]] base::Result<std::optional<snowflake::ShownTable>> shown_table(
        const Table& table, const ShownOrError& shown) const {
        using Shown = std::optional<snowflake::ShownTable>;
        if (!shown) return shown.error();
        const auto name = target_name(table.database, table.name, sync_.config());
        if (!name || std::holds_alternative<Skip>(*name)) return Shown();
        const auto found = shown->find(std::get<snowflake::TableName>(*name).table.name());
        return found == shown->end() ? Shown() : Shown(found->second);
    }

    void look_at(const Table& table, const aws::GlueTable* listed,
                 const base::Result<std::optional<snowflake::ShownTable>>& shown) {
        auto outcome = sync_.without_work(sync_request(table), {listed, shown});
        if (!outcome) {
            fail(table, outcome.error());
        } else if (*outcome) {
            succeed(table, **std::move(outcome));
        } else {
            to_do_.push_back(table);
        }
    }

    // Our tables whose sources the lists do not have. GetTable has the last word on each.
    void look_at_orphans(const Target& target, const ShownTables& shown,
                         const std::set<std::string, std::less<>>& whole,
                         const std::set<std::string, std::less<>>& seen) {
        for (const auto& [name, table] : shown) {
            const auto mark = parse_mark(table.comment);
            if (!mark || !mark->deleted.empty()) continue;
            const aws::GlueTableId& source = mark->source;
            if (!in_scope(source.database, whole)) continue;
            const auto place = target_name(source.database, source.name, sync_.config());
            const auto* here = place ? std::get_if<snowflake::TableName>(&*place) : nullptr;
            if (here == nullptr || here->in() != target.schema) continue;
            const Table orphan{source.database, source.name};
            if (!is_of_this_catalog(source.catalog_id, orphan)) continue;
            const bool is_its_place = here->table.name() == name;
            if (is_its_place && seen.contains(fmt::format("{}.{}", source.database, source.name)))
                continue;
            if (is_its_place) {
                ++known_;
                look_at(orphan, nullptr, std::optional(table));
            } else {
                end_rename(orphan, *here, table);
            }
        }
    }

    void end_rename(const Table& source, snowflake::TableName name,
                    const snowflake::ShownTable& shown) {
        auto identifier = snowflake::Identifier::from(shown.name, "the table");
        if (!identifier) return fail(source, identifier.error());
        name.table = *std::move(identifier);
        auto outcome = sync_.end_rename(sync_request(source), name, shown);
        if (!outcome) {
            ++known_;
            fail(source, outcome.error());
        } else if (auto& ended = *outcome; ended.has_value()) {
            ++known_;
            succeed(source, *std::move(ended));
        }
    }

    // A database that was listed whole, or that is not in the catalog (all are listed then).
    [[nodiscard]] bool in_scope(const std::string& database,
                                const std::set<std::string, std::less<>>& whole) const {
        if (whole.contains(database)) return true;
        if (!request_.database.empty()) return false;
        return !databases_.contains(database);
    }

    bool is_of_this_catalog(const std::string& catalog_id, const Table& orphan) {
        if (catalog_id_.empty()) {
            auto catalog = sync_.catalog().catalog_of("", request_.deadline);
            if (!catalog) {
                fail(orphan, catalog.error());
                return false;
            }
            catalog_id_ = *std::move(catalog);
        }
        return catalog_id == catalog_id_;
    }

    void work(const Table& table) {
        auto outcome = sync_.sync(sync_request(table));
        if (!outcome) return fail(table, outcome.error());
        // Where nothing is sent, a name that the run would have taken shows as free.
        const auto [taken, is_free] = taken_.try_emplace(outcome->snowflake, outcome->glue);
        if (!is_free && outcome->action == Action::create) {
            outcome->action = Action::skip;
            outcome->reason = fmt::format("{} takes its name", taken->second);
            outcome->statements.clear();
        }
        succeed(table, *std::move(outcome));
    }

    ReconcileReport finish() {
        report_.tables_left = to_do_.size() - next_;
        if (report_.tables_left > 0 || report_.databases_left > 0) {
            if (!request_.stop.stop_requested()) ++report_.failures_for_want_of_time;
            report_.failures.push_back(fmt::format(
                "{}: {} tables and the tables of {} databases were left; the next run goes on "
                "from there",
                request_.stop.stop_requested() ? "a stop was asked for" : "the deadline is near",
                report_.tables_left, report_.databases_left));
        }
        return std::move(report_);
    }

    const ReconcileRequest& request_;
    TableSync& sync_;
    aws::GlueClient& glue_;
    const OnProgress& on_progress_;
    std::string catalog_id_;
    std::set<std::string, std::less<>> databases_;  // of the catalog
    std::map<std::string, Target> targets_;         // by the schema's text
    std::vector<Table> to_do_;
    std::size_t next_ = 0;  // in to_do_
    std::size_t done_ = 0;
    std::size_t known_ = 0;
    std::map<std::string, std::string> taken_;  // the name in Snowflake -> db.table
    ReconcileReport report_;
};

}  // namespace

base::Result<ReconcileReport> reconcile(const ReconcileRequest& request, TableSync& sync,
                                        aws::GlueClient& glue, const OnProgress& on_progress) {
    return Reconciler(request, sync, glue, on_progress).run();
}

}  // namespace glue_to_snowflake
