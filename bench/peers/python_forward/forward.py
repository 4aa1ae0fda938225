"""The stream forwarder in Python on AWS's runtime interface client and boto3.

Requests of up to 500 records and 5 MiB go out from eight threads; only failed entries are sent again. Unlike
lakefeed's, it does not keep two records of one key in order.
"""

import hashlib
import json
import os
import time
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.config import Config

RECORDS_MAX = 500
BYTES_MAX = 5 * 1024 * 1024
REQUESTS_AT_ONCE = 8
ATTEMPTS_MAX = 10

KINESIS = boto3.client("kinesis", config=Config(max_pool_connections=REQUESTS_AT_ONCE))
STREAM = os.environ["KINESIS_STREAM_NAME"]
THREADS = ThreadPoolExecutor(REQUESTS_AT_ONCE)


def partition_key(keys):
    """Name, type and value of each key attribute by name, with their lengths, as SHA-256."""
    canonical = b""
    for name, typed in sorted(keys.items()):
        ((tag, value),) = typed.items()
        for text in (name.encode(), tag.encode(), value.encode()):
            canonical += b"%d:%s" % (len(text), text)
    return hashlib.sha256(canonical).hexdigest()


def outgoing(record):
    entry = {
        "Data": json.dumps(
            record | {"tableName": record["eventSourceARN"].split("/")[1], "recordFormat": "application/json"},
            ensure_ascii=False,
            separators=(",", ":"),
        ).encode(),
        "PartitionKey": partition_key(record["dynamodb"]["Keys"]),
    }
    return record["dynamodb"]["SequenceNumber"], entry


def batches(records):
    batch, size = [], 0
    for record in records:
        more = len(record[1]["Data"]) + len(record[1]["PartitionKey"])
        if len(batch) == RECORDS_MAX or size + more > BYTES_MAX:
            yield batch
            batch, size = [], 0
        batch.append(record)
        size += more
    yield batch


def send(batch):
    """The sequence numbers of what could not be stored."""
    for attempt in range(ATTEMPTS_MAX):
        if attempt:
            time.sleep(0.05 * 2**attempt)
        answer = KINESIS.put_records(StreamName=STREAM, Records=[entry for _, entry in batch])
        batch = [
            record for record, result in zip(batch, answer["Records"], strict=True) if "SequenceNumber" not in result
        ]
        if not batch:
            break
    return [number for number, _ in batch]


def handler(event, _context):
    records = [outgoing(record) for record in event["Records"]]
    failed = [number for numbers in THREADS.map(send, batches(records)) for number in numbers]
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}
