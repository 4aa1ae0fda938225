"""table_export's zip against moto: real exports of real items, judged through boto3."""

import base64
import concurrent.futures
import gzip
import json
import time
import urllib.request

import pytest
from conftest import CREDENTIALS, start_moto

BUCKET = "lake-exports"
PREFIX = "dynamodb/export"
SLOT = "2025-11-20T01:00:00Z"
AFTER = "2025-11-21T02:00:00Z"
PARALLEL = 12


def make_table(moto, name="orders", recovery=True, items=()):
    dynamodb = moto.client("dynamodb")
    description = dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    )["TableDescription"]
    if recovery:
        dynamodb.update_continuous_backups(
            TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
        )
    for item in items:
        dynamodb.put_item(TableName=name, Item=item)
    return description["TableArn"]


def make_items(count):
    return [
        {
            "id": {"S": f"o-{number}"},
            "note": {"S": 'Grüße ☃ "quoted"\n'},
            "total": {"N": "12345678901234567890123456789012345678"},
            "raw": {"B": b"\x00\xff"},
            "tags": {"SS": ["a", "b"]},
            "nested": {"M": {"list": {"L": [{"N": "1"}, {"NULL": True}, {"BOOL": True}, {"M": {"deep": {"S": "x"}}}]}}},
        }
        for number in range(count)
    ]


def settings(*table_arns, **more):
    return {"TABLE_ARN": ",".join(table_arns), "BUCKET_NAME": BUCKET, "BUCKET_PREFIX": PREFIX, **more}


def wait_until_done(moto, export_arn):
    for _ in range(100):
        description = moto.client("dynamodb").describe_export(ExportArn=export_arn)["ExportDescription"]
        if description["ExportStatus"] != "IN_PROGRESS":
            return description
        time.sleep(0.1)
    raise AssertionError("the export did not end within 10 s")


def as_exported(value):
    """An attribute map as boto3 takes it, in the form of an export's line: bytes as base64, sets in any one order."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, list):
        return [as_exported(element) for element in value]
    if isinstance(value, dict):
        sets = {name: sorted(elements) for name, elements in value.items() if name in ("SS", "NS", "BS")}
        return {name: as_exported(sets.get(name, element)) for name, element in value.items()}
    return value


def exported_items(moto):
    """The items of all data files, by key."""
    s3 = moto.client("s3")
    items = {}
    for listed in s3.list_objects_v2(Bucket=BUCKET, Prefix=f"{PREFIX}/AWSDynamoDB/").get("Contents", []):
        if not listed["Key"].endswith(".json.gz"):
            continue
        content = gzip.decompress(s3.get_object(Bucket=BUCKET, Key=listed["Key"])["Body"].read())
        for line in content.decode().splitlines():
            item = as_exported(json.loads(line)["Item"])
            items[item["id"]["S"]] = item
    return items


@pytest.fixture
def bucket(moto):
    moto.client("s3").create_bucket(Bucket=BUCKET)


@pytest.fixture
def invoke(invoke, moto):
    """The tables begin before SLOT, the function runs after it."""
    moto.exports(clock="2025-11-19T01:00:00Z")

    def run(*arguments):
        moto.exports(clock=AFTER)
        return invoke(*arguments)

    return run


def test_exports_a_table_to_s3(moto, bucket, invoke):
    items = make_items(30)
    table_arn = make_table(moto, items=items)

    response = invoke("table_export", {"time": SLOT}, settings(table_arn))["response"]

    (export,) = response["exports"]
    assert response["time"] == SLOT and response["earlier"] == []
    assert (export["table_arn"], export["action"], export["export_type"]) == (table_arn, "started", "full")
    assert (export["from"], export["to"]) == (None, SLOT)
    (listed,) = moto.client("dynamodb").list_exports(TableArn=table_arn)["ExportSummaries"]
    assert listed["ExportArn"] == export["export_arn"]
    description = wait_until_done(moto, export["export_arn"])
    assert description["ExportStatus"] == "COMPLETED"
    assert description["ItemCount"] == 30
    assert (description["S3Bucket"], description["S3Prefix"]) == (BUCKET, PREFIX)
    assert exported_items(moto) == {item["id"]["S"]: as_exported(item) for item in items}


def test_repeated_invocation_starts_nothing(moto, bucket, invoke):
    table_arn = make_table(moto, items=make_items(1))
    environment = settings(table_arn)
    first = invoke("table_export", {"time": SLOT}, environment)["response"]["exports"][0]
    wait_until_done(moto, first["export_arn"])

    second = invoke("table_export", {"time": SLOT}, environment)["response"]["exports"][0]
    other_slot = invoke("table_export", {"time": "2025-11-21T01:00:00Z"}, environment)["response"]

    assert second == {**first, "action": "already_started"}
    assert other_slot["exports"][0]["action"] == "started"
    assert other_slot["earlier"] == [
        {"export_arn": first["export_arn"], "status": "COMPLETED", "failure_code": None}
    ]
    assert len(moto.client("dynamodb").list_exports(TableArn=table_arn)["ExportSummaries"]) == 2


def test_parallel_invocations_start_one_export(moto, bucket, invoke):
    table_arn = make_table(moto, items=make_items(1))
    environment = settings(table_arn)

    with concurrent.futures.ThreadPoolExecutor(PARALLEL) as pool:
        results = list(pool.map(lambda _: invoke("table_export", {"time": SLOT}, environment), range(PARALLEL)))

    export_arns = {result["response"]["exports"][0]["export_arn"] for result in results}
    assert len(export_arns) == 1
    assert len(moto.client("dynamodb").list_exports(TableArn=table_arn)["ExportSummaries"]) == 1


def test_another_destination_of_the_same_slot_is_another_export(moto, bucket, invoke):
    table_arn = make_table(moto)
    environment = settings(table_arn)
    invoke("table_export", {"time": SLOT}, environment)
    other = invoke("table_export", {"time": SLOT}, {**environment, "BUCKET_PREFIX": "elsewhere"})["response"]
    assert other["exports"][0]["action"] == "started" and other["earlier"] == []


def test_recovery_off_fails_with_the_remedy(moto, bucket, invoke):
    table_arn = make_table(moto, recovery=False)
    error = invoke("table_export", {"time": SLOT}, settings(table_arn))["error"]
    assert error["errorType"] == "Function.ExportFailed"
    assert "PointInTimeRecoveryUnavailableException" in error["errorMessage"]
    assert "update-continuous-backups --region us-east-1 --table-name orders" in error["errorMessage"]

    # The remedy as it stands in the message.
    moto.client("dynamodb").update_continuous_backups(
        TableName="orders", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    assert invoke("table_export", {"time": AFTER}, settings(table_arn))["response"]["exports"][0]["action"] == "started"


def test_a_table_that_fails_does_not_stop_the_others(moto, bucket, invoke):
    orders = make_table(moto)
    customers = make_table(moto, "customers")
    missing = orders.replace("/orders", "/missing")
    error = invoke("table_export", {"time": SLOT}, settings(orders, missing, customers))["error"]
    assert error["errorType"] == "Function.ExportFailed"
    assert f"1 of 3 tables failed for the slot {SLOT}: [1] {missing}: " in error["errorMessage"]
    for table_arn in (orders, customers):
        assert len(moto.client("dynamodb").list_exports(TableArn=table_arn)["ExportSummaries"]) == 1


def test_an_export_that_failed_is_reported_by_the_next_run(moto, invoke):
    table_arn = make_table(moto)
    environment = settings(table_arn)
    # There is no bucket: the export fails by itself, after it has answered.
    invoke("table_export", {"time": SLOT}, environment)
    (listed,) = moto.client("dynamodb").list_exports(TableArn=table_arn)["ExportSummaries"]
    assert wait_until_done(moto, listed["ExportArn"])["FailureCode"] == "S3NoSuchBucket"

    moto.client("s3").create_bucket(Bucket=BUCKET)
    failed = {"export_arn": listed["ExportArn"], "status": "FAILED", "failure_code": "S3NoSuchBucket"}
    next_slot = invoke("table_export", {"time": "2025-11-21T01:00:00Z"}, environment)["response"]
    assert next_slot["exports"][0]["action"] == "started"
    assert next_slot["earlier"] == [failed]

    # And its own slot can be made again.
    again = invoke("table_export", {"time": SLOT}, environment)["response"]
    assert again["exports"][0]["action"] == "started"
    assert again["exports"][0]["export_arn"] != listed["ExportArn"]
    assert failed in again["earlier"]


@pytest.mark.parametrize(
    ("event", "text"),
    [
        ({"time": "2999-01-01T00:00:00Z"}, "future"),
        ({"time": "yesterday"}, "yesterday"),
        ({"Records": []}, "another trigger's event"),
        ({"export_type": "some"}, "use full, incremental or auto"),
    ],
)
def test_wrong_events_are_refused_before_anything_is_sent(moto, bucket, invoke, event, text):
    table_arn = make_table(moto)
    error = invoke("table_export", event, settings(table_arn))["error"]
    assert error["errorType"] == "Function.EventInvalid" and text in error["errorMessage"]
    assert moto.exports()["calls"] == []


def test_wrong_settings_are_told_all_at_once(invoke):
    environment = {"TABLE_ARN": "orders", "BUCKET_OWNER": "me", "EXPORT_FORMAT": "CSV", "MAX_WINDOW_MINUTES": "5"}
    error = invoke("table_export", {}, environment)["error"]
    assert error["errorType"] == "Function.ConfigInvalid"
    for name in ("TABLE_ARN", "BUCKET_NAME", "BUCKET_OWNER", "EXPORT_FORMAT", "MAX_WINDOW_MINUTES"):
        assert name in error["errorMessage"]


def permissions(*actions):
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture
def guarded_moto():
    """A server of its own that checks signatures and IAM policies once it is told to."""
    process, moto = start_moto({"INITIAL_NO_AUTH_ACTION_COUNT": "1000"})
    moto.exports(clock=SLOT)
    yield moto
    process.terminate()
    process.wait(timeout=10)


def test_signature_and_permissions(guarded_moto, invoke):
    table_arn = make_table(guarded_moto)
    guarded_moto.client("s3").create_bucket(Bucket=BUCKET)
    iam = guarded_moto.client("iam")
    keys = {}
    for user, actions in {
        "allowed": ("dynamodb:ListExports", "dynamodb:DescribeExport", "dynamodb:ExportTableToPointInTime"),
        "may-only-look": ("dynamodb:ListExports", "dynamodb:DescribeExport"),
        "may-chain": (
            "dynamodb:ListExports",
            "dynamodb:DescribeExport",
            "dynamodb:ExportTableToPointInTime",
            "dynamodb:DescribeContinuousBackups",
        ),
    }.items():
        iam.create_user(UserName=user)
        iam.put_user_policy(UserName=user, PolicyName="exports", PolicyDocument=permissions(*actions))
        key = iam.create_access_key(UserName=user)["AccessKey"]
        keys[user] = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
    reset = urllib.request.Request(
        f"{guarded_moto.url}/moto-api/reset-auth", data=b"0", method="POST", headers={"Content-Type": "text/plain"}
    )
    urllib.request.urlopen(reset, timeout=10).close()

    guarded_moto.exports(clock=AFTER)

    def run(credentials, slot=SLOT, **more):
        credentials = {**credentials, "AWS_SESSION_TOKEN": "", **more}
        environment = settings(table_arn, AWS_ENDPOINT_URL=guarded_moto.url, **credentials)
        return invoke("table_export", {"time": slot}, environment)

    assert run(keys["allowed"])["response"]["exports"][0]["action"] == "started"
    denied = run(keys["may-only-look"], AFTER)["error"]
    assert denied["errorType"] == "Function.ExportFailed"
    assert "ExportTableToPointInTime" in denied["errorMessage"]
    assert f"allow this function's role dynamodb:ExportTableToPointInTime on {table_arn}" in denied["errorMessage"]
    denied = run(keys["allowed"], AFTER, EXPORT_TYPE="auto")["error"]
    assert f"dynamodb:DescribeContinuousBackups on {table_arn}" in denied["errorMessage"]
    increment = run(keys["may-chain"], AFTER, EXPORT_TYPE="auto")["response"]["exports"][0]
    assert (increment["action"], increment["export_type"]) == ("started", "incremental")
    wrong = {**keys["allowed"], "AWS_SECRET_ACCESS_KEY": CREDENTIALS["AWS_SECRET_ACCESS_KEY"]}
    refused = run(wrong)["error"]
    assert refused["errorType"] == "Function.ExportFailed"
    assert "SignatureDoesNotMatch" in refused["errorMessage"]
