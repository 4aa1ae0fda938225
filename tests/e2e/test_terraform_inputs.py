"""The inputs and outputs of deploy/terraform: its README lists them as they are, and their validation blocks refuse what
they should, by `terraform` itself where it is installed."""

import json
import os
import re
import shutil
import subprocess

import pytest
from terraform_module import TERRAFORM, module_in, object_members, plain

ROOT = module_in(TERRAFORM)
NEEDS_TERRAFORM = pytest.mark.skipif(not shutil.which("terraform"), reason="terraform is not installed")


def readme_table(head):
    text = (TERRAFORM / "README.md").read_text(encoding="utf-8")
    table = text[text.index(f"| {head} |"):].split("\n\n")[0].splitlines()[2:]
    rows = [re.split(r" *\| *", row.strip("| ")) for row in table]
    return {name.strip("`"): cells for name, *cells in rows}


def hcl_value(value):
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return json.dumps(value) if isinstance(value, (dict, list)) else str(value)


def test_readme_lists_the_inputs():
    rows = readme_table("input")
    assert list(rows) == list(ROOT.variables)
    for name, variable in ROOT.variables.items():
        assert rows[name] == [f"`{hcl_value(variable['default'])}`", plain(variable["description"])], name


def test_readme_lists_the_outputs():
    assert readme_table("output") == {name: [plain(output["description"])] for name, output in ROOT.outputs.items()}


def test_readme_lists_the_members_of_a_table():
    rows = readme_table("member")
    members = object_members(ROOT.variables["tables"]["type"])
    assert set(rows) == members.keys()
    for name, kind in members.items():
        scalar = re.fullmatch(r"optional\((?:string|number|bool|list\(.*\)), (.*)\)", kind)
        assert rows[name][0] == (f"`{scalar[1]}`" if scalar else ""), name


def plan_of_variables(folder, values):
    """What `terraform plan` says of the root module's variables alone, which need no provider."""
    shutil.copy(TERRAFORM / "variables.tf", folder)
    (folder / "terraform.tfvars.json").write_text(json.dumps(values), encoding="utf-8")
    outputs = "".join(f'output "{name}" {{\n  value = var.{name}\n}}\n' for name in ROOT.variables)
    (folder / "outputs.tf").write_text(outputs, encoding="utf-8")
    environment = {**os.environ, "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}
    return subprocess.run(["terraform", "plan", "-input=false", "-no-color", "-lock=false"], cwd=folder,
                          capture_output=True, text=True, check=False, env=environment)


ORDERS = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
BAD = {
    "name": "Lake_feed",
    "architecture": "arm",
    "kms_key_arn": "alias/lake",
    "permissions_boundary_arn": "boundary",
    "bucket_name": "a.b",
    "export_expiry_days": 0,
    "log_retention_days": 31,
    "log_level": "info",
    "alarm_email": "nobody",
    "snowflake_reader": {"account_principal": "123456789012", "external_id": ""},
    "glue_to_snowflake": {"secret_arn": "snowflake/lakefeed", "events": "both"},
    "functions": {"table_export": {"memory_mb": 64}, "stream_to_kinesis": {"reserved_concurrency": 0},
                  "firehose_transform": {"timeout_seconds": 301}, "glue_to_snowflake": {"timeout_seconds": 901}},
    "tables": {
        "of": {"table_arn": ORDERS, "create": {"hash_key": "id"}},
        "orders": {"table_arn": ORDERS},
        "Orders": {"table_arn": ORDERS},
        "other": {"table_arn": ORDERS, "change_feed": "none"},
        "values": {"create": {"hash_key": "id", "hash_key_type": "M"}, "export_type": "both", "export_alarm_hours": 169,
                   "change_feed": "fast", "starting_position": "NEWEST", "batch_size": 10001, "record_age_seconds": 86400,
                   "kinesis_mode": "ON-DEMAND", "kinesis_retention_hours": 12, "lake_buffer_mb": 5, "lake_from": "2026-01-01"},
        "rows": {"create": {"hash_key": "id"}, "change_feed": "none", "iceberg": {
            "table": "Rows", "columns": [{"name": "id", "type": "string"}], "unique_keys": ["key"]}},
    },
}
BAD_TABLE_BUCKET = {"iceberg": {"table_bucket_name": "Tables", "namespace": "my-lake"}}
GOOD = {
    "kms_key_arn": "arn:aws:kms:eu-west-1:123456789012:key/0e2f3c4d",
    "export_expiry_days": 1,
    "iceberg": {"table_bucket_name": "lake-tables"},
    "glue_to_snowflake": {"secret_arn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:snowflake-AbCdEf"},
    "tables": {
        "orders": {"table_arn": ORDERS, "stream_arn": ORDERS + "/stream/2026-01-01T00:00:00.000", "export_type": "auto",
                   "retry_attempts": 10000},
        "native": {"table_arn": ORDERS.replace("orders", "native"), "change_feed": "native"},
        "made": {"create": {"hash_key": "id", "range_key": "at", "range_key_type": "N"}, "iceberg": {
            "table": "made", "columns": [{"name": "id", "type": "string", "required": True}], "unique_keys": ["id"]}},
    },
}


def simple_conditions():
    """(variable, what Python makes of its condition), where that is one regular expression or one list of words."""
    for name, variable in ROOT.variables.items():
        for check in variable.get("validation", []):
            condition = check["condition"]
            pattern = re.search(rf'can\(regex\("([^"]+)", var\.{name}\)\)', condition)
            words = re.search(rf"contains\(\[(.*)\], var\.{name}\)", condition)
            if pattern:
                yield name, lambda value, pattern=pattern[1]: bool(re.search(pattern, value))
            elif words:
                allowed = json.loads(f"[{words[1]}]")
                yield name, lambda value, allowed=allowed: value in allowed


def test_simple_validations_take_good_values_and_refuse_bad_ones():
    conditions = list(simple_conditions())
    assert {name for name, _ in conditions} == {
        "name", "architecture", "kms_key_arn", "permissions_boundary_arn", "bucket_name", "log_retention_days", "log_level",
        "alarm_email"}
    boundary = "arn:aws:iam::123456789012:policy/boundary"
    good = {"bucket_name": "my-lake", "permissions_boundary_arn": boundary, "alarm_email": "data@example.com", **GOOD}
    for name, accepts in conditions:
        default = ROOT.variables[name]["default"]
        assert accepts(good.get(name, plain(default))), name
        assert not accepts(BAD[name]), name


def messages_of(names):
    return {plain(check["error_message"]) for name in names for check in ROOT.variables[name].get("validation", [])}


def unwrapped(text):
    """Terraform breaks its messages into lines."""
    return re.sub(r"\s+", " ", re.sub(r"^[│╷╵]", "", text, flags=re.M))


@NEEDS_TERRAFORM
def test_every_validation_refuses_what_it_should(tmp_path):
    folders = [tmp_path / "values", tmp_path / "table_bucket"]
    said = ""
    for folder, values in zip(folders, (BAD, BAD_TABLE_BUCKET), strict=True):
        folder.mkdir()
        refused = plan_of_variables(folder, values)
        assert refused.returncode == 1
        said += unwrapped(refused.stderr)
    expected = {message.replace('\\"', '"') for message in messages_of(ROOT.variables)}
    assert len(expected) > 30
    assert not [message for message in expected if message not in said]


@NEEDS_TERRAFORM
def test_good_values_pass_every_validation(tmp_path):
    taken = plan_of_variables(tmp_path, GOOD)
    assert taken.returncode == 0, taken.stderr
