"""Sample events of glue_to_snowflake for tables of other kinds: Avro, ORC, Iceberg, partition projection, stages of their
own, and those that are left alone."""

import json

from sample_parts import *  # noqa: F403: its names are this program's words

SCHEMA = '"A"."B"'
ALL_FORMATS = {"allowedvalues": {"fileformats": ["CSV", "JSON", "PARQUET", "AVRO", "ORC"]}}


def avro_and_orc():
    """Avro's schema has the columns' true case; Spark wrote the ORC files, whose columns go by their names."""
    fields = [{"name": "eventId", "type": "long"}, {"name": "Payload", "type": ["null", "string"]}]
    schema = {"type": "record", "name": "Event", "fields": fields}
    avro = table("events", AVRO, "s3://lake-bucket/raw/events/", [("eventid", "bigint"), ("payload", "string")],
                 serde_parameters={"avro.schema.literal": json.dumps(schema)})
    orc = table("items", ORC, "s3://lake-bucket/raw/items/", [("id", "bigint"), ("price", "decimal(9,2)")],
                parameters={"spark.sql.create.version": "3.5.1"})
    events = External(
        f'{SCHEMA}."EVENTS"',
        ['"EVENTID" NUMBER(38,0) AS (VALUE:"eventId"::NUMBER(38,0))', '"PAYLOAD" VARCHAR AS (VALUE:"Payload"::VARCHAR)'],
        "@LAKE.PUBLIC.RAW/events/", "TYPE = AVRO")
    items = External(
        f'{SCHEMA}."ITEMS"',
        ['"ID" NUMBER(38,0) AS (VALUE:"id"::NUMBER(38,0))', '"PRICE" NUMBER(9,2) AS (VALUE:"price"::NUMBER(9,2))'],
        "@LAKE.PUBLIC.RAW/items/", "TYPE = ORC")
    texts = [events.create("a__b.events"), items.create("a__b.items")]
    return {
        "event": created("a__b", "events", "items"),
        # A name of its own: an environment that is warm keeps the secret that it read.
        "environment": "SECRET_ARN=snowflake/formats\n",
        "setup": [secret_step("snowflake/formats", **ALL_FORMATS)] + glue_steps("a__b", avro, orc)
        + account_steps(("A", "B")),
        "expected": expected(
            [outcome("a__b.events", events.name, "create", "the table is new", texts[0]),
             outcome("a__b.items", items.name, "create", "the table is new", texts[1])],
            looks("a__b", "events") + looks("a__b", "items")
            + statements([show(SCHEMA, "EVENTS"), texts[0], show(SCHEMA, "ITEMS"), texts[1]], NATIVE_TAG)),
    }


# Iceberg ----------------------------------------------------------------------------------------------------------

ICEBERG = table("ice", "", "s3://lake-bucket/raw/ice/", [("a", "int")],
                parameters={"table_type": "ICEBERG", "metadata_location": "s3://lake-bucket/raw/ice/metadata/1.json"})
ICEBERG_NAME = f'{SCHEMA}."ICE"'
ICEBERG_CLAUSES = ["CATALOG = 'GLUE_INT'", "CATALOG_TABLE_NAME = 'ice'", "CATALOG_NAMESPACE = 'a__b'", "AUTO_REFRESH = TRUE"]
ICEBERG_ENVIRONMENT = ENVIRONMENT + "ICEBERG_CATALOG_INTEGRATION=GLUE_INT\n"


def iceberg_create():
    mark = {"version": 1, "catalog": ACCOUNT, "database": "a__b", "table": "ice",
            "definition": digits("\n".join(ICEBERG_CLAUSES), 32)}
    comment = literal("lakefeed " + json.dumps(mark, separators=(",", ":")))
    return f"CREATE ICEBERG TABLE IF NOT EXISTS {ICEBERG_NAME} {' '.join(ICEBERG_CLAUSES)} COMMENT = {comment}"


def iceberg_world(*more):
    return ([secret_step()] + glue_steps("a__b", ICEBERG) + account_steps(("A", "B"))
            + [snowflake_step("CreateIcebergIntegration", name="GLUE_INT", vends_credentials=True), *more])


def show_iceberg(like):
    return f"SHOW ICEBERG TABLES LIKE '{like}' IN SCHEMA {SCHEMA}"


def iceberg_table_is_created():
    text = iceberg_create()
    return {
        "event": cloud_trail("CreateTable", {"databaseName": "a__b", "name": "ice",
                                             "openTableFormatInput": {"icebergInput": {"metadataOperation": "CREATE"}}}),
        "environment": ICEBERG_ENVIRONMENT,
        "setup": iceberg_world(),
        "expected": expected([outcome("a__b.ice", ICEBERG_NAME, "create", "the table is new", text)],
                             looks("a__b", "ice") + statements([show_iceberg("ICE"), show(SCHEMA, "ICE"), text])),
    }


def iceberg_commit_costs_no_statement():
    """Each commit is an UpdateTable; Snowflake asks the catalog by itself."""
    return {
        "event": native_of_table("UpdateTable", "a__b", "ice"),
        "environment": ICEBERG_ENVIRONMENT,
        "setup": iceberg_world(execute_step(iceberg_create())),
        "expected": expected([outcome("a__b.ice", ICEBERG_NAME, "none", "the definition is the same")],
                             looks("a__b", "ice", again=False) + statements([show_iceberg("ICE")], NATIVE_TAG)),
    }


# Locations --------------------------------------------------------------------------------------------------------

def stage_of_its_own():
    """No stage's path can say this location, and a storage integration is there: the path stands in the stage's URL."""
    odd = table("odd", PARQUET, "s3://lake-bucket/raw/it's odd/", [("a", "int")])
    url = "s3://lake-bucket/raw/it's odd/"
    stage = f"ODD_{digits(url)}"
    made = External(f'{SCHEMA}."ODD"', ['"A" NUMBER(38,0) AS (VALUE:"a"::NUMBER(38,0))'], f'@{SCHEMA}."{stage}"/')
    texts = [
        f"CREATE STAGE IF NOT EXISTS {SCHEMA}.\"{stage}\" URL = {literal(url)} STORAGE_INTEGRATION = \"S3_INT\" "
        "COMMENT = 'lakefeed: the location of one external table'",
        made.create("a__b.odd", stage=stage),
    ]
    return {
        "event": written("a__b", "odd"),
        "environment": "SECRET_ARN=snowflake/integration\n",
        "setup": [secret_step("snowflake/integration", storage_integration="S3_INT")] + glue_steps("a__b", odd)
        + account_steps(("A", "B")) + [snowflake_step("CreateStorageIntegration", name="S3_INT")],
        "expected": expected([outcome("a__b.odd", made.name, "create", "the table is new", *texts)],
                             looks("a__b", "odd") + statements([show(SCHEMA, "ODD"), *texts])),
    }


def partition_projection():
    """Athena computes the partitions: the template says where the values are, the format how a date is written."""
    projection = {
        "projection.enabled": "true",
        "projection.region.type": "enum", "projection.region.values": "eu,us",
        "projection.dt.type": "date", "projection.dt.format": "yyyy/MM/dd", "projection.dt.range": "2026/01/01,NOW",
        "storage.location.template": "s3://lake-bucket/raw/hits/${region}/${dt}",
    }
    hits = table("hits", PARQUET, "s3://lake-bucket/raw/hits/", [("a", "int")], keys=[("region", "string"), ("dt", "date")],
                 parameters=projection)
    date = f"{folder(4)} || '/' || {folder(5)} || '/' || {folder(6)}"
    made = External(
        f'{SCHEMA}."HITS"', ['"A" NUMBER(38,0) AS (VALUE:"a"::NUMBER(38,0))'], "@LAKE.PUBLIC.RAW/hits/",
        keys=[text_key('"REGION"', "region", 3),
              f"\"DT\" DATE AS (TRY_TO_DATE(NULLIF({date}, '__HIVE_DEFAULT_PARTITION__'), 'YYYY/MM/DD'))"])
    text = made.create("a__b.hits")
    return {
        "event": written("a__b", "hits"),
        "setup": [secret_step()] + glue_steps("a__b", hits) + account_steps(("A", "B")),
        "expected": expected([outcome("a__b.hits", made.name, "create", "the table is new", text)],
                             looks("a__b", "hits", partitioned=True) + statements([show(SCHEMA, "HITS"), text])),
    }


# Left alone -------------------------------------------------------------------------------------------------------

def kinds_to_skip():
    location = "s3://lake-bucket/raw/{}/"
    delta = table("delta", PARQUET, location.format("delta"), [("a", "int")], parameters={"spark.sql.sources.provider": "delta"})
    hudi = table("hudi", PARQUET, location.format("hudi"), [("a", "int")])
    hudi["StorageDescriptor"]["InputFormat"] = "org.apache.hudi.hadoop.HoodieParquetInputFormat"
    symlink = table("symlink", PARQUET, location.format("symlink"), [("a", "int")])
    symlink["StorageDescriptor"]["InputFormat"] = "org.apache.hadoop.hive.ql.io.SymlinkTextInputFormat"
    link = {"Name": "link", "TargetTable": {"CatalogId": "444455556666", "DatabaseName": "theirs", "Name": "t"}}
    kinesis = table("kinesis", OPENX_JSON, "orders-stream", [("a", "int")], parameters={"typeOfData": "kinesis"})
    grok = table("grok", "com.amazonaws.glue.serde.GrokSerDe", location.format("grok"), [("a", "int")])
    reasons = {
        "delta": "a Delta table: only its log says which files count; make an Iceberg table of it with a Delta catalog "
                 "integration",
        "hudi": "a Hudi table: its files hold stale versions of rows; translate it to Iceberg (Apache XTable)",
        "symlink": "its files are listed in manifests (SymlinkTextInputFormat), which Snowflake does not follow",
        "link": "a resource link to another catalog's table: sync it from that catalog",
        "kinesis": "its location is not on S3 (kinesis)",
        "grok": "its SerDe GrokSerDe reads what Snowflake does not",
    }
    return {
        "event": created("a__b", *reasons),
        "setup": [secret_step()] + glue_steps("a__b", delta, hudi, symlink, link, kinesis, grok) + account_steps(("A", "B")),
        "expected": expected(
            [outcome(f"a__b.{name}", f'{SCHEMA}."{name.upper()}"', "skip", reason) for name, reason in reasons.items()],
            [get_table("a__b", name) for name in reasons]),
    }


KIND_CASES = [
    avro_and_orc, iceberg_table_is_created, iceberg_commit_costs_no_statement, stage_of_its_own, partition_projection,
    kinds_to_skip,
]
