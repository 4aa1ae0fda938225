"""deploy/terraform: parsed by python-hcl2, held against the AWS provider's schema (terraform_schema.json), the functions'
sources, and the policies that deploy/policies.py makes."""

import json
import re
import shutil
import subprocess

import pytest
from terraform_module import META, TERRAFORM, TOP, attributes_of, blocks_of, modules, object_members, plain

ROOT = modules()[TERRAFORM]
FEED = modules()[TERRAFORM / "modules/table_feed"]
FUNCTION = modules()[TERRAFORM / "modules/function"]
SCHEMAS = json.loads((TOP / "tests/e2e/terraform_schema.json").read_text(encoding="utf-8"))["schemas"]
FUNCTIONS = ("table_export", "stream_to_kinesis", "firehose_transform", "glue_to_snowflake")
EACH_MODULE = pytest.mark.parametrize("module", modules().values(), ids=lambda module: module.name)
NEEDS_TERRAFORM = pytest.mark.skipif(not shutil.which("terraform"), reason="terraform is not installed")


def resources(kind=None):
    return [(module, name, body) for module in modules().values() for (_, resource, name), body in module.resources.items()
            if kind in (None, resource)]


def sources(folder="functions"):
    return "\n".join(path.read_text(encoding="utf-8") for path in (TOP / folder).rglob("*.*")
                     if path.suffix in (".cc", ".h"))


# -- references --

@EACH_MODULE
def test_every_reference_exists(module):
    for kind, names in (("var", module.variables), ("local", module.locals), ("module", module.modules)):
        assert set(re.findall(rf"\b{kind}\.(\w+)", module.text)) <= set(names), kind
    resources_named = [("data", *found) for found in re.findall(r"(?<![\w.])data\.(\w+)\.(\w+)", module.text)]
    resources_named += [("resource", *found) for found in re.findall(r"(?<![\w.\"])(aws_\w+)\.(\w+)", module.text)]
    assert set(resources_named) <= module.resources.keys()


@EACH_MODULE
def test_attributes_that_are_read_exist(module):
    for kind, name, attribute in re.findall(r"(?<![\w.\"])(aws_\w+)\.(\w+)(?:\[[^\]]+\])?\.(\w+)", module.text):
        schema = SCHEMAS[f"resource {kind}"]
        assert attribute in schema["attributes"] or attribute in schema["blocks"], f"{kind}.{name}.{attribute}"
    for kind, attribute in re.findall(r"(?<![\w.])data\.(\w+)\.\w+\.(\w+)", module.text):
        assert attribute in SCHEMAS[f"data {kind}"]["attributes"], f"data.{kind}.{attribute}"


@EACH_MODULE
def test_every_variable_local_and_data_source_is_used(module):
    without_variables = re.sub(r'^variable "\w+" \{.*?^\}', "", module.text, flags=re.S | re.M)
    unused = [name for name in module.variables if not re.search(rf"\bvar\.{name}\b", without_variables)]
    unused += [name for name in module.locals if not re.search(rf"\blocal\.{name}\b", module.text)]
    unused += [name for kind, _, name in module.resources if kind == "data" and f".{name}." not in module.text]
    assert not unused


@EACH_MODULE
def test_module_calls_give_what_is_asked_for(module):
    for call, body in module.modules.items():
        called = modules()[module.called(call)]
        given = {name for name in body if not name.startswith("__")} - META - {"source"}
        required = {name for name, variable in called.variables.items() if "default" not in variable}
        assert given <= called.variables.keys(), f"module.{call} has no such variables"
        assert required <= given, f"module.{call} lacks variables"
        for output in re.findall(rf"\bmodule\.{call}(?:\[[^\]]+\])?\.(\w+)", module.text):
            assert output in called.outputs, f"module.{call}.{output}"


@EACH_MODULE
def test_variables_and_outputs_are_typed_and_described(module):
    for name, variable in module.variables.items():
        assert plain(variable["description"]).endswith("."), name
        assert variable["type"], name
    for name, output in module.outputs.items():
        assert plain(output["description"]).endswith("."), name


def test_the_feed_takes_every_member_of_a_table():
    outer, inner = object_members(ROOT.variables["tables"]["type"]), object_members(FEED.variables["table"]["type"])
    assert outer.keys() == inner.keys()
    used = set(re.findall(r"\bvar\.table\.(\w+)", FEED.text))
    assert used == inner.keys()


# -- the provider's schema --

def check_body(where, body, schema):
    attributes = attributes_of(body) - META
    known = schema["attributes"]
    assert attributes <= known.keys(), f"{where}: unknown"
    assert not [name for name in attributes if known[name] == "computed"], f"{where}: only the provider may set it"
    assert {name for name, needed in known.items() if needed == "required"} <= attributes, f"{where}: missing"
    there = set()
    for name, block in blocks_of(body):
        if name in META:
            continue
        assert name in schema["blocks"], f"{where}: no block {name} (or make_terraform_schema.py is to be run)"
        check_body(f"{where}.{name}", block, schema["blocks"][name])
        there.add(name)
    required = {name for name, block in schema["blocks"].items() if block["needed"] == "required"}
    assert required <= there, f"{where}: missing blocks"


@EACH_MODULE
def test_resources_are_as_the_provider_has_them(module):
    for (kind, resource, name), body in module.resources.items():
        check_body(f"{resource}.{name}", body, SCHEMAS[f"{kind} {resource}"])


@EACH_MODULE
def test_versions_are_bounded(module):
    (block,) = module.terraform
    assert plain(block["required_version"]) == ">= 1.9.0"
    (providers,) = block["required_providers"]
    assert plain(providers["aws"]["version"]) == ">= 6.29.0, < 7.0.0"


# -- functions --

def function_calls():
    return [(module, call, body) for module in modules().values() for call, body in module.modules.items()
            if module.called(call) == FUNCTION.folder]


def test_each_function_has_its_own_zip():
    packages = {plain(body["package"]).rsplit("/", 1)[1] for _, _, body in function_calls()}
    assert packages == {f"{function}-${{var.architecture}}.zip" for function in FUNCTIONS}
    assert all((TOP / "functions" / function / "main.cc").exists() for function in FUNCTIONS)
    ((_, _, function),) = resources("aws_lambda_function")
    assert function["filename"] == "${var.package}"
    assert function["source_code_hash"] == "${filebase64sha256(var.package)}"
    assert plain(function["runtime"]) == "provided.al2023"
    assert function["architectures"] == ["${var.architecture}"]


def test_each_function_has_its_own_policy_out_of_the_generated_ones():
    directory = TERRAFORM / "policies"
    own = set(re.findall(r"^    (\w+) +=", FUNCTION.text[FUNCTION.text.index("templatefile("):].split("}))")[0], re.M))
    for module, call, body in function_calls():
        path = plain(body["policy"]["template"])
        name = path.rsplit("/", 1)[1].removesuffix(".json.tftpl")
        assert path in (f"${{var.policy_directory}}/{name}.json.tftpl", f"${{path.module}}/policies/{name}.json.tftpl"), call
        assert plain(body["package"]).endswith(f"/{name}-${{var.architecture}}.zip"), call
        template = (directory / f"{name}.json.tftpl").read_text(encoding="utf-8")
        asked = set(re.findall(r"\$\{(\w+)\}", template)) | set(re.findall(r"%\{ if (\w+)", template))
        values = body["policy"]["values"]
        given = (module.locals["policy_values"] if values == "${local.policy_values}" else values).keys()
        assert asked <= set(given) | own, call
    assert plain(FUNCTION.variables["policy"]["type"]).count("template = string") == 1
    policies = [(module.name, body["policy"]) for module, _, body in resources("aws_iam_role_policy")]
    assert [name for name, policy in policies if "templatefile(" in policy] == ["modules/function"]
    assert not resources("aws_iam_role_policy_attachment") and not resources("aws_iam_policy")


def test_every_function_waits_for_its_policy_and_its_log():
    ((_, _, function),) = resources("aws_lambda_function")
    assert function["depends_on"] == ["${aws_iam_role_policy.this}"]
    ((logging, _),) = [(block, name) for name, block in blocks_of(function) if name == "logging_config"]
    assert logging["log_group"] == "${aws_cloudwatch_log_group.this.name}"


def test_settings_are_those_that_the_functions_read():
    code = sources("functions") + sources("common")
    for module, call, body in function_calls():
        names = re.findall(r"\b([A-Z][A-Z_]{3,})\b(?= = )", body["settings"])
        assert names, call
        for name in names:
            assert f'"{name}"' in code, f"{module.name} {call}: {name}"


# -- triggers --

def mapping(name):
    ((_, _, body),) = [found for found in resources("aws_lambda_event_source_mapping") if found[1] == name]
    return body


@pytest.mark.parametrize("name", ["stream_to_kinesis", "glue_to_snowflake"])
def test_mappings_answer_record_by_record(name):
    assert [plain(value) for value in mapping(name)["function_response_types"]] == ["ReportBatchItemFailures"]


def test_the_stream_mapping_gives_nothing_up_without_storing_it():
    body = mapping("stream_to_kinesis")
    assert body["bisect_batch_on_function_error"] is True
    assert body["maximum_retry_attempts"] == "${var.table.retry_attempts}"
    assert body["maximum_record_age_in_seconds"] == "${var.table.record_age_seconds}"
    (destination,) = body["destination_config"]
    # S3 alone is given the records themselves.
    assert destination["on_failure"][0]["destination_arn"] == "${var.bucket.arn}"


def test_schedules_have_retries_and_a_queue_for_what_failed():
    ((_, _, schedule),) = resources("aws_scheduler_schedule")
    (target,) = schedule["target"]
    assert target["retry_policy"][0]["maximum_retry_attempts"] > 0
    assert target["dead_letter_config"][0]["arn"] == "${var.dead_letters_arn}"
    ((_, _, invoke),) = resources("aws_lambda_function_event_invoke_config")
    assert invoke["destination_config"][0]["on_failure"][0]["destination"] == "${var.dead_letters.arn}"
    called_by_schedule = {body["function_arn"].removeprefix("${module.").split("[")[0] for module in (ROOT, FEED)
                          for call, body in module.modules.items() if module.called(call).name == "schedule"}
    with_queue = {call for _, call, body in function_calls() if "dead_letters" in body}
    assert called_by_schedule == with_queue == {"table_export", "glue_to_snowflake"}


def test_the_export_schedule_sends_the_slot():
    event = FEED.modules["export_schedule"]["input"].strip('"').replace('\\"', '"')
    assert json.loads(event) == {"time": "<aws.scheduler.scheduled-time>"}


def test_queues_of_events_end_in_queues_of_their_own_kind():
    queues = {name: body for _, name, body in resources("aws_sqs_queue")}
    assert queues["glue_events"]["fifo_queue"] is queues["glue_event_dead_letters"]["fifo_queue"] is True
    assert "aws_sqs_queue.glue_event_dead_letters[each.key].arn" in queues["glue_events"]["redrive_policy"]
    # Not less than the function's timeout, or Lambda takes no mapping; a failing message holds its group back for as long.
    assert queues["glue_events"]["visibility_timeout_seconds"] == "${2 * var.functions.glue_to_snowflake.timeout_seconds}"


def test_deliveries_go_to_the_day_of_the_change_and_keep_what_fails():
    lake = FEED.resources["resource", "aws_kinesis_firehose_delivery_stream", "lake"]["extended_s3_configuration"][0]
    assert plain(lake["prefix"]) == "lake/${var.table_name}/dt=!{partitionKeyFromLambda:dt}/"
    assert "!{firehose:error-output-type}" in lake["error_output_prefix"]
    assert lake["dynamic_partitioning_configuration"][0]["enabled"] is True
    assert plain(lake["compression_format"]) == "GZIP"
    iceberg = FEED.resources["resource", "aws_kinesis_firehose_delivery_stream", "iceberg"]["iceberg_configuration"][0]
    assert iceberg["destination_table_configuration"][0]["unique_keys"] == "${var.table.iceberg.unique_keys}"
    assert plain(iceberg["s3_backup_mode"]) == "FailedDataOnly"
    for delivery in (lake, iceberg):
        (processor,) = delivery["processing_configuration"][0]["processors"]
        assert plain(processor["type"]) == "Lambda"


# -- what is not to be lost --

def test_data_is_not_destroyed_in_passing():
    rows = FEED.resources["resource", "aws_s3tables_table", "this"]["lifecycle"][0]
    assert rows["prevent_destroy"] is True
    assert rows["ignore_changes"] == ["metadata"]  # another column would make the table anew
    source = FEED.resources["resource", "aws_dynamodb_table", "source"]
    assert source["deletion_protection_enabled"] == "${var.table.create.deletion_protection}"
    create = object_members(ROOT.variables["tables"]["type"])["create"]
    assert object_members(create)["deletion_protection"] == "optional(bool, true)"
    assert ROOT.variables["force_destroy"]["default"] is False
    for name in ("aws_s3_bucket", "aws_s3tables_table_bucket"):
        assert ROOT.resources["resource", name, "lake"]["force_destroy"] == "${var.force_destroy}"


# -- security --

def test_the_bucket_is_closed():
    block = ROOT.resources["resource", "aws_s3_bucket_public_access_block", "lake"]
    assert block["block_public_acls"] is block["block_public_policy"] is True
    assert block["ignore_public_acls"] is block["restrict_public_buckets"] is True
    ownership = ROOT.resources["resource", "aws_s3_bucket_ownership_controls", "lake"]["rule"][0]["object_ownership"]
    assert plain(ownership) == "BucketOwnerEnforced"
    policy = ROOT.resources["resource", "aws_s3_bucket_policy", "lake"]["policy"]
    assert '"aws:SecureTransport" = "false"' in policy and 'Effect = "Deny"' in policy
    rules = ROOT.resources["resource", "aws_s3_bucket_lifecycle_configuration", "lake"]["rule"]
    assert rules[0]["abort_incomplete_multipart_upload"][0]["days_after_initiation"] == 1
    # Nothing but exports expires, and only where it is asked for.
    assert not [rule for rule in rules if "expiration" in rule]


def test_policies_name_actions_and_resources():
    upon_all = []
    for module in modules().values():
        assert not re.search(r'Action\s*=\s*"\*"|NotAction|NotResource|NotPrincipal', module.text), module.name
        upon_all += re.findall(r'Action\s*=\s*(.*)\n\s*Resource\s*=\s*"\*"', module.text)
        assert len(re.findall(r'Resource\s*=\s*"\*"', module.text)) == (1 if module is FEED else 0), module.name
    assert upon_all == ['"lakeformation:GetDataAccess"']  # the action has no resource
    assert re.findall(r'Action\s*=\s*"\w+:\*"', ROOT.text) == ['Action    = "s3:*"']  # the bucket's Deny


def test_services_take_roles_only_for_their_own_resource():
    for module, name, role in resources("aws_iam_role"):
        trust = role["assume_role_policy"]
        text = trust if "jsonencode" in trust else module.text[module.text.index("delivery_trust = {"):]
        if "lambda.amazonaws.com" in text.split("Statement", 1)[1].split("Condition")[0]:
            continue  # Lambda's role cannot be passed from another account
        assert "aws:SourceArn" in text or "sts:ExternalId" in text, f"{module.name} {name}"


def test_every_role_has_the_boundary():
    roles = resources("aws_iam_role")
    assert len(roles) == 6
    assert not [name for _, name, body in roles if body.get("permissions_boundary") != "${var.permissions_boundary_arn}"]


def test_logs_are_kept_for_a_time_and_under_the_key():
    groups = resources("aws_cloudwatch_log_group")
    assert len(groups) == 3
    for module, name, body in groups:
        assert "retention_days" in body["retention_in_days"], (module.name, name)
        assert body["kms_key_id"] == "${var.kms_key_arn}", (module.name, name)


# -- alarms --

def alarms_of(module):
    """{name: text} of the alarms that a module's locals list."""
    text = module.text[module.text.index("  all_alarms = {"):module.text.index("  alarms = {")]
    return dict(re.findall(r"^    ([a-z-]+) = \{\n(.*?)^    \}", text, re.S | re.M))


def test_every_part_has_its_alarms():
    assert alarms_of(FEED).keys() == {
        "export-failed", "export-missed", "export-age", "export-gaps",
        "iterator-age", "iterator-age-hour", "quarantined", "given-up", "dropped", "not-stored",
        "native-age", "native-left-out", "kinesis-writes", "kinesis-reads",
        "lake-freshness", "lake-refused", "lake-transform", "lake-failed", "lake-partitions",
        "iceberg-freshness", "iceberg-refused", "iceberg-transform", "iceberg-failed"}
    assert alarms_of(FUNCTION).keys() == {"errors", "throttles", "duration", "dropped", "not-stored"}
    assert alarms_of(ROOT).keys() == {
        "schedule-target-errors", "schedule-dropped", "schedule-dead-letters", "glue-event-dead-letters", "glue-event-age",
        "tables-failed", "sync-lag", "events-without-table"}
    for module, name, alarm in resources("aws_cloudwatch_metric_alarm"):
        assert alarm["for_each"] == "${local.alarms}", (module.name, name)
        assert alarm["alarm_actions"] == alarm["ok_actions"], (module.name, name)
        assert "alarm_actions" in alarm["ok_actions"], (module.name, name)


@pytest.mark.parametrize("module", [ROOT, FEED, FUNCTION], ids=lambda module: module.name)
def test_alarms_lead_to_the_runbook(module):
    headings = re.findall(r"^## (.*)$", (TOP / "deploy/RUNBOOK.md").read_text(encoding="utf-8"), re.M)
    anchors = {heading.lower().replace(" ", "-") for heading in headings}
    led_to = {name: re.search(r'runbook += "([a-z-]+)"', text)[1] for name, text in alarms_of(module).items()}
    assert set(led_to.values()) <= anchors


def test_alarms_name_metrics_that_the_functions_write():
    named = [re.search(r'\["lakefeed", (.*)\]', text) for text in [*alarms_of(FEED).values(), *alarms_of(ROOT).values()]]
    names = {name for found in named if found for name in re.findall(r'"(\w+)"', found[1])}
    assert names == {"ExportsFailed", "NewestCompleteExportAgeMs", "ChainLagMs", "Gaps", "RecordsQuarantined", "RecordsFailed",
                     "TablesFailed", "SyncLagMs", "EventsWithoutTable"}
    code = sources()
    assert not [name for name in names if f'"{name}"' not in code]


def test_no_count_is_averaged():
    """An average of Errors is a share below 1, which no threshold of a count ever reaches; Success is a share itself."""
    for module in (ROOT, FEED, FUNCTION):
        for name, text in alarms_of(module).items():
            assert ("Average" in text) == (".Success" in text), name


# -- terraform itself --

@NEEDS_TERRAFORM
def test_terraform_finds_the_files_in_its_own_form():
    found = subprocess.run(["terraform", "fmt", "-check", "-recursive", "-diff", TERRAFORM],
                           capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout
