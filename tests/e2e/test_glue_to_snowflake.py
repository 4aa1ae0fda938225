"""The zip of glue_to_snowflake between moto's Glue, on tables that boto3 makes, and the SQL API double: whole lives of a
table, queues, two accounts; dry runs and the settings' faults."""

import json

import boto3
import pytest

import sql_double
from catalog_world import ACCOUNT, SECRET, CatalogWorld, changes, native_event, sqs_batch
from conftest import REGION

PARQUET = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
JSON = "org.openx.data.jsonserde.JsonSerDe"
OPEN_CSV = "org.apache.hadoop.hive.serde2.OpenCSVSerde"
ENVIRONMENT = {"SECRET_ARN": "snowflake/lakefeed", "TARGET_TYPE": "LOGGING"}


@pytest.fixture
def catalog(moto):
    secret = {"stages": {"s3": {"LAKE.PUBLIC.RAW": "s3://lake/raw/"}}}
    moto.client("secretsmanager").create_secret(Name="snowflake/lakefeed", SecretString=json.dumps(secret))
    glue = moto.client("glue")
    glue.create_database(DatabaseInput={"Name": "sales__raw"})
    return glue


def make_table(glue, name, serde, columns, keys=(), location=None, serde_parameters=None):
    glue.create_table(
        DatabaseName="sales__raw",
        TableInput={
            "Name": name,
            "TableType": "EXTERNAL_TABLE",
            "PartitionKeys": [{"Name": key, "Type": kind} for key, kind in keys],
            "StorageDescriptor": {
                "Columns": [{"Name": column, "Type": kind} for column, kind in columns],
                "Location": location or f"s3://lake/raw/{name}/",
                "SerdeInfo": {"SerializationLibrary": serde, "Parameters": serde_parameters or {}},
            },
        },
    )


def event(*tables):
    return {
        "id": "e1",
        "source": "aws.glue",
        "detail-type": "Glue Data Catalog Database State Change",
        "account": "123456789012",
        "region": "us-east-1",
        "detail": {"databaseName": "sales__raw", "typeOfChange": "CreateTable", "changedTables": list(tables)},
    }


def test_parquet_json_and_csv(catalog, invoke):
    make_table(catalog, "p", PARQUET, [("id", "bigint")], keys=[("dt", "date")])
    make_table(catalog, "j", JSON, [("id", "bigint")])
    make_table(catalog, "c", OPEN_CSV, [("id", "bigint"), ("note", "string")])
    tables = invoke("glue_to_snowflake", event("p", "j", "c"), ENVIRONMENT)["response"]["tables"]
    assert [table["action"] for table in tables] == ["create"] * 3
    assert [table["snowflake"] for table in tables] == [f'"SALES"."RAW"."{name}"' for name in "PJC"]
    parquet, as_json, as_csv = [table["statements"][0] for table in tables]
    assert '("ID" NUMBER(38,0) AS (VALUE:"id"::NUMBER(38,0)), "DT" DATE AS (TRY_TO_DATE(' in parquet
    assert "SPLIT_PART(METADATA$FILENAME, '/', 3)" in parquet and 'PARTITION BY ("DT")' in parquet
    assert "GET_IGNORE_CASE(VALUE, 'id')::NUMBER(38,0)" in as_json
    assert '"NOTE" VARCHAR AS (VALUE:c2::VARCHAR)' in as_csv and "@LAKE.PUBLIC.RAW/c/ " in as_csv


def test_a_table_that_cannot_be_synced_is_skipped_with_its_reason(catalog, invoke):
    make_table(catalog, "far", PARQUET, [("id", "int")], location="s3://elsewhere/far/")
    far, gone = invoke("glue_to_snowflake", event("far", "gone"), ENVIRONMENT)["response"]["tables"]
    assert far["action"] == "skip" and "no stage of stages.s3 covers its location" in far["reason"]
    assert gone["action"] == "none" and "the catalog does not have it any more" in gone["reason"]


def test_one_broken_table_fails_the_invocation_and_names_it(catalog, invoke):
    make_table(catalog, "good", PARQUET, [("id", "int")])
    make_table(catalog, "broken", PARQUET, [("id", "array<")])
    error = invoke("glue_to_snowflake", event("broken", "good"), ENVIRONMENT)["error"]
    assert error["errorType"] == "Function.SyncFailed"
    assert "1 of 2 tables failed: sales__raw.broken: column id: " in error["errorMessage"]


def test_an_event_of_another_service_is_refused(catalog, invoke):
    error = invoke("glue_to_snowflake", {"source": "aws.s3", "detail-type": "x", "detail": {}}, ENVIRONMENT)["error"]
    assert error["errorType"] == "Function.EventInvalid"


def test_a_missing_secret_is_an_init_error(moto, invoke):
    error = invoke("glue_to_snowflake", event("t"), ENVIRONMENT)["error"]
    assert "GetSecretValue" in error["errorMessage"] and "snowflake/lakefeed" in error["errorMessage"]


def test_faults_of_settings_come_all_at_once(moto, invoke):
    settings = {**ENVIRONMENT, "DELETE_POLICY": "burn", "DATABASE_RULE": "map", "ICEBERG_EXTERNAL_VOLUME": "v"}
    error = invoke("glue_to_snowflake", event("t"), settings)["error"]
    assert error["errorType"] == "Function.ConfigInvalid"
    for name in ("DELETE_POLICY", "DATABASE_MAP", "ICEBERG_EXTERNAL_VOLUME"):
        assert name in error["errorMessage"]


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
def handle(world, invoke):
    """handle(event, …) gives the function's answer and what Snowflake was asked."""

    def run(*arguments, **settings):
        world.sent()
        answer = invoke("glue_to_snowflake", *arguments, {"SECRET_ARN": SECRET, **settings})
        return answer, world.sent()

    return run


def actions(answer):
    return [(table["glue"], table["action"]) for table in answer["response"]["tables"]]


def cloud_trail(name, parameters, account=ACCOUNT, caller=ACCOUNT, **more):
    detail = {"eventVersion": "1.11", "userIdentity": {"type": "AssumedRole", "accountId": caller},
              "eventTime": "2026-11-20T01:00:00Z", "eventSource": "glue.amazonaws.com", "eventName": name,
              "awsRegion": REGION, "requestParameters": parameters, "responseElements": None, "eventID": "e-1",
              "readOnly": False, "eventType": "AwsApiCall", "managementEvent": True, "recipientAccountId": account,
              "eventCategory": "Management", **more}
    return {"version": "0", "id": "e", "source": "aws.glue", "detail-type": "AWS API Call via CloudTrail",
            "account": account, "region": REGION, "time": "2026-11-20T01:00:00Z", "resources": [], "detail": detail}


def test_the_life_of_a_table(world, handle):
    world.make_table("sales__raw", "orders", keys=[("dt", "date")], Parameters={"classification": "parquet"})
    answer, sent = handle(native_event("CreateTable", "sales__raw", "orders"))
    assert actions(answer) == [("sales__raw.orders", "create")]
    assert [text.split(" IN ")[0].split(" (")[0] for text in changes(sent)] == [
        'CREATE EXTERNAL TABLE IF NOT EXISTS "SALES"."RAW"."ORDERS"']
    # The same again, and what crawlers and writers do to a table: one look, and no change.
    for noise in ({}, {"recordCount": "7", "UPDATED_BY_CRAWLER": "c"}, {"recordCount": "8", "last_commit_time_sync": "1"}):
        world.change_table("sales__raw", "orders", keys=[("dt", "date")],
                           Parameters={"classification": "parquet", **noise})
        answer, sent = handle(native_event("UpdateTable", "sales__raw", "orders"))
        assert actions(answer) == [("sales__raw.orders", "none")]
        assert changes(sent) == [] and len(sent) == 1
    # A column more: the table stays, with what was granted on it.
    columns = [("id", "bigint"), ("note", "string")]
    world.change_table("sales__raw", "orders", columns, keys=[("dt", "date")])
    answer, sent = handle(cloud_trail("UpdateTable", {"databaseName": "sales__raw", "tableInput": {"name": "orders"}}))
    assert actions(answer) == [("sales__raw.orders", "alter")]
    assert [text.split()[0] for text in changes(sent)] == ["ALTER", "COMMENT"]
    table = world.double.tables()["SALES.RAW.ORDERS"]
    assert [column["name"] for column in table["columns"]] == ["ID", "DT", "NOTE"]
    assert actions(handle(native_event("UpdateTable", "sales__raw", "orders"))[0]) == [("sales__raw.orders", "none")]
    # Its deletion under `rename` leaves a tombstone, whatever the order of events: the catalog has the last word.
    world.glue.delete_table(DatabaseName="sales__raw", Name="orders")
    deleted = native_event("DeleteTable", "sales__raw", "orders")
    answer, sent = handle(native_event("UpdateTable", "sales__raw", "orders"), DELETE_POLICY="rename")
    assert actions(answer) == [("sales__raw.orders", "rename")] and changes(sent)
    (tombstone,) = world.double.tables()
    assert tombstone.startswith("SALES.RAW.ORDERS") and tombstone != "SALES.RAW.ORDERS"
    assert '"deleted":"' in world.double.tables()[tombstone]["comment"]
    answer, sent = handle(deleted, DELETE_POLICY="rename")
    assert changes(sent) == [] and list(world.double.tables()) == [tombstone]
    # Made anew it is a table of its own beside the tombstone.
    world.make_table("sales__raw", "orders")
    assert actions(handle(deleted, DELETE_POLICY="rename")[0]) == [("sales__raw.orders", "create")]
    assert sorted(world.double.tables()) == sorted([tombstone, "SALES.RAW.ORDERS"])


def test_a_queue_gives_back_what_failed_alone(world, handle):
    world.make_table("sales__raw", "orders")
    world.make_table("sales__raw", "broken", [("id", "array<")])
    world.make_table("sales__raw", "items")
    batch = sqs_batch(
        native_event("CreateTable", "sales__raw", "orders"),
        "not an event",
        cloud_trail("CreateTable", {"databaseName": "sales__raw", "tableInput": {"name": "broken"}}),
        native_event("CreateTable", "sales__raw", "items", "orders"),
    )
    answer, sent = handle(batch)
    assert answer["response"] == {"batchItemFailures": [{"itemIdentifier": "m-2"}, {"itemIdentifier": "m-3"}]}
    assert sorted(world.double.tables()) == ["SALES.RAW.ITEMS", "SALES.RAW.ORDERS"]
    assert len([text for text in sent if text.startswith("CREATE")]) == 2
    world.change_table("sales__raw", "broken")
    answer, _ = handle(sqs_batch(json.loads(batch["Records"][2]["body"])))
    assert answer["response"] == {"batchItemFailures": []} and "SALES.RAW.BROKEN" in world.double.tables()


def test_two_accounts_do_not_take_each_others_tables(world, handle, moto):
    world.make_table("sales__raw", "orders")
    # A caller of another account changes the catalog of this one: the table is this account's.
    event = cloud_trail("CreateTable", {"databaseName": "sales__raw", "tableInput": {"name": "orders"}},
                        caller="222222222222")
    assert actions(handle(event)[0]) == [("sales__raw.orders", "create")]
    before = world.double.tables()
    assert f'"catalog":"{ACCOUNT}"' in before["SALES.RAW.ORDERS"]["comment"]
    # The other account's function, with a table of the same name, finds the name taken.
    role = moto.client("sts").assume_role(
        RoleArn="arn:aws:iam::222222222222:role/sync", RoleSessionName="sync")["Credentials"]
    theirs = {"AWS_ACCESS_KEY_ID": role["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": role["SecretAccessKey"],
              "AWS_SESSION_TOKEN": role["SessionToken"]}
    mirrored = {"CATALOG_ID": "222222222222", **theirs}
    glue, secrets = (boto3.client(service, region_name=REGION, endpoint_url=moto.url,
                                  **{name.lower(): value for name, value in theirs.items()})
                     for service in ("glue", "secretsmanager"))
    text = moto.client("secretsmanager").get_secret_value(SecretId=SECRET)["SecretString"]
    secrets.create_secret(Name=SECRET, SecretString=text)
    glue.create_database(DatabaseInput={"Name": "sales__raw"})
    glue.create_table(DatabaseName="sales__raw", TableInput=world.table_input("orders", [("other", "string")]))
    event = native_event("CreateTable", "sales__raw", "orders") | {"account": "222222222222"}
    answer, sent = handle(event, **mirrored)
    (table,) = answer["response"]["tables"]
    assert table["action"] == "skip" and f"mirrors sales__raw.orders of catalog {ACCOUNT}" in table["reason"]
    assert changes(sent) == [] and world.double.tables() == before
    # A function that is not told to mirror that catalog leaves its events alone.
    answer, sent = handle(event)
    assert actions(answer) == [("sales__raw.orders", "skip")] and sent == []
    # Nor does it drop what it does not have.
    glue.delete_table(DatabaseName="sales__raw", Name="orders")
    event = native_event("DeleteTable", "sales__raw", "orders") | {"account": "222222222222"}
    answer, sent = handle(event, DELETE_POLICY="drop", **mirrored)
    assert changes(sent) == [] and world.double.tables() == before


def test_a_reconcile_event_mends_what_events_missed(world, handle):
    world.make_table("sales__raw", "orders")
    world.make_table("sales__raw", "items")
    answer, sent = handle({"action": "reconcile", "dry_run": True})
    assert sorted(actions(answer)) == [("sales__raw.items", "create"), ("sales__raw.orders", "create")]
    assert changes(sent) == [] and world.double.tables() == {}
    answer, sent = handle({"action": "reconcile"})
    assert len(changes(sent)) == 2 and len(world.double.tables()) == 2
    answer, sent = handle({"action": "reconcile", "database": "sales__raw"})
    assert {action for _, action in actions(answer)} == {"none"} and changes(sent) == [] and len(sent) <= 6
