"""`lakefeed trust-policy`: what DESC INTEGRATION answers, as each client prints it, becomes a policy that AWS takes."""

import csv
import io
import json
import os
import re
import subprocess

import boto3
import cfnlint.api
import cfnlint.decode
import moto
import pytest

from conftest import TOP
from snowflake_scripts import PLAIN, statements
from test_snowflake_sql import NODE_MODULES

USER = "arn:aws:iam::123456789001:user/externalstages/ci0000"
EXTERNAL_ID = "MYACCOUNT_SFCRole=2_a123456/s0aBCDEfGHIJklmNoPq="
COLUMNS = ["property", "property_type", "property_value", "property_default"]
# https://docs.snowflake.com/en/user-guide/data-load-s3-config-storage-integration, step 4
ROWS = [
    ["ENABLED", "Boolean", "true", "false"],
    ["STORAGE_PROVIDER", "String", "S3", ""],
    ["STORAGE_ALLOWED_LOCATIONS", "List", "s3://lake/exports/,s3://lake/lake/", "[]"],
    ["STORAGE_BLOCKED_LOCATIONS", "List", "", "[]"],
    ["STORAGE_AWS_IAM_USER_ARN", "String", USER, ""],
    ["STORAGE_AWS_ROLE_ARN", "String", "arn:aws:iam::001234567890:role/lake-reader", ""],
    ["STORAGE_AWS_EXTERNAL_ID", "String", EXTERNAL_ID, ""],
    ["COMMENT", "String", 'a | "b", c', ""],
]
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": USER},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"sts:ExternalId": EXTERNAL_ID}},
        }
    ],
}


def objects(rows):
    return [dict(zip(COLUMNS, row)) for row in rows]


def as_json(rows):
    """snow sql --format json."""
    return json.dumps(objects(rows), indent=4)


def as_script_json(rows):
    """The same of a script: 02_storage_integration.sql's last statement is the DESC."""
    return json.dumps([[{"status": "Statement executed successfully."}], [{"status": "done"}], objects(rows)])


def as_result_set(rows):
    """The SQL API's; NULL stands as null there."""
    kinds = [{"name": column, "type": "text", "nullable": True} for column in COLUMNS]
    data = [[cell or None for cell in row] for row in rows]
    return json.dumps({"resultSetMetaData": {"numRows": len(rows), "format": "jsonv2", "rowType": kinds}, "data": data})


def as_csv(rows):
    """snow sql --format csv; SnowSQL quotes every field."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    writer.writerows([COLUMNS, *rows])
    return out.getvalue()


def as_quoted_csv(rows):
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([COLUMNS, *rows])
    return out.getvalue()


def as_table(rows, width=None):
    """SnowSQL's; with a width as snow folds it on a narrow terminal."""
    widths = [max(len(row[at]) for row in [COLUMNS, *rows]) for at in range(4)]
    if width:
        widths[2] = width
    rule = "+".join("-" * (wide + 2) for wide in widths)
    lines = [f"+{rule}+"]
    for number, row in enumerate([COLUMNS, *rows]):
        height = max(1, -(-len(row[2]) // widths[2]))
        for at in range(height):
            cells = [cell if at == 0 else "" for cell in row]
            cells[2] = row[2][at * widths[2] : (at + 1) * widths[2]]
            lines.append("|" + "|".join(f" {cell:<{wide}} " for cell, wide in zip(cells, widths)) + "|")
        if number == 0:
            lines.append(f"|{rule}|")
    return "\n".join(["* SnowSQL * v1.3.1", *lines, f"+{rule}+", "8 Row(s) produced. Time Elapsed: 0.214s", ""])


def as_folded_table(rows):
    return as_table(rows, 20)


FORMS = [as_json, as_script_json, as_result_set, as_csv, as_quoted_csv, as_table, as_folded_table]


@pytest.fixture
def run(lakefeed):
    def run(*words, stdin=""):
        return subprocess.run(
            [lakefeed, "trust-policy", *words], input=stdin, capture_output=True, text=True, timeout=30, check=False
        )

    return run


@pytest.mark.parametrize("form", FORMS)
def test_the_policy_is_the_same_whoever_printed_the_answer(form, run, tmp_path):
    done = run("-", stdin=form(ROWS))
    assert (done.returncode, done.stderr) == (0, "for the role arn:aws:iam::001234567890:role/lake-reader\n")
    assert json.loads(done.stdout) == POLICY
    path = tmp_path / "integration"
    path.write_text(form(ROWS))
    assert run(str(path)).stdout == done.stdout


def test_json_is_one_line(run):
    done = run("--json", "-", stdin=as_json(ROWS))
    assert json.loads(done.stdout) == POLICY and done.stdout.count("\n") == 1


def test_the_parameters_are_those_of_the_template(run):
    done = run("--parameters", "-", stdin=as_json(ROWS))
    assert done.stdout == f"SnowflakeAccountPrincipal={USER} SnowflakeExternalId={EXTERNAL_ID}\n"
    done = run("--parameters", "--json", "-", stdin=as_json(ROWS))
    assert json.loads(done.stdout) == {"SnowflakeAccountPrincipal": USER, "SnowflakeExternalId": EXTERNAL_ID}


def test_the_template_takes_the_parameters_and_makes_the_same_policy(run):
    """And what the integration may reach (02_storage_integration.sql) is what the template's role may read."""
    template, _ = cfnlint.decode.decode(str(TOP / "deploy/template.yaml"))
    given = json.loads(run("--parameters", "--json", "-", stdin=as_json(ROWS)).stdout)
    for name, value in given.items():
        assert re.fullmatch(template["Parameters"][name]["AllowedPattern"], value), name
    role = template["Resources"]["SnowflakeReaderRole"]["Properties"]
    policy = json.dumps(role["AssumeRolePolicyDocument"])
    for name, value in given.items():
        policy = policy.replace(json.dumps({"Ref": name}), json.dumps(value))
    assert json.loads(policy) == POLICY
    readable = set(re.findall(r"\$\{LakeBucket\.Arn\}/(\w+)/\*", json.dumps(role["Policies"])))
    for statement in statements("02_storage_integration.sql", {**PLAIN, "bucket_url": "s3://b"}):
        assert set(re.findall("'s3://b/(.*?)/'", statement)) in (readable, set())


def test_iam_takes_the_policy(run, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    policy = run("-", stdin=as_json(ROWS)).stdout
    with moto.mock_aws():
        iam = boto3.client("iam", region_name="us-east-1")
        iam.create_role(RoleName="lake-reader", AssumeRolePolicyDocument=policy)
        iam.update_assume_role_policy(RoleName="lake-reader", PolicyDocument=policy)
        assert iam.get_role(RoleName="lake-reader")["Role"]["AssumeRolePolicyDocument"] == POLICY
        with pytest.raises(iam.exceptions.MalformedPolicyDocumentException):
            faulty = policy.replace("sts:AssumeRole", "AssumeRole")
            iam.update_assume_role_policy(RoleName="lake-reader", PolicyDocument=faulty)


# Each asker has a policy of its own that allows AssumeRole on everything, as Snowflake's user has.
ASK = """
const { runSimulation } = require('@cloud-copilot/iam-simulate')
const all = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }
const [trust, requests] = JSON.parse(require('fs').readFileSync(0, 'utf8'))
Promise.all(requests.map(([principal, contextVariables]) => runSimulation({
  request: {
    principal, action: 'sts:AssumeRole', contextVariables,
    resource: { resource: 'arn:aws:iam::001234567890:role/lake-reader', accountId: '001234567890' },
  },
  identityPolicies: [{ name: 'all', policy: all }],
  serviceControlPolicies: [{ orgIdentifier: 'r-1', policies: [{ name: 'all', policy: all }] }],
  resourceControlPolicies: [],
  resourcePolicy: trust,
}, {}))).then(answers => console.log(JSON.stringify(answers.map(one => one.overallResult ?? one.errors))))
"""


def test_snowflakes_user_alone_may_assume_the_role_and_with_its_id_alone(run):
    trust = json.loads(run("-", stdin=as_json(ROWS)).stdout)
    requests = [
        (USER, {"sts:ExternalId": EXTERNAL_ID}),
        (USER, {"sts:ExternalId": EXTERNAL_ID + "="}),
        (USER, {"sts:ExternalId": EXTERNAL_ID.lower()}),
        (USER, {}),
        (USER + "1", {"sts:ExternalId": EXTERNAL_ID}),
        ("arn:aws:iam::123456789001:root", {"sts:ExternalId": EXTERNAL_ID}),
        ("arn:aws:iam::001234567890:user/x", {"sts:ExternalId": EXTERNAL_ID}),
    ]
    done = subprocess.run(
        ["node", "-e", ASK], input=json.dumps([trust, requests]), env={**os.environ, "NODE_PATH": str(NODE_MODULES)},
        stdout=subprocess.PIPE, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert json.loads(done.stdout) == ["Allowed"] + ["ImplicitlyDenied"] * 6


def test_cloudformation_takes_the_policy(run):
    def faults(policy):
        role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": policy}}
        return cfnlint.api.lint(json.dumps({"Resources": {"Role": role}}))

    policy = json.loads(run("-", stdin=as_json(ROWS)).stdout)
    assert faults(policy) == []
    policy["Statement"][0]["Principal"] = "nobody"
    assert faults(policy) != []


def changed(**values):
    return [[name, kind, values.get(name, value), default] for name, kind, value, default in ROWS]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (changed(STORAGE_AWS_IAM_USER_ARN="arn:aws:iam::123456789001:user/*"), "a wildcard"),
        (changed(STORAGE_AWS_IAM_USER_ARN="123456789001"), "STORAGE_AWS_IAM_USER_ARN is 123456789001"),
        (changed(STORAGE_AWS_EXTERNAL_ID=""), "no property STORAGE_AWS_EXTERNAL_ID"),
        (changed(STORAGE_PROVIDER="AZURE"), "STORAGE_PROVIDER is AZURE"),
        (ROWS + ROWS, "several integrations"),
        ([row for row in ROWS if "USER_ARN" not in row[0]], "no property STORAGE_AWS_IAM_USER_ARN"),
    ],
)
def test_what_is_no_integration_of_s3_is_refused(form, rows, message, run):
    done = run("-", stdin=form(rows))
    assert (done.returncode, done.stdout) == (3, "")
    assert message in done.stderr and done.stderr.startswith("lakefeed: standard input: ")


@pytest.mark.parametrize(
    ("words", "stdin", "status", "message"),
    [
        ([], "", 2, "FILE"),
        (["-", "--parameter"], "", 2, "--parameter"),
        (["/nonexistent"], "", 3, "/nonexistent"),
        (["-"], "", 3, "snow sql -q 'DESC INTEGRATION name' --format json"),
        (["-"], "{", 3, "not valid JSON"),
        (["-"], as_json(ROWS)[:-40], 3, "not valid JSON"),
        (["-"], "SQL compilation error: Integration 'X' does not exist\n", 3, "DESC INTEGRATION"),
    ],
)
def test_what_cannot_be_read_is_told(words, stdin, status, message, run):
    done = run(*words, stdin=stdin)
    assert (done.returncode, done.stdout) == (status, "")
    assert message in done.stderr
