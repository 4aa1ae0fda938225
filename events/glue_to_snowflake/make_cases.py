#!/usr/bin/env python3
"""Writes the sample events of glue_to_snowflake: event.json, setup.json, environment and expected.json of each case.

The statements below and in change_cases.py were written by hand from Snowflake's and Hive's pages; sample_parts.py joins
them with the parts that all cases share. `--check` only says whether the files are as it would write them.

test_key_not_a_secret.pem was made for these files alone: no account knows it.
"""

import json
import sys

sys.dont_write_bytecode = True

from change_cases import CHANGE_CASES  # noqa: E402
from kind_cases import KIND_CASES  # noqa: E402
from sample_parts import *  # noqa: E402, F403: its names are this program's words

# The cases --------------------------------------------------------------------------------------------------------

SPARK_SCHEMA = {
    "type": "struct",
    "fields": [
        {"name": "OrderId", "type": "long", "nullable": True, "metadata": {}},
        {"name": "Customer", "type": "string", "nullable": True, "metadata": {}},
        {"name": "dt", "type": "date", "nullable": True, "metadata": {}},
    ],
}

ORDERS = table(
    "orders",
    PARQUET,
    "s3://lake-bucket/raw/orders/",
    [
        ("orderid", "bigint"),
        ("customer", "string"),
        ("amount", "decimal(18,4)"),
        ("paid", "boolean"),
        ("rate", "double"),
        ("code", "varchar(12)"),
        ("digest", "binary"),
        ("ordered_on", "date"),
        ("ordered_at", "timestamp"),
        ("lines", "array<struct<sku:string,count:int>>"),
        ("value", "tinyint"),
    ],
    keys=[("dt", "date"), ("hour", "int")],
    parameters={
        "spark.sql.sources.schema.numParts": "2",
        "spark.sql.sources.schema.part.0": json.dumps(SPARK_SCHEMA)[:60],
        "spark.sql.sources.schema.part.1": json.dumps(SPARK_SCHEMA)[60:],
        "recordCount": "17",
        "UPDATED_BY_CRAWLER": "orders-crawler",
    },
)
ORDERS_NAME = '"SALES"."EU_RAW"."ORDERS"'
ORDERS_EXTERNAL = External(
    ORDERS_NAME,
    [
        '"ORDERID" NUMBER(38,0) AS (VALUE:"OrderId"::NUMBER(38,0))',
        '"CUSTOMER" VARCHAR AS (VALUE:"Customer"::VARCHAR)',
        '"AMOUNT" NUMBER(18,4) AS (VALUE:"amount"::NUMBER(18,4))',
        '"PAID" BOOLEAN AS (VALUE:"paid"::BOOLEAN)',
        '"RATE" FLOAT AS (VALUE:"rate"::FLOAT)',
        '"CODE" VARCHAR(12) AS (VALUE:"code"::VARCHAR)',
        '"DIGEST" BINARY AS (VALUE:"digest"::BINARY)',
        '"ORDERED_ON" DATE AS (VALUE:"ordered_on"::DATE)',
        '"ORDERED_AT" TIMESTAMP_NTZ AS (VALUE:"ordered_at"::TIMESTAMP_NTZ)',
        '"LINES" VARIANT AS (VALUE:"lines"::VARIANT)',
        '"VALUE_" NUMBER(38,0) AS (VALUE:"value"::NUMBER(38,0))',
    ],
    "@LAKE.PUBLIC.RAW/orders/",
    # raw/orders/dt=…/hour=…/file: the stage covers raw/, the positions count from the bucket's root.
    keys=[date_key("DT", "dt", 3), integer_key("HOUR", "hour", 4)],
)
SHOW_ORDERS = 'SHOW EXTERNAL TABLES LIKE \'ORDERS\' IN SCHEMA "SALES"."EU_RAW"'
RENAMED = "column value is named VALUE_"


def parquet_hive_partitioned():
    text = ORDERS_EXTERNAL.create("sales__eu_raw.orders")
    return {
        "event": written("sales__eu_raw", "orders"),
        "setup": [secret_step()] + glue_steps("sales__eu_raw", ORDERS) + account_steps(("SALES", "EU_RAW")),
        "expected": expected(
            [outcome("sales__eu_raw.orders", ORDERS_NAME, "create", f"the table is new; {RENAMED}", text)],
            looks("sales__eu_raw", "orders", partitioned=True) + [statement(SHOW_ORDERS), statement(text)],
        ),
    }


def json_in_any_case():
    clicks = table(
        "clicks",
        OPENX_JSON,
        "s3a://lake-bucket/events/clicks",
        [("userid", "string"), ("ts", "timestamp"), ("tags", "map<string,string>"), ("payload", "binary")],
        serde_parameters={"mapping.ts": "@timestamp", "strip.outer.array": "true"},
    )
    external = External(
        '"WEB"."EVENTS"."CLICKS"',
        [
            "\"USERID\" VARCHAR AS (GET_IGNORE_CASE(VALUE, 'userid')::VARCHAR)",
            "\"TS\" TIMESTAMP_NTZ AS (GET_IGNORE_CASE(VALUE, '@timestamp')::TIMESTAMP_NTZ)",
            "\"TAGS\" VARIANT AS (GET_IGNORE_CASE(VALUE, 'tags')::VARIANT)",
            "\"PAYLOAD\" BINARY AS (TRY_TO_BINARY(GET_IGNORE_CASE(VALUE, 'payload')::VARCHAR, 'BASE64'))",
        ],
        "@LAKE.PUBLIC.WHOLE_LAKE/events/clicks/", "TYPE = JSON STRIP_OUTER_ARRAY = TRUE", auto_refresh=False)
    text = external.create("web__events.clicks")
    show = 'SHOW EXTERNAL TABLES LIKE \'CLICKS\' IN SCHEMA "WEB"."EVENTS"'
    return {
        "event": created("web__events", "clicks"),
        "environment": ENVIRONMENT + "AUTO_REFRESH=false\n",
        "setup": [secret_step()] + glue_steps("web__events", clicks) + account_steps(("WEB", "EVENTS")),
        "expected": expected(
            [outcome("web__events.clicks", '"WEB"."EVENTS"."CLICKS"', "create", "the table is new", text)],
            looks("web__events", "clicks") + [statement(show, NATIVE_TAG), statement(text, NATIVE_TAG)],
        ),
    }


def csv_by_position():
    columns = [("id", "int"), ("name", "string"), ("price", "decimal(10,2)"), ("at", "timestamp")]
    opened = table("opened", OPEN_CSV, "s3://lake-bucket/raw/opened/", columns,
                   serde_parameters={"separatorChar": ";"}, parameters={"skip.header.line.count": "1"})
    lazy = table("lazy", LAZY_SIMPLE, "s3://lake-bucket/raw/lazy/", columns, keys=[("region", "string")])
    fields = [
        '"ID" NUMBER(38,0) AS (TRY_CAST(VALUE:c1::VARCHAR AS NUMBER(38,0)))',
        '"NAME" VARCHAR AS (VALUE:c2::VARCHAR)',
        '"PRICE" NUMBER(10,2) AS (TRY_CAST(VALUE:c3::VARCHAR AS NUMBER(10,2)))',
        '"AT" TIMESTAMP_NTZ AS (TRY_CAST(VALUE:c4::VARCHAR AS TIMESTAMP_NTZ))',
    ]
    opened_text = External(
        '"SHOP"."CSV"."OPENED"', fields, "@LAKE.PUBLIC.RAW/opened/",
        "TYPE = CSV RECORD_DELIMITER = '\\n' FIELD_DELIMITER = ';' SKIP_HEADER = 1 SKIP_BLANK_LINES = TRUE "
        "ESCAPE = '\\\\' ESCAPE_UNENCLOSED_FIELD = '\\\\' FIELD_OPTIONALLY_ENCLOSED_BY = '\"' "
        "NULL_IF = () EMPTY_FIELD_AS_NULL = FALSE ENCODING = 'UTF8'").create("shop__csv.opened")
    lazy_text = External(
        '"SHOP"."CSV"."LAZY"', fields, "@LAKE.PUBLIC.RAW/lazy/",
        "TYPE = CSV RECORD_DELIMITER = '\\n' FIELD_DELIMITER = '\\x01' SKIP_HEADER = 0 SKIP_BLANK_LINES = TRUE "
        "ESCAPE_UNENCLOSED_FIELD = NONE FIELD_OPTIONALLY_ENCLOSED_BY = NONE "
        "NULL_IF = ('\\\\N') EMPTY_FIELD_AS_NULL = FALSE ENCODING = 'UTF8'",
        keys=[text_key('"REGION"', "region", 3)]).create("shop__csv.lazy")
    show = "SHOW EXTERNAL TABLES LIKE '{}' IN SCHEMA \"SHOP\".\"CSV\""
    return {
        "event": created("shop__csv", "opened", "lazy"),
        "setup": [secret_step()] + glue_steps("shop__csv", opened, lazy) + account_steps(("SHOP", "CSV")),
        "expected": expected(
            [
                outcome("shop__csv.opened", '"SHOP"."CSV"."OPENED"', "create", "the table is new", opened_text),
                outcome("shop__csv.lazy", '"SHOP"."CSV"."LAZY"', "create", "the table is new", lazy_text),
            ],
            [
                *looks("shop__csv", "opened"), *looks("shop__csv", "lazy", partitioned=True),
                statement(show.format("OPENED"), NATIVE_TAG), statement(opened_text, NATIVE_TAG),
                statement(show.format("LAZY"), NATIVE_TAG), statement(lazy_text, NATIVE_TAG),
            ],
        ),
    }


def existing_orders(comment):
    return snowflake_step("CreateExisting", database="SALES", schema="EU_RAW", object="ORDERS",
                          kind="EXTERNAL TABLE", comment=comment, grants=["SELECT TO ROLE ANALYST"])


def update_of_orders(comment, tables, statements=(), partitioned=False):
    return {
        "event": written("sales__eu_raw", "orders", "UpdateTable"),
        "setup": [secret_step()] + glue_steps("sales__eu_raw", ORDERS) + account_steps(("SALES", "EU_RAW"))
        + [existing_orders(comment)],
        "expected": expected(tables, looks("sales__eu_raw", "orders", partitioned, again=bool(statements))
                             + [statement(SHOW_ORDERS)] + [statement(text) for text in statements]),
    }


def moved_table_keeps_grants():
    """Its location is another one: only a replace can say so."""
    old = External(ORDERS_NAME, ORDERS_EXTERNAL.columns, "@LAKE.PUBLIC.RAW/old_orders/", keys=ORDERS_EXTERNAL.keys)
    text = ORDERS_EXTERNAL.replace("sales__eu_raw.orders")
    table_outcome = outcome("sales__eu_raw.orders", ORDERS_NAME, "replace", f"the location changed; {RENAMED}", text)
    return update_of_orders(old.mark("sales__eu_raw.orders"), [table_outcome], [text], partitioned=True)


def unchanged_costs_no_statement():
    comment = ORDERS_EXTERNAL.mark("sales__eu_raw.orders")
    return update_of_orders(
        comment, [outcome("sales__eu_raw.orders", ORDERS_NAME, "none", f"the definition is the same; {RENAMED}")])


def somebody_elses_table_stays():
    reason = "a table of that name is there without lakefeed's mark"
    return update_of_orders("made by hand", [outcome("sales__eu_raw.orders", ORDERS_NAME, "skip", reason)])


def logging_dry_run():
    text = ORDERS_EXTERNAL.create("sales__eu_raw.orders")
    reason = ("TARGET_TYPE is LOGGING: nothing was sent, and what Snowflake has is not known; the table is new; "
              + RENAMED)
    nothing_secret = dict.fromkeys(["url", "accountidentifier", "username", "private_key"])
    return {
        "event": written("sales__eu_raw", "orders"),
        "environment": ENVIRONMENT + "TARGET_TYPE=LOGGING\n",
        "setup": [secret_step(**nothing_secret)] + glue_steps("sales__eu_raw", ORDERS),
        "expected": expected([outcome("sales__eu_raw.orders", ORDERS_NAME, "create", reason, text)],
                             looks("sales__eu_raw", "orders", partitioned=True, again=False)),
    }


def failed_call_is_skipped():
    event = written("sales__eu_raw", "orders")
    event["detail"]["errorCode"] = "AlreadyExistsException"
    event["detail"]["errorMessage"] = "Table already exists."
    reason = "the CreateTable call failed with AlreadyExistsException: nothing changed"
    return {
        "event": event,
        "setup": [secret_step()],
        "expected": expected([outcome("sales__eu_raw.orders", "", "skip", reason)], []),
    }


def reasons_to_skip():
    iceberg = table("iceberg", PARQUET, "s3://lake-bucket/raw/iceberg/", [("a", "int")], parameters={"table_type": "ICEBERG"})
    elsewhere = table("elsewhere", PARQUET, "s3://lake-bucket-two/raw/", [("a", "int")])
    orc = table("orc", "org.apache.hadoop.hive.ql.io.orc.OrcSerde", "s3://lake-bucket/raw/orc/", [("a", "int")])
    odd = table("odd", PARQUET, "s3://lake-bucket/raw/odd path/", [("a", "int")])
    view = table("view", "", "", [("a", "int")])
    view.update({"TableType": "VIRTUAL_VIEW", "ViewOriginalText": "/* Presto View: e30= */"})
    names = ["iceberg", "elsewhere", "orc", "odd", "view", "gone"]
    remedy = "; the secret's storage_integration would give it a stage of its own"
    reasons = {
        "iceberg": "an Iceberg table, and ICEBERG_CATALOG_INTEGRATION is not set",
        "elsewhere": "no stage of stages.s3 covers its location" + remedy,
        "orc": "its format ORC is not in allowedvalues.fileformats",
        "odd": "its location cannot be written as a stage's path: LOCATION takes no path with an empty segment or "
               "with characters other than letters, digits, _ . = -" + remedy,
        "view": "a view: its SQL is another dialect's",
        "gone": "the catalog does not have it any more, and neither does Snowflake",
    }
    return {
        "event": created("a__b", *names),
        "setup": [secret_step()] + glue_steps("a__b", iceberg, elsewhere, orc, odd, view) + account_steps(("A", "B")),
        "expected": expected(
            [outcome(f"a__b.{name}", f'"A"."B"."{name.upper()}"', "none" if name == "gone" else "skip", reasons[name])
             for name in names],
            [get_table("a__b", name) for name in names] + [statement(show('"A"."B"', "GONE"), NATIVE_TAG)],
        ),
    }


def hostile_names():
    name = "t\"; drop table \"x\"; --'\\ü"
    columns = [("a\"b'c\\", "string"), ("select", "int"), ("名前; /*", "string"), ("x) as (1", "string")]
    hostile = table(name, PARQUET, "s3://lake-bucket/raw/hostile/", columns, keys=[("k'\"", "string")])
    quoted = '"A B"."C;""D"."T""; DROP TABLE ""X""; --\'\\ü"'
    database = 'a b__c;"d'
    text = External(
        quoted,
        [
            "\"A\"\"B'C\\\" VARCHAR AS (GET(VALUE, 'a\"b''c\\\\')::VARCHAR)",
            '"SELECT" NUMBER(38,0) AS (VALUE:"select"::NUMBER(38,0))',
            '"名前; /*" VARCHAR AS (VALUE:"名前; /*"::VARCHAR)',
            '"X) AS (1" VARCHAR AS (VALUE:"x) as (1"::VARCHAR)',
        ],
        "@LAKE.PUBLIC.RAW/hostile/", keys=[text_key("\"K'\"\"\"", "k'\"", 3)]).create(f"{database}.{name}")
    # The backslash of LIKE would take the next character as it is: any one character stands in its place.
    show = "SHOW EXTERNAL TABLES LIKE 'T\"; DROP TABLE \"X\"; --''_ü' IN SCHEMA \"A B\".\"C;\"\"D\""
    return {
        "event": written(database, name),
        "setup": [secret_step()] + glue_steps(database, hostile) + account_steps(("A B", 'C;"D')),
        "expected": expected(
            [outcome(f"{database}.{name}", quoted, "create", "the table is new", text)],
            looks(database, name, partitioned=True) + [statement(show), statement(text)],
        ),
    }


def hostile_wrong_event():
    event = {"Records": [{"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": {"object": {"key": "a"}}}]}
    return {
        "event": event,
        "setup": [secret_step()],
        "expected": {"error": {"errorType": "Function.EventInvalid", "errorMessage": "no Glue event of EventBridge"},
                     "calls": [], "calls_ignored": IGNORED},
    }


def hostile_event_without_identity():
    return {
        "event": cloud_trail("CreateTable", None),
        "setup": [secret_step()],
        "expected": {"error": {"errorType": "Function.EventInvalid", "errorMessage": "does not name its table"},
                     "calls": [], "calls_ignored": IGNORED},
    }


def small(name):
    return table(name, PARQUET, f"s3://lake-bucket/raw/{name}/", [("a", "int")])


def small_external(name, schema='"A"."B"'):
    return External(f'{schema}."{name.upper()}"', ['"A" NUMBER(38,0) AS (VALUE:"a"::NUMBER(38,0))'],
                    f"@LAKE.PUBLIC.RAW/{name}/")


def one_table_refused():
    first = small_external("one").create("a__b.one")
    second = small_external("two").create("a__b.two")
    show = "SHOW EXTERNAL TABLES LIKE '{}' IN SCHEMA \"A\".\"B\""
    refused = {"status": 422, "code": "003001", "sqlState": "42501",
               "message": "SQL access control error: Insufficient privileges to operate on schema 'B'"}
    return {
        "event": created("a__b", "one", "two"),
        "setup": [secret_step()] + glue_steps("a__b", small("one"), small("two")) + account_steps(("A", "B"))
        + [snowflake_step("Script", responses=[{"status": 200}, refused])],
        "expected": {
            "error": {"errorType": "Function.SyncFailed",
                      "errorMessage": '1 of 2 tables failed: a__b.one: CREATE EXTERNAL TABLE "A"."B"."ONE": '
                                      "422 003001 (42501): SQL access control error: Insufficient privileges"},
            "calls": [*looks("a__b", "one", again=False), *looks("a__b", "two")]
            + [statement(text, NATIVE_TAG)
               for text in (show.format("ONE"), first, show.format("TWO"), second)],
            "calls_ignored": IGNORED,
        },
    }


def busy_slow_and_lost_answers():
    """429, 401 and 202 at the SHOW; a 503 after the CREATE was done: it is repeated, and not run twice."""
    text = small_external("one").create("a__b.one")
    show = 'SHOW EXTERNAL TABLES LIKE \'ONE\' IN SCHEMA "A"."B"'
    script = [{"status": 429, "code": "390505", "message": "Too many requests."},
              {"status": 401, "code": "390144", "message": "JWT token is invalid."},
              {"status": 202, "polls": 2},
              {"status": 503, "executed": True},
              {"status": 200}]
    return {
        "event": written("a__b", "one"),
        "setup": [secret_step()] + glue_steps("a__b", small("one")) + account_steps(("A", "B"))
        + [snowflake_step("Script", responses=script)],
        "expected": expected(
            [outcome("a__b.one", '"A"."B"."ONE"', "create", "the table is new", text)],
            looks("a__b", "one") + [statement(show)] * 3 + [statement(text)] * 2,
        ),
    }


def broken_connections():
    """The connection breaks before the SHOW, and after the CREATE: asked again, it tells what the first one did. The
    caller is known by a programmatic access token. The
    SHOW finds three names that differ in case alone, in two partitions, and the second one breaks too."""
    text = small_external("one").create("a__b.one")
    show = 'SHOW EXTERNAL TABLES LIKE \'ONE\' IN SCHEMA "A"."B"'
    others = [snowflake_step("CreateExisting", database="A", schema="B", object=name, kind="EXTERNAL TABLE")
              for name in ("One", "oNE", "onE")]
    token = {"token": "not-a-token", "token_type": "PROGRAMMATIC_ACCESS_TOKEN"}
    return {
        "event": written("a__b", "one"),
        "environment": "SECRET_ARN=snowflake/token\n",  # the next case begins with its own secret, not with this one
        "setup": [secret_step("snowflake/token", private_key=None, accountidentifier=None, username=None, **token)]
        + glue_steps("a__b", small("one")) + account_steps(("A", "B")) + others
        + [snowflake_step("RegisterToken", **token), snowflake_step("SetPartitionRows", rows=2),
           snowflake_step("Script", responses=[{"reset": "before"}, {"status": 200}, {"reset": "after"}]),
           snowflake_step("Script", on="partition", responses=[{"reset": "after"}, {"status": 503}])],
        "expected": expected(
            [outcome("a__b.one", '"A"."B"."ONE"', "create", "the table is new", text)],
            looks("a__b", "one") + [statement(show)] * 2 + [statement(text)] * 2,
        ),
    }


def queue_batch():
    text = small_external("one").create("a__b.one")
    show = "SHOW EXTERNAL TABLES LIKE '{}' IN SCHEMA \"A\".\"B\""
    bodies = [json.dumps(written("a__b", "one")), "no event", json.dumps(created("a__b", "two"))]
    records = [{"messageId": f"message-{number}", "receiptHandle": "AQEB", "body": body, "attributes": {},
                "eventSource": "aws:sqs", "eventSourceARN": f"arn:aws:sqs:us-east-1:{ACCOUNT}:glue-events",
                "awsRegion": "us-east-1"} for number, body in enumerate(bodies, 1)]
    refused = {"status": 422, "code": "003001", "sqlState": "42501", "message": "Insufficient privileges"}
    return {
        "event": {"Records": records},
        "setup": [secret_step()] + glue_steps("a__b", small("one"), small("two")) + account_steps(("A", "B"))
        + [snowflake_step("Script", responses=[{"status": 200}, {"status": 200}, refused])],
        "expected": {
            "response": {"batchItemFailures": [{"itemIdentifier": "message-2"}, {"itemIdentifier": "message-3"}]},
            "calls": [*looks("a__b", "one"), get_table("a__b", "two"), statement(show.format("ONE")),
                      statement(text), statement(show.format("TWO"), NATIVE_TAG)],
            "calls_ignored": IGNORED,
        },
    }


def secret_with_faults():
    return {
        "event": written("a__b", "one"),
        # A name of its own: an environment that is warm keeps the secret that it read.
        "environment": "SECRET_ARN=snowflake/faulty\n",
        "setup": [secret_step("snowflake/faulty", url="http://example.com", username=None, stages={"s3": {"A;B": "s3://x"}})],
        "expected": {
            "error": {"errorType": "Function.ConfigInvalid", "errorMessage": "the secret of SECRET_ARN: url is no https URL such as "
                      "https://myorg-myaccount.snowflakecomputing.com; username is missing; stages.s3 has a stage"},
            "calls": [], "calls_ignored": IGNORED,
        },
    }


CASES = [
    parquet_hive_partitioned, json_in_any_case, csv_by_position, moved_table_keeps_grants,
    unchanged_costs_no_statement, somebody_elses_table_stays, logging_dry_run, failed_call_is_skipped, reasons_to_skip,
    hostile_names, hostile_wrong_event, hostile_event_without_identity, one_table_refused,
    busy_slow_and_lost_answers, broken_connections, queue_batch, secret_with_faults, *CHANGE_CASES,
    *KIND_CASES,
]


def files_of(case):
    parts = case()
    yield "event.json", json.dumps(parts["event"], indent=2, ensure_ascii=False) + "\n"
    yield "setup.json", json.dumps(parts["setup"], indent=2, ensure_ascii=False) + "\n"
    yield "environment", parts.get("environment", ENVIRONMENT)
    yield "expected.json", json.dumps(parts["expected"], indent=2, ensure_ascii=False) + "\n"


def main():
    check = sys.argv[1:] == ["--check"]
    different = []
    for case in CASES:
        where = HERE / case.__name__
        where.mkdir(exist_ok=True)
        for name, text in files_of(case):
            path = where / name
            if check and (not path.exists() or path.read_text() != text):
                different.append(str(path.relative_to(HERE)))
            if not check:
                path.write_text(text)
    if different:
        sys.exit("not as make_cases.py writes them: " + ", ".join(different))


if __name__ == "__main__":
    main()
