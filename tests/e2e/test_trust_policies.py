"""No service may be anybody's deputy: each trust policy, queue's, topic's or bucket's policy and Lambda permission of the
template that lets a service in says for which source. All of these services tell IAM their source."""

import copy

import pytest
from policy_world import TEMPLATE

SOURCES = {"aws:SourceArn", "aws:SourceAccount"}
COMPARISONS = {"StringEquals", "StringLike", "ArnEquals", "ArnLike"}  # those with IfExists let one without a source in


def statements(value, path=()):
    """(path, statement) of each that has a principal."""
    if isinstance(value, dict):
        if "Principal" in value and "Effect" in value:
            yield path, value
        for name, element in value.items():
            yield from statements(element, (*path, name))
    elif isinstance(value, list):
        for index, element in enumerate(value):
            yield from statements(element, (*path, index))


def sources(statement):
    return {
        (key, str(value))
        for comparison, keys in statement.get("Condition", {}).items()
        if comparison in COMPARISONS
        for key, value in keys.items()
        if key in SOURCES
    }


def open_to_services(resources):
    """The paths of what lets a service in, whatever its source, or anybody."""
    for path, statement in statements(resources):
        principal = statement["Principal"]
        if statement["Effect"] == "Allow" and (principal in ("*", {"AWS": "*"}) or "Service" in principal):
            if not sources(statement) or any(value in ("*", "arn:*") for _, value in sources(statement)):
                yield path
    for name, resource in resources.items():
        if resource["Type"] == "AWS::Lambda::Permission":
            if not {"SourceArn", "SourceAccount"} & set(resource["Properties"]):
                yield (name,)


def test_each_service_is_let_in_for_its_source_only():
    found = [path for path, statement in statements(TEMPLATE["Resources"]) if "Service" in statement["Principal"]]
    assert len(found) >= 15
    assert list(open_to_services(TEMPLATE["Resources"])) == []


def test_the_transform_adds_no_policies_of_its_own():
    for name, resource in TEMPLATE["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            properties = resource["Properties"]
            assert "Role" in properties and not {"Events", "Policies"} & set(properties), name


@pytest.mark.parametrize(
    "condition",
    [
        None,
        {"StringEquals": {"aws:PrincipalAccount": "123456789012"}},
        {"StringEqualsIfExists": {"aws:SourceAccount": "123456789012"}},
        {"ArnLike": {"aws:SourceArn": "*"}},
    ],
)
def test_a_trust_without_its_source_is_found(condition):
    resources = copy.deepcopy(TEMPLATE["Resources"])
    trust = resources["FirehoseRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"][0]
    trust.pop("Condition")
    if condition:
        trust["Condition"] = condition
    expected = ("FirehoseRole", "Properties", "AssumeRolePolicyDocument", "Statement", 0)
    assert list(open_to_services(resources)) == [expected]
