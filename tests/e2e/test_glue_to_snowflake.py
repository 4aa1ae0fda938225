"""glue_to_snowflake as a dry run against moto's Glue, on tables that boto3 makes; the settings' faults."""

import json

import pytest

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
    tables = invoke("glue_to_snowflake", event("far", "gone"), ENVIRONMENT)["response"]["tables"]
    assert [(table["action"], table["reason"]) for table in tables] == [
        ("skip", "no stage of stages.s3 covers its location"),
        ("skip", "the catalog does not have it any more"),
    ]


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


def test_settings_that_are_not_done_yet_are_refused(moto, invoke):
    settings = {**ENVIRONMENT, "DELETE_POLICY": "drop", "PARTITION_MODE": "user_specified"}
    error = invoke("glue_to_snowflake", event("t"), settings)["error"]
    assert error["errorType"] == "Function.ConfigInvalid"
    assert "DELETE_POLICY" in error["errorMessage"] and "PARTITION_MODE" in error["errorMessage"]
