#!/usr/bin/env python3
"""Writes what table_export is expected to do with each sample event (expected.json of each case).

It is a program of its own: it knows the contract (which calls, which members, how the client token is
derived), and nothing of lakefeed's sources. `--check` only says whether the files are as it would write them.
"""

import calendar
import hashlib
import json
import pathlib
import sys
import time
import uuid

HERE = pathlib.Path(__file__).resolve().parent
ORDERS = "arn:aws:dynamodb:us-east-1:123456789012:table/orders"
CUSTOMERS = "arn:aws:dynamodb:us-east-1:123456789012:table/customers.eu-1_a"
ANY_ARN = "<<regex:arn:aws:dynamodb:us-east-1:123456789012:table/.+>>"
DEFAULTS = {"S3Bucket": "lake-exports", "S3Prefix": "dynamodb/export", "ExportFormat": "DYNAMODB_JSON"}


def epoch(text):
    return calendar.timegm(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ"))


def client_token(request, to, from_="", attempt=0):
    """The first 16 bytes of the SHA-256 of 13 lines, as a UUID."""
    lines = [
        "lakefeed table_export 1",
        request["TableArn"],
        request["ExportType"],
        from_,
        to,
        request["ExportFormat"],
        request.get("IncrementalExportSpecification", {}).get("ExportViewType", ""),
        request["S3Bucket"],
        request.get("S3Prefix", ""),
        request.get("S3BucketOwner", ""),
        request["S3SseAlgorithm"],
        request.get("S3SseKmsKeyId", ""),
        str(attempt),
    ]
    return str(uuid.UUID(bytes=hashlib.sha256("\n".join(lines).encode()).digest()[:16]))


def calls_of(table_arn, slot, **settings):
    """The list is looked at, then one export is started."""
    request = {"TableArn": table_arn, "ExportType": "FULL_EXPORT", **DEFAULTS, **settings}
    request["S3SseAlgorithm"] = "KMS" if "S3SseKmsKeyId" in request else "AES256"
    request["ExportTime"] = epoch(slot)
    request["ClientToken"] = client_token(request, slot)
    return [
        {"service": "dynamodb", "operation": "ListExports", "body": {"TableArn": table_arn, "MaxResults": 25}},
        {"service": "dynamodb", "operation": "ExportTableToPointInTime", "body": request},
    ]


def day(clock):
    return f"2025-11-20T{clock}:00Z"


def looked(described):
    """What a chain is read from: recovery, the list, and so many descriptions."""
    describe = {"service": "dynamodb", "operation": "DescribeExport", "body": {"ExportArn": ANY_ARN}}
    return [
        {"service": "dynamodb", "operation": "DescribeContinuousBackups", "body": {"TableName": "orders"}},
        {"service": "dynamodb", "operation": "ListExports", "body": {"TableArn": ORDERS, "MaxResults": 25}},
    ] + [describe] * described


def window_call(from_, to, attempt=0, view="NEW_AND_OLD_IMAGES"):
    request = {"TableArn": ORDERS, "ExportType": "INCREMENTAL_EXPORT", **DEFAULTS, "S3SseAlgorithm": "AES256"}
    request["IncrementalExportSpecification"] = {
        "ExportFromTime": epoch(day(from_)),
        "ExportToTime": epoch(day(to)),
        "ExportViewType": view,
    }
    request["ClientToken"] = client_token(request, day(to), day(from_), attempt)
    return {"service": "dynamodb", "operation": "ExportTableToPointInTime", "body": request}


def window(from_, to, action="started"):
    return {
        "table_arn": ORDERS,
        "action": action,
        "export_type": "incremental",
        "export_arn": ANY_ARN,
        "from": day(from_),
        "to": day(to),
    }


def earlier(*failure_codes):
    return [
        {"export_arn": ANY_ARN, "status": "FAILED" if code else "COMPLETED", "failure_code": code}
        for code in failure_codes
    ]


def chain_cases():
    """EXPORT_TYPE=auto. Windows end ten minutes before their slot."""
    full = calls_of(ORDERS, day("01:00"))[1:]
    yield "auto_begins_with_full", {"response": response_of(day("01:00"), ORDERS), "calls": looked(0) + full}

    yield "increment_goes_on", {
        "response": {"time": day("02:00"), "exports": [window("01:00", "01:50")], "earlier": earlier(None)},
        "calls": looked(1) + [window_call("01:00", "01:50", view="NEW_IMAGE")],
    }

    hours = [("01:00", "02:00"), ("02:00", "03:00"), ("03:00", "03:50")]
    yield "several_windows_catch_up", {
        "response": {"time": day("04:00"), "exports": [window(*hour) for hour in hours], "earlier": earlier(None)},
        "calls": looked(1) + [window_call(*hour) for hour in hours],
    }

    yield "slot_again_starts_nothing", {
        "response": {
            "time": day("02:00"),
            "exports": [window("01:00", "01:50", "already_started")],
            "earlier": earlier(None),
        },
        "calls": looked(2),
    }

    yield "failed_window_runs_again", {
        "response": {
            "time": day("03:00"),
            "exports": [window("01:00", "01:50"), window("01:50", "02:50")],
            "earlier": earlier("S3NoSuchBucket", None),
        },
        "calls": looked(2) + [window_call("01:00", "01:50", attempt=1), window_call("01:50", "02:50")],
    }

    yield "gap_is_exported", {
        "response": {
            "time": day("05:00"),
            "exports": [window("01:50", "02:50"), window("03:50", "04:50")],
            "earlier": earlier(None, None, None),
            "warnings": [f"<<regex:{ORDERS}: gap from {day('01:50')} to {day('02:50')}: .*exported now.*>>"],
        },
        "calls": looked(3) + [window_call("01:50", "02:50"), window_call("03:50", "04:50")],
    }

    yield "hostile_nothing_to_chain_from", error_of("Function.ExportFailed", "nothing to chain from", looked(0))

    yield "hostile_lost_window", error_of(
        "Function.ExportFailed",
        f"gap from {day('01:00')} to {day('05:00')}: no export holds it, and point-in-time recovery reaches back to "
        f"{day('03:00')} only",
        looked(1),
    )

    yield "lost_window_becomes_full", {
        "response": {
            **response_of(day("05:00"), ORDERS),
            "earlier": earlier(None),
            "warnings": [f"<<regex:{ORDERS}: gap from {day('01:00')} .*a new full export takes its place.*>>"],
        },
        "calls": looked(1) + calls_of(ORDERS, day("05:00"))[1:],
    }


def response_of(slot, *table_arns):
    exports = [
        {
            "table_arn": table_arn,
            "action": "started",
            "export_type": "full",
            "export_arn": ANY_ARN,
            "from": None,
            "to": slot,
        }
        for table_arn in table_arns
    ]
    return {"time": slot, "exports": exports, "earlier": []}


def error_of(error_type, text, calls=()):
    return {"error": {"errorType": error_type, "errorMessage": text}, "calls": list(calls)}


def cases():
    slot = "2025-11-20T01:00:00Z"
    yield "full_export_on_schedule", {"response": response_of(slot, ORDERS), "calls": calls_of(ORDERS, slot)}

    # The Scheduler's own event; the slot is its whole second, as it stands.
    jitter = "2025-11-20T01:00:37Z"
    yield "schedulers_default_event", {"response": response_of(jitter, ORDERS), "calls": calls_of(ORDERS, jitter)}

    # 2025-03-30T02:30:00+02:00, in the night in which Berlin's clocks change.
    manual = "2025-03-30T00:30:00Z"
    yield "manual_event_with_time", {
        "response": response_of(manual, CUSTOMERS),
        "calls": calls_of(CUSTOMERS, manual),
    }

    yield "two_tables", {
        "response": response_of(slot, ORDERS, CUSTOMERS),
        "calls": calls_of(ORDERS, slot) + calls_of(CUSTOMERS, slot),
    }

    yield "ion_with_kms_and_bucket_owner", {
        "response": response_of(slot, ORDERS),
        "calls": calls_of(
            ORDERS,
            slot,
            S3Prefix="exports/größe",
            S3BucketOwner="123456789012",
            S3SseKmsKeyId="arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
            ExportFormat="ION",
        ),
    }

    yield "hostile_future_time", error_of("Function.EventInvalid", "future")
    yield "hostile_malformed_time", error_of("Function.EventInvalid", "20.11.2025 01:00")
    yield "hostile_another_triggers_event", error_of("Function.EventInvalid", "another trigger's event")
    yield "hostile_recovery_off", error_of(
        "Function.ExportFailed",
        "turn point-in-time recovery on: aws dynamodb update-continuous-backups --region us-east-1 "
        "--table-name orders",
        calls_of(ORDERS, slot),
    )
    yield "hostile_one_of_two_tables_fails", error_of(
        "Function.ExportFailed",
        f"1 of 2 tables failed for the slot {slot}: [1] {ORDERS}: ",
        calls_of(ORDERS, slot) + calls_of(CUSTOMERS, slot),
    )
    yield from chain_cases()
    yield "hostile_wrong_settings", error_of(
        "Function.ConfigInvalid",
        'TABLE_ARN is "arn:aws:dynamodb:us-east-1:12345:table/orders": its account is not 12 digits',
    )


def main():
    different = 0
    for name, expected in cases():
        path = HERE / name / "expected.json"
        text = json.dumps(expected, indent=2, ensure_ascii=False) + "\n"
        if "--check" in sys.argv[1:]:
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                print(f"{path} is not as this program writes it", file=sys.stderr)
                different += 1
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
