"""Changes of a DynamoDB table for the pipeline's test, and the judgement of what reached the lake.

Nothing here knows how lakefeed works: items are made and read with boto3, the lake is read with DuckDB.
"""

import base64
import collections
import concurrent.futures
import decimal
import gzip
import json
import random

import duckdb
from aws_kinesis_agg.deaggregator import deaggregate_records

BATCH = 25  # BatchWriteItem's limit
THREADS = 4


def random_value(chance: random.Random, depth: int = 0) -> dict:
    """An attribute value of one of the ten types."""
    kind = chance.choice(["S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS"] + (["L", "M"] if depth < 3 else []))
    text = lambda: "".join(chance.choice('ab "\\\n\té💡<&;,\u2028\u0007') for _ in range(chance.randrange(1, 20)))  # noqa: E731
    number = lambda: str(  # noqa: E731
        decimal.Decimal(chance.randrange(-(10**38) + 1, 10**38)).scaleb(chance.randrange(-40, 20))
        if chance.random() < 0.3
        else chance.randrange(-1000, 1000)
    )
    data = lambda: chance.randbytes(chance.randrange(1, 40))  # noqa: E731
    if kind == "S":
        return {"S": text() if chance.random() < 0.9 else ""}
    if kind == "N":
        return {"N": number()}
    if kind == "B":
        return {"B": data()}
    if kind == "BOOL":
        return {"BOOL": chance.random() < 0.5}
    if kind == "NULL":
        return {"NULL": True}
    if kind == "SS":
        return {"SS": list({text() for _ in range(chance.randrange(1, 4))})}
    if kind == "NS":
        return {"NS": [str(n) for n in {chance.randrange(100) for _ in range(chance.randrange(1, 4))}]}
    if kind == "BS":
        return {"BS": list({data() for _ in range(chance.randrange(1, 4))})}
    if kind == "L":
        return {"L": [random_value(chance, depth + 1) for _ in range(chance.randrange(4))]}
    return {"M": {f"{text()}{i}": random_value(chance, depth + 1) for i in range(chance.randrange(4))}}


def random_item(chance: random.Random, key: dict, version: int) -> dict:
    item = {**key, "version": {"N": str(version)}, "updated_at": {"N": str(1_790_000_000_000 + version)}}
    for i in range(chance.randrange(1, 7)):
        item[f"attribute {i}" if i % 2 else f"Attr_{i}"] = random_value(chance)
    return item


def create_table(client, table: str) -> str:
    """Gives the ARN of the table's stream."""
    description = client.create_table(
        TableName=table,
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "N"},
        ],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )["TableDescription"]
    return description["LatestStreamArn"]


def write_changes(make_client, table: str, changes: int, keys: int, seed: int) -> None:
    """Inserts, updates and deletes, each thread on keys of its own, so that an item's changes have one order."""

    def work(worker: int) -> None:
        chance, client = random.Random(f"{seed}/{worker}"), make_client()
        mine = [
            {"pk": {"S": f"item {k // 4} é"}, "sk": {"N": str(k)}} for k in range(keys) if k % THREADS == worker
        ]
        version = 0
        while version < changes // THREADS:
            chosen = chance.sample(mine, min(BATCH, len(mine), changes // THREADS - version))
            requests = []
            for key in chosen:
                version += 1
                gone = chance.random() < 0.15
                requests.append(
                    {"DeleteRequest": {"Key": key}}
                    if gone
                    else {"PutRequest": {"Item": random_item(chance, key, version)}}
                )
            left = client.batch_write_item(RequestItems={table: requests})["UnprocessedItems"]
            assert not left
            if chance.random() < 0.2:
                version += 1
                client.update_item(
                    TableName=table,
                    Key=chance.choice(mine),
                    UpdateExpression="SET #v = :v, counted = :c",
                    ExpressionAttributeNames={"#v": "version"},
                    ExpressionAttributeValues={":v": {"N": str(version)}, ":c": {"N": "1.50"}},
                )

    with concurrent.futures.ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(work, worker) for worker in range(THREADS)]:
            done.result()


def plain(value: dict):
    """What an attribute value is in a change line; a set as a sorted list."""
    ((tag, content),) = value.items()
    if tag == "N":
        return decimal.Decimal(content)
    if tag == "B":
        return base64.b64encode(content).decode()
    if tag == "NULL":
        return None
    if tag == "L":
        return [plain(element) for element in content]
    if tag == "M":
        return {name: plain(element) for name, element in content.items()}
    if tag in ("SS", "NS", "BS"):
        return sorted(plain({tag[0]: element}) for element in content)
    return content


def sort_sets(value: dict, line):
    """`line` with the arrays that are sets in `value` sorted, so that the two can be compared."""
    ((tag, content),) = value.items()
    if tag in ("SS", "NS", "BS"):
        return sorted(line)
    if tag == "L":
        return [sort_sets(element, found) for element, found in zip(content, line, strict=True)]
    if tag == "M":
        return {name: sort_sets(content[name], found) if name in content else found for name, found in line.items()}
    return line


def scan(client, table: str) -> dict:
    items = {}
    for page in client.get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
        for item in page["Items"]:
            items[(item["pk"]["S"], decimal.Decimal(item["sk"]["N"]))] = item
    return items


def read_lake(s3, bucket: str, folder) -> tuple[int, int, dict]:
    """Lines, different changes, and the newest line of each key, as DuckDB finds them; objects go to `folder`."""
    count = 0
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for entry in page.get("Contents", []):
            assert "failed" not in entry["Key"], entry["Key"]
            body = s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read()
            assert gzip.decompress(body).endswith(b"\n"), entry["Key"]
            (folder / f"{count}.json.gz").write_bytes(body)
            count += 1
    assert count > 0, "the lake is empty"
    lines = f"""
        (SELECT json AS line, json->>'$.pk' AS pk, json->>'$.sk' AS sk, json->>'$.__sequence_number' AS number
         FROM read_ndjson_objects('{folder}/*.json.gz'))"""
    ((total, different),) = duckdb.sql(f"SELECT count(*), count(DISTINCT (pk, sk, number)) FROM {lines}").fetchall()
    newest = duckdb.sql(f"""
        SELECT line FROM {lines}
        QUALIFY row_number() OVER (PARTITION BY pk, sk ORDER BY length(number) DESC, number DESC) = 1""").fetchall()
    rows = [json.loads(line, parse_int=decimal.Decimal, parse_float=decimal.Decimal) for (line,) in newest]
    return total, different, {(row["pk"], row["sk"]): row for row in rows}


def compare(table: dict, newest: dict) -> list[str]:
    """How the lake's newest states differ from the table's items."""
    differences = []
    for key, row in newest.items():
        state = {name: value for name, value in row.items() if not name.startswith("__")}
        if row["__operation"] == "REMOVE":
            if key in table:
                differences.append(f"{key}: removed in the lake, present in the table")
        elif key not in table:
            differences.append(f"{key}: present in the lake, not in the table")
        elif sort_sets({"M": table[key]}, state) != plain({"M": table[key]}):
            differences.append(f"{key}: {state} and not {table[key]}")
    differences += [f"{key}: not in the lake" for key in table if key not in newest]
    return differences


def read_kinesis(kinesis, stream: str) -> dict:
    """Of each item, the sequence numbers of its records in the order in which Kinesis has them."""
    order = collections.defaultdict(list)
    for shard in kinesis.list_shards(StreamName=stream)["Shards"]:
        iterator = kinesis.get_shard_iterator(
            StreamName=stream, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        while True:
            page = kinesis.get_records(ShardIterator=iterator, Limit=10_000)
            aggregates = [
                {
                    "kinesis": {
                        "kinesisSchemaVersion": "1.0",
                        "data": base64.b64encode(record["Data"]).decode(),
                        "partitionKey": record["PartitionKey"],
                        "sequenceNumber": record["SequenceNumber"],
                        "approximateArrivalTimestamp": 0,
                    }
                }
                for record in page["Records"]
            ]
            # What no producer library aggregated comes back as it is.
            for record in deaggregate_records(aggregates):
                change = json.loads(base64.b64decode(record["kinesis"]["data"]))
                if "dynamodb" in change:  # native
                    keys, number = change["dynamodb"]["Keys"], change["dynamodb"]["SequenceNumber"]
                    item = (keys["pk"]["S"], keys["sk"]["N"])
                else:
                    item, number = (change["pk"], str(change["sk"])), change["__sequence_number"]
                order[item].append(int(number))
            iterator = page["NextShardIterator"]
            if not page["Records"]:
                break
    return order


def disorder(order: dict) -> list[str]:
    """The items whose records are not in the stream's order. A repeat of some is allowed where it is a rewind: their
    first copies are in order, and so are their last ones."""
    found = []
    for item, numbers in order.items():
        first = list(dict.fromkeys(numbers))
        last = list(dict.fromkeys(reversed(numbers)))
        if first != sorted(first) or last != sorted(last, reverse=True):
            found.append(f"{item}: {numbers}")
    return found
