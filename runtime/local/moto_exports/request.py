"""What a request must be: the constraints of botocore's model, and the rules that the model does not tell."""

import functools
import re

from moto.core.exceptions import JsonRESTError
from moto.core.utils import get_service_model
from moto.dynamodb.exceptions import ERROR_TYPE_PREFIX

from .controls import SECOND, as_micros, as_text

WINDOW_MIN = 15 * 60 * SECOND
WINDOW_MAX = 24 * 3600 * SECOND


def api_error(name: str, message: str, status: int = 400) -> JsonRESTError:
    error = JsonRESTError(ERROR_TYPE_PREFIX + name, message)
    error.code = status
    return error


def invalid(message: str) -> JsonRESTError:
    return api_error("ValidationException", message)


def faults(shape, value, path: str):
    """What the model's constraints say against the value, in the service's words."""

    def fault(constraint):
        return f"Value '{value}' at '{path}' failed to satisfy constraint: {constraint}"

    if shape.type_name == "structure":
        for name, member in shape.members.items():
            at = f"{path}.{name[0].lower()}{name[1:]}".lstrip(".")
            if name in value:
                yield from faults(member, value[name], at)
            elif name in shape.required_members:
                yield f"Value null at '{at}' failed to satisfy constraint: Member must not be null"
        return
    rules = shape.metadata
    size = value if shape.type_name in ("integer", "long") else len(value) if shape.type_name == "string" else None
    kind = "value" if shape.type_name in ("integer", "long") else "length"
    if size is not None and size < rules.get("min", size):
        yield fault(f"Member must have {kind} greater than or equal to {rules['min']}")
    if size is not None and size > rules.get("max", size):
        yield fault(f"Member must have {kind} less than or equal to {rules['max']}")
    if "enum" in rules and value not in rules["enum"]:
        yield fault(f"Member must satisfy enum value set: [{', '.join(rules['enum'])}]")
    if "pattern" in rules and not re.fullmatch(rules["pattern"], value):
        yield fault(f"Member must satisfy regular expression pattern: {rules['pattern']}")


@functools.cache
def input_shape(operation: str):
    return get_service_model("dynamodb").operation_model(operation).input_shape


def check_against_model(operation: str, params: dict) -> None:
    if found := list(faults(input_shape(operation), params, "")):
        errors = "1 validation error" if len(found) == 1 else f"{len(found)} validation errors"
        raise invalid(f"{errors} detected: {'; '.join(found)}")


def is_incremental(params: dict) -> bool:
    return params.get("ExportType") == "INCREMENTAL_EXPORT"


def check_members(params: dict) -> None:
    """Which members go together."""
    window = params.get("IncrementalExportSpecification")
    if params.get("S3Prefix") == "":
        raise invalid("1 validation error detected: s3Prefix must not be empty: leave it out")
    if not params["TableArn"].startswith("arn:"):
        raise invalid(f"TableArn: {params['TableArn']} is no ARN")
    if params.get("S3SseAlgorithm") != "KMS" and "S3SseKmsKeyId" in params:
        raise invalid("S3SseKmsKeyId: S3SseAlgorithm must be KMS where a key is given")
    if not is_incremental(params):
        if window is not None:
            raise invalid("IncrementalExportSpecification: it is for ExportType INCREMENTAL_EXPORT only")
        return
    if "ExportTime" in params:
        raise invalid("ExportTime: it is for ExportType FULL_EXPORT only")
    if window is None or "ExportFromTime" not in window:
        raise invalid("IncrementalExportSpecification: an incremental export needs it, with an ExportFromTime")
    if "FilterSpecification" in params:
        raise invalid("FilterSpecification: the local AWS filters full exports only")
    if params.get("ExportFormat") == "ION":
        raise invalid("ExportFormat: the local AWS writes incremental exports as DYNAMODB_JSON only")


def invalid_time(message: str) -> JsonRESTError:
    return api_error("InvalidExportTimeException", f"Export Time is invalid: {message}")


def check_inside(name: str, moment: int, first: int, last: int) -> None:
    if not first <= moment <= last:
        span = f"{as_text(first)} to {as_text(last)}"
        raise invalid_time(f"{name} {as_text(moment)} is outside of the point in time recovery window: {span}")


def export_time(params: dict, history, now: int) -> int:
    """A full export's moment: up to now, though a restore goes to LatestRestorableDateTime only."""
    if "ExportTime" not in params:
        return now
    moment = as_micros(params["ExportTime"])
    check_inside("ExportTime", moment, history.earliest(now), now)
    return moment


def export_window(params: dict, history, now: int) -> tuple[int, int]:
    """An increment's [from, to). It ends at LatestRestorableDateTime at the latest, which is what the service vouches
    for; it was seen to take later ends too."""
    window = params["IncrementalExportSpecification"]
    first, last = history.earliest(now), history.latest(now)
    start = as_micros(window["ExportFromTime"])
    end = as_micros(window["ExportToTime"]) if "ExportToTime" in window else last
    check_inside("ExportFromTime", start, first, last)
    check_inside("ExportToTime", end, first, last)
    period = f"export period from time {as_text(start)} and to time {as_text(end)}"
    if start >= end:
        raise invalid_time(f"The {period}: from must be before to")
    if end - start < WINDOW_MIN:
        raise invalid_time(f"Difference between {period} is less than 15 minutes")
    if end - start > WINDOW_MAX:
        raise invalid_time(f"Difference between {period} is more than 24 hours")
    return start, end
