"""The way of a change from DynamoDB to the lake, through the functions' zips, calm and with every fault: the lake's
newest state of each item is the table's, nothing is lost, and each item's records are in order at Kinesis.

LAKEFEED_PIPELINE_CHANGES and LAKEFEED_PIPELINE_KEYS make the run larger (100000 over 1000 is the long one), and
LAKEFEED_PIPELINE_FAULT changes its faults: a share that a short run needs to meet every kind is a siege to a long one.
"""

import json
import os
import platform
import subprocess
import uuid

import boto3
import botocore.config
import pytest

import pipeline_changes
from conftest import BUILD, CREDENTIALS, REGION

TOOL = BUILD / "tests/runtime/local/stream_pipeline"
CHANGES = int(os.environ.get("LAKEFEED_PIPELINE_CHANGES", "1500"))
EVERY_FAULT = os.environ.get("LAKEFEED_PIPELINE_FAULT", "dead_before=0.01,dead_after=0.01,all=0.03")
KEYS = int(os.environ.get("LAKEFEED_PIPELINE_KEYS", "300"))
# Faults after which nobody can tell whether a request was done; the others refuse for certain.
OPEN_OUTCOMES = (
    "error reset_before reset_after slow dead_before dead_after short_answer kill_before kill_after".split()
)


def dynamodb_client(port: int):
    return boto3.client(
        "dynamodb",
        region_name=REGION,
        endpoint_url=f"http://127.0.0.1:{port}",
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        config=botocore.config.Config(max_pool_connections=8),
    )


@pytest.mark.parametrize(
    ("fault", "more"),
    [
        pytest.param("", [], id="calm"),
        pytest.param(EVERY_FAULT, [], id="every_fault"),
        pytest.param("partial=0.2,throttle=0.05", ["--env", "RECORD_FORMAT", "line"], id="refusals_only"),
        pytest.param("partial=0.2,reset_after=0.1", ["--env", "AGGREGATION", "kpl"], id="kpl"),
    ],
)
def test_the_lake_ends_as_the_table(fault, more, dynamodb_local, moto, dist, tmp_path):
    dynamodb = dynamodb_client(dynamodb_local)
    kinesis, s3 = moto.client("kinesis"), moto.client("s3")
    table = f"orders-{uuid.uuid4()}"
    stream_arn = pipeline_changes.create_table(dynamodb, table)
    kinesis.create_stream(StreamName="changes", ShardCount=4)
    s3.create_bucket(Bucket="lake")
    architecture = {"x86_64": "x86_64", "aarch64": "arm64"}[platform.machine()]
    command = [
        str(TOOL), "--dynamodb-port", str(dynamodb_local), "--aws-port", moto.url.rsplit(":", 1)[1],
        "--stream-arn", stream_arn, "--kinesis-stream", "changes", "--bucket", "lake",
        "--forwarder", str(dist / f"stream_to_kinesis-{architecture}.zip"),
        "--transform", str(dist / f"firehose_transform-{architecture}.zip"),
        "--batch-size", "1000", "--lanes", "4", "--seed", "7", *(["--fault", fault] if fault else []), *more,
    ]  # fmt: skip
    pipeline = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        pipeline_changes.write_changes(lambda: dynamodb_client(dynamodb_local), table, CHANGES, KEYS, seed=7)
        output, _ = pipeline.communicate(timeout=1800)
    finally:
        pipeline.kill()
    assert pipeline.returncode == 0
    report = json.loads(output)
    print(output)

    changes = report["mapping"]["polled"]
    assert changes >= CHANGES * 0.8  # a delete of what is not there is no change
    assert report["mapping"]["delivered"] == changes and report["mapping"]["discarded"] == 0
    total, different, newest = pipeline_changes.read_lake(s3, "lake", tmp_path)
    assert different == changes, f"{changes - different} changes are lost"
    assert pipeline_changes.compare(pipeline_changes.scan(dynamodb, table), newest) == []
    order = pipeline_changes.read_kinesis(kinesis, "changes")
    assert sum(len(set(numbers)) for numbers in order.values()) == changes
    assert pipeline_changes.disorder(order) == []
    assert total == sum(len(numbers) for numbers in order.values())
    # What was sent twice is told; without a fault that leaves an outcome open nothing is.
    print(f"{changes} changes, {total - different} sent twice, faults {report['faults']}")
    suffered = sum(count for name, count in report["faults"].items() if name != "none")
    assert (suffered > 0) == bool(fault)
    if not fault:
        assert total == different and report["mapping"]["function_errors"] == 0
    elif not any(report["faults"][name] for name in OPEN_OUTCOMES):
        assert total == different or report["mapping"]["rewinds"] > 0
