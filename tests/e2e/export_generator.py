"""DynamoDB exports to S3 as the service writes them ("DynamoDB table export output format"), in a folder or a bucket.

    PREFIX/AWSDynamoDB/EXPORT_ID/_started                     empty, at the start
    PREFIX/AWSDynamoDB/EXPORT_ID/data/x.json.gz               a full export's data: {"Item":{"id":{"S":"x"}}} lines
    PREFIX/AWSDynamoDB/data/x.json.gz                         an incremental one's, shared by all of the prefix
    PREFIX/AWSDynamoDB/EXPORT_ID/manifest-files.json          a line for each data file: count, MD5, ETag, key
    PREFIX/AWSDynamoDB/EXPORT_ID/manifest-files.checksum      the base64 of its MD5
    PREFIX/AWSDynamoDB/EXPORT_ID/manifest-summary.json, .checksum

Nothing here knows how lakefeed works. Items are attribute maps as boto3's client takes and gives them ({"id": {"S": "x"},
"raw": {"B": b"…"}}); `typed` makes them from Python values. The same seed gives the same names and bytes.

    export = write_full_export(Folder(path), items, table="orders", time=..., files=4)
    export = write_incremental_export(Bucket(s3, "exports"), changes(before, after, ["id"], ...), ...)
    export.summary_uri, export.item_count, export.files
"""

import base64
import concurrent.futures
import dataclasses
import datetime
import gzip
import hashlib
import json
import os
import pathlib
import random
import string
import uuid
import zlib

from export_items import extreme_items, large_item, random_item, random_items, typed  # noqa: F401 they are asked for here

ACCOUNT = "123456789012"
REGION = "us-east-1"
LEVEL = 6  # gzip's usual one


def table_arn(table: str) -> str:
    return f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{table}"


# Where exports go.


class Folder:
    """Keys are paths below a folder of this machine."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.bucket = "exports"  # that the export was made for, before it was copied here

    def uri(self, key: str) -> str:
        return str(self.path / key)

    def put(self, key: str, body: bytes) -> None:
        path = self.path / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)

    def put_data(self, key: str, body: bytes) -> str:
        self.put(key, body)
        return multipart_etag(body)

    def get(self, key: str) -> bytes:
        return (self.path / key).read_bytes()

    def remove(self, key: str) -> None:
        (self.path / key).unlink()


class Bucket:
    """Keys of a bucket, through a boto3 client."""

    def __init__(self, s3, bucket: str):
        self.s3 = s3
        self.bucket = bucket

    def uri(self, key: str) -> str:
        return f"s3://{self.bucket}/{key}"

    def put(self, key: str, body: bytes) -> None:
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=body)

    def put_data(self, key: str, body: bytes) -> str:
        """Uploads as the service does, in parts, of which there is one; gives the ETag."""
        where = {"Bucket": self.bucket, "Key": key}
        upload = self.s3.create_multipart_upload(**where)["UploadId"]
        part = self.s3.upload_part(**where, UploadId=upload, PartNumber=1, Body=body)["ETag"]
        done = self.s3.complete_multipart_upload(
            **where, UploadId=upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part}]}
        )
        return done["ETag"].strip('"')

    def get(self, key: str) -> bytes:
        return self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()

    def remove(self, key: str) -> None:
        self.s3.delete_object(Bucket=self.bucket, Key=key)


def multipart_etag(body: bytes) -> str:
    """S3's ETag of an upload in one part: the MD5 of the parts' MD5s, and their number."""
    return f"{hashlib.md5(hashlib.md5(body).digest()).hexdigest()}-1"


def md5_base64(body: bytes) -> str:
    return base64.b64encode(hashlib.md5(body).digest()).decode()


# The export.


@dataclasses.dataclass
class Export:
    """A written export. After a change of `summary` or `files`, write_manifests() tells it with the right checksums."""

    place: Folder | Bucket
    folder: str  # PREFIX/AWSDynamoDB/EXPORT_ID
    summary: dict  # manifest-summary.json
    files: list[dict]  # the lines of manifest-files.json
    checksum_suffix: str | None = ".checksum"  # ".md5" in older texts; None: there are none

    @property
    def arn(self) -> str:
        return self.summary["exportArn"]

    @property
    def id(self) -> str:
        return self.folder.rpartition("/")[2]

    @property
    def item_count(self) -> int:
        return self.summary["itemCount"]

    @property
    def summary_key(self) -> str:
        return f"{self.folder}/manifest-summary.json"

    @property
    def summary_uri(self) -> str:
        return self.place.uri(self.summary_key)

    def data_uri(self, file: dict) -> str:
        return self.place.uri(file["dataFileS3Key"])

    def lines(self):
        """All lines of all data files, parsed."""
        for file in self.files:
            for line in gzip.decompress(self.place.get(file["dataFileS3Key"])).splitlines():
                yield json.loads(line)

    def replace_data(self, file: dict, body: bytes, **more) -> None:
        """Puts other bytes in a data file's place: with its checksums, unless `more` names the manifest's members."""
        etag = self.place.put_data(file["dataFileS3Key"], body)
        file.update({"md5Checksum": md5_base64(body), "etag": etag, **more})
        self.write_manifests()

    def write_manifests(self) -> None:
        """The summary comes last, as an export's does: it says that the export is complete."""
        files = "".join(json.dumps(file, separators=(",", ":")) + "\n" for file in self.files).encode()
        summary = json.dumps(self.summary, separators=(",", ":")).encode()
        for name, body in (("manifest-files", files), ("manifest-summary", summary)):
            if self.checksum_suffix:
                self.place.put(f"{self.folder}/{name}{self.checksum_suffix}", md5_base64(body).encode())
            self.place.put(f"{self.folder}/{name}.json", body)


@dataclasses.dataclass(frozen=True)
class Change:
    """What an incremental export says of one key: `new` is None for a delete, `old` for an insert."""

    keys: dict
    new: dict | None
    old: dict | None
    write_micros: int


def milliseconds(time: datetime.datetime) -> str:
    return time.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.") + f"{time.microsecond // 1000:03}Z"


def micros(time: datetime.datetime) -> int:
    return (time - datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)) // datetime.timedelta(microseconds=1)


def write_full_export(place, items, *, table: str, time: datetime.datetime, prefix="", files=3, empty_files=1, **more):
    """The items' state at `time`, which is whole seconds, in `files` data files by the hash of an item, and as many
    empty ones as `empty_files` says. For what else there is: write_export."""
    lines = [("full", item) for item in items]
    return write_export(place, lines, table=table, prefix=prefix, files=files, empty_files=empty_files,
                        started=time, summary={"version": "2020-06-30", "exportTime": milliseconds(time)}, **more)  # fmt: skip


def write_incremental_export(
    place, changes, *, table: str, start: datetime.datetime, end: datetime.datetime, view="NEW_AND_OLD_IMAGES",
    prefix="", files=3, empty_files=1, time_form="text", **more,
):  # fmt: skip
    """The changes in [start, end). The view NEW_IMAGE leaves the old images out. `time_form`, of WriteTimestampMicros, is
    `text` (as in the documentation), `number` or `typed` ({"N":"…"}, as readers of real files have found)."""
    for change in changes:
        assert micros(start) <= change.write_micros < micros(end), "a change outside the window"
    lines = [(time_form if view == "NEW_AND_OLD_IMAGES" else f"{time_form}/new", change) for change in changes]
    summary = {
        "version": "2023-08-01", "exportFromTime": milliseconds(start), "exportToTime": milliseconds(end),
        "outputView": view, "exportType": "INCREMENTAL_EXPORT",
    }  # fmt: skip
    return write_export(place, lines, table=table, prefix=prefix, files=files, empty_files=empty_files,
                        started=end, summary=summary, **more)  # fmt: skip


def changes(before: dict, after: dict, keys: list[str], start: datetime.datetime, end: datetime.datetime, seed=0):
    """The changes between two states (items by any key), each with a time in [start, end)."""
    chance = random.Random(f"changes/{seed}")
    found = []
    for key in [*before, *(key for key in after if key not in before)]:
        old, new = before.get(key), after.get(key)
        if old != new:
            image = new or old
            when = chance.randrange(micros(start), micros(end))
            found.append(Change({name: image[name] for name in keys}, new, old, when))
    return found


def write_export(
    place, lines, *, table, prefix, files, empty_files, started, summary, seed=0, level=LEVEL, members=1, escape=None,
    finished=True, checksum_suffix=".checksum",
):  # fmt: skip
    """`members` gzip members make a data file; `escape` writes letters beyond ASCII as \\uXXXX (None: every second line);
    an export that is not `finished` has no manifests yet."""
    export = new_export(place, table, prefix, started, summary, seed, checksum_suffix)
    chance = random.Random(f"lines/{seed}")
    contents = [[] for _ in range(files)]
    for form, what in lines:
        ascii_only = chance.random() < 0.5 if escape is None else escape
        encoded = encode_line(form, what, ascii_only)
        key = what.keys if isinstance(what, Change) else what
        digest = hashlib.md5(json.dumps(plain_json(key), sort_keys=True).encode()).digest()
        contents[int.from_bytes(digest[:4]) % files].append(encoded)
    contents += [[] for _ in range(empty_files)]
    for number, content in enumerate(contents):
        cut = [len(content) * member // members for member in range(members + 1)]
        body = b"".join(
            gzip.compress(b"".join(content[begin:end]), level, mtime=0) for begin, end in zip(cut, cut[1:])
        )
        add_data_file(export, data_file_key(export, number, seed), body, len(content))
    if finished:
        finish(export, sum(len(line) for content in contents for line in content))
    return export


def new_export(place, table, prefix, started, summary, seed, checksum_suffix) -> Export:
    chance = random.Random(f"export/{table}/{started}/{seed}")
    # 14 digits, the milliseconds of the start, and eight hexadecimal ones.
    export_id = f"{micros(started) // 1000:014}-{chance.randrange(16**8):08x}"
    base = f"{prefix.strip('/')}/AWSDynamoDB" if prefix else "AWSDynamoDB"
    folder = f"{base}/{export_id}"
    full = {
        "version": summary["version"],
        "exportArn": f"{table_arn(table)}/export/{export_id}",
        "startTime": milliseconds(started),
        "endTime": milliseconds(started + datetime.timedelta(minutes=5, milliseconds=87)),
        "tableArn": table_arn(table),
        "tableId": str(uuid.UUID(int=random.Random(table).getrandbits(128), version=4)),
        **{name: value for name, value in summary.items() if name.startswith(("exportTime", "exportFrom", "exportTo"))},
        "s3Bucket": place.bucket,
        "s3Prefix": prefix or None,
        "s3SseAlgorithm": "AES256",
        "s3SseKmsKeyId": None,
        "manifestFilesS3Key": f"{folder}/manifest-files.json",
        "billedSizeBytes": 0,
        "itemCount": 0,
        "outputFormat": "DYNAMODB_JSON",
        **{name: value for name, value in summary.items() if name in ("outputView", "exportType")},
    }
    place.put(f"{folder}/_started", b"")
    return Export(place, folder, full, [], checksum_suffix)


def data_file_key(export: Export, number: int, seed) -> str:
    letters = random.Random(f"data/{export.id}/{number}/{seed}").choices(string.ascii_lowercase + "234567", k=26)
    incremental = export.summary.get("exportType") == "INCREMENTAL_EXPORT"
    folder = export.folder.rpartition("/")[0] if incremental else export.folder
    return f"{folder}/data/{''.join(letters)}.json.gz"


def add_data_file(export: Export, key: str, body: bytes, items: int) -> None:
    etag = export.place.put_data(key, body)
    export.files.append({"itemCount": items, "md5Checksum": md5_base64(body), "etag": etag, "dataFileS3Key": key})


def finish(export: Export, billed_bytes: int) -> None:
    export.summary["itemCount"] = sum(file["itemCount"] for file in export.files)
    export.summary["billedSizeBytes"] = billed_bytes
    export.write_manifests()


def encode_line(form: str, what, ascii_only: bool) -> bytes:
    if form == "full":
        line = {"Item": plain_json(what)}
    else:
        time_form, _, new_only = form.partition("/")
        time = {"text": str(what.write_micros), "number": what.write_micros, "typed": {"N": str(what.write_micros)}}
        line = {"Metadata": {"WriteTimestampMicros": time[time_form]}, "Keys": plain_json(what.keys)}
        if what.new is not None:
            line["NewImage"] = plain_json(what.new)
        if what.old is not None and not new_only:
            line["OldImage"] = plain_json(what.old)
    return json.dumps(line, ensure_ascii=ascii_only, separators=(",", ":")).encode() + b"\n"


def plain_json(value):
    """An attribute map or a part of one, with base64 text for bytes."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {name: plain_json(element) for name, element in value.items()}
    if isinstance(value, list):
        return [plain_json(element) for element in value]
    return value


# Large exports: lines are patterns with their keys filled in, so that gzip takes nearly all of the time.

PATTERNS = 4096
BLOCK_BYTES = 4 << 20


def write_large_file(path: str, first: int, bytes_wanted: int, seed, level: int) -> tuple[int, int]:
    """Lines of items whose ids count up from `first`; gives their number and bytes."""
    chance = random.Random(f"large/{seed}")
    lines = [
        encode_line("full", {"id": {"S": "ID"}, **large_item(chance)}, ascii_only=False)
        .replace(b"%", b"%%")
        .replace(b'"ID"', b'"order-%010d"', 1)
        for _ in range(PATTERNS)
    ]
    compressor = zlib.compressobj(level, zlib.DEFLATED, 31)
    count, written, block = 0, 0, []
    with open(path, "wb") as out:
        while written < bytes_wanted:
            block = lines[: max(1, PATTERNS * (bytes_wanted - written) // BLOCK_BYTES)] if written else lines
            text = b"".join(block) % tuple(range(first + count, first + count + len(block)))
            out.write(compressor.compress(text))
            count += len(block)
            written += len(text)
        out.write(compressor.flush())
    return count, written


def write_large_export(folder: Folder, line_bytes: int, *, table="orders", time=None, prefix="", files=8, seed=0,
                       level=LEVEL, processes=None):  # fmt: skip
    """A full export of about `line_bytes` bytes of lines in a folder, each item's key (`id`, S) once."""
    time = time or datetime.datetime(2025, 11, 20, 1, tzinfo=datetime.timezone.utc)
    summary = {"version": "2020-06-30", "exportTime": milliseconds(time)}
    export = new_export(folder, table, prefix, time, summary, seed, ".checksum")
    keys = [data_file_key(export, number, seed) for number in range(files)]
    (folder.path / keys[0]).parent.mkdir(parents=True, exist_ok=True)
    with concurrent.futures.ProcessPoolExecutor(processes or os.cpu_count()) as pool:
        done = [
            pool.submit(write_large_file, folder.uri(key), number * 10**9, line_bytes // files, seed, level)
            for number, key in enumerate(keys)
        ]
        counts = [future.result() for future in done]
    for key, (items, _) in zip(keys, counts):
        with open(folder.uri(key), "rb") as data:
            md5 = hashlib.file_digest(data, "md5").digest()
        export.files.append({
            "itemCount": items, "md5Checksum": base64.b64encode(md5).decode(),
            "etag": f"{hashlib.md5(md5).hexdigest()}-1", "dataFileS3Key": key,
        })  # fmt: skip
    finish(export, sum(written for _, written in counts))
    return export
