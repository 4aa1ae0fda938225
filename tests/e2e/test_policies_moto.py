"""Each function's role under moto with its IAM on (iam_moto.py): API calls as the role, then the functions' real zips
with the role's credentials, which end well with the policy and fail without one of its actions, naming it."""

import http.server
import json
import threading

import pytest
from conftest import TOP, start_moto
from iam_account import LAKE, Account
from policy_world import ACCOUNT, API_SECRET, KEY, SECRET, STREAM, TABLE, log_group, policies

EXPORT = f"{TABLE}/export/01795136400000-a1b2c3d4"


def on_lake(operation, key, **more):
    return ("s3", operation, {"Bucket": LAKE, "Key": key, **more})


def put_records(stream):
    return ("kinesis", "put_records", {"StreamName": stream, "Records": [{"Data": b"1", "PartitionKey": "1"}]})


def batch_write(table):
    item = {"id": {"S": "1"}}
    return ("dynamodb", "batch_write_item", {"RequestItems": {table: [{"PutRequest": {"Item": item}}]}})


READ_STREAM = [
    ("dynamodbstreams", "describe_stream", {"StreamArn": STREAM}),
    (
        "dynamodbstreams",
        "get_shard_iterator",
        {"StreamArn": STREAM, "ShardId": "shardId-00000001414562045508", "ShardIteratorType": "LATEST"},
    ),
    ("dynamodbstreams", "list_streams", {}),
    on_lake("put_object", "aws/lambda/0a1b/shardId-1/batch"),
    ("s3", "list_objects_v2", {"Bucket": LAKE}),
]
ALLOWED = {
    "TableExportFunction": [
        ("dynamodb", "export_table_to_point_in_time", {"TableArn": TABLE, "S3Bucket": LAKE}),
        ("dynamodb", "list_exports", {"TableArn": TABLE}),
        ("dynamodb", "describe_export", {"ExportArn": EXPORT}),
        ("dynamodb", "describe_continuous_backups", {"TableName": "orders"}),
        on_lake("put_object", "exports/AWSDynamoDB/a"),
        on_lake("abort_multipart_upload", "exports/AWSDynamoDB/a", UploadId="1"),
        ("sqs", "send_message", {"QueueUrl": "dead-letters", "MessageBody": "1"}),
    ],
    "ExportToLakeFunction": [
        on_lake("get_object", "exports/AWSDynamoDB/a/manifest-files.json"),
        on_lake("head_object", "lake/orders/dt=00000000/a.json.gz"),
        on_lake("get_object", "lake/orders/dt=00000000/a.json.gz"),
        on_lake("put_object", "lake/orders/dt=00000000/a.json.gz"),
        on_lake("create_multipart_upload", "lake/orders/dt=00000000/a.json.gz"),
        on_lake("upload_part", "lake/orders/dt=00000000/a.json.gz", UploadId="1", PartNumber=1),
        on_lake("complete_multipart_upload", "lake/orders/dt=00000000/a.json.gz", UploadId="1"),
        on_lake("abort_multipart_upload", "lake/orders/dt=00000000/a.json.gz", UploadId="1"),
        ("s3", "list_objects_v2", {"Bucket": LAKE}),
    ],
    "StreamToKinesisFunction": [
        *READ_STREAM,
        put_records("DYNAMODB-orders"),
        on_lake("put_object", "quarantine/orders/a.jsonl"),
    ],
    "FirehoseTransformFunction": [],
    "IcebergTransformFunction": [],
    "StreamToS3Function": [*READ_STREAM, on_lake("put_object", "stream/orders/dt=20261121/a.json.gz")],
    "GlueToSnowflakeFunction": [
        ("glue", "get_table", {"DatabaseName": "sales__raw", "Name": "orders"}),
        ("glue", "get_tables", {"DatabaseName": "sales__raw"}),
        ("glue", "get_databases", {}),
        ("glue", "get_partitions", {"DatabaseName": "sales__raw", "TableName": "orders"}),
        ("glue", "get_partition", {"DatabaseName": "sales__raw", "TableName": "orders", "PartitionValues": ["1"]}),
        ("secretsmanager", "get_secret_value", {"SecretId": SECRET}),
        ("sqs", "receive_message", {"QueueUrl": "glue-events.fifo"}),
        ("sqs", "get_queue_attributes", {"QueueUrl": "glue-events.fifo"}),
        ("sqs", "delete_message", {"QueueUrl": "glue-events.fifo", "ReceiptHandle": "1"}),
        ("sqs", "send_message", {"QueueUrl": "dead-letters", "MessageBody": "1"}),
    ],
    "ApiToDynamodbFunction": [
        batch_write("weather"),
        ("secretsmanager", "get_secret_value", {"SecretId": API_SECRET}),
        ("sqs", "send_message", {"QueueUrl": "dead-letters", "MessageBody": "1"}),
    ],
}
DENIED = [
    ("dynamodb", "delete_table", {"TableName": "orders"}),
    ("dynamodb", "scan", {"TableName": "orders"}),
    ("dynamodb", "list_exports", {"TableArn": f"{TABLE}-2"}),
    ("dynamodbstreams", "describe_stream", {"StreamArn": STREAM.replace("orders", "orders-2")}),
    batch_write("orders"),
    on_lake("delete_object", "lake/orders/a"),
    on_lake("put_object", "elsewhere/a"),
    on_lake("get_object", "elsewhere/a"),
    ("s3", "put_object", {"Bucket": "other", "Key": "lake/orders/a"}),
    ("s3", "delete_bucket", {"Bucket": LAKE}),
    put_records("DYNAMODB-other"),
    ("kinesis", "delete_stream", {"StreamName": "DYNAMODB-orders"}),
    ("glue", "delete_table", {"DatabaseName": "sales__raw", "Name": "orders"}),
    ("secretsmanager", "get_secret_value", {"SecretId": SECRET.replace("snowflake", "other")}),
    ("secretsmanager", "put_secret_value", {"SecretId": SECRET, "SecretString": "1"}),
    ("sqs", "receive_message", {"QueueUrl": "dead-letters"}),
    ("logs", "delete_log_group", {"logGroupName": "/lakefeed/stack/TableExportFunction"}),
    ("iam", "create_user", {"UserName": "x"}),
    ("kms", "schedule_key_deletion", {"KeyId": KEY}),
    ("kms", "decrypt", {"KeyId": KEY.replace("0a1b", "1b2c"), "CiphertextBlob": b"1"}),
    ("sts", "assume_role", {"RoleArn": f"arn:aws:iam::{ACCOUNT}:role/admin", "RoleSessionName": "xy"}),
]


@pytest.fixture(scope="module")
def account():
    process, moto = start_moto(program=TOP / "tests/e2e/iam_moto.py")
    try:
        moto.exports(clock="2026-11-20T00:00:00Z")
        made = Account(moto.url)
        moto.exports(clock="2026-11-21T12:00:00Z")
        yield made
    finally:
        process.kill()  # it would take its time to end
        process.wait(timeout=10)


@pytest.mark.parametrize("logical_id", ALLOWED)
def test_moto_allows_what_is_needed_and_nothing_else(account, logical_id):
    account.give(logical_id)
    group = log_group(logical_id).split(":log-group:")[1]
    needed = [*ALLOWED[logical_id], ("logs", "create_log_stream", {"logGroupName": group, "logStreamName": "s"})]
    assert [one for one in needed if account.is_denied(*one)] == []
    assert [one for one in DENIED if not account.is_denied(*one)] == []


def sample(function, case):
    return json.loads((TOP / "events" / function / case / "event.json").read_text(encoding="utf-8"))


# As the template sets them.
SETTINGS = {
    "table_export": {
        "TABLE_ARN": TABLE,
        "BUCKET_NAME": LAKE,
        "BUCKET_OWNER": ACCOUNT,
        "BUCKET_PREFIX": "exports",
        "EXPORT_TYPE": "auto",
    },
    "export_to_lake": {"TABLE_ARN": TABLE, "LAKE_URI": f"s3://{LAKE}/lake/{{table}}/"},
    "stream_to_kinesis": {"KINESIS_STREAM_NAME": "DYNAMODB-orders", "QUARANTINE_URI": f"s3://{LAKE}/quarantine/"},
    "firehose_transform": {"TABLE_NAME": "orders"},
    "stream_to_s3": {"LAKE_URI": f"s3://{LAKE}/stream/{{table}}/"},
    "glue_to_snowflake": {"SECRET_ARN": SECRET, "TARGET_TYPE": "LOGGING"},
    "api_to_dynamodb": {
        "API_URL": "API",
        "TABLE_NAME": "weather",
        "ITEM_MAP": json.dumps({"id": {"const": "all"}, "time": {"now": "iso8601"}}),
        "API_KEY_SECRET_ARN": API_SECRET,
    },
}
SAMPLES = {
    "stream_to_kinesis": "quarantine_to_s3",
    "firehose_transform": "line_passed_on",
    "stream_to_s3": "insert_of_ten_types",
    "glue_to_snowflake": "logging_dry_run",
    "api_to_dynamodb": "one_api_and_a_key",
}
# Actions that a function cannot do without, and what it says that it could not do.
NAMED = {
    "table_export": {
        "dynamodb:ListExports": "ListExports on",
        "dynamodb:DescribeExport": "DescribeExport on",
        "dynamodb:DescribeContinuousBackups": "DescribeContinuousBackups on",
        "dynamodb:ExportTableToPointInTime": "ExportTableToPointInTime on",
    },
    "export_to_lake": {
        "s3:GetObject": "GetObject on",
        "s3:ListBucket": "ListObjectsV2 on",
        "s3:PutObject": "PutObject on",
    },
    "stream_to_kinesis": {"kinesis:PutRecords": "PutRecords on", "s3:PutObject": "PutObject on"},
    "firehose_transform": {},
    "stream_to_s3": {"s3:PutObject": "PutObject on"},
    "glue_to_snowflake": {
        "secretsmanager:GetSecretValue": "GetSecretValue on",
        "glue:GetTable": "GetTable on",
        "glue:GetDatabases": "GetDatabases on",
        "glue:GetTables": "GetTables on",
    },
    "api_to_dynamodb": {
        "dynamodb:BatchWriteItem": "BatchWriteItem on",
        "secretsmanager:GetSecretValue": "GetSecretValue on",
    },
}


class Api(http.server.BaseHTTPRequestHandler):
    def log_message(self, *arguments):
        pass

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")


@pytest.fixture(scope="module")
def api():
    """The URL of an API that knows nothing."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Api) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/status"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def export(account):
    """The key of the summary of an export that table_export made with its role."""
    account.give("TableExportFunction")
    response, error, _ = account.run("table_export", {"time": "2026-11-21T01:00:00Z"}, SETTINGS["table_export"])
    assert error is None, error
    (started,) = response["exports"]
    return f"exports/AWSDynamoDB/{started['export_arn'].rsplit('/', 1)[1]}/manifest-summary.json"


def events_of(function, export):
    if function == "table_export":
        return [{"time": "2026-11-21T02:00:00Z"}]
    if function == "export_to_lake":
        return [{"manifest_summary": f"s3://{LAKE}/{export}"}]
    event = sample(function, SAMPLES[function])
    if function == "glue_to_snowflake":
        return [event, {"action": "reconcile"}]
    if function == "stream_to_kinesis":
        event["Records"] += sample(function, "ten_types_native")["Records"]
    return [event]


@pytest.mark.parametrize("function", NAMED)
def test_a_zip_ends_well_with_its_role_and_names_what_it_lacks(account, api, export, function):
    logical_id = policies.logical_ids(function)[function]
    settings = {name: value.replace("API", api) for name, value in SETTINGS[function].items()}
    settings |= {name: account.secrets[value] for name, value in settings.items() if value in account.secrets}

    def complaint():
        """What the first run says that does not end well."""
        for event in events_of(function, export):
            response, error, log = account.run(function, event, settings)
            if error:
                return error["errorMessage"]
            if response.get("batchItemFailures"):
                return log  # a record that cannot be put aside comes again; why stands in the log
        return ""

    for action, named in NAMED[function].items():
        account.give(logical_id, without=action)
        message = complaint()
        assert named in message and "AccessDenied" in message, (action, message)
    account.give(logical_id)
    assert complaint() == ""
