"""lakefeed reconcile against moto's Glue and the SQL API double: tens of tables, every exit code."""

import json
import os
import pty
import re
import signal
import subprocess

import pytest

import sql_double
from catalog_world import CatalogWorld, changes, clean_environment

TABLES = 15  # of each of two databases


@pytest.fixture(scope="module")
def double():
    with sql_double.serve() as running:
        yield running


@pytest.fixture
def world(moto, double):
    world = CatalogWorld(moto, double)
    for database in ("sales__raw", "web__raw"):
        world.make_database(database)
    return world


@pytest.fixture
def full(world):
    for database in ("sales__raw", "web__raw"):
        for number in range(TABLES):
            world.make_table(database, f"t{number:02}", [("id", "bigint"), ("a", "string")])
    return world


@pytest.fixture
def reconcile(lakefeed, world):
    """reconcile(…) gives the report and what Snowflake was asked."""

    def run(*words, code=0, **options):
        world.sent()
        done = world.run(lakefeed, "reconcile", "--json", *words, **options)
        assert done.returncode == code, done.stderr
        assert done.stdout.count("\n") == 1
        return json.loads(done.stdout), world.sent()

    return run


def counted(report):
    return {action: count for action, count in report["counts"].items() if count}


def test_a_catalog_is_made_then_costs_no_statement_but_the_looks(full, reconcile):
    report, sent = reconcile()
    assert counted(report) == {"create": 2 * TABLES}
    assert len(changes(sent)) == 2 * TABLES and all(text.startswith("CREATE EXTERNAL TABLE IF") for text in changes(sent))
    assert sorted(full.double.tables()) == sorted(
        f"{database}.RAW.T{number:02}" for database in ("SALES", "WEB") for number in range(TABLES))
    assert report["statements"] == len(sent)
    report, sent = reconcile()
    assert counted(report) == {"none": 2 * TABLES} and report["failures"] == []
    assert (report["dry_run"], report["interrupted"]) == (False, False)
    assert len(sent) <= 2 * 6 and changes(sent) == []
    assert [table["statements"] for table in report["tables"]] == [[]] * (2 * TABLES)
    # One column of one table: one ALTER, and the mark after it.
    full.change_table("web__raw", "t07", [("id", "bigint"), ("a", "string"), ("b", "double")])
    report, sent = reconcile()
    assert counted(report) == {"none": 2 * TABLES - 1, "alter": 1}
    alter, comment = changes(sent)
    assert alter.startswith('ALTER TABLE "WEB"."RAW"."T07" ADD COLUMN IF NOT EXISTS "B" FLOAT AS (')
    assert comment.startswith('COMMENT ON TABLE "WEB"."RAW"."T07" IS ')
    assert counted(reconcile()[0]) == {"none": 2 * TABLES}


def test_a_dry_run_changes_nothing_and_tells_each_statement(full, reconcile, lakefeed):
    reconcile("--database", "sales__raw")
    full.change_table("sales__raw", "t01", [("id", "bigint")])
    before = full.double.state()
    report, sent = reconcile("--dry-run")
    assert counted(report) == {"none": TABLES - 1, "create": TABLES, "alter": 1} and report["dry_run"] is True
    assert changes(sent) == [] and full.double.tables() == before["tables"]
    assert changes(full.double.executed()) == changes(before["executed"])
    (alter,) = [table for table in report["tables"] if table["action"] == "alter"]
    assert alter["statements"][0] == 'ALTER TABLE "SALES"."RAW"."T01" DROP COLUMN IF EXISTS "A"'
    done = full.run(lakefeed, "reconcile", "--dry-run")
    assert done.returncode == 0
    first, *lines = done.stdout.splitlines()
    assert re.fullmatch(r"30 tables: 14 in step, 15 to create, 1 to alter \(\d+\.\d s, \d+ statements\)", first)
    assert f'           {alter["statements"][0]};' in lines
    assert len([line for line in lines if line.startswith("           CREATE EXTERNAL TABLE ")]) == TABLES
    assert lines[-1] == "nothing was changed in Snowflake" and changes(full.sent()) == []


def test_what_was_planned_is_what_is_sent(full, reconcile):
    planned, _ = reconcile("--dry-run")
    _, sent = reconcile()
    assert sorted(changes(sent)) == sorted(
        statement for table in planned["tables"] for statement in table["statements"])


def test_one_database_and_one_table(full, reconcile):
    report, sent = reconcile("--database", "web__raw", "--table", "t03")
    assert [(table["glue"], table["action"]) for table in report["tables"]] == [("web__raw.t03", "create")]
    assert len(changes(sent)) == 1
    report, _ = reconcile("--database", "web__raw")
    assert counted(report) == {"none": 1, "create": TABLES - 1}
    assert all(name.startswith("WEB.") for name in full.double.tables())


def test_one_table_that_fails_is_named_and_the_others_are_done(full, reconcile, lakefeed):
    full.change_table("sales__raw", "t05", [("id", "array<")])
    full.change_table("sales__raw", "t06", location="s3://elsewhere/t06/")
    report, _ = reconcile(code=1)
    assert counted(report) == {"create": 2 * TABLES - 2, "skip": 1, "failed": 1}
    (failure,) = report["failures"]
    assert failure.startswith("sales__raw.t05: ") and "id" in failure
    assert len(full.double.tables()) == 2 * TABLES - 2
    done = full.run(lakefeed, "reconcile", "--list", "1")
    assert done.returncode == 1
    first, skipped, failed = done.stdout.splitlines()
    assert re.fullmatch(r"29 tables: 28 in step, 1 skipped; 1 failed \(\d+\.\d s, \d+ statements\)", first)
    assert skipped.split()[:3] == ["skip", "sales__raw.t06", '"SALES"."RAW"."T06"'] and "no stage" in skipped
    assert failed == f"  FAIL     {failure}"


def test_a_statement_that_snowflake_refuses_fails_its_table(full, reconcile):
    full.double.command("Revoke", database="WEB", schema="RAW", privilege="CREATE EXTERNAL TABLE")
    report, _ = reconcile(code=1)
    assert counted(report) == {"create": TABLES, "failed": TABLES}
    assert all(failure.startswith("web__raw.t") and "003001" in failure for failure in report["failures"])


def test_deleted_tables_go_by_the_policy_and_others_stay(full, reconcile):
    reconcile("--database", "sales__raw")
    full.double.command("CreateExisting", database="SALES", schema="RAW", object="THEIRS", kind="EXTERNAL TABLE",
                        comment="by hand", grants=[])
    full.glue.delete_table(DatabaseName="sales__raw", Name="t00")
    report, sent = reconcile("--database", "sales__raw")
    assert changes(sent) == [] and "SALES.RAW.T00" in full.double.tables()
    assert counted(report) == {"none": TABLES - 1, "skip": 1}
    report, sent = reconcile("--database", "sales__raw", "--env", "DELETE_POLICY=drop")
    assert counted(report) == {"none": TABLES - 1, "drop": 1}
    assert changes(sent) == ['DROP EXTERNAL TABLE IF EXISTS "SALES"."RAW"."T00"']
    assert "SALES.RAW.T00" not in full.double.tables() and "SALES.RAW.THEIRS" in full.double.tables()


def test_the_target_logging_asks_nothing(full, reconcile):
    report, sent = reconcile("--env", "TARGET_TYPE=LOGGING")
    assert counted(report) == {"create": 2 * TABLES} and report["dry_run"] is True and sent == []
    assert full.double.tables() == {}


def test_variables_of_the_command_line_win(full, reconcile, tmp_path):
    settings = tmp_path / "settings"
    settings.write_text("DATABASE_FILTER=web*\nTABLE_FILTER=t0*\n")
    report, _ = reconcile("--dry-run", "--env-file", settings, "--env", "TABLE_FILTER=t00", environment={"TABLE_FILTER": "x"})
    assert [table["glue"] for table in report["tables"] if table["action"] == "create"] == ["web__raw.t00"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--table", "t"], "reconcile --table: give its --database as well"),
        (["--list", "many"], "--list"),
        (["--env", "NOVALUE"], "--env NOVALUE: write NAME=VALUE"),
        (["--env-file", "/nonexistent"], "read /nonexistent: No such file"),
        (["sales__raw"], "sales__raw"),
    ],
)
def test_usage_errors_exit_2(lakefeed, words, message):
    done = subprocess.run([lakefeed, "reconcile", *words], capture_output=True, text=True, timeout=60, check=False,
                          env=clean_environment())
    assert done.returncode == 2, done.stderr
    assert message in done.stderr and done.stdout == ""


def test_faults_of_settings_come_all_at_once(lakefeed):
    done = subprocess.run(
        [lakefeed, "reconcile", "--env", "DELETE_POLICY=burn", "--env", "DATABASE_RULE=map"], capture_output=True, text=True,
        timeout=60, check=False, env=clean_environment())
    assert done.returncode == 3 and done.stdout == ""
    for name in ("SECRET_ARN", "DELETE_POLICY", "DATABASE_MAP", "AWS_REGION", "AWS_ACCESS_KEY_ID"):
        assert name in done.stderr
    assert "aws configure export-credentials" in done.stderr and "5 settings are wrong" in done.stderr


def test_a_set_up_that_cannot_be_done_exits_3(world, lakefeed):
    done = world.run(lakefeed, "reconcile", environment={"SECRET_ARN": "snowflake/other"})
    assert done.returncode == 3 and done.stdout == ""
    assert "GetSecretValue" in done.stderr and "snowflake/other" in done.stderr
    world.put_secret(url="http://not-loopback.example", token="hush-hush")
    done = world.run(lakefeed, "reconcile")
    assert done.returncode == 3 and "url" in done.stderr and "hush" not in done.stderr
    world.put_secret()
    done = world.run(lakefeed, "reconcile", environment={"AWS_ENDPOINT_URL_GLUE": "http://127.0.0.1:9"})
    assert done.returncode == 3 and "GetDatabases" in done.stderr


def test_snowflake_that_refuses_the_token_fails_the_tables(full, lakefeed):
    full.put_secret(token="hush-hush")
    done = full.run(lakefeed, "reconcile", "--json")
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert report["counts"]["failed"] and not report["counts"]["create"]
    assert "hush" not in done.stdout + done.stderr and full.double.tables() == {}


def test_ctrl_c_stops_between_statements_and_the_next_run_does_the_rest(full, lakefeed, reconcile):
    full.double.command("SetLatency", ms=100)
    with subprocess.Popen(
        [str(lakefeed), "reconcile"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**clean_environment(), **full.environment},
    ) as command:
        while len(full.double.tables()) < 3:
            assert command.poll() is None
        command.send_signal(signal.SIGINT)
        stdout, stderr = command.communicate(timeout=60)
    assert command.returncode == 130
    made = len(full.double.tables())
    assert 3 <= made < 2 * TABLES and len(changes(full.sent())) == made
    assert f"{made} created" in stdout.splitlines()[0]
    assert re.search(r"^interrupted, .*not looked at: the same command does what is left$", stdout, re.MULTILINE)
    assert "stops after the statement that runs" in stderr
    full.double.command("SetLatency", ms=0)
    report, sent = reconcile()
    assert counted(report) == {"none": made, "create": 2 * TABLES - made}
    assert len(changes(sent)) == 2 * TABLES - made


def test_ctrl_c_twice_leaves_at_once(full, lakefeed):
    full.double.command("Script", on="statements", responses=[{"status": 202, "polls": 1000}])
    with subprocess.Popen(
        [str(lakefeed), "reconcile", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**clean_environment(), **full.environment},
    ) as command:
        for line in command.stderr:
            if "reads the Glue Data Catalog" in line:
                break
        command.send_signal(signal.SIGINT)
        for line in command.stderr:
            if "stops after" in line:
                break
        command.send_signal(signal.SIGINT)
        assert command.wait(timeout=10) == 130
        assert command.stdout.read() == ""


def test_progress_is_drawn_on_a_terminal_alone(full, lakefeed):
    def on_terminal(**environment):
        master, slave = pty.openpty()
        done = subprocess.run([str(lakefeed), "reconcile", "--dry-run"], stdout=subprocess.PIPE, stderr=slave, timeout=60,
                              check=False, env={**clean_environment(), **full.environment, "TERM": "xterm", **environment})
        os.close(slave)
        text = os.read(master, 65536).decode()
        os.close(master)
        assert done.returncode == 0 and b"\x1b" not in done.stdout
        return text

    drawn = on_terminal()
    assert re.search("\r\x1b\\[K\\d+/\\d+ tables", drawn) and drawn.endswith("\r\x1b[K")
    assert "\x1b" not in on_terminal(TERM="dumb")
    done = full.run(lakefeed, "reconcile", "--dry-run")
    assert "\x1b" not in done.stdout + done.stderr and "reads the Glue Data Catalog of us-east-1\n" in done.stderr
