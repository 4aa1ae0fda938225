"""The plans of the golden cases, run: the double takes each statement, and what is altered or replaced ends as what is
made anew."""

import re

import pytest

import glue_statements
import sql_double
import test_glue_goldens as goldens

QUOTED = r'"(?:[^"]|"")*"'
CREATED = re.compile(rf"(?:TABLE|STAGE) (?:IF NOT EXISTS )?({QUOTED})\.({QUOTED})\.{QUOTED}")


def account(statements):
    """What must be there before: the schemas, stages, integrations and volumes that the statements name."""
    text = "\n".join(statements)
    found = [("CreateSchema", {"database": name(one), "schema": name(two)}) for one, two in set(CREATED.findall(text))]
    found += [("CreateStage", {"name": stage}) for stage in set(re.findall(r"LOCATION = @(\w+\.\w+\.\w+)/", text))]
    for command, clause in (
        ("CreateStorageIntegration", rf"STORAGE_INTEGRATION = ({QUOTED})"),
        ("CreateIcebergIntegration", r" CATALOG = '((?:[^']|'')+)'"),
        ("CreateExternalVolume", r"EXTERNAL_VOLUME = '((?:[^']|'')+)'"),
    ):
        for one in set(re.findall(clause, text)):
            body = {"name": name(one) if one.startswith('"') else object_name(one)}
            found.append((command, {**body, "vends_credentials": True} if "Iceberg" in command else body))
    return sql_double.commands(found)


def object_name(literal):
    """The object that a literal names: the double folds it to upper case."""
    return literal.replace("''", "'").upper()


def name(quoted):
    return quoted[1:-1].replace('""', '"')


def texts(plan):
    return [statement["sql"] for statement in plan.get("statements", [])]


def executed(statements):
    return [{"operation": "Execute", "body": {"statement": statement}} for statement in statements]


@pytest.fixture(scope="module")
def worlds():
    """By the golden's name: what Snowflake had, what the plan was, and the plan for a table that is not there."""
    had = {}
    past = [key for key, golden in goldens.GOLDENS.items() if "before" in golden]
    for key, plan in zip(past, glue_statements.plan([goldens.earlier(goldens.GOLDENS[key]) for key in past])):
        had[key] = texts(plan)
    shown = goldens.past_shown()
    cases, afresh = [], []
    for key, golden in goldens.GOLDENS.items():
        case = {"table": golden["table"], **goldens.settings(golden)}
        afresh.append(dict(case))
        if "deleted" in golden:
            case["deleted"] = golden["deleted"]
        if "comment" in shown.get(key, {}) or "shown" in golden:
            case["shown"] = goldens.shown_now(golden, shown.get(key))
        cases.append(case)
    plans = zip(goldens.GOLDENS, glue_statements.plan(cases), glue_statements.plan(afresh))
    return {key: (had.get(key, []), plan, texts(fresh)) for key, plan, fresh in plans}


def state_after(first, statements):
    lines = account(first + statements) + executed(first + statements) + [{"operation": "State"}]
    *done, state = sql_double.judge(lines)
    assert done == [{}] * len(done), [answer for answer in done if answer]
    return state["tables"]


def test_the_double_takes_every_statement_of_the_goldens(worlds):
    count = 0
    for key, (had, plan, _) in worlds.items():
        # What was there before and was not ours has no statements: its plans change nothing.
        if texts(plan) and (had or plan["action"] == "create"):
            state_after(had, texts(plan))
            count += 1
    assert count >= 40


def without_order(tables):
    """A column that was added stands last."""
    for table in tables.values():
        if "columns" in table:
            table["columns"].sort(key=lambda column: column["name"])
    return tables


def test_what_is_altered_or_replaced_ends_as_what_is_made_anew(worlds):
    seen = []
    for key, (had, plan, fresh) in worlds.items():
        if plan.get("action") in ("alter", "replace") and had and "COPY_COMMENTS" not in str(goldens.GOLDENS[key]):
            assert without_order(state_after(had, texts(plan))) == without_order(state_after([], fresh)), key
            seen.append(plan["action"])
    assert seen.count("alter") >= 5 and seen.count("replace") >= 5
