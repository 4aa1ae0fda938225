"""common/lake's object store against S3 answers that we did not write: moto's, whole, broken on their way, and
refused by its check of signatures and policies."""

import gzip
import http.client
import http.server
import json
import os
import random
import socket
import struct
import subprocess
import threading
import urllib.parse
from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest

from conftest import BUILD, CREDENTIALS, REGION, start_moto

TOOL = BUILD / "tests/common/lake/object_store_tool"
BUCKET = "lake-1"
PIECE = 8 << 20
BYTES = random.Random(5).randbytes(3 * PIECE)

# What XML, URLs and shells would take for something else. (moto finds no key with a line's end in it.)
KEYS = [
    "a b+c%20d&e<f>\"g'.gz", "dt=20261120/\u00fc\u4e16\U0001f600", "q?x=1#y;z:@,$!*()[]{}|\\^`~", "tab\tbell\x07\x7f",
    "a//b", "..", "a/../b", "./a", "%", "+", " ", "&amp;", "]]>", "x" * 1024,
]


def environment(url: str, credentials=None) -> dict:
    keys = credentials or CREDENTIALS
    return {"AWS_REGION": REGION, "AWS_ENDPOINT_URL": url, "PATH": os.environ["PATH"], **keys}


def run(url: str, command: str, uri: str, data: bytes = b"", credentials=None) -> bytes:
    done = subprocess.run(
        [TOOL, command, uri], input=data, capture_output=True, env=environment(url, credentials), timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def error_of(url: str, command: str, uri: str, data: bytes = b"", credentials=None) -> dict:
    done = subprocess.run(
        [TOOL, command, uri], input=data, capture_output=True, env=environment(url, credentials), timeout=120, check=False
    )
    assert done.returncode == 1, done.stderr.decode()
    return json.loads(done.stderr.splitlines()[-1])


def keys_of(listing: bytes) -> list:
    return [json.loads(line)["key"] for line in listing.splitlines()]


@pytest.fixture
def s3(moto):
    client = moto.client("s3")
    client.create_bucket(Bucket=BUCKET)
    return client


def content(s3, key: str) -> bytes:
    return s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()


@pytest.mark.parametrize("size", [0, 1, PIECE, PIECE + 1, 3 * PIECE])
def test_what_is_written_is_what_is_read(moto, s3, size):
    data = BYTES[:size]
    run(moto.url, "put", f"s3://{BUCKET}/a/b", data)
    found = s3.get_object(Bucket=BUCKET, Key="a/b")
    assert found["Body"].read() == data
    assert found["ContentType"] == "application/x-test"
    assert found["ETag"].strip('"')[32:] == ("" if size <= PIECE else f"-{-(-size // PIECE)}")
    assert run(moto.url, "get", f"s3://{BUCKET}/a/b") == data
    (line,) = run(moto.url, "list", f"s3://{BUCKET}/a").splitlines()
    assert json.loads(line) == {"key": "a/b", "bytes": str(size), "etag": found["ETag"].strip('"')}


def test_any_key_survives(moto, s3):
    for key in KEYS:
        run(moto.url, "put", f"s3://{BUCKET}/{key}", key.encode())
        assert content(s3, key) == key.encode()
        assert run(moto.url, "get", f"s3://{BUCKET}/{key}") == key.encode()
    assert keys_of(run(moto.url, "list", f"s3://{BUCKET}/")) == sorted(KEYS, key=str.encode)
    for key in KEYS:
        assert key in keys_of(run(moto.url, "list", f"s3://{BUCKET}/{key}"))
        run(moto.url, "remove", f"s3://{BUCKET}/{key}")
    assert run(moto.url, "list", f"s3://{BUCKET}/") == b""


def test_all_pages_are_listed(moto, s3):
    keys = [f"dt=1/{number:05d}" for number in range(1001)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda key: s3.put_object(Bucket=BUCKET, Key=key, Body=b""), keys))
    s3.put_object(Bucket=BUCKET, Key="dt=1/", Body=b"")  # as the console shows a folder
    s3.put_object(Bucket=BUCKET, Key="dt=2/x", Body=b"")
    assert keys_of(run(moto.url, "list", f"s3://{BUCKET}/dt=1/")) == keys


def test_what_is_stored_encoded_is_read_as_it_is_stored(moto, s3):
    data = gzip.compress(BYTES[: 2 * PIECE])
    s3.put_object(Bucket=BUCKET, Key="x.gz", Body=data, ContentEncoding="gzip")
    assert run(moto.url, "get", f"s3://{BUCKET}/x.gz") == data


def test_nothing_is_seen_of_what_is_not_finished(moto, s3):
    s3.put_object(Bucket=BUCKET, Key="x", Body=b"old")
    run(moto.url, "put-part", f"s3://{BUCKET}/x", BYTES)
    assert content(s3, "x") == b"old"
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=BUCKET)


def test_what_is_missing_is_named(moto, s3):
    missing = error_of(moto.url, "get", f"s3://{BUCKET}/x")
    assert missing["kind"] == "data_invalid" and missing["code"] == "NoSuchKey"
    assert f"s3://{BUCKET}/x" in missing["message"]
    for command in ("get", "put", "list"):
        error = error_of(moto.url, command, "s3://no-such-bucket/x", BYTES)
        assert error["code"] == "NoSuchBucket", command
        assert "s3://no-such-bucket/x" in error["message"]
    run(moto.url, "remove", f"s3://{BUCKET}/x")


class BreakingProxy:
    """Stands before moto, and breaks the requests that `breaks` gives a way to break."""

    def __init__(self, url: str):
        self.breaks = lambda method, target, range_: None
        netloc = urllib.parse.urlsplit(url).netloc
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def reset(self):
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.close_connection = True
                self.wfile.flush()
                self.connection.close()

            def handle_one(self):
                how = proxy.breaks(self.command, self.path, self.headers.get("Range"))
                length = int(self.headers.get("Content-Length", 0))
                if how == "half request":
                    self.rfile.read(length // 2)
                    return self.reset()
                body = self.rfile.read(length)
                if how == "slow down":
                    return self.answer(503, [], b"<Error><Code>SlowDown</Code><Message>slow</Message></Error>")
                upstream = http.client.HTTPConnection(netloc, timeout=60)
                upstream.request(self.command, self.path, body, dict(self.headers))
                response = upstream.getresponse()
                data = response.read()
                headers = [h for h in response.getheaders() if h[0].lower() not in ("transfer-encoding", "connection")]
                upstream.close()
                if how == "lost answer":
                    return self.reset()
                self.answer(response.status, headers, data, len(data) // 2 if how == "half answer" else len(data))
                if how == "half answer":
                    self.reset()

            def answer(self, status, headers, data, sent=None):
                self.send_response_only(status)
                for name, value in headers:
                    self.send_header(name, value)
                if not any(name.lower() == "content-length" for name, _ in headers):
                    self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data[:sent])

            do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = handle_one

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def proxy(moto):
    made = BreakingProxy(moto.url)
    yield made
    made.close()


@pytest.mark.parametrize("how", ["half request", "half answer", "lost answer", "slow down"])
def test_a_break_costs_a_request_and_nothing_else(proxy, s3, how):
    """Each request of a writing and a reading is broken once."""
    data = BYTES[: PIECE + 1]
    broken = set()

    def once(method, target, range_):
        operation = (method, target.split("uploadId")[0], range_)
        if operation in broken:
            return None
        broken.add(operation)
        return how

    proxy.breaks = once
    run(proxy.url, "put", f"s3://{BUCKET}/x", data)
    assert content(s3, "x") == data
    assert run(proxy.url, "get", f"s3://{BUCKET}/x") == data
    assert len(broken - {("HEAD", "/lake-1/x", None)}) == 6, broken
    for upload in s3.list_multipart_uploads(Bucket=BUCKET).get("Uploads", []):
        parts = s3.list_parts(Bucket=BUCKET, Key="x", UploadId=upload["UploadId"])
        assert "Parts" not in parts or not parts["Parts"]


@pytest.mark.parametrize("operation", ["?uploads", "partNumber=1", "partNumber=2", "POST uploadId"])
@pytest.mark.parametrize("how", ["half request", "lost answer"])
def test_nothing_half_written_is_seen_where_it_stays_broken(proxy, s3, operation, how):
    s3.put_object(Bucket=BUCKET, Key="x", Body=b"old")

    def always(method, target, _range):
        return how if all(word in f"{method} {target}" for word in operation.split()) else None

    proxy.breaks = always
    data = BYTES[: PIECE + 1]
    if operation == "POST uploadId" and how == "lost answer":
        run(proxy.url, "put", f"s3://{BUCKET}/x", data)  # HEAD tells that it was done
        assert content(s3, "x") == data
        return
    error = error_of(proxy.url, "put", f"s3://{BUCKET}/x", data)
    assert error["kind"] == "outcome_unknown" and f"s3://{BUCKET}/x" in error["message"]
    assert content(s3, "x") == b"old"
    if operation != "?uploads":
        assert "Uploads" not in s3.list_multipart_uploads(Bucket=BUCKET)


def test_a_replaced_object_is_never_read_as_one(proxy, s3):
    s3.put_object(Bucket=BUCKET, Key="x", Body=BYTES)

    def replace_behind_first_range(_method, _target, range_):
        if not range_.startswith("bytes=0-"):
            s3.put_object(Bucket=BUCKET, Key="x", Body=BYTES[::-1])

    proxy.breaks = replace_behind_first_range
    error = error_of(proxy.url, "get", f"s3://{BUCKET}/x")
    assert error["kind"] == "data_invalid" and "replaced while it was read" in error["message"]


def peak_kib(url: str, command: str, uri: str, data: bytes) -> int:
    """The most memory that the tool took, as it says itself: what wait4() says includes this process'."""
    variables = {**environment(url), "ASAN_OPTIONS": "quarantine_size_mb=1", "TOOL_TELLS_MEMORY": "1"}
    done = subprocess.run([TOOL, command, uri], input=data, capture_output=True, env=variables, timeout=120, check=True)
    return json.loads(done.stderr.splitlines()[-1])["peak_kib"]


def test_memory_does_not_grow_with_the_object(moto, s3):
    for command in ("put", "get"):
        small = peak_kib(moto.url, command, f"s3://{BUCKET}/small", BYTES)
        large = peak_kib(moto.url, command, f"s3://{BUCKET}/large", BYTES * 3)
        assert large < small + PIECE // 2048, command


# What s3_store.h says that each operation needs.
ALLOWED = {
    "get": ["s3:GetObject"],
    "put": ["s3:PutObject"],
    "put-part": ["s3:PutObject", "s3:AbortMultipartUpload"],
    "list": ["s3:ListBucket"],
    "remove": ["s3:DeleteObject"],
}


@pytest.fixture(scope="module")
def strict():
    """moto that checks signatures and policies: (its URL, credentials by command, the administrator's client)."""
    process, moto = start_moto({"INITIAL_NO_AUTH_ACTION_COUNT": "3"})
    try:
        iam = boto3.client("iam", region_name=REGION, endpoint_url=moto.url, aws_access_key_id="a", aws_secret_access_key="b")

        def user(name, actions, client):
            policy = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": actions, "Resource": "*"}}
            client.create_user(UserName=name)
            client.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=json.dumps(policy))
            key = client.create_access_key(UserName=name)["AccessKey"]
            return {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}

        def client(service, keys):
            return boto3.client(service, region_name=REGION, endpoint_url=moto.url,
                                aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
                                aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"])

        admin = user("admin", "*", iam)
        admin_iam = client("iam", admin)
        users = {command: user(command, actions, admin_iam) for command, actions in ALLOWED.items()}
        admin_s3 = client("s3", admin)
        admin_s3.create_bucket(Bucket=BUCKET)
        yield moto.url, users, admin_s3
    finally:
        process.terminate()
        process.wait(timeout=10)


@pytest.mark.parametrize("command", ALLOWED)
def test_the_documented_permissions_are_enough_and_needed(strict, command):
    url, users, s3 = strict
    s3.put_object(Bucket=BUCKET, Key="a b", Body=BYTES)
    uri = f"s3://{BUCKET}/a b"
    run(url, command, uri, BYTES, users[command])
    if command == "put-part":
        assert "Uploads" not in s3.list_multipart_uploads(Bucket=BUCKET)
    other = users["list" if command != "list" else "get"]
    error = error_of(url, command, uri, BYTES, other)
    assert error["kind"] == "access_denied" and error["code"] == "AccessDenied", error
    wrong = {**users[command], "AWS_SECRET_ACCESS_KEY": "wrong"}
    assert error_of(url, command, uri, BYTES, wrong)["code"] == "SignatureDoesNotMatch"
