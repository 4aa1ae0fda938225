"""api_to_dynamodb's zip against an HTTP API that misbehaves on a real socket; boto3 reads what is in the table."""

import decimal
import gzip
import http.server
import json
import subprocess
import threading
import time
import urllib.parse

import boto3
import pytest
from conftest import CREDENTIALS, REGION, free_port

SLOT = "2026-11-20T01:00:00Z"
EVENT = {"source": "aws.scheduler", "time": SLOT}
GOOD = b'{"temp": 12.50, "sky": "\xc3\xa9clairs"}'
ITEM_MAP = {"city": {"place": True}, "time": {"now": "iso8601"}, "temp": "/temp"}


def answer(body: bytes = GOOD, status: int = 200, **headers):
    """Writes one answer, and ends the connection."""

    def write(request):
        head = {"Content-Length": str(len(body)), "Content-Type": "application/json", "Connection": "close"}
        head.update({name.replace("_", "-"): value for name, value in headers.items()})
        lines = [f"HTTP/1.1 {status} Scripted", *(f"{name}: {value}" for name, value in head.items())]
        request.wfile.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    return write


class Api:
    """Each path has the answers that it gives in order, the last one for ever; others are 404. `seen` is what came, `times`
    when."""

    def __init__(self):
        self.paths = {}
        self.seen = []
        self.times = []
        self.closing = threading.Event()
        api = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.close_connection = True
                path = urllib.parse.unquote(urllib.parse.urlsplit(self.path).path).lstrip("/")
                api.times.append(time.monotonic())
                api.seen.append((path, self.path, dict(self.headers)))
                answers = api.paths.get(path, [answer(b"{}", 404)])
                (answers.pop(0) if len(answers) > 1 else answers[0])(self)

            def log_message(self, *words):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()

    def never(self, request):
        """Takes the request and says nothing until the test is over."""
        self.closing.wait(60)

    def close(self):
        self.closing.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def api():
    made = Api()
    yield made
    made.close()


class Outcome:
    def __init__(self, done, items):
        (verdict,) = json.loads(done.stdout)["verdicts"]
        self.response = verdict.get("response")
        self.error = verdict.get("error", {}).get("errorMessage", "")
        self.error_type = verdict.get("error", {}).get("errorType")
        self.all_output = done.stdout + done.stderr  # --verbose: with the function's own log
        self.items = {item["city"]: item for item in items}


@pytest.fixture
def fetch(lakefeed, dist, moto, api):
    """fetch(places, …) runs the function once for a table that is empty before, with its whole log."""

    def run(places, url=None, **settings) -> Outcome:
        dynamodb = moto.client("dynamodb")
        dynamodb.create_table(
            TableName="weather", BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "city", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "city", "AttributeType": "S"}],
        )  # fmt: skip
        variables = {
            "AWS_REGION": REGION, "AWS_ENDPOINT_URL": moto.url, **CREDENTIALS, "TABLE_NAME": "weather",
            "API_URL": (url or api.url) + "/{place}", "PLACES": ",".join(places), "ITEM_MAP": json.dumps(ITEM_MAP),
            "API_TIMEOUT_SECONDS": "1", **settings}  # fmt: skip
        command = [str(lakefeed), "replay", "api_to_dynamodb", "-", "--json", "--verbose", "--dist", str(dist)]
        for name, value in variables.items():
            command += ["--env", f"{name}={value}"]
        done = subprocess.run(command, input=json.dumps(EVENT), capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode in (0, 1), done.stderr
        return Outcome(done, items_of(moto))

    return run


def items_of(moto):
    resource = boto3.resource(
        "dynamodb", region_name=REGION, endpoint_url=moto.url,
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"])  # fmt: skip
    return resource.Table("weather").scan()["Items"]


def test_an_api_that_is_down_fails_the_run(fetch):
    outcome = fetch(["Paris"], url=f"http://127.0.0.1:{free_port()}")
    assert "1 of 1 places failed; Paris: " in outcome.error
    assert outcome.items == {}


def test_a_slow_api_is_given_up_at_its_timeout(fetch, api):
    """Each of three attempts has API_TIMEOUT_SECONDS=1 and no more; then the next place gets its turn."""
    api.paths = {"Paris": [api.never], "Oslo": [answer()]}
    outcome = fetch(["Paris", "Oslo"])
    assert "1 of 2 places failed; Paris: " in outcome.error
    assert [path for path, *_ in api.seen] == ["Paris"] * 3 + ["Oslo"]
    # The wait before an attempt is at most 0.4 s; the rest is this machine's.
    for earlier, later in zip(api.times, api.times[1:]):
        assert 0.95 <= later - earlier < 2.5
    assert list(outcome.items) == ["Oslo"]


def test_one_place_of_ten_fails_by_name_and_nine_are_stored(fetch, api):
    places = [f"place {number}" for number in range(10)]
    api.paths = {place: [answer()] for place in places}
    api.paths["place 4"] = [answer(b"<html><body>Sign in</body></html>", Content_Type="text/html")]
    outcome = fetch(places)
    assert outcome.error.startswith("1 of 10 places failed; place 4: ")
    assert outcome.error_type == "Function.DataInvalid"
    assert sorted(outcome.items) == [place for place in places if place != "place 4"]
    assert outcome.items["place 0"] == {"city": "place 0", "time": SLOT, "temp": decimal.Decimal("12.5")}


PASSING = {
    "status 500": answer(b"oops", 500),
    "status 429": answer(b"{}", 429),
    "a body cut short": answer(GOOD, Content_Length="4096"),
    "no word": lambda request: None,
}


def test_what_passes_is_asked_for_again(fetch, api):
    api.paths = {place: [first, answer()] for place, first in PASSING.items()}
    outcome = fetch(PASSING)
    assert outcome.response == {"time": SLOT, "items": len(PASSING)}, outcome.error
    assert [path for path, *_ in api.seen] == [place for place in PASSING for _ in range(2)]
    assert set(outcome.items) == set(PASSING)


def test_a_body_that_is_always_cut_short_is_never_stored(fetch, api):
    """Its first part is whole JSON: only Content-Length tells that something is missing."""
    api.paths = {"Paris": [answer(GOOD, Content_Length="4096")]}
    outcome = fetch(["Paris"])
    assert "1 of 1 places failed; Paris: " in outcome.error
    assert len(api.seen) == 3
    assert outcome.items == {}


def test_numbers_keep_each_digit_that_dynamodb_holds(fetch, api):
    """38 digits, 1e125 and the rest are what DynamoDB's number is; a double has 17 digits."""
    numbers = ["12345678901234567890.123456789012345678", "-99999999999999999999999999999999999999",
               "9.9999999999999999999999999999999999999E+125", "1e-130", "0.1"]  # fmt: skip
    places = [f"n{at}" for at in range(len(numbers))]
    api.paths = {place: [answer(b'{"temp": %s}' % number.encode())] for place, number in zip(places, numbers)}
    api.paths["wide"] = [answer(b'{"temp": 1.23456789012345678901234567890123456789}')]
    api.paths["huge"] = [answer(b'{"temp": 1e126}')]
    outcome = fetch([*places, "wide", "huge"])
    assert [outcome.items[place]["temp"] for place in places] == [decimal.Decimal(number) for number in numbers]
    # What it cannot hold is neither rounded nor stored.
    assert outcome.error.startswith(f"2 of {len(places) + 2} places failed; wide: ")
    assert "; huge: " in outcome.error
    assert set(outcome.items) == set(places)


def test_a_member_that_is_missing_fails_its_place(fetch, api):
    api.paths = {"Paris": [answer(b'{"sky": "blue"}')], "Oslo": [answer()]}
    outcome = fetch(["Paris", "Oslo"])
    assert outcome.error.startswith("1 of 2 places failed; Paris: ") and "/temp" in outcome.error
    assert list(outcome.items) == ["Oslo"]


def test_a_redirect_is_not_followed(fetch, api):
    api.paths = {"Paris": [answer(b"", 302, Location=f"{api.url}/Oslo")], "Oslo": [answer()]}
    outcome = fetch(["Paris"])
    assert "status 302 (redirects are not followed)" in outcome.error
    assert [path for path, *_ in api.seen] == ["Paris"]
    assert outcome.items == {}


def test_a_compressed_answer_is_read_whole_or_not_at_all(fetch, api):
    """It is not asked for, but some send it to everybody."""
    packed = gzip.compress(GOOD)
    api.paths = {"Paris": [answer(packed, Content_Encoding="gzip")], "Oslo": [answer(packed[:-12], Content_Encoding="gzip")]}
    outcome = fetch(["Paris", "Oslo"])
    assert outcome.items == {"Paris": {"city": "Paris", "time": SLOT, "temp": decimal.Decimal("12.5")}}
    assert "1 of 2 places failed; Oslo: " in outcome.error


@pytest.mark.parametrize(
    ("settings", "target", "header"),
    [
        ({}, "/Paris?key=k-1%262%2Fz", None),
        ({"API_KEY_PARAMETER": "app id"}, "/Paris?app%20id=k-1%262%2Fz", None),
        ({"API_KEY_HEADER": "X-Api-Key"}, "/Paris", "k-1&2/z"),
    ],
)
def test_the_key_goes_where_it_belongs_and_nowhere_else(fetch, api, moto, settings, target, header):
    moto.client("secretsmanager").create_secret(Name="api/key", SecretString='{"key": "k-1&2/z"}')
    # A failure, so that the log and the error tell of the request.
    api.paths = {"Paris": [answer(b"who are you", 403)]}
    outcome = fetch(["Paris"], API_KEY_SECRET_ARN="api/key", **settings)
    assert {(seen, headers.get("X-Api-Key")) for _, seen, headers in api.seen} == {(target, header)}
    assert "1 of 1 places failed; Paris: " in outcome.error and "status 403" in outcome.error
    assert "place_failed" in outcome.all_output
    for form in ("k-1&2/z", "k-1%262%2Fz", "k-1"):
        assert form not in outcome.all_output
