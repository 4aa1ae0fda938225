"""What the end-to-end tests share: moto's server, and a way to run a function's real zip under the local Lambda."""

import json
import os
import pathlib
import platform
import socket
import subprocess
import sys
import time
import urllib.request

import boto3
import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
DIST = pathlib.Path(os.environ.get("LAKEFEED_DIST", TOP / "dist"))
BUILD = pathlib.Path(os.environ.get("LAKEFEED_BUILD", TOP / "build/sanitize"))
REGION = "us-east-1"
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Moto:
    """One moto server, and boto3 clients on it."""

    def __init__(self, url: str):
        self.url = url

    def client(self, service: str):
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self.url,
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        )

    def reset(self) -> None:
        request = urllib.request.Request(f"{self.url}/moto-api/reset", method="POST")
        urllib.request.urlopen(request, timeout=10).close()

    def exports(self, **controls) -> dict:
        """Sets the clock and the course of DynamoDB's exports, and tells what they are
        (runtime/local/moto_exports/controls.py)."""
        request = urllib.request.Request(
            f"{self.url}/moto-api/lakefeed/exports",
            data=json.dumps(controls).encode(),
            headers={"Content-Type": "application/json"},
            method="POST",
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)


def start_moto(environment=None, program=TOP / "runtime/local/moto_server.py"):
    """Starts a server and waits until it answers; the caller ends the process."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, str(program), "-H", "127.0.0.1", "-p", str(port)],
        env={**os.environ, **(environment or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{url}/moto-api/", timeout=1).close()
            return process, Moto(url)
        except OSError:
            assert process.poll() is None, "moto's server ended at once"
            time.sleep(0.1)
    process.kill()
    raise AssertionError("moto's server did not answer within 30 s")


@pytest.fixture(scope="session")
def moto_server():
    process, moto = start_moto()
    yield moto
    process.terminate()
    process.wait(timeout=10)


@pytest.fixture
def moto(moto_server):
    moto_server.reset()
    return moto_server


@pytest.fixture
def world(moto):
    """The local AWS with a bucket, its clock for exports standing at export_world.T0."""
    from export_world import World

    made = World(moto)
    made.clock(0)
    return made


@pytest.fixture(scope="session")
def dynamodb_local():
    """The port of a DynamoDB Local; its tables stay until a test deletes them."""
    if platform.machine() != "x86_64":
        pytest.skip("DynamoDB Local has no library for this machine")
    tool = BUILD / "tests/runtime/local/stream_mapping_tool"
    with subprocess.Popen(
        [tool, "serve", TOP / "build/dynamodb-local"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield int(process.stdout.readline())
        process.stdin.close()
        assert process.wait(timeout=30) == 0


@pytest.fixture(scope="session")
def dist() -> pathlib.Path:
    return DIST


@pytest.fixture(scope="session")
def lakefeed() -> pathlib.Path:
    return DIST / "lakefeed"


@pytest.fixture
def invoke(lakefeed, moto):
    """invoke(function, event, env) runs the function's zip once and gives {"response": …} or {"error": …}."""

    def run(function: str, event, env=None, text=None) -> dict:
        variables = {"AWS_REGION": REGION, "AWS_ENDPOINT_URL": moto.url, **CREDENTIALS, **(env or {})}
        command = [str(lakefeed), "replay", function, "-", "--json", "--dist", str(DIST)]
        for name, value in variables.items():
            command += ["--env", f"{name}={value}"]
        done = subprocess.run(
            command,
            input=text if text is not None else json.dumps(event),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode in (0, 1), done.stderr
        (verdict,) = json.loads(done.stdout)["verdicts"]
        return {name: verdict[name] for name in ("response", "error") if name in verdict}

    return run
