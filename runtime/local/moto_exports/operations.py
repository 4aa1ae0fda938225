"""ExportTableToPointInTime, DescribeExport and ListExports, in moto's place."""

import base64
import binascii
import re

from moto.core.responses import ActionResult
from moto.dynamodb.exceptions import PointInTimeRecoveryUnavailable, TableNotFoundException
from moto.dynamodb.responses import DynamoHandler

from .controls import SECOND, controls
from .export import Export, running
from .extension import extend
from .filter import filtered
from .history import history_of
from .request import api_error, check_against_model, check_members, export_time, export_window, invalid, is_incremental

LISTED_FOR = 90 * 86_400 * SECOND
PAGE_MAX = 25


def start_export(backend, params: dict) -> Export:
    check_against_model("ExportTableToPointInTime", params)
    check_members(params)
    if known := find_by_token(backend, params):
        return known
    table = next((table for table in backend.tables.values() if table.table_arn == params["TableArn"]), None)
    if table is None:
        raise TableNotFoundException(params["TableArn"])
    history = history_of(table)
    if history is None:
        raise PointInTimeRecoveryUnavailable(table.name)
    span, records = read(params, history)
    check_limit(params)
    export = Export(backend, table, params, span, records)
    backend.table_exports[export.arn] = export
    return export


def find_by_token(backend, params: dict) -> Export | None:
    for export in reversed(backend.table_exports.values()):
        if not export.is_of_token(params.get("ClientToken")):
            continue
        if not export.is_of_same_parameters(params):
            raise api_error("ExportConflictException", f"Duplicate request detected: {export.arn} has other parameters")
        return export
    return None


def read(params: dict, history) -> tuple[tuple[int, ...], list]:
    """The moments and the records of an export."""
    if is_incremental(params):
        start, end = export_window(params, history, controls.now)
        changes = history.changes(start, end)
        return (start, end), [(time, history.keys[key], old, new) for time, key, old, new in changes]
    moment = export_time(params, history, controls.now)
    items = history.state(moment + 1)  # what was written at that very moment is in it
    if "FilterSpecification" in params:
        items = filtered(items, params["FilterSpecification"])
    return (moment,), [(None, history.keys[key], None, image) for key, image in items.items()]


def check_limit(params: dict) -> None:
    in_progress = sum(is_incremental(export.params) == is_incremental(params) for export in running)
    if in_progress >= controls.concurrent_exports_max:
        raise api_error("LimitExceededException", f"{in_progress} exports of this type are in progress")


def describe_export(backend, params: dict) -> Export:
    check_against_model("DescribeExport", params)
    if not re.fullmatch(r"arn:[^:]*:dynamodb:[^:]*:[0-9]{12}:table/[^/]+/export/[^/]+", params["ExportArn"]):
        raise invalid(f"Invalid Export ARN: {params['ExportArn']}")
    export = backend.table_exports.get(params["ExportArn"])
    if export is None:
        raise api_error("ExportNotFoundException", f"Export not found: {params['ExportArn']}")
    return export


def list_exports(backend, params: dict) -> dict:
    """In reverse order of their ARNs, which is the newest first for one table. A deleted table's are not listed."""
    check_against_model("ListExports", params)
    after = parse_token(params["NextToken"]) if "NextToken" in params else None
    tables = {table.table_arn for table in backend.tables.values()}
    listed = [
        export
        for arn, export in sorted(backend.table_exports.items(), reverse=True)
        if export.table_arn in tables
        and params.get("TableArn") in (None, export.table_arn)
        and controls.now - export.started <= LISTED_FOR
        and (after is None or arn < after)
    ]
    page = listed[: params.get("MaxResults", PAGE_MAX)]
    result = {"ExportSummaries": [export.summary() for export in page]}
    if len(listed) > len(page):
        result["NextToken"] = base64.b64encode(page[-1].arn.encode()).decode()
    return result


def parse_token(token: str) -> str:
    try:
        arn = base64.b64decode(token, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        arn = ""
    if not arn.startswith("arn:"):
        raise invalid("Invalid NextToken: it is none that ListExports gave")
    return arn


def install() -> None:
    @extend(DynamoHandler, "export_table_to_point_in_time")
    def export_table_to_point_in_time(_moto, handler):
        controls.calls.append("ExportTableToPointInTime")
        if controls.refusals:
            refusal = controls.refusals.pop(0)
            raise api_error(refusal["type"], refusal["message"], refusal["status"])
        return ActionResult({"ExportDescription": start_export(handler.dynamodb_backend, handler.body).describe()})

    @extend(DynamoHandler, "describe_export")
    def describe(_moto, handler):
        controls.calls.append("DescribeExport")
        return ActionResult({"ExportDescription": describe_export(handler.dynamodb_backend, handler.body).describe()})

    @extend(DynamoHandler, "list_exports")
    def list_(_moto, handler):
        controls.calls.append("ListExports")
        return ActionResult(list_exports(handler.dynamodb_backend, handler.body))
