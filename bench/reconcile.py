#!/usr/bin/env python3
"""`lakefeed reconcile` of a catalog, and how soon the function sends its first statement.

    bench/reconcile.py LAKEFEED BOOTSTRAP SQL_DOUBLE [--json] [--tables N] [--rounds N]

Glue is moto; Snowflake is the SQL API double, which takes 20 ms for a request. N tables (1,000) in four databases: all to
be created, then none changed, then one with a new column. Beside the second: the same reads with boto3 and requests
(bench/peers/python_sync), in turns. Times are the best and the median of the rounds.
"first statement" is from the start of the function's process until its first statement is there: a secret with a key
pair, one event, and a Snowflake that answers at once; against the same work in Python.
Runs in the Python that has moto (build/venv). Exit status: 0, or 1 where a reconcile failed or did not do what it should.
"""

import argparse
import collections
import contextlib
import http.server
import json
import os
import pathlib
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.request

import boto3
from measured_run import run

TOP = pathlib.Path(__file__).resolve().parents[1]
PEERS = TOP / "bench/peers/python_sync"
KEY = TOP / "events/glue_to_snowflake/test_key_not_a_secret.pem"
DATABASES = 4
LATENCY_MS = 20
SECRET = "snowflake/bench"
TOKEN = "not-a-token"
MB = 1_000_000
PARQUET = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
AWS = {"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
       "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}


class Double:
    """tests/runtime/local/sql_api_double_tool.cc in a process of its own."""

    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.url = json.loads(self.process.stdout.readline())["url"]
        self.seen = 0

    def ask(self, operation, **body):
        self.process.stdin.write(json.dumps({"operation": operation, "body": body}) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if isinstance(answer, dict) and "error" in answer:
            sys.exit(f"the double: {operation}: {answer['error']}")
        return answer

    def statements(self) -> collections.Counter:
        """The first two words of what came since the last look."""
        calls = [call for call in self.ask("Calls") if call["operation"] == "statements"]
        new, self.seen = calls[self.seen:], len(calls)
        return collections.Counter(" ".join(call["body"]["statement"].split()[:2]) for call in new)


@contextlib.contextmanager
def local_world(program):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    double = Double(program)
    moto = subprocess.Popen(
        [sys.executable, TOP / "runtime/local/moto_server.py", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        for _ in range(300):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{url}/moto-api/", timeout=1).close()
                break
            time.sleep(0.1)
        yield url, double
    finally:
        double.process.stdin.close()
        double.process.wait()
        moto.terminate()
        moto.wait()


def table_input(name, columns):
    return {"Name": name, "TableType": "EXTERNAL_TABLE", "PartitionKeys": [{"Name": "dt", "Type": "date"}],
            "StorageDescriptor": {
                "Columns": [{"Name": f"column_{number}", "Type": "string"} for number in range(columns)],
                "Location": f"s3://lake/raw/{name}/", "SerdeInfo": {"SerializationLibrary": PARQUET, "Parameters": {}}}}


def make_catalog(url, double, tables):
    def client(service):
        return boto3.client(service, region_name="us-east-1", endpoint_url=url,
                            aws_access_key_id=AWS["AWS_ACCESS_KEY_ID"], aws_secret_access_key=AWS["AWS_SECRET_ACCESS_KEY"])

    double.ask("RegisterToken", token=TOKEN, token_type="PROGRAMMATIC_ACCESS_TOKEN")
    double.ask("CreateStage", name="LAKE.PUBLIC.RAW")
    double.ask("SetLatency", ms=LATENCY_MS)
    secret = {"url": double.url, "token": TOKEN, "token_type": "PROGRAMMATIC_ACCESS_TOKEN",
              "stages": {"s3": {"LAKE.PUBLIC.RAW": "s3://lake/raw/"}}}
    client("secretsmanager").create_secret(Name=SECRET, SecretString=json.dumps(secret))
    glue = client("glue")
    for database in range(DATABASES):
        double.ask("CreateSchema", database="BENCH", schema=f"D{database}")
        glue.create_database(DatabaseInput={"Name": f"bench__d{database}"})
    for number in range(tables):
        glue.create_table(DatabaseName=f"bench__d{number % DATABASES}", TableInput=table_input(f"t{number:03}", 20))
    return glue, client("secretsmanager")


class Bench:
    def __init__(self, arguments, url, double):
        self.arguments = arguments
        self.double = double
        self.environment = {**os.environ, **AWS, "AWS_ENDPOINT_URL": url, "SECRET_ARN": SECRET}

    def tell(self, line, **figures):
        print(json.dumps({"bench": "reconcile", **figures}) if self.arguments.json else line, flush=True)

    def reconcile(self, wanted, rounds=1):
        """Rounds of it: what each took; `wanted` is the count of each action."""
        taken, sent = [], None
        for _ in range(rounds):
            self.double.statements()
            report = TOP / "build/reconcile_bench.json"
            with open(report, "w", encoding="utf-8") as out:
                taken.append(run([self.arguments.lakefeed, "reconcile", "--json"], env=self.environment, stdout=out,
                                 stderr=subprocess.DEVNULL))
            counts = {action: count for action, count in json.loads(report.read_text())["counts"].items() if count}
            if counts != wanted:
                sys.exit(f"a reconcile did {counts} in the place of {wanted}")
            sent = self.double.statements()
        report.unlink()
        return taken, sent

    def reads(self):
        self.double.statements()
        return run([sys.executable, PEERS / "reads.py"], env=self.environment, stdout=subprocess.DEVNULL)

    def report(self, name, taken, sent):
        seconds = sorted(one["seconds"] for one in taken)
        figures = {"name": name, "tables": self.arguments.tables, "best_seconds": round(seconds[0], 2),
                   "median_seconds": round(statistics.median(seconds), 2),
                   "cpu_seconds": round(min(one["cpu_seconds"] for one in taken), 3),
                   "peak_mb": round(max(one["peak_bytes"] for one in taken) / MB, 1), "statements": dict(sent)}
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(sent.items()))
        self.tell("{name:22}  best {best_seconds:6.2f} s  median {median_seconds:6.2f} s  processor {cpu_seconds:6.3f} s  "
                  "peak {peak_mb:5.1f} MB  ".format(**figures) + kinds, **figures)
        return min(one["seconds"] for one in taken), min(one["cpu_seconds"] for one in taken)

    def measure(self, glue):
        tables = self.arguments.tables
        self.report("all new", *self.reconcile({"create": tables}))
        taken, peer = [], []
        for _ in range(self.arguments.rounds):
            (one,), sent = self.reconcile({"none": tables})
            taken.append(one)
            peer.append(self.reads())
            asked = self.double.statements()
        ours = self.report("nothing changed", taken, sent)
        theirs = self.report("the reads in Python", peer, asked)
        glue.update_table(DatabaseName="bench__d0", TableInput=table_input("t000", 21))
        self.report("one new column", *self.reconcile({"none": tables - 1, "alter": 1}))
        self.tell(f"nothing changed: {theirs[0] / ours[0]:.1f} times as fast as the reads in Python, "
                  f"{theirs[1] / ours[1]:.0f} times by the processor's time",
                  name="python_to_lakefeed", seconds=round(theirs[0] / ours[0], 2),
                  cpu_seconds=round(theirs[1] / ours[1], 1))


class Snowflake(http.server.BaseHTTPRequestHandler):
    """Tells when the first statement came, and has nothing to show."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *arguments):
        pass

    def do_POST(self):
        if not self.server.first.is_set():
            self.server.came = time.monotonic()
        self.rfile.read(int(self.headers["Content-Length"]))
        raw = json.dumps({"code": "090001", "statementHandle": "h", "data": [], "resultSetMetaData": {
            "numRows": 0, "rowType": [{"name": "name"}, {"name": "comment"}], "partitionInfo": []}}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)
        self.server.first.set()


class RuntimeApi(http.server.BaseHTTPRequestHandler):
    """One event, then nothing more."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        if self.server.given.is_set():
            self.server.over.wait()
            return
        self.server.given.set()
        self.send_response(200)
        for name, value in (("Lambda-Runtime-Aws-Request-Id", "1"),
                            ("Lambda-Runtime-Deadline-Ms", str(int(time.time() * 1000) + 60_000)),
                            ("Content-Length", str(len(EVENT)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(EVENT)

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()


EVENT = json.dumps({
    "version": "0", "id": "e1", "source": "aws.glue", "detail-type": "Glue Data Catalog Database State Change",
    "account": "123456789012", "region": "us-east-1", "time": "2026-11-20T01:00:00Z", "resources": [],
    "detail": {"typeOfChange": "CreateTable", "databaseName": "bench__d0", "changedTables": ["t000"]}}).encode()


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, address):
        """The process is killed when its first statement is there."""


@contextlib.contextmanager
def serve(handler):
    server = Server(("127.0.0.1", 0), handler)
    server.first, server.given, server.over = threading.Event(), threading.Event(), threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()


def first_statement_ms(command, environment, secrets):
    """From the start of the process until its first statement is there."""
    with serve(Snowflake) as snowflake, serve(RuntimeApi) as runtime:
        secrets.put_secret_value(SecretId=SECRET, SecretString=json.dumps({
            "url": f"http://127.0.0.1:{snowflake.server_port}", "accountidentifier": "MYORG-MYACCOUNT",
            "username": "SYNC_USER", "private_key": KEY.read_text(), "role": "SYNC_ROLE",
            "stages": {"s3": {"LAKE.PUBLIC.RAW": "s3://lake/raw/"}}}))
        variables = {**environment, "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{runtime.server_port}"}
        started = time.monotonic()
        process = subprocess.Popen(command, env=variables, stdout=subprocess.DEVNULL)
        came = snowflake.first.wait(60)
        process.kill()
        process.wait()
        if not came:
            sys.exit(f"no statement came from {command[0]}")
        return (snowflake.came - started) * 1e3


def measure_first_statement(bench, secrets):
    candidates = {"lakefeed": [bench.arguments.bootstrap], "python": [sys.executable, PEERS / "first_statement.py"]}
    taken = collections.defaultdict(list)
    for _ in range(bench.arguments.starts):
        for name, command in candidates.items():
            taken[name].append(first_statement_ms(command, bench.environment, secrets))
    for name, times in taken.items():
        figures = {"name": f"first_statement_{name}", "starts": len(times), "best_ms": round(min(times), 1),
                   "median_ms": round(statistics.median(times), 1)}
        bench.tell(f"first statement, {name:9}  best {figures['best_ms']:7.1f} ms  median {figures['median_ms']:7.1f} ms  "
                   f"of {len(times)} starts", **figures)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("lakefeed", "bootstrap", "sql_double"):
        parser.add_argument(name, type=pathlib.Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--tables", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--starts", type=int, default=15)
    arguments = parser.parse_args()
    with local_world(arguments.sql_double) as (url, double):
        glue, secrets = make_catalog(url, double, arguments.tables)
        bench = Bench(arguments, url, double)
        bench.measure(glue)
        measure_first_statement(bench, secrets)


main()
