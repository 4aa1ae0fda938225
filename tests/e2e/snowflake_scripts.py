"""The scripts of deploy/sql/snowflake, filled in, and cut into statements as the snow command cuts them."""

import configparser
import re

from conftest import TOP

FOLDER = TOP / "deploy/sql/snowflake"
SCRIPTS = sorted(path.name for path in FOLDER.glob("*.sql"))
PLACEHOLDER = re.compile(r"<% (\w+) %>")


def plain_values():
    """Those of .sqlfluff, with which anyone can lint the scripts."""
    config = configparser.ConfigParser(interpolation=None)
    config.read(FOLDER / ".sqlfluff")
    values = dict(config["sqlfluff:templater:placeholder"])
    del values["param_regex"]
    return values


PLAIN = plain_values()
# What a user may well have: quoted identifiers, other partitions of AWS, names and keys that SQL does not like.
AWKWARD = {
    **PLAIN,
    "admin_role": '"lakefeed admin"',
    "bucket_url": "s3gov://my.lake-1",
    "catalog_schema": '"catalog-1"',
    "csv_columns": '"Order Id" VARCHAR, "select" NUMBER(38, 9), blob BINARY',
    "database": '"my ""Lake"""',
    "feed": "stream",
    "integration": '"lakefeed-int"',
    "lag": "1 day",
    "metadata_prefix": "lake ",
    "name": "A$_1",
    "partition_key": "it.is - [a] (key), é",
    "raw_schema": '"raw schema"',
    "reader_role": '"a.reader"',
    "schedule": "USING CRON 0 4 * * SUN America/Los_Angeles",
    "sort_key": "select",
    "storage_external_id": "MYACCOUNT_SFCRole=2_a123456/s0aBCDEfGHIJklmNoPq=",
    "storage_role_arn": "arn:aws-us-gov:iam::123456789012:role/a/path/lake+reader@x",
    "sync_role": '"1 sync"',
    "sync_user": '"sync@example.com"',
    "table": "My_Table-1.x",
    "table_arn": "arn:aws-us-gov:dynamodb:us-gov-west-1:123456789012:table/My_Table-1.x",
    "view_schema": '"select"',
    "warehouse": '"w h"',
}
VALUES = {"plain": PLAIN, "awkward": AWKWARD}


def placeholders(script):
    return set(PLACEHOLDER.findall((FOLDER / script).read_text()))


def rendered(script, values):
    return PLACEHOLDER.sub(lambda match: values[match[1]], (FOLDER / script).read_text())


def statements(script, values=PLAIN):
    """Without comments. No statement of ours has a semicolon but at its end."""
    text = re.sub(r"^ *--.*\n", "", rendered(script, values), flags=re.MULTILINE)
    assert text.endswith(";\n") and "--" not in text
    return [statement.strip() for statement in text.split(";\n") if statement.strip()]


def all_statements(values=PLAIN):
    return [(script, statement) for script in SCRIPTS for statement in statements(script, values)]
