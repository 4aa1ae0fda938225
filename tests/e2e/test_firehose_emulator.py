"""Changes from a Kinesis stream of moto through the Firehose emulator and firehose_transform's zip into moto's S3, read
back with boto3 alone; and the records that failed, replayed by the `lakefeed` command."""

import base64
import collections
import datetime
import gzip
import hashlib
import json
import os
import pathlib
import re
import subprocess
import zipfile

import pytest
from conftest import BUILD, CREDENTIALS, DIST, REGION

TOOL = BUILD / "tests" / "runtime" / "local" / "firehose_tool"
MACHINE = {"aarch64": "arm64"}.get(os.uname().machine, os.uname().machine)
STREAM = "changes"
BUCKET = "lake"
DAY_MS = 86_400_000
FIRST_MS = 1_795_136_400_000  # 2026-11-20T01:00:00Z


def change(number: int, item: int, table="orders", at_ms=None) -> dict:
    """A record as DynamoDB's own feed to Kinesis writes it."""
    image = {"id": {"S": f"item-{item}"}, "version": {"N": str(number)}, "text": {"S": 'Zoë "💡"\n'}}
    record = {
        "awsRegion": REGION,
        "eventID": hashlib.md5(str(number).encode()).hexdigest(),
        "eventName": "MODIFY",
        "userIdentity": None,
        "recordFormat": "application/json",
        "tableName": table,
        "dynamodb": {
            "ApproximateCreationDateTime": FIRST_MS + number if at_ms is None else at_ms,
            "Keys": {"id": image["id"]},
            "NewImage": image,
            "SizeBytes": 50,
        },
        "eventSource": "aws:dynamodb",
    }
    if table is None:
        del record["tableName"]
    return record


@pytest.fixture(scope="session")
def bootstrap(tmp_path_factory) -> pathlib.Path:
    path = tmp_path_factory.mktemp("firehose_transform") / "bootstrap"
    with zipfile.ZipFile(DIST / f"firehose_transform-{MACHINE}.zip") as package:
        path.write_bytes(package.read("bootstrap"))
    path.chmod(0o755)
    return path


@pytest.fixture
def kinesis(moto):
    client = moto.client("kinesis")
    client.create_stream(StreamName=STREAM, ShardCount=3)
    moto.client("s3").create_bucket(Bucket=BUCKET)
    return client


def put(kinesis, changes) -> None:
    entries = [
        {"Data": json.dumps(change).encode(), "PartitionKey": change["dynamodb"]["Keys"]["id"]["S"]} for change in changes
    ]
    for begin in range(0, len(entries), 500):
        answer = kinesis.put_records(StreamName=STREAM, Records=entries[begin : begin + 500])
        assert answer["FailedRecordCount"] == 0


@pytest.fixture
def firehose(moto, bootstrap):
    """firehose(option=value, …) reads the stream to its end and gives the report."""

    def run(environment=None, **options) -> dict:
        options = {
            "aws": moto.url.rpartition(":")[2],
            "stream": STREAM,
            "bucket": BUCKET,
            "bootstrap": bootstrap,
            "prefix": "data/",
            "error_prefix": "errors/",
            **{f"environment.{name}": value for name, value in (environment or {}).items()},
            **options,
        }
        words = [f"{name}={value}" for name, value in options.items()]
        done = subprocess.run([TOOL, *words], capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


def objects_below(moto, prefix: str) -> dict:
    s3 = moto.client("s3")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix)
    keys = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
    return {key: s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in keys}


def lines_of(data: bytes) -> list:
    return [json.loads(line) for line in data.decode().splitlines()]


def test_every_change_reaches_its_table_and_day(moto, kinesis, firehose):
    changes = [
        change(number, number % 50, table=("orders", "customers")[number % 2], at_ms=FIRST_MS - (number % 3) * DAY_MS + number)
        for number in range(1200)
    ]
    put(kinesis, changes)
    report = firehose(
        prefix="t=!{partitionKeyFromLambda:table}/dt=!{partitionKeyFromLambda:dt}/",
        error_prefix="errors/!{firehose:error-output-type}/",
        partitioning="dynamic",
        compression="gzip",
        extension=".json.gz",
    )
    assert (report["records_in"], report["ok"], report["failed"], report["waiting"]) == (1200, 1200, 0, 0)

    wanted, found = collections.defaultdict(list), {}
    for one in changes:
        day = datetime.datetime.fromtimestamp(one["dynamodb"]["ApproximateCreationDateTime"] / 1000, datetime.timezone.utc)
        wanted[f"t={one['tableName']}/dt={day:%Y%m%d}/"].append(one["eventID"])
    for key, data in objects_below(moto, "t=").items():
        folder, _, name = key.rpartition("/")
        assert re.fullmatch(rf"{STREAM}-1-\d{{4}}(-\d\d){{5}}-[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}\.json\.gz", name)
        found.setdefault(folder + "/", []).extend(lines_of(gzip.decompress(data)))
    assert {folder: sorted(line["__event_id"] for line in lines) for folder, lines in found.items()} == {
        folder: sorted(ids) for folder, ids in wanted.items()
    }
    for lines in found.values():
        versions = collections.defaultdict(list)
        for line in lines:
            assert line["text"] == 'Zoë "💡"\n'
            versions[line["id"]].append(line["version"])
        assert all(sorted(numbers) == numbers for numbers in versions.values()), "an item's changes keep their order"
    assert report["objects"] == len(wanted) == 6
    assert not objects_below(moto, "errors/")


def test_a_split_stream_is_read_parents_first(moto, kinesis, firehose):
    put(kinesis, [change(number, number % 7) for number in range(100)])
    shard = kinesis.list_shards(StreamName=STREAM)["Shards"][0]
    middle = (int(shard["HashKeyRange"]["StartingHashKey"]) + int(shard["HashKeyRange"]["EndingHashKey"])) // 2
    kinesis.split_shard(StreamName=STREAM, ShardToSplit=shard["ShardId"], NewStartingHashKey=str(middle))
    put(kinesis, [change(number, number % 7) for number in range(100, 200)])
    firehose()
    versions = collections.defaultdict(list)
    for data in objects_below(moto, "data/").values():
        for line in lines_of(data):
            versions[line["id"]].append(line["version"])
    assert sorted(number for numbers in versions.values() for number in numbers) == list(range(200))
    assert all(sorted(numbers) == numbers for numbers in versions.values())


def varint(number: int) -> bytes:
    return bytes([number]) if number < 128 else bytes([number & 127 | 128]) + varint(number >> 7)


def aggregate(records: list) -> bytes:
    """The Kinesis Producer Library's format, for records of one key."""
    message = b"\x0a\x01k"
    for data in records:
        record = b"\x08\x00\x1a" + varint(len(data)) + data
        message += b"\x1a" + varint(len(record)) + record
    return b"\xf3\x89\x9a\xc2" + message + hashlib.md5(message).digest()


def test_aggregated_records_are_taken_apart_before_the_function(moto, kinesis, firehose):
    changes = [change(number, 1) for number in range(300)]
    data = aggregate([json.dumps(one).encode() for one in changes])
    kinesis.put_record(StreamName=STREAM, Data=data, PartitionKey="k")
    report = firehose()
    assert (report["source_records"], report["records_in"], report["ok"]) == (1, 300, 300)
    lines = [line for data in objects_below(moto, "data/").values() for line in lines_of(data)]
    assert [line["__event_id"] for line in lines] == [one["eventID"] for one in changes]


def test_rows_go_to_their_tables(moto, kinesis, firehose):
    first, second, third = change(1, 1), change(2, 2), change(3, 1)
    first["eventName"] = second["eventName"] = "INSERT"
    removed = change(4, 2)
    removed["eventName"] = "REMOVE"
    removed["dynamodb"]["OldImage"] = removed["dynamodb"].pop("NewImage")
    put(kinesis, [first, second, third, removed, change(5, 5, table="unknown")])
    report = firehose(
        {"OUTPUT": "iceberg", "ICEBERG_DATABASE": "lake", "ICEBERG_TABLE": "{table}"}, table="lake.orders:id"
    )
    assert (report["rows_inserted"], report["rows_updated"], report["rows_deleted"], report["failed"]) == (2, 1, 1, 1)
    (rows,) = objects_below(moto, "lake/").values()
    assert [(row["id"], row["version"]) for row in lines_of(rows)] == [("item-1", 3)]
    (failed,) = objects_below(moto, "errors/iceberg-failed/").values()
    assert lines_of(failed)[0]["errorCode"] == "Iceberg.GlueTableNotFound"


def replay(lakefeed, *words, stdin=b"", **variables):
    command = [str(lakefeed), "replay", *map(str, words), "--dist", str(DIST)]
    for name, value in {"AWS_REGION": REGION, **CREDENTIALS, **variables}.items():
        command += ["--env", f"{name}={value}"]
    return subprocess.run(command, input=stdin, capture_output=True, timeout=120, check=False)


def test_what_failed_is_replayed_when_the_setting_is_right(moto, kinesis, firehose, lakefeed, tmp_path):
    good, nameless = change(1, 1), [change(2, 2, table=None), change(3, 3, table=None)]
    put(kinesis, [good, *nameless])
    report = firehose()
    assert (report["ok"], report["failed"]) == (1, 2)
    (kept,) = objects_below(moto, "errors/processing-failed/").values()
    lines = lines_of(kept)
    assert {line["errorCode"] for line in lines} == {"Lambda.ProcessingFailedStatus"}
    assert {base64.b64decode(line["rawData"]) for line in lines} == {json.dumps(one).encode() for one in nameless}

    path = tmp_path / "kept"
    path.write_bytes(kept)
    again = replay(lakefeed, "firehose_transform", "--from-processing-failed", path, AWS_ENDPOINT_URL=moto.url)
    assert again.returncode == 1
    assert re.search(rb"line 1: .*ProcessingFailed.*: .*table", again.stderr), again.stderr
    assert b"line 2: " in again.stderr

    # Compressed, from standard input, with a line that is none between the others.
    first, second = kept.splitlines(keepends=True)
    mended = first.replace(b"lambdaArn", b"lambdaARN") + b"{}\n" + second
    fixed = replay(
        lakefeed,
        "firehose_transform",
        "--from-processing-failed",
        "-",
        "--json",
        stdin=gzip.compress(mended),
        AWS_ENDPOINT_URL=moto.url,
        TABLE_NAME="orders",
    )
    assert fixed.returncode == 1, "a bad line is a failure"
    told = json.loads(fixed.stdout)
    assert (told["passed"], told["failed"]) == (1, 1)
    bad, well = told["verdicts"]
    assert [line["line"] for line in bad["lines"]] == [2]
    assert {record["recordId"]: record["result"] for record in well["response"]["records"]} == {"line-1": "Ok", "line-3": "Ok"}
    ids = {json.loads(base64.b64decode(record["data"]))["__event_id"] for record in well["response"]["records"]}
    assert ids == {one["eventID"] for one in nameless}

    alone = replay(
        lakefeed, "firehose_transform", "--from-processing-failed", path, AWS_ENDPOINT_URL=moto.url, TABLE_NAME="orders"
    )
    assert alone.returncode == 0, alone.stderr
    assert len(json.loads(alone.stdout)["records"]) == 2


def stream_record(number: int) -> dict:
    keys = {"id": {"S": f"item-{number % 2}"}}
    return {
        "eventID": str(number),
        "eventName": "INSERT",
        "eventSource": "aws:dynamodb",
        "awsRegion": REGION,
        "dynamodb": {
            "ApproximateCreationDateTime": 1795136400,
            "Keys": keys,
            "NewImage": {**keys, "version": {"N": str(number)}},
            "SequenceNumber": str(1000 + number),
            "SizeBytes": 10,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
        "eventSourceARN": "arn:aws:dynamodb:us-east-1:123456789012:table/orders/stream/2026-11-01T00:00:00.000",
    }


def quarantined(record: dict) -> bytes:
    line = {
        "reason": "too large",
        "eventSourceARN": record["eventSourceARN"],
        "sequence_number": record["dynamodb"]["SequenceNumber"],
        "event_id": record["eventID"],
        "quarantined_at": "2026-11-20T01:02:03Z",
        "record": base64.b64encode(json.dumps(record).encode()).decode(),
    }
    return json.dumps(line).encode() + b"\n"


def read_back(kinesis):
    """The records of the stream, shard by shard."""
    for shard in kinesis.list_shards(StreamName=STREAM)["Shards"]:
        iterator = kinesis.get_shard_iterator(
            StreamName=STREAM, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        yield from (json.loads(record["Data"]) for record in kinesis.get_records(ShardIterator=iterator)["Records"])


def test_quarantined_records_go_out_in_their_order(moto, kinesis, lakefeed, tmp_path):
    records = [stream_record(number) for number in range(20)]
    path = tmp_path / "quarantine.jsonl"
    path.write_bytes(b"".join(map(quarantined, records)))
    done = replay(
        lakefeed, "stream_to_kinesis", "--from-quarantine", path, AWS_ENDPOINT_URL=moto.url, KINESIS_STREAM_NAME=STREAM
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"batchItemFailures": []}
    versions = collections.defaultdict(list)
    for record in read_back(kinesis):
        image = record["dynamodb"]["NewImage"]
        versions[image["id"]["S"]].append(int(image["version"]["N"]))
    assert versions == {"item-0": list(range(0, 20, 2)), "item-1": list(range(1, 20, 2))}


def test_quarantined_records_that_fail_again_are_told_by_line(moto, kinesis, lakefeed, tmp_path):
    bad = stream_record(1)
    del bad["dynamodb"]["Keys"]
    path = tmp_path / "quarantine.gz"
    lines = [quarantined(stream_record(0)), b"nonsense\n", quarantined(bad), quarantined(stream_record(2))]
    path.write_bytes(gzip.compress(b"".join(lines)))
    done = replay(
        lakefeed,
        "stream_to_kinesis",
        "--from-quarantine",
        path,
        "--json",
        AWS_ENDPOINT_URL=moto.url,
        KINESIS_STREAM_NAME=STREAM,
    )
    assert done.returncode == 1
    unusable, event = json.loads(done.stdout)["verdicts"]
    assert [line["line"] for line in unusable["lines"]] == [2]
    assert [line["line"] for line in event["lines"]] == [3, 4]
    assert "comes after line 3" in event["lines"][1]["reason"]


def failed_batch(records: list) -> str:
    """What Lambda writes into a mapping's S3 destination. Page: "Retain discarded records for a DynamoDB event source"."""
    return json.dumps(
        {
            "requestContext": {"condition": "RetryAttemptsExhausted", "approximateInvokeCount": 1},
            "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
            "version": "1.0",
            "timestamp": "2026-11-20T01:02:03.004Z",
            "DDBStreamBatchInfo": {"shardId": "shardId-1", "batchSize": len(records)},
            "payload": json.dumps({"Records": records}),
        }
    )


def test_a_batch_that_a_mapping_gave_up_goes_out_again(moto, kinesis, lakefeed, tmp_path):
    settings = {"AWS_ENDPOINT_URL": moto.url, "KINESIS_STREAM_NAME": STREAM}
    path = tmp_path / "2026-11-20T01.02.03-uuid"
    path.write_text(failed_batch([stream_record(number) for number in range(3)]))
    done = replay(lakefeed, "stream_to_kinesis", "--from-failed-batch", path, **settings)
    assert done.returncode == 0, done.stderr
    assert sorted(record["dynamodb"]["SequenceNumber"] for record in read_back(kinesis)) == ["1000", "1001", "1002"]

    bad = stream_record(1)
    del bad["dynamodb"]["Keys"]
    path.write_text(failed_batch([stream_record(0), bad, stream_record(2)]))
    done = replay(lakefeed, "stream_to_kinesis", "--from-failed-batch", path, "--json", **settings)
    assert done.returncode == 1
    (verdict,) = json.loads(done.stdout)["verdicts"]
    assert [line["line"] for line in verdict["lines"]] == [2, 3]


def test_kept_records_use_what_lies_beside_them(lakefeed, tmp_path):
    """The setup is done once, and the services keep what they hold from one event to the next."""
    removed = [stream_record(number) for number in (1, 2)]
    for record in removed:
        record["eventName"] = "REMOVE"
        record["padding"] = "x" * 3_200_000
    records = [stream_record(0), *removed, stream_record(3)]
    (tmp_path / "kept.jsonl").write_bytes(b"".join(map(quarantined, records)))
    (tmp_path / "environment").write_text(f"KINESIS_STREAM_NAME={STREAM}\nEVENT_NAMES=INSERT\n")
    create = {"service": "kinesis", "operation": "CreateStream", "body": {"StreamName": STREAM, "ShardCount": 1}}
    (tmp_path / "setup.json").write_text(json.dumps([create]))
    done = replay(lakefeed, "stream_to_kinesis", "--from-quarantine", tmp_path / "kept.jsonl", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert [verdict["case"] for verdict in told["verdicts"]] == ["kept.jsonl:1-2", "kept.jsonl:3-4"]
    assert told["passed"] == 2


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--all", "--from-quarantine", "x"], "name one function"),
        (["echo", "e.json", "--from-quarantine", "x"], "name one function and no event files"),
        (["echo", "--from-quarantine", "x", "--from-processing-failed", "y"], "not both"),
        (["echo", "e.json", "--from-failed-batch", "x"], "--from-failed-batch: name one function"),
        (["echo", "--from-failed-batch", "x", "--from-quarantine", "y"], "not both"),
    ],
)
def test_usage_of_kept_records(lakefeed, words, complaint):
    done = subprocess.run([str(lakefeed), "replay", *words], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert complaint in done.stderr


def test_a_file_that_is_not_there(lakefeed):
    done = replay(lakefeed, "firehose_transform", "--from-processing-failed", "/nonexistent")
    assert done.returncode == 3
    assert b"/nonexistent" in done.stderr
