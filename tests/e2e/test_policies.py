"""deploy/calls.json against the sources and the sample events, what is made of it, and each function's role judged by
an evaluator of IAM that knows resources, conditions and AWS's service authorization reference
(@cloud-copilot/iam-simulate). What is needed and what is not stands here by hand."""

import copy
import json
import re
import subprocess
import sys

import call_sources
import pytest
from conftest import REGION, TOP
from policy_world import (
    ACCOUNT,
    API_SECRET,
    API_TABLE,
    BUCKET,
    CALLS,
    CHANGES,
    DEAD_LETTERS,
    KEY,
    QUEUE,
    SECRET,
    STREAM,
    TABLE,
    log_group,
    policies,
    policy_of,
    simulated,
)

FUNCTIONS = list(CALLS["functions"])
ROLES = [(function, logical_id) for function in FUNCTIONS for logical_id in policies.logical_ids(function).values()]
OURS = {"aws:ResourceAccount": ACCOUNT}
GLUE = f"arn:aws:glue:{REGION}:{ACCOUNT}"


def via(service, **context):
    return {"kms:ViaService": f"{service}.{REGION}.amazonaws.com"} | {
        f"kms:EncryptionContext:{name.replace('__', ':')}": value for name, value in context.items()
    }


def all_on(resource, context, *actions):
    return [(action, resource, context) for action in actions]


IN_BUCKET = via("s3", aws__s3__arn=BUCKET)  # a bucket key's context
ON_OBJECT = via("s3", aws__s3__arn=f"{BUCKET}/lake/orders/dt=00000000/a.json.gz")
READS_STREAM = [
    *all_on(STREAM, {}, "dynamodb:DescribeStream", "dynamodb:GetShardIterator", "dynamodb:GetRecords"),
    ("dynamodb:ListStreams", "*", {}),
    ("s3:PutObject", f"{BUCKET}/aws/lambda/0a1b/shardId-1/2026/11/21/batch", OURS),
    ("s3:ListBucket", BUCKET, OURS),
    ("kms:GenerateDataKey", KEY, IN_BUCKET),
    ("kms:Decrypt", KEY, via("dynamodb", aws__dynamodb__tableName="orders")),
]
FAILED_INVOCATIONS = [
    ("sqs:SendMessage", DEAD_LETTERS, {}),
    *all_on(KEY, via("sqs", aws__sqs__arn=DEAD_LETTERS), "kms:GenerateDataKey", "kms:Decrypt"),
]
# What each function needs, beside its logs, traces and variables.
NEEDED = {
    "table_export": [
        *all_on(
            TABLE,
            {},
            "dynamodb:ExportTableToPointInTime",
            "dynamodb:ListExports",
            "dynamodb:DescribeContinuousBackups",
        ),
        ("dynamodb:DescribeExport", f"{TABLE}/export/01795136400000-a1b2c3d4", {}),
        *all_on(
            f"{BUCKET}/exports/AWSDynamoDB/01795136400000-a1b2c3d4/data/abc.json.gz",
            OURS,
            "s3:PutObject",
            "s3:PutObjectAcl",
            "s3:AbortMultipartUpload",
        ),
        *all_on(KEY, via("s3"), "kms:GenerateDataKey", "kms:Decrypt"),
        *all_on(KEY, via("dynamodb"), "kms:GenerateDataKey", "kms:Decrypt"),
        *FAILED_INVOCATIONS,
    ],
    "export_to_lake": [
        ("s3:GetObject", f"{BUCKET}/exports/AWSDynamoDB/01795136400000-a1b2c3d4/manifest-files.json", OURS),
        *all_on(
            f"{BUCKET}/lake/orders/dt=00000000/01795136400000-a1b2c3d4-abc.json.gz",
            OURS,
            "s3:GetObject",
            "s3:PutObject",
            "s3:AbortMultipartUpload",
        ),
        ("s3:ListBucket", BUCKET, OURS),
        *all_on(KEY, IN_BUCKET, "kms:GenerateDataKey", "kms:Decrypt"),
        *all_on(KEY, ON_OBJECT, "kms:GenerateDataKey", "kms:Decrypt"),
    ],
    "stream_to_kinesis": [
        *READS_STREAM,
        ("kinesis:PutRecords", CHANGES, {}),
        ("kms:GenerateDataKey", KEY, via("kinesis", aws__kinesis__arn=CHANGES)),
        ("s3:PutObject", f"{BUCKET}/quarantine/orders/dt=20261121/1-1-abc.jsonl", OURS),
    ],
    "firehose_transform": [],
    "stream_to_s3": [
        *READS_STREAM,
        ("s3:PutObject", f"{BUCKET}/stream/orders/dt=20261121/orders-1-1-abc.json.gz", OURS),
    ],
    "glue_to_snowflake": [
        *all_on(
            f"{GLUE}:table/sales__raw/orders",
            {},
            "glue:GetTable",
            "glue:GetTables",
            "glue:GetPartition",
            "glue:GetPartitions",
        ),
        *all_on(
            f"{GLUE}:database/sales__raw",
            {},
            "glue:GetTable",
            "glue:GetTables",
            "glue:GetDatabases",
            "glue:GetPartition",
            "glue:GetPartitions",
        ),
        *all_on(f"{GLUE}:catalog", {}, "glue:GetTable", "glue:GetTables", "glue:GetDatabases", "glue:GetPartitions"),
        ("secretsmanager:GetSecretValue", SECRET, {}),
        ("kms:Decrypt", KEY, via("secretsmanager", SecretARN=SECRET)),
        (
            "sts:GetWebIdentityToken",
            "*",
            {"sts:IdentityTokenAudience": ["snowflakecomputing.com"], "sts:DurationSeconds": "300"},
        ),
        *all_on(QUEUE, {}, "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
        ("kms:Decrypt", KEY, via("sqs", aws__sqs__arn=QUEUE)),
        *FAILED_INVOCATIONS,
    ],
    "api_to_dynamodb": [
        ("dynamodb:BatchWriteItem", API_TABLE, {}),
        ("kms:Decrypt", KEY, via("dynamodb", aws__dynamodb__tableName="weather")),
        ("secretsmanager:GetSecretValue", API_SECRET, {}),
        ("kms:Decrypt", KEY, via("secretsmanager", SecretARN=API_SECRET)),
        *FAILED_INVOCATIONS,
    ],
}
# What no function may do, however near it is.
DENIED = [
    *all_on(TABLE, {}, "dynamodb:DeleteTable", "dynamodb:Scan", "dynamodb:PutItem", "dynamodb:UpdateContinuousBackups"),
    *all_on(TABLE, {}, "dynamodb:DeleteItem", "dynamodb:UpdateTable", "dynamodb:GetItem"),
    *all_on(API_TABLE, {}, "dynamodb:DeleteTable", "dynamodb:Scan", "dynamodb:DeleteItem"),
    *all_on(f"{BUCKET}/lake/orders/a", OURS, "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:GetObjectVersion"),
    *all_on(f"{BUCKET}/exports/a", OURS, "s3:DeleteObject", "s3:BypassGovernanceRetention"),
    *all_on(f"{BUCKET}/elsewhere/a", OURS, "s3:PutObject", "s3:GetObject", "s3:AbortMultipartUpload"),
    *all_on(f"{BUCKET}-2/lake/a", OURS, "s3:PutObject", "s3:GetObject"),
    *all_on(BUCKET, OURS, "s3:DeleteBucket", "s3:PutBucketPolicy", "s3:PutLifecycleConfiguration"),
    *all_on(CHANGES, {}, "kinesis:DeleteStream", "kinesis:GetRecords", "kinesis:PutRecord", "kinesis:SplitShard"),
    *all_on(SECRET, {}, "secretsmanager:PutSecretValue", "secretsmanager:DeleteSecret"),
    *all_on(API_SECRET, {}, "secretsmanager:UpdateSecret"),
    *all_on(QUEUE, {}, "sqs:PurgeQueue", "sqs:DeleteQueue", "sqs:SendMessage"),
    *all_on(DEAD_LETTERS, {}, "sqs:ReceiveMessage", "sqs:PurgeQueue"),
    *all_on(f"{GLUE}:table/sales__raw/orders", {}, "glue:DeleteTable", "glue:UpdateTable"),
    *all_on(KEY, {}, "kms:Decrypt", "kms:GenerateDataKey", "kms:ScheduleKeyDeletion", "kms:PutKeyPolicy"),
    *all_on(KEY, via("ebs"), "kms:Decrypt", "kms:GenerateDataKey", "kms:CreateGrant"),
    ("iam:CreateUser", f"arn:aws:iam::{ACCOUNT}:user/x", {}),
    ("iam:PutRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/function", {}),
    ("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/function", {}),
    ("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/admin", {}),
    ("lambda:InvokeFunction", f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:other", {}),
    ("lambda:UpdateFunctionCode", f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:own", {}),
    ("sts:GetWebIdentityToken", "*", {"sts:IdentityTokenAudience": ["example.com"], "sts:DurationSeconds": "300"}),
]
OTHERS = {
    "table/orders": "table/orders-2",
    "table/weather": "table/weather-2",
    "lake-bucket": "lake-bucket-2",
    "stream/DYNAMODB-orders": "stream/DYNAMODB-other",
    "secret:": "secret:other-",
    ":glue-events.fifo": ":other.fifo",
    ":dead-letters": ":other",
    "key/0a1b": "key/1b2c",
    f":glue:{REGION}:{ACCOUNT}": f":glue:{REGION}:999999999999",
    "/lakefeed/stack/": "/lakefeed/other/",
}


def needed_by(function, logical_id):
    stream = f"{log_group(logical_id)}:log-stream:2026/11/21/[$LATEST]abc"
    return NEEDED[function] + [
        *all_on(stream, {}, "logs:CreateLogStream", "logs:PutLogEvents"),
        *all_on("*", {}, "xray:PutTraceSegments", "xray:PutTelemetryRecords"),
        ("kms:Decrypt", KEY, via("lambda")),
    ]


def neighbours(needed):
    """The same calls on another resource of the same kind, and in another context than the right one."""
    for action, resource, context in needed:
        other = resource
        for ours, theirs in OTHERS.items():
            other = other.replace(ours, theirs, 1)
        assert other != resource or resource == "*", resource
        if other != resource:
            yield action, other, context
        for name, value in context.items():
            if not name.startswith("sts:"):
                yield action, resource, {**context, name: "x" + value}
                yield action, resource, {one: context[one] for one in context if one != name}


def test_what_is_made_of_the_table_is_up_to_date():
    done = subprocess.run(
        [sys.executable, TOP / "deploy/policies.py", "--check"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("function", FUNCTIONS)
def test_another_call_in_the_table_is_noticed(function):
    table = copy.deepcopy(CALLS)
    calls = table["functions"][function] or table["every_function"]
    calls[0]["actions"] = ["kinesis:DeleteStream"]
    stale = [path.name for path, text in policies.made_files(table).items() if path.read_text(encoding="utf-8") != text]
    assert {"template.yaml", "README.md"} <= set(stale)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_table_has_the_operations_of_the_sources(function):
    listed = {
        (call["service"], call["operation"]) for call in CALLS["functions"][function] if call["by"] == "function"
    }
    assert listed == call_sources.operations_of(call_sources.files_below(f"functions/{function}"))


@pytest.mark.parametrize("command", ["backfill", "verify"])
def test_the_table_has_the_operations_of_the_commands(command):
    rows = CALLS["commands"][f"lakefeed {command}"]
    for like in [row["like"] for row in rows if "like" in row]:
        rows = rows + [call for call in CALLS["functions"][like] if call["by"] == "function"]
    listed = {(row["service"], row["operation"]) for row in rows if "on" in row}
    found = call_sources.operations_of({f"functions/tool/{command}_command.cc"})
    # What only reads has a writer within its reach, behind the names that both kinds of stores have.
    assert listed == found if command == "backfill" else listed <= found


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_table_has_the_calls_of_the_sample_events(function):
    listed = {(call["service"], call["operation"]) for call in CALLS["functions"][function]}
    cases = sorted((TOP / "events" / function).glob("*/expected.json"))
    assert cases
    for case in cases:
        recorded = json.loads(case.read_text(encoding="utf-8")).get("calls") or []
        for call in recorded:
            if call["service"] not in ("http", "snowflake"):
                assert (call["service"], call["operation"]) in listed, case


def test_the_table_is_whole():
    known = {"by", "service", "operation", "actions", "on", "why"}
    used = set()
    for function in FUNCTIONS:
        for call in policies.calls_of(CALLS, function):
            assert set(call) == known and call["by"] in CALLS["by"] and call["why"], call
            used.add(call["on"])
    assert used == set(CALLS["resources"])


@pytest.fixture(scope="module")
def judged():
    """(logical id, what is asked, its answer) of all that is asked, in one run of the evaluator."""
    asked = []
    for function, logical_id in ROLES:
        policy = policy_of(logical_id)
        needed = needed_by(function, logical_id)
        asked += [(logical_id, "needed", policy, *one) for one in needed]
        asked += [(logical_id, "denied", policy, *one) for one in [*DENIED, *neighbours(needed)]]
    answers = simulated([one[2:] for one in asked])
    return [(role, kind, one[1:], answer) for (role, kind, *one), answer in zip(asked, answers, strict=True)]


@pytest.mark.parametrize(("function", "logical_id"), ROLES)
def test_each_needed_call_is_allowed(judged, function, logical_id):
    needed = [(one, answer) for role, kind, one, answer in judged if (role, kind) == (logical_id, "needed")]
    assert [(one, answer) for one, answer in needed if answer != "Allowed"] == []
    allowed = {action for statement in policy_of(logical_id)["Statement"] for action in as_list(statement["Action"])}
    assert allowed == {action for (action, _, _), _ in needed}, function


@pytest.mark.parametrize(("function", "logical_id"), ROLES)
def test_all_else_is_denied(judged, function, logical_id):
    denied = [(one, answer) for role, kind, one, answer in judged if (role, kind) == (logical_id, "denied")]
    assert len(denied) >= 50, function
    assert [(one, answer) for one, answer in denied if answer != "ImplicitlyDenied"] == []


def as_list(value):
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize(("function", "logical_id"), ROLES)
def test_a_statement_names_its_actions_and_resources(function, logical_id):
    """No action has a wildcard, "*" is the resource only of actions without one, and IAM takes a policy of its size."""
    policy = policy_of(logical_id)
    assert len("".join(json.dumps(policy).split())) <= 10_240
    for statement in policy["Statement"]:
        assert statement["Effect"] == "Allow" and not any("*" in action for action in as_list(statement["Action"]))
        if "*" in as_list(statement["Resource"]):
            assert statement["Sid"] in ("AnyStream", "Traces", "WebIdentity"), function


TERRAFORM = {
    "table_arn": TABLE,
    "table_name": "orders",
    "stream_arn": STREAM,
    "bucket_arn": BUCKET,
    "change_stream_arn": CHANGES,
    "snowflake_secret_arn": SECRET,
    "glue_queue_arn": QUEUE,
    "dead_letters_arn": DEAD_LETTERS,
    "key_arn": KEY,
    "partition": "aws",
    "region": REGION,
    "account_id": ACCOUNT,
    "dns_suffix": "amazonaws.com",
    "tracing": True,
    "quarantine": True,
}


def terraform_policy(function, **changes):
    """The .tftpl as Terraform's templatefile() fills it in, as far as it is used there."""
    values = {**TERRAFORM, **changes}

    def holds(condition):
        name, _, empty = condition.partition(" != ")
        return values[name] != "" if empty else values[name]

    def branch(found):
        return found.group(2) if all(holds(one) for one in found.group(1).split(" && ")) else ""

    text = (TOP / f"deploy/terraform/policies/{function}.json.tftpl").read_text(encoding="utf-8")
    text = re.sub(r"%\{ if (.*?) \}(.*?)%\{ endif \}", branch, text, flags=re.S)
    return json.loads(re.sub(r"\$\{(\w+)\}", lambda found: values[found.group(1)], text))


@pytest.mark.parametrize("function", policies.TERRAFORM_FUNCTIONS)
def test_terraforms_policy_is_the_templates(function):
    logical_id = policies.logical_ids(function)[function]

    def by_sid(policy):
        return {
            statement["Sid"]: {**statement, "Action": as_list(statement["Action"])} for statement in policy["Statement"]
        }

    group = {"log_group_arn": log_group(logical_id)}
    assert by_sid(terraform_policy(function, **group)) == by_sid(policy_of(logical_id))
    bare = terraform_policy(function, **group, key_arn="", dead_letters_arn="", tracing=False, quarantine=False)
    sids = {statement["Sid"] for statement in bare["Statement"]}
    assert not [sid for sid in sids if sid.startswith("Key") or sid in ("Traces", "DeadLetters", "Quarantine")]


def test_a_part_that_is_left_out_has_no_statement():
    sids = {function: sids_of(logical_id) for function, logical_id in ROLES}
    for function, found in sids.items():
        assert not [sid for sid in found if sid.startswith("Key") or sid in ("Traces", "ApiSecret")], function


def sids_of(logical_id):
    return [statement["Sid"] for statement in policy_of(logical_id, frozenset({"HasSourceTable"}))["Statement"]]
