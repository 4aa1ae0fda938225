"""DynamoDB's exports on the local AWS (runtime/local/moto_exports): what they are asked and how they are refused.

Each test is one clause. They come from botocore's model of the API, whose shapes boto3 checks in every answer, from the
Developer Guide's pages on exports, and, marked so, from what other people's tests saw the service do.
test_export_double_states.py, …_content.py, …_forms.py and …_output.py go on.
"""

import pytest
from export_world import DAY, at, code, refusal

HOUR = 60


# Point-in-time recovery.


def test_an_export_needs_point_in_time_recovery(world):
    arn = world.make_table(recovery=False)
    assert refusal(world.start, arn) == (
        "PointInTimeRecoveryUnavailableException",
        "Point in time recovery is not enabled for table 'orders'",
    )


def test_an_export_needs_its_table(world):
    arn = world.make_table()
    assert code(world.start, arn.replace("/orders", "/others")) == "TableNotFoundException"


def test_a_table_of_another_region_is_not_found(world):
    arn = world.make_table()
    assert code(world.start, arn.replace("us-east-1", "eu-west-1")) == "TableNotFoundException"


def test_recovery_is_from_when_it_was_turned_on_to_five_minutes_ago(world):
    world.make_table(recovery=False)
    world.clock(10)
    assert world.turn_recovery() == {
        "PointInTimeRecoveryStatus": "ENABLED",
        "RecoveryPeriodInDays": 35,
        "EarliestRestorableDateTime": at(10),
        "LatestRestorableDateTime": at(10),
    }
    world.clock(30)
    backups = world.dynamodb.describe_continuous_backups(TableName="orders")["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["EarliestRestorableDateTime"] == at(10)
    assert backups["PointInTimeRecoveryDescription"]["LatestRestorableDateTime"] == at(25)


@pytest.mark.parametrize(("period", "days"), [({}, 35), ({"RecoveryPeriodInDays": 2}, 2)])
def test_recovery_goes_back_its_period_at_most(world, period, days):
    arn = world.make_table(recovery=False)
    world.turn_recovery(**period)
    world.clock(40 * DAY)
    recovery = world.turn_recovery(**period)
    assert recovery["EarliestRestorableDateTime"] == at((40 - days) * DAY)
    assert world.export(arn, ExportTime=(40 - days) * DAY)
    assert code(world.start, arn, ExportTime=(40 - days) * DAY - 1) == "InvalidExportTimeException"


def test_turning_recovery_off_and_on_begins_anew(world):
    arn = world.make_table()
    world.clock(10)
    assert world.turn_recovery(on=False) == {"PointInTimeRecoveryStatus": "DISABLED"}
    assert code(world.start, arn) == "PointInTimeRecoveryUnavailableException"
    world.clock(20)
    world.turn_recovery()
    assert code(world.start, arn, ExportTime=5) == "InvalidExportTimeException"
    assert world.export(arn, ExportTime=20)


# A full export's time, an increment's window.


@pytest.mark.parametrize("minutes", [0, 7, 60])
def test_an_export_time_is_one_since_recovery_began(world, minutes):
    arn = world.make_table()
    world.clock(60)
    assert world.export(arn, ExportTime=minutes)["ExportTime"] == at(minutes)


@pytest.mark.parametrize("minutes", [-1, 61, 1e6])
def test_an_export_time_outside_is_refused(world, minutes):
    arn = world.make_table()
    world.clock(60)
    error, message = refusal(world.start, arn, ExportTime=minutes)
    assert error == "InvalidExportTimeException" and "Export Time is invalid" in message  # seen, the words too


def test_an_export_time_left_out_is_now(world):
    arn = world.make_table()
    world.clock(60)
    assert world.start(arn)["ExportTime"] == at(60)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (10, 10 + 15),
        (0, DAY),
        (3 * DAY - 15, 3 * DAY),
    ],
)
def test_a_window_has_fifteen_minutes_to_a_day(world, start, end):
    arn = world.make_table()
    world.clock(3 * DAY + 5)
    window = world.export(arn, from_=start, to=end)["IncrementalExportSpecification"]
    assert (window["ExportFromTime"], window["ExportToTime"]) == (at(start), at(end))


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        (10, 24 + 59 / 60, "Difference between export period"),  # seen, the words too
        (10, 10, "before"),
        (30, 10, "before"),
        (0, DAY + 1 / 60, "24 hours"),
        (-1, 30, "ExportFromTime"),
        (2 * DAY, 3 * DAY + 1 / 60, "ExportToTime"),
    ],
)
def test_another_window_is_refused(world, start, end, text):
    arn = world.make_table()
    world.clock(3 * DAY + 5)
    error, message = refusal(world.start, arn, from_=start, to=end)
    assert error == "InvalidExportTimeException" and text in message


def test_a_window_without_an_end_ends_at_the_latest_restorable_time(world):
    arn = world.make_table()
    world.clock(60)
    window = world.start(arn, from_=30)["IncrementalExportSpecification"]
    assert window == {
        "ExportFromTime": at(30),
        "ExportToTime": at(55),
        "ExportViewType": "NEW_AND_OLD_IMAGES",
    }


# What a request must be.

WINDOW = {"ExportFromTime": at(0), "ExportToTime": at(30)}


@pytest.mark.parametrize(
    ("request_", "member"),
    [
        ({"S3Bucket": "-"}, "s3Bucket"),
        ({"S3Bucket": "b" * 256}, "s3Bucket"),
        ({"S3BucketOwner": "me"}, "s3BucketOwner"),
        ({"S3BucketOwner": "1234567890123"}, "s3BucketOwner"),
        ({"S3Prefix": "p" * 1025}, "s3Prefix"),
        ({"S3Prefix": ""}, "s3Prefix"),  # seen
        ({"S3SseAlgorithm": "aws:kms"}, "s3SseAlgorithm"),
        ({"S3SseAlgorithm": "KMS", "S3SseKmsKeyId": "k" * 2049}, "s3SseKmsKeyId"),
        ({"S3SseKmsKeyId": "key"}, "S3SseKmsKeyId"),
        ({"ExportFormat": "DYNAMO_JSON"}, "exportFormat"),
        ({"ExportType": "PARTIAL"}, "exportType"),
        ({"ClientToken": "a$b"}, "clientToken"),
        ({"ExportType": "INCREMENTAL_EXPORT"}, "IncrementalExportSpecification"),
        ({"ExportType": "INCREMENTAL_EXPORT", "IncrementalExportSpecification": {}}, "ExportFromTime"),
        ({"IncrementalExportSpecification": WINDOW}, "IncrementalExportSpecification"),
        (
            {"ExportType": "INCREMENTAL_EXPORT", "IncrementalExportSpecification": WINDOW, "ExportTime": 10},
            "ExportTime",
        ),
        (
            {
                "ExportType": "INCREMENTAL_EXPORT",
                "IncrementalExportSpecification": {**WINDOW, "ExportViewType": "NEW_IMAGES"},
            },
            "incrementalExportSpecification.exportViewType",
        ),
        ({"FilterSpecification": {"FilterExpression": "amount >"}}, "FilterSpecification"),
        ({"FilterSpecification": {"ProjectionExpression": "a.b"}}, "ProjectionExpression"),
        (
            {
                "ExportType": "INCREMENTAL_EXPORT",
                "IncrementalExportSpecification": WINDOW,
                "FilterSpecification": {"FilterExpression": "attribute_exists(amount)"},
            },
            "FilterSpecification",
        ),
    ],
)
def test_a_malformed_request_is_refused(world, request_, member):
    arn = world.make_table()
    world.clock(60)
    error, message = refusal(world.start, arn, **request_)
    assert error == "ValidationException" and member in message


def test_a_table_is_named_by_its_arn(world):
    world.make_table()
    error, message = refusal(world.start, "orders")
    assert error == "ValidationException" and "TableArn" in message


# Client tokens.


def test_the_same_token_and_parameters_give_the_same_export(world):
    arn = world.make_table()
    first = world.start(arn, ClientToken="t", ExportTime=0)
    again = world.start(arn, ClientToken="t", ExportTime=0)
    assert again["ExportArn"] == first["ExportArn"] and again["ClientToken"] == "t"
    assert again["ExportStatus"] == "COMPLETED"  # it tells what has become of it
    assert len(world.dynamodb.list_exports()["ExportSummaries"]) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"ExportTime": 1},
        {"ExportFormat": "ION"},
        {"S3Bucket": "another"},
        {"S3BucketOwner": "123456789012"},
        {"S3Prefix": "p"},
        {"S3SseAlgorithm": "KMS"},
        {"ExportType": "FULL_EXPORT"},
    ],
)
def test_the_same_token_with_other_parameters_is_a_conflict(world, change):
    arn = world.make_table()
    world.clock(60)
    world.start(arn, ClientToken="t", ExportTime=0)
    error, message = refusal(world.start, arn, **{"ClientToken": "t", "ExportTime": 0, **change})
    assert error == "ExportConflictException" and "Duplicate request detected" in message  # seen, the words


@pytest.mark.parametrize("change", [{"from_": 1}, {"to": 31}, {"view": "NEW_IMAGE"}])
def test_the_same_token_with_another_window_is_a_conflict(world, change):
    arn = world.make_table()
    world.clock(60)
    world.start(arn, ClientToken="t", from_=0, to=30)
    assert code(world.start, arn, **{"ClientToken": "t", "from_": 0, "to": 30, **change}) == "ExportConflictException"


def test_a_token_is_the_accounts_not_the_tables(world):
    orders, others = world.make_table(), world.make_table("others")
    world.start(orders, ClientToken="t")
    assert code(world.start, others, ClientToken="t") == "ExportConflictException"


def test_a_token_lives_for_eight_hours(world):
    arn = world.make_table()
    first = world.start(arn, ClientToken="t", ExportTime=0)
    world.clock(8 * HOUR - 1)
    assert world.start(arn, ClientToken="t", ExportTime=0)["ExportArn"] == first["ExportArn"]
    world.clock(8 * HOUR)
    assert world.start(arn, ClientToken="t", ExportTime=0)["ExportArn"] != first["ExportArn"]


def test_a_refused_request_takes_no_token(world):
    arn = world.make_table()
    assert code(world.start, arn, ClientToken="t", ExportTime=99) == "InvalidExportTimeException"
    assert world.start(arn, ClientToken="t", ExportTime=0)


def test_without_a_token_each_request_is_an_export(world):
    arn = world.make_table()
    first, second = world.start(arn, ExportTime=0), world.start(arn, ExportTime=0)
    assert first["ExportArn"] != second["ExportArn"]
    assert first["ClientToken"] != second["ClientToken"]
