"""Tables, exports and what they wrote, for the tests of DynamoDB's exports on the local AWS: all of it through boto3.

Times are minutes after T0, at which the clock stands first.
"""

import base64
import datetime
import functools
import gzip
import hashlib
import json

import boto3
import botocore.config
import pytest
from botocore.exceptions import ClientError
from conftest import CREDENTIALS, REGION

BUCKET = "lake-exports"
DAY = 24 * 60
T0 = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)


def at(minutes: float) -> datetime.datetime:
    return T0 + datetime.timedelta(minutes=minutes)


def iso(minutes: float) -> str:
    """As the manifests write it."""
    return at(minutes).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at(minutes).microsecond // 1000:03d}Z"


def text(value: str) -> dict:
    return {"S": value}


def micros(minutes: float) -> int:
    return int(at(minutes).timestamp()) * 1_000_000


@functools.cache
def client(service: str, url: str):
    """A client takes longer to make than to use. It tells the first refusal."""
    return boto3.client(
        service,
        region_name=REGION,
        endpoint_url=url,
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        config=botocore.config.Config(retries={"total_max_attempts": 1}),
    )


def refusal(call, *arguments, **more) -> tuple[str, str]:
    """The error's code and message."""
    with pytest.raises(ClientError) as caught:
        call(*arguments, **more)
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]


def code(call, *arguments, **more) -> str:
    return refusal(call, *arguments, **more)[0]


class World:
    """It has a bucket."""

    def __init__(self, moto):
        self.moto = moto
        self.dynamodb, self.s3 = client("dynamodb", moto.url), client("s3", moto.url)
        self.s3.create_bucket(Bucket=BUCKET)

    def clock(self, minutes: float) -> None:
        self.moto.exports(clock=at(minutes).isoformat())

    def make_table(self, name="orders", recovery=True, range_key=None, key_type="S") -> str:
        keys = [("id", "HASH", key_type)] + ([(range_key, "RANGE", "S")] if range_key else [])
        arn = self.dynamodb.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind, _ in keys],
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": type_} for key, _, type_ in keys],
        )["TableDescription"]["TableArn"]
        if recovery:
            self.turn_recovery(name, on=True)
        return arn

    def turn_recovery(self, name="orders", on=True, **more) -> dict:
        return self.dynamodb.update_continuous_backups(
            TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": on, **more}
        )["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]

    def put(self, id_: str, table="orders", **attributes) -> None:
        self.dynamodb.put_item(TableName=table, Item={"id": {"S": id_}, **attributes})

    def delete(self, id_: str, table="orders") -> None:
        self.dynamodb.delete_item(TableName=table, Key={"id": {"S": id_}})

    def start(self, table_arn: str, **request) -> dict:
        """ExportTableToPointInTime; ExportTime, from and to in minutes."""
        if "ExportTime" in request:
            request["ExportTime"] = at(request["ExportTime"])
        window = {
            name: at(request.pop(short))
            for short, name in (("from_", "ExportFromTime"), ("to", "ExportToTime"))
            if short in request
        }
        if "view" in request:
            window["ExportViewType"] = request.pop("view")
        if window:
            request = {"ExportType": "INCREMENTAL_EXPORT", "IncrementalExportSpecification": window, **request}
        request = {"TableArn": table_arn, "S3Bucket": BUCKET, **request}
        return self.dynamodb.export_table_to_point_in_time(**request)["ExportDescription"]

    def describe(self, export_arn: str) -> dict:
        return self.dynamodb.describe_export(ExportArn=export_arn)["ExportDescription"]

    def export(self, table_arn: str, **request) -> dict:
        """The description once it is done."""
        description = self.describe(self.start(table_arn, **request)["ExportArn"])
        assert description["ExportStatus"] == "COMPLETED", description
        return description

    def keys(self) -> list[str]:
        return [found["Key"] for found in self.s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])]

    def read(self, key: str) -> bytes:
        return self.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()

    def summary(self, description: dict) -> dict:
        return json.loads(self.read(description["ExportManifest"]))

    def files(self, description: dict) -> list[dict]:
        """manifest-files.json, a JSON object a line."""
        return [json.loads(line) for line in self.read(self.summary(description)["manifestFilesS3Key"]).splitlines()]

    def lines_of(self, file: dict) -> list[str]:
        """What the manifest says of the data file is checked on the way."""
        content = self.read(file["dataFileS3Key"])
        assert base64.b64decode(file["md5Checksum"]) == hashlib.md5(content).digest()
        lines = gzip.decompress(content).decode().split("\n")
        assert lines.pop() == "" and file["itemCount"] == len(lines)
        return lines

    def lines(self, description: dict) -> list[str]:
        """Of all data files."""
        found = [line for file in self.files(description) for line in self.lines_of(file)]
        assert self.summary(description)["itemCount"] == description["ItemCount"] == len(found)
        return found

    def items(self, description: dict) -> dict:
        """A full export's items by id."""
        found = [json.loads(line)["Item"] for line in self.lines(description)]
        items = {item["id"]["S"]: item for item in found}
        assert len(items) == len(found)
        return items

    def changes(self, description: dict) -> dict:
        """An incremental export's lines by id."""
        found = [json.loads(line) for line in self.lines(description)]
        changes = {change["Keys"]["id"]["S"]: change for change in found}
        assert len(changes) == len(found)
        return changes
