#!/usr/bin/env python3
"""Writes the sample events of stream_to_kinesis and what must come of them.

    build/venv/bin/python events/stream_to_kinesis/make_expected.py

It shares no code with the function: items are turned into plain JSON by boto3's TypeDeserializer, partition keys are
hashed by hashlib after the rule in functions/stream_to_kinesis/transform.h, numbers are kept as the event's own text.
"""

import base64
import copy
import hashlib
import json
import pathlib
import re

from boto3.dynamodb.types import TypeDeserializer

HERE = pathlib.Path(__file__).resolve().parent
ACCOUNT = "123456789012"


def number(text: str) -> str:
    """Stands for a JSON number that is written in just this way."""
    return f"@number({text})@"


def to_json(value, indent=2) -> str:
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return re.sub(r'"@number\(([^)]*)\)@"', r"\1", text)


class PlainJson(TypeDeserializer):
    """As boto3 reads items, but with numbers in their own digits, binary as base64 and sets as lists."""

    def _deserialize_n(self, value):
        return number(value)

    def _deserialize_b(self, value):
        assert base64.b64encode(base64.b64decode(value, validate=True)).decode() == value
        return value

    def _deserialize_ss(self, value):
        return list(value)

    def _deserialize_ns(self, value):
        return [number(v) for v in value]

    def _deserialize_bs(self, value):
        return [self._deserialize_b(v) for v in value]


def plain(image: dict) -> dict:
    return {name: PlainJson().deserialize(value) for name, value in image.items()}


def partition_key(keys: dict) -> str:
    canonical = "".join(
        f"{len(text.encode())}:{text}"
        for name in sorted(keys, key=str.encode)
        for tag, value in keys[name].items()
        for text in (name, tag, value)
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


class Table:
    def __init__(self, name: str):
        self.name = name
        self.records = 0

    def record(self, event_name, keys, new=None, old=None, created="1.684934517E9", ttl=False) -> dict:
        self.records += 1
        images = {**({"NewImage": new} if new else {}), **({"OldImage": old} if old else {})}
        record = {
            "eventID": hashlib.md5(f"{self.name}/{self.records}".encode()).hexdigest(),
            "eventName": event_name,
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": "us-east-1",
            "dynamodb": {
                "ApproximateCreationDateTime": number(created),
                "Keys": keys,
                **images,
                "SequenceNumber": f"{4421584500000000017450439090 + 7 * self.records}",
                "SizeBytes": len(json.dumps(images)),
                "StreamViewType": "NEW_AND_OLD_IMAGES",
            },
        }
        if ttl:
            record["userIdentity"] = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
        record["eventSourceARN"] = (
            f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/{self.name}/stream/2023-05-24T15:55:09.264"
        )
        return record


def native(record: dict, table: str) -> dict:
    return {**copy.deepcopy(record), "tableName": table, "recordFormat": "application/json"}


def line(record: dict, event_time_ms: int) -> dict:
    change = record["dynamodb"]
    image = change.get("OldImage") if record["eventName"] == "REMOVE" else change.get("NewImage")
    return {
        **plain(image or change["Keys"]),
        "__operation": record["eventName"],
        "__event_id": record["eventID"],
        "__sequence_number": change["SequenceNumber"],
        "__event_time_ms": event_time_ms,
        "__ttl_delete": "userIdentity" in record,
    }


def entry(record: dict, data, key=None) -> dict:
    return {"Data": data, "PartitionKey": key or partition_key(record["dynamodb"]["Keys"])}


def put_records(stream: str, *entries: dict) -> dict:
    member = "StreamARN" if stream.startswith("arn:") else "StreamName"
    return {"service": "kinesis", "operation": "PutRecords", "body": {member: stream, "Records": list(entries)}}


def create_streams(*names: str) -> list:
    return [
        {"service": "kinesis", "operation": "CreateStream", "body": {"StreamName": name, "ShardCount": 2}}
        for name in names
    ]


def done(*failures: str) -> dict:
    return {"response": {"batchItemFailures": [{"itemIdentifier": number} for number in failures]}}


def write(case: str, event, expected: dict, environment: dict, setup: list, indent=2) -> None:
    folder = HERE / case
    folder.mkdir(exist_ok=True)
    (folder / "event.json").write_text(to_json(event, indent) + "\n")
    (folder / "expected.json").write_text(to_json(expected, indent) + "\n")
    (folder / "environment").write_text("".join(f"{name}={value}\n" for name, value in environment.items()))
    (folder / "setup.json").write_text(to_json(setup) + "\n")


TEN_TYPES = {
    "id": {"S": "order-1001"},
    "revision": {"N": "3"},
    "text": {"S": "a \"quoted\" line\nand a \\ backslash"},
    "amount": {"N": "-0.10"},
    "raw": {"B": "AAEC/f7/"},
    "open": {"BOOL": True},
    "nothing": {"NULL": True},
    "tags": {"SS": ["red", "green"]},
    "sizes": {"NS": ["1", "2.50", "3E+2"]},
    "blobs": {"BS": ["AA==", "//8="]},
    "lines": {"L": [{"M": {"sku": {"S": "a-1"}, "count": {"N": "2"}}}, {"L": []}, {"S": ""}]},
    "address": {"M": {"city": {"S": "Zürich"}, "geo": {"M": {"lat": {"N": "47.3769"}}}, "empty": {"M": {}}}},
}


def ten_types_native():
    """One item is inserted, changed and removed while another comes in: three requests, in order."""
    table = Table("orders")
    keys = {"id": TEN_TYPES["id"], "revision": TEN_TYPES["revision"]}
    other_keys = {"id": {"S": "order-1002"}, "revision": {"N": "1"}}
    changed = {**TEN_TYPES, "open": {"BOOL": False}}
    insert = table.record("INSERT", keys, new=TEN_TYPES)
    modify = table.record("MODIFY", keys, new=changed, old=TEN_TYPES, created="1684934518")
    other = table.record("INSERT", other_keys, new={**other_keys, "text": {"S": "other"}}, created="1684934518.0")
    remove = table.record("REMOVE", keys, old=changed, created="1.68493452E9")
    expected = {
        **done(),
        "calls": [
            put_records("changes", *(entry(r, native(r, "orders")) for r in (insert, other))),
            put_records("changes", entry(modify, native(modify, "orders"))),
            put_records("changes", entry(remove, native(remove, "orders"))),
        ],
    }
    event = {"Records": [insert, modify, other, remove]}
    write("ten_types_native", event, expected, {"KINESIS_STREAM_NAME": "changes"}, create_streams("changes"))


def line_unicode_numbers():
    """Change lines of an item of all types, 38 digits, Unicode in names and values, and a metadata name taken."""
    table = Table("sizes")
    wide = {
        "größe": {"S": "Zoë 💡 \u2028 日本語"},
        "big": {"N": "12345678901234567890123456789012345678"},
        "small": {"N": "-1E-130"},
        "fraction": {"N": "0.1234567890123456789012345678901234567"},
        "__operation": {"S": "the item's own"},
        **TEN_TYPES,
    }
    keys = {"größe": wide["größe"]}
    insert = table.record("INSERT", keys, new=wide)
    remove = table.record("REMOVE", {"größe": {"S": "𝔘nicode"}}, old={"größe": {"S": "𝔘nicode"}}, created="1684934519")
    metadata = line({**insert, "dynamodb": {**insert["dynamodb"], "NewImage": keys}}, 1684934517000)
    inserted = {**plain(wide), "____operation": metadata["__operation"]}
    inserted |= {name: value for name, value in metadata.items() if name not in inserted}
    expected = {
        **done(),
        "calls": [put_records("lines", entry(insert, inserted), entry(remove, line(remove, 1684934519000)))],
    }
    environment = {"KINESIS_STREAM_NAME": "lines", "RECORD_FORMAT": "line"}
    write("line_unicode_numbers", {"Records": [insert, remove]}, expected, environment, create_streams("lines"))


def ttl_delete_dropped():
    """Of two removals the one by DynamoDB's own time to live is left out, and counts as done."""
    table = Table("sessions")
    by_user = table.record("REMOVE", {"id": {"S": "s-1"}}, old={"id": {"S": "s-1"}, "expires": {"N": "1684930000"}})
    by_ttl = table.record(
        "REMOVE", {"id": {"S": "s-2"}}, old={"id": {"S": "s-2"}, "expires": {"N": "1684930000"}}, ttl=True
    )
    expected = {**done(), "calls": [put_records("sessions", entry(by_user, native(by_user, "sessions")))]}
    environment = {"KINESIS_STREAM_NAME": "sessions", "TTL_DELETES": "drop"}
    write("ttl_delete_dropped", {"Records": [by_ttl, by_user]}, expected, environment, create_streams("sessions"))


def two_tables_by_template():
    """Each table's records go to the stream that has its name."""
    orders, customers = Table("orders"), Table("customers.v2")
    first = orders.record("INSERT", {"id": {"N": "1"}}, new={"id": {"N": "1"}})
    second = customers.record("INSERT", {"id": {"B": "AQID"}}, new={"id": {"B": "AQID"}})
    third = orders.record("INSERT", {"id": {"N": "2"}}, new={"id": {"N": "2"}})
    expected = {
        **done(),
        "calls": [
            put_records("DYNAMODB-orders", *(entry(r, native(r, "orders")) for r in (first, third))),
            put_records("DYNAMODB-customers.v2", entry(second, native(second, "customers.v2"))),
        ],
    }
    write(
        "two_tables_by_template",
        {"Records": [first, second, third]},
        expected,
        {"KINESIS_STREAM_NAME": "DYNAMODB-{table}"},
        create_streams("DYNAMODB-orders", "DYNAMODB-customers.v2"),
    )


def image_400_kb():
    """An item of the largest size DynamoDB has, before and after."""
    table = Table("documents")
    keys = {"id": {"S": "the largest"}}

    def item(word: str) -> dict:
        # 400 KB (409,600 bytes) of names and values in UTF-8.
        rest = 409_600 - len("id" + "the largest" + "body")
        return {**keys, "body": {"S": (word * (rest // len(word.encode()) + 1)).encode()[:rest].decode()}}

    modify = table.record("MODIFY", keys, new=item("four hundred "), old=item("thousand ___ "))
    expected = {**done(), "calls": [put_records("documents", entry(modify, native(modify, "documents")))]}
    environment = {"KINESIS_STREAM_NAME": "documents"}
    write("image_400_kb", {"Records": [modify]}, expected, environment, create_streams("documents"), indent=None)


def random_key_drop_and_events():
    """A stream by ARN, random partition keys, inserts alone, and a poison record that is dropped."""
    table = Table("orders")
    stream = f"arn:aws:kinesis:us-east-1:{ACCOUNT}:stream/changes"
    insert = table.record("INSERT", {"id": {"S": "a"}}, new={"id": {"S": "a"}})
    modify = table.record("MODIFY", {"id": {"S": "a"}}, new={"id": {"S": "a"}}, old={"id": {"S": "a"}})
    poison = table.record("INSERT", {"id": {"S": 7}}, new={"id": {"S": "b"}})
    uuid = "<<regex:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}>>"
    expected = {**done(), "calls": [put_records(stream, entry(insert, native(insert, "orders"), uuid))]}
    environment = {
        "KINESIS_STREAM_NAME": stream,
        "PARTITION_KEY": "random",
        "EVENT_NAMES": "INSERT",
        "POISON_RECORDS": "drop",
    }
    event = {"Records": [insert, modify, poison]}
    write("random_key_drop_and_events", event, expected, environment, create_streams("changes"))


def malformed_record_blocks():
    """Hostile: one record's key is no key. The others are sent, and its number is reported."""
    table = Table("orders")
    good = table.record("INSERT", {"id": {"S": "a"}}, new={"id": {"S": "a"}})
    bad = table.record("INSERT", {"id": {"S": {"S": "b"}}}, new={"id": {"S": "b"}})
    after = table.record("INSERT", {"id": {"S": "c"}}, new={"id": {"S": "c"}})
    expected = {
        **done(bad["dynamodb"]["SequenceNumber"]),
        "calls": [put_records("changes", *(entry(r, native(r, "orders")) for r in (good, after)))],
    }
    environment = {"KINESIS_STREAM_NAME": "changes"}
    write("malformed_record_blocks", {"Records": [good, bad, after]}, expected, environment, create_streams("changes"))


def not_a_stream_event():
    """Hostile: a schedule's event at the wrong function."""
    event = {
        "version": "0",
        "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT,
        "time": "2026-11-20T01:00:00Z",
        "region": "us-east-1",
        "resources": [f"arn:aws:events:us-east-1:{ACCOUNT}:rule/nightly"],
        "detail": {},
    }
    expected = {"error": {"errorType": "Function.EventInvalid", "errorMessage": "Records"}, "calls": []}
    environment = {"KINESIS_STREAM_NAME": "changes"}
    write("not_a_stream_event", event, expected, environment, create_streams("changes"))


def stream_missing():
    """Hostile: there is no such stream, so no record can be sent: the invocation fails, and says why."""
    table = Table("orders")
    insert = table.record("INSERT", {"id": {"S": "a"}}, new={"id": {"S": "a"}})
    expected = {
        "error": {"errorType": "Function.ServiceFailed", "errorMessage": "ResourceNotFoundException"},
        "calls": [put_records("no-such-stream", entry(insert, native(insert, "orders")))],
    }
    environment = {"KINESIS_STREAM_NAME": "no-such-stream"}
    write("stream_missing", {"Records": [insert]}, expected, environment, create_streams("changes"))


if __name__ == "__main__":
    ten_types_native()
    line_unicode_numbers()
    ttl_delete_dropped()
    two_tables_by_template()
    image_400_kb()
    random_key_drop_and_events()
    malformed_record_blocks()
    not_a_stream_event()
    stream_missing()
