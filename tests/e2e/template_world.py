"""deploy/template.yaml as CloudFormation would see it: transformed by AWS's own translator, and resolved for parameters by
an evaluator of the intrinsic functions that the template uses (an unknown one is an error)."""

import copy
import functools
import os
import pathlib
import platform
import re

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

TOP = pathlib.Path(__file__).resolve().parents[2]
TEMPLATE = TOP / "deploy/template.yaml"
CODE = {"bucket": "packaged", "key": "bootstrap.zip"}
ACCOUNT = "123456789012"
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555"
SECRET = f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:snowflake-AbCdEf"
PSEUDO = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::StackId": f"arn:aws:cloudformation:us-east-1:{ACCOUNT}:stack/lakefeed/0a1b2c3d-0000-1111-2222-333333333333",
    "AWS::StackName": "lakefeed",
    "AWS::URLSuffix": "amazonaws.com",
}
# What a part needs to be in, all else off.
NOTHING = {
    "SourceTableName": "orders",
    "CreateSourceTable": "false",
    "SourceTableArn": f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/orders",
    "SourceStreamArn": f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/orders/stream/2026-11-20T00:00:00.000",
    "ChangeFeed": "none",
    "LakeDelivery": "false",
    "GlueTables": "false",
    "Alarms": "false",
}
EVERYTHING = {
    "SourceTableName": "orders",
    "SortKeyName": "at",
    "ReverseIndex": "true",
    "TypeIndexAttribute": "kind",
    "TimeToLiveAttribute": "expires",
    "ExportType": "auto",
    "ExportToLake": "true",
    "StreamToS3": "csv",
    "CsvColumns": "id,at,__operation",
    "Crawler": "true",
    "LakeColumns": "id string;total decimal(38,2);address struct<city:string>",
    "IcebergDelivery": "true",
    "GlueToSnowflake": "native",
    "SnowflakeSecretArn": SECRET,
    "SnowflakeAccountPrincipal": "arn:aws:iam::999999999999:user/abc1-b-self1234",
    "SnowflakeExternalId": "ORG_SFCRole=2_abc",
    "SnowflakeQueueArn": "arn:aws:sqs:us-east-1:999999999999:sf-snowpipe-AIDA",
    "ApiUrl": "https://api.example.com/v1/current?q={place}",
    "ApiPlaces": "Paris,New York",
    "ApiItemMap": '{"id":{"place":true},"at":{"now":"iso8601"},"temp":"/current/temp_c"}',
    "ApiTableTarget": "own",
    "ApiKeySecretArn": SECRET,
    "AlarmEmail": "ops@example.com",
    "KmsKeyArn": KEY,
    "Tracing": "Active",
}


class Policies:
    """SAM's list of managed policies, which the template needs none of."""

    def load(self):
        return {}


@functools.cache
def source() -> dict:
    return yaml_parse(TEMPLATE.read_text())


@functools.cache
def transformed() -> dict:
    """The template as `sam package` and the SAM transform leave it; not to be changed."""
    packaged = copy.deepcopy(source())
    for resource in packaged["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = {"Bucket": CODE["bucket"], "Key": CODE["key"]}
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    return transform(packaged, {"SourceTableName": "orders"}, Policies())


NO_VALUE = object()


def own_zip(dist: pathlib.Path, function: str) -> pathlib.Path:
    """A function's zip for this machine; those for another may lie beside it."""
    return dist / f"{function}-{ {'aarch64': 'arm64'}.get(platform.machine(), platform.machine()) }.zip"


class Stack:
    """The resources that a set of parameters makes, with what can be known of their properties."""

    def __init__(self, **parameters):
        self.template = transformed()
        self.parameters = {**self._defaults(), **self._typed(parameters)}
        self._conditions = {}
        self.resources = {
            name: resource
            for name, resource in self.template["Resources"].items()
            if "Condition" not in resource or self.condition(resource["Condition"])
        }

    def _type(self, name) -> str:
        assert name in self.template["Parameters"], f"no parameter is named {name}"
        return self.template["Parameters"][name]["Type"]

    def _typed(self, parameters) -> dict:
        return {
            name: str(value).split(",") if self._type(name) == "CommaDelimitedList" else str(value)
            for name, value in parameters.items()
        }

    def _defaults(self) -> dict:
        given = self.template["Parameters"].items()
        return self._typed({name: parameter["Default"] for name, parameter in given if "Default" in parameter})

    def condition(self, name) -> bool:
        if name not in self._conditions:
            self._conditions[name] = self.value(self.template["Conditions"][name])
        return self._conditions[name]

    def properties(self, name) -> dict:
        return self.value(self.resources[name].get("Properties", {}))

    def broken_rules(self) -> list:
        """The descriptions of the assertions that refuse these parameters."""
        return [
            assertion["AssertDescription"].strip()
            for rule in self.template["Rules"].values()
            if self.value(rule["RuleCondition"])
            for assertion in rule["Assertions"]
            if not self.value(assertion["Assert"])
        ]

    def outputs(self) -> dict:
        return {
            name: self.value(output["Value"])
            for name, output in self.template["Outputs"].items()
            if "Condition" not in output or self.condition(output["Condition"])
        }

    def value(self, node):
        if isinstance(node, list):
            return [v for v in map(self.value, node) if v is not NO_VALUE]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            ((key, argument),) = node.items()
            if key == "Condition" and isinstance(argument, str):
                return self.condition(argument)
            if key == "Ref" or key.startswith("Fn::"):
                return getattr(self, "_" + key.removeprefix("Fn::").lower())(argument)
        values = {key: self.value(value) for key, value in node.items()}
        return {key: value for key, value in values.items() if value is not NO_VALUE}

    def _ref(self, name):
        if name == "AWS::NoValue":
            return NO_VALUE
        if name in PSEUDO:
            return PSEUDO[name]
        if name in self.parameters:
            return self.parameters[name]
        assert name in self.resources, f"Ref of {name}, which these parameters do not make"
        physical = self.properties(name)
        kind = self.resources[name]["Type"]
        if kind in ("AWS::StepFunctions::StateMachine", "AWS::SNS::Topic"):
            return self._arn(name)
        if kind == "AWS::SQS::Queue":
            return f"https://sqs.us-east-1.amazonaws.com/{ACCOUNT}/{name}"
        if kind == "AWS::Glue::Database":
            return physical["DatabaseInput"]["Name"]
        for named in ("TableName", "BucketName", "Name", "LogGroupName", "LogStreamName"):
            if named in physical:
                return physical[named]
        return name.lower() if kind == "AWS::S3::Bucket" else name

    def _arn(self, name) -> str:
        kind = self.resources[name]["Type"]
        home = f"us-east-1:{ACCOUNT}"
        if kind == "AWS::S3::Bucket":
            return f"arn:aws:s3:::{self._ref(name)}"
        if kind == "AWS::IAM::Role":
            return f"arn:aws:iam::{ACCOUNT}:role/{name}"
        if kind == "AWS::Logs::LogGroup":
            return f"arn:aws:logs:{home}:log-group:{self._ref(name)}:*"
        if kind == "AWS::Lambda::Function":
            return f"arn:aws:lambda:{home}:function:{name}"
        if kind == "AWS::DynamoDB::Table":
            return f"arn:aws:dynamodb:{home}:table/{self._ref(name)}"
        return f"arn:aws:{kind.split('::')[1].lower()}:{home}:{name}"

    def _getatt(self, argument):
        name, attribute = argument if isinstance(argument, list) else argument.split(".", 1)
        assert name in self.resources, f"Fn::GetAtt of {name}, which these parameters do not make"
        if attribute == "StreamArn":
            return self._arn(name) + "/stream/2026-11-20T00:00:00.000"
        return self._arn(name) if attribute.lower().endswith("arn") else f"{name}-{attribute}"

    def _sub(self, argument):
        text, given = (argument[0], argument[1]) if isinstance(argument, list) else (argument, {})

        def fill(match):
            name = match[1]
            if name in given:
                return str(self.value(given[name]))
            if name in self.template.get("Parameters", {}) or name in PSEUDO or "." not in name:
                return str(self._ref(name))
            return str(self._getatt(name))

        return re.sub(r"\$\{([^!}][^}]*)\}", fill, text)

    def _if(self, argument):
        name, yes, no = argument
        return self.value(yes if self.condition(name) else no)

    def _join(self, argument):
        return argument[0].join(map(str, self.value(argument[1])))

    def _split(self, argument):
        return self.value(argument[1]).split(argument[0])

    def _select(self, argument):
        return self.value(argument[1])[int(argument[0])]

    def _equals(self, argument):
        left, right = self.value(argument)
        return str(left) == str(right)

    def _not(self, argument):
        return not self.value(argument)[0]

    def _and(self, argument):
        return all(self.value(argument))

    def _or(self, argument):
        return any(self.value(argument))


def listed(value) -> list:
    return value if isinstance(value, list) else [value]
