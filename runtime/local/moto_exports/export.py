"""One export: what was asked for, what it holds, and how far it is."""

from moto.moto_api._internal import mock_random
from moto.s3.models import s3_backends

from .controls import SECOND, as_time, controls
from .output import Output
from .request import is_incremental

TOKEN_LIFE = 8 * 3600 * SECOND

running = []  # the exports that are IN_PROGRESS, in order


class Export:
    """`records` is what the data files will hold: (time or None, key image, old image, new image) each."""

    def __init__(self, backend, table, params: dict, span: tuple[int, ...], records: list):
        self.account_id, self.partition = backend.account_id, backend.partition
        self.table_arn, self.table_id = table.table_arn, table.table_id
        self.params = params
        self.token = params.get("ClientToken") or str(mock_random.uuid4())
        self.span = span  # (ExportTime,) or (ExportFromTime, ExportToTime)
        self.records = records
        self.started = controls.now
        self.ended = None
        self.id = f"{self.started // 1000:014d}-{mock_random.uuid4().hex[:8]}"
        self.arn = f"{table.table_arn}/export/{self.id}"
        self.status = "IN_PROGRESS"
        self.failure = None  # {"code", "message"}
        self.planned_failure = controls.failures.pop(0) if controls.failures else None
        self.held = controls.hold
        self.output = None
        running.append(self)

    @property
    def type(self) -> str:
        return self.params.get("ExportType", "FULL_EXPORT")

    def is_of_token(self, token: str | None) -> bool:
        return self.token == token and controls.now - self.started < TOKEN_LIFE

    def is_of_same_parameters(self, params: dict) -> bool:
        return {**self.params, "ClientToken": None} == {**params, "ClientToken": None}

    def advance(self) -> None:
        """Goes as far as it may."""
        if self.output is None and self.failure is None:
            self.begin()
        if self.held and controls.hold and self.arn not in controls.released:
            return
        if self.failure is None:
            self.failure = self.planned_failure or self.write()
        self.end("COMPLETED" if self.failure is None else "FAILED")

    def begin(self) -> None:
        partition, owner = s3_backends.bucket_accounts.get(self.params["S3Bucket"], (None, None))
        if partition != self.partition:
            self.failure = {"code": "S3NoSuchBucket", "message": "The specified bucket does not exist"}
        elif owner != self.params.get("S3BucketOwner", self.account_id):
            self.failure = {"code": "S3AccessDenied", "message": "The bucket is another account's"}
        else:
            self.output = Output(self, s3_backends[owner][partition])
            self.output.write_started()

    def write(self) -> dict | None:
        """What went wrong, as a failure."""
        try:
            self.output.write()
        except Exception as error:  # whatever moto's S3 may say, it must not fail the request that comes next
            return {"code": "UNKNOWN", "message": str(error)}
        return None

    def end(self, status: str) -> None:
        self.status = status
        self.ended = controls.now
        self.records = []
        running.remove(self)

    def summary(self) -> dict:
        return {"ExportArn": self.arn, "ExportStatus": self.status, "ExportType": self.type}

    def describe(self) -> dict:
        params = self.params
        description = {
            "ExportArn": self.arn,
            "ExportStatus": self.status,
            "ExportType": params.get("ExportType"),  # told only where it was asked for
            "StartTime": as_time(self.started),
            "TableArn": self.table_arn,
            "TableId": self.table_id,
            "ClientToken": self.token,
            "S3Bucket": params["S3Bucket"],
            "S3BucketOwner": params.get("S3BucketOwner"),
            "S3Prefix": params.get("S3Prefix"),
            "S3SseAlgorithm": params.get("S3SseAlgorithm", "AES256"),
            "S3SseKmsKeyId": params.get("S3SseKmsKeyId"),
            "ExportFormat": params.get("ExportFormat", "DYNAMODB_JSON"),
            "FilterSpecification": params.get("FilterSpecification"),
            "EndTime": self.ended and as_time(self.ended),
        }
        if is_incremental(params):
            description["IncrementalExportSpecification"] = {
                "ExportFromTime": as_time(self.span[0]),
                "ExportToTime": as_time(self.span[1]),
                "ExportViewType": self.view,
            }
        else:
            description["ExportTime"] = as_time(self.span[0])
        if self.status == "COMPLETED":
            description["ExportManifest"] = self.output.summary_key
            description["ItemCount"] = self.output.item_count
            description["BilledSizeBytes"] = self.output.billed_bytes
        if self.status == "FAILED":
            description["FailureCode"] = self.failure["code"]
            description["FailureMessage"] = self.failure["message"]
        return {name: value for name, value in description.items() if value is not None}

    @property
    def view(self) -> str:
        return self.params.get("IncrementalExportSpecification", {}).get("ExportViewType", "NEW_AND_OLD_IMAGES")


def finish_running() -> None:
    for export in list(running):
        export.advance()
