#!/usr/bin/env python3
"""The roles of the functions, made from the one table of calls (deploy/calls.json).

    deploy/policies.py            writes what is made of the table
    deploy/policies.py --check    fails where one of them is out of date

Made are, between their markers, the roles in deploy/template.yaml and the table in README.md, and as whole files the
policies for Terraform, deploy/terraform/policies/FUNCTION.json.tftpl, with the list of their variables.

A statement is all calls of a function on one kind of resource. Placeholders {name} of the table become intrinsic
functions in the template and variables in Terraform (TEMPLATE and TERRAFORM below)."""

import json
import pathlib
import re
import sys

TOP = pathlib.Path(__file__).resolve().parents[1]
CALLS = TOP / "deploy/calls.json"
MADE = "made by deploy/policies.py from deploy/calls.json"
PLACEHOLDER = re.compile(r"\{(\w+)\}")

SOURCE_TABLE = "!If [HasSourceTable, !GetAtt SourceTable.Arn, !Ref SourceTableArn]"
# What a placeholder is in the template.
TEMPLATE = {
    "table": SOURCE_TABLE,
    "table_name": "!Ref SourceTableName",
    "stream": "!If [HasSourceTable, !GetAtt SourceTable.StreamArn, !Ref SourceStreamArn]",
    "bucket": "!GetAtt LakeBucket.Arn",
    "change_stream": "!GetAtt ChangeStream.Arn",
    "snowflake_secret": "!Ref SnowflakeSecretArn",
    "glue_queue": "!GetAtt GlueEventQueue.Arn",
    "dead_letters": "!GetAtt ScheduleDeadLetters.Arn",
    "api_table": f"!If [HasApiTable, !GetAtt ApiTable.Arn, {SOURCE_TABLE}]",
    "api_table_name": "!If [HasApiTable, !Ref ApiTable, !Ref SourceTableName]",
    "api_secret": "!Ref ApiKeySecretArn",
    "key": "!Ref KmsKeyArn",
    "partition": "!Ref AWS::Partition",
    "region": "!Ref AWS::Region",
    "account": "!Ref AWS::AccountId",
    "dns_suffix": "!Ref AWS::URLSuffix",
    "log_streams": "!GetAtt {function}LogGroup.Arn",  # it ends in ":*", all streams of the group
}
# The condition that has a part in; a part without one is always in.
TEMPLATE_PARTS = {
    "key": "HasKmsKey",
    "api_secret": "HasApiKeySecret",
    "snowflake_secret": "HasSnowflakeSecret",
    "tracing": "HasTracing",
    "quarantine": None,
    "dead_letters": None,
}

# The transform is there twice, once for each of its outputs.
OTHER_IDS = {"firehose_transform": {"firehose_transform (iceberg)": "IcebergTransformFunction"}}

TERRAFORM = {
    "table": ("table_arn", "of the source table"),
    "table_name": ("table_name", "of the source table"),
    "stream": ("stream_arn", "of the source table's stream"),
    "bucket": ("bucket_arn", "of the bucket, with the prefixes exports/, lake/ and quarantine/"),
    "change_stream": ("change_stream_arn", "of the Kinesis stream"),
    "snowflake_secret": ("snowflake_secret_arn", "of the secret with Snowflake's settings"),
    "glue_queue": ("glue_queue_arn", "of the queue with Glue's events"),
    "dead_letters": ("dead_letters_arn", "of the queue that is the function's on-failure destination; empty: none"),
    "key": ("key_arn", "of the KMS key; empty: the services' own keys"),
    "partition": ("partition", "`aws`, `aws-cn`, `aws-us-gov`"),
    "region": ("region", "such as `us-east-1`"),
    "account": ("account_id", "of 12 digits"),
    "dns_suffix": ("dns_suffix", "`amazonaws.com`, in China `amazonaws.com.cn`"),
    "log_streams": ("log_group_arn", "of the function's log group, without `:*` at its end"),
}
TERRAFORM_PARTS = {
    "key": 'key_arn != ""',
    "dead_letters": 'dead_letters_arn != ""',
    "tracing": "tracing",
    "quarantine": "quarantine",
    "snowflake_secret": None,
}
TERRAFORM_FUNCTIONS = ("table_export", "stream_to_kinesis", "firehose_transform", "glue_to_snowflake")


def read_calls():
    return json.loads(CALLS.read_text(encoding="utf-8"))


def logical_ids(function):
    """The functions of the template that a function is: table_export is TableExportFunction."""
    own = "".join(word.capitalize() for word in function.split("_")) + "Function"
    return {function: own} | OTHER_IDS.get(function, {})


def calls_of(table, function):
    return table["functions"][function] + table["every_function"]


def statements(table, calls):
    """One for each kind of resource, in the table's order: (kind, its actions)."""
    actions = {}
    for call in calls:
        known = actions.setdefault(call["on"], [])
        known += [action for action in call["actions"] if action not in known]
    return list(actions.items())


def statement_body(table, kind, actions):
    """A policy's statement with the table's own placeholders."""
    resource = table["resources"][kind]
    body = {
        "Sid": "".join(word.capitalize() for word in kind.split("_")),
        "Effect": "Allow",
        "Action": actions,
        "Resource": resource["arns"][0] if len(resource["arns"]) == 1 else resource["arns"],
    }
    return body | ({"Condition": resource["condition"]} if "condition" in resource else {})


def policy_statements(table, function):
    """(statement, parts) for each that a template can hold; what has no resource there is a user's own."""
    return [
        (statement_body(table, kind, actions), table["resources"][kind].get("parts", []))
        for kind, actions in statements(table, calls_of(table, function))
        if table["resources"][kind]["arns"]
    ]


# ---- the template


def template_text(text, logical_id):
    """A text of the table as YAML: an intrinsic function where it has placeholders."""
    names = PLACEHOLDER.findall(text)
    if not names:
        return json.dumps(text) if re.search(r"^[*]|^[0-9]+$", text) else text
    values = {name: TEMPLATE[name].replace("{function}", logical_id) for name in names}
    if text == "{%s}" % names[0]:
        return values[names[0]]
    variables = []
    for name, value in values.items():
        reference = value.removeprefix("!Ref ").removeprefix("!GetAtt ")
        if value.startswith("!If"):
            reference = name.title().replace("_", "")
            variables.append(f"{reference}: {value}")
        text = text.replace("{%s}" % name, "${%s}" % reference)
    return f'!Sub ["{text}", {{{", ".join(variables)}}}]' if variables else f'!Sub "{text}"'


def yaml_lines(value, logical_id, indent):
    """The lines of a mapping or a list."""
    pad = " " * indent
    if isinstance(value, list):
        for element in value:
            yield f"{pad}- {template_text(element, logical_id)}"
        return
    for name, element in value.items():
        if isinstance(element, str):
            yield f"{pad}{name}: {template_text(element, logical_id)}"
        elif name == "Action":
            yield f"{pad}{name}: [{', '.join(element)}]" if len(element) > 1 else f"{pad}{name}: {element[0]}"
        else:
            yield f"{pad}{name}:"
            yield from yaml_lines(element, logical_id, indent + 2)


def statement_lines(body, parts, logical_id, indent):
    """An element of a list of statements, wrapped into the conditions of its parts."""
    conditions = [TEMPLATE_PARTS[part] for part in parts if TEMPLATE_PARTS[part]]
    pad = " " * indent
    opening = pad + "- "
    for condition in conditions:
        yield f"{opening}!If"
        pad += "  "
        yield f"{pad}- {condition}"
        opening = pad + "- "
    first, *rest = yaml_lines(body, logical_id, len(pad) + 2)
    yield opening + first.lstrip()
    yield from rest
    for _ in conditions:
        yield f"{pad}- !Ref AWS::NoValue"
        pad = pad[:-2]


def with_template(text, table):
    """The template with its regions made anew."""
    for function in table["functions"]:
        for name, logical_id in logical_ids(function).items():
            begin = re.compile(rf"^( *)# policies: {re.escape(name)} \({re.escape(MADE)}\)\n", re.M)
            found = begin.search(text)
            end = re.compile(r"^ *# end of policies\n", re.M).search(text, found.end()) if found else None
            if not end:
                raise SystemExit(f"deploy/template.yaml has no region # policies: {name} ({MADE})")
            lines = []
            for body, parts in policy_statements(table, function):
                lines += statement_lines(body, parts, logical_id, len(found.group(1)))
            text = text[: found.end()] + "\n".join(lines) + "\n" + text[end.start() :]
    return text


# ---- Terraform


def terraform_text(text):
    text = PLACEHOLDER.sub(lambda found: "${%s}" % TERRAFORM[found.group(1)][0], text)
    return text.replace("${log_group_arn}", "${log_group_arn}:*")


def terraform_value(value):
    if isinstance(value, str):
        return terraform_text(value)
    if isinstance(value, list):
        return [terraform_value(element) for element in value]
    return {name: terraform_value(element) for name, element in value.items()}


def terraform_policy(table, function):
    """The log's statement comes first, so that each of the others brings its comma."""
    made = sorted(policy_statements(table, function), key=lambda one: one[0]["Sid"] != "LogStreams")
    text = '{\n  "Version": "2012-10-17",\n  "Statement": [\n'
    for index, (body, parts) in enumerate(made):
        one = json.dumps(terraform_value(body), indent=2).replace("\n", "\n    ")
        conditions = " && ".join(TERRAFORM_PARTS[part] for part in parts if TERRAFORM_PARTS[part])
        comma = ", " if index else ""
        text += f"    %{{ if {conditions} }}{comma}{one}%{{ endif }}\n" if conditions else f"    {comma}{one}\n"
    return text + "  ]\n}\n"


def terraform_variables(table):
    lines = [
        "# Policies of the functions' roles",
        "",
        f"`templatefile(\"FUNCTION.json.tftpl\", {{…}})` gives a policy ({MADE}). All ARNs and names are texts:",
        "",
        "| variable | what it is | used by |",
        "|---|---|---|",
    ]
    texts = {function: terraform_policy(table, function) for function in TERRAFORM_FUNCTIONS}
    rows = [(name, f"ARN {meaning}" if name.endswith("_arn") else meaning) for name, meaning in TERRAFORM.values()]
    rows += [
        ("tracing", "true where X-Ray traces the function, else false"),
        ("quarantine", "true where `QUARANTINE_URI` is below quarantine/, else false"),
    ]
    for name, meaning in rows:
        used = [f"`{function}`" for function, text in texts.items() if re.search(rf"\{{[^}}]*\b{name}\b", text)]
        lines.append(f"| `{name}` | {meaning} | {'all' if len(used) == len(texts) else ', '.join(used)} |")
    return "\n".join(lines) + "\n"


# ---- README


def readme_rows(table):
    """(who, actions, on what, when) for each statement."""
    everyone = [("all functions", table["every_function"])]
    for who, calls in everyone + [(f"`{name}`", calls) for name, calls in table["functions"].items()]:
        for kind, actions in statements(table, calls):
            resource = table["resources"][kind]
            yield who, ", ".join(f"`{action}`" for action in actions), resource["is"], resource.get("when", "")
        if not calls:
            yield who, "none", "", ""
    for command, calls in table["commands"].items():
        name, _, others = command.partition(", ")
        who = f"`{name}`" + (f", `{others}`" if others else "")
        for like in [call["like"] for call in calls if "like" in call]:
            yield who, f"those of `{like}` itself", "", ""
        for kind, actions in statements(table, [call for call in calls if "on" in call]):
            yield who, ", ".join(f"`{action}`" for action in actions), table["resources"][kind]["is"], ""


def with_readme(text, table):
    begin = f"<!-- calls ({MADE}) -->\n"
    end = "<!-- end of calls -->\n"
    if begin not in text or end not in text:
        raise SystemExit(f"README.md has no region {begin.strip()} … {end.strip()}")
    lines = ["| who | actions | on | when |", "|---|---|---|---|"]
    before = ""
    for who, actions, on, when in readme_rows(table):
        lines.append(f"| {who if who != before else ''} | {actions} | {on} | {when} |")
        before = who
    head, rest = text.split(begin, 1)
    return head + begin + "\n".join(lines) + "\n" + end + rest.split(end, 1)[1]


def made_files(table):
    """Path -> what it must hold."""
    files = {}
    for path, with_regions in ((TOP / "deploy/template.yaml", with_template), (TOP / "README.md", with_readme)):
        files[path] = with_regions(path.read_text(encoding="utf-8"), table)
    folder = TOP / "deploy/terraform/policies"
    for function in TERRAFORM_FUNCTIONS:
        files[folder / f"{function}.json.tftpl"] = terraform_policy(table, function)
    files[folder / "README.md"] = terraform_variables(table)
    return files


def main(arguments):
    if arguments not in ([], ["--check"]):
        print(__doc__.split("\n\n")[1], file=sys.stderr)
        return 2
    stale = []
    for path, text in made_files(read_calls()).items():
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(path.relative_to(TOP))
        if not arguments:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    for path in stale:
        print(f"{path}: {'is out of date; run deploy/policies.py' if arguments else 'written'}")
    return 1 if stale and arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
