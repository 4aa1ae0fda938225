"""The stream mapping end to end: boto3 changes a table of DynamoDB Local or moto, the mapping reads the table's stream
and invokes a function that keeps what it is given, and boto3's own types judge what came."""

import base64
import collections
import json
import os
import pathlib
import random
import subprocess
from decimal import Decimal

import boto3
import pytest
from boto3.dynamodb.types import Binary, TypeDeserializer, TypeSerializer

from conftest import BUILD, CREDENTIALS, REGION

TOOL = BUILD / "tests" / "runtime" / "local" / "stream_mapping_tool"
FUNCTION = BUILD / "tests" / "runtime" / "local" / "recording_function"
SEED = int(os.environ.get("LAKEFEED_SEED", "20261121"))
TABLE = "orders"


def client_of(url: str):
    return boto3.client(
        "dynamodb",
        region_name=REGION,
        endpoint_url=url,
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
    )


@pytest.fixture(params=["dynamodb_local", "moto"])
def port(request) -> int:
    if request.param == "moto":
        return int(request.getfixturevalue("moto").url.rsplit(":", 1)[1])
    number = request.getfixturevalue("dynamodb_local")
    dynamodb = client_of(f"http://127.0.0.1:{number}")
    for name in dynamodb.list_tables()["TableNames"]:
        dynamodb.delete_table(TableName=name)
    return number


@pytest.fixture
def dynamodb(port):
    client = client_of(f"http://127.0.0.1:{port}")
    client.create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "number", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "number", "AttributeType": "N"},
        ],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    return client


def item_of(number: int, version: int) -> dict:
    """All ten types, as Python has them."""
    return {
        "id": f"kø-{number} \"\\\n",
        "number": Decimal(number),
        "version": Decimal(version),
        "text": "Zoë 💡 \u0001 </x>",
        "precise": Decimal("12345678901234567890123456789012345678"),
        "small": Decimal("-1.5E-100"),
        "raw": Binary(bytes(range(256))),
        "yes": True,
        "nothing": None,
        "list": [Decimal(1), "two", [None, {"deep": Binary(b"\x00")}]],
        "map": {"a.b": {"c": [False]}, "empty": ""},
        "texts": {"a", "b"},
        "numbers": {Decimal("1.5"), Decimal(2)},
        "raws": {Binary(b"a"), Binary(b"\xff")},
    }


def wire(item: dict) -> dict:
    return {name: TypeSerializer().serialize(value) for name, value in item.items()}


def value_of(value: dict):
    """An event's attribute value as boto3 would give it; bytes are base64 there."""
    ((tag, content),) = value.items()
    if tag == "B":
        return Binary(base64.b64decode(content, validate=True))
    if tag == "BS":
        return {Binary(base64.b64decode(one, validate=True)) for one in content}
    if tag == "L":
        return [value_of(one) for one in content]
    if tag == "M":
        return {name: value_of(one) for name, one in content.items()}
    return TypeDeserializer().deserialize(value)


def change_table(dynamodb, changes: int, items: int) -> dict:
    """Random inserts, changes and deletes. Returns {item: [(event name, new item or None, old item or None)]}."""
    chance = random.Random(SEED)
    state, wanted = {}, collections.defaultdict(list)
    for version in range(changes):
        number = chance.randrange(items)
        old = state.pop(number, None)
        if old is not None and chance.random() < 0.3:
            dynamodb.delete_item(TableName=TABLE, Key=wire({name: old[name] for name in ("id", "number")}))
            wanted[number].append(("REMOVE", None, old))
            continue
        state[number] = item_of(number, version)
        dynamodb.put_item(TableName=TABLE, Item=wire(state[number]))
        wanted[number].append(("MODIFY" if old else "INSERT", state[number], old))
    return wanted


def drain(port: int, record_file: pathlib.Path, **settings) -> dict:
    arguments = [f"{name}={value}" for name, value in settings.items()]
    done = subprocess.run(
        [TOOL, "drain", str(port), TABLE, FUNCTION, record_file, *arguments],
        capture_output=True, text=True, timeout=120, check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def changes_of(records: list) -> dict:
    """The same form as change_table's, from the records of events."""
    found = collections.defaultdict(list)
    for record in records:
        change = record["dynamodb"]
        images = [
            None if image not in change else {name: value_of(value) for name, value in change[image].items()}
            for image in ("NewImage", "OldImage")
        ]
        found[int(change["Keys"]["number"]["N"])].append((record["eventName"], *images))
    return found


def lines_of(record_file: pathlib.Path) -> list:
    return [json.loads(line) for line in record_file.read_text(encoding="utf-8").splitlines()]


def test_changes_of_all_types_arrive_once_and_in_order(port, dynamodb, tmp_path):
    wanted = change_table(dynamodb, changes=200, items=20)

    counts = drain(port, tmp_path / "events", BatchSize=7, ParallelizationFactor=4)

    batches = [line["event"]["Records"] for line in lines_of(tmp_path / "events")]
    assert changes_of([record for batch in batches for record in batch]) == wanted
    assert max(len(batch) for batch in batches) <= 7
    assert (counts["polled"], counts["delivered"], counts["discarded"], counts["pending"]) == (200, 200, 0, 0)
    assert counts["invoked"] == len(batches)


def test_records_have_the_form_of_lambdas_events(port, dynamodb, tmp_path):
    change_table(dynamodb, changes=1, items=1)
    drain(port, tmp_path / "events")
    text = (tmp_path / "events").read_text(encoding="utf-8")
    (line,) = lines_of(tmp_path / "events")
    (record,) = line["event"]["Records"]
    arn = dynamodb.describe_table(TableName=TABLE)["Table"]["LatestStreamArn"]
    assert record["eventSourceARN"] == arn
    assert record["eventSource"] == "aws:dynamodb"
    assert record["dynamodb"]["StreamViewType"] == "NEW_AND_OLD_IMAGES"
    assert isinstance(record["dynamodb"]["SequenceNumber"], str)
    seconds = text.split('"ApproximateCreationDateTime":')[1].split(",")[0]
    assert "E9" in seconds and 1.7e9 < float(seconds) < 4e9


@pytest.mark.parametrize("bisect", ["false", "true"])
def test_nothing_is_lost_or_out_of_order_when_the_function_fails(port, dynamodb, tmp_path, bisect):
    """What an answer acknowledges is not sent again, so that these records are the changes, each once, in order."""
    wanted = change_table(dynamodb, changes=150, items=10)

    counts = drain(
        port, tmp_path / "events", FAULTS="on", BatchSize=6, ParallelizationFactor=2,
        FunctionResponseTypes="ReportBatchItemFailures", BisectBatchOnFunctionError=bisect,
    )

    acknowledged, answers = [], collections.Counter()
    for line in lines_of(tmp_path / "events"):
        records = line["event"]["Records"]
        answers[line["answer"]] += 1
        acknowledged += {"ok": records, "partial": records[: len(records) // 2]}.get(line["answer"], [])
    assert changes_of(acknowledged) == wanted
    assert (counts["delivered"], counts["discarded"], counts["pending"]) == (150, 0, 0)
    assert counts["function_errors"] == answers["error"] + answers["exit"] > 0
    assert counts["rewinds"] == answers["partial"] > 0
    assert counts["malformed"] == 0
