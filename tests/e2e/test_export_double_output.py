"""DynamoDB's exports on the local AWS: which objects they write, and what their manifests say.

Each test is one clause of the Developer Guide's "DynamoDB table export output format", or, marked so, of what other
people's tests saw the service do. World.lines checks the manifests' MD5s and counts with each export that it reads.
"""

import base64
import collections
import hashlib
import json
import urllib.parse

import pytest
from export_world import BUCKET, at, client, iso, text


def names(world, folder: str) -> list[str]:
    return sorted(key.removeprefix(folder) for key in world.keys() if key.startswith(folder))


@pytest.mark.parametrize(
    ("request_", "prefix"),
    [({}, ""), ({"S3Prefix": "2026/größe"}, "2026/größe/"), ({"S3Prefix": "p/"}, "p/")],  # the last one seen
)
def test_a_full_export_has_a_folder_of_its_own(world, request_, prefix):
    arn = world.make_table()
    world.moto.exports(data_files=2)
    description = world.export(arn, **request_)
    folder = f"{prefix}AWSDynamoDB/{description['ExportArn'].rpartition('/')[2]}/"
    assert description["ExportManifest"] == f"{folder}manifest-summary.json"
    data = [file["dataFileS3Key"] for file in world.files(description)]
    assert len(set(data)) == 2
    assert all(key.startswith(f"{folder}data/") and key.endswith(".json.gz") for key in data)
    manifests = [f"manifest-{name}.{end}" for name in ("files", "summary") for end in ("checksum", "json")]
    assert names(world, folder) == sorted(["_started", *manifests, *(key.removeprefix(folder) for key in data)])
    assert len(world.keys()) == len(names(world, folder))


def test_increments_share_a_data_folder(world):
    arn = world.make_table()
    world.clock(60)
    world.moto.exports(data_files=1)
    descriptions = [world.export(arn, from_=start, to=start + 15, S3Prefix="p") for start in (0, 15)]
    data = [file["dataFileS3Key"] for description in descriptions for file in world.files(description)]
    assert sorted(data) == ["p/AWSDynamoDB/data/" + name for name in names(world, "p/AWSDynamoDB/data/")]
    for description in descriptions:
        folder = f"p/AWSDynamoDB/{description['ExportArn'].rpartition('/')[2]}/"
        assert names(world, folder) == [
            "_started",
            "manifest-files.checksum",
            "manifest-files.json",
            "manifest-summary.checksum",
            "manifest-summary.json",
        ]


def test_an_export_that_began_has_an_empty_started_object(world):
    arn = world.make_table()
    world.moto.exports(hold=True)
    started = world.start(arn)
    (key,) = world.keys()
    assert key == f"AWSDynamoDB/{started['ExportArn'].rpartition('/')[2]}/_started" and world.read(key) == b""


def test_the_summary_of_a_full_export(world):
    arn = world.make_table()
    world.put("a")
    world.clock(60.5)
    description = world.export(arn, ExportTime=30, S3Prefix="p")
    assert world.summary(description) == {
        "version": "2020-06-30",
        "exportArn": description["ExportArn"],
        "startTime": iso(60.5),
        "endTime": iso(60.5),
        "tableArn": arn,
        "tableId": world.dynamodb.describe_table(TableName="orders")["Table"]["TableId"],
        "exportTime": iso(30),
        "s3Bucket": BUCKET,
        "s3Prefix": "p",
        "s3SseAlgorithm": "AES256",
        "s3SseKmsKeyId": None,
        "manifestFilesS3Key": description["ExportManifest"].replace("summary", "files"),
        "billedSizeBytes": description["BilledSizeBytes"],
        "itemCount": 1,
        "outputFormat": "DYNAMODB_JSON",
    }


def test_the_summary_of_an_increment(world):
    arn = world.make_table()
    world.clock(60)
    description = world.export(arn, from_=0, to=30, view="NEW_IMAGE")
    summary = world.summary(description)
    assert "exportTime" not in summary and summary["s3Prefix"] is None
    assert {name: summary[name] for name in summary if name.startswith(("version", "export", "output"))} == {
        "version": "2023-08-01",
        "exportArn": description["ExportArn"],
        "exportFromTime": iso(0),
        "exportToTime": iso(30),
        "exportType": "INCREMENTAL_EXPORT",
        "outputFormat": "DYNAMODB_JSON",
        "outputView": "NEW_IMAGE",
    }


@pytest.mark.parametrize("count", [1, 7])
def test_the_files_manifest_has_a_line_for_each_file_empty_ones_too(world, count):
    arn = world.make_table()
    for number in range(3):
        world.put(str(number))
    world.moto.exports(data_files=count)
    description = world.export(arn)
    files = world.files(description)
    assert len(files) == count and sum(file["itemCount"] for file in files) == 3
    assert (count == 1) or any(file["itemCount"] == 0 for file in files)
    for file in files:
        assert set(file) == {"itemCount", "md5Checksum", "etag", "dataFileS3Key"}
        stored = world.s3.head_object(Bucket=BUCKET, Key=file["dataFileS3Key"])
        assert stored["ETag"] == f'"{file["etag"]}"'
        # As in the guide: that of a multipart upload, not the MD5.
        assert file["etag"] == hashlib.md5(base64.b64decode(file["md5Checksum"])).hexdigest() + "-1"
    assert len(world.lines(description)) == 3


def test_a_partition_keys_items_are_in_one_file(world):
    arn = world.make_table(range_key="part")
    for number in range(20):
        item = {"id": text(str(number % 4)), "part": text(str(number))}
        world.dynamodb.put_item(TableName="orders", Item=item)
    description = world.export(arn)
    of_key = collections.defaultdict(set)
    for file in world.files(description):
        for line in world.lines_of(file):
            of_key[json.loads(line)["Item"]["id"]["S"]].add(file["dataFileS3Key"])
    assert len(of_key) == 4 and all(len(files) == 1 for files in of_key.values())


@pytest.mark.parametrize("suffix", ["checksum", "md5"])  # the guide's; seen, and an older guide's
def test_the_checksums_of_the_manifests_are_md5_in_base64(world, suffix):
    arn = world.make_table()
    world.moto.exports(checksum_suffix=suffix)
    description = world.export(arn)
    for manifest in (description["ExportManifest"], world.summary(description)["manifestFilesS3Key"]):
        checksum = world.read(manifest.replace(".json", f".{suffix}"))
        assert base64.b64decode(checksum) == hashlib.md5(world.read(manifest)).digest()


@pytest.mark.parametrize(
    ("request_", "algorithm", "key_id"),
    [
        ({}, "AES256", None),
        ({"S3SseAlgorithm": "AES256"}, "AES256", None),
        ({"S3SseAlgorithm": "KMS", "S3SseKmsKeyId": "key"}, "aws:kms", "key"),
    ],
)
def test_all_objects_are_encrypted_as_asked(world, request_, algorithm, key_id):
    arn = world.make_table()
    description = world.export(arn, **request_)
    for key in world.keys():
        stored = world.s3.head_object(Bucket=BUCKET, Key=key)
        assert (stored["ServerSideEncryption"], stored.get("SSEKMSKeyId")) == (algorithm, key_id)
    summary = world.summary(description)
    expected = (request_.get("S3SseAlgorithm", "AES256"), key_id)
    assert (summary["s3SseAlgorithm"], summary["s3SseKmsKeyId"]) == expected
    assert (description["S3SseAlgorithm"], description.get("S3SseKmsKeyId")) == expected


def test_what_is_written_after_the_start_is_not_in_the_export(world):
    arn = world.make_table()
    world.put("a")
    world.moto.exports(hold=True)
    export_arn = world.start(arn)["ExportArn"]
    world.put("b")
    world.moto.exports(hold=False)
    assert set(world.items(world.describe(export_arn))) == {"a"}
    assert world.describe(export_arn)["StartTime"] == at(0)


def test_a_finished_export_is_told_by_an_s3_event(world):
    """The event of its manifest-summary.json, which is what starts a function on exports that are done."""
    sqs = client("sqs", world.moto.url)
    queue = sqs.create_queue(QueueName="exports")["QueueUrl"]
    queue_arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    summaries = {"Key": {"FilterRules": [{"Name": "suffix", "Value": "manifest-summary.json"}]}}
    notification = {"QueueArn": queue_arn, "Events": ["s3:ObjectCreated:*"], "Filter": summaries}
    world.s3.put_bucket_notification_configuration(
        Bucket=BUCKET, NotificationConfiguration={"QueueConfigurations": [notification]}
    )
    sqs.purge_queue(QueueUrl=queue)  # S3's own test event
    description = world.export(world.make_table(), S3Prefix="p")
    (message,) = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    (record,) = json.loads(message["Body"])["Records"]
    assert urllib.parse.unquote_plus(record["s3"]["object"]["key"]) == description["ExportManifest"]
