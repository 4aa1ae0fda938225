#!/usr/bin/env python3
"""The alarms and the dashboard of deploy/template.yaml, made from the tables below.

    deploy/alarms.py            writes the region "alarms and dashboard"
    deploy/alarms.py --check    fails where it is out of date

An alarm has a section of its name in deploy/RUNBOOK.md. How a metric is to be read, and what its dimension is, stands on the
service's page of CloudWatch metrics; lakefeed's own are in the namespace `lakefeed`, by `service`, the function's name
(common/base/metrics.h). What counts is summed: an average of Errors is a share between 0 and 1.

Missing data, by what it means:
  notBreaching  the metric is only there when something happened, or runs
  ignore        the last value holds until the next one: an age that nobody reports has not fallen
  breaching     silence is the fault"""

import dataclasses
import json
import pathlib
import re
import sys

TOP = pathlib.Path(__file__).resolve().parents[1]
TEMPLATE = TOP / "deploy/template.yaml"
BEGIN = "  # -- alarms and dashboard --"
END = "  # -- end of alarms and dashboard --"
MADE = "  # Made by deploy/alarms.py."

MINUTE, HOUR = 60, 3600
HOUR_MS = 3_600_000


@dataclasses.dataclass
class Alarm:
    name: str  # the logical id without "Alarm"
    condition: str  # of the part
    urgency: str  # Page or Warning
    text: str  # what it means, in a sentence
    runbook: str  # the runbook's anchor
    namespace: str = "AWS/Lambda"
    metric: str = ""
    dimensions: tuple = ()  # pairs of a name and YAML
    statistic: str = "Sum"
    period: int = 5 * MINUTE
    of: object = 1  # data points that breach, of as many: a number, or YAML
    comparison: str = "GreaterThanThreshold"
    threshold: object = 0
    missing: str = "notBreaching"
    expression: str = ""  # metric math over `metric`, which is `m` in it
    query: str = ""  # instead of all: a Metrics Insights query


# logical id without "Function": its condition, and whether it runs all the time (then a single throttle is no fault)
FUNCTIONS = {
    "TableExport": ("HasTableExport", False),
    "ExportToLake": ("HasExportToLake", False),
    "StreamToKinesis": ("HasStreamToKinesis", True),
    "FirehoseTransform": ("HasLakeDelivery", True),
    "IcebergTransform": ("HasIcebergDelivery", True),
    "StreamToS3": ("HasStreamToS3", True),
    "GlueToSnowflake": ("HasGlueToSnowflake", False),
    "ApiToDynamodb": ("HasApiToDynamodb", False),
}
STREAM_FUNCTIONS = ["StreamToKinesis", "StreamToS3"]
ASYNCHRONOUS = ["TableExport", "GlueToSnowflake", "ApiToDynamodb"]  # invoked by Scheduler, with a destination for failures
# Conditions that no part but an alarm needs.
CONDITIONS = {
    "HasFullExport": "!Equals [!Ref ExportType, full]",
    "HasExportChain": "!Or [!Equals [!Ref ExportType, incremental], !Equals [!Ref ExportType, auto]]",
    "HasStreamToS3Csv": "!Equals [!Ref StreamToS3, csv]",
    "HasCloudTrailEvents": "!Equals [!Ref GlueToSnowflake, cloudtrail]",
}


def function_dimension(function: str) -> tuple:
    return (("FunctionName", f"!Ref {function}Function"),)


def own(function: str) -> dict:
    return {"namespace": "lakefeed", "dimensions": (("service", f"!Ref {function}Function"),)}


def function_alarms(function: str, timeout_s: int) -> list:
    condition, steady = FUNCTIONS[function]
    dimensions = function_dimension(function)
    three = 3 if steady else 1
    return [
        Alarm(f"{function}Errors", condition, "Page", "Invocations failed.", "errors", metric="Errors", dimensions=dimensions),
        Alarm(f"{function}Throttles", condition, "Warning", "Lambda refused to start the function.", "throttles",
              metric="Throttles", dimensions=dimensions, of=three),
        Alarm(f"{function}Duration", condition, "Warning", f"Above 80 % of the timeout of {timeout_s} s.", "duration",
              metric="Duration", dimensions=dimensions, statistic="p99", of=three, threshold=timeout_s * 800),
    ]  # fmt: skip


def stream_alarms(function: str) -> list:
    condition = FUNCTIONS[function][0]
    dimensions = function_dimension(function)
    by_mapping = (("EventSourceMappingUUID", f"!Ref {function}Mapping"),)
    age = dict(metric="IteratorAge", dimensions=dimensions, statistic="Maximum", period=MINUTE, missing="ignore")
    return [
        Alarm(f"{function}IteratorAgeWarning", condition, "Warning", "5 minutes behind the stream.", "iterator-age",
              of=5, threshold=300_000, **age),
        Alarm(f"{function}IteratorAge", condition, "Page", "An hour behind the stream, which forgets after 24.", "iterator-age",
              of=3, threshold=HOUR_MS, **age),
        Alarm(f"{function}FailedBatches", condition, "Page", "Lambda gave a batch up; S3 has it.", "failed-batches",
              metric="OnFailureDestinationDeliveredEventCount", dimensions=by_mapping),
        Alarm(f"{function}DroppedEvents", condition, "Page", "Lambda gave records up, and no destination has them.",
              "dropped-events", metric="DroppedEventCount", dimensions=by_mapping),
        Alarm(f"{function}DestinationFailures", condition, "Page", "Lambda could not store a batch that it gave up.",
              "dropped-events", metric="DestinationDeliveryFailures", dimensions=dimensions),
    ]  # fmt: skip


def delivery_alarms(stream: str, condition: str) -> list:
    base = dict(namespace="AWS/Firehose", dimensions=(("DeliveryStreamName", f"!Ref {stream}"),))
    to = "DeliveryToS3" if stream == "LakeDeliveryStream" else "DeliveryToIceberg"
    name = stream.removesuffix("Stream")
    alarms = [
        Alarm(f"{name}Freshness", condition, "Page", "Data waits for more than 15 minutes, Firehose's longest buffer.",
              "delivery-freshness", metric=f"{to}.DataFreshness", statistic="Maximum", of=3, threshold=900, **base),
        Alarm(f"{name}Transform", condition, "Page", "Invocations of firehose_transform failed.", "transform-failed",
              metric="ExecuteProcessing.Success", statistic="Average", comparison="LessThanThreshold", threshold=1, **base),
    ]  # fmt: skip
    if stream == "LakeDeliveryStream":
        alarms += [
            Alarm(f"{name}Failed", condition, "Page", "Firehose cannot write to the lake.", "delivery-failed",
                  metric="DeliveryToS3.Success", statistic="Average", of=3, comparison="LessThanThreshold", threshold=1, **base),
            Alarm(f"{name}Partitions", condition, "Warning", "More partitions at once than Firehose takes.",
                  "partition-count", metric="PartitionCountExceeded", statistic="Maximum", **base),
        ]  # fmt: skip
    else:
        alarms.append(
            Alarm(f"{name}Failed", condition, "Page", "Rows went to the error prefix, not into the table.", "delivery-failed",
                  metric="DeliveryToIceberg.FailedRowCount", **base)
        )  # fmt: skip
    return alarms


def kinesis_alarms() -> list:
    base = dict(condition="HasChangeStream", namespace="AWS/Kinesis", dimensions=(("StreamName", "!Ref ChangeStream"),),
                period=MINUTE)  # fmt: skip
    return [
        Alarm("ChangeStreamWriteLimit", urgency="Warning", text="Kinesis refused records, for 5 minutes on end.",
              runbook="kinesis-limits", metric="WriteProvisionedThroughputExceeded", of=5, **base),
        Alarm("ChangeStreamReadLimit", urgency="Warning", text="Kinesis refused reads, for 15 minutes on end.",
              runbook="kinesis-limits", metric="ReadProvisionedThroughputExceeded", of=15, **base),
        Alarm("ChangeStreamIteratorAge", urgency="Page", text="A reader is an hour behind the stream.",
              runbook="kinesis-readers", metric="GetRecords.IteratorAgeMilliseconds", statistic="Maximum", of=5,
              threshold=HOUR_MS, **base),
    ]  # fmt: skip


def native_feed_alarms() -> list:
    # The value of the dimension DelegatedOperation stands on no page of AWS's: a query does not need it.
    def query(function: str, metric: str) -> str:
        return (f'SELECT {function}({metric}) FROM SCHEMA("AWS/DynamoDB", DelegatedOperation, TableName) '
                "WHERE TableName = '${SourceTableName}'")  # fmt: skip

    return [
        Alarm("NativeFeedAge", "HasNativeFeed", "Warning", "DynamoDB's feed to Kinesis is 5 minutes behind.", "native-feed",
              query=query("MAX", "AgeOfOldestUnreplicatedRecord"), of=3, threshold=300_000),
        Alarm("NativeFeedFailures", "HasNativeFeed", "Page", "DynamoDB's feed left records out: they are too large.",
              "native-feed", query=query("SUM", "FailedToReplicateRecordCount")),
    ]  # fmt: skip


def export_alarms() -> list:
    states = dict(namespace="AWS/States", dimensions=(("StateMachineArn", "!Ref ExportToLakeStateMachine"),))
    age = dict(urgency="Page", runbook="export-age", statistic="Maximum", period=HOUR, missing="ignore",
               expression=f"m / {HOUR_MS}", threshold="!Ref ExportOverdueHours", **own("TableExport"))  # fmt: skip
    return [
        Alarm("ExportOverdue", "HasTableExport", "Page", "No export has been started for 1.5 periods.", "export-overdue",
              metric="ExportsStarted", period=HOUR, of="!Ref ExportOverdueHours", comparison="LessThanThreshold", threshold=1,
              missing="breaching", **own("TableExport")),
        Alarm("ExportsFailed", "HasTableExport", "Page", "Exports could not be started.", "exports-failed",
              metric="ExportsFailed", **own("TableExport")),
        Alarm("ExportAge", "HasFullExport", text="The newest complete export is too old.",
              metric="NewestCompleteExportAgeMs", **age),
        Alarm("ChainLag", "HasExportChain", text="Complete exports rebuild the table only as of long ago.",
              metric="ChainLagMs", **age),
        Alarm("ExportGaps", "HasExportChain", "Page", "A stretch of time is in no export.", "export-gaps",
              metric="Gaps", **own("TableExport")),
        Alarm("ExportToLakeFailed", "HasExportToLake", "Page", "An export did not get into the lake.", "export-to-lake",
              metric="ExecutionsFailed", **states),
        Alarm("ExportToLakeTimedOut", "HasExportToLake", "Page", "An export did not get into the lake in time.",
              "export-to-lake", metric="ExecutionsTimedOut", **states),
    ]  # fmt: skip


def record_alarms() -> list:
    return [
        Alarm("RecordsQuarantined", "HasStreamToKinesis", "Warning", "stream_to_kinesis put poison records aside.",
              "quarantine", metric="RecordsQuarantined", **own("StreamToKinesis")),
        Alarm("RecordsNotTransformed", "HasLakeDelivery", "Page", "firehose_transform refused records.",
              "records-not-transformed", metric="RecordsFailed", **own("FirehoseTransform")),
        Alarm("RowsNotTransformed", "HasIcebergDelivery", "Page", "firehose_transform refused records for Iceberg.",
              "records-not-transformed", metric="RecordsFailed", **own("IcebergTransform")),
        Alarm("AttributesLeftOut", "HasStreamToS3Csv", "Warning", "Attributes that CSV_COLUMNS does not name.",
              "attributes-left-out", metric="AttributesLeftOut", period=HOUR, **own("StreamToS3")),
    ]  # fmt: skip


def sync_alarms() -> list:
    return [
        Alarm("TablesFailed", "HasGlueToSnowflake", "Page", "Tables in Snowflake could not be brought in step.",
              "tables-failed", metric="TablesFailed", **own("GlueToSnowflake")),
        Alarm("SyncLag", "HasGlueToSnowflake", "Warning", "A change of the catalog took more than 15 minutes to Snowflake.",
              "sync-lag", metric="SyncLagMs", statistic="Maximum", threshold=900_000, **own("GlueToSnowflake")),
        Alarm("SyncQueueAge", "HasGlueToSnowflake", "Page", "A change of the catalog has waited for an hour.", "sync-lag",
              namespace="AWS/SQS", metric="ApproximateAgeOfOldestMessage", statistic="Maximum", of=3, threshold=HOUR,
              dimensions=(("QueueName", "!GetAtt GlueEventQueue.QueueName"),)),
        Alarm("EventsWithoutTable", "HasCloudTrailEvents", "Warning", "CloudTrail left a table's name out.",
              "events-without-table", metric="EventsWithoutTable", **own("GlueToSnowflake")),
    ]  # fmt: skip


def dead_letter_alarms() -> list:
    def alarm(queue: str, condition: str, text: str) -> Alarm:
        return Alarm(queue, condition, "Page", text, "dead-letters", namespace="AWS/SQS",
                     metric="ApproximateNumberOfMessagesVisible", statistic="Maximum",
                     dimensions=(("QueueName", f"!GetAtt {queue}.QueueName"),))  # fmt: skip

    return [
        alarm("GlueEventDeadLetters", "HasGlueToSnowflake", "Events of the catalog that failed for good."),
        alarm("ScheduleDeadLetters", "HasScheduleDeadLetters", "Runs and events that failed for good, or were not delivered."),
        alarm("StreamDeadLetters", "HasStreamMapping", "Batches that Lambda gave up, and quarantined records."),
    ]


def rule_alarms() -> list:
    def alarm(rule: str, condition: str, metric: str, text: str) -> Alarm:
        return Alarm(f"{rule}{metric}", condition, "Page", text, "rules", namespace="AWS/Events", metric=metric,
                     dimensions=(("RuleName", f"!Ref {rule}"),))  # fmt: skip

    lost = "An event of this rule could not even be kept as a dead letter."
    return [
        alarm("ExportFinishedRule", "HasExportToLake", "FailedInvocations", "A finished export did not start the state machine."),
        alarm("ExportFinishedRule", "HasExportToLake", "InvocationsFailedToBeSentToDlq", lost),
        alarm("GlueEventRule", "HasGlueToSnowflake", "FailedInvocations", "An event of the catalog did not get into the queue."),
        alarm("GlueEventRule", "HasGlueToSnowflake", "InvocationsFailedToBeSentToDlq", lost),
        alarm("FailedBatchRule", "HasStreamMapping", "FailedInvocations", "Nobody was told of a batch that was put aside."),
    ]


def schedule_alarms() -> list:
    base = dict(condition="HasSchedule", urgency="Page", runbook="schedules", namespace="AWS/Scheduler",
                dimensions=(("ScheduleGroup", "!Ref ScheduleGroup"),))  # fmt: skip
    alarms = [
        Alarm("ScheduleTargetErrors", text="Lambda refused scheduled runs.", metric="TargetErrorCount", **base),
        Alarm("ScheduleDropped", text="A scheduled run was given up.", metric="InvocationDroppedCount", **base),
        Alarm("ScheduleDeadLetterFailures", text="A scheduled run was given up, and not kept as a dead letter.",
              metric="InvocationsFailedToBeSentToDeadLetterCount", **base),
    ]  # fmt: skip
    for function in ASYNCHRONOUS:
        common = dict(condition=FUNCTIONS[function][0], urgency="Page", runbook="schedules",
                      dimensions=function_dimension(function))  # fmt: skip
        alarms += [
            Alarm(f"{function}EventsDropped", text="Lambda dropped a run without starting it.", metric="AsyncEventsDropped", **common),
            Alarm(f"{function}DestinationFailures", text="A run failed for good, and was not kept as a dead letter.",
                  metric="DestinationDeliveryFailures", **common),
        ]  # fmt: skip
    return alarms


def all_alarms(timeouts: dict) -> list:
    alarms = [alarm for function in FUNCTIONS for alarm in function_alarms(function, timeouts[function])]
    alarms += [alarm for function in STREAM_FUNCTIONS for alarm in stream_alarms(function)]
    alarms += record_alarms() + kinesis_alarms() + native_feed_alarms()
    alarms += delivery_alarms("LakeDeliveryStream", "HasLakeDelivery")
    alarms += delivery_alarms("IcebergDeliveryStream", "HasIcebergDelivery")
    return alarms + export_alarms() + sync_alarms() + schedule_alarms() + rule_alarms() + dead_letter_alarms()


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def alarm_yaml(alarm: Alarm) -> str:
    lines = [
        f"{alarm.name}Alarm:",
        "  Type: AWS::CloudWatch::Alarm",
        f"  Condition: {alarm.condition}Alarms",
        "  Properties:",
        "    AlarmDescription: "
        + quoted(f"{alarm.urgency}. {alarm.text} deploy/RUNBOOK.md#{alarm.runbook}"),
    ]
    dimensions = [f"- {{Name: {name}, Value: {value}}}" for name, value in alarm.dimensions]
    if alarm.query:
        lines += ["    Metrics:", "      - Id: q", f"        Expression: !Sub {quoted(alarm.query)}",
                  f"        Period: {alarm.period}", "        ReturnData: true"]  # fmt: skip
    elif alarm.expression:
        lines += ["    Metrics:", "      - Id: m", "        MetricStat:", "          Metric:",
                  f"            Namespace: {alarm.namespace}", f"            MetricName: {alarm.metric}",
                  "            Dimensions:", *(f"              {dimension}" for dimension in dimensions),
                  f"          Period: {alarm.period}", f"          Stat: {alarm.statistic}", "        ReturnData: false",
                  "      - Id: e", f"        Expression: {alarm.expression}", "        ReturnData: true"]  # fmt: skip
    else:
        kind = "ExtendedStatistic" if alarm.statistic.startswith("p") else "Statistic"
        lines += [f"    Namespace: {alarm.namespace}", f"    MetricName: {alarm.metric}", "    Dimensions:",
                  *(f"      {dimension}" for dimension in dimensions), f"    {kind}: {alarm.statistic}",
                  f"    Period: {alarm.period}"]  # fmt: skip
    lines += [
        f"    EvaluationPeriods: {alarm.of}",
        f"    DatapointsToAlarm: {alarm.of}",
        f"    ComparisonOperator: {alarm.comparison}",
        f"    Threshold: {alarm.threshold}",
        f"    TreatMissingData: {alarm.missing}",
        "    AlarmActions: [!Ref AlarmTopic]",
        "    OKActions: [!Ref AlarmTopic]",
    ]
    return "".join(f"  {line}\n" for line in lines)


def widget(title: str, metrics: list, left: str = "") -> dict:
    """`metrics` are those of a dashboard's body: [namespace, name, dimension, value, options]."""
    properties = {"title": title, "region": "${AWS::Region}", "view": "timeSeries", "period": 300, "metrics": metrics}
    if left:
        properties["yAxis"] = {"left": {"label": left, "showUnits": False}}
    return {"type": "metric", "width": 12, "height": 6, "properties": properties}


def metric(namespace: str, name: str, dimension: str, value: str, statistic: str = "Sum", **more) -> list:
    return [namespace, name, dimension, "${" + value + "}", {"stat": statistic, **more}]


def function_widget(function: str) -> dict:
    def of(name: str, statistic: str, **more) -> list:
        return metric("AWS/Lambda", name, "FunctionName", f"{function}Function", statistic, **more)

    right = {"yAxis": "right"}
    return widget(f"{function}: runs, errors, p99 (right, ms)",
                  [of("Invocations", "Sum"), of("Errors", "Sum"), of("Throttles", "Sum"), of("Duration", "p99", **right)])  # fmt: skip


def own_widget(function: str, title: str, names: dict) -> dict:
    return widget(title, [metric("lakefeed", name, "service", f"{function}Function", statistic)
                          for name, statistic in names.items()])  # fmt: skip


def stream_widget(function: str, names: list) -> dict:
    return own_widget(function, f"{function}: records", dict.fromkeys(names, "Sum"))


def age_widget(function: str) -> dict:
    return widget(f"{function}: age of the records", [
        metric("AWS/Lambda", "IteratorAge", "FunctionName", f"{function}Function", "Maximum"),
        metric("lakefeed", "RecordAgeMs", "service", f"{function}Function", "Maximum"),
    ], "ms")  # fmt: skip


def delivery_widget(stream: str, to: str, more: list) -> dict:
    names = {f"{to}.DataFreshness": "Maximum", "KinesisMillisBehindLatest": "Maximum", "ExecuteProcessing.Duration": "Maximum"}
    return widget(f"{stream}: freshness (s); behind Kinesis, transform (right, ms); counts", [
        metric("AWS/Firehose", name, "DeliveryStreamName", stream, statistic,
               **({} if name.endswith("Freshness") else {"yAxis": "right"})) for name, statistic in names.items()
    ] + [metric("AWS/Firehose", name, "DeliveryStreamName", stream) for name in more])  # fmt: skip


def widgets() -> list:
    """Pairs of a part's condition and its widget, in the order of the data's way."""
    transformed = ["RecordsIn", "RecordsOk", "RecordsDropped", "RecordsFailed"]
    shown = [
        ("HasStreamToKinesis", stream_widget("StreamToKinesis", [
            "RecordsIn", "RecordsOut", "RecordsFailed", "RecordsFiltered", "RecordsQuarantined", "DuplicatesPossible",
            "RetryCount", "Throttles", "UnknownOutcomes"])),
        ("HasStreamToKinesis", age_widget("StreamToKinesis")),
        ("HasStreamToS3", stream_widget("StreamToS3", [
            "RecordsIn", "RecordsOut", "RecordsFailed", "RecordsFiltered", "ObjectsStored"])),
        ("HasStreamToS3", age_widget("StreamToS3")),
        ("HasChangeStream", widget("Kinesis: records, and what it refused", [
            metric("AWS/Kinesis", name, "StreamName", "ChangeStream")
            for name in ["IncomingRecords", "WriteProvisionedThroughputExceeded", "ReadProvisionedThroughputExceeded"]])),
        ("HasChangeStream", widget("Kinesis: how far its slowest reader is behind", [
            metric("AWS/Kinesis", "GetRecords.IteratorAgeMilliseconds", "StreamName", "ChangeStream", "Maximum")], "ms")),
        ("HasLakeDelivery", stream_widget("FirehoseTransform", transformed)),
        ("HasIcebergDelivery", stream_widget("IcebergTransform", transformed)),
        ("HasLakeDelivery", delivery_widget("LakeDeliveryStream", "DeliveryToS3", ["DeliveryToS3.Records"])),
        ("HasIcebergDelivery", delivery_widget("IcebergDeliveryStream", "DeliveryToIceberg", [
            "DeliveryToIceberg.SuccessfulRowCount", "DeliveryToIceberg.FailedRowCount"])),
        ("HasTableExport", own_widget("TableExport", "Exports: age (ms) and counts", {
            "NewestCompleteExportAgeMs": "Maximum", "ExportsStarted": "Sum", "ExportsFailed": "Sum", "EarlierFailed": "Sum"})),
        ("HasExportChain", own_widget("TableExport", "Chain of exports: lag (ms) and counts", {
            "ChainLagMs": "Maximum", "WindowsBehind": "Maximum", "WindowsRepaired": "Sum", "Gaps": "Sum", "Overlaps": "Sum"})),
        ("HasExportToLake", own_widget("ExportToLake", "Exports into the lake", {
            "Items": "Sum", "FilesConverted": "Sum", "FilesKept": "Sum", "ExportsFailed": "Sum"})),
        ("HasGlueToSnowflake", own_widget("GlueToSnowflake", "Snowflake: tables", dict.fromkeys(
            ["TablesCreated", "TablesAltered", "TablesReplaced", "TablesFailed", "TablesSkipped", "StatementsFailed"], "Sum"))),
        ("HasGlueToSnowflake", widget("Snowflake: lag (ms), age of the queue (right, s)", [
            metric("lakefeed", "SyncLagMs", "service", "GlueToSnowflakeFunction", "Maximum"),
            metric("AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", "GlueEventQueue.QueueName", "Maximum",
                   yAxis="right")])),
        ("HasApiToDynamodb", own_widget("ApiToDynamodb", "ApiToDynamodb: places", {
            "ItemsWritten": "Sum", "PlacesFailed": "Sum"})),
    ]  # fmt: skip
    return shown + [(condition, function_widget(function)) for function, (condition, _) in FUNCTIONS.items()]


def dashboard_yaml() -> str:
    text = {"type": "text", "width": 24, "height": 1, "properties": {
        "markdown": "**${AWS::StackName}**: what each alarm means and what to do stands in deploy/RUNBOOK.md"}}  # fmt: skip
    lines = [
        "Dashboard:",
        "  Type: AWS::CloudWatch::Dashboard",
        "  Condition: HasAlarms",
        "  Properties:",
        "    DashboardName: !Sub '${AWS::StackName}-${AWS::Region}'",
        "    DashboardBody: !Join",
        "      - ''",
        "      - - !Sub " + quoted('{"widgets":[' + compact(text)),
    ]
    for condition, shown in widgets():
        lines.append(f"        - !If [{condition}, !Sub {quoted(',' + compact(shown))}, '']")
    return "".join(f"  {line}\n" for line in [*lines, "        - ']}'"])


def compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


TOPIC = """\
  # CloudWatch may not use the key alias/aws/sns ("Amazon SNS key management"): without a key of one's own the topic has none; it
  # carries alarms' texts. A key of one's own must let cloudwatch.amazonaws.com use kms:Decrypt and kms:GenerateDataKey*.
  AlarmTopic:
    Type: AWS::SNS::Topic
    Condition: HasAlarms
    Properties:
      KmsMasterKeyId: !If [HasKmsKey, !Ref KmsKeyArn, !Ref AWS::NoValue]
      Subscription: !If
        - HasAlarmEmail
        - [{Protocol: email, Endpoint: !Ref AlarmEmail}]
        - !Ref AWS::NoValue
  AlarmTopicPolicy:
    Type: AWS::SNS::TopicPolicy
    Condition: HasAlarms
    Properties:
      Topics: [!Ref AlarmTopic]
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Sid: AlarmsOfThisAccount
            Effect: Allow
            Principal: {Service: cloudwatch.amazonaws.com}
            Action: sns:Publish
            Resource: !Ref AlarmTopic
            Condition:
              StringEquals: {'aws:SourceAccount': !Ref AWS::AccountId}
              ArnLike: {'aws:SourceArn': !Sub 'arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:*'}
          - Sid: TlsOnly
            Effect: Deny
            Principal: '*'
            Action: sns:Publish
            Resource: !Ref AlarmTopic
            Condition:
              Bool: {'aws:SecureTransport': 'false'}
"""


def region(template: str) -> str:
    alarms = all_alarms({function: timeout_of(function, template) for function in FUNCTIONS})
    return TOPIC + "".join(map(alarm_yaml, alarms)) + dashboard_yaml()


def conditions() -> str:
    names = sorted({alarm.condition for alarm in all_alarms(dict.fromkeys(FUNCTIONS, 0))})
    return "".join(
        [f"  {name}: {value}\n" for name, value in CONDITIONS.items()]
        + [f"  {name}Alarms: !And [!Condition {name}, !Condition HasAlarms]\n" for name in names]
    )


def timeout_of(function: str, template: str) -> int:
    block = re.search(rf"^  {function}Function:\n((?:    .*\n|\s*#.*\n|\n)+)", template, re.MULTILINE)
    found = re.search(r"^      Timeout: (\d+)$", block[1] if block else "", re.MULTILINE)
    if not found:
        sys.exit(f"alarms: deploy/template.yaml: {function}Function has no line \"Timeout: SECONDS\"")
    return int(found[1])


def between(template: str, begin: str, end: str, text: str) -> str:
    for marker in (begin, end):
        if template.count(f"\n{marker}\n") != 1:
            sys.exit(f"alarms: deploy/template.yaml has not one line \"{marker.strip()}\"")
    head, rest = template.split(f"\n{begin}\n")
    return f"{head}\n{begin}\n{MADE}\n{text}{end}\n{rest.split(f'{end}' + chr(10), 1)[1]}"


def main() -> None:
    template = TEMPLATE.read_text(encoding="utf-8")
    made = between(template, BEGIN, END, region(template))
    made = between(made, "  # -- conditions of the alarms --", "  # -- end of conditions of the alarms --", conditions())
    if sys.argv[1:] == ["--check"]:
        sys.exit(None if made == template else "alarms: deploy/template.yaml is out of date; deploy/alarms.py writes it")
    if sys.argv[1:]:
        sys.exit("usage: deploy/alarms.py [--check]")
    TEMPLATE.write_text(made, encoding="utf-8")


if __name__ == "__main__":
    main()
