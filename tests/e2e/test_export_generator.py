"""The generated exports themselves: their layout is the documented one, and their items are ones that DynamoDB takes."""

import base64
import datetime
import decimal
import gzip
import hashlib
import json
import uuid

import boto3
import duckdb
import pytest

from conftest import CREDENTIALS, REGION
from export_generator import (
    Bucket,
    Folder,
    changes,
    random_items,
    typed,
    write_full_export,
    write_incremental_export,
    write_large_export,
)

TIME = datetime.datetime(2025, 11, 20, 1, tzinfo=datetime.timezone.utc)
LATER = TIME + datetime.timedelta(minutes=15)


def by_key(items):
    return {(item["id"]["S"], item["rank"]["N"]): item for item in items}


def comparable(value):
    """An attribute value of a line, with bytes as boto3 gives them, sets in one order and numbers by their value."""
    ((tag, content),) = value.items()
    if tag == "B":
        return {"B": base64.b64decode(content)}
    if tag == "BS":
        return {"BS": sorted(base64.b64decode(element) for element in content)}
    if tag == "N":
        return {"N": decimal.Decimal(content)}
    if tag == "NS":
        return {"NS": sorted(decimal.Decimal(element) for element in content)}
    if tag == "SS":
        return {"SS": sorted(content)}
    if tag == "L":
        return {"L": [comparable(element) for element in content]}
    if tag == "M":
        return {"M": {name: comparable(element) for name, element in content.items()}}
    return value


def read_back(export):
    items = [comparable({"M": line["Item"]})["M"] for line in export.lines()]
    return {(item["id"]["S"], str(item["rank"]["N"])): item for item in items}


def test_a_full_export_has_the_documented_files(tmp_path):
    items = random_items(40)
    export = write_full_export(Folder(tmp_path), items, table="orders", time=TIME, prefix="2025-Nov", members=2)

    base = tmp_path / "2025-Nov/AWSDynamoDB" / export.id
    names = sorted(path.name for path in base.iterdir())
    assert names == ["_started", "data", "manifest-files.checksum", "manifest-files.json",
                     "manifest-summary.checksum", "manifest-summary.json"]  # fmt: skip
    summary = json.loads((base / "manifest-summary.json").read_bytes())
    assert list(summary) == ["version", "exportArn", "startTime", "endTime", "tableArn", "tableId", "exportTime",
                             "s3Bucket", "s3Prefix", "s3SseAlgorithm", "s3SseKmsKeyId", "manifestFilesS3Key",
                             "billedSizeBytes", "itemCount", "outputFormat"]  # fmt: skip
    assert (summary["version"], summary["exportTime"], summary["itemCount"]) == ("2020-06-30", "2025-11-20T01:00:00.000Z", 40)
    assert summary["exportArn"] == f"arn:aws:dynamodb:us-east-1:123456789012:table/orders/export/{export.id}"
    assert summary["manifestFilesS3Key"] == f"2025-Nov/AWSDynamoDB/{export.id}/manifest-files.json"
    for name in ("manifest-files", "manifest-summary"):
        digest = hashlib.md5((base / f"{name}.json").read_bytes()).digest()
        assert base64.b64decode((base / f"{name}.checksum").read_bytes()) == digest
    files = [json.loads(line) for line in (base / "manifest-files.json").read_text().splitlines()]
    assert len(files) == 4 and files[-1]["itemCount"] == 0
    for file in files:
        body = (tmp_path / file["dataFileS3Key"]).read_bytes()
        assert file["dataFileS3Key"].startswith(f"2025-Nov/AWSDynamoDB/{export.id}/data/")
        assert base64.b64decode(file["md5Checksum"]) == hashlib.md5(body).digest()
        assert gzip.decompress(body).count(b"\n") == file["itemCount"]
    assert read_back(export) == comparable_items(items)
    ((count,),) = duckdb.sql(f"SELECT count(*) FROM read_ndjson_objects('{base}/data/*.gz')").fetchall()
    assert count == 40


def comparable_items(items):
    texts = {key: json.dumps(item, default=lambda raw: base64.b64encode(raw).decode()) for key, item in by_key(items).items()}
    return {key: comparable({"M": json.loads(text)})["M"] for key, text in texts.items()}


@pytest.mark.parametrize(("view", "form"), [("NEW_AND_OLD_IMAGES", "text"), ("NEW_IMAGE", "typed")])
def test_an_incremental_export_tells_the_changes(tmp_path, view, form):
    before = by_key(random_items(20))
    after = {**by_key(random_items(20, seed=1)), ("new", "1"): {"id": {"S": "new"}, "rank": {"N": "1"}}}
    gone = list(after)[8]
    del after[gone]
    after[list(after)[9]] = before[list(after)[9]]
    told = changes(before, after, ["id", "rank"], TIME, LATER)
    export = write_incremental_export(
        Folder(tmp_path), told, table="orders", start=TIME, end=LATER, view=view, time_form=form
    )

    summary = json.loads((tmp_path / "AWSDynamoDB" / export.id / "manifest-summary.json").read_bytes())
    assert (summary["version"], summary["exportType"], summary["outputView"]) == ("2023-08-01", "INCREMENTAL_EXPORT", view)
    assert (summary["exportFromTime"], summary["exportToTime"]) == ("2025-11-20T01:00:00.000Z", "2025-11-20T01:15:00.000Z")
    assert "exportTime" not in summary
    assert all(file["dataFileS3Key"].startswith("AWSDynamoDB/data/") for file in export.files)
    lines = {(line["Keys"]["id"]["S"], line["Keys"]["rank"]["N"]): line for line in export.lines()}
    assert ("item 10 é", "0") in before and len(lines) == summary["itemCount"] == len(told)
    assert {key for key in set(before) | set(after) if before.get(key) != after.get(key)} == set(lines)
    assert "NewImage" not in lines[gone] and lines[("new", "1")]["NewImage"] == after[("new", "1")]
    assert ("OldImage" in lines[gone]) == (view == "NEW_AND_OLD_IMAGES")
    for line in lines.values():
        time = line["Metadata"]["WriteTimestampMicros"]
        micros = int(time["N"] if form == "typed" else time)
        assert TIME.timestamp() * 1e6 <= micros < LATER.timestamp() * 1e6


def test_a_bucket_has_the_etags_of_the_manifest(moto, tmp_path):
    s3 = moto.client("s3")
    s3.create_bucket(Bucket="exports")
    export = write_full_export(Bucket(s3, "exports"), random_items(10), table="orders", time=TIME, prefix="p")

    assert export.summary_uri == f"s3://exports/p/AWSDynamoDB/{export.id}/manifest-summary.json"
    for file in export.files:
        assert s3.head_object(Bucket="exports", Key=file["dataFileS3Key"])["ETag"] == f'"{file["etag"]}"'
    in_folder = write_full_export(Folder(tmp_path), random_items(10), table="orders", time=TIME, prefix="p")
    assert in_folder.files == export.files


def test_what_is_not_finished_has_no_manifest(tmp_path):
    export = write_full_export(Folder(tmp_path), random_items(3), table="orders", time=TIME, finished=False)
    assert not list(tmp_path.glob("**/manifest-*")) and list(tmp_path.glob("**/_started"))
    assert export.files


def test_a_large_export_is_as_large_as_asked(tmp_path):
    export = write_large_export(Folder(tmp_path), 24 << 20, files=3)
    ids = duckdb.sql(f"""
        SELECT count(DISTINCT json->>'$.Item.id.S'), count(*), sum(strlen(json::VARCHAR) + 1)
        FROM read_ndjson_objects('{tmp_path}/AWSDynamoDB/{export.id}/data/*.gz')""").fetchall()
    assert ids == [(export.item_count, export.item_count, export.summary["billedSizeBytes"])]
    assert 24 << 20 <= export.summary["billedSizeBytes"] < 25 << 20
    for file in export.files:
        assert base64.b64decode(file["md5Checksum"]) == hashlib.md5(export.place.get(file["dataFileS3Key"])).digest()


def test_dynamodb_takes_the_items(dynamodb_local):
    client = boto3.client("dynamodb", region_name=REGION, endpoint_url=f"http://127.0.0.1:{dynamodb_local}",
                          aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
                          aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"])  # fmt: skip
    table = f"generated-{uuid.uuid4()}"
    client.create_table(
        TableName=table, BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "rank", "AttributeType": "N"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "rank", "KeyType": "RANGE"}],
    )  # fmt: skip
    items = random_items(150, seed=3)
    for item in items:
        client.put_item(TableName=table, Item=item)
    found = [item for page in client.get_paginator("scan").paginate(TableName=table) for item in page["Items"]]
    client.delete_table(TableName=table)

    assert comparable_items(found) == comparable_items(items)


def test_python_values_get_their_types():
    assert typed({"a": decimal.Decimal("1.5"), "b": {"x"}, "c": None, "d": [True, b"\x00"]}) == {
        "a": {"N": "1.5"}, "b": {"SS": ["x"]}, "c": {"NULL": True}, "d": {"L": [{"BOOL": True}, {"B": b"\x00"}]},
    }  # fmt: skip
