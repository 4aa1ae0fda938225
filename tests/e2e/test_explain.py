"""lakefeed explain glue_to_snowflake: what would be sent, and why, with nothing sent."""

import json
import subprocess

import pytest

import sql_double
from catalog_world import ACCOUNT, CatalogWorld, changes, clean_environment, native_event, sqs_batch

STAGE = ["--stage", "LAKE.PUBLIC.RAW=s3://lake/raw/"]


@pytest.fixture(scope="module")
def double():
    with sql_double.serve() as running:
        yield running


@pytest.fixture
def world(moto, double):
    world = CatalogWorld(moto, double)
    world.make_database("sales__raw")
    return world


@pytest.fixture
def explain(lakefeed, world):
    """explain(event, …) gives the report and what Snowflake was asked."""

    def run(event, *words, code=0, **options):
        text = event if isinstance(event, str) else json.dumps(event, default=str)
        world.sent()
        done = world.run(lakefeed, "explain", "glue_to_snowflake", "-", "--json", *words, stdin=text, **options)
        assert done.returncode == code, done.stderr
        return json.loads(done.stdout), world.sent()

    return run


@pytest.fixture
def alone(lakefeed):
    """The command with nothing in its environment: neither region, credentials nor settings."""

    def run(*words, stdin=""):
        return subprocess.run([str(lakefeed), "explain", *map(str, words)], input=stdin, capture_output=True, text=True,
                              timeout=60, check=False, env=clean_environment())

    return run


def test_an_event_is_planned_against_what_snowflake_has(world, explain, lakefeed):
    world.make_table("sales__raw", "orders")
    event = native_event("CreateTable", "sales__raw", "orders")
    report, sent = explain(event)
    (table,) = report["tables"]
    assert (table["glue"], table["snowflake"], table["action"]) == (
        "sales__raw.orders", '"SALES"."RAW"."ORDERS"', "create")
    (statement,) = table["statements"]
    assert statement["sql"].startswith('CREATE EXTERNAL TABLE IF NOT EXISTS "SALES"."RAW"."ORDERS" ("ID" ')
    assert statement["reason"] and report["failures"] == []
    assert sent and changes(sent) == []
    # What was explained is what then is in step, and a new column is one ALTER with its reason.
    world.double.execute(statement["sql"])
    report, sent = explain(event)
    assert [table["action"] for table in report["tables"]] == ["none"]
    assert report["tables"][0]["statements"] == [] and len(sent) == 1
    world.change_table("sales__raw", "orders", [("id", "bigint"), ("note", "string")])
    report, sent = explain(native_event("UpdateTable", "sales__raw", "orders"))
    (table,) = report["tables"]
    assert table["action"] == "alter"
    alter, comment = table["statements"]
    assert alter["sql"].startswith('ALTER TABLE "SALES"."RAW"."ORDERS" ADD COLUMN IF NOT EXISTS "NOTE" VARCHAR AS (')
    assert "NOTE" in alter["reason"]
    assert comment["sql"].startswith('COMMENT ON TABLE "SALES"."RAW"."ORDERS" IS ') and comment["reason"]
    assert changes(sent) == []


def test_the_text_names_both_sides_and_each_reason(world, lakefeed, tmp_path):
    world.make_table("sales__raw", "orders", keys=[("dt", "date")])
    file = tmp_path / "event.json"
    file.write_text(json.dumps(native_event("CreateTable", "sales__raw", "orders")))
    done = world.run(lakefeed, "explain", "glue_to_snowflake", file)
    assert done.returncode == 0, done.stderr
    first, reason, why, statement = done.stdout.splitlines()
    assert first == 'sales__raw.orders -> "SALES"."RAW"."ORDERS": create'
    assert reason.startswith("  ") and why.startswith("  1. ")
    assert statement.startswith('     CREATE EXTERNAL TABLE IF NOT EXISTS "SALES"."RAW"."ORDERS" (')
    assert statement.endswith(";") and 'PARTITION BY ("DT")' in statement
    assert done.stderr == "nothing was changed in Snowflake\n"


def test_each_message_of_a_queue(world, explain):
    world.make_table("sales__raw", "orders")
    batch = sqs_batch(native_event("CreateTable", "sales__raw", "orders"), "no event", {"action": "reconcile"})
    report, sent = explain(batch, code=1)
    assert [(table["message_id"], table["glue"], table["action"]) for table in report["tables"]] == [
        ("m-1", "sales__raw.orders", "create"), ("m-3", "sales__raw.orders", "create")]
    assert [failure["message_id"] for failure in report["failures"]] == ["m-2"]
    assert changes(sent) == []


def test_a_reconcile_event_and_a_deleted_table(world, explain):
    world.make_table("sales__raw", "orders")
    create = explain(native_event("CreateTable", "sales__raw", "orders"))[0]["tables"][0]["statements"][0]["sql"]
    world.double.execute(create)
    world.make_table("sales__raw", "items")
    report, sent = explain({"action": "reconcile", "database": "sales__raw"})
    assert sorted((table["glue"], table["action"]) for table in report["tables"]) == [
        ("sales__raw.items", "create"), ("sales__raw.orders", "none")]
    assert changes(sent) == []
    world.glue.delete_table(DatabaseName="sales__raw", Name="orders")
    report, sent = explain(native_event("DeleteTable", "sales__raw", "orders"), "--env", "DELETE_POLICY=drop")
    (table,) = report["tables"]
    assert table["action"] == "drop" and [statement["sql"].split()[0] for statement in table["statements"]] == ["DROP"]
    assert changes(sent) == [] and list(world.double.tables()) == ["SALES.RAW.ORDERS"]


def test_a_failed_call_and_an_event_without_a_table_are_explained(world, explain):
    event = {"id": "e", "source": "aws.glue", "detail-type": "AWS API Call via CloudTrail", "account": ACCOUNT,
             "region": "us-east-1", "time": "2026-11-20T01:00:00Z", "detail": {
                 "eventSource": "glue.amazonaws.com", "eventName": "CreateTable", "eventID": "1", "awsRegion": "us-east-1",
                 "eventTime": "2026-11-20T01:00:00Z", "recipientAccountId": ACCOUNT, "errorCode": "AlreadyExistsException",
                 "requestParameters": {"databaseName": "sales__raw", "tableInput": {"name": "orders"}}}}
    report, sent = explain(event)
    assert [table["action"] for table in report["tables"]] == ["skip"]
    assert "AlreadyExistsException" in report["tables"][0]["reason"] and sent == []


def test_one_table_that_fails_exits_1_and_the_others_are_told(world, explain):
    world.make_table("sales__raw", "orders")
    world.make_table("sales__raw", "broken", [("id", "array<")])
    report, _ = explain(native_event("CreateTable", "sales__raw", "broken", "orders"), code=1)
    assert [table["glue"] for table in report["tables"]] == ["sales__raw.orders"]
    (failure,) = report["failures"]
    assert failure["error"].startswith("sales__raw.broken: ") and "id" in failure["error"]


@pytest.mark.parametrize("words", [["--env", "TARGET_TYPE=LOGGING"], STAGE, ["--env", "SECRET_ARN=", *STAGE]])
def test_snowflake_is_not_asked_where_that_is_wanted(world, explain, words):
    world.make_table("sales__raw", "orders")
    report, sent = explain(native_event("CreateTable", "sales__raw", "orders"), *words)
    assert [table["action"] for table in report["tables"]] == ["create"] and sent == []


def test_what_the_aws_command_line_prints_needs_no_account(world, alone):
    world.make_table("sales__raw", "orders")
    world.make_table("sales__raw", "items", [("a", "int"), ("b", "map<string,int>")])
    answer = world.glue.get_table(DatabaseName="sales__raw", Name="orders")
    done = alone("glue_to_snowflake", "-", *STAGE, stdin=json.dumps(answer, default=lambda time: time.isoformat()))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith('sales__raw.orders -> "SALES"."RAW"."ORDERS": create\n')
    assert f'"catalog":"{ACCOUNT}"' in done.stdout
    answer = world.glue.get_tables(DatabaseName="sales__raw")
    done = alone("glue_to_snowflake", "-", "--json", *STAGE, stdin=json.dumps(answer, default=str))
    tables = json.loads(done.stdout)["tables"]
    assert sorted((table["glue"], table["action"]) for table in tables) == [
        ("sales__raw.items", "create"), ("sales__raw.orders", "create")]


def test_a_table_takes_the_stages_of_the_secret(world, explain):
    world.make_table("sales__raw", "orders")
    report, sent = explain(world.glue.get_table(DatabaseName="sales__raw", Name="orders"))
    assert "@LAKE.PUBLIC.RAW/orders/" in report["tables"][0]["statements"][0]["sql"] and sent == []


def test_without_any_stage_it_says_how_one_is_named(world, alone):
    world.make_table("sales__raw", "orders")
    answer = json.dumps(world.glue.get_table(DatabaseName="sales__raw", Name="orders"), default=str)
    done = alone("glue_to_snowflake", "-", stdin=answer)
    assert done.returncode == 0
    assert done.stdout.splitlines()[0] == 'sales__raw.orders -> "SALES"."RAW"."ORDERS": skip'
    assert "--stage DB.SCHEMA.STAGE=s3://bucket/" in done.stderr


@pytest.mark.parametrize(
    ("words", "stdin", "code", "message"),
    [
        ([], "", 2, "function is required"),
        (["glue_to_snowflake"], "", 2, "file is required"),
        (["table_export", "x"], "", 2, "explain knows glue_to_snowflake alone, not table_export; lakefeed replay table_export"),
        (["glue_to_snowflake", "-", "--stage", "x"], "", 2, "--stage: x is not NAME=URL; write DB.SCHEMA.STAGE=s3://"),
        (["glue_to_snowflake", "-", "--env", "NOVALUE"], "", 2, "--env NOVALUE: write NAME=VALUE"),
        (["glue_to_snowflake", "/nonexistent"], "", 3, "read /nonexistent: No such file or directory; give an event"),
        (["glue_to_snowflake", "/tmp"], "", 3, "read /tmp: it is a folder; give an event, the answer of `aws glue get-table`"),
        (["glue_to_snowflake", "-"], "", 1, "not valid JSON"),
        (["glue_to_snowflake", "-"], "{'a': 1}", 1, "not valid JSON: "),
        (["glue_to_snowflake", "-"], '{"Table": {"Name": "t"}}', 1, "table 1 of the file has no text DatabaseName"),
        (["glue_to_snowflake", "-"], '{"source": "aws.s3"}', 1, ""),
        (["glue_to_snowflake", "-", "--env", "COLUMN_CASE=x"], '{"action": "reconcile"}', 3,
         "3 settings are wrong: COLUMN_CASE"),
    ],
)
def test_faults_name_the_remedy(alone, words, stdin, code, message):
    done = alone(*words, stdin=stdin)
    assert done.returncode == code, done.stderr
    assert message in done.stderr and done.stderr.startswith("lakefeed: ") and done.stdout == ""


def test_a_secret_that_is_not_there_is_named(world, lakefeed):
    done = world.run(lakefeed, "explain", "glue_to_snowflake", "-", stdin='{"action": "reconcile"}',
                     environment={"SECRET_ARN": "snowflake/other"})
    assert done.returncode == 3
    assert "GetSecretValue" in done.stderr and "snowflake/other" in done.stderr
