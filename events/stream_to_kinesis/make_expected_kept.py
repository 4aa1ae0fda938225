#!/usr/bin/env python3
"""Writes the sample events of stream_to_kinesis that are about quarantine and KPL aggregation.

    build/venv/bin/python events/stream_to_kinesis/make_expected_kept.py

It shares no code with the function: aggregates are made by AWS's own aggregator (PyPI's aws_kinesis_agg), hashes by
hashlib after the rules in functions/stream_to_kinesis/quarantine.h and aggregate.h.
"""

import base64
import hashlib

from aws_kinesis_agg.aggregator import RecordAggregator
from make_expected import Table, create_streams, done, entry, native, partition_key, put_records, to_json, write

MOMENT = "<<regex:[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z>>"


def text_of(record: dict) -> str:
    """The record's own bytes in an event that is written without indents."""
    return to_json(record, None)


def kept(record: dict) -> dict:
    return {
        "reason": "<<regex:.+>>",
        "eventSourceARN": record["eventSourceARN"],
        "sequence_number": record["dynamodb"]["SequenceNumber"],
        "event_id": record["eventID"],
        "quarantined_at": MOMENT,
        "record": base64.b64encode(text_of(record).encode()).decode(),
    }


def good_and_bad(table: Table) -> list:
    """The second and the third have no key: one text is a number, one tag is unknown."""
    good = table.record("INSERT", {"id": {"S": "a"}}, new={"id": {"S": "a"}})
    number = table.record("INSERT", {"id": {"S": 7}}, new={"id": {"S": "ü 💡"}})
    unknown = table.record("INSERT", {"id": {"BOOL": True}}, new={"id": {"S": "c"}})
    after = table.record("MODIFY", {"id": {"S": "a"}}, new={"id": {"S": "a"}, "n": {"N": "2"}}, old={"id": {"S": "a"}})
    return [good, number, unknown, after]


def sent(good: dict, after: dict) -> list:
    return [put_records("changes", entry(record, native(record, "orders"))) for record in (good, after)]


def quarantine_to_s3():
    """One record without a key is kept in S3, byte for byte; the others are sent, and all is done."""
    good, bad, _, after = good_and_bad(Table("orders"))
    text = text_of(bad).encode()
    digest = hashlib.sha256(b"%d:%s" % (len(text), text)).hexdigest()[:16]
    number = bad["dynamodb"]["SequenceNumber"]
    put_object = {
        "service": "s3",
        "operation": "PutObject",
        "body": {
            "Bucket": "quarantine",
            "Key": f"poison/orders/dt=20230524/{number}-{number}-{digest}.jsonl",
            "Body": kept(bad),
        },
    }
    setup = [*create_streams("changes"), {"service": "s3", "operation": "CreateBucket", "body": {"Bucket": "quarantine"}}]
    environment = {"KINESIS_STREAM_NAME": "changes", "QUARANTINE_URI": "s3://quarantine/poison/"}
    expected = {**done(), "calls": [put_object, *sent(good, after)]}
    write("quarantine_to_s3", {"Records": [good, bad, after]}, expected, environment, setup, indent=None)


def quarantine_to_sqs():
    """Two records without a key are one message each on a FIFO queue."""
    good, number, unknown, after = good_and_bad(Table("orders"))
    url = "https://sqs.us-east-1.amazonaws.com/123456789012/poison.fifo"
    send = {
        "service": "sqs",
        "operation": "SendMessageBatch",
        "body": {
            "QueueUrl": url,
            "Entries": [
                {
                    "Id": str(place),
                    "MessageBody": kept(record),
                    "MessageGroupId": hashlib.sha256(record["eventSourceARN"].encode()).hexdigest(),
                    "MessageDeduplicationId": hashlib.sha256(text_of(record).encode()).hexdigest(),
                }
                for place, record in enumerate((number, unknown))
            ],
        },
    }
    queue = {"QueueName": "poison.fifo", "Attributes": {"FifoQueue": "true"}}
    setup = [*create_streams("changes"), {"service": "sqs", "operation": "CreateQueue", "body": queue}]
    environment = {"KINESIS_STREAM_NAME": "changes", "QUARANTINE_URI": url}
    expected = {**done(), "calls": [send, *sent(good, after)]}
    write("quarantine_to_sqs", {"Records": [good, number, unknown, after]}, expected, environment, setup, indent=None)


def quarantine_refused():
    """Hostile: the bucket is not there. The record is reported, and its item's next one waits; other items go on."""
    table = Table("orders")
    # A record that the stream cannot take is larger than 1 MiB; here it names no table for its stream instead.
    poison = table.record("INSERT", {"id": {"S": "a"}}, new={"id": {"S": "a"}})
    poison["eventSourceARN"] = "arn:aws:dynamodb:us-east-1"
    behind = table.record("MODIFY", {"id": {"S": "a"}}, new={"id": {"S": "a"}}, old={"id": {"S": "a"}})
    other = table.record("INSERT", {"id": {"S": "b"}}, new={"id": {"S": "b"}})
    expected = {
        **done(poison["dynamodb"]["SequenceNumber"]),
        "calls": [put_records("changes", entry(other, native(other, "orders")))],
        "calls_ignored": ["s3.PutObject"],
    }
    environment = {"KINESIS_STREAM_NAME": "changes", "QUARANTINE_URI": "s3://not-there/"}
    event = {"Records": [poison, behind, other]}
    write("quarantine_refused", event, expected, environment, create_streams("changes"), indent=None)


def kpl_by_hash_range():
    """Items whose hashes lie in one 64th of the hash space share a Kinesis record; one that is alone goes as it is."""
    table = Table("orders")
    ranges = {}
    number = 0
    # Three items of one range and one of another.
    while not (shared := next((keys for keys in ranges.values() if len(keys) == 3), None)):
        keys = {"id": {"S": f"order-{number}"}}
        hash_range = int(hashlib.md5(partition_key(keys).encode()).hexdigest(), 16) >> 122
        ranges.setdefault(hash_range, []).append(keys)
        number += 1
    (range_of_shared,) = [found for found, keys in ranges.items() if keys is shared]
    range_of_alone, (alone, *_) = next((found, keys) for found, keys in ranges.items() if keys is not shared)

    def hash_key(hash_range: int) -> str:
        return str((2 * hash_range + 1) * 2**121)

    def member(record: dict) -> bytes:
        whole = text_of(record)[:-1] + ',"tableName":"orders","recordFormat":"application/json"}'
        return whole.encode()

    inserts = [table.record("INSERT", keys, new=keys) for keys in shared]
    single = table.record("INSERT", alone, new={**alone, "text": {"S": "Zürich 💡"}})
    modify = table.record("MODIFY", shared[1], new={**shared[1], "n": {"N": "1.50"}}, old=shared[1])
    aggregator = RecordAggregator()
    for record in (*inserts, modify):
        full = aggregator.add_user_record(
            partition_key(record["dynamodb"]["Keys"]), member(record), hash_key(range_of_shared)
        )
        assert full is None
    key, explicit_hash_key, data = aggregator.clear_and_get().get_contents()
    assert key == partition_key(shared[0]) and explicit_hash_key == hash_key(range_of_shared)
    aggregate = {"Data": base64.b64encode(data).decode(), "PartitionKey": key, "ExplicitHashKey": explicit_hash_key}
    as_it_is = {**entry(single, native(single, "orders")), "ExplicitHashKey": hash_key(range_of_alone)}
    expected = {**done(), "calls": [put_records("changes", aggregate, as_it_is)]}
    environment = {"KINESIS_STREAM_NAME": "changes", "AGGREGATION": "kpl"}
    event = {"Records": [*inserts, single, modify]}
    write("kpl_by_hash_range", event, expected, environment, create_streams("changes"), indent=None)


if __name__ == "__main__":
    quarantine_to_s3()
    quarantine_to_sqs()
    quarantine_refused()
    kpl_by_hash_range()
