"""What the sample events of glue_to_snowflake are made of: the catalog and the account before the event, the event, the
statements that must come, and the mark in a table's comment.

It knows nothing of lakefeed's sources. The mark's hashes are made here, from the text of the statements: the first hex
digits of SHA-256 of a part's text (README.md, "The mark").
"""

import hashlib
import json
import pathlib
import re

HERE = pathlib.Path(__file__).resolve().parent
ACCOUNT = "123456789012"
PRIVATE_KEY = (HERE / "test_key_not_a_secret.pem").read_text()
PUBLIC_KEY = (HERE / "test_key_not_a_secret.public.pem").read_text()
ENVIRONMENT = "SECRET_ARN=snowflake/lakefeed\n"
PARQUET = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
OPENX_JSON = "org.openx.data.jsonserde.JsonSerDe"
OPEN_CSV = "org.apache.hadoop.hive.serde2.OpenCSVSerde"
LAZY_SIMPLE = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
ORC = "org.apache.hadoop.hive.ql.io.orc.OrcSerde"
AVRO = "org.apache.hadoop.hive.serde2.avro.AvroSerDe"
IGNORED = ["secretsmanager.GetSecretValue"]
PATTERN = "PATTERN = '(.*/)?[^._/][^/]*'"  # Hive does not see names that begin with _ or a dot
PARQUET_FORMAT = "TYPE = PARQUET BINARY_AS_TEXT = FALSE REPLACE_INVALID_CHARACTERS = TRUE"
NATIVE_TAG = "2c5c1d8a-3e0f-4d39-9c8d-5b8f2c7d1e10"
TRAIL_TAG = "6f0d4c3e-58a5-4b6e-9d1b-2f6d1c0a9e77"


# Before the event -------------------------------------------------------------------------------------------------

def secret(**changes):
    fields = {
        "url": "${SNOWFLAKE_URL}/api/v2/statements",
        "accountidentifier": "myorg-my_account",
        "username": "sync_user",
        "warehouse": "UNUSED_WH",
        "role": "SYNC_ROLE",
        "private_key": PRIVATE_KEY,
        "stages": {"s3": {"LAKE.PUBLIC.WHOLE_LAKE": "s3://lake-bucket/", "LAKE.PUBLIC.RAW": "s3://lake-bucket/raw"}},
        "allowedvalues": {"fileformats": ["CSV", "JSON", "PARQUET"]},
    }
    fields.update(changes)
    return {name: value for name, value in fields.items() if value is not None}


def secret_step(name="snowflake/lakefeed", **changes):
    body = {"Name": name, "SecretString": json.dumps(secret(**changes))}
    return {"service": "secretsmanager", "operation": "CreateSecret", "body": body}


def snowflake_step(operation, **body):
    return {"service": "snowflake", "operation": operation, "body": body}


def glue_steps(database, *tables):
    steps = [{"service": "glue", "operation": "CreateDatabase", "body": {"DatabaseInput": {"Name": database}}}]
    for table in tables:
        body = {"DatabaseName": database, "TableInput": table}
        steps.append({"service": "glue", "operation": "CreateTable", "body": body})
    return steps


def partition_step(database, name, values, location):
    body = {"DatabaseName": database, "TableName": name,
            "PartitionInput": {"Values": values, "StorageDescriptor": {"Location": location}}}
    return {"service": "glue", "operation": "CreatePartition", "body": body}


def account_steps(*schemas):
    steps = [
        snowflake_step("RegisterPublicKey", account="MYORG-MY_ACCOUNT", user="SYNC_USER", public_key_pem=PUBLIC_KEY),
        snowflake_step("CreateStage", name="LAKE.PUBLIC.WHOLE_LAKE"),
        snowflake_step("CreateStage", name="LAKE.PUBLIC.RAW"),
    ]
    return steps + [snowflake_step("CreateSchema", database=database, schema=schema) for database, schema in schemas]


def table(name, serde, location, columns, keys=(), serde_parameters=None, parameters=None, **more):
    return {
        "Name": name,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": parameters or {},
        "PartitionKeys": [{"Name": key, "Type": kind} for key, kind in keys],
        "StorageDescriptor": {
            "Columns": [{"Name": column, "Type": kind} for column, kind in columns],
            "Location": location,
            "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
            "SerdeInfo": {"SerializationLibrary": serde, "Parameters": serde_parameters or {}},
        },
        **more,
    }


# The event --------------------------------------------------------------------------------------------------------

def cloud_trail(name, parameters, **detail):
    record = {
        "eventVersion": "1.11",
        "userIdentity": {"type": "AssumedRole", "accountId": ACCOUNT, "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/etl/s"},
        "eventTime": "2026-11-20T01:00:00Z",
        "eventSource": "glue.amazonaws.com",
        "eventName": name,
        "awsRegion": "us-east-1",
        "sourceIPAddress": "athena.amazonaws.com",
        "userAgent": "athena.amazonaws.com",
        "requestParameters": parameters,
        "responseElements": None,
        "requestID": "f4a1b2c3-0000-4000-8000-000000000001",
        "eventID": TRAIL_TAG,
        "readOnly": False,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": ACCOUNT,
        "eventCategory": "Management",
    }
    record.update(detail)
    return envelope("AWS API Call via CloudTrail", record)


def envelope(detail_type, detail):
    return {
        "version": "0",
        "id": NATIVE_TAG,
        "detail-type": detail_type,
        "source": "aws.glue",
        "account": ACCOUNT,
        "time": "2026-11-20T01:00:05Z",
        "region": "us-east-1",
        "resources": [],
        "detail": detail,
    }


def native(change, database, *tables):
    detail = {"databaseName": database, "typeOfChange": change, "changedTables": list(tables)}
    return envelope("Glue Data Catalog Database State Change", detail)


def created(database, *tables):
    return native("CreateTable", database, *tables)


def native_of_table(change, database, name, *partitions):
    detail = {"databaseName": database, "tableName": name, "typeOfChange": change, "changedPartitions": list(partitions)}
    return envelope("Glue Data Catalog Table State Change", detail)


def written(database, name, event="CreateTable"):
    parameters = {"databaseName": database, "tableInput": {"name": name, "tableType": "EXTERNAL_TABLE"}}
    return cloud_trail(event, parameters)


# Statements -------------------------------------------------------------------------------------------------------

def literal(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "''").replace("\n", "\\n") + "'"


def digits(text, count=8):
    return hashlib.sha256(text.encode()).hexdigest()[:count]


COLUMN = re.compile(r'("(?:[^"]|"")*") (.+?) AS (\(.*\))', re.DOTALL)  # "A" NUMBER(38,0) AS (VALUE:"a"::NUMBER(38,0))


def unquoted(identifier):
    return identifier[1:-1].replace('""', '"')


def without_length(column):
    """"A" NUMBER AS (VALUE:"a"::NUMBER(38,0))"""
    name, kind, expression = COLUMN.fullmatch(column).groups()
    return f"{name} {kind.split('(')[0]} AS {expression}"


def content(column):
    return without_length(column)[len(COLUMN.fullmatch(column)[1]) + 1:]


class External:
    """An external table: the parts of its statement, written by hand, and what follows from them."""

    def __init__(self, name, columns, location, file_format=PARQUET_FORMAT, keys=(), auto_refresh=True,
                 user_specified=False):
        self.name, self.columns, self.keys = name, list(columns), list(keys)
        self.location, self.file_format = location, file_format
        self.user_specified = user_specified
        self.auto_refresh = "AUTO_REFRESH = " + ("TRUE" if auto_refresh and not user_specified else "FALSE")

    def body(self):
        partition_by = ", ".join(COLUMN.fullmatch(key)[1] for key in self.keys)
        options = "PARTITION_TYPE = USER_SPECIFIED" if self.user_specified else f"{self.auto_refresh} {PATTERN}"
        return (f"{self.name} ({', '.join(self.columns + self.keys)})"
                + (f" PARTITION BY ({partition_by})" if self.keys else "")
                + f" LOCATION = {self.location} {options} FILE_FORMAT = ({self.file_format})")

    def partitions(self):
        keys = ", ".join(without_length(key) for key in self.keys)
        return ("USER_SPECIFIED " if self.user_specified else "") + keys

    def definition(self):
        in_order = sorted(self.columns, key=lambda column: unquoted(COLUMN.fullmatch(column)[1]).encode())
        lines = [self.location, self.file_format, self.partitions(), self.auto_refresh,
                 "" if self.user_specified else PATTERN, *map(without_length, in_order)]
        return digits("\n".join(lines), 32)

    def mark(self, source, **more):
        """`source` is the Glue table, "database.table"."""
        hashes = {unquoted(COLUMN.fullmatch(column)[1]): digits(content(column)) for column in self.columns}
        database, name = source.split(".", 1)
        members = {
            "version": 1, "catalog": ACCOUNT, "database": database, "table": name, "definition": self.definition(),
            "location": digits(self.location), "file_format": digits(self.file_format),
            "partitions": digits(self.partitions()), "columns": dict(sorted(hashes.items())),
        }
        if self.auto_refresh.endswith("FALSE") and not self.user_specified:
            members["auto_refresh"] = False
        members.update(more)
        return "lakefeed " + json.dumps(members, separators=(",", ":"), ensure_ascii=False)

    def create(self, source, **more):
        return f"CREATE EXTERNAL TABLE IF NOT EXISTS {self.body()} COMMENT = {literal(self.mark(source, **more))}"

    def replace(self, source, **more):
        return f"CREATE OR REPLACE EXTERNAL TABLE {self.body()} COPY GRANTS COMMENT = {literal(self.mark(source, **more))}"

    def comment_on(self, source, **more):
        return f"COMMENT ON TABLE {self.name} IS {literal(self.mark(source, **more))}"


def folder(position):
    return f"SPLIT_PART(METADATA$FILENAME, '/', {position})"


def folder_value(key, position):
    """The folder's name behind `key=`, or all of it. SUBSTR counts from 1."""
    part = folder(position)
    return f"IFF(STARTSWITH(LOWER({part}), '{key}='), SUBSTR({part}, {len(key) + 2}), {part})"


def date_key(column, key, position):
    value = f"NULLIF({folder_value(key, position)}, '__HIVE_DEFAULT_PARTITION__')"
    return f'"{column}" DATE AS (TRY_TO_DATE({value}, \'YYYY-MM-DD\'))'


def integer_key(column, key, position):
    value = f"NULLIF({folder_value(key, position)}, '__HIVE_DEFAULT_PARTITION__')"
    return f'"{column}" NUMBER(38,0) AS (TRY_TO_NUMBER({value}, 38, 0))'


def text_key(column, key, position):
    """Hive writes what a path cannot hold as %XX. Each becomes the JSON escape \\u00XX; a name that is no JSON text then
    (a % of its own) stays as it is."""
    part = folder(position)
    behind = f"SUBSTR({part}, {len(key) + 2})"
    escaped = f"REPLACE(REPLACE(REPLACE({behind}, '\\\\', '\\\\\\\\'), '\"', '\\\\\"'), '%', '\\\\u00')"
    value = f"COALESCE(TRY_PARSE_JSON('\"' || {escaped} || '\"')::VARCHAR, {behind})"
    sql_key = key.replace("'", "''")
    found = f"IFF(STARTSWITH(LOWER({part}), '{sql_key}='), {value}, {part})"
    return f"{column} VARCHAR AS (NULLIF({found}, '__HIVE_DEFAULT_PARTITION__')::VARCHAR)"


# What must have come ----------------------------------------------------------------------------------------------

def get_table(database, name):
    return {"service": "glue", "operation": "GetTable", "body": {"CatalogId": ACCOUNT, "DatabaseName": database, "Name": name}}


def get_partitions(database, name):
    return {"service": "glue", "operation": "GetPartitions",
            "body": {"CatalogId": ACCOUNT, "DatabaseName": database, "TableName": name, "ExcludeColumnSchema": True,
                     "MaxResults": "<<any>>"}}


def statement(text, tag=TRAIL_TAG):
    body = {"statement": text, "timeout": "<<any>>", "role": "SYNC_ROLE", "parameters": {"query_tag": f"lakefeed {tag}"}}
    return {"service": "snowflake", "operation": "statements", "body": body}


def show(schema, like):
    return f"SHOW EXTERNAL TABLES LIKE '{like}' IN SCHEMA {schema}"


def outcome(glue, snowflake, action, reason, *statements):
    return {"glue": glue, "snowflake": snowflake, "action": action, "reason": reason, "statements": list(statements)}


def expected(tables, calls):
    return {"response": {"tables": tables}, "calls": calls, "calls_ignored": IGNORED}


def looks(database, name, partitioned=False, again=True):
    """What a table is read by: before the plan, and again after a statement that changed something. Whether partitions
    lie where the expressions read them is asked before a table is made."""
    calls = [get_table(database, name)]
    if partitioned:
        calls.append(get_partitions(database, name))
    return calls + [get_table(database, name)] * again


def statements(texts, tag=TRAIL_TAG):
    return [statement(text, tag) for text in texts]


def execute_step(text):
    """What an earlier run of the function left."""
    return snowflake_step("Execute", statement=text, role="SYNC_ROLE")


def desc(name):
    return f"DESC EXTERNAL TABLE {name}"


def any_text(*parts):
    """A text of `parts` with one of these expressions between two: a time, a random number."""
    special = re.compile(r"([\\^$.|?*+()\[\]{}])")
    return "<<regex:" + "".join(part if index % 2 else special.sub(r"\\\1", part) for index, part in enumerate(parts)) + ">>"
