#!/usr/bin/env python3
"""Writes the sample events of export_to_lake, the exports that they are about, and what must come of them.

    build/venv/bin/python events/export_to_lake/make_expected.py

It shares no code with the function: exports are written after "DynamoDB table export output format" with Python's gzip
and hashlib, and items are turned into plain JSON by boto3's TypeDeserializer, numbers in their own digits.
"""

import base64
import gzip
import hashlib
import json
import pathlib
import re
import urllib.parse

from boto3.dynamodb.types import TypeDeserializer

HERE = pathlib.Path(__file__).resolve().parent
ACCOUNT = "123456789012"
EXPORT_ID = "01695353076000-a1b2c3d4"
EXPORT_TIME = "2023-09-22T03:24:36.000Z"
EXPORT_TIME_MS = 1695353076000
LAKE = {"LAKE_URI": "s3://lake/{table}/"}
READS = ["s3.GetObject", "s3.ListObjectsV2"]


def number(text: str) -> str:
    """Stands for a JSON number that is written in just this way."""
    return f"@number({text})@"


def to_json(value, indent=None) -> str:
    separators = None if indent else (",", ":")
    text = json.dumps(value, ensure_ascii=False, indent=indent, separators=separators)
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


def md5(body: bytes) -> bytes:
    return hashlib.md5(body).digest()


def base64_of(body: bytes) -> str:
    return base64.b64encode(body).decode()


class Export:
    """An export in the bucket `exports`: full, or incremental where it has a view."""

    def __init__(self, table="orders", prefix="exports", view=None):
        self.table = table
        self.table_arn = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/{table}"
        self.arn = f"{self.table_arn}/export/{EXPORT_ID}"
        self.root = f"{prefix}/AWSDynamoDB/"
        self.folder = f"{self.root}{EXPORT_ID}/"
        self.view = view
        self.format = "DYNAMODB_JSON"
        self.files = []  # (manifest line, bytes)
        self.checksum_of = lambda body: body

    def add(self, name: str, lines: list, body: bytes | None = None, **wrong) -> str:
        """A data file of lines (dicts, or texts as they are); `wrong` replaces members of its manifest line."""
        texts = [line if isinstance(line, str) else to_json(line) for line in lines]
        if body is None:
            body = gzip.compress("".join(text + "\n" for text in texts).encode(), mtime=0)
        key = (self.root if self.view else self.folder) + "data/" + name
        entry = {
            "itemCount": len(lines),
            "md5Checksum": base64_of(md5(body)),
            "etag": hashlib.md5(md5(body)).hexdigest() + "-1",
            "dataFileS3Key": key,
        }
        self.files.append(({**entry, **wrong}, body))
        return key

    @property
    def summary_key(self) -> str:
        return self.folder + "manifest-summary.json"

    @property
    def item_count(self) -> int:
        return sum(entry["itemCount"] for entry, _ in self.files)

    def summary(self) -> bytes:
        times = (
            {"exportFromTime": "2023-09-21T03:24:36.000Z", "exportToTime": EXPORT_TIME}
            if self.view
            else {"exportTime": EXPORT_TIME}
        )
        summary = {
            "version": "2023-08-01" if self.view else "2020-06-30",
            "exportArn": self.arn,
            "startTime": "2023-09-22T03:24:36.000Z",
            "endTime": "2023-09-22T03:31:05.123Z",
            "tableArn": self.table_arn,
            "tableId": "b116b490-6460-4d4a-9a6b-5d360abf4fb3",
            **times,
            "s3Bucket": "exports",
            "s3Prefix": self.root.removesuffix("/AWSDynamoDB/"),
            "s3SseAlgorithm": "AES256",
            "s3SseKmsKeyId": None,
            "manifestFilesS3Key": self.folder + "manifest-files.json",
            "billedSizeBytes": 0,
            "itemCount": self.item_count,
            "outputFormat": self.format,
        }
        if self.view:
            summary |= {"outputView": self.view, "exportType": "INCREMENTAL_EXPORT"}
        return to_json(summary).encode()

    def setup(self) -> list:
        """Puts the export into the bucket."""
        manifests = {
            "manifest-summary": self.summary(),
            "manifest-files": "".join(to_json(entry) + "\n" for entry, _ in self.files).encode(),
        }
        objects = {self.folder + "_started": b""}
        for name, body in manifests.items():
            objects[f"{self.folder}{name}.json"] = body
            objects[f"{self.folder}{name}.checksum"] = base64_of(md5(self.checksum_of(body))).encode()
        objects |= {entry["dataFileS3Key"]: body for entry, body in self.files}
        return [put(key, body) for key, body in objects.items()]

    def marker(self, kind="full", dt="00000000") -> dict:
        body = {
            "export_arn": self.arn,
            "table_arn": self.table_arn,
            "export_type": kind,
            "time": EXPORT_TIME,
            "files": len(self.files),
            "items": self.item_count,
        }
        return call(f"{self.table}/dt={dt}/_SUCCESS-{EXPORT_ID}", {"Body": body})

    def response(self, *keys, complete=True, dt="00000000") -> dict:
        entries = [entry for entry, _ in self.files if not keys or entry["dataFileS3Key"] in keys]
        files = [
            {
                "data_file": "s3://exports/" + entry["dataFileS3Key"],
                "object": f"s3://lake/{self.object_key(entry['dataFileS3Key'], dt)}",
                "items": entry["itemCount"],
            }
            for entry in entries
        ]
        return {
            "export_arn": self.arn,
            "files": files,
            "items": sum(entry["itemCount"] for entry in entries),
            "complete": complete,
        }

    def object_key(self, data_key: str, dt="00000000") -> str:
        return f"{self.table}/dt={dt}/{EXPORT_ID}-{data_key.rsplit('/')[-1]}"


def put(key: str, body: bytes, bucket="exports") -> dict:
    try:
        content = {"Body": body.decode()}
    except UnicodeDecodeError:
        content = {"BodyBase64": base64_of(body)}
    return {"service": "s3", "operation": "PutObject", "body": {"Bucket": bucket, "Key": key, **content}}


def call(key: str, content: dict) -> dict:
    return {"service": "s3", "operation": "PutObject", "body": {"Bucket": "lake", "Key": key, **content}}


def lines_call(export: Export, data_key: str, lines: list, dt="00000000") -> dict:
    return call(export.object_key(data_key, dt), {"GzipBody": "".join(to_json(line) + "\n" for line in lines)})


def snapshot_line(item: dict, time_ms=EXPORT_TIME_MS) -> dict:
    return {**plain(item), "__operation": "INSERT", "__event_time_ms": time_ms}


def notification(*keys: str, name="ObjectCreated:Put") -> dict:
    return {
        "Records": [
            {
                "eventVersion": "2.1",
                "eventSource": "aws:s3",
                "awsRegion": "us-east-1",
                "eventTime": "2023-09-22T03:31:05.456Z",
                "eventName": name,
                "userIdentity": {"principalId": "AWS:AROAEXAMPLE:dynamodb"},
                "requestParameters": {"sourceIPAddress": "dynamodb.amazonaws.com"},
                "responseElements": {"x-amz-request-id": "C3D13FE58DE4C810", "x-amz-id-2": "FMyUVURIY8"},
                "s3": {
                    "s3SchemaVersion": "1.0",
                    "configurationId": "finished-exports",
                    "bucket": {
                        "name": "exports",
                        "ownerIdentity": {"principalId": "A3NL1KOZZKExample"},
                        "arn": "arn:aws:s3:::exports",
                    },
                    "object": {
                        "key": urllib.parse.quote_plus(key, safe="/"),
                        "size": 740,
                        "eTag": "d41d8cd98f00b204e9800998ecf8427e",
                        "sequencer": "0055AED6DCD90281E5",
                    },
                },
            }
            for key in keys
        ]
    }


def event_bridge(key: str) -> dict:
    return {
        "version": "0",
        "id": "17793124-05d4-b198-2fde-7ededc63b103",
        "detail-type": "Object Created",
        "source": "aws.s3",
        "account": ACCOUNT,
        "time": "2023-09-22T03:31:05Z",
        "region": "us-east-1",
        "resources": ["arn:aws:s3:::exports"],
        "detail": {
            "version": "0",
            "bucket": {"name": "exports"},
            "object": {"key": key, "size": 740, "etag": "b1946ac92492d2347c6235b4d2611184"},
            "request-id": "N4N7GDK58NMKJ12R",
            "requester": "dynamodb.amazonaws.com",
            "reason": "PutObject",
        },
    }


def queue(**bodies) -> dict:
    return {
        "Records": [
            {
                "messageId": message_id,
                "receiptHandle": "MessageReceiptHandle",
                "body": body if isinstance(body, str) else json.dumps(body),
                "attributes": {"ApproximateReceiveCount": "1"},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": f"arn:aws:sqs:us-east-1:{ACCOUNT}:exports",
                "awsRegion": "us-east-1",
            }
            for message_id, body in bodies.items()
        ]
    }


BUCKETS = [
    {"service": "s3", "operation": "CreateBucket", "body": {"Bucket": "exports"}},
    {"service": "s3", "operation": "CreateBucket", "body": {"Bucket": "lake"}},
]


def write(case: str, event, expected: dict, setup: list, environment=None, ignored=READS) -> None:
    folder = HERE / case
    folder.mkdir(exist_ok=True)
    (folder / "event.json").write_text(to_json(event, 2) + "\n")
    (folder / "expected.json").write_text(to_json({**expected, "calls_ignored": ignored}, 2) + "\n")
    variables = LAKE if environment is None else environment
    (folder / "environment").write_text("".join(f"{name}={value}\n" for name, value in variables.items()))
    (folder / "setup.json").write_text(to_json([*BUCKETS, *setup], 2) + "\n")


TEN_TYPES = {
    "id": {"S": "order-1001"},
    "revision": {"N": "3"},
    "text": {"S": "a \"quoted\" line\nand a \\ backslash"},
    "amount": {"N": "-0.10"},
    "big": {"N": "12345678901234567890123456789012345678"},
    "small": {"N": "-1E-130"},
    "raw": {"B": "AAEC/f7/"},
    "open": {"BOOL": True},
    "nothing": {"NULL": True},
    "tags": {"SS": ["red", "green"]},
    "sizes": {"NS": ["1", "2.50", "3E+2"]},
    "blobs": {"BS": ["AA==", "//8="]},
    "lines": {"L": [{"M": {"sku": {"S": "a-1"}, "count": {"N": "2"}}}, {"L": []}, {"S": ""}]},
    "address": {"M": {"city": {"S": "Zürich 💡"}, "geo": {"M": {"lat": {"N": "47.3769"}}}, "empty": {"M": {}}}},
}


def item(identifier: str, **more) -> dict:
    return {"id": {"S": identifier}, **more}


def small_export(**settings) -> tuple[Export, str]:
    export = Export(**settings)
    return export, export.add("y6bckwdx2y3hfb7vlo4m.json.gz", [{"Item": item("o-1")}])


def small_calls(export: Export, key: str) -> list:
    return [lines_call(export, key, [snapshot_line(item("o-1"))]), export.marker()]


def full_export_of_ten_types():
    """S3's own notification: all types, an item with a metadata member's name, and an empty file."""
    export = Export()
    taken = item("o-2", __operation={"S": "the item's own"})
    first = export.add("a7mk3nzhlm5ufkyiod43.json.gz", [{"Item": TEN_TYPES}, {"Item": taken}])
    empty = export.add("empty4zhlm5ufkyiod43.json.gz", [])
    lines = [
        snapshot_line(TEN_TYPES),
        {**plain(taken), "____operation": "INSERT", "__event_time_ms": EXPORT_TIME_MS},
    ]
    expected = {
        "response": export.response(),
        "calls": [lines_call(export, first, lines), lines_call(export, empty, []), export.marker()],
    }
    write("full_export_of_ten_types", notification(export.summary_key), expected, export.setup())


def incremental_export():
    """EventBridge: inserts, updates and deletes with their own times, in each form that a time has."""
    export = Export(view="NEW_AND_OLD_IMAGES", prefix="by day/2023+09")

    def change(micros, keys, new=None, old=None):
        return {
            "Metadata": {"WriteTimestampMicros": micros},
            "Keys": keys,
            **({"NewImage": new} if new else {}),
            **({"OldImage": old} if old else {}),
        }

    def line(operation, image, time_ms):
        return {**plain(image), "__operation": operation, "__event_time_ms": time_ms}

    one = item("o-1")
    key = export.add(
        "xf3mzhlm5ufkyiod4345.json.gz",
        [
            change("1695352000000001", one, new={**one, "n": {"N": "1"}}),
            change({"N": "1695352000123999"}, item("o-2"), new=item("o-2", n={"N": "2"}), old=item("o-2", n={"N": "1.0"})),
            change(number("1695352000999999"), item("o-3"), old=item("o-3", s={"S": "gone"})),
            change("1695352001000000", item("o-4")),
        ],
    )
    lines = [
        line("INSERT", {**one, "n": {"N": "1"}}, 1695352000000),
        line("MODIFY", item("o-2", n={"N": "2"}), 1695352000123),
        line("REMOVE", item("o-3", s={"S": "gone"}), 1695352000999),
        line("REMOVE", item("o-4"), 1695352001000),
    ]
    expected = {
        "response": export.response(),
        "calls": [lines_call(export, key, lines), export.marker("incremental")],
    }
    write("incremental_export", event_bridge(export.summary_key), expected, export.setup())


def new_images_in_an_envelope():
    """An increment with new images alone, LINE_ settings, another partition: a change is MODIFY, no image is REMOVE."""
    export = Export(view="NEW_IMAGE")
    key = export.add(
        "xf3mzhlm5ufkyiod4345.json.gz",
        [
            {"Metadata": {"WriteTimestampMicros": "1695352000000001"}, "Keys": item("o-1"), "NewImage": item("o-1", n={"N": "1"})},
            {"Metadata": {"WriteTimestampMicros": "1695352000000001"}, "Keys": item("o-2")},
        ],
    )
    lines = [
        {"keys": {"id": "o-1"}, "new": {"id": "o-1", "n": "1"}, "_operation": "MODIFY"},
        {"keys": {"id": "o-2"}, "_operation": "REMOVE"},
    ]
    dt = "20230922"
    environment = {
        **LAKE,
        "LAKE_DT": dt,
        "LINE_SHAPE": "envelope",
        "LINE_NUMBERS": "text",
        "LINE_METADATA": "operation",
        "METADATA_PREFIX": "_",
        "TABLE_ARN": f"{export.table_arn}, arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/customers",
    }
    expected = {
        "response": export.response(dt=dt),
        "calls": [lines_call(export, key, lines, dt), export.marker("incremental", dt)],
    }
    event = {"manifest_summary": "s3://exports/" + export.summary_key}
    write("new_images_in_an_envelope", event, expected, export.setup(), environment)


def one_data_file_of_two():
    """As a Distributed Map asks for it, by the key in manifest-files.json: no marker, for the other one is missing."""
    export, first = small_export()
    export.add("b7mk3nzhlm5ufkyiod43.json.gz", [{"Item": item("o-2")}])
    event = {"manifest_summary": "s3://exports/" + export.summary_key, "data_file": first}
    expected = {
        "response": export.response(first, complete=False),
        "calls": [lines_call(export, first, [snapshot_line(item("o-1"))])],
    }
    write("one_data_file_of_two", event, expected, export.setup())


def last_data_file_marks_the_export():
    """The other file's object is there already: this one completes the export."""
    export = Export()
    export.add("a7mk3nzhlm5ufkyiod43.json.gz", [{"Item": item("o-1")}])
    last = export.add("b7mk3nzhlm5ufkyiod43.json.gz", [{"Item": item("o-2")}])
    there = put(f"orders/dt=00000000/{EXPORT_ID}-a7mk3nzhlm5ufkyiod43.json.gz", gzip.compress(b"", mtime=0), "lake")
    event = {"manifest_summary": "s3://exports/" + export.summary_key, "data_file": "s3://exports/" + last}
    expected = {
        "response": export.response(last),
        "calls": [lines_call(export, last, [snapshot_line(item("o-2"))]), export.marker()],
    }
    write("last_data_file_marks_the_export", event, expected, [*export.setup(), there])


def queue_batch():
    """Hostile: of the queue's messages one is no event and one's export is not there; the good one is done."""
    export, key = small_export()
    event = queue(
        good=notification(export.summary_key),
        test={"Service": "Amazon S3", "Event": "s3:TestEvent", "Time": "2023-09-22T03:00:00.000Z", "Bucket": "exports"},
        other=event_bridge(key),
        broken="{",
        missing={"manifest_summary": "s3://exports/exports/AWSDynamoDB/0-0/manifest-summary.json"},
    )
    failures = [{"itemIdentifier": "broken"}, {"itemIdentifier": "missing"}]
    expected = {"response": {"batchItemFailures": failures}, "calls": small_calls(export, key)}
    write("queue_batch", event, expected, export.setup())


def other_objects_are_ignored():
    """The notification has no suffix: data files, checksums and removals are not for this function."""
    export, key = small_export()
    event = notification(key, export.folder + "manifest-files.json", export.folder + "manifest-summary.checksum")
    event["Records"] += notification(export.summary_key, name="ObjectRemoved:Delete")["Records"]
    write("other_objects_are_ignored", event, {"response": {"exports": []}, "calls": []}, [])


def failing(case: str, export: Export, error: dict, calls=(), setup=None, environment=None):
    expected = {"error": error, "calls": list(calls)}
    write(case, notification(export.summary_key), expected, export.setup() if setup is None else setup, environment)


def invalid(text: str) -> dict:
    return {"errorType": "Function.DataInvalid", "errorMessage": text}


def hostile_bad_line():
    """One file has a bad line: its number is told, nothing of it is visible, and the other file is done."""
    export = Export()
    bad = export.add("a7mk3nzhlm5ufkyiod43.json.gz", [{"Item": item("o-1")}, '{"Item":{"id":{"S":"o-2"}}'])
    good = export.add("b7mk3nzhlm5ufkyiod43.json.gz", [{"Item": item("o-3")}])
    calls = [lines_call(export, good, [snapshot_line(item("o-3"))])]
    failing("hostile_bad_line", export, invalid(f"s3://exports/{bad} line 2: "), calls)


def hostile_truncated_gzip():
    export = Export()
    body = gzip.compress(to_json({"Item": item("o-1")}).encode() + b"\n", mtime=0)[:-5]
    key = export.add("a7mk3nzhlm5ufkyiod43.json.gz", [{}], body=body)
    failing("hostile_truncated_gzip", export, invalid(f"s3://exports/{key} line 2: gzip: cut off"))


def hostile_wrong_checksum():
    """A data file that is whole gzip of good lines, but not the one that was exported."""
    export = Export()
    key = export.add("a7mk3nzhlm5ufkyiod43.json.gz", [{"Item": item("o-1")}], md5Checksum=base64_of(md5(b"another")))
    failing("hostile_wrong_checksum", export, invalid(f"s3://exports/{key}: its MD5 is "))


def hostile_wrong_count():
    export = Export()
    key = export.add("a7mk3nzhlm5ufkyiod43.json.gz", [{"Item": item("o-1")}], itemCount=2)
    failing("hostile_wrong_count", export, invalid(f"s3://exports/{key}: it has 1 items, and the manifest says 2"))


def hostile_changed_manifest():
    export, _ = small_export()
    export.checksum_of = lambda body: body.replace(b"o", b"0")
    error = invalid(f"s3://exports/{export.summary_key}: its MD5 is not the one in manifest-summary.checksum")
    failing("hostile_changed_manifest", export, error)


def hostile_names():
    """A data file's name that leads out of the export's folder."""
    export = Export()
    export.add("../../../../secrets.json.gz", [{"Item": item("o-1")}])
    error = invalid(f"s3://exports/{export.folder}manifest-files.json: line 1: dataFileS3Key is not AWSDynamoDB/")
    setup = [step for step in export.setup() if "secrets" not in step["body"]["Key"]]
    failing("hostile_names", export, error, setup=setup)


def hostile_ion():
    export, _ = small_export()
    export.format = "ION"
    failing("hostile_ion", export, invalid("EXPORT_FORMAT=DYNAMODB_JSON"))


def hostile_another_table():
    export, _ = small_export(table="customers")
    environment = {"LAKE_URI": "s3://lake/orders/", "TABLE_ARN": f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/orders"}
    error = invalid(f"is of table {export.table_arn}, which TABLE_ARN does not name")
    failing("hostile_another_table", export, error, environment=environment)


def hostile_missing_data_file():
    """Expired, or not copied with the others."""
    export, key = small_export()
    setup = [step for step in export.setup() if step["body"]["Key"] != key]
    failing("hostile_missing_data_file", export, invalid("the manifest names it"), setup=setup)


def hostile_unfinished_export():
    export, _ = small_export()
    setup = [step for step in export.setup() if step["body"]["Key"].endswith("_started")]
    failing("hostile_unfinished_export", export, invalid("the export is not finished"), setup=setup)


def hostile_another_triggers_event():
    event = {"version": "0", "detail-type": "Scheduled Event", "source": "aws.events", "detail": {}}
    error = {"errorType": "Function.EventInvalid", "errorMessage": "manifest_summary"}
    write("hostile_another_triggers_event", event, {"error": error, "calls": []}, [])


def hostile_wrong_settings():
    export, _ = small_export()
    environment = {"LAKE_URI": "/lake", "LAKE_DT": "2023/09", "TABLE_ARN": "orders", "LINE_SHAPE": "round"}
    error = {"errorType": "Function.ConfigInvalid", "errorMessage": "LAKE_URI"}
    failing("hostile_wrong_settings", export, error, setup=[], environment=environment)


if __name__ == "__main__":
    full_export_of_ten_types()
    incremental_export()
    new_images_in_an_envelope()
    one_data_file_of_two()
    last_data_file_marks_the_export()
    queue_batch()
    other_objects_are_ignored()
    hostile_bad_line()
    hostile_truncated_gzip()
    hostile_wrong_checksum()
    hostile_wrong_count()
    hostile_changed_manifest()
    hostile_names()
    hostile_ion()
    hostile_another_table()
    hostile_missing_data_file()
    hostile_unfinished_export()
    hostile_another_triggers_event()
    hostile_wrong_settings()
