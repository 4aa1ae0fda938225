"""deploy/template.yaml as CloudFormation reads it: its tags as functions, conditions decided, texts put together."""

import re

import yaml
from conftest import TOP

TEMPLATE = TOP / "deploy/template.yaml"


class Loader(yaml.SafeLoader):
    pass


def construct(loader, suffix, node):
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


Loader.add_multi_constructor("!", construct)


def load() -> dict:
    return yaml.load(TEMPLATE.read_text(), Loader)


class Stack:
    """The template with some parameters; references come out as `<LogicalId>` or `<LogicalId.Attribute>`."""

    def __init__(self, template: dict, **parameters):
        self.template = template
        defaults = {name: body.get("Default") for name, body in template["Parameters"].items()}
        self.parameters = {**defaults, "SourceTableName": "orders", **parameters}

    def condition(self, name: str) -> bool:
        return self.decide(self.template["Conditions"][name])

    def decide(self, expression: dict) -> bool:
        ((function, value),) = expression.items()
        if function == "Condition":
            return self.condition(value)
        if function == "Fn::Equals":
            left, right = (str(self.resolve(side)) for side in value)
            return left == right
        if function == "Fn::Not":
            return not self.decide(value[0])
        return {"Fn::And": all, "Fn::Or": any}[function](self.decide(each) for each in value)

    def has(self, logical_id: str) -> bool:
        condition = self.template["Resources"][logical_id].get("Condition")
        return condition is None or self.condition(condition)

    def resources(self, kind: str) -> dict:
        return {
            name: body["Properties"]
            for name, body in self.template["Resources"].items()
            if body["Type"] == kind and self.has(name)
        }

    def reference(self, name: str):
        if name in self.parameters:
            return self.parameters[name]
        if name.startswith("AWS::"):
            return name.removeprefix("AWS::").lower()
        logical_id = name.split(".")[0]
        assert self.has(logical_id), f"{logical_id} is left out, and named all the same"
        return f"<{name}>"

    def resolve(self, value):
        if isinstance(value, list):
            return [self.resolve(each) for each in value]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((function, argument),) = value.items()
            if function == "Ref":
                return self.reference(argument)
            if function == "Fn::GetAtt":
                return self.reference(".".join(argument))
            if function == "Fn::Sub":
                return re.sub(r"\$\{([\w.:]+)\}", lambda found: str(self.reference(found[1])), argument)
            if function == "Fn::If":
                return self.resolve(argument[1] if self.condition(argument[0]) else argument[2])
            if function == "Fn::Join":
                return argument[0].join(self.resolve(argument[1]))
        return {name: self.resolve(each) for name, each in value.items()}
