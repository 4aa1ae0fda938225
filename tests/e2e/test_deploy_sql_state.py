"""The newest state that Snowflake keeps upon its landing table: the dynamic table, and the task's MERGE after each part of
the lines, in DuckDB. Both must find what the items' own histories say, and what each case of the rule says
(test_newest_state.py)."""

import json
import random

import pytest

from lake_histories import DAY, LAKES, NOON, change_line, day_of, make_histories
from snowflake_scripts import PLAIN
from snowflake_scripts_in_duckdb import connect, create_views, merge_of
from test_newest_state import FROM_DT, INTEGERS, judge, rule_lines, states, wanted

KEYS = {"partition_key": "id", "sort_key": "rank"}
LANDING = "(record VARCHAR, file_name VARCHAR)"
STATE = ("(partition_key VARCHAR, sort_key VARCHAR, source VARCHAR, line_rank VARCHAR, operation VARCHAR, "
         "sequence_number VARCHAR, event_time_ms DECIMAL(38, 0), item VARCHAR)")  # fmt: skip


def loaded(lines):
    """Rows of the landing table, as the pipe fills it in."""
    return [[line, f"lake/orders/dt={dt}/{at}.json.gz"] for at, (dt, line) in enumerate(lines)]


def insert(connection, table, lines):
    if lines:
        connection.executemany(f"INSERT INTO LAKE.RAW.{table} VALUES (?, ?)", loaded(lines))


def items_of(connection, name):
    return [line for (line,) in connection.execute(f"SELECT item FROM LAKE.ANALYTICS.{name}").fetchall()]


def by_dynamic_table(lines, from_dt=FROM_DT, _chance=None):
    connection = connect()
    connection.execute(f"CREATE TABLE LAKE.RAW.ORDERS_CHANGES {LANDING}")
    insert(connection, "ORDERS_CHANGES", lines)
    create_views(connection, "07_newest_state_dynamic.sql", {**PLAIN, **KEYS, "from_dt": from_dt})
    return items_of(connection, "ORDERS_LATEST")


def by_task(lines, from_dt=FROM_DT, chance=None, merge=None):
    """The lines come in parts; the stream has each part once, and is empty after the MERGE."""
    chance = chance or random.Random(1)
    values = {**PLAIN, **KEYS, "from_dt": from_dt}
    merge = merge or merge_of("07_newest_state_task.sql", values)
    connection = connect()
    connection.execute(f"CREATE TABLE LAKE.RAW.ORDERS_CHANGES_STREAM {LANDING}")
    connection.execute(f"CREATE TABLE LAKE.RAW.ORDERS_STATE {STATE}")
    create_views(connection, "07_newest_state_task.sql", values)
    at = 0
    while at < len(lines):
        size = chance.randrange(1, max(2, len(lines) // 3))
        insert(connection, "ORDERS_CHANGES_STREAM", lines[at : at + size])
        connection.execute(merge).fetchall()
        connection.execute("DELETE FROM LAKE.RAW.ORDERS_CHANGES_STREAM").fetchall()
        at += size
    keys = connection.execute("SELECT count(*), count(DISTINCT (partition_key, sort_key, source)) FROM LAKE.RAW.ORDERS_STATE")
    assert len(set(keys.fetchall()[0])) == 1, "a key has two rows of one source"
    return items_of(connection, "ORDERS_CURRENT")


KEEPERS = [by_dynamic_table, by_task]


@pytest.mark.parametrize("keep", KEEPERS)
def test_each_case_of_the_rule(keep):
    lines, winners = rule_lines()
    for seed in range(2):
        chance = random.Random(seed)
        assert judge(keep(chance.sample(lines, len(lines)), FROM_DT, chance), winners) == []


@pytest.mark.parametrize("keep", KEEPERS)
@pytest.mark.parametrize("lake", LAKES)
def test_the_newest_state_is_the_last_write(keep, lake):
    histories = make_histories(60, 3, INTEGERS)
    chance = random.Random(3)
    lines = LAKES[lake](histories, chance)
    from_dt = day_of(NOON - 3 * DAY) if lake == "stream alone" else FROM_DT
    found = keep(chance.sample(lines, len(lines)), from_dt, chance)
    assert len(found) == len(states(found)) > 20
    assert states(found) == wanted(histories)


@pytest.mark.parametrize("keep", KEEPERS)
def test_loaded_twice_is_loaded_once(keep):
    """A pipe that was made again loads its files again, in another order."""
    lines, winners = rule_lines()
    chance = random.Random(7)
    again = chance.sample(lines, len(lines)) + chance.sample(lines, len(lines))
    assert judge(keep(again, FROM_DT, chance), winners) == []


@pytest.mark.parametrize("keep", KEEPERS)
def test_what_is_older_than_the_snapshot_does_not_count(keep):
    """Its delete may be what the stream lost."""
    item = {"id": {"S": "a"}, "rank": {"N": "1"}}
    lines = [(day_of(NOON - DAY), change_line(item, "INSERT", (NOON - DAY) // 1000, "7"))]
    assert keep(lines, FROM_DT) == []
    assert len(keep(lines, day_of(NOON - DAY))) == 1


@pytest.mark.parametrize("keep", KEEPERS)
def test_a_late_line_does_not_bring_a_deleted_item_back(keep):
    item = {"id": {"S": "a"}, "rank": {"N": "1"}}
    numbers = ["1" + "0" * 39, "9" * 39, "0099"]  # 40 digits, 39, and 2
    day, time = day_of(NOON), NOON // 1000
    operations = ("REMOVE", "MODIFY", "INSERT")
    lines = [(day, change_line(item, operation, time, number)) for number, operation in zip(numbers, operations)]
    for order in (lines, lines[::-1], lines[1:] + lines[:1]):
        assert keep(order, FROM_DT) == []
    newer = change_line(item, "INSERT", time, "1" + "0" * 38 + "1")
    (found,) = keep([(day, newer), *lines], FROM_DT)
    assert json.loads(found)["__sequence_number"] == "1" + "0" * 38 + "1"


@pytest.mark.parametrize(
    ("part", "instead"),
    [
        ("AND newest.line_rank > state.line_rank", ""),
        ("newest.line_rank > state.line_rank", "newest.sequence_number > state.sequence_number"),
        ("newest.line_rank > state.line_rank", "newest.event_time_ms > state.event_time_ms"),
        ("ORDER BY line_rank DESC NULLS FIRST", "ORDER BY event_time_ms DESC"),
        ("'0') || sequence_number", "'0')"),
        ("|| CASE WHEN operation = 'INSERT' THEN '0' ELSE '1' END", ""),
        (" AND state.source = newest.source", ""),
        ("'$.__sequence_number' AS TEXT), '0')", "'$.__sequence_number' AS TEXT), '')"),
    ],
)
def test_the_cases_tell_a_wrong_merge(part, instead):
    merge = merge_of("07_newest_state_task.sql", {**PLAIN, **KEYS, "from_dt": FROM_DT})
    assert part in merge
    lines, winners = rule_lines()
    wrong = []
    for seed in range(2):
        chance = random.Random(seed)
        try:
            wrong += judge(by_task(chance.sample(lines, len(lines)), FROM_DT, chance, merge.replace(part, instead)), winners)
        except AssertionError as error:
            wrong.append(error)
    assert wrong
