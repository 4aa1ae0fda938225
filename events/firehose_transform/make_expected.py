#!/usr/bin/env python3
"""Writes the sample events of firehose_transform with what is expected of them.

    python events/firehose_transform/make_expected.py

The expected lines and rows are computed by boto3's TypeDeserializer and the written rules of the change
line (tests/common/dynamodb/make_golden.py); nothing of lakefeed's own code is used.
"""
import base64
import hashlib
import json
import random
import re
import sys
from datetime import datetime, timezone
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "tests" / "common" / "dynamodb"))
from make_golden import change_line, event_time_ms, nested  # noqa: E402

ARRIVAL_MS = 1795136523456  # 2026-11-20T01:02:03.456Z
STREAM_ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/{}/stream/2026-01-01T00:00:00.000"
TTL = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}


def encode(data):
    return base64.b64encode(data if isinstance(data, bytes) else data.encode()).decode()


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def kpl_aggregate(datas):
    """Several records as the Kinesis Producer Library packs them into one (aggregation-format.md): a magic
    number, a protobuf message with the key table and the records, and its MD5."""
    def field(number, data):
        size, length = len(data), b""
        while size >= 0x80:
            length += bytes([size & 0x7F | 0x80])
            size >>= 7
        return bytes([number << 3 | 2]) + length + bytes([size]) + data

    message = field(1, b"key") + b"".join(field(3, b"\x08\x00" + field(3, data.encode())) for data in datas)
    return b"\xf3\x89\x9a\xc2" + message + hashlib.md5(message).digest()


# ---- records as the two feeds write them

def kinesis_record(operation, keys, new=None, old=None, time="1684934517123", precision=None, identity=None,
                   table="orders"):
    """DynamoDB's own Kinesis feed."""
    dynamodb = {"ApproximateCreationDateTime": "@TIME@", "Keys": keys}
    if new is not None:
        dynamodb["NewImage"] = new
    if old is not None:
        dynamodb["OldImage"] = old
    dynamodb["SizeBytes"] = 100
    if precision:
        dynamodb["ApproximateCreationDateTimePrecision"] = precision
    record = {"awsRegion": "eu-west-1", "eventID": "d2bc7b5c-9c2d-4a0c-8a54-1f3d4f0a7c11", "eventName": operation,
              "userIdentity": identity, "recordFormat": "application/json", "tableName": table,
              "dynamodb": dynamodb, "eventSource": "aws:dynamodb"}
    return compact(record).replace('"@TIME@"', time)


def stream_record(operation, keys, new=None, old=None, time="1.684934517E9", identity=None, table="orders",
                  number="4421584500000000017450439091"):
    """A stream record as stream_to_kinesis forwards it."""
    dynamodb = {"ApproximateCreationDateTime": "@TIME@", "Keys": keys}
    if new is not None:
        dynamodb["NewImage"] = new
    if old is not None:
        dynamodb["OldImage"] = old
    dynamodb |= {"SequenceNumber": number, "SizeBytes": 100, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    record = {"eventID": "c4ca4238a0b923820dcc509a6f75849b", "eventName": operation, "eventVersion": "1.1",
              "eventSource": "aws:dynamodb", "awsRegion": "eu-west-1", "dynamodb": dynamodb}
    if identity is not None:
        record["userIdentity"] = identity
    record |= {"eventSourceARN": STREAM_ARN.format(table), "tableName": table, "recordFormat": "application/json"}
    return compact(record).replace('"@TIME@"', time)


# ---- what must come of them

class Raw(str):
    """JSON that stands in expected.json as it is, so that numbers keep their bytes."""


def utc(time_ms):
    return datetime.fromtimestamp(time_ms // 1000, timezone.utc)


def partition_keys(table, time_ms, wanted):
    values = {"table": table, "dt": utc(time_ms).strftime("%Y%m%d"), "hour": utc(time_ms).strftime("%H")}
    return {"partitionKeys": {name: values[name] for name in wanted.split(",")}}


def line_of(text, settings):
    record = json.loads(text)
    time_ms = event_time_ms(record["dynamodb"])
    metadata = partition_keys(record["tableName"], time_ms if time_ms is not None else ARRIVAL_MS,
                              settings.get("PARTITION_KEYS", "table,dt"))
    return {"result": "Ok", "data": Raw(change_line(text, settings)), "metadata": metadata}


def row_of(text, settings):
    record = json.loads(text)
    row = change_line(text, {"LINE_METADATA": "none"} | settings).rstrip("\n")
    stamp = settings.get("TIMESTAMP_ATTRIBUTE")
    image = record["dynamodb"].get("OldImage" if record["eventName"] == "REMOVE" else "NewImage",
                                   record["dynamodb"]["Keys"])
    if stamp in image:
        time = utc(int(image[stamp]["N"]))
        row = f'{row[:-1]},"date":"{time:%Y-%m-%d}","hour":{time.hour},"minute":{time.minute}}}'
    operation = {"INSERT": "insert", "MODIFY": "update", "REMOVE": "delete"}[record["eventName"]]
    names = [settings[name].replace("{table}", record["tableName"]) for name in ("ICEBERG_DATABASE", "ICEBERG_TABLE")]
    return {"result": "Ok", "data": Raw(row), "metadata": {"otfMetadata": {
        "destinationDatabaseName": names[0], "destinationTableName": names[1], "operation": operation}}}


DROPPED = {"result": "Dropped"}


def failed(data):
    return {"result": "ProcessingFailed", "data": data}


def passed_on(text, table, time_ms):
    return {"result": "Ok", "data": encode(text), "metadata": partition_keys(table, time_ms, "table,dt")}


# ---- files

def to_json(value):
    raws = []

    def hide(one):
        if isinstance(one, Raw):
            raws.append(one.strip())
            return f"@RAW{len(raws) - 1}@"
        if isinstance(one, dict):
            return {name: hide(member) for name, member in one.items()}
        if isinstance(one, list):
            return [hide(element) for element in one]
        return one

    text = json.dumps(hide(value), indent=2, ensure_ascii=False)
    return re.sub(r'"@RAW(\d+)@"', lambda match: raws[int(match.group(1))], text) + "\n"


def write_case(name, event, expected, settings):
    folder = HERE / name
    folder.mkdir(exist_ok=True)
    (folder / "event.json").write_text(to_json(event), encoding="utf-8")
    (folder / "expected.json").write_text(to_json(expected), encoding="utf-8")
    if settings:
        (folder / "environment").write_text("".join(f"{k}={v}\n" for k, v in settings.items()), encoding="utf-8")


def firehose_event(datas):
    stream = "arn:aws:kinesis:eu-west-1:123456789012:stream/DYNAMODB-orders"
    records = [{"recordId": f"4967151346{index:05d}000000", "approximateArrivalTimestamp": ARRIVAL_MS, "data": data,
                "kinesisRecordMetadata": {"sequenceNumber": f"4967151346{index:05d}", "subsequenceNumber": index % 2,
                                          "partitionKey": "a", "shardId": "shardId-000000000000",
                                          "approximateArrivalTimestamp": ARRIVAL_MS}}
               for index, data in enumerate(datas)]
    return {"invocationId": "3b1a3b0e-6d57-4d3f-9a9c-0f3d1a5f7c11",
            "deliveryStreamArn": "arn:aws:firehose:eu-west-1:123456789012:deliverystream/dynamodb-orders",
            "sourceKinesisStreamArn": stream, "region": "eu-west-1", "records": records}


def write_batch(name, answers, settings):
    """`answers`: pairs of the record's data (base64) and what must be answered for it."""
    event = firehose_event([data for data, _ in answers])
    records = [{"recordId": record["recordId"]} | answer for record, (_, answer) in zip(event["records"], answers)]
    write_case(name, event, {"response": {"records": records}}, settings)


def write_lines(name, texts, settings=None, exact=False):
    """With `exact` the lines are compared byte for byte, else as JSON that a person can read."""
    settings = settings or {}
    answers = [line_of(text, settings) for text in texts]
    if exact:
        answers = [answer | {"data": encode(str(answer["data"]))} for answer in answers]
    write_batch(name, list(zip([encode(text) for text in texts], answers)), settings)


# ---- the cases

KEY = {"id": {"S": "order-1"}}
OLD = KEY | {"status": {"S": "new"}, "total": {"N": "12.50"}}
NEW = KEY | {"status": {"S": "paid"}, "total": {"N": "12.5"}}

TEN_TYPES = {
    "S": {"S": "Grüße, 日本語, \U0001F600, \"quoted\", back\\slash, line\nbreak, \u2028, e\u0301"},
    "N": {"N": "12345678901234567890123456789012345678"},
    "N_small": {"N": "-0.00000000000000000000000000000000000001"},
    "N_wide": {"N": "9.9999999999999999999999999999999999999E+125"},
    "B": {"B": encode(bytes(range(256)))},
    "BOOL": {"BOOL": False},
    "NULL": {"NULL": True},
    "SS": {"SS": ["zebra", "Äpfel", ""]},
    "NS": {"NS": ["3.1415926535897932384626433832795028842", "-7", "1E-130"]},
    "BS": {"BS": ["AA==", "AAE=", "AAEC"]},
    "L": {"L": [{"S": "one"}, {"N": "2"}, {"L": [{"M": {}}]}, {"NULL": True}]},
    "M": {"M": {"größe": {"N": "1.10"}, "a.b": {"BOOL": True}, "": {"S": "empty name"}}},
    "deep": nested(31),
    "__operation": {"S": "an attribute with a metadata member's name"},
}


def image_of_400_kb():
    """An item of exactly 400 KiB, as DynamoDB counts: names and values in UTF-8."""
    source = random.Random(400)
    words = ["lake", "feed", "größe", "日本", "\U0001F600", "x\"y", "a\\b"]
    image = {"id": {"S": "large"}, "blob": {"B": encode(source.randbytes(100_000))}}
    size = len("id") + len("large") + len("blob") + 100_000
    text = []
    target = 400 * 1024 - size - len("text")
    used = 0
    while True:
        word = source.choice(words) + " "
        if used + len(word.encode()) > target:
            break
        text.append(word)
        used += len(word.encode())
    image["text"] = {"S": "".join(text) + "." * (target - used)}
    return image


def main():
    write_lines("kinesis_feed_milliseconds_and_microseconds", [
        kinesis_record("INSERT", KEY, new=OLD),
        kinesis_record("MODIFY", KEY, new=NEW, old=OLD, time="1684969199999999", precision="MICROSECOND"),
        kinesis_record("MODIFY", KEY, new=NEW, old=OLD, time="1684969200000", precision="MILLISECOND"),
        kinesis_record("REMOVE", KEY, old=NEW, identity=TTL),
        kinesis_record("REMOVE", KEY),
    ], {"PARTITION_KEYS": "table,dt,hour"})
    write_lines("stream_records_in_seconds", [
        stream_record("INSERT", KEY, new=OLD),
        stream_record("MODIFY", KEY, new=NEW, old=OLD, time="1684934517"),
        stream_record("MODIFY", KEY, new=NEW, old=OLD, time="1684934517.75"),
        stream_record("REMOVE", KEY, old=NEW, time='"1.684934518E9"', identity=TTL, table="Orders.v2_EU-1"),
    ], exact=True)
    write_lines("ten_types_unicode_38_digits", [stream_record("INSERT", KEY, new=TEN_TYPES)])
    write_lines("envelope_lower_names_numbers_as_text", [
        kinesis_record("MODIFY", {"Id": {"N": "7"}}, new={"Id": {"N": "7"}, "ID": {"N": "8"}, "Größe": {"N": "1.0"}},
                       old={"Id": {"N": "7"}, "id": {"S": "was lower"}, "M": {"M": {"Inner": {"NS": ["1", "2"]}}}}),
    ], {"LINE_SHAPE": "envelope", "LINE_NAMES": "lower", "LINE_NUMBERS": "text",
        "LINE_METADATA": "operation,event_time_ms", "METADATA_PREFIX": "_"})
    write_lines("image_400_kb", [kinesis_record("INSERT", {"id": {"S": "large"}}, new=image_of_400_kb())])

    line = ('{"id": "order-1", "total":12.50,"__operation":"MODIFY","__event_id":"e","__event_time_ms":1684934517000,'
            '"__ttl_delete":false}\n')
    bare = '{"__operation":"INSERT","id":1e400}'
    write_batch("line_passed_on", [(encode(line), passed_on(line, "orders", 1684934517000)),
                                   (encode(bare), passed_on(bare, "orders", ARRIVAL_MS))],
                {"TABLE_NAME": "orders"})

    stamp = {"timestamp": {"N": "1684934517123"}}
    iceberg = {"OUTPUT": "iceberg", "ICEBERG_DATABASE": "lake", "ICEBERG_TABLE": "{table}_rows",
               "TIMESTAMP_ATTRIBUTE": "timestamp", "LINE_NAMES": "lower"}
    rows = [kinesis_record("INSERT", KEY, new=OLD | stamp | {"customerId": {"S": "c"}}),
            kinesis_record("MODIFY", KEY, new=NEW | stamp, old=OLD | stamp),
            kinesis_record("REMOVE", KEY, old=NEW | stamp),
            kinesis_record("REMOVE", KEY)]
    write_batch("iceberg_insert_update_delete", [(encode(text), row_of(text, iceberg)) for text in rows], iceberg)

    kept = [kinesis_record("REMOVE", KEY, old=NEW), stream_record("INSERT", KEY, new=OLD)]
    expired = [kinesis_record("REMOVE", KEY, old=NEW, identity=TTL),
               stream_record("REMOVE", KEY, old=NEW, identity={"PrincipalId": TTL["principalId"], "Type": "Service"}),
               '{"id":1,"__operation":"REMOVE","__ttl_delete":true}\n']
    write_batch("ttl_deletes_dropped",
                [(encode(text), DROPPED) for text in expired] + [(encode(text), line_of(text, {})) for text in kept],
                {"TTL_DELETES": "drop"})

    good = [stream_record("INSERT", KEY, new=OLD), kinesis_record("MODIFY", KEY, new=NEW, old=OLD)]
    bad = ["====", encode(good[0]) + "=", encode(good[0])[:-1], "SGVsbG8_", "not base64", "",
           encode("{}"), encode("null"), encode("[1,2]"), encode("plain text"), encode(good[0][:-1]),
           encode(good[0][:200]), encode(good[0] + good[1]), encode(good[0] + "x"), encode(good[0].replace('"S"', '"X"')),
           encode(good[0].replace('{"N":"12.50"}', '{"N":"12.50","S":"x"}')),
           encode(good[0].replace('{"N":"12.50"}', '{"N":12.50}')),
           encode(good[0].replace('{"N":"12.50"}', '{"B":"a"}')),
           encode(good[0].encode().replace(b"order-1", b"order-\xff")),
           encode(good[0].replace("order-1", "order-\\ud800")),
           encode(good[0].replace('{"N":"12.50"}', "[" * 10_000 + "]" * 10_000)),
           encode(good[0].replace('"INSERT"', '"UPSERT"')), encode("\ufeff" + good[0]),
           encode(good[0].replace('"status":', '"id":')),
           encode('{"id":1,"__operation":"INSERT"} trailing'), encode('{"id":1,"__operation":"upsert"}'),
           encode(b'{"id":1,"__operation":"INSERT\xff"}'), encode(kpl_aggregate(good))]
    answers = [(encode(good[0]), line_of(good[0], {}))]
    for data in bad:
        answers += [(data, failed(data)), (encode(good[1]), line_of(good[1], {}))]
    write_batch("hostile_records_among_good_ones", answers, {})

    write_case("hostile_stream_event", {"Records": [json.loads(good[0])]}, {"error": {
        "errorType": "Function.EventInvalid", "errorMessage": "no records"}}, {})
    twice = firehose_event([encode(good[0])] * 2)
    twice["records"][1]["recordId"] = twice["records"][0]["recordId"]
    write_case("hostile_record_id_twice", twice, {"error": {
        "errorType": "Function.EventInvalid", "errorMessage": "recordId"}}, {})
    write_case("hostile_wrong_settings", firehose_event([encode(good[0])]), {"error": {
        "errorType": "Function.ConfigInvalid", "errorMessage": "4 settings are wrong"}},
        {"OUTPUT": "iceberg", "ICEBERG_DATABASE": "{db}", "PARTITION_KEYS": "table,day", "LINE_NAMES": "UPPER"})


if __name__ == "__main__":
    main()
