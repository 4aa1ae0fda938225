"""What the scripts of deploy/sql/snowflake make, made in DuckDB: their views and external tables, over files that lie where
S3's keys say. sqlglot translates; what it cannot know of Snowflake stands here."""

import gzip
import re

import duckdb
import sqlglot

import snowflake_in_duckdb
from snowflake_scripts import PLAIN, statements


def connect():
    connection = duckdb.connect()
    snowflake_in_duckdb.install(connection)
    connection.execute("ATTACH ':memory:' AS LAKE; CREATE SCHEMA LAKE.RAW; CREATE SCHEMA LAKE.ANALYTICS")
    return connection


def translate(sql):
    """A query or a MERGE. Elements of a VARIANT are read as their text, as all casts of ours have it: DuckDB's cast of a
    JSON text would keep its quotes."""
    sql = re.sub(r"DIRECTORY\(@LAKE\.RAW\.(\w+)\)", r"LAKE.RAW.\1_DIRECTORY", sql)
    return sqlglot.parse_one(sql, read="snowflake").sql("duckdb").replace(" -> ", " ->> ")


def create_views(connection, script, values=PLAIN):
    """The script's views, and dynamic tables as views."""
    for statement in statements(script, values):
        match = re.match(r"CREATE .*?(?:VIEW|DYNAMIC TABLE)(?: IF NOT EXISTS)? ([\w.]+)\b.*?\bAS\n(.*)", statement, re.DOTALL)
        if match:
            connection.execute(f"CREATE VIEW {match[1]} AS {translate(match[2])}")


def create_external_tables(connection, script, files):
    """The script's external tables over {key: bytes}: a JSON line is a row, where the pattern takes the key."""
    for statement in statements(script):
        match = re.match(r"CREATE EXTERNAL TABLE IF NOT EXISTS ([\w.]+) \(\n(.*?)\n\)\n", statement, re.DOTALL)
        if not match:
            continue
        columns = re.findall(r"^ +(\w+) (\w+(?:\(.*?\))?) AS \((.*)\),?$", match[2], re.MULTILINE)
        assert len(columns) == match[2].count("\n") + 1
        (pattern,) = re.findall(r"PATTERN = '(.*)'", statement)
        rows = [
            (key, line)
            for key, body in sorted(files.items())
            if re.fullmatch(pattern, key)
            for line in (gzip.decompress(body) if "GZIP" in statement else body).decode().splitlines()
        ]
        connection.execute("CREATE OR REPLACE TEMP TABLE files (METADATA$FILENAME VARCHAR, value VARCHAR)")
        if rows:
            connection.executemany("INSERT INTO files VALUES (?, ?)", rows)
        selected = ", ".join(f"({expression})::{kind} AS {name}" for name, kind, expression in columns)
        connection.execute(f"CREATE TABLE {match[1]} AS {translate(f'SELECT value, {selected} FROM files')}")


def merge_of(script, values=PLAIN):
    """The task's MERGE, in DuckDB's words."""
    (task,) = [one for one in statements(script, values) if one.startswith("CREATE OR REPLACE TASK")]
    return translate(task[task.index("MERGE INTO") :])


def options_of(statement):
    """{name: value} of a CREATE FILE FORMAT: texts without their quotes, words and lists as they stand."""
    found = re.findall(r"^ +(\w+) = (?:'((?:\\.|[^'\\])*)'|(.*))$", statement, re.MULTILINE)
    return {name: text or word for name, text, word in found}
