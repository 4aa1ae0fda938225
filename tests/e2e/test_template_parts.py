"""Each part of deploy/template.yaml by its parameter: what is in, what is out, and what is refused; and the template in
moto's CloudFormation as far as moto goes."""

import io
import json
import re
import zipfile

import pytest
from moto.cloudformation import parsing
from template_world import CODE, EVERYTHING, NOTHING, SECRET, Stack, own_zip, source, transformed

ALWAYS = {"LakeBucket", "LakeBucketPolicy"}
FEED = {"ChangeStream", "FirehoseRole", "FirehoseLogGroup"}
SCHEDULES = {"ScheduleGroup", "SchedulerRole", "ScheduleDeadLetters", "ScheduleDeadLettersPolicy"}
PUT_ASIDE = {"StreamDeadLetters", "StreamDeadLettersPolicy", "FailedBatchRule"}
API = {"ApiUrl": EVERYTHING["ApiUrl"], "ApiPlaces": "Paris", "ApiItemMap": EVERYTHING["ApiItemMap"]}


def function(name, *others) -> set:
    return {f"{name}Function", f"{name}FunctionRole", f"{name}FunctionLogGroup", *others}


PARTS = [
    ({}, set()),
    ({"CreateSourceTable": "true"}, {"SourceTable"}),
    (
        {"ExportType": "full"},
        SCHEDULES | function("TableExport", "TableExportFunctionEventInvokeConfig", "TableExportSchedule"),
    ),
    (
        {"ExportToLake": "true"},
        {"ScheduleDeadLetters", "ScheduleDeadLettersPolicy", "ExportFinishedRule", "ExportFinishedRole"}
        | function("ExportToLake", "ExportToLakeStateMachine", "ExportToLakeStateMachineRole", "ExportToLakeMapPolicy"),
    ),
    ({"ChangeFeed": "lambda"}, {"ChangeStream"} | PUT_ASIDE | function("StreamToKinesis", "StreamToKinesisMapping")),
    ({"ChangeFeed": "native", "CreateSourceTable": "true"}, {"SourceTable", "ChangeStream"}),
    ({"StreamToS3": "json"}, PUT_ASIDE | function("StreamToS3", "StreamToS3Mapping")),
    (
        {"ChangeFeed": "native", "CreateSourceTable": "true", "LakeDelivery": "true"},
        {"SourceTable", "LakeDeliveryStream", "LakeDeliveryLogStream"} | FEED | function("FirehoseTransform"),
    ),
    (
        {"ChangeFeed": "native", "CreateSourceTable": "true", "IcebergDelivery": "true"},
        {"SourceTable", "IcebergDeliveryStream", "IcebergDeliveryLogStream"}
        | FEED
        | function("IcebergTransform", "TableBucket", "TableNamespace", "IcebergTable", "IcebergResourceLink")
        | {"IcebergLinkGrant", "IcebergTableGrant"},
    ),
    (
        {"ChangeFeed": "native", "CreateSourceTable": "true", "IcebergDelivery": "true", "LakeFormationGrants": "false"},
        {"SourceTable", "IcebergDeliveryStream", "IcebergDeliveryLogStream"}
        | FEED
        | function("IcebergTransform", "TableBucket", "TableNamespace", "IcebergTable", "IcebergResourceLink"),
    ),
    ({"GlueTables": "true"}, {"GlueDatabase", "LakeTable", "LakeSnapshotTable"}),
    ({"GlueTables": "true", "CreateGlueDatabase": "false"}, {"LakeTable", "LakeSnapshotTable"}),
    ({"Crawler": "true"}, {"GlueDatabase", "GlueCrawler", "CrawlerRole"}),
    (
        {"GlueToSnowflake": "native", "SnowflakeSecretArn": SECRET},
        SCHEDULES
        | {"GlueEventRule", "GlueEventMapping", "GlueEventQueue", "GlueEventQueuePolicy", "ReconcileSchedule"}
        | {"GlueEventDeadLetters", "GlueEventDeadLettersPolicy"}
        | function("GlueToSnowflake", "GlueToSnowflakeFunctionEventInvokeConfig"),
    ),
    (
        {"SnowflakeAccountPrincipal": EVERYTHING["SnowflakeAccountPrincipal"], "SnowflakeExternalId": "id"},
        {"SnowflakeReaderRole"},
    ),
    (
        API,
        SCHEDULES | function("ApiToDynamodb", "ApiToDynamodbFunctionEventInvokeConfig", "ApiToDynamodbSchedule"),
    ),
    (
        {**API, "ApiTableTarget": "own"},
        {"ApiTable"}
        | SCHEDULES
        | function("ApiToDynamodb", "ApiToDynamodbFunctionEventInvokeConfig", "ApiToDynamodbSchedule"),
    ),
]


@pytest.mark.parametrize(("parameters", "made"), PARTS, ids=lambda value: ",".join(value) if isinstance(value, dict) else "")
def test_a_part_makes_its_resources_and_no_others(parameters, made):
    stack = Stack(**{**NOTHING, **parameters})
    assert stack.broken_rules() == []
    assert set(stack.resources) == ALWAYS | made
    # Whatever is left out, what is in refers to nothing that is out.
    for name in stack.resources:
        stack.properties(name)
    for resource in stack.resources.values():
        stack.value(resource.get("Metadata", {}))
        needed = resource.get("DependsOn", [])
        assert set(needed if isinstance(needed, list) else [needed]) <= set(stack.resources)
    stack.outputs()


def test_all_parts_together_fit():
    stack = Stack(**EVERYTHING)
    assert stack.broken_rules() == []
    left_out = set(stack.template["Resources"]) - set(stack.resources)
    # Alarms of what excludes each other, such as the native feed.
    assert {stack.template["Resources"][name]["Type"] for name in left_out} <= {"AWS::CloudWatch::Alarm"}
    for name in stack.resources:
        stack.properties(name)
    assert stack.outputs().keys() == stack.template["Outputs"].keys()


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({"CreateSourceTable": "false"}, ["SourceTableArn", "SourceStreamArn"]),
        ({"CreateSourceTable": "false", **{k: NOTHING[k] for k in ("SourceTableArn", "SourceStreamArn")}}, []),
        ({**NOTHING, "ChangeFeed": "native"}, ["ChangeFeed lambda"]),
        ({"ChangeFeed": "none"}, ["ChangeFeed to lambda or native"]),
        ({"ChangeFeed": "none", "LakeDelivery": "false", "IcebergDelivery": "true"}, ["ChangeFeed to lambda or native"]),
        ({"StreamToS3": "csv"}, ["CsvColumns"]),
        ({"GlueToSnowflake": "cloudtrail"}, ["SnowflakeSecretArn"]),
        ({"SnowflakeAccountPrincipal": EVERYTHING["SnowflakeAccountPrincipal"]}, ["SnowflakeExternalId"]),
        ({"ApiUrl": "https://api.example.com"}, ["ApiItemMap"]),
        ({"ReverseIndex": "true"}, ["SortKeyName"]),
    ],
)
def test_refuses_what_cannot_work(parameters, told):
    broken = Stack(**{"SourceTableName": "orders", **parameters}).broken_rules()
    assert len(broken) == len(told), broken
    for text, remedy in zip(broken, told, strict=True):
        assert remedy in text


def functions_in(node) -> set:
    if isinstance(node, list):
        return set().union(*map(functions_in, node))
    if not isinstance(node, dict):
        return set()
    here = {key for key in node if key in ("Ref", "Condition") or key.startswith("Fn::")}
    return here.union(*map(functions_in, node.values()))


def test_rules_use_only_functions_that_rules_know():
    """AWS's list of rule-specific intrinsic functions; CloudFormation refuses a template with others, and no linter tells."""
    assert functions_in(source()["Rules"]) <= {"Ref", "Fn::And", "Fn::Equals", "Fn::Not", "Fn::Or"}


@pytest.mark.parametrize(
    ("parameter", "good", "bad"),
    [
        ("SourceTableName", ["orders", "a.b-C_1"], ["or", "or ders", "x" * 120]),
        ("KmsKeyArn", [EVERYTHING["KmsKeyArn"]], ["alias/aws/s3", "1111"]),
        ("SnowflakeSecretArn", [SECRET], ["snowflake"]),
        ("SnowflakeAccountPrincipal", ["arn:aws:iam::999999999999:user/a"], ["arn:aws:iam::999999999999:root", "*"]),
        ("ApiUrl", ["https://a.example/{place}"], ["http://a.example", "https://a b"]),
        ("ExportScheduleExpression", ["rate(15 minutes)", "cron(0 1 * * ? *)"], ["01:00", "at(2026-01-01T00:00:00)"]),
        ("LakeFirstDay", ["20251120"], ["2025-11-20"]),
        ("LakeColumns", ["id string", "a int;b decimal(38,2)"], ["id", "id string;", "a int b", ";".join(["a b"] * 25)]),
        ("IcebergColumns", ["id string", ";".join(["a string"] * 24)], ["", "Id string", ";".join(["a string"] * 25)]),
        ("TableBucketName", ["my-tables"], ["My-tables", "my_tables", "ab"]),
        ("AlarmEmail", ["ops@example.com"], ["ops"]),
    ],
)
def test_parameters_take_only_what_fits(parameter, good, bad):
    pattern = source()["Parameters"][parameter]["AllowedPattern"]
    assert [value for value in good if not re.fullmatch(pattern, value)] == []
    assert [value for value in bad if re.fullmatch(pattern, value)] == []


def test_the_lake_is_delivered_by_the_change_own_day():
    destination = Stack(**EVERYTHING).properties("LakeDeliveryStream")["ExtendedS3DestinationConfiguration"]
    assert destination["Prefix"] == "lake/!{partitionKeyFromLambda:table}/dt=!{partitionKeyFromLambda:dt}/"
    error_prefix = "firehose-errors/!{firehose:error-output-type}/orders/dt=!{timestamp:yyyyMMdd}/"
    assert destination["ErrorOutputPrefix"] == error_prefix
    assert destination["CompressionFormat"] == "GZIP"
    assert destination["DynamicPartitioningConfiguration"]["Enabled"] is True
    assert destination["CloudWatchLoggingOptions"]["Enabled"] is True
    assert int(destination["BufferingHints"]["SizeInMBs"]) >= 64  # what dynamic partitioning asks for
    (processor,) = destination["ProcessingConfiguration"]["Processors"]
    parameters = {p["ParameterName"]: p["ParameterValue"] for p in processor["Parameters"]}
    assert parameters["LambdaArn"].endswith(":FirehoseTransformFunction") and int(parameters["NumberOfRetries"]) > 0
    # An answer must stay below 6 MB, and the input grows by base64 and by the lines' metadata.
    assert float(parameters["BufferSizeInMBs"]) <= 1


def test_iceberg_goes_by_unique_keys_and_keeps_what_fails():
    stack = Stack(**EVERYTHING, IcebergUniqueKeys="id,at", TableBucketName="my-tables")
    destination = stack.properties("IcebergDeliveryStream")["IcebergDestinationConfiguration"]
    (table,) = destination["DestinationTableConfigurationList"]
    assert (table["DestinationDatabaseName"], table["DestinationTableName"]) == ("lakefeed_iceberg", "changes")
    assert table["UniqueKeys"] == ["id", "at"] and "AppendOnly" not in destination
    assert destination["s3BackupMode"] == "FailedDataOnly"
    assert destination["RetryOptions"] == {"DurationInSeconds": "7200"}
    assert destination["S3Configuration"]["ErrorOutputPrefix"] == "iceberg-errors/!{firehose:error-output-type}/"
    variables = stack.properties("IcebergTransformFunction")["Environment"]["Variables"]
    assert (variables["ICEBERG_DATABASE"], variables["ICEBERG_TABLE"]) == ("lakefeed_iceberg", "changes")
    link = stack.properties("IcebergResourceLink")["DatabaseInput"]["TargetDatabase"]
    assert link == {"CatalogId": "123456789012:s3tablescatalog/my-tables", "DatabaseName": "lakefeed"}
    fields = stack.properties("IcebergTable")["IcebergMetadata"]["IcebergSchema"]["SchemaFieldList"]
    assert fields == [
        {"Name": "id", "Type": "string"},
        {"Name": "__sequence_number", "Type": "string"},
        {"Name": "__event_time_ms", "Type": "long"},
    ]
    assert stack.properties("IcebergTableGrant")["Resource"]["Table"]["CatalogId"] == link["CatalogId"]
    unnamed = Stack(**EVERYTHING).properties("TableBucket")["TableBucketName"]
    assert unnamed == "lakefeed-0a1b2c3d"


def test_glue_tables_have_columns_or_lines():
    typed = Stack(**EVERYTHING, GlueTableName="sales").properties("LakeTable")["TableInput"]
    assert typed["StorageDescriptor"]["Columns"] == [
        {"Name": "id", "Type": "string"},
        {"Name": "total", "Type": "decimal(38,2)"},
        {"Name": "address", "Type": "struct<city:string>"},
    ]
    assert typed["Name"] == "sales_changes" and typed["PartitionKeys"] == [{"Name": "dt", "Type": "string"}]
    assert typed["StorageDescriptor"]["SerdeInfo"]["SerializationLibrary"] == "org.openx.data.jsonserde.JsonSerDe"
    assert typed["StorageDescriptor"]["Location"] == "s3://lakebucket/lake/orders/"
    projection = {key: value for key, value in typed["Parameters"].items() if key.startswith("projection")}
    assert projection == {
        "projection.enabled": "true",
        "projection.dt.type": "date",
        "projection.dt.format": "yyyyMMdd",
        "projection.dt.range": "20250101,NOW",
    }
    lines = Stack(**{**EVERYTHING, "LakeColumns": ""}).properties("LakeTable")["TableInput"]["StorageDescriptor"]
    assert lines["Columns"] == [{"Name": "line", "Type": "string"}]
    snapshot = Stack(**EVERYTHING).properties("LakeSnapshotTable")["TableInput"]
    assert snapshot["StorageDescriptor"]["Location"] == "s3://lakebucket/lake/orders/dt=00000000/"
    assert "PartitionKeys" not in snapshot


def test_exports_are_converted_file_by_file():
    stack = Stack(**EVERYTHING, ExportToLakeConcurrency=7)
    (key,) = stack.properties("ExportFinishedRule")["EventPattern"]["detail"]["object"]["key"]
    prefix = stack.properties("TableExportFunction")["Environment"]["Variables"]["BUCKET_PREFIX"]
    # A full export's and an increment's summary match, the files before it do not.
    pattern = re.escape(key["wildcard"]).replace(r"\*", ".*")
    assert re.fullmatch(pattern, f"{prefix}/AWSDynamoDB/01695353076000-a1b2c3d4/manifest-summary.json")
    assert not re.fullmatch(pattern, f"{prefix}/AWSDynamoDB/01695353076000-a1b2c3d4/manifest-files.json")
    states = stack.properties("ExportToLakeStateMachine")["Definition"]["States"]
    files = states["ConvertFiles"]
    assert files["ItemReader"]["ReaderConfig"] == {"InputType": "JSONL"}
    assert files["MaxConcurrencyPath"] == "$.concurrency"
    assert states["Names"]["Parameters"]["concurrency.$"] == "States.StringToJson('7')"
    assert files["ItemSelector"].keys() == {"manifest_summary.$", "data_file.$"}
    # What a file's fault is, no retry heals.
    first = files["ItemProcessor"]["States"]["ConvertFile"]["Retry"][0]
    assert "Function.DataInvalid" in first["ErrorEquals"] and first["MaxAttempts"] == 0
    assert states["IsComplete"]["Default"] == "Incomplete" and states["Incomplete"]["Type"] == "Fail"


def test_the_table_has_its_indexes_and_feed():
    table = Stack(**EVERYTHING).properties("SourceTable")
    assert {i["IndexName"]: [k["AttributeName"] for k in i["KeySchema"]] for i in table["GlobalSecondaryIndexes"]} == {
        "reverse": ["at", "id"],
        "by_type": ["kind", "at"],
    }
    assert {a["AttributeName"] for a in table["AttributeDefinitions"]} == {"id", "at", "kind"}
    assert "KinesisStreamSpecification" not in table
    plain = Stack(SourceTableName="orders", ChangeFeed="native").properties("SourceTable")
    assert "GlobalSecondaryIndexes" not in plain
    assert plain["KinesisStreamSpecification"]["StreamArn"].startswith("arn:aws:kinesis:")
    assert plain["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}


# -- moto --
# What moto's CloudFormation does not make. A type that it learns makes the test fail: then let moto make it.
NOT_IN_MOTO = {
    "AWS::CloudWatch::Alarm",
    "AWS::Glue::Crawler",
    "AWS::Glue::Database",
    "AWS::Glue::Table",
    "AWS::IAM::RolePolicy",
    "AWS::KinesisFirehose::DeliveryStream",
    "AWS::LakeFormation::PrincipalPermissions",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::Logs::LogStream",
    "AWS::S3::BucketPolicy",
    "AWS::S3Tables::Namespace",
    "AWS::S3Tables::Table",
    "AWS::S3Tables::TableBucket",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueuePolicy",
    "AWS::Scheduler::Schedule",
    "AWS::Scheduler::ScheduleGroup",
}


def without(gone: set, stack: Stack, node):
    """The template's node with what refers to absent resources filled in."""
    if isinstance(node, list):
        return [without(gone, stack, value) for value in node]
    if isinstance(node, str):
        return re.sub(
            r"\$\{(\w+)((?:\.\w+)?)\}", lambda m: str(stack.value({"Fn::Sub": m[0]})) if m[1] in gone else m[0], node
        )
    if not isinstance(node, dict):
        return node
    refers = node.get("Ref") or (node.get("Fn::GetAtt") or [None])[0]
    if refers in gone:
        return stack.value(node)
    return {key: without(gone, stack, value) for key, value in node.items()}


def test_moto_deploys_what_it_knows(moto, dist):
    kinds = {resource["Type"] for resource in transformed()["Resources"].values()}
    assert {kind for kind in kinds if not parsing.resource_class_from_type(kind)} == NOT_IN_MOTO
    stack = Stack(**EVERYTHING)
    gone = {name for name, r in transformed()["Resources"].items() if r["Type"] in NOT_IN_MOTO}
    template = json.loads(json.dumps(transformed()))
    template["Resources"] = {n: without(gone, stack, r) for n, r in template["Resources"].items() if n not in gone}
    for name, resource in template["Resources"].items():
        # CloudFormation ends the names of such queues by itself.
        if resource["Properties"].get("FifoQueue"):
            resource["Properties"]["QueueName"] = f"{name}.fifo"
    template["Outputs"] = without(gone, stack, template["Outputs"])
    s3 = moto.client("s3")
    s3.create_bucket(Bucket=CODE["bucket"])
    s3.put_object(Bucket=CODE["bucket"], Key=CODE["key"], Body=own_zip(dist, "firehose_transform").read_bytes())
    cloudformation = moto.client("cloudformation")
    cloudformation.create_stack(
        StackName="lakefeed",
        TemplateBody=json.dumps(template),
        Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in EVERYTHING.items()],
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    resources = cloudformation.describe_stack_resources(StackName="lakefeed")["StackResources"]
    made = {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in resources}
    assert made.keys() == set(stack.resources) - gone
    # What was made is there, and is of the kind that the functions need.
    table = moto.client("dynamodb").describe_table(TableName="orders")["Table"]
    assert table["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    streams = moto.client("kinesis").list_streams()["StreamNames"]
    assert streams == ["DYNAMODB-orders"]
    function = moto.client("lambda").get_function_configuration(FunctionName=made["StreamToKinesisFunction"])
    assert function["Environment"]["Variables"]["KINESIS_STREAM_NAME"] == "DYNAMODB-orders"
    assert made["StreamToKinesisFunctionRole"] in function["Role"]
    queue = moto.client("sqs").get_queue_attributes(QueueUrl=made["GlueEventQueue"], AttributeNames=["All"])["Attributes"]
    assert json.loads(queue["RedrivePolicy"])["deadLetterTargetArn"].endswith(made["GlueEventDeadLetters"].split("/")[-1])
    rule = moto.client("events").describe_rule(Name=made["ExportFinishedRule"])
    assert json.loads(rule["EventPattern"])["detail"]["bucket"]["name"] == [made["LakeBucket"]]
