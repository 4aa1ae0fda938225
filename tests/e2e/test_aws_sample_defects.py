"""What is broken in AWS's sample aws-cdk-glue-table-sync-with-snowflake, each defect as a test that its logic fails and
lakefeed passes. The tests have the numbers of the list that aws_sample.py is written from. Number 20 (a redeployment overwrites the secret) is one of its stack, which lakefeed does not have.
"""

import contextlib
import http.server
import json
import subprocess
import threading

import duckdb
import pytest
import sqlfluff.core

import glue_statements
import snowflake_in_duckdb
import sql_api_server
from aws_sample import Sample, create_event, glue_table
from conftest import CREDENTIALS, DIST, REGION

STAGES = {"LAKE.PUBLIC.RAW": "s3://lake/raw/"}
LINTER = sqlfluff.core.Linter(config=sqlfluff.core.FluffConfig(overrides={"dialect": "snowflake", "templater": "raw"}))


def sample_statement(table):
    return Sample(STAGES).statement(create_event(table))


def our_answer(table, **more):
    (answer,) = glue_statements.plan([{"table": table, "secret": {"stages": {"s3": STAGES}}, **more}])
    return answer


def our_statement(table, **more):
    return our_answer(table, **more)["statements"][-1]["sql"]


def column_of(statement, name):
    """(type, expression) of a column, in the sample's statements and in ours."""
    start = statement.index(" (") + 2
    end = glue_statements.end_of_brackets(statement[start:])
    for column in glue_statements.split_list(statement[start : start + end]):
        head, expression = column.split(" AS (" if " AS (" in column else " as (", 1)
        found, kind = head.split(" ", 1)
        if found.strip('"').lower() == name:
            return kind, expression[:-1]
    raise AssertionError(f"no column {name}: {statement}")


def value_of(statement, name, row):
    """The column's value, and DuckDB's name of the type that its expression has without the column's."""
    expression = column_of(statement, name)[1]
    for lower in ("metadata$filename", "value:"):
        expression = expression.replace(lower, lower.upper())
    with duckdb.connect() as database:
        snowflake_in_duckdb.install(database)
        value = snowflake_in_duckdb.value(database, expression, row)
        return value, snowflake_in_duckdb.value(database, f"typeof({expression})", row)


def parses(statement):
    parsed = LINTER.parse_string(statement + "\n")
    return not parsed.violations and "unparsable" not in parsed.tree.descendant_type_set


def only_ours(check, sample, ours):
    """The check holds for ours, and fails for the sample's."""
    check(ours)
    with pytest.raises(AssertionError):
        check(sample)


def test_1_csv_columns_are_read_by_position():
    table = glue_table(
        [("id", "bigint"), ("name", "string")],
        serde="org.apache.hadoop.hive.serde2.OpenCSVSerde",
        Parameters={"classification": "csv"},
    )

    def check(statement):
        assert value_of(statement, "name", {"VALUE": '{"c1":"7","c2":"a"}'})[0] == "a"

    only_ours(check, sample_statement(table), our_statement(table))


def test_2_csv_options_are_carried_over():
    table = glue_table(
        [("id", "string")],
        serde="org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
        options={"field.delim": "|"},
        Parameters={"classification": "csv", "skip.header.line.count": "1"},
    )

    def check(statement):
        for option in (
            "FIELD_DELIMITER = '|'",
            "SKIP_HEADER = 1",
            "NULL_IF = ('\\\\N')",
            "ESCAPE_UNENCLOSED_FIELD = NONE",
        ):
            assert option in statement

    only_ours(check, sample_statement(table), our_statement(table))


def test_3_nested_types_become_variants():
    table = glue_table([("tags", "array<string>"), ("at", "struct<a:int,b:map<string,int>>")])

    def check(statement):
        assert parses(statement) and column_of(statement, "tags")[0] == "VARIANT"

    only_ours(check, sample_statement(table), our_statement(table))


def test_4_partition_columns_have_their_type():
    table = glue_table([("id", "bigint")], [("dt", "date")])

    def check(statement):
        assert value_of(statement, "dt", {"METADATA$FILENAME": "raw/orders/dt=2026-11-20/f"})[1] == "DATE"

    only_ours(check, sample_statement(table), our_statement(table))


def test_5_positions_count_from_the_buckets_root():
    table = glue_table([("id", "bigint")], [("region", "string")])

    def check(statement):
        assert value_of(statement, "region", {"METADATA$FILENAME": "raw/orders/region=eu/f"})[0] == "eu"

    only_ours(check, sample_statement(table), our_statement(table))


@pytest.mark.parametrize(
    "folder, value", [("p=a=b", "a=b"), ("p=__HIVE_DEFAULT_PARTITION__", None), ("p=a%2Fb", "a/b")]
)
def test_6_partition_values_are_whole(folder, value):
    table = glue_table([("id", "bigint")], [("p", "string")])
    sample = Sample({"LAKE.PUBLIC.ROOT": "s3://lake/"}).statement(create_event(table))  # where its position is right

    def check(statement):
        assert value_of(statement, "p", {"METADATA$FILENAME": f"raw/orders/{folder}/f"})[0] == value

    only_ours(check, sample, our_statement(table))


def test_7_columns_are_read_in_their_true_case():
    schema = '{"type":"struct","fields":[{"name":"userId","type":"string","nullable":true,"metadata":{}}]}'
    table = glue_table(
        [("userid", "string")], Parameters={"classification": "parquet", "spark.sql.sources.schema": schema}
    )

    def check(statement):
        assert value_of(statement, "userid", {"VALUE": '{"userId":"u1"}'})[0] == "u1"

    only_ours(check, sample_statement(table), our_statement(table))


@pytest.mark.parametrize("name", ["order-lines", "select", "x (a int as (1)) --", "2026", "a b"])
def test_8_names_are_quoted(name):
    table = glue_table([("id", "bigint")], Name=name)
    columns = glue_table([(name, "bigint")])

    def check(statement):
        assert parses(statement) and f'"{name.upper()}"' in statement

    only_ours(check, sample_statement(table), our_statement(table))
    only_ours(check, sample_statement(columns), our_statement(columns))


def test_9_what_did_not_change_is_not_rebuilt_and_grants_stay():
    table, other = glue_table([("id", "bigint")]), glue_table([("id", "string")])
    shown = glue_statements.shown_after(our_statement(table))

    def check(statements):
        unchanged, changed = statements
        assert not unchanged and all("COPY GRANTS" in statement for statement in changed)

    ours = [[s["sql"] for s in our_answer(one, shown=shown)["statements"]] for one in (table, other)]
    only_ours(check, ([sample_statement(table)], [sample_statement(other)]), ours)


def test_10_a_table_without_classification():
    table = glue_table([("id", "bigint")], Parameters={})
    with pytest.raises(KeyError):
        sample_statement(table)
    assert "TYPE = PARQUET" in our_statement(table)


@pytest.mark.parametrize(
    "changes",
    [
        {
            "Parameters": {
                "classification": "parquet",
                "table_type": "ICEBERG",
                "metadata_location": "s3://lake/raw/orders/m.json",
            }
        },
        {"Parameters": {"classification": "parquet", "spark.sql.sources.provider": "delta"}},
        {"storage": {"InputFormat": "org.apache.hudi.hadoop.HoodieParquetInputFormat"}},
        {"TableType": "VIRTUAL_VIEW", "ViewOriginalText": "/* Presto View: e30= */"},
    ],
)
def test_16_other_table_formats_never_become_external_tables(changes):
    table = glue_table([("id", "bigint")], **changes)
    assert sample_statement(table).startswith("create or replace external table")
    assert our_answer(table)["skip"]


def test_17_auto_refresh_is_a_setting():
    table = glue_table([("id", "bigint")])

    def check(statement):
        assert "AUTO_REFRESH = FALSE" in statement.upper()

    only_ours(check, sample_statement(table), our_statement(table, environment={"AUTO_REFRESH": "false"}))


class FakeAws(http.server.ThreadingHTTPServer):
    """Glue and Secrets Manager, as far as the function asks them."""

    daemon_threads = True

    def __init__(self, tables, secret):
        super().__init__(("127.0.0.1", 0), FakeAwsHandler)
        self.tables, self.secret, self.requests = tables, secret, []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"


class FakeAwsHandler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        operation = self.headers["X-Amz-Target"].split(".")[1]
        self.server.requests.append((operation, request))
        status, body = 200, {}
        if operation == "GetSecretValue":
            body = {"SecretString": json.dumps(self.server.secret()), "Name": request["SecretId"], "VersionId": "v"}
        elif operation == "GetTable" and request["Name"] in self.server.tables:
            body = {"Table": self.server.tables[request["Name"]]}
        else:
            status, body = 400, {"__type": "EntityNotFoundException", "Message": "Entity Not Found"}
        raw = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)


@contextlib.contextmanager
def world(*tables):
    """A Snowflake without tables, a Glue with these, and the function between them."""
    with sql_api_server.serve() as snowflake:
        snowflake.answer_to = lambda statement: [] if statement.startswith("SHOW") else [["done"]]
        token = ["t"]

        def secret():
            return {"url": snowflake.url, "token": token[0], "token_type": "OAUTH", "stages": {"s3": STAGES}}

        aws = FakeAws({table["Name"]: table for table in tables}, secret)
        thread = threading.Thread(target=aws.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield World(aws, snowflake, token)
        finally:
            aws.shutdown()
            thread.join()
            aws.server_close()


class World:
    def __init__(self, aws, snowflake, token):
        self.aws, self.snowflake, self.token = aws, snowflake, token
        self.log = ""

    def handle(self, event, **environment):
        """The function's answer to one event: {"response": …} or {"error": …}."""
        variables = {
            "AWS_REGION": REGION,
            "AWS_ENDPOINT_URL": self.aws.url,
            "SECRET_ARN": "snowflake/lakefeed",
            **CREDENTIALS,
        }
        command = [DIST / "lakefeed", "replay", "glue_to_snowflake", "-", "--json", "--verbose", "--dist", DIST]
        for name, value in {**variables, **environment}.items():
            command += ["--env", f"{name}={value}"]
        done = subprocess.run(command, input=json.dumps(event), capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode in (0, 1), done.stderr
        self.log = done.stderr
        (verdict,) = json.loads(done.stdout)["verdicts"]
        return {name: verdict[name] for name in ("response", "error") if name in verdict}

    def changes(self):
        return [statement for statement in self.snowflake.executed if not statement.startswith(("SHOW", "DESC"))]


TABLE = glue_table([("id", "bigint")])


def never(*arguments):
    raise RuntimeError("Entity Not Found")


def test_11_a_table_that_glue_does_not_have():
    with pytest.raises(UnboundLocalError):
        Sample(STAGES, post=lambda statement: 200, get_table=never).handle(create_event(TABLE))
    with world() as one:
        (table,) = one.handle(create_event(TABLE))["response"]["tables"]
        assert table["action"] == "none" and table["reason"] and not one.changes()


def answer_of_sample(status):
    """The sample's answer, where Snowflake answers its one request with that status."""
    posted = []
    sample = Sample(
        STAGES, post=lambda statement: posted.append(statement) or status, get_table=lambda *arguments: None
    )
    answer = sample.handle(create_event(TABLE))
    assert len(posted) == 1
    return answer


def test_12_a_refused_statement_fails_the_invocation():
    assert answer_of_sample(422) == {"statusCode": 200}
    with world(TABLE) as one:
        refuse = lambda server, run: server.refuse(422, "003001", "Insufficient privileges", "42501")
        one.snowflake.script = [lambda server, run: server.tell(run), refuse, refuse]
        error = one.handle(create_event(TABLE))["error"]
        assert error["errorType"] == "Function.SyncFailed" and "sales__raw.orders" in error["errorMessage"]


def test_13_a_statement_that_takes_longer_is_waited_for():
    assert answer_of_sample(202) == {"statusCode": 200}  # and prints that it failed; nobody looks again
    with world(TABLE) as one:
        one.snowflake.polls = 2
        (table,) = one.handle(create_event(TABLE))["response"]["tables"]
        assert table["action"] == "create" and len(one.changes()) == 1
        posts = [query for method, path, query, *_ in one.snowflake.requests if method == "POST"]
        assert len(posts) >= 2 and all("requestId" in query for query in posts)  # and the sample's has none


def test_14_a_refused_token_is_renewed():
    assert answer_of_sample(401) == {"statusCode": 200}  # no other token, no second try, no failure
    with world(TABLE) as one:
        one.snowflake.tokens = {"t2"}
        one.snowflake.on_refused = lambda: one.token.__setitem__(0, "t2")
        assert one.handle(create_event(TABLE))["response"]["tables"][0]["action"] == "create"
        assert len(one.changes()) == 1


def test_15_a_failed_call_is_no_change():
    event = create_event(TABLE, errorCode="AlreadyExistsException", errorMessage="Table already exists.")
    assert Sample(STAGES).statement(event)
    with world(TABLE) as one:
        assert "response" in one.handle(event) and not one.snowflake.executed
        assert all(operation != "GetTable" for operation, _ in one.aws.requests)


def test_18_an_event_of_another_source_is_refused():
    event = create_event(TABLE) | {"source": "custom.app", "detail-type": "Order placed"}
    assert Sample(STAGES).statement(event)
    with world(TABLE) as one:
        assert one.handle(event)["error"]["errorType"] == "Function.EventInvalid" and not one.snowflake.executed


def test_19_neither_the_event_nor_the_secret_is_logged():
    table = glue_table([("id", "bigint")], Description="do-not-print-me")
    with world(table) as one:
        assert one.handle(create_event(table))["response"]["tables"][0]["action"] == "create"
        assert '"function_name":"glue_to_snowflake"' in one.log
        assert "do-not-print-me" not in one.log and '"token"' not in one.log and "recipientAccountId" not in one.log


def test_21_the_catalog_is_the_owners_not_the_callers():
    event = create_event(TABLE, userIdentity={"type": "AWSAccount", "accountId": "999999999999"})
    asked = []
    Sample(STAGES, post=lambda statement: 200, get_table=lambda account, _: asked.append(account)).handle(event)
    assert asked == ["999999999999"]
    with world(TABLE) as one:
        assert one.handle(event)["response"]["tables"][0]["action"] == "create"
        asked = [request["CatalogId"] for operation, request in one.aws.requests if operation == "GetTable"]
        assert asked and set(asked) == {"123456789012"}


def test_22_deletes_are_followed():
    event = create_event(
        TABLE, eventName="DeleteTable", requestParameters={"databaseName": "sales__raw", "name": "orders"}
    )
    assert Sample(STAGES).statement(event) is None
    shown = glue_statements.shown_after(our_statement(TABLE))
    gone = our_answer(TABLE, shown=shown, deleted={"now_ms": 0, "token": "00"}, environment={"DELETE_POLICY": "drop"})
    assert gone["action"] == "drop" and gone["statements"][0]["sql"].startswith("DROP EXTERNAL TABLE IF EXISTS")
