"""firehose_transform through its zip: what boto3's own types read in the records is what stands in the lines."""

import base64
import datetime
import decimal
import json
import random

import pytest
from boto3.dynamodb.types import Binary, TypeDeserializer, TypeSerializer

FUNCTION = "firehose_transform"
TABLE = "orders"
ARRIVAL_MS = 1_795_136_523_000  # 2026-11-20T01:02:03Z
METADATA = ("__operation", "__event_id", "__sequence_number", "__event_time_ms", "__ttl_delete")
KPL_MAGIC = bytes.fromhex("f3899ac2")


def random_text(chance: random.Random) -> str:
    return "".join(chance.choice(["a", "Zoë", "日本", "💡", '"', "\\", "/", "\n", "\x01", "\x7f", " ", "word "])
                   for _ in range(chance.randrange(12)))


def random_number(chance: random.Random) -> decimal.Decimal:
    digits = str(chance.randrange(1, 10 ** chance.randrange(1, 39)))
    return decimal.Decimal(f"{chance.choice(['', '-'])}{digits}E{chance.randrange(-60, 60)}")


def random_value(chance: random.Random, depth: int = 0):
    """A Python value of one of DynamoDB's ten types."""
    kinds = ["S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS"] + (["L", "M"] if depth < 4 else [])
    make = {
        "S": lambda: random_text(chance),
        "N": lambda: random_number(chance),
        "B": lambda: Binary(chance.randbytes(chance.randrange(80))),
        "BOOL": lambda: chance.random() < 0.5,
        "NULL": lambda: None,
        "SS": lambda: {random_text(chance) + str(i) for i in range(chance.randrange(1, 4))},
        "NS": lambda: {random_number(chance) for _ in range(chance.randrange(1, 4))},
        "BS": lambda: {Binary(chance.randbytes(5) + bytes([i])) for i in range(chance.randrange(1, 4))},
        "L": lambda: [random_value(chance, depth + 1) for _ in range(chance.randrange(4))],
        "M": lambda: random_item(chance, depth + 1),
    }
    return make[chance.choice(kinds)]()


def random_item(chance: random.Random, depth: int = 0) -> dict:
    return {f"{chance.choice(['a', 'Name', 'größe', 'a longer name than sixteen'])}{i}": random_value(chance, depth)
            for i in range(chance.randrange(8))}


def in_json(value):
    """A boto3 value as the line must have it; sets as sorted lists, since their order means nothing."""
    if isinstance(value, Binary):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, set):
        return sorted((in_json(one) for one in value), key=str)
    if isinstance(value, list):
        return [in_json(one) for one in value]
    if isinstance(value, dict):
        return {name: in_json(one) for name, one in value.items()}
    return value


def sets_sorted(value, typed):
    """The line's value with its sets sorted; `typed` is the attribute value that tells which are sets."""
    ((tag, inner),) = typed.items()
    if tag in ("SS", "NS", "BS"):
        return sorted(value, key=str)
    if tag == "L":
        return [sets_sorted(one, inner[i]) for i, one in enumerate(value)]
    if tag == "M":
        return {name: sets_sorted(one, inner[name]) for name, one in value.items()}
    return value


def as_wire(typed):
    """boto3's attribute value as DynamoDB's JSON has it: bytes are base64."""
    if isinstance(typed, (bytes, Binary)):
        return base64.b64encode(bytes(typed)).decode()
    if isinstance(typed, dict):
        return {name: as_wire(one) for name, one in typed.items()}
    if isinstance(typed, list):
        return [as_wire(one) for one in typed]
    return typed


def typed_item(item: dict) -> dict:
    serializer = TypeSerializer()
    return {name: as_wire(serializer.serialize(value)) for name, value in item.items()}


def native(number: int, operation: str, images: dict, time=1_795_136_400_123, **more) -> dict:
    """A record of Kinesis Data Streams for DynamoDB."""
    return {"awsRegion": "us-east-1", "eventID": f"event-{number}", "eventName": operation, "userIdentity": None,
            "recordFormat": "application/json", "tableName": TABLE,
            "dynamodb": {"ApproximateCreationDateTime": time, **images, "SizeBytes": 100},
            "eventSource": "aws:dynamodb", **more}


def firehose_event(datas: list) -> dict:
    return {"invocationId": "i", "deliveryStreamArn": "arn:aws:firehose:us-east-1:1:deliverystream/d",
            "region": "us-east-1",
            "records": [{"recordId": f"record-{i}", "approximateArrivalTimestamp": ARRIVAL_MS,
                         "data": base64.b64encode(data).decode()} for i, data in enumerate(datas)]}


def compact(record) -> bytes:
    return json.dumps(record, separators=(",", ":"), ensure_ascii=False).encode()


def line_of(answer: dict) -> dict:
    data = base64.b64decode(answer["data"])
    assert data.endswith(b"\n") and data.count(b"\n") == 1
    return json.loads(data, parse_float=decimal.Decimal, parse_int=decimal.Decimal)


@pytest.mark.parametrize("seed", [1, 2])
def test_lines_hold_what_boto3_reads_in_the_records(invoke, seed):
    chance = random.Random(seed)
    items, records = [], []
    for i in range(300):
        item, other = random_item(chance), random_item(chance)
        operation = chance.choice(["INSERT", "MODIFY", "REMOVE"])
        images = {"Keys": {"id": {"S": "k"}}}
        if operation != "REMOVE":
            images["NewImage"] = typed_item(item)
        if operation != "INSERT":
            images["OldImage"] = typed_item(item if operation == "REMOVE" else other)
        if chance.random() < 0.2:
            images = dict(reversed(images.items()))
        record = native(i, operation, images)
        if chance.random() < 0.2:
            record = dict(reversed(record.items()))
        items.append((item, operation))
        # Now and then with white space and with all that is not ASCII as escapes.
        records.append(compact(record) if chance.random() < 0.8 else json.dumps(record, indent=1).encode())

    answers = invoke(FUNCTION, firehose_event(records))["response"]["records"]

    assert [answer["recordId"] for answer in answers] == [f"record-{i}" for i in range(len(records))]
    deserializer = TypeDeserializer()
    for i, (answer, (item, operation)) in enumerate(zip(answers, items)):
        assert answer["result"] == "Ok"
        assert answer["metadata"] == {"partitionKeys": {"table": TABLE, "dt": "20261120"}}
        line = line_of(answer)
        metadata = {name: line.pop(name) for name in METADATA if name in line}
        assert metadata == {"__operation": operation, "__event_id": f"event-{i}",
                            "__event_time_ms": 1_795_136_400_123, "__ttl_delete": False}
        typed = typed_item(item)
        read = {name: deserializer.deserialize(TypeSerializer().serialize(value)) for name, value in item.items()}
        assert {name: sets_sorted(value, typed[name]) for name, value in line.items()} == in_json(read)
        assert list(line) == list(item)


def test_each_feed_gives_its_time(invoke):
    keys = {"Keys": {"id": {"S": "k"}}}
    micro = native(1, "INSERT", {**keys, "ApproximateCreationDateTimePrecision": "MICROSECOND"},
                   time=1_684_934_517_123_456)
    stream = native(2, "INSERT", keys)
    del stream["tableName"], stream["recordFormat"]
    stream["eventSourceARN"] = f"arn:aws:dynamodb:us-east-1:1:table/{TABLE}/stream/2026"
    in_seconds = compact(stream).replace(b"1795136400123", b"1.684934517E9")
    datas = [compact(native(0, "INSERT", keys, time=1_684_934_517_123)), compact(micro), in_seconds]
    answers = invoke(FUNCTION, firehose_event(datas), env={"PARTITION_KEYS": "table,dt,hour"})["response"]["records"]
    assert [line_of(answer)["__event_time_ms"] for answer in answers] == [
        1_684_934_517_123, 1_684_934_517_123, 1_684_934_517_000]
    moment = datetime.datetime.fromtimestamp(1_684_934_517, datetime.timezone.utc)
    for answer in answers:
        assert answer["metadata"]["partitionKeys"] == {
            "table": TABLE, "dt": moment.strftime("%Y%m%d"), "hour": moment.strftime("%H")}


def test_iceberg_rows_say_what_to_do_with_them(invoke):
    keys, old, new = {"id": {"S": "k"}}, {"id": {"S": "k"}, "at": {"N": "1795136523999"}}, {"id": {"S": "k"}}
    datas = [compact(native(0, "INSERT", {"Keys": keys, "NewImage": old})),
             compact(native(1, "MODIFY", {"Keys": keys, "NewImage": new, "OldImage": old})),
             compact(native(2, "REMOVE", {"Keys": keys, "OldImage": old})),
             compact(native(3, "REMOVE", {"Keys": keys}))]
    environment = {"OUTPUT": "iceberg", "ICEBERG_DATABASE": "lake", "ICEBERG_TABLE": "{table}_rows",
                   "TIMESTAMP_ATTRIBUTE": "at"}
    answers = invoke(FUNCTION, firehose_event(datas), env=environment)["response"]["records"]
    assert [answer["metadata"]["otfMetadata"]["operation"] for answer in answers] == [
        "insert", "update", "delete", "delete"]
    assert all(answer["metadata"]["otfMetadata"]["destinationTableName"] == f"{TABLE}_rows" for answer in answers)
    whole = {"id": "k", "at": 1795136523999, "date": "2026-11-20", "hour": 1, "minute": 2}
    assert [json.loads(base64.b64decode(answer["data"])) for answer in answers] == [
        whole, {"id": "k"}, whole, {"id": "k"}]


def test_what_is_no_change_comes_back_and_harms_no_other(invoke):
    good = compact(native(0, "INSERT", {"NewImage": {"id": {"S": "k"}}}))
    line = b'{"a": 1.50,"__operation":"MODIFY","__event_time_ms":1684934517000}\n'
    bad = [KPL_MAGIC + b"\x0a\x01k\x1a\x04\x08\x00\x1a\x00" + bytes(16), b"", b"junk", good[:-1],
           b'{"__operation":"INSERT\xff"}', good.replace(b'"S"', b'"X"')]
    event = firehose_event([good, line, *bad, good])
    answers = invoke(FUNCTION, event, env={"TABLE_NAME": TABLE})["response"]["records"]
    assert [answer["result"] for answer in answers] == ["Ok", "Ok"] + ["ProcessingFailed"] * len(bad) + ["Ok"]
    assert base64.b64decode(answers[1]["data"]) == line
    for answer, record in zip(answers[2:-1], event["records"][2:-1]):
        assert answer["data"] == record["data"]
    assert answers[0]["data"] == answers[-1]["data"]


def test_a_response_that_would_be_too_large_fails_only_what_does_not_fit(invoke):
    # Each record grows: its line repeats a long prefix five times.
    record = compact(native(0, "INSERT", {"Keys": {}}))
    event = firehose_event([record] * 11_500)
    environment = {"METADATA_PREFIX": "p" * 64, "PARTITION_KEYS": "table"}
    answers = invoke(FUNCTION, event, env=environment)["response"]["records"]
    results = [answer["result"] for answer in answers]
    assert set(results) == {"Ok", "ProcessingFailed"}
    assert len(json.dumps({"records": answers}, separators=(",", ":"))) <= 6_291_556
    assert all(answer["data"] == event["records"][0]["data"] for answer in answers
               if answer["result"] == "ProcessingFailed")
