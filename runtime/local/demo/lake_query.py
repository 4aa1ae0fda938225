"""The newest state of each key in a folder of the lake, by DuckDB, against the table's items. Prints one JSON object.

    lake_query.py NEWEST_STATE_SQL LAKE_FOLDER TABLE_JSONL PARTITION_KEY SORT_KEY

Nothing here knows how lakefeed works: the query is deploy/sql/newest_state.duckdb.sql, and the table's items are
compared with what it gives, number by number.
"""

import base64
import decimal
import json
import sys

import duckdb

ROWS = 5


def plain(value):
    """What an attribute value is in a line of the lake; a set as a sorted list."""
    ((tag, content),) = value.items()
    if tag == "N":
        return decimal.Decimal(content)
    if tag == "NULL":
        return None
    if tag == "L":
        return [plain(element) for element in content]
    if tag == "M":
        return {name: plain(element) for name, element in content.items()}
    if tag in ("SS", "NS", "BS"):
        return sorted(plain({tag[0]: element}) for element in content)
    if tag == "B":
        return base64.b64encode(base64.b64decode(content)).decode()
    return content


def as_sets(value, found):
    """`found` with the arrays that are sets in `value` sorted."""
    ((tag, content),) = value.items()
    if tag in ("SS", "NS", "BS") and isinstance(found, list):
        return sorted(found)
    if tag == "L" and isinstance(found, list) and len(found) == len(content):
        return [as_sets(element, one) for element, one in zip(content, found)]
    if tag == "M" and isinstance(found, dict):
        return {name: as_sets(content[name], one) if name in content else one for name, one in found.items()}
    return found


def main(sql, folder, table, partition_key, sort_key):
    with open(table, encoding="utf-8") as file:
        items = [json.loads(line) for line in file]
    expected = {(item[partition_key]["S"], decimal.Decimal(item[sort_key]["N"])): {"M": item} for item in items}
    with duckdb.connect() as connection, open(sql, encoding="utf-8") as file:
        connection.execute(file.read())
        found = connection.execute(
            "SELECT operation, line, partition_key, sort_key, item ->> '$.total' FROM newest_state($folder, $key, sort_key_name := $sort) ORDER BY partition_key, sort_key",
            {"folder": folder, "key": partition_key, "sort": sort_key},
        ).fetchall()
    newest = {}
    for _operation, line, *_key in found:
        row = json.loads(line, parse_int=decimal.Decimal, parse_float=decimal.Decimal)
        newest[(row[partition_key], row[sort_key])] = {name: value for name, value in row.items() if name[:2] != "__"}
    different = sum(
        key not in newest or key not in expected or as_sets(expected[key], newest[key]) != plain(expected[key])
        for key in newest.keys() | expected.keys()
    )
    shown = found[:: max(1, len(found) // ROWS)][:ROWS]
    rows = [f"{partition_key} {partition}, {sort_key} {sort}: total {total}, by {how}" for how, _line, partition, sort, total in shown]
    print(json.dumps({"lake_items": len(found), "table_items": len(items), "different": different, "rows": rows}))


main(*sys.argv[1:])
