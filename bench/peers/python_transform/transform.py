"""The Firehose transform in Python on AWS's runtime interface client.

The json module reads the records; the line is written by hand, as json.dumps cannot write a number's own text.
"""

import base64
import datetime
import json
import re
import sys
import time
from json.encoder import encode_basestring

NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)


def number(text):
    return text if NUMBER.fullmatch(text) else encode_basestring(text)


def join(items):
    return "[" + ",".join(items) + "]"


def members(image):
    return ",".join([encode_basestring(name) + ":" + plain(value) for name, value in image.items()])


WRITERS = {
    "S": encode_basestring,
    "N": number,
    "B": encode_basestring,
    "BOOL": lambda value: "true" if value else "false",
    "NULL": lambda value: "null",
    "M": lambda value: "{" + members(value) + "}",
    "L": lambda value: join(map(plain, value)),
    "SS": lambda value: join(map(encode_basestring, value)),
    "NS": lambda value: join(map(number, value)),
    "BS": lambda value: join(map(encode_basestring, value)),
}


def plain(attribute):
    ((tag, value),) = attribute.items()
    return WRITERS[tag](value)


def event_time_ms(epoch):
    """Seconds, milliseconds or microseconds, told by the size."""
    if epoch < 1e11:
        return int(epoch * 1000)
    return int(epoch) if epoch < 1e14 else int(epoch) // 1000


def transform_record(data):
    record = json.loads(base64.b64decode(data))
    change = record["dynamodb"]
    image = change.get("OldImage" if record["eventName"] == "REMOVE" else "NewImage") or change["Keys"]
    time_ms = event_time_ms(change["ApproximateCreationDateTime"])
    who = record.get("userIdentity") or {}
    ttl_delete = who.get("type") == "Service" and who.get("principalId") == "dynamodb.amazonaws.com"
    metadata = {
        "__operation": encode_basestring(record["eventName"]),
        "__event_id": encode_basestring(record["eventID"]),
        "__event_time_ms": str(time_ms),
        "__ttl_delete": "true" if ttl_delete else "false",
    }
    # A member gives way to an attribute of its name.
    written = [f'"{"__" + name if name in image else name}":{text}' for name, text in metadata.items()]
    line = "{" + members(image) + "," + ",".join(written) + "}\n"
    day = datetime.datetime.fromtimestamp(time_ms // 1000, datetime.timezone.utc)
    return base64.b64encode(line.encode()).decode(), {"table": record["tableName"], "dt": day.strftime("%Y%m%d")}


def handler(event, _context):
    answers = []
    for record in event["records"]:
        answer = {"recordId": record["recordId"]}
        try:
            answer["data"], keys = transform_record(record["data"])
            answer["result"] = "Ok"
            answer["metadata"] = {"partitionKeys": keys}
        except (ValueError, KeyError, TypeError):
            answer["data"] = record["data"]
            answer["result"] = "ProcessingFailed"
        answers.append(answer)
    return {"records": answers}


def measure(file):
    """In process: the best and the median time of many runs in microseconds, from the bytes of the event in a file
    to those of the answer."""
    with open(file, "rb") as source:
        event = source.read()
    runs = []
    begin = time.perf_counter()
    while time.perf_counter() - begin < 2:
        start = time.perf_counter()
        json.dumps(handler(json.loads(event), None)).encode()
        runs.append((time.perf_counter() - start) * 1e6)
    runs.sort()
    print(f"{runs[0]:.1f} {runs[len(runs) // 2]:.1f}")


if __name__ == "__main__" and sys.argv[1:2] == ["--measure"]:
    measure(sys.argv[2])
