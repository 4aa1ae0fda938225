"""AGGREGATION=kpl through the zip: what AWS's own de-aggregator (PyPI's aws_kinesis_agg) reads back from Kinesis is what
the events held, each item on one shard and in order."""

import base64
import collections
import hashlib
import json

from aws_kinesis_agg.deaggregator import deaggregate_records
from test_stream_to_kinesis import (
    ALL_DONE,
    FUNCTION,
    StreamRecords,
    by_item,
    create_stream,
    random_changes,
    read_stream,
)

MAGIC = bytes.fromhex("f3899ac2")


def user_records(stored: list) -> list:
    """(shard, explicit hash key, partition key, data) of all user records, in the order of their shards."""
    found = []
    for shard, key, data in stored:
        record = {
            "kinesis": {
                "kinesisSchemaVersion": "1.0",
                "sequenceNumber": "1",
                "approximateArrivalTimestamp": 1,
                "partitionKey": key,
                "data": base64.b64encode(data).decode(),
            }
        }
        for user in deaggregate_records([record]):
            kinesis = user["kinesis"]
            found.append(
                (shard, kinesis.get("explicitHashKey"), kinesis["partitionKey"], base64.b64decode(kinesis["data"]))
            )
    return found


def own_members(records: list) -> list:
    for record in records:
        assert record.pop("tableName") == "orders"
        assert record.pop("recordFormat") == "application/json"
    return records


def invoke_kpl(invoke, records: list, **environment) -> dict:
    variables = {"KINESIS_STREAM_NAME": "changes", "AGGREGATION": "kpl", **environment}
    return invoke(FUNCTION, {"Records": records}, variables)


def test_the_same_records_come_back_in_each_items_order(moto, invoke):
    kinesis = moto.client("kinesis")
    create_stream(kinesis, "changes", shards=7)
    records = random_changes(seed=5, items=60, changes=900)

    # Two invocations: an item's order holds from one to the next.
    assert invoke_kpl(invoke, records[:500]) == ALL_DONE
    assert invoke_kpl(invoke, records[500:]) == ALL_DONE

    stored = read_stream(kinesis, "changes")
    assert len(stored) < 200, "900 records in far fewer"
    users = user_records(stored)
    got = own_members([json.loads(data) for _, _, _, data in users])
    assert by_item(got) == by_item(records)
    shards_of_item = collections.defaultdict(set)
    for shard, _, key, _ in users:
        shards_of_item[key].add(shard)
    assert len(shards_of_item) == 60
    assert all(len(shards) == 1 for shards in shards_of_item.values())
    assert len({shard for shard, _, _, _ in users}) == 7, "all shards are fed"


def test_a_reader_that_checks_hashes_drops_nothing(moto, invoke):
    """KCL 2's rule: a member's explicit hash key, else its key's MD5, must lie in the range of the shard that is read."""
    kinesis = moto.client("kinesis")
    create_stream(kinesis, "changes", shards=5)
    assert invoke_kpl(invoke, random_changes(seed=6, items=40, changes=300)) == ALL_DONE

    ranges = {}
    for shard in kinesis.list_shards(StreamName="changes")["Shards"]:
        limits = shard["HashKeyRange"]
        ranges[shard["ShardId"]] = (int(limits["StartingHashKey"]), int(limits["EndingHashKey"]))
    users = user_records(read_stream(kinesis, "changes"))
    assert len(users) == 300
    aggregated = [user for user in users if user[1] is not None]
    assert len(aggregated) > 200
    for shard, hash_key, key, _ in aggregated:
        first, last = ranges[shard]
        assert first <= int(hash_key) <= last
        # The range of the hash space is the one that the key's own hash lies in.
        own = int(hashlib.md5(key.encode()).hexdigest(), 16)
        assert own >> 122 == int(hash_key) >> 122


def test_lines_and_large_records_keep_their_order(moto, invoke):
    """A record that is larger than an aggregate goes alone, between those before it and after it."""
    kinesis = moto.client("kinesis")
    create_stream(kinesis, "changes", shards=3)
    source, records = StreamRecords(), []
    keys = {"id": {"S": "the one"}}
    for version in range(40):
        size = 400_000 if version in (7, 8, 30) else 20_000
        records.append(
            source.record("MODIFY", keys, new={**keys, "version": {"N": str(version)}, "body": {"S": "x" * size}})
        )

    assert invoke_kpl(invoke, records, RECORD_FORMAT="line") == ALL_DONE

    stored = read_stream(kinesis, "changes")
    lines = [json.loads(data) for _, _, _, data in user_records(stored)]
    assert [line["version"] for line in lines] == list(range(40))
    assert sum(not data.startswith(MAGIC) for _, _, data in stored) == 3
    assert max(len(data) for _, _, data in stored if data.startswith(MAGIC)) <= 256_000


def test_each_stream_has_aggregates_of_its_own(moto, invoke):
    kinesis = moto.client("kinesis")
    sources = {table: StreamRecords(table) for table in ("orders", "customers")}
    for table in sources:
        create_stream(kinesis, f"DYNAMODB-{table}", shards=1)
    records = []
    for number in range(200):
        keys = {"id": {"N": str(number // 2 % 10)}}
        records.append(sources["orders" if number % 2 else "customers"].record("INSERT", keys, new=keys))

    assert invoke_kpl(invoke, records, KINESIS_STREAM_NAME="DYNAMODB-{table}") == ALL_DONE

    for table in sources:
        got = [json.loads(data) for _, _, _, data in user_records(read_stream(kinesis, f"DYNAMODB-{table}"))]
        assert len(got) == 100
        assert all(record["tableName"] == table for record in got)
