"""The template's alarms and dashboard: each stands on a metric that somebody publishes, can fire, keeps quiet on a good day,
and has its section in the runbook."""

import collections
import concurrent.futures
import dataclasses
import json
import re
import subprocess
import sys

import botocore
import botocore.session
import pytest
from alarm_metrics import AWS_METRICS, samples
from conftest import DIST, TOP
from template_reader import Stack, load

sys.path.insert(0, str(TOP / "bench"))
import cost  # noqa: E402

RUNBOOK = TOP / "deploy/RUNBOOK.md"
EVERYTHING = {
    "ExportType": "auto",
    "ExportToLake": "true",
    "IcebergDelivery": "true",
    "StreamToS3": "csv",
    "GlueToSnowflake": "cloudtrail",
    "ApiUrl": "https://api.example.com/",
    "AlarmEmail": "night@example.com",
}
# The parts that rule others out.
STACKS = {
    "everything": EVERYTHING,
    "native feed and full exports": {**EVERYTHING, "ChangeFeed": "native", "ExportType": "full"},
    "Glue's own events": {**EVERYTHING, "GlueToSnowflake": "native", "StreamToS3": "json"},
    "the defaults": {},
    "nothing": {"ChangeFeed": "none", "LakeDelivery": "false"},
}
# Sample events whose runs show all metrics of each function that an alarm or the dashboard names.
SHOWN_BY = {
    "stream_to_kinesis": ["quarantine_to_s3"],
    "firehose_transform": ["hostile_records_among_good_ones"],
    "stream_to_s3": ["csv_missing_and_extra_attributes"],
    "table_export": ["gap_is_exported", "slot_again_starts_nothing"],
    "glue_to_snowflake": ["one_table_refused", "over_long_request", "changed_type_is_a_replace", "added_column_is_one_alter",
                          "kinds_to_skip"],
    "api_to_dynamodb": ["hostile_one_place_is_not_there"],
    "export_to_lake": ["hostile_wrong_count"],
}  # fmt: skip
FUNCTION_OF = {
    "TableExportFunction": "table_export",
    "ExportToLakeFunction": "export_to_lake",
    "StreamToKinesisFunction": "stream_to_kinesis",
    "FirehoseTransformFunction": "firehose_transform",
    "IcebergTransformFunction": "firehose_transform",
    "StreamToS3Function": "stream_to_s3",
    "GlueToSnowflakeFunction": "glue_to_snowflake",
    "ApiToDynamodbFunction": "api_to_dynamodb",
}


@dataclasses.dataclass
class Alarm:
    name: str
    namespace: str
    metric: str
    dimensions: dict
    statistic: str
    divisor: float
    period: int
    properties: dict


def alarm_of(name: str, properties: dict) -> Alarm:
    if "Metrics" not in properties:
        statistic = properties.get("Statistic") or properties["ExtendedStatistic"]
        source, divisor, period = properties, 1, properties["Period"]
    elif "MetricStat" not in properties["Metrics"][0]:
        return query_alarm(name, properties)
    else:
        first, second = properties["Metrics"]
        stat, source = first["MetricStat"], first["MetricStat"]["Metric"]
        assert (first["ReturnData"], second["ReturnData"]) == (False, True)
        assert re.fullmatch(rf"{first['Id']} / \d+", second["Expression"])
        statistic, divisor, period = stat["Stat"], float(second["Expression"].split("/")[1]), stat["Period"]
    dimensions = {each["Name"]: each["Value"] for each in source["Dimensions"]}
    return Alarm(name, source["Namespace"], source["MetricName"], dimensions, statistic, divisor, period, properties)


def query_alarm(name: str, properties: dict) -> Alarm:
    """A Metrics Insights query. Page: "Metrics Insights query components and syntax"."""
    (query,) = properties["Metrics"]
    found = re.fullmatch(r"SELECT (MAX|SUM)\((\w+)\) FROM SCHEMA\(\"([\w/]+)\", (\w+), (\w+)\) WHERE (\w+) = '([\w.-]+)'",
                         query["Expression"])  # fmt: skip
    assert found and query["ReturnData"] is True, query
    function, metric, namespace, *dimensions, where, value = found.groups()
    assert where in dimensions
    assert query["Period"] * properties["EvaluationPeriods"] <= 3 * 3600, "queries see the last three hours only"
    names = {dimension: value if dimension == where else "" for dimension in dimensions}
    return Alarm(name, namespace, metric, names, {"MAX": "Maximum", "SUM": "Sum"}[function], 1, query["Period"], properties)


TEMPLATE = load()


def alarms_of(parameters: dict) -> list:
    stack = Stack(TEMPLATE, **parameters)
    return [
        alarm_of(name, stack.resolve(properties))
        for name, properties in stack.resources("AWS::CloudWatch::Alarm").items()
    ]


ALL = {alarm.name: alarm for parameters in STACKS.values() for alarm in alarms_of(parameters)}
each_alarm = pytest.mark.parametrize("alarm", ALL.values(), ids=ALL)


@pytest.fixture(scope="session")
def emitted(lakefeed) -> dict:
    """What the functions' own zips write in the Embedded Metric Format: the names, by function."""

    def run(function: str) -> set:
        files = [str(TOP / "events" / function / case / "event.json") for case in SHOWN_BY[function]]
        done = subprocess.run(
            [lakefeed, "replay", function, *files, "--verbose", "--dist", DIST], capture_output=True, text=True, timeout=120,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        names = set()
        for line in (done.stdout + done.stderr).splitlines():
            if not line.startswith('{"_aws"'):
                continue
            written = json.loads(line)
            for directive in written["_aws"]["CloudWatchMetrics"]:
                assert (directive["Namespace"], directive["Dimensions"]) == ("lakefeed", [["service"]])
                assert written["service"] == function  # the local Lambda gives the function this name
                names.update(metric["Name"] for metric in directive["Metrics"])
        return names

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return dict(zip(SHOWN_BY, pool.map(run, SHOWN_BY)))


def check_metric(emitted: dict, namespace: str, metric: str, dimensions: dict, statistic: str) -> None:
    if namespace == "lakefeed":
        assert list(dimensions) == ["service"]
        assert metric in emitted[FUNCTION_OF[dimensions["service"].strip("<>")]]
        assert statistic == ("Maximum" if metric.endswith("Ms") or metric == "WindowsBehind" else "Sum")
    else:
        assert statistic in AWS_METRICS[namespace, tuple(sorted(dimensions))][metric]


def test_all_alarms_are_among_those_tested():
    names = {name for name, body in TEMPLATE["Resources"].items() if body["Type"] == "AWS::CloudWatch::Alarm"}
    assert names == set(ALL)


@each_alarm
def test_somebody_publishes_its_metric(alarm, emitted):
    check_metric(emitted, alarm.namespace, alarm.metric, alarm.dimensions, alarm.statistic)


def test_the_cost_table_counts_these_metrics(emitted):
    names = {"forward": "stream_to_kinesis", "transform": "firehose_transform"}
    assert cost.CUSTOM_METRICS == {name: len(emitted[function]) for name, function in names.items()}


@each_alarm
def test_it_says_what_silence_means_and_tells_the_topic(alarm):
    properties = alarm.properties
    assert properties["TreatMissingData"] in ("notBreaching", "ignore", "breaching")
    assert properties["AlarmActions"] == properties["OKActions"] == ["<AlarmTopic>"]
    assert properties["DatapointsToAlarm"] <= properties["EvaluationPeriods"]
    # Page "PutMetricAlarm", Period.
    limit = 604_800 if alarm.period >= 3600 else 86_400
    assert alarm.period * properties["EvaluationPeriods"] <= limit
    assert alarm.period % 60 == 0


# -- can it fire? -----------------------------------------------------------------------------------------------------


def aggregate(values: list, statistic: str) -> float:
    if statistic.startswith("p"):
        ranked = sorted(values)
        return ranked[min(len(ranked) - 1, int(len(ranked) * float(statistic[1:]) / 100))]
    return {"Sum": sum, "Maximum": max, "Average": lambda of: sum(of) / len(of)}[statistic](values)


def states(alarm: Alarm, periods: list) -> list:
    """The alarm's state after each period, as "Using Amazon CloudWatch alarms" and "Configuring how CloudWatch alarms treat
    missing data" have it. A period is a list of samples, or None."""
    properties = alarm.properties
    compare = {
        "GreaterThanThreshold": lambda value: value > float(properties["Threshold"]),
        "LessThanThreshold": lambda value: value < float(properties["Threshold"]),
    }[properties["ComparisonOperator"]]
    points = collections.deque(maxlen=int(properties["EvaluationPeriods"]))
    state, found = "OK", []
    for period in periods:
        points.append(None if period is None else compare(aggregate(period, alarm.statistic) / alarm.divisor))
        missing = properties["TreatMissingData"]
        if len(points) == points.maxlen and not (missing == "ignore" and None in points):
            breaching = [missing == "breaching" if point is None else point for point in points]
            state = "ALARM" if sum(breaching) >= int(properties["DatapointsToAlarm"]) else "OK"
        found.append(state)
    return found


def day_and_bad_day(alarm: Alarm) -> tuple:
    if alarm.metric != "Duration":
        return samples(alarm.metric)
    timeout_ms = TEMPLATE["Resources"][alarm.dimensions["FunctionName"].strip("<>")]["Properties"]["Timeout"] * 1000
    return [40] * 99 + [timeout_ms / 2], [40] * 98 + [timeout_ms * 0.9] * 2


@each_alarm
def test_it_fires_when_wanted_and_not_on_a_good_day(alarm):
    healthy, breaching = day_and_bad_day(alarm)
    count = int(alarm.properties["EvaluationPeriods"])
    assert set(states(alarm, [healthy] * 3 * count)) == {"OK"}
    assert states(alarm, [healthy] * count + [breaching] * count)[-1] == "ALARM"
    # It comes back by itself once all is well. An age that nobody reports does not.
    assert states(alarm, [breaching] * count + [healthy] * count)[-1] == "OK"
    if alarm.properties["TreatMissingData"] == "ignore":
        assert states(alarm, [breaching] * count + [None] * count)[-1] == "ALARM"


def test_the_evaluation_finds_alarms_that_can_never_fire():
    """Such as an average of Errors above 50, and a share of successes below 0."""

    def fires(metric: str, **changed) -> bool:
        properties = {"EvaluationPeriods": 1, "DatapointsToAlarm": 1, "ComparisonOperator": "GreaterThanThreshold",
                      "TreatMissingData": "notBreaching", "Threshold": 0, **changed}  # fmt: skip
        alarm = Alarm("x", "", metric, {}, changed.get("Statistic", "Sum"), 1, 300, properties)
        return states(alarm, [samples(metric)[1]])[-1] == "ALARM"

    assert fires("Errors")
    assert not fires("Errors", Statistic="Average", Threshold=50)
    assert not fires("ExecuteProcessing.Success", Statistic="Average", Threshold=0, ComparisonOperator="LessThanThreshold")
    assert not fires("ExportsStarted", ComparisonOperator="LessThanThreshold", Threshold=1)
    assert fires("ExportsStarted", ComparisonOperator="LessThanThreshold", Threshold=1, TreatMissingData="breaching") is True


# -- is every part watched? -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("parameters", STACKS.values(), ids=STACKS)
def test_each_part_that_is_there_has_its_alarms(parameters):
    stack = Stack(TEMPLATE, **parameters)
    watched = {(alarm.metric, value) for alarm in alarms_of(parameters) for value in alarm.dimensions.values()}
    wanted = set()
    for function in stack.resources("AWS::Serverless::Function"):
        wanted |= {(metric, f"<{function}>") for metric in ("Errors", "Throttles", "Duration")}
    for mapping, properties in stack.resources("AWS::Lambda::EventSourceMapping").items():
        if "StartingPosition" in properties:
            function = f"<{properties['FunctionName']['Ref']}>"
            wanted |= {("IteratorAge", function), ("DestinationDeliveryFailures", function)}
            wanted |= {("DroppedEventCount", f"<{mapping}>")}
            assert properties["MetricsConfig"] == {"Metrics": ["EventCount"]}
    for queue in stack.resources("AWS::SQS::Queue"):
        if queue.endswith("DeadLetters"):
            wanted.add(("ApproximateNumberOfMessagesVisible", f"<{queue}.QueueName>"))
    for rule, properties in stack.resources("AWS::Events::Rule").items():
        wanted.add(("FailedInvocations", f"<{rule}>"))
        if "DeadLetterConfig" in properties["Targets"][0]:
            wanted.add(("InvocationsFailedToBeSentToDlq", f"<{rule}>"))
    for machine in stack.resources("AWS::StepFunctions::StateMachine"):
        wanted |= {("ExecutionsFailed", f"<{machine}>"), ("ExecutionsTimedOut", f"<{machine}>")}
    for stream in stack.resources("AWS::KinesisFirehose::DeliveryStream"):
        wanted.add(("ExecuteProcessing.Success", f"<{stream}>"))
        to = "Iceberg" if "Iceberg" in stream else "S3"
        wanted.add((f"DeliveryTo{to}.DataFreshness", f"<{stream}>"))
    for stream in stack.resources("AWS::Kinesis::Stream"):
        wanted |= {(f"{way}ProvisionedThroughputExceeded", f"<{stream}>") for way in ("Read", "Write")}
    for schedule in stack.resources("AWS::Scheduler::Schedule").values():
        assert schedule["GroupName"] == {"Ref": "ScheduleGroup"}
        wanted |= {("InvocationDroppedCount", "<ScheduleGroup>"), ("AsyncEventsDropped", f"<{schedule['Target']['Arn']['Fn::GetAtt'][0]}>")}
    assert wanted - watched == set()


def test_durations_are_80_percent_of_the_timeouts():
    stack = Stack(TEMPLATE, **EVERYTHING)
    timeouts = {f"<{name}>": body["Timeout"] for name, body in stack.resources("AWS::Serverless::Function").items()}
    thresholds = {alarm.dimensions["FunctionName"]: alarm.properties["Threshold"]
                  for alarm in alarms_of(EVERYTHING) if alarm.metric == "Duration"}  # fmt: skip
    assert thresholds == {function: timeout * 1000 * 0.8 for function, timeout in timeouts.items()}


def test_stream_ages_warn_at_5_minutes_and_page_at_an_hour():
    ages = collections.defaultdict(set)
    for alarm in alarms_of(EVERYTHING):
        if alarm.metric == "IteratorAge":
            urgency = alarm.properties["AlarmDescription"].split(".")[0]
            ages[alarm.dimensions["FunctionName"]].add((urgency, alarm.properties["Threshold"]))
    wanted = {("Warning", 5 * 60 * 1000), ("Page", 60 * 60 * 1000)}
    assert ages == {"<StreamToKinesisFunction>": wanted, "<StreamToS3Function>": wanted}


def test_no_alarms_where_they_are_not_wanted():
    stack = Stack(TEMPLATE, **EVERYTHING, Alarms="false")
    kinds = ["AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard", "AWS::SNS::Topic", "AWS::SNS::TopicPolicy"]
    assert [name for kind in kinds for name in stack.resources(kind)] == []


def test_the_template_is_what_the_generator_makes():
    done = subprocess.run([sys.executable, TOP / "deploy/alarms.py", "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


# -- dashboard --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("parameters", STACKS.values(), ids=STACKS)
def test_the_dashboard_shows_metrics_that_somebody_publishes(parameters, emitted, moto):
    stack = Stack(TEMPLATE, **parameters)
    (properties,) = stack.resources("AWS::CloudWatch::Dashboard").values()
    body = stack.resolve(properties["DashboardBody"])
    widgets = json.loads(body)["widgets"]
    for widget in widgets:
        for namespace, metric, dimension, value, options in widget["properties"].get("metrics", []):
            check_metric(emitted, namespace, metric, {dimension: value}, options["stat"])
    shown = {value for widget in widgets for _, _, _, value, _ in widget["properties"].get("metrics", [])}
    assert {f"<{name}>" for name in stack.resources("AWS::Serverless::Function")} <= shown
    moto.client("cloudwatch").put_dashboard(DashboardName="lakefeed", DashboardBody=body)


def test_cloudwatch_takes_the_alarms(moto):
    """boto3 checks the members and their types, moto keeps them. moto evaluates no alarm."""
    cloudwatch = moto.client("cloudwatch")
    for alarm in ALL.values():
        numbers = {name: float(alarm.properties[name]) for name in ("Threshold",)}
        cloudwatch.put_metric_alarm(AlarmName=alarm.name, **{**alarm.properties, **numbers})
    kept = [page["MetricAlarms"] for page in cloudwatch.get_paginator("describe_alarms").paginate()]
    assert {alarm["AlarmName"] for page in kept for alarm in page} == set(ALL)


# -- runbook ----------------------------------------------------------------------------------------------------------


def sections() -> dict:
    """The runbook's sections on alarms, by anchor: the patterns of their alarms' names."""
    found = {}
    for section in re.split(r"^## ", RUNBOOK.read_text(), flags=re.MULTILINE)[1:]:
        title, _, text = section.partition("\n")
        names = re.match(r"\nAlarms: (.+)\n", text)
        if names:
            anchor = re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")
            found[anchor] = re.findall(r"`([\w…]+)`", names[1])
    return found


def test_each_alarm_has_a_section_and_each_section_its_alarms():
    described = sections()
    used = collections.defaultdict(set)
    for alarm in ALL.values():
        anchor = alarm.properties["AlarmDescription"].rpartition("deploy/RUNBOOK.md#")[2]
        assert anchor in described, f"{alarm.name}: the runbook has no section {anchor}"
        matching = [name for name in described[anchor]
                    if re.fullmatch(name.replace("…", r"\w+"), alarm.name.removesuffix("Alarm"))]  # fmt: skip
        assert len(matching) == 1, f"{alarm.name} in {anchor}: {matching}"
        used[anchor].update(matching)
    assert {anchor: set(names) for anchor, names in described.items()} == dict(used)


def commands() -> list:
    blocks = re.findall(r"^```console needs-aws\n(.*?)^```$", RUNBOOK.read_text(), flags=re.MULTILINE | re.DOTALL)
    assert len(blocks) == RUNBOOK.read_text().count("```console")
    lines = [line for block in blocks for line in block.splitlines()]
    assert all(line.startswith("$ ") for line in lines)
    return [line[2:] for line in lines]


GLOBAL_OPTIONS = {"--query", "--output", "--max-items", "--cli-binary-format", "--cli-input-json"}
NOT_FROM_A_MODEL = {("logs", "tail"), ("s3", "ls"), ("s3", "cp"), ("configure", "get")}


def test_the_runbooks_aws_commands_and_their_options_exist():
    """By botocore's models, of which the AWS CLI makes its commands."""
    session, checked = botocore.session.Session(), 0
    for command in commands():
        for call in re.split(r"\baws (?=[a-z])", command)[1:]:
            service, operation = call.split()[:2]
            if (service, operation) in NOT_FROM_A_MODEL:
                continue
            model = session.get_service_model(service)
            names = {botocore.xform_name(name, "-"): name for name in model.operation_names}
            members = model.operation_model(names[operation]).input_shape.members
            options = {"--" + botocore.xform_name(name, "-") for name in members} | GLOBAL_OPTIONS
            assert set(re.findall(r"(?<![\w'`-])--[a-z-]+", call.split(" | ")[0])) <= options, command
            checked += 1
    assert checked > 20


def test_the_runbooks_commands_are_bash_and_name_what_there_is(lakefeed):
    named = set()
    for command in commands():
        done = subprocess.run(["bash", "-n", "-c", command], capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}\n{done.stderr}"
        named |= set(re.findall(r"\$\(of (\w+)\)|\b(?:errors|settings) (\w+)", command))
        for tool, line in re.findall(r"\blakefeed (\w+)( .*)", command):
            help_text = subprocess.run([lakefeed, tool, "--help"], capture_output=True, text=True, check=True).stdout
            assert all(re.search(rf"{option}\b", help_text) for option in re.findall(r"--[a-z-]+", line)), command
    named = {one or other for one, other in named}
    assert named and named <= set(TEMPLATE["Resources"])


def test_the_runbooks_links_lead_somewhere():
    text = RUNBOOK.read_text()
    titles = re.findall(r"^## (.+)$", text, flags=re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
    assert set(re.findall(r"\]\(#([\w-]+)\)", text)) <= anchors
