"""stream_to_kinesis through its zip: what boto3 reads back from the Kinesis streams is what the events held."""

import collections
import decimal
import hashlib
import json
import random

from boto3.dynamodb.types import TypeDeserializer

FUNCTION = "stream_to_kinesis"
ACCOUNT = "123456789012"
ALL_DONE = {"response": {"batchItemFailures": []}}


class StreamRecords:
    """Makes records as DynamoDB's stream gives them to Lambda."""

    def __init__(self, table: str = "orders"):
        self.table = table
        self.count = 0

    def record(self, event_name: str, keys: dict, new=None, old=None) -> dict:
        self.count += 1
        images = {name: image for name, image in (("NewImage", new), ("OldImage", old)) if image is not None}
        return {
            "eventID": hashlib.md5(f"{self.table}{self.count}".encode()).hexdigest(),
            "eventName": event_name,
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": "us-east-1",
            "dynamodb": {
                "ApproximateCreationDateTime": 1795136400 + self.count,
                "Keys": keys,
                **images,
                "SequenceNumber": str(900000000000000000000 + self.count),
                "SizeBytes": 100,
                "StreamViewType": "NEW_AND_OLD_IMAGES",
            },
            "eventSourceARN": f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/{self.table}/stream/2026-11-01T00:00:00.000",
        }


def image_of(keys: dict, version: int) -> dict:
    return {
        **keys,
        "version": {"N": str(version)},
        "big": {"N": "12345678901234567890123456789012345678"},
        "text": {"S": 'Zoë 💡 "quoted" \\ \n'},
        "raw": {"B": "AAEC/w=="},
        "nested": {"M": {"list": {"L": [{"N": "1.50"}, {"NULL": True}, {"BOOL": False}]}, "set": {"SS": ["a", "b"]}}},
    }


def random_changes(seed: int, items: int, changes: int) -> list:
    """Inserts, changes and removes of a few items, mixed, each item's in order."""
    source, chance = StreamRecords(), random.Random(seed)
    state, records = {}, []
    for version in range(changes):
        item = chance.randrange(items)
        keys = {"customer": {"S": f"customer {item}"}, "number": {"N": str(item)}}
        old = state.get(item)
        if old is not None and chance.random() < 0.3:
            records.append(source.record("REMOVE", keys, old=old))
            state[item] = None
        else:
            new = image_of(keys, version)
            records.append(source.record("INSERT" if old is None else "MODIFY", keys, new=new, old=old))
            state[item] = new
    return records


def create_stream(kinesis, name: str, shards: int = 4) -> None:
    kinesis.create_stream(StreamName=name, ShardCount=shards)
    kinesis.get_waiter("stream_exists").wait(StreamName=name)


def read_stream(kinesis, name: str) -> list:
    """All records of a stream, shard by shard: (shard, partition key, data)."""
    found = []
    for shard in kinesis.list_shards(StreamName=name)["Shards"]:
        iterator = kinesis.get_shard_iterator(
            StreamName=name, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        while True:
            answer = kinesis.get_records(ShardIterator=iterator, Limit=1000)
            found += [(shard["ShardId"], r["PartitionKey"], r["Data"]) for r in answer["Records"]]
            iterator = answer.get("NextShardIterator")
            if not answer["Records"] or not iterator:
                break
    return found


def by_item(records: list) -> dict:
    grouped = collections.defaultdict(list)
    for record in records:
        grouped[json.dumps(record["dynamodb"]["Keys"], sort_keys=True)].append(record)
    return grouped


def exact(data) -> object:
    return json.loads(data, parse_float=decimal.Decimal, parse_int=decimal.Decimal)


def plain(value):
    """What the change line says of a deserialized value, with numbers as decimals and sets sorted."""
    if isinstance(value, dict):
        return {name: plain(member) for name, member in value.items()}
    if isinstance(value, set):
        return sorted(plain(member) for member in value)
    if isinstance(value, list):
        return [plain(member) for member in value]
    return value


class Deserializer(TypeDeserializer):
    """boto3's, for JSON events: there, binary is base64 text, and stays so in a line."""

    def _deserialize_b(self, value):
        return value


def deserialized(image: dict) -> dict:
    return {name: plain(Deserializer().deserialize(value)) for name, value in image.items()}


def test_native_records_arrive_whole_and_in_order(moto, invoke):
    kinesis = moto.client("kinesis")
    create_stream(kinesis, "changes")
    records = random_changes(seed=1, items=9, changes=120)

    assert invoke(FUNCTION, {"Records": records}, {"KINESIS_STREAM_NAME": "changes"}) == ALL_DONE

    stored = read_stream(kinesis, "changes")
    assert len({key for _, key, _ in stored}) == 9
    assert len({(shard, key) for shard, key, _ in stored}) == 9, "an item's records lie on one shard"
    assert len({shard for shard, _, _ in stored}) > 1
    got = [json.loads(data) for _, _, data in stored]
    assert all(r.pop("tableName") == "orders" and r.pop("recordFormat") == "application/json" for r in got)
    assert by_item(got) == by_item(records)


def test_lines_say_what_boto3_reads_in_the_images(moto, invoke):
    kinesis = moto.client("kinesis")
    create_stream(kinesis, "lines")
    records = random_changes(seed=2, items=5, changes=40)

    environment = {"KINESIS_STREAM_NAME": "lines", "RECORD_FORMAT": "line"}
    assert invoke(FUNCTION, {"Records": records}, environment) == ALL_DONE

    want, got = collections.defaultdict(list), collections.defaultdict(list)
    for record in records:
        change = record["dynamodb"]
        image = change["OldImage"] if record["eventName"] == "REMOVE" else change["NewImage"]
        want[change["Keys"]["customer"]["S"]].append(
            {
                **deserialized(image),
                "__operation": record["eventName"],
                "__event_id": record["eventID"],
                "__sequence_number": change["SequenceNumber"],
                "__event_time_ms": decimal.Decimal(change["ApproximateCreationDateTime"] * 1000),
                "__ttl_delete": False,
            }
        )
    for _, _, data in read_stream(kinesis, "lines"):
        assert data.endswith(b"\n") and data.count(b"\n") == 1
        line = exact(data)
        got[line["customer"]].append(line)
    assert got == want


def test_more_records_than_a_request_holds(moto, invoke):
    kinesis = moto.client("kinesis")
    create_stream(kinesis, "changes", shards=1)
    source = StreamRecords()
    records = []
    for number in range(1201):
        keys = {"id": {"N": str(number)}}
        records.append(source.record("INSERT", keys, new=keys))

    assert invoke(FUNCTION, {"Records": records}, {"KINESIS_STREAM_NAME": "changes"}) == ALL_DONE

    stored = [json.loads(data)["dynamodb"]["SequenceNumber"] for _, _, data in read_stream(kinesis, "changes")]
    assert sorted(stored) == [record["dynamodb"]["SequenceNumber"] for record in records]


def test_more_bytes_than_a_request_holds(moto, invoke):
    """The largest event: 6 MB of records with two images of 400 KB. moto refuses a request above 5 MiB."""
    kinesis = moto.client("kinesis")
    create_stream(kinesis, "changes")
    source = StreamRecords()
    records = []
    for number in range(7):
        keys = {"id": {"S": f"item {number}"}}
        new, old = ({**keys, "body": {"S": letter * 409_000}} for letter in "no")
        records.append(source.record("MODIFY", keys, new=new, old=old))

    assert invoke(FUNCTION, {"Records": records}, {"KINESIS_STREAM_NAME": "changes"}) == ALL_DONE

    got = [json.loads(data) for _, _, data in read_stream(kinesis, "changes")]
    assert {r["eventID"] for r in got} == {r["eventID"] for r in records}
    assert all(len(r["dynamodb"]["OldImage"]["body"]["S"]) == 409_000 for r in got)


def test_each_tables_records_go_to_its_stream(moto, invoke):
    kinesis = moto.client("kinesis")
    keys = {"id": {"S": "a"}}
    records = []
    for table in ("orders", "customers"):
        create_stream(kinesis, f"DYNAMODB-{table}")
        records.append(StreamRecords(table).record("INSERT", keys, new=keys))

    assert invoke(FUNCTION, {"Records": records}, {"KINESIS_STREAM_NAME": "DYNAMODB-{table}"}) == ALL_DONE

    for table in ("orders", "customers"):
        ((_, _, data),) = read_stream(kinesis, f"DYNAMODB-{table}")
        assert json.loads(data)["tableName"] == table


def test_a_missing_stream_among_two_fails_only_its_records(moto, invoke):
    kinesis = moto.client("kinesis")
    create_stream(kinesis, "orders")
    keys = {"id": {"S": "a"}}
    good = StreamRecords("orders").record("INSERT", keys, new=keys)
    source = StreamRecords("missing")
    source.count = 40
    bad = source.record("INSERT", keys, new=keys)

    answer = invoke(FUNCTION, {"Records": [good, bad]}, {"KINESIS_STREAM_NAME": "{table}"})

    number = bad["dynamodb"]["SequenceNumber"]
    assert answer == {"response": {"batchItemFailures": [{"itemIdentifier": number}]}}
    assert len(read_stream(kinesis, "orders")) == 1


def test_a_stream_that_is_not_there_fails_the_invocation(moto, invoke):
    keys = {"id": {"S": "a"}}
    answer = invoke(
        FUNCTION,
        {"Records": [StreamRecords().record("INSERT", keys, new=keys)]},
        {"KINESIS_STREAM_NAME": "nowhere"},
    )
    assert answer["error"]["errorType"] == "Function.ServiceFailed"
    assert "ResourceNotFoundException" in answer["error"]["errorMessage"]
    assert "nowhere" in answer["error"]["errorMessage"]


def test_the_record_limit_is_kept(moto, invoke):
    """A record above 1 MiB can never be stored: it is reported, and what came before and after is stored."""
    kinesis = moto.client("kinesis")
    create_stream(kinesis, "changes")
    source = StreamRecords()
    records = []
    for name, size in (("a", 10), ("b", 1_048_576), ("c", 10)):
        keys = {"id": {"S": name}}
        records.append(source.record("INSERT", keys, new={**keys, "body": {"S": "x" * size}}))

    answer = invoke(FUNCTION, {"Records": records}, {"KINESIS_STREAM_NAME": "changes"})

    number = records[1]["dynamodb"]["SequenceNumber"]
    assert answer == {"response": {"batchItemFailures": [{"itemIdentifier": number}]}}
    stored = [json.loads(data)["dynamodb"]["Keys"]["id"]["S"] for _, _, data in read_stream(kinesis, "changes")]
    assert sorted(stored) == ["a", "c"]
