#!/usr/bin/env python3
"""Writes the sample events of stream_to_s3 and what must come of them.

    python3 events/stream_to_s3/make_cases.py [--check]

The lines and rows below were written by hand; this program joins them with the parts that all cases share, and gives
the objects their names: the table, the lowest and the highest sequence number, and the first 8 hex digits of the
SHA-256 over the numbers, one a line. `--check` only says whether the files are as it would write them.
"""

import hashlib
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
ACCOUNT = "123456789012"
SECONDS = 1795220000  # 2026-11-21T00:13:20Z
DAY = "20261121"
NEXT_DAY = 1795305600  # 2026-11-22T00:00:00Z
LAKE = {"LAKE_URI": "s3://lake/{table}/"}
BASE = 111100000000000000000000


def number(step: int) -> str:
    return str(BASE + step)


def record(step, image, table="orders", name="INSERT", seconds=SECONDS, keys=None, **members):
    return {
        "eventID": f"event-{step}",
        "eventName": name,
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1",
        "dynamodb": {
            "ApproximateCreationDateTime": seconds,
            "Keys": keys or {"id": {"S": "o-1"}},
            ("OldImage" if name == "REMOVE" else "NewImage"): image,
            "SequenceNumber": number(step),
            "SizeBytes": 26,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
        "eventSourceARN": f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/{table}/stream/2026-11-01T00:00:00.000",
        **members,
    }


def metadata(step, operation="INSERT", seconds=SECONDS, ttl=False):
    return (f'"__operation":"{operation}","__event_id":"event-{step}","__sequence_number":"{number(step)}",'
            f'"__event_time_ms":{seconds}000,"__ttl_delete":{"true" if ttl else "false"}')


def stored(steps, text, table="orders", dt=DAY, csv=False, folder=None):
    numbers = [number(step) for step in steps]
    digits = hashlib.sha256("".join(n + "\n" for n in numbers).encode()).hexdigest()[:8]
    key = f"{folder or table}/dt={dt}/{table}-{numbers[0]}-{numbers[-1]}-{digits}." + ("csv" if csv else "json.gz")
    body = {"Bucket": "lake", "Key": key, ("Body" if csv else "GzipBody"): text}
    return {"service": "s3", "operation": "PutObject", "body": body}


def done(*failed):
    return {"batchItemFailures": [{"itemIdentifier": step} for step in failed]}


ITEM = {"id": {"S": "o-1"}, "amount": {"N": "12.50"}}
LINE = '"id":"o-1","amount":12.50'
TEN_TYPES = {
    "id": {"S": "o-1"}, "amount": {"N": "-0.10"}, "big": {"N": "12345678901234567890123456789012345678"},
    "raw": {"B": "AAEC"}, "open": {"BOOL": True}, "nothing": {"NULL": True}, "tags": {"SS": ["red", "green"]},
    "sizes": {"NS": ["1", "2.50"]}, "blobs": {"BS": ["AA=="]}, "lines": {"L": [{"M": {"sku": {"S": "a-1"}}}, {"L": []}]},
    "note": {"S": 'two\nlines, "quoted" \U0001f4a1'},
}
TEN_LINE = ('"id":"o-1","amount":-0.10,"big":12345678901234567890123456789012345678,"raw":"AAEC","open":true,'
            '"nothing":null,"tags":["red","green"],"sizes":[1,2.50],"blobs":["AA=="],"lines":[{"sku":"a-1"},[]],'
            '"note":"two\\nlines, \\"quoted\\" \U0001f4a1"')
CSV = {"S3_FORMAT": "csv", "CSV_COLUMNS": "id,amount,note,tags,lines,__operation"}
CSV_HEADER = "id,amount,note,tags,lines,__operation\n"

CASES = {
    "insert_of_ten_types": {
        "records": [record(1, TEN_TYPES)],
        "calls": [stored([1], "{" + TEN_LINE + "," + metadata(1) + "}\n")],
    },
    "changes_of_one_item": {
        "records": [record(1, ITEM), record(2, {**ITEM, "amount": {"N": "13"}}, name="MODIFY"),
                    record(3, {**ITEM, "amount": {"N": "13"}}, name="REMOVE")],
        "calls": [stored([1, 2, 3], "{" + LINE + "," + metadata(1) + '}\n{"id":"o-1","amount":13,' +
                         metadata(2, "MODIFY") + '}\n{"id":"o-1","amount":13,' + metadata(3, "REMOVE") + "}\n")],
    },
    "two_tables_over_midnight": {
        "records": [record(1, ITEM), record(2, ITEM, table="customers"), record(3, ITEM, seconds=NEXT_DAY)],
        "calls": [stored([1], "{" + LINE + "," + metadata(1) + "}\n"),
                  stored([2], "{" + LINE + "," + metadata(2) + "}\n", table="customers"),
                  stored([3], "{" + LINE + "," + metadata(3, seconds=NEXT_DAY) + "}\n", dt="20261122")],
    },
    "one_folder_for_all_tables": {
        "environment": {"LAKE_URI": "s3://lake/raw/changes"},
        "records": [record(1, ITEM), record(2, ITEM, table="customers")],
        "calls": [stored([1], "{" + LINE + "," + metadata(1) + "}\n", folder="raw/changes"),
                  stored([2], "{" + LINE + "," + metadata(2) + "}\n", table="customers", folder="raw/changes")],
    },
    "only_ttl_deletes": {
        "environment": {"TTL_DELETES": "only", "LINE_METADATA": "operation,ttl_delete"},
        "records": [record(1, ITEM), record(2, ITEM, name="REMOVE"),
                    record(3, ITEM, name="REMOVE",
                           userIdentity={"type": "Service", "principalId": "dynamodb.amazonaws.com"})],
        "calls": [stored([3], "{" + LINE + ',"__operation":"REMOVE","__ttl_delete":true}\n')],
    },
    "all_filtered_out": {
        "environment": {"EVENT_NAMES": "REMOVE"},
        "records": [record(1, ITEM), record(2, ITEM, name="MODIFY")],
        "calls": [],
    },
    "csv_with_a_header": {
        "environment": CSV,
        "records": [record(1, TEN_TYPES), record(2, ITEM, name="MODIFY")],
        "calls": [stored([1, 2], CSV_HEADER +
                         'o-1,-0.10,"two\nlines, ""quoted"" \U0001f4a1","[""red"",""green""]","[{""sku"":""a-1""},[]]",INSERT\n'
                         "o-1,12.50,,,,MODIFY\n", csv=True)],
    },
    "csv_missing_and_extra_attributes": {
        "environment": {**CSV, "CSV_HEADER": "false", "CSV_COLUMNS": "note,id"},
        "records": [record(1, {"id": {"S": "o-1"}, "extra": {"S": "x"}}),
                    record(2, {"id": {"S": ""}, "note": {"NULL": True}}),
                    record(3, {"other": {"S": "x"}})],
        "calls": [stored([1, 2, 3], ",o-1\n,\"\"\n,\n", csv=True)],
    },
    "hostile_names_and_values": {
        "records": [record(1, {"a\"b": {"S": "=cmd|' /C calc'!A0"}, "__operation": {"S": "mine"}, "": {"S": "\u0000"}})],
        "calls": [stored([1], '{"a\\"b":"=cmd|\' /C calc\'!A0","__operation":"mine","":"\\u0000",'
                         '"____operation":"INSERT",' + metadata(1).split(",", 1)[1] + "}\n")],
    },
    "hostile_record_among_good_ones": {
        "records": [record(1, ITEM), record(2, {"id": {"X": "o-1"}}), record(3, ITEM)],
        "calls": [stored([1, 3], "{" + LINE + "," + metadata(1) + "}\n{" + LINE + "," + metadata(3) + "}\n")],
        "response": done(number(2)),
    },
    "hostile_record_without_a_number": {
        "records": [{"eventName": "INSERT"}, record(2, ITEM)],
        "calls": [stored([2], "{" + LINE + "," + metadata(2) + "}\n")],
        "response": done(""),
    },
    "hostile_wrong_event": {
        "event": {"source": "aws.glue"},
        "calls": [],
        "error": {"errorType": "Function.EventInvalid", "errorMessage": "Records"},
    },
    "hostile_wrong_settings": {
        "environment": {"LAKE_URI": "/tmp/lake", "S3_FORMAT": "csv"},
        "records": [record(1, ITEM)],
        "calls": [],
        "error": {"errorType": "Function.ConfigInvalid", "errorMessage": "LAKE_URI"},
    },
    "hostile_no_such_bucket": {
        "environment": {"LAKE_URI": "s3://not-there/"},
        "records": [record(1, ITEM)],
        "ignored": ["s3.PutObject"],
        "calls": [],
        "error": {"errorType": "Function.ServiceFailed", "errorMessage": "NoSuchBucket"},
    },
}


def files_of(case):
    event = case.get("event", {"Records": case.get("records")})
    expected = {"error": case["error"]} if "error" in case else {"response": case.get("response", done())}
    expected["calls"] = case["calls"]
    if "ignored" in case:
        expected["calls_ignored"] = case["ignored"]
    environment = {**LAKE, **case.get("environment", {})}
    setup = [{"service": "s3", "operation": "CreateBucket", "body": {"Bucket": "lake"}}]

    def pretty(value):
        return json.dumps(value, ensure_ascii=False, indent=2) + "\n"

    return {
        "event.json": pretty(event),
        "expected.json": pretty(expected),
        "setup.json": pretty(setup),
        "environment": "".join(f"{name}={value}\n" for name, value in environment.items()),
    }


def main():
    stale = []
    for name, case in CASES.items():
        for file, text in files_of(case).items():
            path = HERE / name / file
            if path.exists() and path.read_text() == text:
                continue
            stale.append(str(path))
            if "--check" not in sys.argv:
                path.parent.mkdir(exist_ok=True)
                path.write_text(text)
    if "--check" in sys.argv and stale:
        sys.exit("not as written here: " + ", ".join(stale))


if __name__ == "__main__":
    main()
