"""DynamoDB's exports on the local AWS: their states, descriptions and lists, and the controls that tests have of them.

Each test is one clause, as test_export_double.py says.
"""

import urllib.error

import pytest
from export_world import BUCKET, DAY, World, at, code, refusal


# States.


def test_a_held_export_is_in_progress_until_it_is_released(world):
    arn = world.make_table()
    world.moto.exports(hold=True)
    first, second = world.start(arn)["ExportArn"], world.start(arn)["ExportArn"]
    assert [world.describe(export)["ExportStatus"] for export in (first, second)] == ["IN_PROGRESS"] * 2
    world.moto.exports(release=first)
    assert [world.describe(export)["ExportStatus"] for export in (first, second)] == ["COMPLETED", "IN_PROGRESS"]
    world.moto.exports(hold=False)
    assert world.describe(second)["ExportStatus"] == "COMPLETED"


def test_concurrent_exports_are_limited_for_each_type(world):
    arn = world.make_table()
    world.clock(60)
    world.moto.exports(hold=True, concurrent_exports_max=2)
    world.start(arn)
    first_increment = world.start(arn, from_=0, to=15)["ExportArn"]
    world.start(arn, from_=15, to=30)
    assert code(world.start, arn, from_=30, to=45) == "LimitExceededException"
    world.start(arn)
    assert code(world.start, arn) == "LimitExceededException"
    world.moto.exports(release=first_increment)
    assert world.start(arn, from_=30, to=45)


def test_a_missing_bucket_fails_the_export_not_the_request(world):
    arn = world.make_table()
    started = world.start(arn, S3Bucket="nowhere")
    assert started["ExportStatus"] == "IN_PROGRESS"
    failed = world.describe(started["ExportArn"])
    assert (failed["ExportStatus"], failed["FailureCode"]) == ("FAILED", "S3NoSuchBucket")
    assert "bucket does not exist" in failed["FailureMessage"]
    assert failed["EndTime"] == at(0) and "ItemCount" not in failed and "ExportManifest" not in failed


def test_a_bucket_of_another_owner_is_denied(world):
    arn = world.make_table()
    failed = world.describe(world.start(arn, S3BucketOwner="999999999999")["ExportArn"])
    assert (failed["ExportStatus"], failed["FailureCode"]) == ("FAILED", "S3AccessDenied")
    assert world.export(arn, S3BucketOwner="123456789012")["S3BucketOwner"] == "123456789012"


def test_the_next_export_can_be_let_fail(world):
    arn = world.make_table()
    world.moto.exports(fail_next={"code": "KMSKeyDisabled", "message": "the key is disabled"})
    failed = world.describe(world.start(arn)["ExportArn"])
    assert (failed["ExportStatus"], failed["FailureCode"]) == ("FAILED", "KMSKeyDisabled")
    assert failed["FailureMessage"] == "the key is disabled"
    assert [key.rpartition("/")[2] for key in world.keys()] == ["_started"]
    assert world.export(arn)


def test_the_next_request_can_be_refused(world):
    arn = world.make_table()
    world.moto.exports(refuse_next={"type": "InternalServerError", "message": "later", "status": 500})
    world.moto.exports(refuse_next={"type": "ThrottlingException"})
    assert refusal(world.start, arn) == ("InternalServerError", "later")
    assert code(world.start, arn) == "ThrottlingException"
    assert world.export(arn)


# Descriptions and lists.


def test_an_export_is_described_as_it_goes(world):
    arn = world.make_table()
    world.put("a")
    world.clock(60)
    world.moto.exports(hold=True)
    request = {"S3Prefix": "p", "S3SseAlgorithm": "KMS", "S3SseKmsKeyId": "key", "ClientToken": "t"}
    started = world.start(arn, ExportTime=30, ExportType="FULL_EXPORT", **request)
    export_arn = started["ExportArn"]
    assert export_arn.startswith(f"{arn}/export/{int(at(60).timestamp() * 1000):014d}-")
    table_id = world.dynamodb.describe_table(TableName="orders")["Table"]["TableId"]
    expected = {
        "ExportArn": export_arn,
        "ExportStatus": "IN_PROGRESS",
        "ExportType": "FULL_EXPORT",
        "StartTime": at(60),
        "ExportTime": at(30),
        "TableArn": arn,
        "TableId": table_id,
        "S3Bucket": BUCKET,
        "ExportFormat": "DYNAMODB_JSON",
        **request,
    }
    assert started == expected == world.describe(export_arn)
    world.clock(70)
    world.moto.exports(hold=False)
    described = world.describe(export_arn)
    assert described.pop("BilledSizeBytes") > 0
    assert described == expected | {
        "ExportStatus": "COMPLETED",
        "EndTime": at(70),
        "ExportManifest": f"p/AWSDynamoDB/{export_arn.rpartition('/')[2]}/manifest-summary.json",
        "ItemCount": 1,
    }


def test_an_increment_is_billed_ten_megabytes_at_least(world):
    arn = world.make_table()
    world.clock(60)
    assert world.export(arn, from_=0, to=30)["BilledSizeBytes"] == 10_000_000


def test_the_type_is_described_only_where_it_was_asked_for(world):  # seen
    arn = world.make_table()
    assert "ExportType" not in world.export(arn)
    assert world.dynamodb.list_exports()["ExportSummaries"][0]["ExportType"] == "FULL_EXPORT"


def test_an_unknown_export_is_not_found(world):
    arn = world.make_table()
    assert code(world.describe, f"{arn}/export/01234567890123-a1b2c3d4") == "ExportNotFoundException"
    error, message = refusal(world.describe, arn)
    assert error == "ValidationException" and "Invalid Export ARN" in message  # seen, the words too


def list_all(world, **request) -> list[list[str]]:
    """The ARNs of each page."""
    found, token = [], {}
    while True:
        page = world.dynamodb.list_exports(**request, **token)
        found.append([summary["ExportArn"] for summary in page["ExportSummaries"]])
        if "NextToken" not in page:
            return found
        token = {"NextToken": page["NextToken"]}


def test_exports_are_listed_in_pages_the_newest_first(world):
    orders, others = world.make_table(), world.make_table("others")
    started = {orders: [], others: []}
    for minutes in range(14):
        world.clock(minutes)
        for arn in (orders, others):
            started[arn].insert(0, world.start(arn)["ExportArn"])
    assert list_all(world) == [sorted(started[orders] + started[others], reverse=True)[:25], started[orders][-3:]]
    assert list_all(world, TableArn=others) == [started[others]]
    pages = list_all(world, TableArn=orders, MaxResults=5)
    assert [len(page) for page in pages] == [5, 5, 4] and sum(pages, []) == started[orders]
    assert list_all(world, MaxResults=14, TableArn=orders) == [started[orders]]
    assert list_all(world, TableArn=orders.replace("orders", "missing")) == [[]]


def test_a_list_tells_status_and_type(world):
    arn = world.make_table()
    world.clock(60)
    done = world.export(arn, from_=0, to=30)["ExportArn"]
    failed = world.start(arn, S3Bucket="nowhere")["ExportArn"]
    by_arn = {summary["ExportArn"]: summary for summary in world.dynamodb.list_exports()["ExportSummaries"]}
    assert by_arn[done] == {"ExportArn": done, "ExportStatus": "COMPLETED", "ExportType": "INCREMENTAL_EXPORT"}
    assert by_arn[failed] == {"ExportArn": failed, "ExportStatus": "FAILED", "ExportType": "FULL_EXPORT"}


@pytest.mark.parametrize("request_", [{"MaxResults": 26}, {"NextToken": "another"}])
def test_a_malformed_list_is_refused(world, request_):
    assert code(world.dynamodb.list_exports, **request_) == "ValidationException"


def test_exports_are_listed_for_ninety_days(world):
    arn = world.make_table()
    export = world.export(arn)["ExportArn"]
    world.clock(90 * DAY)
    assert list_all(world) == [[export]]
    world.clock(90 * DAY + 1)
    assert list_all(world) == [[]]


def test_a_deleted_tables_exports_are_described_but_not_listed(world):  # seen
    arn = world.make_table()
    world.put("a")
    world.moto.exports(hold=True)
    export = world.start(arn)["ExportArn"]
    world.dynamodb.delete_table(TableName="orders")
    world.moto.exports(hold=False)
    assert world.describe(export)["ItemCount"] == 1
    assert list_all(world, TableArn=arn) == [[]]


# The controls themselves.


def test_a_reset_forgets_all(world):
    arn = world.make_table()
    world.moto.exports(hold=True, concurrent_exports_max=1, fail_next={"code": "c", "message": "m"})
    export = world.start(arn)["ExportArn"]
    world.moto.reset()
    controls = world.moto.exports()
    assert controls["clock"] is None and not controls["hold"] and controls["calls"] == []
    assert code(world.describe, export) == "ExportNotFoundException"
    again = World(world.moto)
    assert again.export(again.make_table())


def test_the_operations_asked_for_are_told(world):
    arn = world.make_table()
    world.export(arn)
    world.dynamodb.list_exports()
    assert world.moto.exports()["calls"] == ["ExportTableToPointInTime", "DescribeExport", "ListExports"]


@pytest.mark.parametrize(
    "controls",
    [
        {"clok": "2026-01-01T00:00:00Z"},
        {"clock": "2025-12-31T23:59:59Z"},
        {"clock": "2026-01-01T00:00:00"},
        {"clock": "now"},
        {"fail_next": {"message": "no code"}},
        {"write_timestamp": "number"},
    ],
)
def test_a_wrong_control_is_refused(world, controls):
    world.make_table()
    with pytest.raises(urllib.error.HTTPError) as caught:
        world.moto.exports(**controls)
    assert caught.value.code == 400 and next(iter(controls)) in caught.value.read().decode()


def test_without_a_clock_it_is_now(world):
    world.moto.reset()
    again = World(world.moto)
    started = again.start(again.make_table())
    assert started["StartTime"].timestamp() <= again.moto.exports()["now_micros"] / 1e6
    assert started["StartTime"] > at(0)
