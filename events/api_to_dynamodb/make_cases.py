#!/usr/bin/env python3
"""Writes the sample events of api_to_dynamodb and what must come of them.

    python3 events/api_to_dynamodb/make_cases.py [--check]

The API is an object in the local S3 that a plain GET gives back. Items below were written by hand. `--check` only says
whether the files are as it would write them.
"""

import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
TIME = "2026-11-20T01:00:00Z"
TIME_MS = 1795136400000
EVENT = {
    "version": "0", "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa", "detail-type": "Scheduled Event",
    "source": "aws.scheduler", "account": "123456789012", "time": TIME, "region": "us-east-1", "resources": [],
    "detail": {},
}
ITEM_MAP = {"city": {"place": True}, "time": {"now": "iso8601"}, "temp": "/current/temp_c", "sky": "/current/sky/0"}
SETTINGS = {"API_URL": "${AWS_URL}/api/{place}.json", "PLACES": "Paris,New York", "TABLE_NAME": "weather",
            "ITEM_MAP": json.dumps(ITEM_MAP)}
PARIS = '{"current": {"temp_c": -0.10, "sky": ["clear", "cold"]}, "other": 1e400}'
NEW_YORK = '{"current": {"temp_c": 12345678901234567890123456789012345678, "sky": ["\\u00e9clairs"]}}'


def api(name, body):
    public = {"Bucket": "api", "Key": name, "Body": body, "ACL": "public-read"}
    return {"service": "s3", "operation": "PutObject", "body": public}


def get(name):
    return {"service": "http", "operation": f"GET /api/{name}"}


def put(*items):
    requests = [{"PutRequest": {"Item": item}} for item in items]
    return {"service": "dynamodb", "operation": "BatchWriteItem", "body": {"RequestItems": {"weather": requests}}}


def weather(city, temp, sky):
    return {"city": {"S": city}, "time": {"S": TIME}, "temp": {"N": temp}, "sky": {"S": sky}}


ITEM_PARIS = weather("Paris", "-0.10", "clear")
ITEM_NEW_YORK = weather("New York", "12345678901234567890123456789012345678", "éclairs")
BOTH = [get("Paris.json"), get("New%20York.json")]


def failed(kind, message):
    return {"errorType": f"Function.{kind}", "errorMessage": message}


CASES = {
    "two_places": {
        "apis": {"Paris.json": PARIS, "New York.json": NEW_YORK},
        "calls": [*BOTH, put(ITEM_PARIS, ITEM_NEW_YORK)],
        "response": {"time": TIME, "items": 2},
    },
    "one_api_and_a_key": {
        "settings": {"API_URL": "${AWS_URL}/api/status", "PLACES": "", "API_KEY_SECRET_ARN": "api/key",
                     "ITEM_MAP": json.dumps({
                         "city": {"const": "all"}, "time": {"now": "epoch_ms"}, "raw": "",
                         "level": {"pointer": "/level", "type": "number"},
                         "note": {"pointer": "/note", "optional": True}})},
        "apis": {"status": '{"level":"5","open":true,"none":null}'},
        "secret": '{"key":"k-1&2"}',
        "time_type": "N",
        "calls": [get("status?key=k-1%262"), put({
            "city": {"S": "all"}, "time": {"N": str(TIME_MS)}, "level": {"N": "5"},
            "raw": {"M": {"level": {"S": "5"}, "open": {"BOOL": True}, "none": {"NULL": True}}}})],
        "response": {"time": TIME, "items": 1},
    },
    "hostile_one_place_is_not_there": {
        "apis": {"Paris.json": PARIS},
        "calls": [*BOTH, put(ITEM_PARIS)],
        "error": failed("ServiceFailed", "1 of 2 places failed; New York: GET from 127.0.0.1: status 404"),
    },
    "hostile_html_instead_of_json": {
        "apis": {"Paris.json": "<html><body>Back soon</body></html>", "New York.json": NEW_YORK},
        "calls": [*BOTH, put(ITEM_NEW_YORK)],
        "error": failed("DataInvalid", "1 of 2 places failed; Paris: the API's answer"),
    },
    "hostile_missing_member": {
        "apis": {"Paris.json": '{"current": {"temp_c": 1, "sky": []}}', "New York.json": NEW_YORK},
        "calls": [*BOTH, put(ITEM_NEW_YORK)],
        "error": failed("DataInvalid", "Paris: attribute sky: the answer has nothing at /current/sky/0"),
    },
    "hostile_number_beyond_a_double": {
        "apis": {"Paris.json": '{"current": {"temp_c": 1e400, "sky": ["x"]}}', "New York.json": NEW_YORK},
        "calls": [*BOTH, put(ITEM_NEW_YORK)],
        "error": failed("DataInvalid", "Paris: attribute temp: at /current/temp_c: the number is beyond"),
    },
    "hostile_item_without_its_key": {
        "settings": {"ITEM_MAP": json.dumps({"city": {"place": True}, "time": {"pointer": "/t", "optional": True}})},
        "apis": {"Paris.json": '{"t":"now"}', "New York.json": "{}"},
        "calls": [*BOTH, put({"city": {"S": "Paris"}, "time": {"S": "now"}}, {"city": {"S": "New York"}}),
                  put({"city": {"S": "Paris"}, "time": {"S": "now"}}), put({"city": {"S": "New York"}})],
        "error": failed("ServiceFailed", "1 of 2 places failed; New York: BatchWriteItem"),
    },
    "hostile_wrong_settings": {
        "settings": {"API_URL": "http://api.example.com/", "ITEM_MAP": '{"a":"b"}'},
        "apis": {}, "calls": [],
        "error": failed("ConfigInvalid", "settings are wrong"),
    },
    "hostile_wrong_event": {
        "event": {"Records": []},
        "apis": {}, "calls": [],
        "error": failed("EventInvalid", ""),
    },
}


def setup_of(case):
    steps = [
        {"service": "s3", "operation": "CreateBucket", "body": {"Bucket": "api"}},
        {"service": "dynamodb", "operation": "CreateTable", "body": {
            "TableName": "weather", "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": [{"AttributeName": "city", "KeyType": "HASH"}, {"AttributeName": "time", "KeyType": "RANGE"}],
            "AttributeDefinitions": [
                {"AttributeName": "city", "AttributeType": "S"},
                {"AttributeName": "time", "AttributeType": case.get("time_type", "S")}]}},
    ]
    steps += [api(name, body) for name, body in case["apis"].items()]
    if "secret" in case:
        body = {"Name": "api/key", "SecretString": case["secret"]}
        steps.append({"service": "secretsmanager", "operation": "CreateSecret", "body": body})
    return steps


def files_of(case):
    expected = {name: case[name] for name in ("response", "error") if name in case}
    expected["calls"] = case["calls"]
    expected["calls_ignored"] = ["secretsmanager.GetSecretValue"]

    def pretty(value):
        return json.dumps(value, ensure_ascii=False, indent=2) + "\n"

    settings = {**SETTINGS, **case.get("settings", {})}
    return {
        "event.json": pretty(case.get("event", EVENT)),
        "expected.json": pretty(expected),
        "setup.json": pretty(setup_of(case)),
        "environment": "".join(f"{name}={value}\n" for name, value in settings.items() if value),
    }


def main():
    stale = []
    for name, case in CASES.items():
        for file, text in files_of(case).items():
            path = HERE / name / file
            if path.exists() and path.read_text() == text:
                continue
            stale.append(str(path))
            if "--check" not in sys.argv:
                path.parent.mkdir(exist_ok=True)
                path.write_text(text)
    if "--check" in sys.argv and stale:
        sys.exit("not as written here: " + ", ".join(stale))


if __name__ == "__main__":
    main()
