"""Sample events of glue_to_snowflake for what comes after a table's creation: changes, deletes, partitions, reconciles."""

import json

from sample_parts import *  # noqa: F403: its names are this program's words

SCHEMA = '"A"."B"'
SHOW_ONE = show(SCHEMA, "ONE")
NOTHING_CHANGED = "the definition is the same"


def glue_table(name, columns=(("a", "int"),), serde=PARQUET, **more):
    return table(name, serde, f"s3://lake-bucket/raw/{name}/", columns, **more)


def external(name, columns=('"A" NUMBER(38,0) AS (VALUE:"a"::NUMBER(38,0))',), **more):
    return External(f'{SCHEMA}."{name.upper()}"', columns, f"@LAKE.PUBLIC.RAW/{name}/", **more)


A_NUMBER = '"A" NUMBER(38,0) AS (VALUE:"a"::NUMBER(38,0))'
A_TEXT = '"A" VARCHAR AS (VALUE:"a"::VARCHAR)'
B_TEXT = '"B" VARCHAR AS (VALUE:"b"::VARCHAR)'
C_FLOAT = '"C" FLOAT AS (VALUE:"c"::FLOAT)'


def world(glue_tables, executed=(), secret_changes=None, glue_more=()):
    return ([secret_step(**(secret_changes or {}))] + glue_steps("a__b", *glue_tables) + list(glue_more)
            + account_steps(("A", "B")) + [execute_step(text) for text in executed])


def one(action, reason, *texts):
    return outcome("a__b.one", f'{SCHEMA}."ONE"', action, reason, *texts)


def written_one(old, glue_columns, action, reason, texts, columns_read=True, **glue_more):
    """The table `one` is there as `old` made it; the catalog has it as `glue_columns` say."""
    asked = [SHOW_ONE] + [desc(old.name)] * columns_read + texts
    return {
        "event": written("a__b", "one", "UpdateTable"),
        "setup": world([glue_table("one", glue_columns, **glue_more)], [old.create("a__b.one")]),
        "expected": expected([one(action, reason, *texts)], looks("a__b", "one", again=bool(texts)) + statements(asked)),
    }


# One table changes ------------------------------------------------------------------------------------------------

def added_column_is_one_alter():
    old, new = external("one"), external("one", [A_NUMBER, B_TEXT])
    texts = [f"ALTER TABLE {old.name} ADD COLUMN IF NOT EXISTS {B_TEXT}", new.comment_on("a__b.one")]
    return written_one(old, [("a", "int"), ("b", "string")], "alter", "column B is new", texts)


def dropped_column_is_one_alter():
    old, new = external("one", [A_NUMBER, B_TEXT]), external("one")
    texts = [f'ALTER TABLE {old.name} DROP COLUMN IF EXISTS "B"', new.comment_on("a__b.one")]
    return written_one(old, [("a", "int")], "alter", "column B is gone", texts)


def changed_type_is_a_replace():
    old, new = external("one", [A_NUMBER, B_TEXT]), external("one", [A_TEXT, B_TEXT])
    return written_one(old, [("a", "string"), ("b", "string")], "replace",
                       "column A: its type changed from NUMBER to VARCHAR", [new.replace("a__b.one")])


def crawler_noise_costs_no_statement():
    """What a crawler and Spark write, a wider type of the same base, and other words for the columns' order."""
    old = external("one", [A_NUMBER, B_TEXT, C_FLOAT])
    noise = {"recordCount": "17", "averageRecordSize": "9", "sizeKey": "123", "objectCount": "4",
             "UPDATED_BY_CRAWLER": "nightly", "CrawlerSchemaSerializerVersion": "1.0", "transient_lastDdlTime": "1763600000",
             "last_commit_time_sync": "20261120010000000"}
    return written_one(old, [("c", "double"), ("b", "varchar(20)"), ("a", "bigint")], "none", NOTHING_CHANGED, [],
                       columns_read=False, parameters=noise, Description="Found by the crawler", Owner="etl")


# Deletes ----------------------------------------------------------------------------------------------------------

def deleted_one(policy, action, reason, texts):
    old = external("one")
    return {
        "event": cloud_trail("DeleteTable", {"databaseName": "a__b", "name": "one"}),
        "environment": ENVIRONMENT + (f"DELETE_POLICY={policy}\n" if policy else ""),
        "setup": world([], [old.create("a__b.one")]),
        "expected": expected([one(action, "the catalog does not have it any more; " + reason, *texts)],
                             looks("a__b", "one", again=bool(texts)) + statements([SHOW_ONE] + texts)),
    }


def deleted_table_stays():
    return deleted_one("", "skip", "DELETE_POLICY is ignore: the table stays", [])


def deleted_table_is_dropped():
    return deleted_one("drop", "drop", "DELETE_POLICY is drop", [f"DROP EXTERNAL TABLE IF EXISTS {external('one').name}"])


TOMBSTONE = ("ONE_DELETED_", "[0-9]{8}T[0-9]{6}Z_[0-9a-f]{8}")


def deleted_table_becomes_a_tombstone():
    name = external("one").name
    mark = external("one").mark("a__b.one", deleted="#")
    before, after = literal(mark).split("#")
    renamed = any_text(f"ALTER TABLE {name} RENAME TO {SCHEMA}.\"{TOMBSTONE[0]}", TOMBSTONE[1], '"')
    told = any_text(f'COMMENT ON TABLE {SCHEMA}."{TOMBSTONE[0]}', TOMBSTONE[1], f'" IS {before}',
                    "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", after)
    return deleted_one("rename", "rename", "DELETE_POLICY is rename", [renamed, told])


def deleted_and_made_again():
    """Athena's and Spark's way to replace a table. The delete comes late: the catalog's word is what counts."""
    old, new = external("one"), external("one", [A_NUMBER, B_TEXT])
    texts = [f"ALTER TABLE {old.name} ADD COLUMN IF NOT EXISTS {B_TEXT}", new.comment_on("a__b.one")]
    case = written_one(old, [("a", "int"), ("b", "string")], "alter", "column B is new", texts)
    case["event"] = cloud_trail("DeleteTable", {"databaseName": "a__b", "name": "one"})
    case["environment"] = ENVIRONMENT + "DELETE_POLICY=drop\n"
    return case


def database_deleted():
    """Glue sends no event for the tables of a deleted database. A table that is not ours stays."""
    ours = [external("one"), external("two")]
    drops = [f"DROP EXTERNAL TABLE IF EXISTS {table.name}" for table in ours]
    reason = "the catalog does not have it any more; DELETE_POLICY is drop"
    other = snowflake_step("CreateExisting", database="A", schema="B", object="OTHER", kind="EXTERNAL TABLE", comment="by hand")
    asked = [f"SHOW EXTERNAL TABLES IN SCHEMA {SCHEMA} LIMIT 10000"]
    for table, drop in zip(("ONE", "TWO"), drops):
        asked += [show(SCHEMA, table), drop]
    return {
        "event": native("DeleteDatabase", "a__b"),
        "environment": ENVIRONMENT + "DELETE_POLICY=drop\n",
        "setup": [secret_step()] + account_steps(("A", "B")) + [other]
        + [execute_step(table.create(f"a__b.{name}")) for name, table in zip(("one", "two"), ours)],
        "expected": expected(
            [outcome("a__b", "", "skip", "the catalog does not have the database")]
            + [outcome(f"a__b.{name}", table.name, "drop", reason, drop)
               for name, table, drop in zip(("one", "two"), ours, drops)],
            [get_tables("a__b"), get_table("a__b", "one"), get_table("a__b", "two")]
            + looks("a__b", "one") + looks("a__b", "two") + statements(asked, NATIVE_TAG)),
    }


# Partitions -------------------------------------------------------------------------------------------------------

DAYS = dict(keys=[date_key("DT", "dt", 3), integer_key("HOUR", "hour", 4)])
DAYS_IN_GLUE = dict(keys=[("dt", "date"), ("hour", "int")])


def get_partition(values):
    return {"service": "glue", "operation": "GetPartition",
            "body": {"CatalogId": ACCOUNT, "DatabaseName": "a__b", "TableName": "one", "PartitionValues": values}}


def partition_is_refreshed():
    """Without AUTO_REFRESH, of a native event: one partition by its location, and one that is gone where Hive puts it."""
    made = external("one", auto_refresh=False, **DAYS)
    refreshes = [f"ALTER EXTERNAL TABLE {made.name} REFRESH '{path}'"
                 for path in ("dt=2026-11-20/hour=7/", "dt=2026-11-21/hour=8/")]
    return {
        "event": native_of_table("BatchCreatePartition", "a__b", "one", "[2026-11-20, 7]", "[2026-11-21, 8]"),
        "environment": ENVIRONMENT + "AUTO_REFRESH=false\n",
        "setup": world([glue_table("one", **DAYS_IN_GLUE)], [made.create("a__b.one")], glue_more=[
            partition_step("a__b", "one", ["2026-11-20", "7"], "s3://lake-bucket/raw/one/dt=2026-11-20/hour=7/")]),
        "expected": expected(
            [one("refresh", "2 partitions changed", *refreshes)],
            [get_table("a__b", "one"), get_partition(["2026-11-20", "7"]), get_partition(["2026-11-21", "8"]),
             get_table("a__b", "one")]
            + statements([SHOW_ONE] + refreshes, NATIVE_TAG)),
    }


def partition_needs_no_refresh():
    """AUTO_REFRESH, which is on, finds the files: no call, no statement."""
    parameters = {"databaseName": "a__b", "tableName": "one", "partitionInput": {"values": ["2026-11-20", "7"]}}
    reason = "AUTO_REFRESH is on: Snowflake finds the files of partitions itself"
    return {
        "event": cloud_trail("CreatePartition", parameters),
        "setup": world([glue_table("one", **DAYS_IN_GLUE)]),
        "expected": expected([outcome("a__b.one", "", "skip", reason)], []),
    }


def known_partitions(**values_by_path):
    """What a mark knows of user-specified partitions: a hash of the values, each with its length, by path."""
    listed = {path: digits("".join(f"{len(value)}:{value}" for value in values)) for path, values in values_by_path.items()}
    return {"known_partitions": {"count": len(listed), "listed": listed}}


def user_specified_partitions():
    """They may lie anywhere below the table: one that is new is added, one that is gone is dropped."""
    keys = [f'"{name}" {kind} AS (PARSE_JSON(METADATA$EXTERNAL_TABLE_PARTITION):"{name}"::{kind})'
            for name, kind in (("DT", "DATE"), ("REGION", "VARCHAR"))]
    made = external("one", keys=keys, user_specified=True)
    before = known_partitions(**{"gone/": ["2026-11-19", "us"], "kept/": ["2026-11-19", "eu"]})
    after = known_partitions(**{"kept/": ["2026-11-19", "eu"], "some/where/": ["2026-11-20", "eu"]})

    def add(day, region, path):
        return f"ALTER EXTERNAL TABLE {made.name} ADD PARTITION (\"DT\" = '{day}', \"REGION\" = '{region}') LOCATION '{path}'"

    texts = [f"ALTER EXTERNAL TABLE {made.name} DROP PARTITION LOCATION 'gone/'", add("2026-11-20", "eu", "some/where/"),
             made.comment_on("a__b.one", **after)]
    return {
        "event": cloud_trail("CreatePartition", {"databaseName": "a__b", "tableName": "one",
                                                 "partitionInput": {"values": ["2026-11-20", "eu"]}}),
        "environment": ENVIRONMENT + "PARTITION_MODE=user_specified\n",
        "setup": world([glue_table("one", keys=[("dt", "date"), ("region", "string")])],
                       [made.create("a__b.one", **before), add("2026-11-19", "us", "gone/"), add("2026-11-19", "eu", "kept/")],
                       glue_more=[partition_step("a__b", "one", ["2026-11-19", "eu"], "s3://lake-bucket/raw/one/kept/"),
                                  partition_step("a__b", "one", ["2026-11-20", "eu"], "s3://lake-bucket/raw/one/some/where")]),
        "expected": expected(
            [one("alter", f"{NOTHING_CHANGED}; 2 partitions are added or dropped", *texts)],
            looks("a__b", "one", partitioned=True) + statements([SHOW_ONE] + texts)),
    }


OMITTED = "does not name its table and database (CloudTrail leaves out a request over 100 KB): a reconcile brings it in step"


def batch_without_its_request():
    """CloudTrail leaves out a request over 100 KB, as that of 100 partitions is."""
    omitted = {"omitted": True, "originalSize": 189_440, "reason": "the request is too large"}
    return cloud_trail("BatchCreatePartition", omitted)


def over_long_request():
    return {
        "event": batch_without_its_request(),
        "environment": ENVIRONMENT + "AUTO_REFRESH=false\n",
        "setup": [secret_step()],
        "expected": {"error": {"errorType": "Function.EventInvalid", "errorMessage": OMITTED},
                     "calls": [], "calls_ignored": IGNORED},
    }


def over_long_request_needs_nothing():
    reason = (f"the BatchCreatePartition event {TRAIL_TAG} {OMITTED}; AUTO_REFRESH is on: Snowflake finds the files of "
              "partitions itself")
    return {
        "event": batch_without_its_request(),
        "setup": [secret_step()],
        "expected": expected([outcome("", "", "skip", reason)], []),
    }


# Reconciles -------------------------------------------------------------------------------------------------------

def get_tables(database):
    return {"service": "glue", "operation": "GetTables",
            "body": {"CatalogId": ACCOUNT, "DatabaseName": database, "MaxResults": 100}}


REQUEST_TAG = "<<regex:lakefeed [0-9a-f-]{36}>>"


def asked(texts):
    return [{**call, "body": {**call["body"], "parameters": {"query_tag": REQUEST_TAG}}} for call in statements(texts)]


def reconciled_database(dry_run):
    """One missing, one drifted, one in step, one orphan."""
    missing, old, new = external("missing"), external("drifted"), external("drifted", [A_NUMBER, B_TEXT])
    same, orphan = external("same"), external("orphan")
    alter = [f"ALTER TABLE {old.name} ADD COLUMN IF NOT EXISTS {B_TEXT}", new.comment_on("a__b.drifted")]
    create, drop = missing.create("a__b.missing"), f"DROP EXTERNAL TABLE IF EXISTS {orphan.name}"
    shows = [f"SHOW EXTERNAL TABLES IN SCHEMA {SCHEMA} LIMIT 10000"]
    for name, texts in (("DRIFTED", [desc(old.name)] + alter * (not dry_run)), ("MISSING", [create] * (not dry_run)),
                        ("ORPHAN", [drop] * (not dry_run))):
        shows += [show(SCHEMA, name)] + texts
    again = not dry_run
    event = {"action": "reconcile", "database": "a__b"}
    return {
        "event": {**event, "dry_run": True} if dry_run else event,
        "environment": ENVIRONMENT + "DELETE_POLICY=drop\n",
        "setup": world([glue_table("drifted", [("a", "int"), ("b", "string")]), glue_table("missing"), glue_table("same")],
                       [old.create("a__b.drifted"), same.create("a__b.same"), orphan.create("a__b.orphan")]),
        "expected": expected(
            [
                outcome("a__b.same", same.name, "none", NOTHING_CHANGED),
                outcome("a__b.drifted", old.name, "alter", "column B is new", *alter),
                outcome("a__b.missing", missing.name, "create", "the table is new", create),
                outcome("a__b.orphan", orphan.name, "drop",
                        "the catalog does not have it any more; DELETE_POLICY is drop", drop),
            ],
            [get_tables("a__b"), get_table("a__b", "orphan")]
            + looks("a__b", "drifted", again=again) + looks("a__b", "missing", again=again)
            + looks("a__b", "orphan", again=again) + asked(shows)),
    }


def reconcile_of_a_database():
    return reconciled_database(dry_run=False)


def reconcile_dry_run():
    return reconciled_database(dry_run=True)


def reconcile_in_step():
    """Two tables, nothing changed: one SHOW for the schema."""
    tables = [external("one"), external("two")]
    return {
        "event": {"action": "reconcile", "database": "a__b"},
        "setup": world([glue_table("one"), glue_table("two")],
                       [made.create(f"a__b.{name}") for name, made in zip(("one", "two"), tables)]),
        "expected": expected(
            [outcome(f"a__b.{name}", made.name, "none", NOTHING_CHANGED) for name, made in zip(("one", "two"), tables)],
            [get_tables("a__b")] + asked([f"SHOW EXTERNAL TABLES IN SCHEMA {SCHEMA} LIMIT 10000"])),
    }


def reconcile_unknown_member():
    return {
        "event": {"action": "reconcile", "db": "a__b"},
        "setup": [secret_step()],
        "expected": {"error": {"errorType": "Function.EventInvalid", "errorMessage": '"db" is no member'},
                     "calls": [], "calls_ignored": IGNORED},
    }


CHANGE_CASES = [
    added_column_is_one_alter, dropped_column_is_one_alter, changed_type_is_a_replace, crawler_noise_costs_no_statement,
    deleted_table_stays, deleted_table_is_dropped, deleted_table_becomes_a_tombstone, deleted_and_made_again,
    database_deleted, partition_is_refreshed, partition_needs_no_refresh,
    user_specified_partitions, over_long_request,
    over_long_request_needs_nothing,
    reconcile_of_a_database, reconcile_dry_run, reconcile_in_step, reconcile_unknown_member,
]
