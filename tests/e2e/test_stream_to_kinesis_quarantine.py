"""POISON_RECORDS=quarantine through the zip: what boto3 reads from S3 and SQS is the record's own bytes, and nothing is
acknowledged that is not there."""

import base64
import json

import pytest
from test_stream_to_kinesis import ALL_DONE, FUNCTION, StreamRecords, create_stream, read_stream

ARN = "arn:aws:dynamodb:us-east-1:123456789012:table/orders/stream/2026-11-01T00:00:00.000"
QUEUE = "https://sqs.us-east-1.amazonaws.com/123456789012/"


class World:
    """A stream, an event of good and bad records in bytes that no JSON library would write, and what came of it."""

    def __init__(self, moto, invoke):
        self.moto, self.invoke = moto, invoke
        create_stream(moto.client("kinesis"), "changes", shards=2)
        self.source = StreamRecords()
        self.texts = []

    def good(self, name: str) -> None:
        keys = {"id": {"S": name}}
        self.texts.append(json.dumps(self.source.record("INSERT", keys, new=keys)))

    def malformed(self) -> str:
        record = self.source.record("INSERT", {"id": {"S": "bad"}})
        text = json.dumps(record, indent=1).replace('"bad"', 'tru\\q é ').replace('"1.1"', '"1.1" ')
        self.texts.append(text)
        return text

    def large(self, name: str, size: int) -> str:
        keys = {"id": {"S": name}}
        self.texts.append(json.dumps(self.source.record("INSERT", keys, new={**keys, "body": {"S": "x" * size}})))
        return self.texts[-1]

    def run(self, uri: str, **environment) -> dict:
        variables = {"KINESIS_STREAM_NAME": "changes", "QUARANTINE_URI": uri, **environment}
        return self.invoke(FUNCTION, None, variables, text='{"Records": [' + ",\n".join(self.texts) + "]}")

    def stored(self) -> list:
        found = [json.loads(data) for _, _, data in read_stream(self.moto.client("kinesis"), "changes")]
        return sorted(record["dynamodb"]["Keys"]["id"]["S"] for record in found)

    def number(self, index: int) -> str:
        return str(900000000000000000001 + index)

    def objects(self, bucket: str) -> dict:
        s3 = self.moto.client("s3")
        keys = [found["Key"] for found in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]
        return {key: s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode() for key in keys}


@pytest.fixture
def world(moto, invoke):
    return World(moto, invoke)


def kept(line: str) -> dict:
    found = json.loads(line)
    found["record"] = base64.b64decode(found["record"], validate=True).decode()
    return found


def test_s3_holds_the_records_own_bytes(world):
    world.moto.client("s3").create_bucket(Bucket="quarantine")
    world.good("a")
    malformed = world.malformed()
    large = world.large("b", 1_100_000)
    world.good("b")

    assert world.run("s3://quarantine/poison/") == ALL_DONE

    assert world.stored() == ["a", "b"]
    ((key, body),) = world.objects("quarantine").items()
    folder, name = key.rsplit("/", 1)
    assert folder == "poison/orders/dt=20261120"
    assert name.startswith(f"{world.number(1)}-{world.number(2)}-") and name.endswith(".jsonl")
    first, second = (kept(line) for line in body.splitlines())
    assert (first["record"], second["record"]) == (malformed, large)
    assert first["eventSourceARN"] == second["eventSourceARN"] == ARN
    assert (first["sequence_number"], second["sequence_number"]) == (world.number(1), world.number(2))
    assert second["event_id"] == json.loads(large)["eventID"]
    assert "1048576" in second["reason"]

    # The same event again writes the same object again.
    assert world.run("s3://quarantine/poison/") == ALL_DONE
    assert list(world.objects("quarantine")) == [key]


def test_what_s3_refuses_is_reported_and_stops_its_item(world):
    world.good("a")
    world.large("b", 1_100_000)
    world.good("b")
    world.good("c")

    answer = world.run("s3://no-such-bucket/")

    assert answer == {"response": {"batchItemFailures": [{"itemIdentifier": world.number(1)}]}}
    assert world.stored() == ["a", "c"]


@pytest.mark.parametrize("name", ["poison", "poison.fifo"])
def test_sqs_holds_the_records_own_bytes(world, name):
    sqs = world.moto.client("sqs")
    attributes = {"FifoQueue": "true"} if name.endswith(".fifo") else {}
    url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    world.good("a")
    texts = [world.malformed() for _ in range(12)]

    assert world.run(QUEUE + name) == ALL_DONE

    assert world.stored() == ["a"]
    messages = []
    while found := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        messages += [kept(message["Body"]) for message in found]
        for message in found:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    assert sorted(message["record"] for message in messages) == sorted(texts)
    assert {message["eventSourceARN"] for message in messages} == {ARN}


def test_a_record_too_large_for_sqs_is_blocked(world):
    world.moto.client("sqs").create_queue(QueueName="poison")
    world.good("a")
    world.malformed()
    world.large("b", 1_100_000)
    world.good("b")

    answer = world.run(QUEUE + "poison")

    assert answer == {"response": {"batchItemFailures": [{"itemIdentifier": world.number(2)}]}}
    assert world.stored() == ["a"]


def test_quarantine_without_a_uri_is_an_init_error(moto, invoke):
    answer = invoke(FUNCTION, {"Records": []}, {"KINESIS_STREAM_NAME": "changes", "POISON_RECORDS": "quarantine"})
    assert answer["error"]["errorType"] == "Function.ConfigInvalid"
    assert "QUARANTINE_URI" in answer["error"]["errorMessage"]


def test_all_faults_of_the_settings_are_told_at_once(moto, invoke):
    variables = {
        "AGGREGATION": "kpl",
        "PARTITION_KEY": "random",
        "QUARANTINE_URI": "bucket/prefix",
        "MAX_RECORD_KIB": "1023",
        "RECORD_FORMAT": "avro",
    }
    answer = invoke(FUNCTION, {"Records": []}, variables)
    assert answer["error"]["errorType"] == "Function.ConfigInvalid"
    for name in ("KINESIS_STREAM_NAME", "AGGREGATION", "QUARANTINE_URI", "MAX_RECORD_KIB", "RECORD_FORMAT"):
        assert name in answer["error"]["errorMessage"]
