"""The objects that an export writes ("DynamoDB table export output format"):

    PREFIX/AWSDynamoDB/ID/_started                      empty; the bucket can be written to
    PREFIX/AWSDynamoDB/ID/manifest-summary.json         one object: what was exported
    PREFIX/AWSDynamoDB/ID/manifest-files.json           one object a line: itemCount, md5Checksum, etag, dataFileS3Key
    PREFIX/AWSDynamoDB/ID/manifest-….checksum           the MD5 of each of the two, in base64; the service was seen to
                                                        call them manifest-….md5, as an older guide did
    PREFIX/AWSDynamoDB/ID/data/….json.gz, ….ion.gz      a full export's items
    PREFIX/AWSDynamoDB/data/….json.gz                   the changes of all incremental exports of that prefix

    {"Item":{"id":{"S":"x"}}}
    {"Metadata":{"WriteTimestampMicros":"1680109764000000"},"Keys":{…},"NewImage":{…},"OldImage":{…}}
"""

import base64
import gzip
import hashlib
import json

from moto.moto_api._internal import mock_random
from moto.s3.models import CaseInsensitiveDict

from .controls import as_text, controls
from .ion import ion_line
from .request import is_incremental

INCREMENTAL_BILLED_MIN = 10_000_000  # bytes


def as_json(value) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def base64_md5(content: bytes) -> str:
    return base64.b64encode(hashlib.md5(content).digest()).decode()


def change_line(time: int, keys: dict, old: dict | None, new: dict | None, view: str) -> str:
    stamp = {"N": str(time)} if controls.write_timestamp == "typed" else str(time)
    line = {"Metadata": {"WriteTimestampMicros": stamp}, "Keys": keys}
    if new is not None:
        line["NewImage"] = new
    if old is not None and view == "NEW_AND_OLD_IMAGES":
        line["OldImage"] = old
    return as_json(line)


class Output:
    def __init__(self, export, s3_backend):
        self.export = export
        self.s3 = s3_backend
        prefix = export.params.get("S3Prefix")
        self.top = (prefix.removesuffix("/") + "/" if prefix else "") + "AWSDynamoDB"
        self.folder = f"{self.top}/{export.id}"
        self.data_folder = f"{self.top if is_incremental(export.params) else self.folder}/data"
        self.summary_key = f"{self.folder}/manifest-summary.json"
        self.files_key = f"{self.folder}/manifest-files.json"
        self.item_count = 0
        self.line_bytes = 0

    @property
    def billed_bytes(self) -> int:
        return max(self.line_bytes, INCREMENTAL_BILLED_MIN if is_incremental(self.export.params) else 0)

    def write_started(self) -> None:
        self.put("_started", b"")

    def write(self) -> None:
        files = [as_json(self.write_data(lines)) for lines in self.lines_by_file()]
        self.put_with_checksum("manifest-files", "\n".join(files) + "\n")
        self.put_with_checksum("manifest-summary", as_json(self.summary()))

    def lines_by_file(self) -> list[list[str]]:
        """All items of a partition key are in one file."""
        export = self.export
        files = [[] for _ in range(controls.data_files)]
        for time, keys, old, new in export.records:
            if is_incremental(export.params):
                line = change_line(time, keys, old, new, export.view)
            else:
                line = ion_line(new) if export.params.get("ExportFormat") == "ION" else as_json({"Item": new})
            partition_key = next(iter(keys.values()))
            digest = hashlib.md5(as_json(partition_key).encode()).digest()
            files[int.from_bytes(digest, "big") % len(files)].append(line)
        return files

    def write_data(self, lines: list[str]) -> dict:
        """As one part of a multipart upload: its ETag is not its MD5."""
        text = "".join(line + "\n" for line in lines).encode()
        content = gzip.compress(text, mtime=0)
        name = base64.b32encode(mock_random.uuid4().bytes).decode().rstrip("=").lower()
        suffix = "ion.gz" if self.export.params.get("ExportFormat") == "ION" else "json.gz"
        bucket, key = self.export.params["S3Bucket"], f"{self.data_folder}/{name}.{suffix}"
        upload = self.s3.create_multipart_upload(
            bucket, key, CaseInsensitiveDict(), "STANDARD", {}, None, *self.encryption()
        )
        part = self.s3.upload_part(bucket, upload.id, 1, content)
        stored = self.s3.complete_multipart_upload(bucket, upload.id, iter([(1, part.etag)]))
        self.item_count += len(lines)
        self.line_bytes += len(text)
        return {
            "itemCount": len(lines),
            "md5Checksum": base64_md5(content),
            "etag": stored.etag.strip('"'),
            "dataFileS3Key": key,
        }

    def summary(self) -> dict:
        export, params, span = self.export, self.export.params, self.export.span
        incremental = is_incremental(params)
        times = dict(zip(("exportFromTime", "exportToTime") if incremental else ("exportTime",), map(as_text, span)))
        return {
            "version": "2023-08-01" if incremental else "2020-06-30",
            "exportArn": export.arn,
            "startTime": as_text(export.started),
            "endTime": as_text(controls.now),
            "tableArn": export.table_arn,
            "tableId": export.table_id,
            **times,
            "s3Bucket": params["S3Bucket"],
            "s3Prefix": params.get("S3Prefix"),
            "s3SseAlgorithm": params.get("S3SseAlgorithm", "AES256"),
            "s3SseKmsKeyId": params.get("S3SseKmsKeyId"),
            "manifestFilesS3Key": self.files_key,
            "billedSizeBytes": self.billed_bytes,
            "itemCount": self.item_count,
            "outputFormat": params.get("ExportFormat", "DYNAMODB_JSON"),
            **({"outputView": export.view, "exportType": export.type} if incremental else {}),
        }

    def put_with_checksum(self, name: str, text: str) -> None:
        self.put(f"{name}.json", text.encode())
        self.put(f"{name}.{controls.checksum_suffix}", base64_md5(text.encode()).encode())

    def put(self, name: str, content: bytes) -> None:
        algorithm, key_id = self.encryption()
        self.s3.put_object(
            self.export.params["S3Bucket"], f"{self.folder}/{name}", content, encryption=algorithm, kms_key_id=key_id
        )

    def encryption(self) -> tuple[str, str | None]:
        params = self.export.params
        return "aws:kms" if params.get("S3SseAlgorithm") == "KMS" else "AES256", params.get("S3SseKmsKeyId")
