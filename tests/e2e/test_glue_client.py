"""The Glue client against moto's Glue: databases, 1,000 tables by pages, partitions, and what is not there.

What boto3 reads back is what the client must read. moto gives a list in one page, so a proxy before it splits the
lists as the API reference has it: MaxResults elements, and a NextToken that is good once."""

import json
import os
import subprocess
import threading
import urllib.error
import urllib.parse
import urllib.request
import uuid
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from conftest import BUILD, CREDENTIALS, REGION

TOOL = BUILD / "tests/common/aws/glue_tool"
TABLES = 1000
SERDE = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"


# Operation -> its list, and the most that MaxResults may be.
LISTS = {"GetTables": ("TableList", 100), "GetDatabases": ("DatabaseList", 100), "GetPartitions": ("Partitions", 1000)}


class Pages(ThreadingHTTPServer):
    """moto behind a proxy that gives its lists in pages; counts them."""

    def __init__(self, url: str):
        super().__init__(("127.0.0.1", 0), PagesHandler)
        self.moto, self.rest, self.served = url, {}, []
        self.url = f"http://127.0.0.1:{self.server_address[1]}"


class PagesHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        server = self.server
        body = self.rfile.read(int(self.headers["Content-Length"]))
        operation = self.headers["X-Amz-Target"].removeprefix("AWSGlue.")
        asked = json.loads(body)
        token = asked.get("NextToken")
        if token is not None:
            answer = {LISTS[operation][0]: server.rest.pop(token)}
        else:
            request = urllib.request.Request(server.moto, body, dict(self.headers), method="POST")
            try:
                with urllib.request.urlopen(request, timeout=10) as told:
                    answer = json.load(told)
            except urllib.error.HTTPError as error:
                return self.reply(error.code, error.read())
        if operation in LISTS:
            name, most = LISTS[operation]
            size = asked["MaxResults"]
            assert 1 <= size <= most
            server.served.append(operation)
            if len(answer[name]) > size:
                token = str(uuid.uuid4())
                server.rest[token] = answer[name][size:]
                answer = {name: answer[name][:size], "NextToken": token}
        self.reply(200, json.dumps(answer).encode())

    def reply(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def table_input(name: str) -> dict:
    return {
        "Name": name,
        "TableType": "EXTERNAL_TABLE",
        "PartitionKeys": [{"Name": "dt", "Type": "date"}, {"Name": "code", "Type": "string"}],
        "StorageDescriptor": {
            "Columns": [{"Name": "id", "Type": "bigint"}, {"Name": "s", "Type": "struct<a:int,b:array<string>>"}],
            "Location": f"s3://lake/{name}/",
            "SerdeInfo": {"SerializationLibrary": SERDE, "Parameters": {"serialization.format": "1"}},
        },
    }


def put_tables(url: str) -> None:
    """As boto3 would, without its cost: moto looks at the target and the body alone."""
    connection = HTTPConnection(urllib.parse.urlsplit(url).netloc)
    for i in range(TABLES):
        connection.request(
            "POST",
            "/",
            json.dumps({"DatabaseName": "big", "TableInput": table_input(f"t{i:04}")}),
            {
                "X-Amz-Target": "AWSGlue.CreateTable",
                "Content-Type": "application/x-amz-json-1.1",
                "Authorization": f"AWS4-HMAC-SHA256 Credential=A/20261120/{REGION}/glue/aws4_request",
            },
        )
        answer = connection.getresponse()
        assert answer.status == 200, answer.read()
        answer.read()
    connection.close()


@pytest.fixture(scope="module")
def glue(moto_server):
    """boto3's client on a catalog that is made once for all tests."""
    moto_server.reset()
    client = moto_server.client("glue")
    for database in ["big", "empty"] + [f"db{i:03}" for i in range(120)]:
        client.create_database(DatabaseInput={"Name": database})
    put_tables(moto_server.url)
    for start in range(0, 250, 100):
        client.batch_create_partition(
            DatabaseName="big",
            TableName="t0000",
            PartitionInputList=[
                {
                    "Values": ["2026-11-20", f"a, {i}"],
                    "StorageDescriptor": {"Columns": [], "Location": f"s3://lake/t0000/{i}/"},
                }
                for i in range(start, min(start + 100, 250))
            ],
        )
    return client


@pytest.fixture(scope="module")
def pages(moto_server):
    with Pages(moto_server.url) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def ask(glue, pages):
    """ask(call, …) gives the tool's answer."""
    environment = {**os.environ, **CREDENTIALS, "AWS_REGION": REGION, "AWS_ENDPOINT_URL": pages.url}
    with subprocess.Popen(
        [TOOL], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:

        def run(call, **arguments):
            process.stdin.write(json.dumps({"call": call, **arguments}) + "\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        yield run
        process.stdin.close()
        assert process.wait(timeout=10) == 0


def as_told(table: dict) -> dict:
    storage = table["StorageDescriptor"]
    return {
        "name": table["Name"],
        "catalog": table["CatalogId"],
        "location": storage["Location"],
        "serde": storage["SerdeInfo"]["SerializationLibrary"],
        "keys": [key["Name"] for key in table["PartitionKeys"]],
        "columns": [[column["Name"], column["Type"]] for column in storage["Columns"]],
    }


def test_lists_every_table_once(glue, ask, pages):
    expected = [as_told(table) for table in glue.get_tables(DatabaseName="big")["TableList"]]
    pages.served.clear()
    told = ask("tables", database="big")
    assert len(expected) == TABLES
    assert sorted(told["tables"], key=lambda table: table["name"]) == sorted(expected, key=lambda table: table["name"])
    assert told["pages"] == TABLES / 100
    assert pages.served == ["GetTables"] * 10 and not pages.rest
    assert ask("tables", database="empty") == {"tables": [], "pages": 1}


def test_reads_one_table(glue, ask):
    assert ask("table", database="big", table="t0007") == as_told(
        glue.get_table(DatabaseName="big", Name="t0007")["Table"]
    )


def test_lists_every_database(glue, ask, pages):
    expected = [database["Name"] for page in glue.get_paginator("get_databases").paginate() for database in page["DatabaseList"]]
    assert len(expected) == 122
    pages.served.clear()
    assert sorted(ask("databases")["databases"]) == sorted(expected)
    assert pages.served == ["GetDatabases"] * 2


def test_lists_partitions(glue, ask):
    expected = [
        {"values": partition["Values"], "location": partition["StorageDescriptor"]["Location"]}
        for page in glue.get_paginator("get_partitions").paginate(DatabaseName="big", TableName="t0000")
        for partition in page["Partitions"]
    ]
    assert len(expected) == 250
    told = ask("partitions", database="big", table="t0000", max=1000)
    assert told["complete"]
    assert sorted(told["partitions"], key=str) == sorted(expected, key=str)
    some = ask("partitions", database="big", table="t0000", max=10)
    assert len(some["partitions"]) == 10 and not some["complete"]
    assert ask("partitions", database="big", table="t0001", max=10) == {"partitions": [], "complete": True}


def test_reads_one_partition(ask):
    assert ask("partition", database="big", table="t0000", values=["2026-11-20", "a, 17"]) == {
        "values": ["2026-11-20", "a, 17"],
        "location": "s3://lake/t0000/17/",
    }


@pytest.mark.parametrize(
    "call, arguments",
    [
        ("table", {"database": "big", "table": "none"}),
        ("table", {"database": "none", "table": "t"}),
        ("tables", {"database": "none"}),
        ("partitions", {"database": "big", "table": "none", "max": 1}),
        ("partition", {"database": "big", "table": "t0000", "values": ["2026-11-20", "a"]}),
        ("partition", {"database": "big", "table": "none", "values": ["1", "2"]}),
    ],
)
def test_knows_what_is_not_there(ask, call, arguments):
    assert ask(call, **arguments) == {"error": "rejected", "code": "EntityNotFoundException"}
