"""The scripts of deploy/sql/snowflake: what they say before three grammars, on the SQL double, and against Snowflake's
privileges. What they answer is in test_deploy_sql_views.py and test_deploy_sql_state.py."""

import json
import re
import subprocess

import pytest
import sqlfluff.core
import sqlglot

import sql_double
from conftest import TOP
from snowflake_scripts import (
    FOLDER,
    PLACEHOLDER,
    PLAIN,
    SCRIPTS,
    VALUES,
    all_statements,
    placeholders,
    rendered,
    statements,
)
from test_snowflake_sql import FULL, NODE_MODULES, ORACLE, TOOL

README = (TOP / "deploy/sql/README.md").read_text()
CONFIG = sqlfluff.core.FluffConfig.from_path(str(FOLDER))
RAW = sqlfluff.core.Linter(config=sqlfluff.core.FluffConfig(overrides={"dialect": "snowflake", "templater": "raw"}))

# What a judge's grammar does not have, by the statement's beginning. Snowflake's pages show each of them.
SQLFLUFF_GAPS = [
    "CREATE STORAGE INTEGRATION",  # STORAGE_AWS_EXTERNAL_ID
    "ALTER STORAGE INTEGRATION",
    "GRANT CREATE ICEBERG TABLE",
]
# Its lexer takes a stage for a path of plain characters, and knows no buckets of the government.
SQLFLUFF_MISREADS = re.compile("@\"|'s3gov:")
ANTLR_GAPS = [
    "ALTER PIPE",  # REFRESH
    "ALTER STAGE",  # REFRESH SUBPATH
    "ALTER STORAGE INTEGRATION",
    "ALTER USER",  # RSA_PUBLIC_KEY, DEFAULT_ROLE
    "CREATE DYNAMIC TABLE",  # IF NOT EXISTS
    "CREATE FILE FORMAT IF NOT EXISTS {}.{}.LINES_CSV",  # PARSE_HEADER, MULTI_LINE
    "CREATE OR REPLACE VIEW {}.{}.{}_CSV_NOT_LOADED",  # DIRECTORY(@stage)
    "CREATE OR REPLACE VIEW {}.{}.{}_EXPORT COPY",  # NULLS LAST
    "CREATE OR REPLACE VIEW {}.{}.{}_NOT_LOADED",
    "CREATE PIPE IF NOT EXISTS {}.{}.{}_CSV_PIPE",  # MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE
    "CREATE STORAGE INTEGRATION",
    "CREATE USER",  # TYPE = SERVICE
    "DROP DYNAMIC TABLE",  # IF EXISTS
    "GRANT CREATE ICEBERG TABLE",
    "GRANT SELECT ON ALL DYNAMIC",
    "GRANT SELECT ON ALL EXTERNAL",
    "GRANT SELECT ON ALL ICEBERG",
    "GRANT SELECT ON FUTURE DYNAMIC",
    "GRANT SELECT ON FUTURE EXTERNAL",
    "GRANT SELECT ON FUTURE ICEBERG",
    "GRANT USAGE ON EXTERNAL VOLUME",
    "GRANT USAGE ON STAGE",
]


def is_gap(statement, gaps, values):
    names = [values["database"], values["raw_schema"], values["name"]]
    views = [values["database"], values["view_schema"], values["name"]]
    beginnings = [gap.format(*some) for gap in gaps for some in (names, views)]
    return any(statement.startswith(beginning) for beginning in beginnings)


def violations(statement):
    parsed = RAW.parse_string(statement + "\n")
    return parsed.violations or list(parsed.tree.recursive_crawl("unparsable"))


def test_sqlfluff_parses_awkward_names_but_for_the_known_gaps():
    values = VALUES["awkward"]
    wrong = [
        (script, statement)
        for script, statement in all_statements(values)
        if bool(violations(statement))
        != (is_gap(statement, SQLFLUFF_GAPS, values) or bool(SQLFLUFF_MISREADS.search(statement)))
    ]
    assert wrong == []


@pytest.mark.parametrize("script", SCRIPTS)
def test_sqlfluff_has_nothing_to_say_of_a_script(script):
    """Neither of its grammar nor of its style, as `sqlfluff lint` has it in that folder, but for the known gaps."""
    text = (FOLDER / script).read_text()
    for statement in text.split(";\n"):
        bare = re.sub(r"^ *--.*\n", "", statement, flags=re.MULTILINE).strip()
        if is_gap(bare, SQLFLUFF_GAPS, PLAIN):
            assert violations(PLACEHOLDER.sub(lambda match: PLAIN[match[1]], bare)), "the gap has closed"
            text = text.replace(statement + ";\n", "")
    found = sqlfluff.core.Linter(config=CONFIG).lint_string(text)
    assert [f"{fault.line_no} {fault.rule_code()} {fault.desc()}" for fault in found.violations] == []


def by_antlr(given):
    lines = "".join(json.dumps(statement) + "\n" for statement in given)
    done = subprocess.run(
        ["node", ORACLE, NODE_MODULES], input=lines.encode(), stdout=subprocess.PIPE, check=True, timeout=120
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_antlr_parses_all_but_the_known_gaps():
    """It takes seconds for a query, so that those are left to the others but for LAKEFEED_HOSTILE=full."""
    given = [(script, one) for script, one in all_statements() if FULL or not re.search(r"\bSELECT\n| AS \(", one)]
    assert len(given) > 90
    answers = by_antlr([statement for _, statement in given])
    assert len(answers) == len(given)
    wrong = [
        (script, statement, answer)
        for (script, statement), answer in zip(given, answers)
        if isinstance(answer, dict) != is_gap(statement, ANTLR_GAPS, PLAIN)
    ]
    assert wrong == []


@pytest.mark.parametrize("values", VALUES)
def test_sqlglot_understands_the_queries(values):
    """What it does not know it takes whole, as a command: pipes, tasks, most grants."""
    for script, statement in all_statements(VALUES[values]):
        (parsed,) = sqlglot.parse(statement, read="snowflake")
        queried = re.match("SELECT|CREATE (OR REPLACE )?(TABLE|VIEW|EXTERNAL TABLE|DYNAMIC TABLE|STAGE)", statement)
        assert not queried or type(parsed).__name__ in ("Create", "Select"), (script, statement)


def test_the_judges_see_a_fault():
    (view,) = [one for one in statements("06_export_views.sql") if "QUALIFY" in one]
    broken = view.replace("ORDER BY", "ORDER", 1)
    assert broken != view and violations(broken)
    assert isinstance(by_antlr(["DROP PIPE EXISTS A.B.C"])[0], dict)
    with pytest.raises(sqlglot.errors.ParseError):
        sqlglot.parse(broken, read="snowflake")


# The placeholders.


def test_the_readme_names_the_placeholders():
    used = set().union(*(placeholders(script) for script in SCRIPTS))
    table = README.partition("| variable |")[2].partition("\n\n")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == used == set(PLAIN)


def test_the_readme_names_the_scripts():
    table = README.partition("| script |")[2].partition("\n\n")[0]
    assert re.findall(r"^\| `(\w+\.sql)` \|", table, re.MULTILINE) == SCRIPTS


def test_the_readmes_commands_give_each_script_its_variables():
    once = set(re.findall(r"-D (\w+)=", re.search(r'^\$ once="(.*)"$', README, re.MULTILINE)[1]))
    commands = re.findall(r"^\$ snow sql -f deploy/sql/snowflake/(\S+) \$once(.*)$", README, re.MULTILINE)
    assert len(commands) >= 7
    for script, rest in commands:
        assert placeholders(script) <= once | set(re.findall(r'-D "?(\w+)=', rest)), script


def test_no_other_template_of_snow_is_in_the_scripts():
    """`&name` and `&{ name }` are variables of snow's older form; {{ }} is Jinja; $$ some shells take for their own."""
    for script in SCRIPTS:
        text = (FOLDER / script).read_text()
        assert not re.search(r"&|\{\{|\$\$", text), script
        assert set(re.findall("<%.*?%>", text)) == {f"<% {name} %>" for name in placeholders(script)}


# What may be run twice.


HEAD = re.compile(
    r"(CREATE(?: OR REPLACE)?|DROP) (ROLE|USER|DATABASE|SCHEMA|WAREHOUSE|(?:STORAGE )?INTEGRATION|STAGE|FILE FORMAT|"
    r"(?:EXTERNAL |DYNAMIC )?TABLE|PIPE|VIEW|STREAM|TASK) (?:(IF (?:NOT )?EXISTS) )?([A-Za-z_.]+)"
)


def head(statement):
    """The verb, the kind, IF [NOT] EXISTS, and the name of what a CREATE or a DROP makes or takes away."""
    return HEAD.match(statement).groups()


def made_or_dropped(verb, scripts):
    """The names in the statements with that verb."""
    return {head(one)[3].upper() for script in scripts for one in statements(script) if one.startswith(verb)}


def test_every_script_may_run_twice():
    for script in SCRIPTS:
        dropped = set()
        for statement in statements(script):
            if not re.match("CREATE|DROP", statement):
                continue
            verb, kind, guard, name = head(statement)
            if verb == "DROP":
                assert guard == "IF EXISTS", statement
                dropped.add(name)
            elif verb == "CREATE OR REPLACE":
                # A task's grants matter to nobody, and it is resumed below.
                assert kind == "TASK" or (kind == "VIEW" and "COPY GRANTS AS" in statement), statement
            else:
                assert guard == "IF NOT EXISTS" or name in dropped, statement


HISTORIES = ["COPY_HISTORY", "TASK_HISTORY", "AUTO_REFRESH_REGISTRATION_HISTORY",
             "EXTERNAL_TABLE_FILE_REGISTRATION_HISTORY", "DYNAMIC_TABLE_REFRESH_HISTORY"]  # fmt: skip


def test_what_a_statement_names_was_made_before():
    made = {f"LAKE.INFORMATION_SCHEMA.{name}" for name in HISTORIES}
    options = [script for script in SCRIPTS if script[0] not in "0123456789"]
    for script in [one for one in SCRIPTS if one < "08"] + options + ["08_monitoring.sql"]:
        for statement in statements(script):
            names = re.findall(r"\bLAKE\.(?:[A-Z_]+\.)?\w+", statement)
            if statement.startswith("DROP"):
                continue
            if statement.startswith("CREATE"):
                made.add(head(statement)[3].upper())
            assert {name.upper() for name in names} <= made, (script, statement)


def test_a_table_leaves_nothing_behind():
    numbered = [script for script in SCRIPTS if script[0] == "0"]
    made = made_or_dropped("CREATE", numbered)
    assert {name for name in made if ".ORDERS_" in name} == made_or_dropped("DROP", ["98_drop_table.sql"])
    others = {name for name in made if "." not in name}
    assert made_or_dropped("DROP", ["99_teardown.sql"]) == others


def test_no_bad_row_is_passed_over():
    copies = [statement for _, statement in all_statements() if "COPY INTO" in statement]
    assert len(copies) == 2 and all("ON_ERROR = SKIP_FILE" in statement for statement in copies)
    # A pipe's COPY may have neither: Snowflake's page of CREATE PIPE.
    assert not any(re.search("CURRENT_TIMESTAMP|WHERE", statement) for statement in copies)


# On the double: what it knows (external tables, SHOW), in order, with names as they come.


def resolved(name):
    return name[1:-1].replace('""', '"') if name.startswith('"') else name.upper()


@pytest.mark.parametrize("values", VALUES)
def test_the_external_tables_are_made_and_refreshed(values):
    values = VALUES[values]
    database, schema = (values[name] for name in ("database", "raw_schema"))
    lines = [
        ("CreateSchema", {"database": resolved(database), "schema": resolved(values[name])})
        for name in ("raw_schema", "catalog_schema")
    ]
    lines += [("CreateStage", {"name": f"{database}.{schema}.{stage}"}) for stage in ("EXPORT_STAGE", "LAKE_STAGE")]
    newest = (FOLDER / "../newest_state.snowflake.sql").read_text()
    given = [one for one in statements("05_exports.sql", values) if not one.startswith("USE")]
    given += [one for one in statements("08_monitoring.sql", values) if one.startswith("SHOW")]
    location = f"{database}.{schema}.LAKE_STAGE/{values['table']}/"
    for name, value in {**values, "name": f"{database}.{schema}.X", "location": location}.items():
        newest = newest.replace(f"<% {name} %>", value)
    given.append(re.search(r"CREATE EXTERNAL TABLE[^;]*", newest)[0])
    assert len(given) == 6
    for _ in range(2):  # and again: nothing is there twice
        lines += [("Execute", {"statement": statement}) for statement in given]
    answers = sql_double.judge(sql_double.commands(lines))
    assert [(line, answer) for line, answer in zip(lines, answers) if answer != {}] == []


@pytest.mark.parametrize(
    ("pattern_of", "taken", "passed_over"),
    [
        (
            "EXPORT_ITEMS",
            ["exports/AWSDynamoDB/01795136400000-a1b2c3d4/data/abcdefghijklm.json.gz"],
            [
                "exports/AWSDynamoDB/01795136400000-a1b2c3d4/_started",
                "exports/AWSDynamoDB/01795136400000-a1b2c3d4/manifest-files.json",
                "exports/AWSDynamoDB/01795136400000-a1b2c3d4/manifest-summary.json",
                "exports/AWSDynamoDB/data/01795136400000-a1b2c3d4/x.json.gz",
            ],
        ),
        (
            "EXPORT_MANIFESTS",
            ["exports/AWSDynamoDB/01795136400000-a1b2c3d4/manifest-summary.json"],
            [
                "exports/AWSDynamoDB/01795136400000-a1b2c3d4/manifest-summary.md5",
                "exports/AWSDynamoDB/01795136400000-a1b2c3d4/manifest-files.json",
                "exports/AWSDynamoDB/01795136400000-a1b2c3d4/data/manifest-summary.json",
                "exports/AWSDynamoDB/01795136400000-a1b2c3d4/_started",
            ],
        ),
        (
            "ORDERS_PIPE",
            ["lake/orders/dt=20251120/x.json.gz", "lake/orders/dt=00000000/01795136400000-a1b2c3d4-x.json.gz"],
            ["lake/orders/dt=00000000/_SUCCESS-01795136400000-a1b2c3d4", "lake/orders/dt=20251120/x.csv"],
        ),
        ("ORDERS_CSV_PIPE", ["stream/orders/dt=20251120/x.csv"], ["stream/orders/dt=20251120/x.json.gz"]),
    ],
)
def test_patterns_take_the_data_files_alone(pattern_of, taken, passed_over):
    (statement,) = [one for _, one in all_statements() if re.match(rf"CREATE .* LAKE\.RAW\.{pattern_of}\b", one)]
    (pattern,) = re.findall(r"PATTERN = '(.*)'", statement)
    assert [name for name in taken + passed_over if re.fullmatch(pattern, name)] == taken


# Privileges. Which each kind of statement needs is written down from Snowflake's pages ("Access control requirements"
# of each command); a kind is a function of common/snowflake that builds one. Those that are made by the role itself are
# owned by it, which covers ALTER, COMMENT, DROP, SHOW and DESC.

CATALOG_USAGE = {("USAGE", "DATABASE LAKE"), ("USAGE", "SCHEMA LAKE.CATALOG")}
STAGE_USAGE = {("USAGE", "SCHEMA LAKE.RAW"), ("USAGE", "STAGE LAKE.RAW.LAKE_STAGE")}
CREATE_TABLE = CATALOG_USAGE | {("CREATE EXTERNAL TABLE", "SCHEMA LAKE.CATALOG")}
CREATE_ICEBERG = CATALOG_USAGE | {
    ("CREATE ICEBERG TABLE", "SCHEMA LAKE.CATALOG"),
    ("USAGE", "INTEGRATION GLUE_CATALOG"),
}
OWN_STAGE = CATALOG_USAGE | {("CREATE STAGE", "SCHEMA LAKE.CATALOG"), ("USAGE", "INTEGRATION LAKEFEED")}
NEEDED = {
    "create_external_table if_not_exists": CREATE_TABLE | STAGE_USAGE,
    "create_external_table replace": CREATE_TABLE | STAGE_USAGE,
    "create_external_table user_specified": CREATE_TABLE | STAGE_USAGE,
    "create_external_table replace user_specified": CREATE_TABLE | STAGE_USAGE,
    "create_external_table own_stage": CREATE_TABLE | OWN_STAGE,
    "add_column": CATALOG_USAGE,
    "drop_column": CATALOG_USAGE,
    "set_auto_refresh on": CATALOG_USAGE | STAGE_USAGE,
    "set_auto_refresh off": CATALOG_USAGE,
    "refresh": CATALOG_USAGE | STAGE_USAGE,
    "refresh path": CATALOG_USAGE | STAGE_USAGE,
    "comment_on_table": CATALOG_USAGE,
    "drop_external_table": CATALOG_USAGE,
    "rename_table": CREATE_TABLE,
    "add_partition": CATALOG_USAGE | STAGE_USAGE,
    "drop_partition": CATALOG_USAGE,
    "create_iceberg_table volume": CREATE_ICEBERG | {("USAGE", "EXTERNAL VOLUME LAKE_VOLUME")},
    "create_iceberg_table vended": CREATE_ICEBERG,
    "set_iceberg_auto_refresh": CATALOG_USAGE,
    "drop_iceberg_table": CATALOG_USAGE,
    "create_stage": OWN_STAGE,
    "drop_stage": CATALOG_USAGE,
    "show_table_like external": CATALOG_USAGE,
    "show_table_like iceberg": CATALOG_USAGE,
    "show_tables_in external": CATALOG_USAGE,
    "show_tables_in iceberg": CATALOG_USAGE,
    "show_tables_in external after": CATALOG_USAGE,
    "show_tables_in iceberg after": CATALOG_USAGE,
    "describe_external_table": CATALOG_USAGE,
}
OPTIONS = {"option_own_stages.sql", "option_iceberg.sql"}


def granted(role, scripts=SCRIPTS):
    """(privilege, on what) of every GRANT of the scripts to a role."""
    found = set()
    for script in scripts:
        for statement in statements(script):
            match = re.fullmatch(rf"GRANT ([A-Z ]+?) ON (.*) TO ROLE {role}(?: COPY CURRENT GRANTS)?", statement)
            if match:
                found.add((match[1], match[2]))
    return found


def test_the_functions_role_may_do_what_the_function_does_and_nothing_else():
    built = subprocess.run([TOOL], input='"x"\n', stdout=subprocess.PIPE, text=True, check=True).stdout
    assert set(json.loads(built)) == set(NEEDED)
    assert granted("LAKEFEED_SYNC") == set().union(*NEEDED.values())
    base = granted("LAKEFEED_SYNC", [script for script in SCRIPTS if script not in OPTIONS])
    optional = {kind for kind, needed in NEEDED.items() if not needed <= base}
    assert optional == {"create_external_table own_stage", "create_stage", "create_iceberg_table volume",
                        "create_iceberg_table vended"}  # fmt: skip


def test_readers_read():
    rights = granted("LAKEFEED_READER")
    assert {privilege for privilege, _ in rights} == {"USAGE", "SELECT"}
    selected = {what for privilege, what in rights if privilege == "SELECT"}
    assert selected == {
        f"{which} {kind} IN SCHEMA LAKE.{schema}"
        for which in ("ALL", "FUTURE")
        for kind, schema in (("EXTERNAL TABLES", "CATALOG"), ("ICEBERG TABLES", "CATALOG"), ("VIEWS", "ANALYTICS"),
                             ("DYNAMIC TABLES", "ANALYTICS"))
    }  # fmt: skip
    assert ("USAGE", "SCHEMA LAKE.RAW") not in rights


def test_no_script_grants_what_it_should_not():
    """Nothing to PUBLIC, no ALL PRIVILEGES, no grant option; ACCOUNTADMIN only where Snowflake asks for it."""
    for script, statement in all_statements():
        if statement.startswith("GRANT"):
            assert not re.search("PUBLIC|ALL PRIVILEGES|WITH GRANT OPTION", statement), statement
    as_account_admin = {script for script in SCRIPTS if "USE ROLE ACCOUNTADMIN" in rendered(script, PLAIN)}
    assert as_account_admin == {"02_storage_integration.sql", "07_newest_state_task.sql", "08_monitoring.sql", "99_teardown.sql",
                                "option_export_refresh.sql", *OPTIONS}  # fmt: skip


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_script_says_who_runs_it_and_why(script):
    text = (FOLDER / script).read_text()
    assert text.startswith("-- ") and statements(script)[0].startswith("USE ROLE ")
