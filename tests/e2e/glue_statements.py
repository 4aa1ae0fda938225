"""Reads the statements of glue_to_snowflake apart, by a small reader of its own, and says what Snowflake would show
after a CREATE and what mark its comment must carry. Knows nothing of the product's code."""

import hashlib
import json
import re
import subprocess

import conftest

PLAN_TOOL = conftest.BUILD / "tests" / "functions" / "glue_to_snowflake" / "snowflake_plan_tool"
ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\", "'": "'"}
CREATE = re.compile(
    r"CREATE (?:OR REPLACE )?EXTERNAL TABLE (?:IF NOT EXISTS )?(?P<name>(?:\"(?:[^\"]|\"\")*\"\.?){3}) \((?P<rest>.*)",
    re.DOTALL,
)
TAIL = re.compile(
    r"(?: PARTITION BY \((?P<partition_by>.*?)\))? LOCATION = (?P<location>@\S+|@(?:\"(?:[^\"]|\"\")*\"\.?){3}/\S*)"
    r"(?: (?P<user_specified>PARTITION_TYPE = USER_SPECIFIED)| AUTO_REFRESH = (?P<auto_refresh>TRUE|FALSE)"
    r" (?P<pattern>PATTERN = '[^']*')) FILE_FORMAT = \((?P<rest>.*)",
    re.DOTALL,
)
END = re.compile(r"(?P<copy_grants> COPY GRANTS)? COMMENT = (?P<comment>'.*')", re.DOTALL)


def plan(cases):
    """The product's plan for each case (plan_tool.cc says what a case is)."""
    lines = "".join(json.dumps(case, ensure_ascii=False) + "\n" for case in cases)
    done = subprocess.run([PLAN_TOOL], input=lines.encode(), stdout=subprocess.PIPE, check=True, timeout=120)
    answers = [json.loads(line) for line in done.stdout.decode().split("\n")[:-1]]
    assert len(answers) == len(cases)
    return answers


def end_of_brackets(text):
    """The index of the bracket that closes the one before `text`."""
    depth, at = 1, 0
    while at < len(text):
        c = text[at]
        if c in "'\"":
            at = end_of_quotes(text, at)
        elif c in "([":
            depth += 1
        elif c in ")]":
            depth -= 1
            if depth == 0:
                return at
        at += 1
    raise AssertionError(f"a bracket is not closed: {text}")


def end_of_quotes(text, at):
    """The index of the quote that ends the one at `at`. A backslash escapes inside single quotes only."""
    quote = text[at]
    at += 1
    while text[at] != quote or text[at + 1 : at + 2] == quote:
        at += 2 if text[at] == quote or (quote == "'" and text[at] == "\\") else 1
    return at


def split_list(text):
    """The parts of a, b, c; what stands in quotes or brackets stays whole."""
    parts, start, at = [], 0, 0
    while at < len(text):
        c = text[at]
        if c in "'\"":
            at = end_of_quotes(text, at)
        elif c == "(":
            at += 1 + end_of_brackets(text[at + 1 :])
        elif c == ",":
            parts.append(text[start:at].strip())
            start = at + 1
        at += 1
    return parts + [text[start:].strip()] if text.strip() else []


def literal_text(literal):
    """What a literal in single quotes says."""
    assert literal[0] == literal[-1] == "'", literal

    def one(match):
        text = match.group()
        if text == "''":
            return "'"
        return chr(int(text[2:], 16)) if text[1] == "x" else ESCAPES[text[1]]

    return re.sub(r"''|\\x[0-9A-F]{2}|\\.", one, literal[1:-1], flags=re.DOTALL)


def identifier_text(identifier):
    assert identifier[0] == identifier[-1] == '"', identifier
    return identifier[1:-1].replace('""', '"')


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def read_column(text):
    """ "NAME" TYPE AS (expression)"""
    end = end_of_quotes(text, 0)
    kind, expression = text[end + 1 :].strip().split(" AS (", 1)
    assert expression[-1] == ")", text
    return {"name": identifier_text(text[: end + 1]), "type": kind, "expression": expression[:-1]}


def read_create(statement):
    """The parts of a CREATE EXTERNAL TABLE."""
    head = CREATE.fullmatch(statement)
    assert head, statement
    close = end_of_brackets(head["rest"])
    tail = TAIL.fullmatch(head["rest"][close + 1 :])
    assert tail, statement
    options_end = end_of_brackets(tail["rest"])
    end = END.fullmatch(tail["rest"][options_end + 1 :])
    assert end, statement
    columns = [read_column(column) for column in split_list(head["rest"][:close])]
    keys = [identifier_text(key) for key in split_list(tail["partition_by"] or "")]
    return {
        "name": head["name"],
        "columns": [column for column in columns if column["name"] not in keys],
        "partition_columns": [column for column in columns if column["name"] in keys],
        "location": tail["location"],
        "user_specified": tail["user_specified"] is not None,
        "auto_refresh": tail["auto_refresh"],
        "pattern": tail["pattern"],
        "file_format": tail["rest"][:options_end],
        "comment": literal_text(end["comment"]),
    }


def digest(text, digits=8):
    return hashlib.sha256(text.encode()).hexdigest()[:digits]


def base_type(kind):
    return kind.split("(")[0]


def expected_mark(create, table):
    """The mark's members for the parts of a CREATE; what user-specified partitions add to it is not in it."""
    partitions = ", ".join(
        f'{quoted(c["name"])} {base_type(c["type"])} AS ({c["expression"]})' for c in create["partition_columns"]
    )
    if create["user_specified"]:
        partitions = "USER_SPECIFIED " + partitions
    columns = {c["name"]: f'{base_type(c["type"])} AS ({c["expression"]})' for c in create["columns"]}
    lines = [create["location"], create["file_format"], partitions]
    lines += [f"AUTO_REFRESH = {create['auto_refresh'] or 'FALSE'}", create["pattern"] or ""]
    lines += [f"{quoted(name)} {columns[name]}" for name in sorted(columns)]
    return {
        "version": 1,
        "catalog": table["CatalogId"],
        "database": table["DatabaseName"],
        "table": table["Name"],
        "definition": digest("\n".join(lines), 32),
        "location": digest(create["location"]),
        "file_format": digest(create["file_format"]),
        "partitions": digest(partitions),
        "columns": {name: digest(text) for name, text in columns.items()},
    }


def read_mark(comment):
    """The mark at the end of a comment, or nothing."""
    last = comment.rsplit("\n", 1)[-1]
    return json.loads(last[len("lakefeed ") :]) if last.startswith("lakefeed {") else None


SHOWN_TYPES = {"VARCHAR": "VARCHAR(16777216)", "BINARY": "BINARY(8388608)", "TIMESTAMP_NTZ": "TIMESTAMP_NTZ(9)"}


def shown_after(statement):
    """What SHOW and DESC say of a table after its CREATE."""
    if " ICEBERG TABLE " in statement:
        comment = literal_text(statement[statement.index(" COMMENT = ") + len(" COMMENT = ") :])
        return {"kind": "iceberg", "comment": comment, "columns": []}
    create = read_create(statement)
    columns = [{"name": "VALUE", "type": "VARIANT", "virtual": False}]
    for column in create["columns"] + create["partition_columns"]:
        kind = SHOWN_TYPES.get(column["type"], column["type"])
        columns.append({"name": column["name"], "type": kind, "virtual": True})
    return {"kind": "external", "comment": create["comment"], "columns": columns}
