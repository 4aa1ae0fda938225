#!/usr/bin/env python3
"""Writes change_line_golden.jsonl: stream records, settings, and the change lines they must become.

    python make_golden.py > change_line_golden.jsonl

The lines are computed by boto3's TypeDeserializer and the rules of the change line as the README
states them; nothing of lakefeed's own code is used. Each line of the file is
{"settings": {NAME: VALUE}, "record": TEXT, "line": TEXT}.
"""
import base64
import json
import math
import random
import re
from decimal import Decimal

from boto3.dynamodb.types import TypeDeserializer

METADATA = ["operation", "event_id", "sequence_number", "event_time_ms", "ttl_delete"]
JSON_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?\Z", re.ASCII)


class Number(str):
    """The text of an N."""


class Plain(TypeDeserializer):
    """boto3's reading of the ten types, with sets in their order and numbers as their text."""

    def _deserialize_n(self, value):
        return Number(value)

    def _deserialize_b(self, value):
        return base64.b64encode(base64.b64decode(value, validate=True)).decode()

    def _deserialize_ss(self, value):
        return list(value)

    def _deserialize_ns(self, value):
        return [Number(element) for element in value]

    def _deserialize_bs(self, value):
        return [self._deserialize_b(element) for element in value]


def write(value, numbers):
    if isinstance(value, Number):
        return str(value) if numbers == "number" and JSON_NUMBER.match(value) else json.dumps(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, dict):
        members = (f"{write(str(name), numbers)}:{write(one, numbers)}" for name, one in value.items())
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(write(one, numbers) for one in value) + "]"
    assert value is None or isinstance(value, bool)
    return json.dumps(value)


def fold(text):
    return "".join(chr(ord(c) + 32) if "A" <= c <= "Z" else c for c in text)


def rename(names):
    """The new name of each, for LINE_NAMES=lower."""
    taken = {name for name in names if fold(name) == name}
    renamed = {}
    for name in names:
        renamed[name] = name
        if fold(name) not in taken:
            taken.add(fold(name))
            renamed[name] = fold(name)
    return renamed


def image_of(attributes, lower):
    plain = {name: Plain().deserialize(value) for name, value in attributes.items()}
    if not lower:
        return plain
    renamed = rename(list(plain))
    return {renamed[name]: value for name, value in plain.items()}


def event_time_ms(dynamodb):
    if "ApproximateCreationDateTime" not in dynamodb:
        return None
    time = Decimal(str(dynamodb["ApproximateCreationDateTime"]))
    precision = dynamodb.get("ApproximateCreationDateTimePrecision")
    if precision == "MICROSECOND":
        return math.floor(time / 1000)
    if precision == "MILLISECOND":
        return math.floor(time)
    if time < 10**11:
        return math.floor(time * 1000)
    return math.floor(time) if time < 10**14 else math.floor(time / 1000)


def metadata_of(record):
    dynamodb = record["dynamodb"]
    identity = record.get("userIdentity") or {}
    who = (identity.get("type", identity.get("Type")),
           identity.get("principalId", identity.get("PrincipalId")))
    return {
        "operation": record["eventName"],
        "event_id": record.get("eventID"),
        "sequence_number": dynamodb.get("SequenceNumber"),
        "event_time_ms": event_time_ms(dynamodb),
        "ttl_delete": record["eventName"] == "REMOVE" and who == ("Service", "dynamodb.amazonaws.com"),
    }


def change_line(text, settings):
    record = json.loads(text, parse_float=Decimal)
    dynamodb = record["dynamodb"]
    lower = settings.get("LINE_NAMES") == "lower"
    numbers = settings.get("LINE_NUMBERS", "number")
    prefix = settings.get("METADATA_PREFIX", "__")
    wanted = settings.get("LINE_METADATA", ",".join(METADATA)).split(",")
    if settings.get("LINE_SHAPE") == "envelope":
        members = [(name, image_of(dynamodb[source], lower))
                   for name, source in [("keys", "Keys"), ("new", "NewImage"), ("old", "OldImage")]
                   if source in dynamodb]
    else:
        source = "OldImage" if record["eventName"] == "REMOVE" else "NewImage"
        members = list(image_of(dynamodb.get(source, dynamodb["Keys"]), lower).items())
    names = {name for name, _ in members}
    for name, value in metadata_of(record).items():
        if name not in wanted or value is None:
            continue
        full = prefix + name
        while full in names:
            full = prefix + full
        members.append((full, Number(value) if isinstance(value, int) and not isinstance(value, bool) else value))
    written = [f"{write(name, numbers)}:{write(value, numbers if name in names else 'number')}"
               for name, value in members]
    return "{" + ",".join(written) + "}\n"


# ---- the records

TEXTS = ["", "x", "Grüße", "日本語", "\U0001F600", "a\"b\\c/d", "line\nbreak\ttab\u0001", "\u2028", "null", "12",
         "e\u0301", "\u007f", "a" * 300]
NUMBERS = ["0", "-0", "1", "-1", "12.5", "1E+2", "1e-130", "9.9999999999999999999999999999999999999E+125",
           "12345678901234567890123456789012345678", "-0.00000000000000000000000000000000000001",
           "3.1415926535897932384626433832795028842", "007", "+5", ".5", "5.", "NaN", "Infinity", "1_0", ""]
NAMES = ["id", "Id", "ID", "name", "Name", "__operation", "__Operation", "__ttl_delete", "______", "größe", "Größe",
         "a.b", "a b", "S", "N", "M", "keys", "new", "\U0001F600", "quote\"", "back\\slash", "tab\t", "eventName",
         "dynamodb"]


def number(source):
    return source.choice(NUMBERS)


def binary(source):
    return base64.b64encode(source.randbytes(source.randrange(0, 20))).decode()


def value(source, depth):
    tags = ["S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS"] + (["L", "M"] if depth > 0 else [])
    tag = source.choice(tags)
    count = source.randrange(1, 4)
    make = {
        "S": lambda: source.choice(TEXTS),
        "N": lambda: number(source),
        "B": lambda: binary(source),
        "BOOL": lambda: source.random() < 0.5,
        "NULL": lambda: True,
        "SS": lambda: source.sample(TEXTS, count),
        "NS": lambda: source.sample(NUMBERS, count),
        "BS": lambda: [binary(source) for _ in range(count)],
        "L": lambda: [value(source, depth - 1) for _ in range(count - 1)],
        "M": lambda: image(source, depth - 1, count - 1),
    }[tag]
    return {tag: make()}


def image(source, depth, count):
    return {name: value(source, depth) for name in source.sample(NAMES, count)}


def nested(levels):
    inner = {"N": "1"}
    for level in range(levels):
        inner = {"M": {"m": inner}} if level % 2 else {"L": [inner]}
    return inner


def random_record(source):
    operation = source.choice(["INSERT", "MODIFY", "REMOVE"])
    dynamodb = {"Keys": {"id": {"S": source.choice(TEXTS)}}}
    if operation != "REMOVE" and source.random() < 0.9:
        dynamodb["NewImage"] = image(source, 3, source.randrange(0, 8))
    if operation != "INSERT" and source.random() < 0.9:
        dynamodb["OldImage"] = image(source, 3, source.randrange(0, 8))
    record = {"eventID": "%032x" % source.getrandbits(128), "eventName": operation, "awsRegion": "us-east-1"}
    if source.random() < 0.5:
        dynamodb["ApproximateCreationDateTime"] = "@TIME@"
        dynamodb["SequenceNumber"] = str(source.randrange(10**20, 10**23))
        record["eventSourceARN"] = "arn:aws:dynamodb:us-east-1:123456789012:table/orders/stream/2026-01-01T00:00:00.000"
        time = source.choice(["1684934517", "1.684934517E9", "1684934517.5", "16849345170E-1", "\"1684934517\""])
    else:
        record["tableName"] = "orders"
        record["recordFormat"] = "application/json"
        record["userIdentity"] = None
        dynamodb["ApproximateCreationDateTime"] = "@TIME@"
        time = "1684934517123"
        if source.random() < 0.5:
            dynamodb["ApproximateCreationDateTimePrecision"] = "MICROSECOND"
            time = "1684934517123999"
    if operation == "REMOVE" and source.random() < 0.5:
        record["userIdentity"] = source.choice([
            {"type": "Service", "principalId": "dynamodb.amazonaws.com"},
            {"PrincipalId": "dynamodb.amazonaws.com", "Type": "Service"},
            {"type": "User", "principalId": "dynamodb.amazonaws.com"}])
    record["dynamodb"] = dynamodb
    separators = source.choice([(",", ":"), (", ", ": ")])
    indent = source.choice([None, None, 2])
    return json.dumps(record, ensure_ascii=False, separators=separators, indent=indent).replace('"@TIME@"', time)


def random_settings(source):
    choices = {
        "LINE_NAMES": ["keep", "lower"],
        "LINE_SHAPE": ["flat", "envelope"],
        "LINE_NUMBERS": ["number", "text"],
        "LINE_METADATA": ["operation", "ttl_delete,event_time_ms", "operation,event_id,sequence_number"],
        "METADATA_PREFIX": ["_", "meta_", "__"],
    }
    return {name: source.choice(values) for name, values in choices.items() if source.random() < 0.35}


def main():
    source = random.Random(20261120)
    cases = [({}, json.dumps({"eventName": "INSERT", "dynamodb": {
        "Keys": {"id": {"S": "1"}}, "NewImage": {"deep": nested(31), "all": {"M": {
            "s": {"S": "x"}, "n": {"N": "1.50"}, "b": {"B": "AAEC"}, "t": {"BOOL": True}, "f": {"BOOL": False},
            "z": {"NULL": True}, "ss": {"SS": ["a", "b"]}, "ns": {"NS": ["1", "2.0"]}, "bs": {"BS": ["AA==", ""]},
            "l": {"L": []}, "m": {"M": {}}}}}}}))]
    cases += [(random_settings(source), random_record(source)) for _ in range(250)]
    for settings, text in cases:
        print(json.dumps({"settings": settings, "record": text, "line": change_line(text, settings)}))


if __name__ == "__main__":
    main()
