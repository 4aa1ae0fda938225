"""deploy/template.yaml: what it makes, and that each resource is as a platform team would ask of it."""

import json
import os
import re
import subprocess

import pytest
from template_world import EVERYTHING, NOTHING, TOP, Stack, listed, own_zip, source, transformed

SNAPSHOT = TOP / "tests/e2e/template_snapshot/resources.txt"
FUNCTIONS = {
    "TableExportFunction": "table_export",
    "ExportToLakeFunction": "export_to_lake",
    "StreamToKinesisFunction": "stream_to_kinesis",
    "FirehoseTransformFunction": "firehose_transform",
    "IcebergTransformFunction": "firehose_transform",
    "StreamToS3Function": "stream_to_s3",
    "GlueToSnowflakeFunction": "glue_to_snowflake",
    "ApiToDynamodbFunction": "api_to_dynamodb",
}
# Actions of which AWS's authorization reference names no resource.
WITHOUT_RESOURCE = {
    "dynamodb:ListStreams",
    "lakeformation:GetDataAccess",
    "sts:GetWebIdentityToken",
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
}


@pytest.fixture(scope="module", name="stack")
def everything() -> Stack:
    return Stack(**EVERYTHING)


def of_type(stack, kind) -> dict:
    return {name: stack.properties(name) for name, r in stack.resources.items() if r["Type"] == kind}


def documents(stack):
    """(resource, statement) of all policies of roles, queues, buckets and topics."""
    for name in stack.resources:
        properties = stack.properties(name)
        found = [properties.get("AssumeRolePolicyDocument"), properties.get("PolicyDocument")]
        found += [policy["PolicyDocument"] for policy in properties.get("Policies", [])]
        for document in filter(None, found):
            for statement in document["Statement"]:
                yield name, statement


def test_makes_the_resources_of_the_snapshot():
    """A review sees what a change adds or takes away. LAKEFEED_SNAPSHOT=write accepts it."""
    lines = []
    for name, resource in sorted(transformed()["Resources"].items()):
        if not resource["Type"].startswith("AWS::CloudWatch::"):
            kept = resource.get("DeletionPolicy", "")
            lines.append(" ".join(filter(None, [name, resource["Type"], resource.get("Condition", "always"), kept])))
    text = "\n".join(lines) + "\n"
    if os.environ.get("LAKEFEED_SNAPSHOT") == "write":
        SNAPSHOT.write_text(text)
    assert text == SNAPSHOT.read_text()


def test_every_function_is_whole(stack):
    made = of_type(stack, "AWS::Lambda::Function")
    assert made.keys() == FUNCTIONS.keys()
    for name, function in made.items():
        assert (function["Runtime"], function["Handler"]) == ("provided.al2023", "bootstrap")
        assert function["Architectures"] == ["x86_64"]
        assert 0 < function["Timeout"] <= 900 and function["MemorySize"] >= 128
        assert function["LoggingConfig"]["LogFormat"] == "JSON"
        assert function["TracingConfig"] == {"Mode": "Active"}
        assert function["KmsKeyArn"] == EVERYTHING["KmsKeyArn"]
        assert function["Role"] == f"arn:aws:iam::123456789012:role/{name}Role"
        group = stack.properties(f"{name}LogGroup")
        assert function["LoggingConfig"]["LogGroup"] == group["LogGroupName"]
    assert stack.properties("TableExportFunction")["ReservedConcurrentExecutions"] == "1"
    free = Stack(**EVERYTHING, ReservedConcurrencyTableExport=-1).properties("TableExportFunction")
    assert "ReservedConcurrentExecutions" not in free


def test_every_log_group_has_retention_and_the_key(stack):
    for name, group in of_type(stack, "AWS::Logs::LogGroup").items():
        assert (group["RetentionInDays"], group["KmsKeyId"]) == ("30", EVERYTHING["KmsKeyArn"]), name


def test_the_makefile_builds_every_function():
    makefile = (TOP / "deploy/Makefile").read_text()
    assert dict(re.findall(r"call function,(\w+),(\w+)\)", makefile)) == FUNCTIONS
    for name in FUNCTIONS:
        resource = source()["Resources"][name]
        assert resource["Metadata"] == {"BuildMethod": "makefile"} and resource["Properties"]["CodeUri"] == "."


@pytest.mark.parametrize("parameters", [{}, {"StreamToS3": "json", "ApiTableTarget": "source", "ApiKeyHeader": "x-key"}])
def test_the_functions_take_their_settings(parameters, dist, lakefeed, tmp_path):
    """The functions' own configuration code judges the environment that the template gives them."""
    stack = Stack(**{**EVERYTHING, **parameters})
    readme = (TOP / "README.md").read_text()
    for name, function in FUNCTIONS.items():
        variables = stack.properties(name)["Environment"]["Variables"]
        for variable in variables:
            assert f"`{variable}`" in readme, f"{name}: README.md has no {variable}"
        settings = tmp_path / name
        settings.write_text("".join(f"{key}={value}\n" for key, value in variables.items()))
        done = subprocess.run(
            [lakefeed, "doctor", "--json", own_zip(dist, function), "--env-file", settings], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{name}: {done.stdout}{done.stderr}"


def test_every_mapping_reports_failures_and_keeps_what_it_gives_up(stack):
    mappings = of_type(stack, "AWS::Lambda::EventSourceMapping")
    assert mappings.keys() == {"StreamToKinesisMapping", "StreamToS3Mapping", "GlueEventMapping"}
    for name, mapping in mappings.items():
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"], name
    for name in ("StreamToKinesisMapping", "StreamToS3Mapping"):
        mapping = mappings[name]
        assert mapping["BisectBatchOnFunctionError"] is True
        assert mapping["StartingPosition"] == "TRIM_HORIZON"
        assert mapping["MaximumRetryAttempts"] == "-1"
        # DynamoDB forgets a record after 24 hours; it is to be in S3 before.
        assert 60 <= int(mapping["MaximumRecordAgeInSeconds"]) < 86_400
        assert int(mapping["BatchSize"]) <= 10 or int(mapping["MaximumBatchingWindowInSeconds"]) >= 1
        # Only S3 gets the records themselves.
        assert mapping["DestinationConfig"] == {"OnFailure": {"Destination": "arn:aws:s3:::lakebucket"}}


def test_what_is_put_aside_is_told_to_a_queue(stack):
    rule = stack.properties("FailedBatchRule")
    assert rule["EventPattern"]["detail"]["object"]["key"] == [{"prefix": "aws/lambda/"}, {"prefix": "quarantine/"}]
    variables = stack.properties("StreamToKinesisFunction")["Environment"]["Variables"]
    assert variables["QUARANTINE_URI"] == "s3://lakebucket/quarantine/"


def test_the_catalog_queue_suits_its_function(stack):
    queue = stack.properties("GlueEventQueue")
    assert queue["FifoQueue"] is True and queue["ContentBasedDeduplication"] is True
    assert queue["VisibilityTimeout"] >= stack.properties("GlueToSnowflakeFunction")["Timeout"]
    assert queue["RedrivePolicy"]["maxReceiveCount"] >= 1
    assert stack.properties("GlueEventDeadLetters")["FifoQueue"] is True
    assert stack.properties("GlueEventMapping")["BatchSize"] <= 10  # the limit of FIFO queues
    assert "MaximumBatchingWindowInSeconds" not in stack.properties("GlueEventMapping")
    (target,) = stack.properties("GlueEventRule")["Targets"]
    assert target["SqsParameters"]["MessageGroupId"]


def test_schedules_retry_and_keep_what_fails(stack):
    schedules = of_type(stack, "AWS::Scheduler::Schedule")
    assert schedules.keys() == {"TableExportSchedule", "ApiToDynamodbSchedule", "ReconcileSchedule"}
    for name, schedule in schedules.items():
        target = schedule["Target"]
        assert target["RetryPolicy"]["MaximumRetryAttempts"] > 0, name
        assert target["DeadLetterConfig"]["Arn"].endswith(":ScheduleDeadLetters")
        assert schedule["FlexibleTimeWindow"] == {"Mode": "OFF"}
        # Scheduler calls asynchronously: what the function fails with is Lambda's to retry and to keep.
        function = target["Arn"].rsplit(":", 1)[1]
        invoke = stack.properties(f"{function}EventInvokeConfig")
        assert invoke["MaximumRetryAttempts"] == 2
        assert invoke["DestinationConfig"]["OnFailure"]["Destination"].endswith(":ScheduleDeadLetters")
    for name in ("TableExportSchedule", "ApiToDynamodbSchedule"):
        # The slot: a retry names the same one.
        assert json.loads(schedules[name]["Target"]["Input"]) == {"time": "<aws.scheduler.scheduled-time>"}
    assert json.loads(schedules["ReconcileSchedule"]["Target"]["Input"]) == {"action": "reconcile"}


def test_the_buckets_are_closed(stack):
    buckets = of_type(stack, "AWS::S3::Bucket")
    policies = {p["Bucket"]: p["PolicyDocument"]["Statement"] for p in of_type(stack, "AWS::S3::BucketPolicy").values()}
    for name, bucket in buckets.items():
        assert bucket["PublicAccessBlockConfiguration"] == dict.fromkeys(
            ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True
        )
        assert bucket["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]
        rules = {rule["Id"]: rule for rule in bucket["LifecycleConfiguration"]["Rules"]}
        assert rules["AbortUploads"]["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}
        assert {r.get("Prefix") for r in rules.values() if "ExpirationInDays" in r} == {"exports/", "export-runs/"}
        assert bucket["NotificationConfiguration"]["EventBridgeConfiguration"] == {"EventBridgeEnabled": True}
        (encryption,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert encryption["ServerSideEncryptionByDefault"]["KMSMasterKeyID"] == EVERYTHING["KmsKeyArn"]
        arn = f"arn:aws:s3:::{name.lower()}"
        tls = [s for s in policies[name.lower()] if s["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}]
        assert [(s["Effect"], s["Principal"], s["Action"], s["Resource"]) for s in tls] == [
            ("Deny", "*", "s3:*", [arn, arn + "/*"])
        ]


def test_the_queues_are_closed(stack):
    denied = set()
    for _, statement in documents(stack):
        if statement["Effect"] == "Deny" and statement["Action"] == "sqs:*":
            assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
            denied.add(statement["Resource"].rsplit(":", 1)[1])
    queues = of_type(stack, "AWS::SQS::Queue")
    assert denied == queues.keys()
    plain = of_type(Stack(**{**EVERYTHING, "KmsKeyArn": ""}), "AWS::SQS::Queue")
    for name in queues:
        assert queues[name]["KmsMasterKeyId"] == EVERYTHING["KmsKeyArn"]
        assert plain[name]["SqsManagedSseEnabled"] is True and "KmsMasterKeyId" not in plain[name]


def test_no_service_may_act_for_another_account(stack):
    seen = set()
    for name, statement in documents(stack):
        principal = statement.get("Principal")
        if isinstance(principal, dict) and "Service" in principal:
            keys = {key for test in statement.get("Condition", {}).values() for key in test}
            assert "aws:SourceAccount" in keys, f"{name} trusts {principal} of any account"
            seen.add(principal["Service"])
    assert {"lambda.amazonaws.com", "scheduler.amazonaws.com", "events.amazonaws.com", "states.amazonaws.com"} <= seen
    assert {"firehose.amazonaws.com", "glue.amazonaws.com"} <= seen


def test_roles_name_actions_and_resources(stack):
    for name, statement in documents(stack):
        if statement["Effect"] != "Allow" or statement["Action"] == "sts:AssumeRole":
            continue
        actions = set(listed(statement["Action"]))
        assert not any("*" in action for action in actions), f"{name}: {actions}"
        if "*" in listed(statement["Resource"]):
            assert actions <= WITHOUT_RESOURCE, f"{name} may {actions} on everything"
        for resource in listed(statement["Resource"]):
            assert not resource.endswith(":::*") and not resource.endswith("/"), f"{name}: {resource}"
    for name, role in of_type(stack, "AWS::IAM::Role").items():
        assert "ManagedPolicyArns" not in role, f"{name} has a policy of AWS's, which names no resources"
        assert "PermissionsBoundary" not in role
    boundary = "arn:aws:iam::123456789012:policy/boundary"
    for role in of_type(Stack(**EVERYTHING, PermissionsBoundaryArn=boundary), "AWS::IAM::Role").values():
        assert role["PermissionsBoundary"] == boundary


def test_nothing_touches_the_administrators_of_lake_formation():
    kinds = {resource["Type"] for resource in transformed()["Resources"].values()}
    assert "AWS::LakeFormation::DataLakeSettings" not in kinds
    assert not any(kind.startswith(("Custom::", "AWS::CloudFormation::CustomResource")) for kind in kinds)


def test_data_outlives_the_stack():
    kept = {n for n, r in transformed()["Resources"].items() if r.get("DeletionPolicy", "").startswith("Retain")}
    assert kept == {"SourceTable", "LakeBucket", "TableBucket", "TableNamespace", "IcebergTable", "ApiTable"}
    for name in kept:
        assert transformed()["Resources"][name]["UpdateReplacePolicy"] == "Retain"
    stack = Stack(**EVERYTHING)
    for name in ("SourceTable", "ApiTable"):
        table = stack.properties(name)
        assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
        assert table["DeletionProtectionEnabled"] == "true"


def test_only_the_given_snowflake_account_reads(stack):
    role = stack.properties("SnowflakeReaderRole")
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"AWS": EVERYTHING["SnowflakeAccountPrincipal"]}
    assert trust["Condition"] == {"StringEquals": {"sts:ExternalId": EVERYTHING["SnowflakeExternalId"]}}
    allowed = {a for p in role["Policies"] for s in p["PolicyDocument"]["Statement"] for a in listed(s["Action"])}
    assert allowed == {"s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket", "s3:GetBucketLocation", "kms:Decrypt"}
    half = Stack(**{**NOTHING, "SnowflakeAccountPrincipal": EVERYTHING["SnowflakeAccountPrincipal"]})
    assert "SnowflakeReaderRole" not in half.resources and len(half.broken_rules()) == 1


def test_every_parameter_is_described_and_grouped():
    parameters = source()["Parameters"]
    groups = source()["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    grouped = [name for group in groups for name in group["Parameters"]]
    assert sorted(grouped) == sorted(parameters) and len(set(grouped)) == len(grouped)
    for name, parameter in parameters.items():
        assert parameter["Description"].endswith("."), name
        if "AllowedPattern" in parameter and "Default" in parameter:
            assert re.fullmatch(parameter["AllowedPattern"], parameter["Default"]), name
    assert len(parameters) <= 200 and len(transformed()["Resources"]) <= 500
