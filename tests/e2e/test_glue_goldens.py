"""Golden cases: a Glue table as Athena, Spark, a crawler, Hive or Firehose makes it, the settings and what Snowflake
shows, and the plan that must come of it, each written by hand from Snowflake's, Hive's and Athena's documents.

glue_goldens/NAME.json:
  about               who makes such a table, and which rule it shows
  table               the Table of a GetTable answer
  environment, secret the function's settings, where they are not the defaults
  before              a merge patch (RFC 7396) that gives the table as it was before; Snowflake shows what that made
  before_environment  the settings of that time, where they were others
  shown               merged into what Snowflake shows; without `before` it is all of that
  extra_columns       columns that Snowflake has beyond those
  tombstone           the mark in Snowflake says that the table was deleted then
  deleted             the catalog has the table no more
  expect              {"skip": part of the reason}, {"error": part of the message}, or action, reason (a part), notes
                      (a part of each) and statements, each in pieces. {mark} is the mark of the statement's own
                      definition, {partition} a partition column's expression, {stage} 8 digits of the stage's URL,
                      {any} any text
  values              the key of a file -> its partition columns' values, as DuckDB gets them from the expressions
"""

import datetime
import hashlib
import json
import re

import duckdb
import pytest

import glue_statements
import snowflake_in_duckdb
from conftest import TOP

GOLDENS = {path.stem: json.loads(path.read_text()) for path in sorted((TOP / "tests/e2e/glue_goldens").glob("*.json"))}


def merge(target, patch):
    """RFC 7396."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge(merged.get(name), value)
    return merged


def settings(golden, environment="environment"):
    chosen = golden.get(environment, golden.get("environment"))
    return {
        name: value for name, value in (("environment", chosen), ("secret", golden.get("secret"))) if value is not None
    }


def earlier(golden):
    """The case of the table as it was before."""
    return {"table": merge(golden["table"], golden["before"]), **settings(golden, "before_environment")}


def past_shown():
    """What Snowflake shows of each table that has a past, by the golden's name; or the plan, where it is no CREATE."""
    names = [name for name, golden in GOLDENS.items() if "before" in golden]
    shown = {}
    for name, answer in zip(names, glue_statements.plan([earlier(GOLDENS[name]) for name in names])):
        if answer.get("action") == "create":
            shown[name] = glue_statements.shown_after(answer["statements"][-1]["sql"])
            shown[name]["columns"] += GOLDENS[name].get("extra_columns", [])
        else:
            shown[name] = answer
    return shown


def shown_now(golden, past):
    shown = merge(past or {}, golden.get("shown", {}))
    if "tombstone" in golden:
        shown["comment"] = f'{shown["comment"][:-1]},"deleted":"{golden["tombstone"]}"}}'
    return shown


@pytest.fixture(scope="module")
def plans():
    """The plan of each golden case: one run for the tables as they were, one for what is asked."""
    past = past_shown()
    cases = []
    for name, golden in GOLDENS.items():
        case = {"table": golden["table"], **settings(golden)}
        if "deleted" in golden:
            case["deleted"] = golden["deleted"]
        if "comment" in past.get(name, {}) or "shown" in golden:
            case["shown"] = shown_now(golden, past.get(name))
        cases.append(case)
    plans = dict(zip(GOLDENS, glue_statements.plan(cases)))
    return plans | {name: {"past": shown} for name, shown in past.items() if "comment" not in shown}


def pattern_of(pieces, golden):
    """A pattern of the statement as it is expected; what the holes hold comes out as its groups."""
    url = golden.get("own_stage_url", "")
    holes = {
        "mark": "(?P<mark{}>lakefeed .*)",
        "partition": "(?P<partition{}>.+?)",
        "any": ".*",
        "stage": hashlib.sha256(url.encode()).hexdigest()[:8],
    }
    parts = re.split(r"\{(mark|partition|any|stage)\}", "".join(pieces))
    for at in range(0, len(parts), 2):
        parts[at] = re.escape(parts[at])
    for at in range(1, len(parts), 2):
        parts[at] = holes[parts[at]].format(at)
    return re.compile("".join(parts), re.DOTALL)


def check_statement(pieces, statement, golden):
    assert pattern_of(pieces, golden).fullmatch(statement), f"expected: {''.join(pieces)}\n  actual: {statement}"


def check_mark(golden, statement):
    """A CREATE carries the mark of its own definition."""
    create = glue_statements.read_create(statement)
    mark = glue_statements.read_mark(create["comment"])
    expected = glue_statements.expected_mark(create, golden["table"])
    if "own_stage_url" in golden:
        assert mark.pop("stage").startswith(golden["table"]["Name"].upper() + "_")
    assert {name: mark.get(name) for name in expected} == expected


def check_values(golden, statement):
    columns = glue_statements.read_create(statement)["partition_columns"]
    assert columns
    with duckdb.connect() as database:
        snowflake_in_duckdb.install(database)
        for key, expected in golden["values"].items():
            for column in columns:
                value = snowflake_in_duckdb.value(database, column["expression"], {"METADATA$FILENAME": key})
                if isinstance(value, datetime.date):
                    value = str(value)
                if column["name"] in expected:
                    assert value == expected[column["name"]], (key, column)


@pytest.mark.parametrize("name", GOLDENS)
def test_golden(name, plans):
    golden, actual = GOLDENS[name], plans[name]
    expected = golden["expect"]
    for kind in ("skip", "error"):
        if kind in expected:
            assert expected[kind] in actual.get(kind, ""), actual
            return
    assert actual.get("action") == expected["action"], actual
    assert expected.get("reason", "") in actual["reason"], actual["reason"]
    statements = [statement["sql"] for statement in actual["statements"]]
    assert len(statements) == len(expected["statements"]), statements
    for pieces, statement in zip(expected["statements"], statements):
        check_statement(pieces, statement, golden)
    for statement in actual["statements"]:
        assert statement["reason"] and statement["subject"], statement
    for part in expected.get("notes", []):
        assert any(part in note for note in actual["notes"]), actual["notes"]
    if "notes" in expected and not expected["notes"]:
        assert not actual["notes"]
    for statement in statements:
        if " EXTERNAL TABLE " in statement and statement.startswith("CREATE"):
            check_mark(golden, statement)
            if "values" in golden:
                check_values(golden, statement)


def test_there_are_enough():
    assert len(GOLDENS) >= 40
    assert len({golden["about"] for golden in GOLDENS.values()}) == len(GOLDENS)
