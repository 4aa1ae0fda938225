"""The SQL API client with its real HTTP client, against a server that breaks on the wire; the function with a token that
is rotated while it is warm, and with its role as the user."""

import http.server
import json
import os
import pathlib
import subprocess
import threading
import time
import urllib.parse

import boto3
import pytest

import sql_api_server
from conftest import TOP

BUILD = pathlib.Path(os.environ.get("LAKEFEED_BUILD", TOP / "build" / "sanitize"))
TOOL = BUILD / "tests/common/snowflake/sql_api_tool"
STATEMENT = "COMMENT ON TABLE T IS 'hush hush'"


@pytest.fixture
def server():
    with sql_api_server.serve() as running:
        yield running


def execute(server, milliseconds=30_000, token="t"):
    done = subprocess.run([TOOL, server.url, token, str(milliseconds)], input="hush hush", capture_output=True,
                          text=True, check=True, timeout=60)
    assert "hush" not in done.stdout and done.stderr == ""
    return json.loads(done.stdout)


def test_a_statement_and_its_body(server):
    assert execute(server)["rows"] == [["done"]]
    ((method, path, query, headers, body),) = server.requests
    assert (method, path, list(query)) == ("POST", "/api/v2/statements", ["requestId"])
    assert headers["X-Snowflake-Authorization-Token-Type"] == "OAUTH"
    body = json.loads(body)
    assert 25 <= body.pop("timeout") <= 28
    assert body == {"statement": STATEMENT, "role": "SYNC_ROLE", "parameters": {"query_tag": "e2e"}}


def reset_before(handler, run):
    handler.reset()


def reset_after(handler, run):
    handler.server.execute(run)
    handler.reset()


def cut_body(handler, run):
    handler.server.execute(run)
    handler.answer(200, '{"code":"090001","da', declared=500)
    handler.close_connection = True


def closed_after(handler, run):
    handler.server.execute(run)
    handler.close_connection = True


def fails_after(handler, run):
    handler.server.execute(run)
    handler.answer(504, "<html>Gateway Timeout</html>")


def throttles(handler, run):
    handler.answer(429, {"code": "390505", "message": "Too many requests."}, [("Retry-After", "1")])


@pytest.mark.parametrize("broken", [reset_before, reset_after, cut_body, closed_after, fails_after, throttles])
def test_what_breaks_runs_once_and_is_done(server, broken):
    server.script = [broken]
    assert execute(server)["rows"] == [["done"]]
    assert server.executed == [STATEMENT]
    first, second = server.requests
    assert second[2] == {**first[2], "retry": "true"} and second[4] == first[4]


def test_what_stays_broken_is_told_as_unknown(server):
    server.script = [reset_after] + [reset_before] * 100
    result = execute(server, 6_000)
    assert result["error"] == "outcome_unknown"
    assert result["message"].startswith("COMMENT ON TABLE T: ")
    assert server.executed == [STATEMENT]
    assert len({request[2]["requestId"] for request in server.requests}) == 1


def test_a_running_statement_is_polled_over_one_connection(server):
    server.polls = 3
    assert execute(server)["rows"] == [["done"]]
    assert [request[0] for request in server.requests] == ["POST", "GET", "GET", "GET"]


def test_a_statement_that_does_not_end_is_cancelled_in_time(server):
    server.polls = 1_000_000
    begun = time.monotonic()
    result = execute(server, 4_000)
    assert time.monotonic() - begun < 4
    assert result["error"] == "deadline_near" and "cancel gave 200" in result["message"]
    assert server.executed == []


def test_a_result_in_gzipped_partitions(server):
    server.partitions = [[[f"{part}.{row} {'x' * 1000}"] for row in range(200)] for part in range(1, 4)]
    rows = execute(server)["rows"]
    assert rows == [["done"]] + [row for part in server.partitions for row in part]


def test_a_redirect_is_refused_and_the_token_goes_nowhere(server):
    with sql_api_server.serve() as elsewhere:
        server.script = [lambda handler, run: handler.answer(
            307, "", [("Location", elsewhere.url + "/api/v2/statements?requestId=1")])]
        result = execute(server)
        assert result["error"] == "rejected" and "307 (a redirect, which is not followed" in result["message"]
        assert elsewhere.requests == []


def test_a_hotels_welcome_page_is_no_answer(server):
    server.script = [lambda handler, run: handler.answer(200, "<html>Welcome, please log in</html>")]
    result = execute(server)
    assert result["error"] == "outcome_unknown" and "Welcome" not in result["message"]


def test_an_error_names_code_and_state_and_no_value(server):
    server.script = [lambda handler, run: handler.refuse(422, "001003", f"unexpected 'hush hush' in {STATEMENT}", "42000")]
    result = execute(server)
    assert result["error"] == "rejected"
    assert result["message"] == ("COMMENT ON TABLE T: 422 001003 (42000): unexpected '(left out)' in COMMENT ON TABLE T "
                                 "IS '(left out)'")


def test_a_refused_token_is_not_sent_a_third_time(server):
    result = execute(server, token="old")
    assert result["error"] == "access_denied" and result["counts"]["requests"] == 2


@pytest.fixture
def glue_event(moto):
    """A table p in the catalog, and the event that tells of it."""
    glue = moto.client("glue")
    glue.create_database(DatabaseInput={"Name": "sales__raw"})
    serde = {"SerializationLibrary": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"}
    storage = {"Columns": [{"Name": "id", "Type": "int"}], "Location": "s3://lake/raw/p/", "SerdeInfo": serde}
    table = {"Name": "p", "TableType": "EXTERNAL_TABLE", "StorageDescriptor": storage}
    glue.create_table(DatabaseName="sales__raw", TableInput=table)
    return {"id": "e1", "source": "aws.glue", "detail-type": "Glue Data Catalog Database State Change",
            "account": "123456789012", "region": "us-east-1",
            "detail": {"databaseName": "sales__raw", "typeOfChange": "CreateTable", "changedTables": ["p"]}}


def secret_text(server, **members):
    return json.dumps({"url": server.url, "stages": {"s3": {"LAKE.PUBLIC.RAW": "s3://lake/raw/"}}, **members})


def creates(statement):
    return [["Table P successfully created."]] if "CREATE" in statement else []


def test_a_token_rotated_while_the_function_is_warm(server, moto, invoke, glue_event):
    def secret(token):
        return secret_text(server, token=token, token_type="PROGRAMMATIC_ACCESS_TOKEN")

    secrets = moto.client("secretsmanager")
    secrets.create_secret(Name="snowflake/lakefeed", SecretString=secret("old"))
    server.tokens = {"new"}
    server.on_refused = lambda: secrets.put_secret_value(SecretId="snowflake/lakefeed", SecretString=secret("new"))
    server.answer_to = creates
    answer = invoke("glue_to_snowflake", glue_event, {"SECRET_ARN": "snowflake/lakefeed"})
    (table,) = answer["response"]["tables"]
    assert table["action"] == "create"
    tokens = [request[3]["Authorization"] for request in server.requests]
    assert tokens == ["Bearer old", "Bearer new", "Bearer new"]
    assert [statement.split()[0] for statement in server.executed] == ["SHOW", "CREATE"]


class Sts(http.server.BaseHTTPRequestHandler):
    """Answers GetWebIdentityToken as its service model has it; moto does not know it."""

    def log_message(self, *arguments):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.asked.append((urllib.parse.parse_qs(body, strict_parsing=True), self.headers["Authorization"]))
        expires = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 300))
        raw = ('<GetWebIdentityTokenResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">'
               "<GetWebIdentityTokenResult><WebIdentityToken>aaa.bbb.ccc</WebIdentityToken>"
               f"<Expiration>{expires}</Expiration></GetWebIdentityTokenResult><ResponseMetadata><RequestId>1"
               "</RequestId></ResponseMetadata></GetWebIdentityTokenResponse>").encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)


@pytest.fixture
def sts():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Sts) as running:
        running.asked = []
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def test_the_role_itself_is_the_user(server, sts, moto, invoke, glue_event):
    url = f"http://127.0.0.1:{sts.server_port}"
    client = boto3.client("sts", region_name="us-east-1", endpoint_url=url, aws_access_key_id="a",
                          aws_secret_access_key="b")
    theirs = client.get_web_identity_token(Audience=["snowflakecomputing.com"], SigningAlgorithm="ES384",
                                           DurationSeconds=300)
    assert theirs["WebIdentityToken"] == "aaa.bbb.ccc", "boto3 reads the stub as STS"
    moto.client("secretsmanager").create_secret(
        Name="snowflake/lakefeed", SecretString=secret_text(server, token_type="WORKLOAD_IDENTITY_FEDERATION"))
    server.tokens = {"WIF.AWS.aaa.bbb.ccc"}
    server.answer_to = creates
    environment = {"SECRET_ARN": "snowflake/lakefeed", "AWS_ENDPOINT_URL_STS": url}
    answer = invoke("glue_to_snowflake", glue_event, environment)
    assert [table["action"] for table in answer["response"]["tables"]] == ["create"]
    assert {request[3]["X-Snowflake-Authorization-Token-Type"] for request in server.requests} == {
        "WORKLOAD_IDENTITY_FEDERATION"}
    (asked_by_boto3, _), (asked, signature) = sts.asked
    assert asked == asked_by_boto3 and "/us-east-1/sts/aws4_request" in signature
