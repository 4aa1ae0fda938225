"""The column expressions of our statements over real files: Parquet that DuckDB wrote, JSON lines and delimited text
that Python wrote, and the values that come out of DuckDB (snowflake_in_duckdb.py), each written down by hand.

A row of Parquet is DuckDB's own, so that its types come as the file has them; a row of JSON or CSV is a JSON object in
VALUE, {"c1":…} for CSV. How delimited text becomes rows is read_delimited below, by Snowflake's page of the options."""

import csv
import datetime
import decimal
import json
import re

import duckdb
import pytest

import glue_statements
import snowflake_in_duckdb

PARQUET = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
OPENX = "org.openx.data.jsonserde.JsonSerDe"
OPEN_CSV = "org.apache.hadoop.hive.serde2.OpenCSVSerde"
LAZY_SIMPLE = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
MULTI_DELIMIT = "org.apache.hadoop.hive.contrib.serde2.MultiDelimitSerDe"
DATE = datetime.date(2026, 11, 20)
TIME = datetime.datetime(2026, 11, 20, 10, 11, 12, 345000)
ZONED = datetime.datetime(2026, 11, 20, 8, 11, 12)  # UTC
DECIMAL = decimal.Decimal


@pytest.fixture(scope="module")
def database():
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        snowflake_in_duckdb.install(connection)
        yield connection


def plan(serde, columns, serde_parameters=None, parameters=None, environment=None):
    """The parts of the CREATE of such a table."""
    table = {
        "Name": "orders",
        "DatabaseName": "sales__raw",
        "CatalogId": "123456789012",
        "Parameters": parameters or {},
        "StorageDescriptor": {
            "Columns": [{"Name": name, "Type": kind} for name, kind in columns],
            "Location": "s3://lake/raw/orders/",
            "SerdeInfo": {"SerializationLibrary": serde, "Parameters": serde_parameters or {}},
        },
    }
    (answer,) = glue_statements.plan([{"table": table, "environment": environment or {}}])
    assert answer.get("action") == "create", answer
    return glue_statements.read_create(answer["statements"][-1]["sql"])


def typed(value, kind):
    """A VARIANT comes as JSON text; a decimal's trailing zeros do not count."""
    return json.loads(value) if kind == "VARIANT" and isinstance(value, str) else value


def in_utc(expression, column):
    """A moment comes as its time in UTC."""
    return f"({expression}) AT TIME ZONE 'UTC'" if column["type"] == "TIMESTAMP_LTZ" else expression


def fetch(database, create, translate, source, values=()):
    columns = create["columns"]
    expressions = [in_utc(translate(column["expression"]), column) for column in columns]
    rows = database.execute(f"SELECT {', '.join(expressions)} FROM {source}", values).fetchall()
    return [[typed(value, column["type"]) for value, column in zip(row, columns)] for row in rows]


def rows_of(database, create, values):
    """The columns' values for each VALUE."""
    source = "(SELECT unnest(?) AS VALUE)"
    return fetch(database, create, snowflake_in_duckdb.translate, source, [[json.dumps(value) for value in values]])


def parquet_rows(database, create, path):
    names = [row[0] for row in database.execute(f"DESCRIBE SELECT * FROM '{path}'").fetchall()]
    return fetch(database, create, lambda text: snowflake_in_duckdb.translate_columns(text, names), f"'{path}'")


EVERY_TYPE = [
    *(("b", "boolean"), ("t", "tinyint"), ("l", "bigint"), ("f", "float"), ("d", "double"), ("n", "decimal(38,18)")),
    *(("m", "decimal(9,2)"), ("s", "string"), ("v", "varchar(20)"), ("c", "char(3)"), ("y", "binary"), ("da", "date")),
    *(("ts", "timestamp"), ("tz", "timestamp with local time zone"), ("ar", "array<int>"), ("ma", "map<string,int>")),
    ("st", "struct<a:int,b:string>"),
]
EXPECTED = [
    *(
        True,
        -128,
        9223372036854775807,
        1.5,
        -2.25e-300,
        DECIMAL("12345678901234567890.123456789012345678"),
        DECIMAL("-1234567.89"),
    ),
    *('a,"b"\\\'\nü', "vär", "abc", b"\x00\xff'", DATE, TIME, ZONED, [1, None, 3], {"k": 7}, {"a": 1, "b": "x"}),
]
PARQUET_ROW = """SELECT true AS b, (-128)::TINYINT AS t, 9223372036854775807 AS l, 1.5::FLOAT AS f,
    -2.25e-300::DOUBLE AS d, 12345678901234567890.123456789012345678::DECIMAL(38, 18) AS n, -1234567.89::DECIMAL(9, 2) AS m,
    'a,"b"\\''' || chr(10) || 'ü' AS s, 'vär' AS v, 'abc' AS c, '\\x00\\xFF\\x27'::BLOB AS y, DATE '2026-11-20' AS da,
    TIMESTAMP '2026-11-20 10:11:12.345' AS ts, TIMESTAMPTZ '2026-11-20 10:11:12+02' AS tz, [1, NULL, 3] AS ar,
    MAP {'k': 7} AS ma, {'a': 1, 'b': 'x'} AS st"""


def test_parquet_of_every_type(database, tmp_path):
    path = tmp_path / "every.parquet"
    nulls = ", ".join(f"NULL AS {name}" for name, _ in EVERY_TYPE)
    database.execute(f"COPY ({PARQUET_ROW} UNION ALL SELECT {nulls}) TO '{path}' (FORMAT PARQUET)")
    assert parquet_rows(database, plan(PARQUET, EVERY_TYPE), path) == [EXPECTED, [None] * len(EVERY_TYPE)]


SPARK = json.dumps({"type": "struct", "fields": [{"name": "OrderId"}, {"name": "customer Name"}, {"name": "x\"y'\\z"}]})


def test_parquet_in_the_case_that_spark_wrote(database, tmp_path):
    path = tmp_path / "case.parquet"
    database.execute(
        f"""COPY (SELECT 7 AS "OrderId", 'a' AS "customer Name", 'q' AS "x""y'\\z") TO '{path}' (FORMAT PARQUET)"""
    )
    columns = [("orderid", "bigint"), ("customer name", "string"), ("x\"y'\\z", "string"), ("added", "string")]
    create = plan(PARQUET, columns, parameters={"spark.sql.sources.schema": SPARK})
    assert parquet_rows(database, create, path) == [[7, "a", "q", None]]
    # What a naive mirror reads: NULL, without a word.
    assert parquet_rows(database, plan(PARQUET, columns[:2]), path) == [[None, None]]
    ignoring = plan(PARQUET, columns[:2], environment={"COLUMN_CASE": "ignore_case"})
    assert parquet_rows(database, ignoring, path) == [[7, "a"]]


def json_rows(database, create, path):
    return rows_of(database, create, [json.loads(line) for line in path.read_text().splitlines()])


def test_json_of_every_type(database, tmp_path):
    path = tmp_path / "every.json"
    text = {
        "ts": "2026-11-20T10:11:12.345",
        "tz": "2026-11-20T10:11:12+02:00",
        "da": "2026-11-20",
        "y": "AP8n",
        "n": "12345678901234567890.123456789012345678",
        "m": -1234567.89,
        "b": True,
        "t": -128,
        "l": 9223372036854775807,
        "f": 1.5,
        "d": -2.25e-300,
        "s": EXPECTED[7],
        "v": "vär",
        "c": "abc",
        "ar": [1, None, 3],
        "ma": {"k": 7},
        "st": {"a": 1, "b": "x"},
    }
    lines = [text, {}, {name: None for name in text}, {name.upper(): value for name, value in text.items()}]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    nothing = [None] * len(EVERY_TYPE)
    assert json_rows(database, plan(OPENX, EVERY_TYPE), path) == [EXPECTED, nothing, nothing, EXPECTED]


def test_json_keys_by_mapping_and_case(database, tmp_path):
    path = tmp_path / "keys.json"
    path.write_text('{"@timestamp":"2026-11-20T10:11:12.345","userId":"u","Total":"1.50","y":"%%%"}\n')
    columns = [("ts", "timestamp"), ("userid", "string"), ("total", "decimal(9,2)"), ("y", "binary")]
    any_case = plan(OPENX, columns, {"mapping.ts": "@timestamp"})
    assert json_rows(database, any_case, path) == [[TIME, "u", DECIMAL("1.50"), None]]
    exact = plan(OPENX, columns, {"mapping.ts": "@timestamp", "mapping.userid": "userId", "case.insensitive": "false"})
    assert json_rows(database, exact, path) == [[TIME, "u", None, None]]


def option(file_format, name):
    """The value of a CSV option: a text, None for NONE, a list of texts, or a word."""
    value = re.search(rf"\b{name} = (\(.*?\)|'(?:''|\\.|[^'\\])*'|\w+)", file_format, re.DOTALL)
    if value is None or value[1] == "NONE":
        return None
    if value[1].startswith("("):
        return [glue_statements.literal_text(text) for text in glue_statements.split_list(value[1][1:-1])]
    if not value[1].startswith("'"):
        return value[1]
    text = glue_statements.literal_text(value[1])
    # Delimiters beyond ASCII stand there byte by byte.
    return text.encode("latin-1").decode() if max(text, default="a") < "\u0100" else text


CHARSETS = {"UTF8": "utf-8", "ISO88591": "iso-8859-1", "WINDOWS1252": "cp1252"}


def read_delimited(raw, file_format):
    """Snowflake's reading of delimited text, by its page CREATE FILE FORMAT: each record as {"c1": text or None}."""
    text = raw.decode(CHARSETS[option(file_format, "ENCODING")])
    record_end, field_end = option(file_format, "RECORD_DELIMITER"), option(file_format, "FIELD_DELIMITER")
    quote, inside = option(file_format, "FIELD_OPTIONALLY_ENCLOSED_BY"), option(file_format, "ESCAPE")
    outside, nulls = option(file_format, "ESCAPE_UNENCLOSED_FIELD"), option(file_format, "NULL_IF")
    empty_is_null = option(file_format, "EMPTY_FIELD_AS_NULL") == "TRUE"
    records, fields, at = [], [], 0
    while at < len(text):
        enclosed = quote is not None and text.startswith(quote, at)
        at += len(quote) if enclosed else 0
        field = ""
        while at < len(text):
            escape = inside if enclosed else outside
            if escape and text[at] == escape and at + 1 < len(text):
                field, at = field + text[at + 1], at + 2
            elif enclosed and text.startswith(quote * 2, at):
                field, at = field + quote, at + 2
            elif enclosed and text[at] == quote:
                enclosed, at = None, at + 1  # nothing but a delimiter follows
            elif not enclosed and (text.startswith(field_end, at) or text.startswith(record_end, at)):
                break
            else:
                field, at = field + text[at], at + 1
        is_null = field in nulls or (field == "" and enclosed is False and empty_is_null)
        fields.append(None if is_null else field)
        ends_record = at >= len(text) or not text.startswith(field_end, at)
        at += len(record_end if ends_record else field_end)
        if ends_record:
            records.append({f"c{number}": value for number, value in enumerate(fields, 1)})
            fields = []
    records = records[int(option(file_format, "SKIP_HEADER")) :]
    return [
        record
        for record in records
        if option(file_format, "SKIP_BLANK_LINES") != "TRUE" or list(record.values()) != [""]
    ]


def delimited_rows(database, create, path):
    assert create["file_format"].startswith("TYPE = CSV ")
    return rows_of(database, create, read_delimited(path.read_bytes(), create["file_format"]))


CSV_TYPES = [pair for pair in EVERY_TYPE if "<" not in pair[1]]
CSV_TEXTS = [
    "true",
    "-128",
    "9223372036854775807",
    "1.5",
    "-2.25e-300",
    "12345678901234567890.123456789012345678",
    "-1234567.89",
    'a,"b"\\\' ü',
    "vär",
    "abc",
    "AP8n",
    "2026-11-20",
    "2026-11-20 10:11:12.345",
    "2026-11-20 10:11:12+02:00",
]
CSV_EXPECTED = EXPECTED[:7] + ['a,"b"\\\' ü'] + EXPECTED[8:14]


def test_open_csv_of_every_type(database, tmp_path):
    """Quotes and backslashes as OpenCSV writes them; a header; a blank line; fields in quotes or not."""
    path = tmp_path / "open.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, doublequote=False, escapechar="\\", lineterminator="\n")
        writer.writerows([[name for name, _ in CSV_TYPES], CSV_TEXTS])
        file.write("\n" + ",".join(["false", "0"] + [""] * (len(CSV_TYPES) - 2)) + "\n")
    create = plan(OPEN_CSV, CSV_TYPES, parameters={"skip.header.line.count": "1"})
    empty = [False, 0] + [None] * 5 + ["", "", "", b""] + [None] * 3
    assert delimited_rows(database, create, path) == [CSV_EXPECTED, empty]


def test_open_csv_dates_are_days_as_athena_has_them(database, tmp_path):
    path = tmp_path / "days.csv"
    path.write_text('"20777","2026-11-20"\n"0","x"\n"",""\n')
    create = plan(OPEN_CSV, [("days", "date"), ("iso", "date")])
    assert delimited_rows(database, create, path) == [[DATE, DATE], [datetime.date(1970, 1, 1), None], [None, None]]


def test_duckdbs_own_csv_with_doubled_quotes(database, tmp_path):
    path = tmp_path / "doubled.csv"
    database.execute(
        f"COPY (SELECT 7 AS id, 'a \"b\", c' AS note, 'x' AS last) TO '{path}' (FORMAT CSV, HEADER, FORCE_QUOTE *)"
    )
    create = plan(
        OPEN_CSV,
        [("id", "int"), ("note", "string"), ("last", "string")],
        {"escapeChar": '"'},
        {"skip.header.line.count": "1"},
    )
    assert delimited_rows(database, create, path) == [[7, 'a "b", c', "x"]]


@pytest.mark.parametrize(
    "serde, delimiter, parameters",
    [
        (LAZY_SIMPLE, "\x01", {}),
        (LAZY_SIMPLE, "\t", {"field.delim": "\t"}),
        (LAZY_SIMPLE, ";", {"serialization.format": "59"}),
        (LAZY_SIMPLE, "§", {"field.delim": "§"}),
        (MULTI_DELIMIT, "~|~", {"field.delim": "~|~"}),
    ],
)
def test_lazy_simple_of_every_type(serde, delimiter, parameters, database, tmp_path):
    """Hive's own form: no quotes, no escapes, \\N for NULL, '' stays ''."""
    path = tmp_path / "lazy.txt"
    lines = [CSV_TEXTS, ["\\N"] * len(CSV_TYPES), ["false", "0"] + [""] * (len(CSV_TYPES) - 2)]
    path.write_text("".join(delimiter.join(line) + "\n" for line in lines), encoding="utf-8")
    empty = [False, 0] + [None] * 5 + ["", "", "", b""] + [None] * 3
    rows = delimited_rows(database, plan(serde, CSV_TYPES, parameters), path)
    assert rows == [CSV_EXPECTED, [None] * len(CSV_TYPES), empty]


def test_lazy_simple_with_escapes_null_format_and_character_set(database, tmp_path):
    path = tmp_path / "escaped.txt"
    path.write_bytes("two lines\nof header\n1|a\\|b\\\\c|NULL|é\n2|NULL|\\N|\n3\n".encode("iso-8859-1"))
    create = plan(
        LAZY_SIMPLE,
        [("id", "int"), ("a", "string"), ("b", "string"), ("c", "string")],
        {
            "field.delim": "|",
            "escape.delim": "\\",
            "serialization.null.format": "NULL",
            "serialization.encoding": "ISO-8859-1",
        },
        {"skip.header.line.count": "2"},
    )
    assert delimited_rows(database, create, path) == [
        [1, "a|b\\c", None, "é"],
        [2, None, "N", ""],  # an escaped N
        [3, None, None, None],  # a short line
    ]


BAD = [
    "maybe",
    "1x",
    "9" * 40,
    "one",
    "1e999x",
    "1.2.3",
    "99999999.99",
    "text",
    "text",
    "abc",
    "???",
    "2026-02-30",
    "soon",
    "later",
]


@pytest.mark.parametrize("serde, delimiter", [(OPEN_CSV, ","), (LAZY_SIMPLE, "\x01")])
def test_bad_values_are_null_and_the_row_stays(serde, delimiter, database, tmp_path):
    path = tmp_path / "bad.txt"
    path.write_text(delimiter.join(BAD) + "\n")
    expected = [None] * 7 + ["text", "text", "abc"] + [None] * 4
    assert delimited_rows(database, plan(serde, CSV_TYPES), path) == [expected]


def test_positions_are_the_catalogs_not_the_names(database, tmp_path):
    path = tmp_path / "order.csv"
    path.write_text("first,second\n")
    create = plan(LAZY_SIMPLE, [("b", "string"), ("a", "string")], {"field.delim": ","})
    assert delimited_rows(database, create, path) == [["first", "second"]]
    assert [column["name"] for column in create["columns"]] == ["B", "A"]
