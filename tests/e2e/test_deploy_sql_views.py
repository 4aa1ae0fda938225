"""What the views of deploy/sql/snowflake answer, in DuckDB: over exports as DynamoDB writes them, and over CSV as
stream_to_s3's zip writes it, read as the file formats say."""

import datetime
import decimal
import pathlib
import re

import duckdb
import pytest
import sqlfluff.core
import sqlglot

from conftest import TOP
from export_generator import Change, Folder, table_arn, write_full_export, write_incremental_export
from lake_histories import change_line
from snowflake_scripts import PLAIN, statements
from snowflake_scripts_in_duckdb import connect, create_external_tables, create_views, options_of
from test_stream_to_kinesis import ALL_DONE, StreamRecords

DAY = datetime.timedelta(days=1)
T0 = datetime.datetime(2026, 11, 18, 1, tzinfo=datetime.timezone.utc)


def item(name, **more):
    return {"id": {"S": name}, **more}


def files_below(folder):
    return {
        str(pathlib.PurePosixPath("exports") / path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def exports_database(folder, example=False):
    """The views of the tables orders and customers over the exports in the folder, which is the bucket's exports/."""
    connection = connect()
    create_external_tables(connection, "05_exports.sql", files_below(folder))
    for name, table in (("ORDERS", "orders"), ("CUSTOMERS", "customers")):
        create_views(connection, "06_export_views.sql", {**PLAIN, "name": name, "table_arn": table_arn(table)})
    if example:
        create_views(connection, "example_single_table_views.sql")
    return connection


def names(connection, view="ORDERS_EXPORT"):
    return sorted(
        name for (name,) in connection.execute(f"SELECT item ->> '$.id.S' FROM LAKE.ANALYTICS.{view}").fetchall()
    )


def test_the_newest_export_is_that_of_its_own_table(tmp_path):
    place = Folder(tmp_path)
    write_full_export(place, [item("old"), item("older")], table="orders", time=T0)
    write_full_export(place, [item("a"), item("b")], table="orders", time=T0 + DAY, seed=1)
    write_full_export(place, [item("theirs")], table="customers", time=T0 + 2 * DAY, seed=2)
    connection = exports_database(tmp_path)
    assert names(connection) == ["a", "b"]
    assert names(connection, "CUSTOMERS_EXPORT") == ["theirs"]
    assert connection.execute("SELECT DISTINCT export_time FROM LAKE.ANALYTICS.ORDERS_EXPORT").fetchall() == [
        ((T0 + DAY).replace(tzinfo=None),)
    ]


def test_an_export_that_runs_or_failed_does_not_count(tmp_path):
    place = Folder(tmp_path)
    write_full_export(place, [item("a")], table="orders", time=T0)
    running = write_full_export(place, [item("b"), item("c")], table="orders", time=T0 + DAY, seed=1)
    place.remove(running.summary_key)
    assert names(exports_database(tmp_path)) == ["a"]


def test_increments_and_other_formats_are_no_full_export(tmp_path):
    place = Folder(tmp_path)
    write_full_export(place, [item("a")], table="orders", time=T0)
    change = Change({"id": {"S": "a"}}, None, item("a"), int((T0 + DAY).timestamp() * 1_000_000))
    write_incremental_export(place, [change], table="orders", start=T0, end=T0 + 2 * DAY)
    ion = write_full_export(place, [item("b")], table="orders", time=T0 + 3 * DAY, seed=1)
    ion.summary["outputFormat"] = "ION"
    ion.write_manifests()
    assert names(exports_database(tmp_path)) == ["a"]


def test_the_newest_is_by_its_time_and_not_by_its_path(tmp_path):
    place = Folder(tmp_path)
    newer = write_full_export(place, [item("newer")], table="orders", time=T0 + DAY, prefix="a")
    write_full_export(place, [item("older")], table="orders", time=T0, prefix="z", seed=1)
    # An export of an earlier point in time, made later.
    earlier = write_full_export(place, [item("earlier")], table="orders", time=T0 + 2 * DAY, prefix="y", seed=3)
    earlier.summary["exportTime"] = "2026-11-17T01:00:00.000Z"
    earlier.write_manifests()
    unreadable = write_full_export(place, [item("unreadable")], table="orders", time=T0, prefix="zz", seed=2)
    unreadable.summary["exportTime"] = "no time"
    unreadable.write_manifests()
    connection = exports_database(tmp_path)
    assert names(connection) == ["newer"]
    assert connection.execute("SELECT DISTINCT export_id FROM LAKE.ANALYTICS.ORDERS_EXPORT").fetchall() == [(newer.id,)]


def test_an_export_without_a_data_file_is_told(tmp_path):
    place = Folder(tmp_path)
    whole = write_full_export(place, [item(str(number)) for number in range(20)], table="orders", time=T0)
    cut = write_full_export(place, [item(str(number)) for number in range(20)], table="orders", time=T0 + DAY, seed=1)
    empty = write_full_export(place, [], table="orders", time=T0 + 2 * DAY, seed=2)
    lost = next(file for file in cut.files if file["itemCount"])
    place.remove(lost["dataFileS3Key"])
    found = exports_database(tmp_path).execute(
        "SELECT export_id, item_count, items_found, is_whole FROM LAKE.RAW.ORDERS_EXPORTS ORDER BY export_time"
    )
    assert found.fetchall() == [
        (whole.id, 20, 20, True),
        (cut.id, 20, 20 - lost["itemCount"], False),
        (empty.id, 0, 0, True),
    ]


def test_numbers_keep_all_their_digits(tmp_path):
    texts = ["25.9", "0.4", "9" * 38, "-0.12345678901234567890123456789012345678", "1E-130", "1e+125"]
    items = [item(str(at), n={"N": text}) for at, text in enumerate(texts)]
    write_full_export(Folder(tmp_path), items, table="orders", time=T0)
    found = exports_database(tmp_path).execute(
        "SELECT item ->> '$.n.N' FROM LAKE.ANALYTICS.ORDERS_EXPORT ORDER BY item ->> '$.id.S'"
    )
    assert [text for (text,) in found.fetchall()] == texts


def weather(day, kind, **more):
    return {"pk": {"S": kind}, "event_date": {"S": day}, "data_type": {"S": kind}, **more}


def test_the_examples_views_take_a_single_table_apart(tmp_path):
    items = [
        weather("2026-11-01", "max_temperature", max_temperature={"N": "25.9"}),
        weather("2026-11-02", "max_temperature", max_temperature={"S": "31.25"}),
        weather("2026-11-01", "rainfall", rainfall_mm={"N": "0.4"}),
        weather("2026-11-02", "solar_exposure", solar_exposure={"N": "12"}),
        weather("2026-11-01", "summary", wind_speed={"S": "Calm"}, wind_direction={"S": "N"}),
        weather("2026-11-02", "summary", wind_speed={"N": "7.5"}),
        weather("2026-11-03", "rainfall", rainfall_mm={"N": "1"}),
    ]
    write_full_export(Folder(tmp_path), items, table="orders", time=T0)
    connection = exports_database(tmp_path, example=True)
    number, day = decimal.Decimal, datetime.date
    assert connection.execute("SELECT * FROM LAKE.ANALYTICS.WEATHER ORDER BY event_date").fetchall() == [
        (day(2026, 11, 1), number("25.90"), number("0.40"), None, "N", None),
        (day(2026, 11, 2), number("31.25"), None, number("12.00"), None, number("7.50")),
    ]
    assert connection.execute("SELECT wind_speed_text FROM LAKE.ANALYTICS.SUMMARY ORDER BY event_date").fetchall() == [
        ("Calm",),
        ("7.5",),
    ]
    assert connection.execute("SELECT count(*) FROM LAKE.ANALYTICS.RAINFALL").fetchall() == [(2,)]


def test_no_number_of_the_scripts_is_without_its_scale():
    """NUMBER alone is NUMBER(38, 0): 25.9 would become 26."""
    for script in sorted({"04_load_csv.sql", "05_exports.sql", "example_single_table_views.sql"}):
        for statement in statements(script):
            assert not re.search(r"\bNUMBER\b(?!\(\d+, \d+\))", statement), statement
            assert not re.search(r"TRY_TO_NUMBER\([^,()]*\)", statement), statement


# Files that were never loaded.


@pytest.mark.parametrize(("script", "view", "stage", "feed", "ending"), [
    ("04_load_json.sql", "ORDERS_NOT_LOADED", "lake_STAGE", "lake", "json.gz"),
    ("04_load_csv.sql", "ORDERS_CSV_NOT_LOADED", "STREAM_STAGE", "stream", "csv"),
])  # fmt: skip
def test_files_that_were_not_loaded_are_told(script, view, stage, feed, ending):
    connection = connect()
    connection.execute(f"CREATE TABLE LAKE.RAW.{stage}_DIRECTORY (relative_path VARCHAR, size BIGINT, last_modified TIMESTAMP)")
    table = "ORDERS_CHANGES" if ending == "json.gz" else "ORDERS_CSV"
    connection.execute(f"CREATE TABLE LAKE.RAW.{table} (file_name VARCHAR)")
    create_views(connection, script)
    paths = [f"orders/dt=20261121/{name}.{ending}" for name in "abc"] + [
        f"orders2/dt=20261121/a.{ending}", "orders/dt=00000000/_SUCCESS-x", f"older/orders/dt=20261121/a.{ending}",
    ]  # fmt: skip
    connection.executemany(f"INSERT INTO LAKE.RAW.{stage}_DIRECTORY VALUES (?, 1, now()::TIMESTAMP)", [[path] for path in paths])
    loaded = [f"{feed}/{paths[0]}", f"{feed}/{paths[0]}", f"other/{paths[1]}", f"{feed}/{paths[2]}"]
    connection.executemany(f"INSERT INTO LAKE.RAW.{table} VALUES (?)", [[name] for name in loaded])
    found = connection.execute(f"SELECT relative_path FROM LAKE.RAW.{view}").fetchall()
    assert found == [(paths[1],)]


# CSV. What each option of the file format is in DuckDB.


def read_csv_options(options):
    fixed = {"TYPE": "CSV", "COMPRESSION": "NONE", "MULTI_LINE": "TRUE", "ESCAPE": "NONE", "TRIM_SPACE": "FALSE",
             "ESCAPE_UNENCLOSED_FIELD": "NONE", "BINARY_FORMAT": "BASE64", "ERROR_ON_COLUMN_COUNT_MISMATCH": "TRUE",
             "RECORD_DELIMITER": "\\n"}  # fmt: skip
    assert {name: options[name] for name in fixed} == fixed  # all of which are DuckDB's way
    texts = re.findall("'([^']*)'", options["NULL_IF"])
    absent = [""] if options["EMPTY_FIELD_AS_NULL"] == "TRUE" else []
    return {
        "delimiter": options["FIELD_DELIMITER"],
        "quotechar": options["FIELD_OPTIONALLY_ENCLOSED_BY"],
        "escapechar": options["FIELD_OPTIONALLY_ENCLOSED_BY"],
        "na_values": texts + absent or ["\1"],
        "allow_quoted_nulls": False,
        "header": options.get("PARSE_HEADER") == "TRUE",
        "skiprows": int(options.get("SKIP_HEADER", "0")),
    }


def file_format(name):
    (statement,) = [one for one in statements("03_stages.sql") if re.match(rf"CREATE FILE FORMAT .*\.{name}\n", one)]
    return options_of(statement)


TEXTS = ["plain", "a, b", 'say "hi"', '"', "two\nlines", "\r\n", "", " padded ", "Zoë \U0001f4a1", "'single'", "back\\slash\\n",
         "\\N", "NULL", "null", "\\", "\t", "1", "#", "a;b"]  # fmt: skip


@pytest.fixture(scope="module")
def written():
    """A batch with every text, twice: with a number, and with neither."""
    source = StreamRecords()
    items = []
    for at, text in enumerate(TEXTS):
        items.append({"id": {"S": f"t{at:02}"}, "text": {"S": text}, "celsius": {"N": "25.9"}})
        items.append({"id": {"S": f"u{at:02}"}})
    return [source.record("INSERT", {"id": one["id"]}, new=one) for one in items], items


@pytest.mark.parametrize(("name", "columns"), [
    ("LINES_CSV", "id,text,celsius,__sequence_number"),
    ("LINES_CSV", "__sequence_number,celsius,text,id"),
    ("LINES_CSV_BY_POSITION", "id,text,celsius,__sequence_number"),
])  # fmt: skip
def test_the_file_format_reads_what_stream_to_s3_writes(name, columns, written, moto, invoke, tmp_path):
    records, items = written
    s3 = moto.client("s3")
    s3.create_bucket(Bucket="lake")
    settings = {"LAKE_URI": "s3://lake/stream/{table}/", "S3_FORMAT": "csv", "CSV_COLUMNS": columns}
    assert invoke("stream_to_s3", {"Records": records}, settings) == ALL_DONE
    (entry,) = s3.list_objects_v2(Bucket="lake")["Contents"]
    (pipe,) = [one for one in statements("04_load_csv.sql") if one.startswith("CREATE PIPE")]
    assert re.fullmatch(re.findall("PATTERN = '(.*)'", pipe)[0], entry["Key"])
    path = tmp_path / "x.csv"
    path.write_bytes(s3.get_object(Bucket="lake", Key=entry["Key"])["Body"].read())
    table = duckdb.connect().read_csv(str(path), all_varchar=True, **read_csv_options(file_format(name)))
    wanted = columns.split(",")
    if name == "LINES_CSV":
        assert table.columns == wanted
    rows = {row[wanted.index("id")]: dict(zip(wanted, row)) for row in table.fetchall()}
    assert len(rows) == len(items)
    for record, one in zip(records, items):
        assert rows[one["id"]["S"]] == {
            "id": one["id"]["S"],
            "text": one.get("text", {}).get("S"),
            "celsius": one.get("celsius", {}).get("N"),
            "__sequence_number": record["dynamodb"]["SequenceNumber"],
        }
    # The typed column of csv_columns, as .sqlfluff and the README have it.
    kind = re.search(r"celsius NUMBER(\(\d+, \d+\))", PLAIN["csv_columns"])[1]
    assert connect().execute(f"SELECT '25.9'::DECIMAL{kind}").fetchall() == [(decimal.Decimal("25.9000"),)]


@pytest.mark.parametrize(("option", "value"), [
    ("NULL_IF", "('\\\\N')"), ("NULL_IF", "('NULL')"), ("EMPTY_FIELD_AS_NULL", "FALSE"), ("FIELD_DELIMITER", ";"),
])  # fmt: skip
def test_the_check_sees_another_format(option, value, tmp_path):
    path = tmp_path / "x.csv"
    path.write_text('id,text\n1,\\N\n2,NULL\n3,""\n4,\n')
    options = file_format("LINES_CSV")

    def rows(given):
        return duckdb.connect().read_csv(str(path), all_varchar=True, **read_csv_options(given)).fetchall()

    assert rows(options) == [("1", "\\N"), ("2", "NULL"), ("3", ""), ("4", None)]
    assert rows({**options, option: value.replace("\\\\", "\\")}) != rows(options)


# Athena's queries to begin with.


ATHENA = {"DATABASE": "lake", "TABLE": "orders", "PARTITION_KEY": "id", "METADATA_PREFIX": "__", "ATTRIBUTE": "total",
          "FROM_DT": "20251120"}  # fmt: skip


def athena_queries():
    text = (TOP / "deploy/sql/analytics.athena.sql").read_text()
    assert set(re.findall(r"\$\{(\w+)\}", text)) == set(ATHENA)
    text = re.sub(r"\$\{(\w+)\}", lambda match: ATHENA[match[1]], text)
    return [statement for statement in re.sub(r"^--.*\n", "", text, flags=re.MULTILINE).split(";\n") if statement.strip()]


def test_athenas_queries_parse():
    config = sqlfluff.core.FluffConfig(overrides={"dialect": "athena", "templater": "raw"})
    for statement in athena_queries():
        parsed = sqlfluff.core.Linter(config=config).parse_string(statement.strip() + "\n")
        assert parsed.violations == [] and not list(parsed.tree.recursive_crawl("unparsable"))


def test_athenas_queries_answer():
    def line(key, number, operation, hour, **more):
        time = int(datetime.datetime(2025, 11, 20, hour, tzinfo=datetime.timezone.utc).timestamp()) * 1000
        return change_line({"id": {"S": key}, **more}, operation, time, number)

    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'; CREATE SCHEMA lake")
    connection.execute("CREATE TABLE lake.orders_changes (line VARCHAR, dt VARCHAR)")
    connection.execute("CREATE TABLE lake.orders_newest (line VARCHAR)")
    lines = [line("a", "1", "INSERT", 3), line("a", "2", "MODIFY", 3), line("a", "2", "MODIFY", 3), line("b", "3", "INSERT", 23)]
    connection.executemany("INSERT INTO lake.orders_changes VALUES (?, '20251120')", [[one] for one in lines])
    connection.execute("INSERT INTO lake.orders_changes VALUES ('{}', '20251119')").fetchall()
    now = [line("a", "2", "MODIFY", 3, total={"N": "25.9"}), line("b", "3", "INSERT", 23, total={"S": "none"}),
           line("c", "4", "INSERT", 23, total={"N": "0.000001"})]  # fmt: skip
    connection.executemany("INSERT INTO lake.orders_newest VALUES (?)", [[one] for one in now])
    answers = [
        connection.execute(sqlglot.parse_one(query, read="athena").sql("duckdb").replace(" -> ", " ->> ")).fetchall()
        for query in athena_queries()
    ]
    assert answers[0] == [("20251120", "INSERT", 2, 0), ("20251120", "MODIFY", 2, 1)]
    assert answers[1] == [(3, 3), (23, 1)]
    assert answers[2] == [("a", 2), ("b", 1)]
    number = decimal.Decimal
    assert answers[3] == [(3, 2, number("25.900001"), number("0.000001"), number("25.900000"))]
