"""A table that is older than its stream: an export gives what the stream cannot tell, the stream what came since, through
the functions' zips and with faults; the newest state of the lake, as deploy/sql finds it, is the table's."""

import datetime
import json
import platform
import random
import subprocess
import uuid

import duckdb

import pipeline_changes
from conftest import TOP
from export_generator import Bucket, write_full_export
from pipeline_changes import random_item
from test_stream_pipeline import TOOL, dynamodb_client

KEYS = 120
SEED = 5


def create_table(client, table: str) -> None:
    """Without a stream; the keys are those of pipeline_changes."""
    client.create_table(
        TableName=table,
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "N"},
        ],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        BillingMode="PAY_PER_REQUEST",
    )


def newest_state(s3, folder) -> dict:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket="lake"):
        for entry in page["Contents"]:
            path = folder / entry["Key"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(s3.get_object(Bucket="lake", Key=entry["Key"])["Body"].read())
    connection = duckdb.connect()
    connection.execute((TOP / "deploy/sql/newest_state.duckdb.sql").read_text())
    lines = connection.execute(
        "SELECT line FROM newest_state($folder, 'pk', sort_key_name := 'sk')", {"folder": f"{folder}/lake"}
    ).fetchall()
    number = pipeline_changes.decimal.Decimal
    rows = [json.loads(line, parse_int=number, parse_float=number) for (line,) in lines]
    assert len({(row["pk"], row["sk"]) for row in rows}) == len(rows)
    return {(row["pk"], row["sk"]): row for row in rows}


def test_snapshot_and_stream_are_the_table(dynamodb_local, moto, dist, invoke, tmp_path):
    dynamodb, s3 = dynamodb_client(dynamodb_local), moto.client("s3")
    make_client = lambda: dynamodb_client(dynamodb_local)  # noqa: E731
    moto.client("kinesis").create_stream(StreamName="changes", ShardCount=2)
    for bucket in ("lake", "exports"):
        s3.create_bucket(Bucket=bucket)
    table = f"orders-{uuid.uuid4()}"
    create_table(dynamodb, table)
    chance = random.Random(SEED)
    # A third of the keys that change, and some that never do.
    for key in range(KEYS * 2 // 3, KEYS * 4 // 3):
        item = random_item(chance, {"pk": {"S": f"item {key // 4} é"}, "sk": {"N": str(key)}}, 0)
        dynamodb.put_item(TableName=table, Item=item)
    stream_arn = dynamodb.update_table(
        TableName=table, StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    )["TableDescription"]["LatestStreamArn"]
    architecture = {"x86_64": "x86_64", "aarch64": "arm64"}[platform.machine()]
    command = [
        str(TOOL), "--dynamodb-port", str(dynamodb_local), "--aws-port", moto.url.rsplit(":", 1)[1],
        "--stream-arn", stream_arn, "--kinesis-stream", "changes", "--bucket", "lake",
        "--forwarder", str(dist / f"stream_to_kinesis-{architecture}.zip"),
        "--transform", str(dist / f"firehose_transform-{architecture}.zip"),
        "--batch-size", "100", "--lanes", "2", "--seed", str(SEED), "--fault", "partial=0.2,reset_after=0.05",
    ]  # fmt: skip
    pipeline = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    try:
        pipeline_changes.write_changes(make_client, table, 150, KEYS, seed=SEED)
        # The times of DynamoDB Local's stream are whole minutes, where DynamoDB's are whole seconds.
        moment = datetime.datetime.now(datetime.timezone.utc).replace(second=0, microsecond=0)
        at_export = pipeline_changes.scan(dynamodb, table)
        pipeline_changes.write_changes(make_client, table, 150, KEYS, seed=SEED + 1)
        pipeline.communicate(timeout=120)
    finally:
        pipeline.kill()
    assert pipeline.returncode == 0
    export = write_full_export(Bucket(s3, "exports"), at_export.values(), table=table, time=moment)

    notification = {"Records": [{"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "awsRegion": "us-east-1", "s3": {
        "bucket": {"name": "exports"}, "object": {"key": export.summary_key}}}]}  # fmt: skip
    response = invoke("export_to_lake", notification, {"LAKE_URI": "s3://lake/lake/"})["response"]

    assert response["complete"] and response["items"] == len(at_export)
    at_the_end = pipeline_changes.scan(dynamodb, table)
    newest = newest_state(s3, tmp_path)
    assert pipeline_changes.compare(at_the_end, newest) == []
    # Each had its part.
    of_the_snapshot = [row for row in newest.values() if "__sequence_number" not in row]
    assert KEYS // 3 <= len(of_the_snapshot) < len(newest)
    assert at_export.keys() - at_the_end.keys() and at_the_end.keys() - at_export.keys()
    dynamodb.delete_table(TableName=table)
