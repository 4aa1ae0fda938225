"""Snowflake's expressions in DuckDB: macros for the functions that DuckDB names otherwise, and a translation of the
words that no macro can stand for (types, the path of VALUE, the names of file metadata).

VALUE is a JSON column. What Snowflake does with a JSON null, a missing element and a cast is DuckDB's as well: both
read a missing element as NULL, and casts of numbers, text, dates and times agree on what the tests hold."""

import json
import re

MACROS = """
-- IFF(condition, then, else)
CREATE MACRO IFF(a, b, c) AS CASE WHEN a THEN b ELSE c END;
-- STARTSWITH(text, start)
CREATE MACRO STARTSWITH(a, b) AS starts_with(a, b);
-- TRY_TO_NUMBER(text [, precision, scale]): NULL where the text is no number or does not fit
CREATE MACRO TRY_TO_NUMBER(a) AS TRY_CAST(a AS DECIMAL(38, 0)),
    (a, p, s) AS CASE WHEN abs(TRY_CAST(a AS DECIMAL(38, 10))) < power(10::DOUBLE, p - s)
                      THEN round(TRY_CAST(a AS DECIMAL(38, 10)), s) END;
-- the same where it is added to a date: DuckDB adds none but an INTEGER
CREATE MACRO DAYS(a, p, s) AS
    CASE WHEN abs(TRY_CAST(a AS INTEGER)) < power(10::DOUBLE, p) THEN TRY_CAST(a AS INTEGER) END;
CREATE MACRO TRY_TO_DOUBLE(a) AS TRY_CAST(a AS DOUBLE);
CREATE MACRO TRY_TO_BOOLEAN(a) AS TRY_CAST(a AS BOOLEAN);
CREATE MACRO TRY_TO_DATE(a) AS TRY_CAST(a AS DATE), (a, f) AS TRY_CAST(try_strptime(a, f) AS DATE);
-- TRY_TO_TIMESTAMP_NTZ(text [, format]): AUTO is a time in ISO's form
CREATE MACRO TRY_TO_TIMESTAMP_NTZ(a) AS TRY_CAST(a AS TIMESTAMP),
    (a, f) AS CASE WHEN f = 'AUTO' THEN TRY_CAST(a AS TIMESTAMP) ELSE try_strptime(a, f) END;
-- TRY_PARSE_JSON(text)::VARCHAR of a JSON text: NULL where it is none
CREATE MACRO TRY_PARSE_JSON(a) AS CASE WHEN json_valid(a) THEN json_extract_string(a::JSON, '$') END;
-- REGEXP_SUBSTR(text, pattern, 1, 1, 'e', group): NULL where the pattern does not match
CREATE MACRO REGEXP_SUBSTR(a, p, i, n, e, g) AS CASE WHEN regexp_matches(a, p) THEN regexp_extract(a, p, g) END;
CREATE MACRO TRY_TO_TIMESTAMP_LTZ(a) AS TRY_CAST(a AS TIMESTAMPTZ);
-- TRY_TO_BINARY(text, 'BASE64'): NULL where the text is none
CREATE MACRO TRY_TO_BINARY(a, f) AS TRY(from_base64(a));
-- GET(VALUE, name), GET_IGNORE_CASE(VALUE, name): the first match
CREATE MACRO GET(v, n) AS ELEMENT(v, list_filter(json_keys(v), lambda k: k = n)[1]);
CREATE MACRO GET_IGNORE_CASE(v, n) AS ELEMENT(v, list_filter(json_keys(v), lambda k: lower(k) = lower(n))[1]);
"""

# An element as Snowflake casts it: a JSON text is its characters, not their JSON form.
ELEMENT = """
CREATE MACRO POINTER(k) AS '/' || replace(replace(k, '~', '~0'), '/', '~1');
CREATE MACRO ELEMENT(v, k) AS CASE WHEN json_type(v, POINTER(k)) = 'NULL' THEN NULL
    ELSE json_extract_string(v, POINTER(k)) END;
"""

TYPES = {
    "NUMBER": "DECIMAL",
    "FLOAT": "DOUBLE",
    "TIMESTAMP_NTZ": "TIMESTAMP",
    "TIMESTAMP_LTZ": "TIMESTAMPTZ",
    "VARIANT": "JSON",
    "BINARY": "BLOB",
}
TOKEN = re.compile(
    r"""(?P<path>\bVALUE:(?:"(?P<quoted>(?:[^"]|"")*)"|(?P<plain>[A-Za-z_]\w*)))|(?P<literal>'(?:''|\\.|[^'\\])*')"""
    r"""|(?P<identifier>"(?:[^"]|"")*")|(?P<metadata>METADATA\$\w+)|(?P<word>[A-Za-z_]\w*)""",
    re.DOTALL,
)
# A literal that is a date's format; strptime has other letters.
FORMAT = re.compile(r"""'(?=YYYY)(?:YYYY|MM|DD|HH24|MI|SS|FF3|[-/ :._]|"[^"]*")+'""")
STRPTIME = {"YYYY": "%Y", "MM": "%m", "DD": "%d", "HH24": "%H", "MI": "%M", "SS": "%S", "FF3": "%g", '"': ""}
ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


def plain_literal(text):
    """DuckDB's literals have no backslash escapes."""
    if FORMAT.fullmatch(text):
        return re.sub("|".join(STRPTIME), lambda match: STRPTIME[match.group()], text)

    def one(match):
        if match.group()[1] == "x":
            return chr(int(match.group()[2:], 16))
        return ESCAPES.get(match.group()[1], match.group()[1])

    return re.sub(r"\\x[0-9A-F]{2}|\\.", one, text, flags=re.DOTALL)


def translate(expression, element=lambda name: "GET(VALUE, '" + name.replace("'", "''") + "')"):
    """`element` says how an element of VALUE is read."""

    def one(match):
        if match["path"]:
            return element(match["plain"] or match["quoted"].replace('""', '"'))
        if match["literal"]:
            return plain_literal(match["literal"])
        if match["metadata"]:
            return '"' + match["metadata"] + '"'
        if match["word"]:
            return TYPES.get(match["word"], match["word"])
        return match.group()

    return TOKEN.sub(one, expression.replace("::DATE + TRY_TO_NUMBER(", "::DATE + DAYS("))


def translate_columns(expression, names):
    """Over a row whose elements are columns of their own, in exactly these names. DuckDB does not mind the case of a
    column; Snowflake does, and reads an element that is not there as NULL."""

    def column(name):
        return '"' + name.replace('"', '""') + '"' if name in names else "NULL"

    def get(match):
        name = plain_literal(match[2])[1:-1].replace("''", "'")
        return column(next((one for one in names if match[1] and one.lower() == name.lower()), name))

    expression = re.sub(r"\bGET(_IGNORE_CASE)?\(VALUE, ('(?:''|\\.|[^'\\])*')\)", get, expression)
    return translate(expression, column)


def install(database):
    database.execute(ELEMENT)
    for statement in re.sub(r"--.*", "", MACROS).split(";"):
        if statement.strip():
            database.execute(statement)


def value(database, expression, row):
    """The expression over one row of named texts."""
    names = ", ".join(f'? AS "{name}"' for name in row)
    return database.execute(f"SELECT {translate(expression)} FROM (SELECT {names})", list(row.values())).fetchone()[0]
