"""The functions' roles as deploy/template.yaml has them, with sample values in the place of its intrinsic functions,
and one judge of them, @cloud-copilot/iam-simulate."""

import importlib.util
import json
import os
import pathlib
import re
import subprocess

import yaml
from conftest import REGION, TOP

ACCOUNT = "123456789012"
NODE_MODULES = pathlib.Path(os.environ.get("LAKEFEED_NODE_MODULES", TOP / "build/npm/node_modules"))
TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders"
STREAM = f"{TABLE}/stream/2026-11-21T00:00:00.000"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0a1b2c3d-0000-4000-8000-000000000001"
CHANGES = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/DYNAMODB-orders"
BUCKET = "arn:aws:s3:::lake-bucket"
SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:snowflake-AbCdEf"
API_SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:weather-AbCdEf"
API_TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/weather"
DEAD_LETTERS = f"arn:aws:sqs:{REGION}:{ACCOUNT}:dead-letters"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:glue-events.fifo"

REFERENCES = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::URLSuffix": "amazonaws.com",
    "ApiTable": "weather",
    "ApiKeySecretArn": API_SECRET,
    "KmsKeyArn": KEY,
    "SnowflakeSecretArn": SECRET,
    "SourceTableName": "orders",
}
ATTRIBUTES = {
    "ApiTable.Arn": API_TABLE,
    "ChangeStream.Arn": CHANGES,
    "GlueEventQueue.Arn": QUEUE,
    "LakeBucket.Arn": BUCKET,
    "ScheduleDeadLetters.Arn": DEAD_LETTERS,
    "SourceTable.Arn": TABLE,
    "SourceTable.StreamArn": STREAM,
}


def load(path):
    """A script of deploy/ as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


policies = load(TOP / "deploy/policies.py")
CALLS = policies.read_calls()


class Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms."""


def short_form(loader, suffix, node):
    kinds = {yaml.ScalarNode: loader.construct_scalar, yaml.SequenceNode: loader.construct_sequence}
    construct = kinds.get(type(node), loader.construct_mapping)
    value = construct(node) if isinstance(node, yaml.ScalarNode) else construct(node, deep=True)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


Loader.add_multi_constructor("!", short_form)


def log_group(logical_id):
    return f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/lakefeed/stack/{logical_id}"


def attribute(name):
    if name.endswith("FunctionLogGroup.Arn"):
        return log_group(name.removesuffix("LogGroup.Arn")) + ":*"
    return ATTRIBUTES[name]


NOTHING = object()


def resolved(value, conditions):
    """What CloudFormation makes of a value; `conditions` are those that hold."""
    if isinstance(value, list):
        return [one for one in (resolved(element, conditions) for element in value) if one is not NOTHING]
    if not isinstance(value, dict):
        return value
    if value == {"Ref": "AWS::NoValue"}:
        return NOTHING
    if "Ref" in value:
        return REFERENCES[value["Ref"]]
    if "Fn::GetAtt" in value:
        return attribute(value["Fn::GetAtt"])
    if "Fn::If" in value:
        condition, then, otherwise = value["Fn::If"]
        return resolved(then if condition in conditions else otherwise, conditions)
    if "Fn::Sub" in value:
        text, variables = value["Fn::Sub"] if isinstance(value["Fn::Sub"], list) else (value["Fn::Sub"], {})

        def fill(found):
            name = found.group(1)
            if name in variables:
                return resolved(variables[name], conditions)
            return attribute(name) if "." in name else REFERENCES[name]

        return re.sub(r"\$\{([^}]+)\}", fill, text)
    assert not any(name.startswith("Fn::") for name in value), value
    return {name: resolved(element, conditions) for name, element in value.items()}


ALL = frozenset({"HasApiKeySecret", "HasApiTable", "HasKmsKey", "HasSnowflakeSecret", "HasSourceTable", "HasTracing"})


TEMPLATE = yaml.load((TOP / "deploy/template.yaml").read_text(encoding="utf-8"), Loader)


def policy_of(logical_id, conditions=ALL):
    """The one policy of a function's role."""
    role = TEMPLATE["Resources"][logical_id + "Role"]["Properties"]
    assert "ManagedPolicyArns" not in role
    (policy,) = role["Policies"]
    return resolved(policy["PolicyDocument"], conditions)


def simulated(requests):
    """[(policy, action, resource, context)] -> "Allowed", "ImplicitlyDenied" or an error of each.

    The simulator takes all encryption contexts for one key, as it looks for a key's variable behind a slash only: so
    they are given to it as tags of the same names."""
    asked = [
        {
            "policy": json.loads(json.dumps(policy).replace("kms:EncryptionContext:", "aws:RequestTag/")),
            "action": action,
            "resource": resource,
            "account": ACCOUNT,
            "context": {
                name.replace("kms:EncryptionContext:", "aws:RequestTag/"): value for name, value in context.items()
            },
        }
        for policy, action, resource, context in requests
    ]
    assert (NODE_MODULES / "@cloud-copilot/iam-simulate").is_dir(), "deploy/setup test installs node and the evaluator"
    done = subprocess.run(
        ["node", str(TOP / "tests/e2e/iam_simulate.js")],
        input=json.dumps(asked),
        env={**os.environ, "NODE_PATH": str(NODE_MODULES)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return [answer.get("decision") or answer["error"]["message"] for answer in json.loads(done.stdout)]
