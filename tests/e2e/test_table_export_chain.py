"""Increments that chain, through table_export's zip: what boto3 finds of them, and whether they rebuild the table.

The service's clock is set by the tests (export_world.World: minutes after T0); a schedule runs each hour.
"""

import concurrent.futures
import datetime

import pytest
from export_world import BUCKET, World, at, text

PARALLEL = 12
HOUR = 60


class Schedule:
    def __init__(self, moto, invoke):
        self.world = World(moto)
        self.world.clock(0)
        self.table_arn = self.world.make_table()
        self.environment = {"TABLE_ARN": self.table_arn, "BUCKET_NAME": BUCKET, "EXPORT_TYPE": "auto"}
        self.moto, self.invoke = moto, invoke

    def run(self, slot, after=1, event=None, **environment):
        """The slot's run, so many minutes after it."""
        self.world.clock(slot + after)
        time = at(slot).strftime("%Y-%m-%dT%H:%M:%SZ")
        return self.invoke("table_export", {"time": time, **(event or {})}, {**self.environment, **environment})

    def started(self, slot, **more):
        """(type, from, to) of what the run started, in minutes."""
        exports = self.run(slot, **more)["response"]["exports"]
        return [
            (export["export_type"], minutes(export["from"]), minutes(export["to"]))
            for export in exports
            if export["action"] == "started"
        ]

    def descriptions(self):
        """All exports, oldest first."""
        page = self.world.dynamodb.list_exports(TableArn=self.table_arn)
        arns = sorted(summary["ExportArn"] for summary in page["ExportSummaries"])
        assert "NextToken" not in page
        return [self.world.describe(arn) for arn in arns]

    def windows(self):
        """[from, to) of the increments that are not FAILED, in order, in minutes."""
        specifications = [
            description["IncrementalExportSpecification"]
            for description in self.descriptions()
            if description.get("ExportType") == "INCREMENTAL_EXPORT" and description["ExportStatus"] != "FAILED"
        ]
        return sorted(
            (minutes(window["ExportFromTime"]), minutes(window["ExportToTime"])) for window in specifications
        )

    def rebuild(self):
        """The table's items: the full export's, with each increment's changes over them."""
        done = [description for description in self.descriptions() if description["ExportStatus"] == "COMPLETED"]
        (full,) = (description for description in done if description["ExportType"] == "FULL_EXPORT")
        assert full["ExportTime"] == at(HOUR)
        items = self.world.items(full)
        increments = [description for description in done if description is not full]
        for increment in sorted(increments, key=lambda each: each["IncrementalExportSpecification"]["ExportToTime"]):
            for id_, change in self.world.changes(increment).items():
                items.pop(id_, None)
                if "NewImage" in change:
                    items[id_] = change["NewImage"]
        return items


def minutes(moment):
    if isinstance(moment, str):
        moment = datetime.datetime.fromisoformat(moment.replace("Z", "+00:00"))
    return moment if moment is None else (moment - at(0)).total_seconds() / 60


@pytest.fixture
def schedule(moto, invoke):
    return Schedule(moto, invoke)


def test_a_full_export_and_its_increments_rebuild_the_table(schedule):
    world = schedule.world
    world.put("kept", note=text("never changed"))
    world.put("changed", note=text("0"))
    world.put("deleted")
    assert schedule.started(HOUR) == [("full", None, 60)]

    world.put("changed", note=text("1"))
    world.delete("deleted")
    world.clock(90)
    world.put("came and went")
    world.clock(95)
    world.put("late", note=text("x"))
    assert schedule.started(2 * HOUR) == [("incremental", 60, 110)]

    world.delete("came and went")
    # The runs of two slots are missed.
    world.clock(4 * HOUR)
    world.put("changed", note=text("2"))
    assert schedule.started(5 * HOUR, MAX_WINDOW_MINUTES="60") == [
        ("incremental", 110, 170),
        ("incremental", 170, 230),
        ("incremental", 230, 290),
    ]

    assert schedule.windows() == [(60, 110), (110, 170), (170, 230), (230, 290)]
    scanned = {item["id"]["S"]: item for item in world.dynamodb.scan(TableName="orders")["Items"]}
    assert schedule.rebuild() == scanned
    assert set(scanned) == {"kept", "changed", "late"}


def test_calls_of_one_slot_start_one_export(schedule):
    schedule.run(HOUR)
    schedule.world.clock(2 * HOUR + 1)
    event = {"time": at(2 * HOUR).strftime("%Y-%m-%dT%H:%M:%SZ")}
    with concurrent.futures.ThreadPoolExecutor(PARALLEL) as pool:
        calls = pool.map(lambda _: schedule.invoke("table_export", event, schedule.environment), range(PARALLEL))
        arns = {call["response"]["exports"][0]["export_arn"] for call in calls}
    assert len(arns) == 1 and schedule.windows() == [(60, 110)]

    # A client token lives for 8 hours; what exists is looked at first.
    (again,) = schedule.run(2 * HOUR, after=20 * HOUR)["response"]["exports"]
    assert again["action"] == "already_started" and {again["export_arn"]} == arns
    assert schedule.windows() == [(60, 110)]


def test_a_failed_window_runs_again_before_newer_ones(schedule):
    schedule.run(HOUR)
    schedule.moto.exports(fail_next={"code": "S3AccessDenied", "message": "Access Denied"})
    schedule.run(2 * HOUR)
    failed = schedule.descriptions()[1]
    assert failed["ExportStatus"] == "FAILED"

    response = schedule.run(3 * HOUR)["response"]
    assert [(minutes(each["from"]), minutes(each["to"])) for each in response["exports"]] == [(60, 110), (110, 170)]
    report = {"export_arn": failed["ExportArn"], "status": "FAILED", "failure_code": "S3AccessDenied"}
    assert report in response["earlier"]
    assert schedule.windows() == [(60, 110), (110, 170)]
    tokens = [description["ClientToken"] for description in schedule.descriptions()]
    assert len(set(tokens)) == 4



def test_running_exports_are_gone_on_from(schedule):
    schedule.moto.exports(hold=True)
    schedule.run(HOUR)
    (early,) = schedule.run(HOUR + 20)["response"]["exports"]
    assert (early["action"], early["export_type"]) == ("in_progress", "full")
    assert schedule.started(2 * HOUR) == [("incremental", 60, 110)]
    assert schedule.started(3 * HOUR) == [("incremental", 110, 170)]
    schedule.moto.exports(hold=False)
    (done,) = schedule.run(3 * HOUR + 14)["response"]["exports"]
    assert (done["action"], minutes(done["to"])) == ("up_to_date", 170)
    assert schedule.windows() == [(60, 110), (110, 170)]


def test_what_others_left_is_mended_and_told(schedule):
    schedule.run(HOUR)
    schedule.world.clock(5 * HOUR)
    schedule.world.start(schedule.table_arn, from_=120, to=180)
    schedule.world.start(schedule.table_arn, from_=150, to=200)
    response = schedule.run(5 * HOUR)["response"]
    started = [(minutes(export["from"]), minutes(export["to"])) for export in response["exports"]]
    assert started == [(60, 120), (200, 290)]
    gap, overlap = response["warnings"]
    assert "gap from 2026-01-01T01:00:00Z to 2026-01-01T02:00:00Z" in gap
    assert "overlap from 2026-01-01T02:30:00Z to 2026-01-01T03:00:00Z" in overlap


def test_what_recovery_lost_needs_a_full_export(schedule):
    schedule.run(HOUR)
    schedule.run(2 * HOUR)
    schedule.world.turn_recovery(on=False)
    off = schedule.run(3 * HOUR)["error"]
    assert off["errorType"] == "Function.ExportFailed" and "point-in-time recovery is off" in off["errorMessage"]
    schedule.world.clock(4 * HOUR)
    schedule.world.turn_recovery(on=True)

    lost = schedule.run(5 * HOUR)["error"]
    assert lost["errorType"] == "Function.ExportFailed"
    assert "gap from 2026-01-01T01:50:00Z" in lost["errorMessage"]
    assert schedule.windows() == [(60, 110)]

    # The message's own remedy.
    assert '{"export_type":"full"}' in lost["errorMessage"]
    assert schedule.started(6 * HOUR, event={"export_type": "full"}) == [("full", None, 360)]
    response = schedule.run(7 * HOUR)["response"]
    assert [(minutes(each["from"]), minutes(each["to"])) for each in response["exports"]] == [(360, 410)]
    assert "makes it good" in response["warnings"][0]


def test_a_lost_window_becomes_a_full_export(schedule):
    schedule.run(HOUR)
    schedule.world.turn_recovery(on=False)
    schedule.world.clock(4 * HOUR)
    schedule.world.turn_recovery(on=True)
    assert schedule.started(5 * HOUR, LOST_WINDOW="full") == [("full", None, 300)]
    assert schedule.started(6 * HOUR, LOST_WINDOW="full") == [("incremental", 300, 350)]


def test_nothing_to_chain_from(schedule):
    error = schedule.run(HOUR, event={"export_type": "incremental"})["error"]
    assert error["errorType"] == "Function.ExportFailed" and "nothing to chain from" in error["errorMessage"]
    assert schedule.descriptions() == []


def test_the_limit_of_concurrent_exports_leaves_windows_to_the_next_run(schedule):
    schedule.run(HOUR)
    schedule.moto.exports(hold=True, concurrent_exports_max=1)
    error = schedule.run(4 * HOUR, MAX_WINDOW_MINUTES="60")["error"]
    assert "LimitExceededException" in error["errorMessage"] and "next scheduled run" in error["errorMessage"]
    assert schedule.windows() == [(60, 120)]
    schedule.moto.exports(hold=False, concurrent_exports_max=300)
    assert schedule.started(4 * HOUR + 1, MAX_WINDOW_MINUTES="60") == [
        ("incremental", 120, 180),
        ("incremental", 180, 231),
    ]
