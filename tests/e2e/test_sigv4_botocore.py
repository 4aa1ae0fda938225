"""The signer against botocore's, byte for byte, on random requests, and against moto's check of signatures."""

import datetime
import json
import os
import pathlib
import random
import subprocess
import urllib.error
import urllib.parse
import urllib.request

import boto3
import botocore.auth
import pytest
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from conftest import REGION, TOP, start_moto

BUILD = pathlib.Path(os.environ.get("LAKEFEED_BUILD", TOP / "build" / "sanitize"))
TOOL = BUILD / "tests" / "common" / "aws" / "sigv4_tool"
REQUESTS = 2500
SEED = int(os.environ.get("LAKEFEED_SEED", "20261120"))

# What tends to be encoded wrongly: reserved and unreserved characters, blanks, Unicode of all lengths.
ALPHABET = (
    "abcXYZ019-._~" * 3
    + " !\"#$%&'()*+,/:;<=>?@[\\]^`{|}"
    + "\u00e9\u00df\u4e16\u754c\u1234\u20ac\U0001f600\U00010348"
)
METHODS = ["GET", "PUT", "POST", "DELETE", "HEAD", "PATCH"]
SERVICES = ["s3", "kinesis", "dynamodb", "glue", "firehose", "secretsmanager", "s3tables"]
HEADER_WORDS = ["a", "b  c", "application/x-amz-json-1.1", "x,y", "\"q  q\"", "1", "=;", "t\tu", "~!@#$%^&*()"]


def sign(requests: list) -> list:
    lines = "".join(json.dumps(request) + "\n" for request in requests)
    done = subprocess.run([TOOL], input=lines.encode(), stdout=subprocess.PIPE, check=True, timeout=300)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(requests)
    return answers


def random_text(source: random.Random, longest: int) -> str:
    return "".join(source.choice(ALPHABET) for _ in range(source.randrange(longest + 1)))


def random_path(source: random.Random) -> str:
    segments = [
        source.choice(["", ".", "..", random_text(source, 12), random_text(source, 12), random_text(source, 3)])
        for _ in range(source.randrange(6))
    ]
    return "/" + "/".join(urllib.parse.quote(segment, safe="~") for segment in segments)


def random_query(source: random.Random) -> list:
    names = [random_text(source, 6) for _ in range(3)] + ["", "a", "A", "list-type", "X-Amz"]
    return [[source.choice(names), random_text(source, 8)] for _ in range(source.choice([0, 0, 1, 2, 3, 5, 8]))]


def random_headers(source: random.Random, host: str) -> list:
    headers = [["Host", host]]
    if source.random() < 0.7:
        headers.append(["Content-Type", source.choice(HEADER_WORDS)])
    for _ in range(source.randrange(5)):
        name = source.choice(["X-Amz-Target", "x-amz-meta-a", "X-Custom", "Zeta", "range", "X-AMZ-META-B"])
        blanks = source.choice(["", " ", "   ", "\t"])
        words = " ".join(source.choice(HEADER_WORDS) for _ in range(source.randrange(4)))
        headers.append([name, blanks + words + blanks])
    if source.random() < 0.5:
        unsigned = ["User-Agent", "Expect", "Connection", "X-Amzn-Trace-Id", "TE", "traceparent"]
        headers.append([source.choice(unsigned), "as it comes"])
    source.shuffle(headers)
    return headers


def random_request(source: random.Random) -> dict:
    region = source.choice(["us-east-1", "eu-central-1", "cn-north-1", "us-gov-west-1"])
    service = source.choice(SERVICES)
    host = f"{service}.{region}.amazonaws.com" + source.choice(["", "", ":8443"])
    time = datetime.datetime(2000, 1, 1) + datetime.timedelta(seconds=source.randrange(2_000_000_000))
    return {
        "method": source.choice(METHODS),
        "path": random_path(source),
        "query": random_query(source),
        "headers": random_headers(source, host),
        "body": source.randbytes(source.choice([0, 0, 1, 55, 56, 64, 1000])).hex(),
        "region": region,
        "service": service,
        "access_key": "AKID" + str(source.randrange(10**12)),
        "secret_key": random_text(source, 40).replace(" ", "+") or "s",
        "token": source.choice(["", "FwoGZXIvYXdzE//////////wEaD" + str(source.random())]),
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def botocore_headers(request: dict, monkeypatch) -> list:
    """Signs with botocore: every header that it would send."""
    time = datetime.datetime.strptime(request["time"], "%Y-%m-%dT%H:%M:%SZ")
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda: time)
    host = next(value for name, value in request["headers"] if name == "Host")
    aws_request = AWSRequest(
        method=request["method"],
        url=f"https://{host}{request['path']}",
        params=[tuple(pair) for pair in request["query"]],
        data=bytes.fromhex(request["body"]),
    )
    for name, value in request["headers"]:
        aws_request.headers[name] = value  # appends: a name may come twice
    signer = botocore.auth.S3SigV4Auth if request["service"] == "s3" else botocore.auth.SigV4Auth
    credentials = Credentials(request["access_key"], request["secret_key"], request["token"] or None)
    signer(credentials, request["service"], request["region"]).add_auth(aws_request)
    return [[name, value] for name, value in aws_request.headers.items()]


def added(headers: list) -> dict:
    names = ("authorization", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256")
    return {name.lower(): value for name, value in headers if name.lower() in names}


def test_agrees_with_botocore_on_random_requests(monkeypatch):
    source = random.Random(SEED)
    requests = [random_request(source) for _ in range(REQUESTS)]
    for request, answer in zip(requests, sign(requests)):
        assert added(answer["headers"]) == added(botocore_headers(request, monkeypatch)), json.dumps(request)


# The shapes of S3's calls: (method, path, query, headers besides Host, body).
S3_CALLS = {
    "GetObject": ("GET", "/lake/a%20b", [], {"Accept-Encoding": "identity", "Range": "bytes=8-15", "If-Match": '"e-2"'}, b""),
    "HeadObject": ("HEAD", "/lake/k", [], {"Accept-Encoding": "identity", "X-Amz-Checksum-Mode": "ENABLED"}, b""),
    "ListObjectsV2": (
        "GET", "/lake",
        [["list-type", "2"], ["encoding-type", "url"], ["prefix", "dt=1/\u00fc +&"], ["continuation-token", "1u/+=="]], {}, b"",
    ),
    "CreateMultipartUpload": (
        "POST", "/lake/dt%3D1/k", [["uploads", ""]],
        {"Content-Type": "application/gzip", "X-Amz-Checksum-Algorithm": "SHA256"}, b"",
    ),
    "UploadPart": (
        "PUT", "/lake/k", [["uploadId", "u+/1"], ["partNumber", "12"]], {"X-Amz-Checksum-Sha256": "abc+/="}, b"\x1f\x8b\0",
    ),
    "CompleteMultipartUpload": (
        "POST", "/lake/k", [["uploadId", "u+/1"]], {"Content-Type": "application/xml"}, b"<CompleteMultipartUpload/>",
    ),
    "AbortMultipartUpload": ("DELETE", "/lake/k", [["uploadId", "u+/1"]], {}, b""),
    "DeleteObject": ("DELETE", "/lake/a//../b", [], {}, b""),
}


@pytest.mark.parametrize("operation", S3_CALLS)
def test_agrees_with_botocore_on_the_calls_of_s3(monkeypatch, operation):
    method, path, query, headers, body = S3_CALLS[operation]
    request = {
        "method": method, "path": path, "query": query, "body": body.hex(), "region": "eu-west-1", "service": "s3",
        "headers": [["Host", "s3.eu-west-1.amazonaws.com"], *map(list, headers.items())],
        "access_key": "AKIDEXAMPLE", "secret_key": "wJalrXUtnFEMI/K7MDENG", "token": "FwoGZXIvYXdzE//",
        "time": "2026-11-20T01:00:00Z",
    }
    (answer,) = sign([request])
    assert added(answer["headers"]) == added(botocore_headers(request, monkeypatch))


@pytest.fixture(scope="module")
def strict_moto():
    """moto that checks signatures, from the third request on: the first two make a user with a key."""
    process, moto = start_moto({"INITIAL_NO_AUTH_ACTION_COUNT": "3"})
    try:
        iam = boto3.client(
            "iam", region_name=REGION, endpoint_url=moto.url, aws_access_key_id="a", aws_secret_access_key="b"
        )
        iam.create_user(UserName="lakefeed")
        allow = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
        iam.put_user_policy(UserName="lakefeed", PolicyName="all", PolicyDocument=json.dumps(allow))
        key = iam.create_access_key(UserName="lakefeed")["AccessKey"]
        yield moto.url, key["AccessKeyId"], key["SecretAccessKey"]
    finally:
        process.terminate()
        process.wait(timeout=10)


CALLS = {
    "kinesis": ("POST", "/", {"X-Amz-Target": "Kinesis_20131202.ListStreams"}, b"{}"),
    "dynamodb": ("POST", "/", {"X-Amz-Target": "DynamoDB_20120810.ListTables"}, b"{}"),
    "firehose": ("POST", "/", {"X-Amz-Target": "Firehose_20150804.ListDeliveryStreams"}, b"{}"),
    "glue": ("POST", "/", {"X-Amz-Target": "AWSGlue.GetDatabases"}, b"{}"),
    "secretsmanager": ("POST", "/", {"X-Amz-Target": "secretsmanager.ListSecrets"}, b"{}"),
    "s3": ("GET", "/", {}, b""),
}


def call(url: str, service: str, access_key: str, secret_key: str) -> int:
    method, path, headers, body = CALLS[service]
    host = urllib.parse.urlsplit(url).netloc
    send = [["Host", host], ["Content-Type", "application/x-amz-json-1.1"], *map(list, headers.items())]
    (answer,) = sign([{
        "method": method, "path": path, "query": [], "headers": send, "body": body.hex(), "region": REGION,
        "service": service, "access_key": access_key, "secret_key": secret_key, "token": "",
        "time": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }])
    request = urllib.request.Request(url + path, data=body or None, method=method, headers=dict(answer["headers"]))
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.parametrize("service", CALLS)
def test_moto_accepts_the_signature_and_refuses_a_wrong_secret(strict_moto, service):
    url, access_key, secret_key = strict_moto
    assert call(url, service, access_key, secret_key) == 200
    assert call(url, service, access_key, secret_key + "x") == 403
    assert call(url, service, "AKIAUNKNOWN", secret_key) == 403
