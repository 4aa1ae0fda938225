"""From a table to the lake: table_export's zip starts real exports, export_to_lake's zip turns them into change lines,
and DuckDB's newest state of the lake is what a scan of the table gives. Then what is wrong with an export is told, and
leaves nothing behind."""

import datetime
import decimal
import gzip
import json

import duckdb
import pytest

import pipeline_changes
from conftest import TOP
from export_generator import (
    Bucket,
    changes,
    extreme_items,
    random_items,
    write_full_export,
    write_incremental_export,
)

EXPORTS, LAKE = "exports", "lake"
PREFIX = "dynamodb/export"
START = "2025-11-20T00:00:00Z"
SLOT = "2025-11-20T01:00:00Z"
TIME = datetime.datetime(2025, 11, 20, 1, tzinfo=datetime.timezone.utc)
# The items have attributes that begin with `__`.
METADATA = "lake:"
NAMES = ("operation", "event_id", "sequence_number", "event_time_ms", "ttl_delete")


@pytest.fixture
def s3(moto):
    client = moto.client("s3")
    for bucket in (EXPORTS, LAKE):
        client.create_bucket(Bucket=bucket)
    return client


@pytest.fixture
def to_lake(invoke):
    """Runs the function for a finished export, as S3 tells of its manifest, or for one file of it."""

    def run(summary_key: str, data_file: str | None = None, **environment) -> dict:
        event = s3_event(summary_key)
        if data_file:
            event = {"manifest_summary": f"s3://{EXPORTS}/{summary_key}", "data_file": f"s3://{EXPORTS}/{data_file}"}
        settings = {"LAKE_URI": f"s3://{LAKE}/orders/", "METADATA_PREFIX": METADATA, **environment}
        return invoke("export_to_lake", event, settings)

    return run


def s3_event(key: str) -> dict:
    """"Notification Event Message Structure" of the S3 user guide."""
    return {
        "Records": [
            {
                "eventVersion": "2.1",
                "eventSource": "aws:s3",
                "awsRegion": "us-east-1",
                "eventTime": "2025-11-20T01:06:00.000Z",
                "eventName": "ObjectCreated:Put",
                "s3": {
                    "s3SchemaVersion": "1.0",
                    "bucket": {"name": EXPORTS, "arn": f"arn:aws:s3:::{EXPORTS}"},
                    "object": {"key": key, "size": 1024, "eTag": "d41d8cd98f00b204e9800998ecf8427e", "sequencer": "0A1B"},
                },
            }
        ]
    }


def objects(s3, prefix="") -> dict:
    """The lake's objects, by key."""
    found = {}
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=LAKE, Prefix=prefix):
        for entry in page.get("Contents", []):
            found[entry["Key"]] = s3.get_object(Bucket=LAKE, Key=entry["Key"])["Body"].read()
    return found


def newest_state(s3, folder) -> dict:
    """The lake's items by key, as deploy/sql finds them: plain values, without the metadata."""
    for key, body in objects(s3).items():
        (folder / key).parent.mkdir(parents=True, exist_ok=True)
        (folder / key).write_bytes(body)
    connection = duckdb.connect()
    connection.execute((TOP / "deploy/sql/newest_state.duckdb.sql").read_text())
    rows = connection.execute(
        "SELECT line FROM newest_state($folder, 'id', sort_key_name := 'rank', prefix := $prefix)",
        {"folder": f"{folder}/orders", "prefix": METADATA},
    ).fetchall()
    items = {}
    for (line,) in rows:
        row = json.loads(line, parse_int=decimal.Decimal, parse_float=decimal.Decimal)
        for name in NAMES:
            row.pop(METADATA + name, None)
        assert (row["id"], row["rank"]) not in items
        items[(row["id"], row["rank"])] = row
    return items


def key_of(item: dict):
    return item["id"]["S"], decimal.Decimal(item["rank"]["N"])


def differences(table: dict, lake: dict) -> list:
    """The keys whose items differ, or that one of them lacks."""
    found = [key for key in table.keys() | lake.keys() if (key in table) != (key in lake)]
    for key in table.keys() & lake.keys():
        if pipeline_changes.sort_sets({"M": table[key]}, lake[key]) != pipeline_changes.plain({"M": table[key]}):
            found.append(key)
    return sorted(found)


# From a table.


class Table:
    def __init__(self, moto):
        self.moto, self.client = moto, moto.client("dynamodb")
        self.moto.exports(clock=START)
        self.arn = self.client.create_table(
            TableName="orders",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "rank", "KeyType": "RANGE"}],
            AttributeDefinitions=[
                {"AttributeName": "id", "AttributeType": "S"},
                {"AttributeName": "rank", "AttributeType": "N"},
            ],
        )["TableDescription"]["TableArn"]
        self.client.update_continuous_backups(
            TableName="orders", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
        )

    def put(self, items) -> None:
        for item in items:
            self.client.put_item(TableName="orders", Item=item)

    def delete(self, *items) -> None:
        for item in items:
            self.client.delete_item(TableName="orders", Key={name: item[name] for name in ("id", "rank")})

    def scan(self) -> dict:
        pages = self.client.get_paginator("scan").paginate(TableName="orders")
        return {key_of(item): item for page in pages for item in page["Items"]}

    def manifest(self, export_arn: str) -> str:
        export = self.client.describe_export(ExportArn=export_arn)["ExportDescription"]
        assert export["ExportStatus"] == "COMPLETED", export
        return export["ExportManifest"]

    def export(self, invoke, slot: str, **more) -> list[dict]:
        """What table_export's zip started."""
        settings = {"TABLE_ARN": self.arn, "BUCKET_NAME": EXPORTS, "BUCKET_PREFIX": PREFIX, **more}
        exports = invoke("table_export", {"time": slot}, settings)["response"]["exports"]
        assert all(export["action"] == "started" for export in exports)
        return exports


@pytest.fixture
def full_export(invoke, moto):
    """A table of items of all types, and the manifest of its full export at SLOT, by table_export's zip."""
    table = Table(moto)
    items = random_items(60, seed=11)
    table.put(items)
    moto.exports(clock="2025-11-20T02:00:00Z")

    def export() -> tuple:
        (started,) = table.export(invoke, SLOT)
        return table, items, table.manifest(started["export_arn"]), started["export_arn"]

    return export


def test_the_lake_equals_the_table(s3, full_export, to_lake, tmp_path):
    table, items, manifest, export_arn = full_export()

    response = to_lake(manifest)["response"]

    assert (response["export_arn"], response["items"], response["complete"]) == (export_arn, len(items), True)
    assert sum(file["items"] for file in response["files"]) == len(items)
    assert differences(table.scan(), newest_state(s3, tmp_path)) == []
    export_id = export_arn.rpartition("/")[2]
    marker = json.loads(objects(s3, f"orders/dt=00000000/_SUCCESS-{export_id}")[f"orders/dt=00000000/_SUCCESS-{export_id}"])
    assert (marker["export_arn"], marker["items"]) == (export_arn, len(items))
    names = [key.rpartition("/")[2] for key in objects(s3) if not key.rpartition("/")[2].startswith("_")]
    told = [file["data_file"].rpartition("/")[2] for file in response["files"]]
    assert sorted(names) == sorted(f"{export_id}-{name}" for name in told)
    for line in b"".join(gzip.decompress(objects(s3)[f"orders/dt=00000000/{name}"]) for name in names).splitlines():
        row = json.loads(line)
        assert row[f"{METADATA}operation"] == "INSERT"
        assert row[f"{METADATA}event_time_ms"] == 1763600400000  # date -d 2025-11-20T01:00:00Z +%s
        assert not {f"{METADATA}event_id", f"{METADATA}sequence_number", f"{METADATA}ttl_delete"} & set(row)


@pytest.mark.parametrize("view", ["NEW_AND_OLD_IMAGES", "NEW_IMAGE"])
def test_increments_bring_the_lake_to_the_table_again(view, s3, full_export, invoke, to_lake, moto, tmp_path):
    table, items, manifest, _ = full_export()
    newer = random_items(60, seed=12, extremes=False)
    moto.exports(clock="2025-11-20T02:10:00Z", write_timestamp="typed" if view == "NEW_IMAGE" else "text")
    table.put(newer[:10])
    table.delete(*items[10:20])
    table.put([{**items[20], "id": {"S": "new"}}, {**items[21], "id": {"S": "gone again"}}])
    table.delete({**items[21], "id": {"S": "gone again"}})
    table.client.update_item(
        TableName="orders",
        Key={name: items[22][name] for name in ("id", "rank")},
        UpdateExpression="SET added = :a",
        ExpressionAttributeValues={":a": {"N": "0.1234567890123456789012345678901234567"}},
    )
    moto.exports(clock="2025-11-20T04:00:00Z")
    table.put(newer[5:8] + [items[10]])
    table.delete(newer[0], {**items[20], "id": {"S": "new"}})
    moto.exports(clock="2025-11-20T06:00:00Z")
    at_the_end = table.scan()
    table.put(newer[40:42])

    settings = {"EXPORT_TYPE": "auto", "EXPORT_VIEW_TYPE": view, "MAX_WINDOW_MINUTES": "120"}
    # Windows end ten minutes before their slot.
    started = table.export(invoke, "2025-11-20T05:10:00Z", **settings)

    windows = [(export["export_type"], export["from"], export["to"]) for export in started]
    assert windows == [("incremental", SLOT, "2025-11-20T03:00:00Z"),
                       ("incremental", "2025-11-20T03:00:00Z", "2025-11-20T05:00:00Z")]  # fmt: skip
    manifests = [manifest] + [table.manifest(export["export_arn"]) for export in started]
    # Notifications come in no order.
    responses = [to_lake(key)["response"] for key in reversed(manifests)]
    assert all(response["complete"] for response in responses)
    # Put, deleted, new and updated; put, put again and deleted.
    assert [response["items"] for response in responses] == [3 + 1 + 2, 10 + 10 + 1 + 1, len(items)]
    assert differences(at_the_end, newest_state(s3, tmp_path)) == []
    assert len(at_the_end) == len(items) - 10 + 1 - 1


# From generated exports.


@pytest.mark.parametrize("kind", ["full", "incremental"])
def test_file_by_file_until_the_export_is_complete(kind, s3, to_lake):
    place, items = Bucket(s3, EXPORTS), random_items(40, seed=4)
    if kind == "full":
        export = write_full_export(place, items, table="orders", time=TIME, prefix=PREFIX, members=3)
    else:
        end = TIME + datetime.timedelta(hours=24)
        told = changes({}, dict(enumerate(items)), ["id", "rank"], TIME, end)
        export = write_incremental_export(place, told, table="orders", start=TIME, end=end, prefix=PREFIX)
    files = [file["dataFileS3Key"] for file in export.files]

    responses = [to_lake(export.summary_key, file)["response"] for file in files]

    assert [response["complete"] for response in responses] == [False] * (len(files) - 1) + [True]
    written = objects(s3)
    assert sorted(written) == sorted(
        [f"orders/dt=00000000/{export.id}-{file.rpartition('/')[2]}" for file in files]
        + [f"orders/dt=00000000/_SUCCESS-{export.id}"]
    )
    # All of it again, at once: the same names and bytes.
    response = to_lake(export.summary_key)["response"]
    assert response["items"] == len(items) and response["complete"]
    assert objects(s3) == written


def test_two_tables_and_days_stay_apart(s3, to_lake):
    for table, dt in (("orders", "00000000"), ("customers", "20251120")):
        export = write_full_export(Bucket(s3, EXPORTS), random_items(3), table=table, time=TIME, prefix=PREFIX)
        uri = f"s3://{LAKE}/{table}/"
        assert to_lake(export.summary_key, LAKE_URI=uri, LAKE_DT=dt)["response"]["items"] == 3
        folders = {key.rpartition("/")[0] for key in objects(s3, f"{table}/")}
        assert folders == {f"{table}/dt={dt}"}


# What is wrong with an export.


def cut(export, file):
    body = export.place.get(file["dataFileS3Key"])
    export.replace_data(file, body[: len(body) * 2 // 3])


def wrong_checksum(export, file):
    file["md5Checksum"] = "1B2M2Y8AsgTpgAmY7PhCfg=="  # of no bytes at all
    export.write_manifests()


def changed_in_the_bucket(export, file):
    body = export.place.get(file["dataFileS3Key"])
    export.place.put(file["dataFileS3Key"], gzip.compress(gzip.decompress(body)[::-1]))


def wrong_count(export, file):
    file["itemCount"] += 1
    export.summary["itemCount"] += 1
    export.write_manifests()


def bad_line(text: bytes):
    def damage(export, file):
        lines = gzip.decompress(export.place.get(file["dataFileS3Key"])).splitlines(keepends=True)
        lines[1] = text + b"\n"
        export.replace_data(file, gzip.compress(b"".join(lines)))

    return damage


def gone(export, file):
    export.place.remove(file["dataFileS3Key"])


DAMAGES = {
    "cut off": (cut, "line "),
    "wrong checksum": (wrong_checksum, "MD5"),
    "changed in the bucket": (changed_in_the_bucket, ""),
    "wrong count": (wrong_count, "items"),
    "no JSON": (bad_line(b'{"Item":{"id":{"S":"x"}'), "line 2"),
    "no item": (bad_line(b'{"Items":{}}'), "line 2"),
    "no type": (bad_line(b'{"Item":{"id":{"Z":"x"}}}'), "line 2"),
    "no number": (bad_line(b'{"Item":{"id":{"S":"x"},"n":{"N":7}}}'), "line 2"),
    "no UTF-8": (bad_line(b'{"Item":{"id":{"S":"\xff"}}}'), "line 2"),
    "gone": (gone, ""),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_bad_data_is_named_and_leaves_nothing(damage, s3, to_lake):
    spoil, words = DAMAGES[damage]
    items = random_items(40, seed=2)[len(extreme_items()):]  # fmt: skip
    export = write_full_export(Bucket(s3, EXPORTS), items, table="orders", time=TIME, prefix=PREFIX, empty_files=0)
    file = export.files[1]
    spoil(export, file)
    name = file["dataFileS3Key"].rpartition("/")[2]

    for data_file in (None, file["dataFileS3Key"]):
        error = to_lake(export.summary_key, data_file)["error"]
        assert error["errorType"] == "Function.DataInvalid"
        assert file["dataFileS3Key"] in error["errorMessage"] and words in error["errorMessage"]
        visible = objects(s3)
        assert not [key for key in visible if name in key or "_SUCCESS" in key]
        assert not s3.list_multipart_uploads(Bucket=LAKE).get("Uploads")


def summary_member(**members):
    def damage(export):
        export.summary.update(members)
        export.write_manifests()

    return damage


def torn_summary(export):
    export.place.put(export.summary_key, export.place.get(export.summary_key)[:-20])


def torn_list(export):
    key = f"{export.folder}/manifest-files.json"
    export.place.put(key, export.place.get(key).partition(b"\n")[2])


MANIFESTS = {
    "Ion": (summary_member(outputFormat="ION"), "manifest-summary.json", "DYNAMODB_JSON"),
    "the sum of the counts": (summary_member(itemCount=41), "manifest", "41"),
    "another table's export": (
        summary_member(exportArn="arn:aws:dynamodb:us-east-1:123456789012:table/other/export/01763600400000-5fad88c3"),
        "manifest-summary.json", "exportArn"),
    "no time": (summary_member(exportTime=None), "manifest-summary.json", "exportTime"),
    "torn": (torn_summary, "manifest-summary.json", ""),
    "a file less": (torn_list, "manifest-files", ""),
}  # fmt: skip


@pytest.mark.parametrize("damage", MANIFESTS)
def test_a_bad_manifest_is_named(damage, s3, to_lake):
    spoil, name, words = MANIFESTS[damage]
    export = write_full_export(Bucket(s3, EXPORTS), random_items(40), table="orders", time=TIME, prefix=PREFIX)
    spoil(export)
    error = to_lake(export.summary_key)["error"]
    assert error["errorType"] == "Function.DataInvalid"
    assert name in error["errorMessage"] and words in error["errorMessage"]
    assert objects(s3) == {}


def test_after_the_remedy_the_lake_is_whole(s3, to_lake, tmp_path):
    items = random_items(40, seed=6)
    export = write_full_export(Bucket(s3, EXPORTS), items, table="orders", time=TIME, prefix=PREFIX)
    file = export.files[0]
    whole = export.place.get(file["dataFileS3Key"])
    cut(export, file)
    assert "error" in to_lake(export.summary_key)
    export.replace_data(file, whole)
    assert to_lake(export.summary_key)["response"]["complete"]
    assert differences({key_of(item): item for item in items}, newest_state(s3, tmp_path)) == []
