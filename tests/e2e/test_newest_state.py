"""The newest-state views in deploy/sql over generated lakes: what they find is what the items' own histories say.

DuckDB runs its own file as it is. Athena's and Snowflake's are parsed by sqlfluff and sqlglot, and the queries of their
views run in DuckDB as sqlglot translates them, on tables with the lake's lines.
"""

import datetime
import decimal
import json
import random
import re
import subprocess

import duckdb
import pytest
import sqlfluff.core
import sqlglot

from conftest import TOP
from export_generator import Folder, write_full_export
from lake_histories import (
    DAY,
    EPOCH,
    FRACTIONS,
    INTEGERS,
    LAKES,
    MINUTE,
    NOON,
    SNAPSHOT,
    as_json,
    change_line,
    day_of,
    make_histories,
    write_lake,
)

SQL = TOP / "deploy/sql"
DUCKDB = (SQL / "newest_state.duckdb.sql").read_text()
METADATA = ("__operation", "__event_id", "__sequence_number", "__event_time_ms")
FROM_DT = day_of(NOON)


def rendered(engine: str, from_dt=FROM_DT) -> str:
    """The file for the table orders with the keys id and rank."""
    text = (SQL / f"newest_state.{engine}.sql").read_text()
    values = {
        "DATABASE": "lake", "TABLE": "orders", "LOCATION": "s3://lake/orders/", "PARTITION_KEY": "id",
        "SORT_KEY": "rank", "METADATA_PREFIX": "__", "FROM_DT": from_dt,
        "name": "ORDERS", "location": "LAKE_STAGE/orders/", "partition_key": "id", "sort_key": "rank",
        "metadata_prefix": "__", "from_dt": from_dt,
    }  # fmt: skip
    pattern = {"athena": r"\$\{(\w+)\}", "snowflake": r"<% (\w+) %>"}[engine]
    return re.sub(pattern, lambda match: values[match[1]], text)


# The three engines: each gives the lines that are the newest state.


def run_duckdb(lines, folder, from_dt=FROM_DT, sql=DUCKDB):
    write_lake(folder, lines)
    connection = duckdb.connect()
    connection.execute(sql)
    found = connection.execute(
        "SELECT line FROM newest_state($folder, 'id', sort_key_name := 'rank', from_dt := $from_dt)",
        {"folder": str(folder), "from_dt": from_dt},
    ).fetchall()
    return [line for (line,) in found]


def view_query(engine: str, from_dt: str) -> str:
    statements = [statement for statement in sqlglot.parse(rendered(engine, from_dt), read=engine) if statement]
    return statements[-1].expression.sql("duckdb")


def run_athena(lines, _folder, from_dt=FROM_DT):
    connection = duckdb.connect()
    connection.execute("CREATE SCHEMA lake; CREATE TABLE lake.orders_snapshot (line VARCHAR)")
    connection.execute("CREATE TABLE lake.orders_changes (line VARCHAR, dt VARCHAR)")
    snapshot = [[line] for dt, line in lines if dt == SNAPSHOT]
    changes = [[line, dt] for dt, line in lines if dt != SNAPSHOT]
    for statement, rows in (("orders_snapshot VALUES (?)", snapshot), ("orders_changes VALUES (?, ?)", changes)):
        if rows:
            connection.executemany(f"INSERT INTO lake.{statement}", rows)
    query = view_query("athena", from_dt)
    return [line for (line,) in connection.execute(f"SELECT line FROM ({query})").fetchall()]


def run_snowflake(lines, _folder, from_dt=FROM_DT):
    connection = duckdb.connect()
    connection.execute("CREATE TABLE ORDERS_LINES (value VARCHAR, dt VARCHAR)")
    if lines:
        connection.executemany("INSERT INTO ORDERS_LINES VALUES (?, ?)", [[line, dt] for dt, line in lines])
    # value:"x"::VARCHAR is the text itself in Snowflake; a cast of DuckDB's `->` keeps the quotes.
    query = re.sub(r"CAST\((value -)> ('[^']*') AS (\w+)", r"CAST(\1>> \2 AS \3", view_query("snowflake", from_dt))
    assert query.count("->>") == 5
    return [line for (line,) in connection.execute(f"SELECT item FROM ({query})").fetchall()]


ENGINES = [run_duckdb, run_athena, run_snowflake]


# The rule, case by case. Lines are (sequence number or None, event time, operation); the winner comes first.

RULE = {
    "the stream's higher number": [("12", 1000, "MODIFY"), ("11", 1000, "INSERT")],
    "a longer number is higher": [("1000", 1000, "MODIFY"), ("999", 1000, "INSERT")],
    "leading zeros do not count": [("1000", 1000, "MODIFY"), ("0000999", 1000, "INSERT")],
    "forty digits": [("9" * 39 + "2", 1000, "MODIFY"), ("9" * 39 + "1", 1000, "INSERT")],
    "the number, not the time": [("12", 1000, "MODIFY"), ("11", 9000, "INSERT")],
    "the exports' later time": [(None, 2000, "INSERT"), (None, 1000, "MODIFY")],
    "the later time has more digits": [(None, 10_000, "INSERT"), (None, 9_000, "INSERT")],
    "an increment at the snapshot's time": [(None, 1000, "MODIFY"), (None, 1000, "INSERT")],
    "a delete at the snapshot's time": [(None, 1000, "REMOVE"), (None, 1000, "INSERT")],
    "an export after the stream": [(None, 2000, "INSERT"), ("7", 1000, "MODIFY")],
    "the stream after an export": [("7", 2000, "MODIFY"), (None, 1000, "INSERT")],
    "the stream at a tie": [("7", 1000, "MODIFY"), (None, 1000, "INSERT")],
    "the stream's delete at a tie": [("7", 1000, "REMOVE"), (None, 1000, "INSERT")],
    "the stream in an export's second": [("7", 1000, "MODIFY"), (None, 1028, "INSERT")],
    "the stream a second before an export": [(None, 1028, "INSERT"), ("7", 999, "MODIFY")],
    "the stream's newest is what an export meets": [(None, 3000, "INSERT"), ("9", 1000, "MODIFY"), ("8", 5000, "INSERT")],
    "a delete by the stream": [("8", 2000, "REMOVE"), ("7", 1000, "INSERT"), (None, 500, "INSERT")],
    "a delete by an increment": [(None, 3000, "REMOVE"), ("7", 2000, "INSERT"), (None, 500, "INSERT")],
    "inserted again after a delete": [("9", 2000, "INSERT"), ("8", 2000, "REMOVE"), ("7", 1000, "INSERT")],
    "repeated": [("8", 2000, "MODIFY"), ("8", 2000, "MODIFY"), ("7", 2000, "INSERT"), ("7", 2000, "INSERT")],
    "an export's delete before the stream's insert": [("7", 2000, "INSERT"), (None, 1000, "REMOVE")],
    "only a delete": [("7", 2000, "REMOVE")],
    "only a snapshot": [(None, 2000, "INSERT")],
}


def rule_lines():
    """All cases as lines of one lake, an item each; and each item's winner, or None."""
    lines, winners = [], {}
    for name, case in RULE.items():
        for place, (number, time, operation) in enumerate(case):
            item = {"id": {"S": name}, "rank": {"N": "-1"}, "line": {"S": f"{number} {time} {operation}"}}
            time_ms = NOON // 1000 + time
            line = change_line(item, operation, time_ms, number)
            lines.append((SNAPSHOT if number is None else day_of(NOON), line))
            if place == 0:
                winners[name] = None if operation == "REMOVE" else item["line"]["S"]
    return lines, winners


def judge(found: list[str], winners: dict) -> list[str]:
    """The cases that went wrong."""
    newest = [json.loads(line) for line in found]
    states = {row["id"]: row["line"] for row in newest}
    assert len(states) == len(newest), "an item is there twice"
    return [name for name, winner in winners.items() if states.get(name) != winner]


@pytest.mark.parametrize("run", ENGINES)
def test_each_case_of_the_rule(run, tmp_path):
    lines, winners = rule_lines()
    for seed in range(3):
        order = random.Random(seed).sample(lines, len(lines))
        assert judge(run(order, tmp_path / str(seed)), winners) == []


@pytest.mark.parametrize(
    ("part", "instead"),
    [
        ("length(sequence_number) DESC, ", ""),
        ("sequence_number DESC, ", ""),
        (", event_time_ms DESC, operation", ", operation"),
        (", operation = 'INSERT'", ""),
        (", sequence_number IS NULL\n", "\n"),
        ("- event_time_ms % 1000 ", ""),
        ("'sequence_number'), '0')", "'sequence_number'), '')"),
        ("WHERE operation <> 'REMOVE'", ""),
        ("END DESC,\n            sequence_number IS NULL", "END DESC,\n            sequence_number IS NOT NULL"),
        ("partition_key, sort_key\n        ORDER BY", "partition_key, sort_key\n        ORDER BY event_time_ms,"),
    ],
)
def test_the_cases_tell_a_wrong_rule(part, instead, tmp_path):
    assert part in DUCKDB
    lines, winners = rule_lines()
    wrong = []
    for seed in range(3):
        order = random.Random(seed).sample(lines, len(lines))
        wrong += judge(run_duckdb(order, tmp_path / str(seed), sql=DUCKDB.replace(part, instead)), winners)
    assert wrong


# Histories of items, and lakes that tell them (lake_histories.py).


def exact(line: str, numbers=decimal.Decimal):
    return json.loads(line, parse_int=numbers, parse_float=numbers)


def wanted(histories) -> dict:
    items = [history.state(NOON + 10 * DAY) for history in histories]
    return {(item["id"]["S"], item["rank"]["N"]): exact(as_json({"M": item})) for item in items if item}


def states(lines) -> dict:
    rows = [exact(line) for line in lines]
    return {(row["id"], str(row["rank"])): {name: value for name, value in row.items() if name not in METADATA}
            for row in rows}  # fmt: skip


@pytest.mark.parametrize("run", ENGINES)
@pytest.mark.parametrize("lake", LAKES)
def test_the_newest_state_is_the_last_write(run, lake, tmp_path):
    for seed in range(2):
        # DuckDB's JSON does to fractions what those of Athena and Snowflake do not.
        histories = make_histories(120, seed, INTEGERS + FRACTIONS if run is run_duckdb else INTEGERS)
        lines = LAKES[lake](histories, random.Random(seed))
        # A snapshot holds what the days before it wrote; without one they are all needed.
        from_dt = day_of(NOON - 3 * DAY) if lake == "stream alone" else FROM_DT
        found = run(lines, tmp_path / str(seed), from_dt)
        assert len(found) == len(states(found)) > 40
        assert states(found) == wanted(histories)


def test_numbers_keep_all_their_digits(tmp_path):
    histories = make_histories(150, 5)
    write_lake(tmp_path, LAKES["all three"](histories, random.Random(5)))
    connection = duckdb.connect()
    connection.execute(DUCKDB)
    rows = connection.execute(
        "SELECT partition_key, sort_key, item FROM newest_state($folder, 'id', sort_key_name := 'rank')",
        {"folder": str(tmp_path)},
    ).fetchall()
    texts = {}
    for partition_key, sort_key, item in rows:
        texts[(partition_key, sort_key)] = {
            name: value for name, value in json.loads(item).items() if name not in METADATA
        }
    items = [history.state(NOON + 10 * DAY) for history in histories]
    assert texts == {
        (item["id"]["S"], item["rank"]["N"]): exact(as_json({"M": item}), numbers=str) for item in items if item
    }
    numbers = re.findall(r'"(-?[0-9.]{30,})"', "".join(item for _, _, item in rows))
    assert len(numbers) > 20


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("9" * 38, "DECIMAL(38, 0)"),
        ("-" + "9" * 38, "DECIMAL(38, 0)"),
        ("1234567890123456789012345678.0123456789", "DECIMAL(38, 10)"),
        ("-0.01234567890123456789012345678901234567", "DECIMAL(38, 38)"),
    ],
)
def test_a_cast_is_exact(text, kind, tmp_path):
    write_lake(tmp_path, [(SNAPSHOT, change_line({"id": {"S": "a"}, "n": {"N": text}}, "INSERT", 1))])
    connection = duckdb.connect()
    connection.execute(DUCKDB)
    found = connection.execute(
        f"SELECT (item ->> '$.n')::{kind} FROM newest_state($folder, 'id')", {"folder": str(tmp_path)}
    ).fetchall()
    assert found == [(decimal.Decimal(text),)]


def test_old_days_are_not_opened(tmp_path):
    lines = [
        (SNAPSHOT, change_line({"id": {"S": "a"}}, "INSERT", NOON // 1000)),
        ("20251121", change_line({"id": {"S": "b"}}, "INSERT", NOON // 1000 + 86_400_000, "2")),
    ]
    write_lake(tmp_path / "orders", lines)
    old = tmp_path / "orders/dt=20251119/0.json.gz"
    old.parent.mkdir()
    old.write_bytes(b"not gzip")
    connection = duckdb.connect()
    connection.execute(DUCKDB)
    query = "SELECT partition_key FROM newest_state($folder, 'id', from_dt := $from_dt) ORDER BY 1"
    arguments = {"folder": f"{tmp_path}/orders/", "from_dt": "20251120"}
    assert connection.execute(query, arguments).fetchall() == [("a",), ("b",)]
    with pytest.raises(duckdb.Error, match="dt=20251119"):
        connection.execute(query, {**arguments, "from_dt": "20251119"}).fetchall()


def test_another_table_beside_it_is_not_read(tmp_path):
    for table, text in (("orders", "mine"), ("orders2", "other"), ("older/orders", "other")):
        write_lake(tmp_path / table, [(SNAPSHOT, change_line({"id": {"S": "a"}, "x": {"S": text}}, "INSERT", 1))])
    for folder in ("orders", "orders/"):
        assert duckdb_items(f"{tmp_path}/{folder}", "id") == [("a", "mine")]


def duckdb_items(folder, key, **more):
    connection = duckdb.connect()
    connection.execute(DUCKDB)
    given = "".join(f", {name} := ${name}" for name in more)
    return connection.execute(
        f"SELECT partition_key, item ->> '$.x' FROM newest_state($folder, $key{given}) ORDER BY 1",
        {"folder": str(folder), "key": key, **more},
    ).fetchall()


@pytest.mark.parametrize("name", ["a.b", 'q"uote', "a/b~c", "$.id", "it's", "[0]", "é ☃"])
def test_any_attribute_can_be_the_key(name, tmp_path):
    item = {name: {"S": "k"}, "x": {"S": "1"}}
    newer = {name: {"S": "k"}, "x": {"S": "2"}}
    other = {name: {"S": "l"}, "x": {"S": "3"}}
    write_lake(tmp_path, [(SNAPSHOT, change_line(item, "INSERT", 1000)), (SNAPSHOT, change_line(other, "INSERT", 1000)),
                          ("20251121", change_line(newer, "MODIFY", 2000, "7"))])  # fmt: skip
    assert duckdb_items(tmp_path, name) == [("k", "2"), ("l", "3")]


def test_another_prefix_leaves_attributes_alone(tmp_path):
    item = {"id": {"S": "a"}, "__operation": {"S": "REMOVE"}, "__sequence_number": {"S": "x"}, "x": {"S": "1"}}
    write_lake(tmp_path, [(SNAPSHOT, change_line(item, "INSERT", 1000, prefix="lake_"))])
    assert duckdb_items(tmp_path, "id", prefix="lake_") == [("a", "1")]


# The other engines' files before their grammars.


def violations(statement: str, dialect: str):
    config = sqlfluff.core.FluffConfig(overrides={"dialect": dialect, "templater": "raw"})
    parsed = sqlfluff.core.Linter(config=config).parse_string(statement + "\n")
    return parsed.violations + list(parsed.tree.recursive_crawl("unparsable"))


@pytest.mark.parametrize(("engine", "statements"), [("athena", 3), ("snowflake", 2)])
def test_the_grammars_take_each_statement(engine, statements):
    text = rendered(engine)
    assert not re.search(r"\$\{|<%", text)
    if engine == "snowflake":
        assert violations(text, engine) == []
    else:
        for statement in text.split(";\n"):
            assert violations(statement, engine) == []
    parsed = [statement for statement in sqlglot.parse(text, read=engine) if statement]
    assert [type(statement).__name__ for statement in parsed] == ["Create"] * statements


@pytest.mark.parametrize(("engine", "part"), [("athena", "PARTITION BY"), ("snowflake", "QUALIFY")])
def test_the_grammars_see_a_fault(engine, part):
    assert violations(rendered(engine).replace(part, "PART BY", 1), engine) != []


def test_tables_read_one_folder_and_its_data_files():
    athena, snowflake = rendered("athena"), rendered("snowflake")
    assert "LOCATION 's3://lake/orders/dt=00000000/'" in athena and "LOCATION 's3://lake/orders/'" in athena
    assert "LOCATION = @LAKE_STAGE/orders/\n" in snowflake
    (pattern,) = re.findall(r"PATTERN = '(.*)'", snowflake)
    for name, taken in {
        "orders/dt=00000000/01763600400000-5fad88c3-x.json.gz": True,
        "orders/dt=20251120/hour=07/changes-1-2025-11-20-07-00-00-abc.json.gz": True,
        "orders/dt=00000000/_SUCCESS-01763600400000-5fad88c3": False,
        "orders/errors/x.json.gz": False,
    }.items():
        assert bool(re.fullmatch(pattern, name)) == taken, name
    # The partition's expression, on names as METADATA$FILENAME gives them.
    (expression,) = re.findall(r"dt VARCHAR AS \((.*)\)\n", snowflake)
    for name in ("dt=20251120/x.json.gz", "lake/orders/dt=20251120/hour=07/x.json.gz", "adt=1/dt=20251120/x.json.gz"):
        in_duckdb = expression.replace("METADATA$FILENAME", "?")
        assert duckdb.execute(f"SELECT {in_duckdb}", [name]).fetchall() == [("20251120",)]


# `lakefeed verify` goes by the same rule.


def verify(lakefeed, folder, histories, at: int):
    """Its exit status and answer for a full export of the histories' state at that time."""
    items = [item for history in histories if (item := history.state(at))]
    time = EPOCH + datetime.timedelta(microseconds=at)
    export = write_full_export(Folder(folder / "export"), items, table="orders", time=time)
    command = [lakefeed, "verify", "--manifest", export.summary_uri, "--lake", folder / "lake", "--key", "id,rank", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, json.loads(done.stdout)


@pytest.mark.parametrize("lake", LAKES)
def test_verify_finds_the_same_state(lake, lakefeed, tmp_path):
    histories = make_histories(80, 3)
    lines = LAKES[lake](histories, random.Random(3))
    write_lake(tmp_path / "lake", lines)
    status, told = verify(lakefeed, tmp_path, histories, NOON + 2 * DAY)
    assert status == 0, told


def test_verify_names_the_item_whose_last_write_is_lost(lakefeed, tmp_path):
    histories = make_histories(80, 3)
    lines = LAKES["snapshot and stream"](histories, random.Random(3))
    history = next(one for one in histories if one.writes[-1][0] > NOON + MINUTE and one.writes[-1][1])
    state = as_json({"M": history.writes[-1][1]})[:-1]
    write_lake(tmp_path / "lake", [(dt, line) for dt, line in lines if not line.startswith(state)])
    status, told = verify(lakefeed, tmp_path, histories, NOON + 2 * DAY)
    assert status == 1
    assert [difference["key"]["id"] for difference in told["differences"]] == [history.key["id"]["S"]]
