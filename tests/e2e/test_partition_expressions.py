"""The partition expressions of glue_to_snowflake, run in DuckDB over files that really lie on a disk.

A folder stands for the bucket; METADATA$FILENAME is each file's path below it, as DuckDB names the file. What DuckDB
names otherwise than Snowflake is translated in snowflake_in_duckdb.py. The expected values are those that DuckDB itself
wrote into folders (hive style), or stand beside the folders that a test makes by hand."""

import datetime
import decimal

import duckdb
import pytest

import glue_statements
import snowflake_in_duckdb

PARQUET = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
SECRET = {"stages": {"s3": {"LAKE.PUBLIC.WHOLE": "s3://lake"}}}
NULL = "__HIVE_DEFAULT_PARTITION__"
TIME = datetime.datetime
DAY = datetime.date

# org.apache.hadoop.hive.common.FileUtils, charToEscape; Spark's ExternalCatalogUtils has the same.
HIVE_ESCAPES = [chr(code) for code in range(1, 32)] + list("\"#%'*/:=?\\\x7f{[]^")


def case(prefix, keys, parameters=None, **more):
    table = {
        "Name": "t",
        "DatabaseName": "a__b",
        "CatalogId": "123456789012",
        "Parameters": parameters or {},
        "PartitionKeys": [{"Name": key, "Type": kind} for key, kind in keys],
        "StorageDescriptor": {
            "Columns": [{"Name": "id", "Type": "int"}],
            "Location": f"s3://lake/{prefix}",
            "SerdeInfo": {"SerializationLibrary": PARQUET},
        },
    }
    return {"table": table, "secret": SECRET, **more}


def expressions(*cases):
    """For each case, the partition columns' names and expressions, in order."""
    found = []
    for answer in glue_statements.plan(cases):
        assert answer.get("action") == "create", answer
        create = glue_statements.read_create(answer["statements"][-1]["sql"])
        found.append({column["name"]: column["expression"] for column in create["partition_columns"]})
    return found


@pytest.fixture(scope="module")
def database():
    with duckdb.connect() as connection:
        snowflake_in_duckdb.install(connection)
        yield connection


class Bucket:
    def __init__(self, root, database):
        self.root, self.database = root, database

    def put(self, key, identifier):
        path = self.root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"id\n{identifier}\n")

    def read(self, columns, suffix="csv"):
        """{id: (the columns' values)} of all files."""
        translated = ", ".join(snowflake_in_duckdb.translate(text) for text in columns.values())
        files = f"read_{suffix}('{self.root}/**/*.{suffix}', filename = true, hive_partitioning = false)"
        start = len(str(self.root)) + 2
        rows = self.database.execute(
            f'SELECT id, {translated} FROM (SELECT id, substr(filename, {start}) AS "METADATA$FILENAME" FROM {files})'
        ).fetchall()
        assert len({row[0] for row in rows}) == len(rows)
        return {row[0]: row[1:] for row in rows}


@pytest.fixture
def bucket(tmp_path, database):
    return Bucket(tmp_path / "lake", database)


# (Glue's type, DuckDB's, values)
WRITTEN = [
    ("string", "VARCHAR", ["plain", "a=b", "=", "a=b=c=", "a/b:c", "100%", "%3A", 'say "x"', "back\\slash", "a b?", None]),
    ("bigint", "BIGINT", [0, -7, 9_007_199_254_740_993, None]),
    ("decimal(9,2)", "DECIMAL(9,2)", [decimal.Decimal("1.50"), decimal.Decimal("-1234567.89"), None]),
    ("date", "DATE", [DAY(2026, 11, 20), DAY(1969, 12, 31), None]),
    ("timestamp", "TIMESTAMP", [TIME(2026, 11, 20, 10, 5, 7), TIME(2026, 1, 2, 3, 4, 5, 678_000), None]),
    ("boolean", "BOOLEAN", [True, False, None]),
    ("double", "DOUBLE", [1.5, -2e10, None]),
]


@pytest.mark.parametrize("prefix", ["", "one", "one/two/", "one/two/three"])
def test_folders_that_duckdb_wrote(prefix, bucket, database):
    cases = [case(prefix, [("k", glue), ("n", "int")]) for glue, _, _ in WRITTEN]
    for (glue, kind, values), columns in zip(WRITTEN, expressions(*cases)):
        root = bucket.root / glue.strip("(),0123456789")
        folder = root / prefix
        folder.parent.mkdir(parents=True, exist_ok=True)
        rows = ", ".join(f"({i}, ?::{kind}, {i % 3})" for i in range(len(values)))
        database.execute(
            f"COPY (SELECT * FROM (VALUES {rows}) AS v(id, k, n)) TO '{folder}' (FORMAT parquet, PARTITION_BY (k, n))",
            values,
        )
        read = Bucket(root, database).read(columns, "parquet")
        assert read == {i: (value, i % 3) for i, value in enumerate(values)}, glue
        # What was written is what DuckDB reads as well, so that the folders are Hive's.
        known = database.execute(
            f"SELECT id, k, n FROM read_parquet('{folder}/**/*.parquet', hive_partitioning = true, "
            f"hive_types = {{'k': '{kind}', 'n': 'INT'}})"
        ).fetchall()
        assert {row[0]: row[1:] for row in known} == read, glue


def test_plain_folders(bucket):
    keys = [("y", "int"), ("r", "string"), ("d", "date"), ("t", "timestamp")]
    bucket.put("raw/2026/eu=1/2026-11-20/2026-11-20T10:00:00/1.csv", 1)
    bucket.put("raw/07/%3A/2026-11-20/2026-11-20 10:00:00.5/2.csv", 2)
    bucket.put(f"raw/{NULL}/{NULL}/{NULL}/{NULL}/3.csv", 3)
    bucket.put("raw/many/below/20261120/now/deep/er/4.csv", 4)
    (columns,) = expressions(case("raw/", keys))
    assert bucket.read(columns) == {
        1: (2026, "eu=1", DAY(2026, 11, 20), TIME(2026, 11, 20, 10)),
        2: (7, "%3A", DAY(2026, 11, 20), TIME(2026, 11, 20, 10, 0, 0, 500_000)),
        3: (None, None, None, None),
        4: (None, "below", None, None),
    }


def test_both_styles_and_any_case_of_the_key(bucket):
    bucket.put("raw/dt=2026-11-20/REGION=eu/1.csv", 1)
    bucket.put("raw/2026-11-21/Region=us/2.csv", 2)
    bucket.put("raw/DT=2026-11-22/ap/3.csv", 3)
    bucket.put("raw/day=2026-11-23/regions=x/4.csv", 4)
    (columns,) = expressions(case("raw", [("dt", "date"), ("region", "string")]))
    assert bucket.read(columns) == {
        1: (DAY(2026, 11, 20), "eu"),
        2: (DAY(2026, 11, 21), "us"),
        3: (DAY(2026, 11, 22), "ap"),
        4: (None, "regions=x"),
    }


def test_every_escape_of_hive(bucket):
    for at, character in enumerate(HIVE_ESCAPES):
        bucket.put(f"raw/k=a%{ord(character):02X}b/{at}.csv", at)
    (columns,) = expressions(case("raw", [("k", "string")]))
    assert bucket.read(columns) == {at: (f"a{character}b",) for at, character in enumerate(HIVE_ESCAPES)}


def test_escapes_at_the_edges(bucket):
    folders = {
        "a%253Ab": "a%3Ab",  # Hive's for the text a%3Ab
        "a%25": "a%",
        "%2F%2f": "//",
        "50%": "50%",  # not Hive's: no escape, so the text stays
        "50%zz": "50%zz",
        'q"%3A': 'q":',
        "größe%3Anew": "größe:new",
        "": "",
        "k=k%3Dk": "k=k=k",
        NULL: None,
    }
    for at, folder in enumerate(folders):
        bucket.put(f"raw/k={folder}/{at}.csv", at)
    varchar, text = expressions(case("raw", [("k", "varchar(99)")]), case("raw", [("k", "string")]))
    expected = {at: (value,) for at, value in enumerate(folders.values())}
    assert bucket.read(varchar) == expected
    assert bucket.read(text) == expected


def test_a_backslash_beside_an_escape(database):
    """DuckDB does not list folders that have one."""
    (columns,) = expressions(case("raw", [("k", "string")]))
    for folder, value in (("a\\%3Ab", "a\\:b"), ("\\u0041%3A", "\\u0041:"), ("a\\", "a\\")):
        row = {"METADATA$FILENAME": f"raw/k={folder}/1.csv"}
        assert snowflake_in_duckdb.value(database, columns["K"], row) == value


def test_times_as_hive_and_others_write_them(bucket):
    folders = {
        "2026-11-20 10%3A00%3A01": TIME(2026, 11, 20, 10, 0, 1),
        "2026-11-20 10%3A00%3A01.25": TIME(2026, 11, 20, 10, 0, 1, 250_000),
        "2026-11-20T10:00:01": TIME(2026, 11, 20, 10, 0, 1),
        "2026-11-20T10%3a00%3a01": TIME(2026, 11, 20, 10, 0, 1),
        "2026-11-20": TIME(2026, 11, 20),
        "soon": None,
    }
    for at, folder in enumerate(folders):
        bucket.put(f"raw/t={folder}/{at}.csv", at)
    (columns,) = expressions(case("raw", [("t", "timestamp")]))
    assert bucket.read(columns) == {at: (value,) for at, value in enumerate(folders.values())}


def test_a_name_that_must_be_quoted(bucket):
    bucket.put("raw/größe's \"key\"=x/1.csv", 1)
    (columns,) = expressions(case("raw", [("größe's \"key\"", "string")]))
    assert bucket.read(columns) == {1: ("x",)}


def projected(template, keys, **properties):
    parameters = {"projection.enabled": "true"}
    if template:
        parameters["storage.location.template"] = f"s3://lake/{template}"
    for name, value in properties.items():
        parameters["projection." + name.replace("__", ".")] = value
    return case("raw/t", keys, parameters)


def test_templates_of_partition_projection(bucket):
    day = {"d__type": "date", "d__format": "yyyy/MM/dd"}
    cases = {
        "whole": projected("raw/t/whole/v1/${r}/x/${n}/", [("n", "int"), ("r", "string")]),
        "part": projected("raw/t/part/pre.fix-${r}-suffix/", [("r", "string")], r__type="enum", r__values="a,b-c"),
        "several": projected("raw/t/several/${r}_${y}-${m}/", [("y", "int"), ("m", "int"), ("r", "string")],
                             y__type="integer", m__type="integer", m__digits="2"),
        "spread": projected("raw/t/spread/${d}/${h}", [("d", "date"), ("h", "int")], **day),
        "spread text": projected("raw/t/spread/${d}/${h}", [("d", "string"), ("h", "int")], **day),
        "compact": projected("raw/t/compact/day-${d}/", [("d", "date")], d__type="date", d__format="yyyyMMdd"),
        "hours": projected("raw/t/hours/${d}/", [("d", "timestamp")], d__type="date", d__format="yyyy-MM-dd-HH"),
        "quoted": projected("raw/t/quoted/${d}/", [("d", "timestamp")], d__type="date", d__format="yyyyMMdd'T'HHmm"),
        "hive": projected("", [("d", "date"), ("n", "int")], d__type="date", d__format="yyyyMMdd"),
        "hive spread": projected("", [("d", "date"), ("n", "int")], **day),
    }
    # name of the case, key, values
    files = [
        ("whole", "raw/t/whole/v1/eu=1/x/12/f", (12, "eu=1")),
        ("part", "raw/t/part/pre.fix-b-c-suffix/f", ("b-c",)),
        ("part", "raw/t/part/preXfix-b-suffix/f", (None,)),
        ("several", "raw/t/several/a_b_2026-03/f", (2026, 3, "a_b")),
        ("several", "raw/t/several/eu_2026-3/f", (None, None, None)),
        ("spread", "raw/t/spread/2026/11/20/7/f", (DAY(2026, 11, 20), 7)),
        ("spread", "raw/t/spread/2026/13/20/7/f", (None, 7)),
        ("spread text", "raw/t/spread/2026/11/20/8/f", ("2026/11/20", 8)),
        ("compact", "raw/t/compact/day-20261120/f", (DAY(2026, 11, 20),)),
        ("hours", "raw/t/hours/2026-11-20-23/f", (TIME(2026, 11, 20, 23),)),
        ("quoted", "raw/t/quoted/20261120T2359/f", (TIME(2026, 11, 20, 23, 59),)),
        ("hive", "raw/t/d=20261120/n=1/f", (DAY(2026, 11, 20), 1)),
        ("hive spread", "raw/t/d=2026/11/20/n=1/f", (DAY(2026, 11, 20), 1)),
    ]
    columns = dict(zip(cases, expressions(*cases.values())))
    assert {name for name, _, _ in files} == set(cases)
    for at, (_, key, _) in enumerate(files):
        bucket.put(f"{key}.csv", at)
    for name in cases:
        read = bucket.read(columns[name])
        for at, (of, key, values) in enumerate(files):
            if of == name:
                assert read[at] == values, (name, key)


def test_user_specified_partitions(database):
    keys = [("d", "date"), ("n", "decimal(9,2)"), ('k"', "string")]
    (columns,) = expressions(case("raw", keys, environment={"PARTITION_MODE": "user_specified"}))
    row = {"METADATA$EXTERNAL_TABLE_PARTITION": '{"D":"2026-11-20","N":"1.50","K\\"":"a b"}'}
    path = 'PARSE_JSON(METADATA$EXTERNAL_TABLE_PARTITION):"'
    values = []
    for text in columns.values():
        if text.startswith(path):
            name, cast = text[len(path) :].split('"', 1)
            text = f"GET(METADATA$EXTERNAL_TABLE_PARTITION, '{name}'){cast}"
        values.append(snowflake_in_duckdb.value(database, text.replace("PARSE_JSON", ""), row))
    assert values == [DAY(2026, 11, 20), decimal.Decimal("1.50"), "a b"]
