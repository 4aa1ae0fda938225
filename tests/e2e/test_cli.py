"""The `lakefeed` command as a person and a script meet it."""

import json
import os
import pathlib
import pty
import re
import signal
import subprocess
import time
import zipfile

import pytest

# A function in Python that speaks to the Runtime API with the standard library alone.
BOOTSTRAP = """#!/usr/bin/env python3
import http.client, json, os, time
api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
path = "/2018-06-01/runtime/invocation/"
while True:
    api.request("GET", path + "next")
    answer = api.getresponse()
    event = json.loads(answer.read())
    request_id = answer.headers["Lambda-Runtime-Aws-Request-Id"]
    print("handling", sorted(event), flush=True)
    if "exit" in event:
        os._exit(event["exit"])
    time.sleep(event.get("sleep", 0))
    what = "error" if "errorType" in event else "response"
    api.request("POST", path + request_id + "/" + what, body=json.dumps({**event, "seen": os.environ.get("SEEN")}))
    api.getresponse().read()
"""
MACHINE = {"aarch64": "arm64"}.get(os.uname().machine, os.uname().machine)


@pytest.fixture
def bootstrap(tmp_path) -> pathlib.Path:
    path = tmp_path / "function" / "bootstrap"
    path.parent.mkdir()
    path.write_text(BOOTSTRAP)
    path.chmod(0o755)
    return path


@pytest.fixture
def events(tmp_path) -> pathlib.Path:
    """echo/right and echo/wrong, whose expectation does not hold."""
    folder = tmp_path / "events"
    for case, said in (("right", "a"), ("wrong", "b")):
        (folder / "echo" / case).mkdir(parents=True)
        (folder / "echo" / case / "event.json").write_text('{"say": "a"}')
        (folder / "echo" / case / "environment").write_text("# what the function sees\nSEEN=sample\n")
        expected = {"response": {"say": said, "seen": "sample"}}
        (folder / "echo" / case / "expected.json").write_text(json.dumps(expected))
    return folder


@pytest.fixture
def run(lakefeed, tmp_path):
    def run(*words, stdin="", environment=None, **options):
        return subprocess.run(
            [str(lakefeed), *map(str, words)],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            cwd=tmp_path,
            env={**os.environ, **(environment or {})},
            check=False,
            **options,
        )

    return run


def test_version(run):
    done = run("--version")
    assert done.returncode == 0
    assert re.fullmatch(r"lakefeed \d+\.\d+\.\d+\n", done.stdout)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "name a command: replay, explain"),
        (["replya"], "there is no command replya; did you mean replay?"),
        (["bakfill"], "there is no command bakfill; did you mean backfill?"),
        (["reconsile"], "there is no command reconsile; did you mean reconcile?"),
        (["explian"], "there is no command explian; did you mean explain?"),
        (["conquer"], "there is no command conquer"),
        (["replay"], "name a function, or give --all"),
        (["replay", "--all", "echo"], "name a function, or give --all"),
        (["replay", "ecoh"], "there is no function ecoh; did you mean echo?"),
        (["replay", "echo", "--fault", "x"], "--fault"),
        (["replay", "echo", "--env", "NOVALUE"], "--env NOVALUE: write NAME=VALUE"),
        (["replay", "echo", "--env-file", "/nonexistent"], "read /nonexistent: No such file"),
        (["replay", "echo", "--timeout", "soon"], "--timeout"),
        (["replay", "echo", "--tiemout", "5"], "replay: there is no option --tiemout; did you mean --timeout?"),
        (["replay", "echo", "--verbos=1"], "there is no option --verbos; did you mean --verbose?"),
        (["replay", "--conquer"], "there is no option --conquer\n"),
        (["backfill", "--manifes", "x", "--lake", "y"], "there is no option --manifes; did you mean --manifest?"),
        (["--verson"], "there is no option --verson; did you mean --version?"),
        (["doctor", "--function", "table_exprt", "x"], "there is no function table_exprt; did you mean table_export?"),
        (["explain", "glue_to_snowflak", "x"], "there is no function glue_to_snowflak; did you mean glue_to_snowflake?"),
        (["explain", "table_export", "x"], "explain knows glue_to_snowflake alone"),
        (["help", "relpay"], "there is no command relpay; did you mean replay?"),
        (["completion", "fihs"], "there is no shell fihs; did you mean fish?"),
        (["verify", "--lake", "x"], "verify: --manifest is required"),
    ],
)
def test_usage_errors_exit_2(run, events, words, message):
    done = run(*words, environment={"LAKEFEED_EVENTS": str(events)})
    assert done.returncode == 2, done.stderr
    assert message in done.stderr
    assert done.stdout == ""


def test_verdicts_go_to_stderr_and_say_what_differs(run, bootstrap, events):
    done = run("replay", "--all", "--events", events, "--bootstrap", bootstrap)
    assert done.returncode == 1
    assert done.stdout == ""
    assert re.search(r"^PASS echo/right  \d+ ms$", done.stderr, re.MULTILINE)
    assert re.search(r"^FAIL echo/wrong  \d+ ms$", done.stderr, re.MULTILINE)
    assert '/response/say\n        expected "b"\n        actual   "a"\n' in done.stderr
    assert re.search(r"^1 passed, 1 failed \(\d+\.\d s\)$", done.stderr, re.MULTILINE)
    assert "\x1b" not in done.stderr


def test_all_as_expected_exits_0(run, bootstrap, events):
    done = run("replay", "echo", events / "echo" / "right", "--bootstrap", bootstrap)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"say": "a", "seen": "sample"}


def test_json_is_one_object_on_stdout(run, bootstrap, events):
    done = run("replay", "echo", "--json", "--events", events, "--bootstrap", bootstrap)
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert (report["passed"], report["failed"]) == (1, 1)
    right, wrong = report["verdicts"]
    assert (right["function"], right["case"], right["verdict"]) == ("echo", "right", "passed")
    assert right["response"] == {"say": "a", "seen": "sample"}
    assert wrong["verdict"] == "failed"
    assert wrong["differences"] == [{"path": "/response/say", "expected": '"b"', "actual": '"a"'}]
    assert "\x1b" not in done.stdout + done.stderr


def test_an_event_from_stdin_is_run(run, bootstrap):
    done = run("replay", "echo", "-", "--bootstrap", bootstrap, "--env", "SEEN=flag", stdin='{"say": "é"}')
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"say": "é", "seen": "flag"}
    assert "1 ran without an expectation" in done.stderr


def test_a_failed_invocation_exits_1(run, bootstrap):
    event = '{"errorType": "Function.Broken", "errorMessage": "on purpose"}'
    done = run("replay", "echo", "-", "--json", "--bootstrap", bootstrap, stdin=event)
    assert done.returncode == 1
    (verdict,) = json.loads(done.stdout)["verdicts"]
    assert verdict["error"]["errorType"] == "Function.Broken"
    done = run("replay", "echo", "-", "--bootstrap", bootstrap, stdin='{"exit": 7}')
    assert done.returncode == 1
    assert "Runtime exited with error: exit status 7" in done.stderr
    assert "      | handling ['exit']" in done.stderr


def test_a_timeout_ends_the_function(run, bootstrap):
    done = run("replay", "echo", "-", "--timeout", "1", "--bootstrap", bootstrap, stdin='{"sleep": 60}')
    assert done.returncode == 1
    assert "Task timed out after 1.00 seconds" in done.stderr


def test_variables_of_the_command_line_win(run, bootstrap, events, tmp_path):
    file = tmp_path / "variables"
    file.write_text("SEEN=file\n")
    words = ["replay", "echo", events / "echo" / "right", "--bootstrap", bootstrap, "--env-file", file]
    assert json.loads(run(*words).stdout)["seen"] == "file"
    assert json.loads(run(*words, "--env", "SEEN=flag").stdout)["seen"] == "flag"


def test_verbose_shows_what_the_function_writes(run, bootstrap):
    assert "handling ['a']" in run("replay", "e", "-", "--verbose", "--bootstrap", bootstrap, stdin='{"a":1}').stderr
    assert "handling" not in run("replay", "e", "-", "--bootstrap", bootstrap, stdin='{"a":1}').stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["echo", "--dist", "/nonexistent"], "./deploy/build makes it"),
        (["echo", "--bootstrap", "/nonexistent/bootstrap"], "there is no such file"),
        (["echo", "/nonexistent.json", "--bootstrap", "/bin/true"], "read /nonexistent.json: No such file"),
    ],
)
def test_a_set_up_that_cannot_be_done_exits_3(run, events, words, message):
    done = run("replay", *words, "--events", events)
    assert done.returncode == 3, done.stderr
    assert message in done.stderr


def test_without_moto_it_says_what_to_do(run, bootstrap):
    done = run("replay", "e", "-", "--bootstrap", bootstrap, stdin="{}", environment={"LAKEFEED_PYTHON": "/bin/false"})
    assert done.returncode == 3
    assert "LAKEFEED_PYTHON" in done.stderr


def test_a_temporary_folder_that_is_not_there_is_told(run, events, tmp_path):
    with zipfile.ZipFile(tmp_path / f"echo-{MACHINE}.zip", "w") as archive:
        entry = zipfile.ZipInfo("bootstrap")
        entry.external_attr = 0o100755 << 16
        archive.writestr(entry, BOOTSTRAP)
    case = events / "echo" / "right"
    done = run("replay", "echo", case, "--dist", tmp_path, environment={"TMPDIR": str(tmp_path / "none")})
    assert done.returncode == 3
    assert "TMPDIR" in done.stderr


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zip_is_unpacked(run, events, tmp_path, compression):
    dist = tmp_path / "dist"
    dist.mkdir()
    with zipfile.ZipFile(dist / f"echo-{MACHINE}.zip", "w", compression) as archive:
        entry = zipfile.ZipInfo("bootstrap")
        entry.external_attr = 0o100755 << 16
        entry.compress_type = compression
        archive.writestr(entry, BOOTSTRAP)
    done = run("replay", "echo", events / "echo" / "right", "--dist", dist, environment={"TMPDIR": str(tmp_path)})
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.glob("lakefeed-*")) == []


@pytest.mark.parametrize(
    ("name", "mode", "message"),
    [("main", 0o100755, "no entry `bootstrap`"), ("bootstrap", 0o100644, "is not executable")],
)
def test_a_zip_that_lambda_would_refuse_is_refused(run, events, tmp_path, name, mode, message):
    with zipfile.ZipFile(tmp_path / f"echo-{MACHINE}.zip", "w") as archive:
        entry = zipfile.ZipInfo(name)
        entry.external_attr = mode << 16
        archive.writestr(entry, BOOTSTRAP)
    done = run("replay", "echo", events / "echo" / "right", "--dist", tmp_path)
    assert done.returncode == 3
    assert message in done.stderr


def test_setup_and_calls_reach_the_local_aws(run, events, tmp_path):
    """A function that lists Kinesis streams: it sees setup.json's stream, and its call is judged."""
    path = tmp_path / "bootstrap"
    path.write_text(
        BOOTSTRAP.replace(
            'what = "error"',
            """import urllib.request
    credential = "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/kinesis/aws4_request, SignedHeaders=host, Signature=0"
    event = json.loads(urllib.request.urlopen(urllib.request.Request(os.environ["AWS_ENDPOINT_URL"], data=b'{"Limit": 10}',
        headers={"X-Amz-Target": "Kinesis_20131202.ListStreams", "Content-Type": "application/x-amz-json-1.1",
                 "Authorization": credential})).read())
    what = "error\"""",
        )
    )
    path.chmod(0o755)
    case = events / "echo" / "right"
    (case / "setup.json").write_text(
        '[{"service": "kinesis", "operation": "CreateStream", "body": {"StreamName": "s-1", "ShardCount": 1}}]'
    )
    expected = {
        "response": {"StreamNames": ["s-1"], "HasMoreStreams": False, "StreamSummaries": "<<any>>", "seen": "sample"},
        "calls": [{"service": "kinesis", "operation": "ListStreams", "body": {"Limit": 10}}],
    }
    (case / "expected.json").write_text(json.dumps(expected))
    done = run("replay", "echo", case, case, "--bootstrap", path)
    assert done.returncode == 0, done.stderr  # twice: the state of the first is gone
    expected["calls"][0]["body"]["Limit"] = 11
    (case / "expected.json").write_text(json.dumps(expected))
    done = run("replay", "echo", case, "--bootstrap", path)
    assert done.returncode == 1
    assert "/calls/kinesis.ListStreams/0/Limit\n        expected 11\n        actual   10\n" in done.stderr


def children_of(pid: int) -> list[int]:
    tasks = pathlib.Path(f"/proc/{pid}/task")
    return [int(child) for task in tasks.iterdir() for child in (task / "children").read_text().split()]


def runs(pid: int) -> bool:
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_signal_leaves_no_child(lakefeed, bootstrap, tmp_path, number):
    event = tmp_path / "slow.json"
    event.write_text('{"sleep": 60}')
    command = subprocess.Popen(
        [str(lakefeed), "replay", "echo", str(event), "--verbose", "--bootstrap", str(bootstrap)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    for line in command.stderr:
        if "handling" in line:
            break
    children = children_of(command.pid)
    assert len(children) == 2  # moto and the function
    command.send_signal(number)
    stdout, _ = command.communicate(timeout=20)
    assert command.returncode == (-9 if number == signal.SIGKILL else 130)
    assert stdout == ""
    for _ in range(100):
        if not any(map(runs, children)):
            break
        time.sleep(0.05)
    assert not any(map(runs, children))


def test_colour_is_for_terminals(lakefeed, bootstrap, events):
    def on_terminal(**environment) -> str:
        master, slave = pty.openpty()
        command = [str(lakefeed), "replay", "--all", "--events", str(events), "--bootstrap", str(bootstrap)]
        subprocess.run(
            command,
            stdout=subprocess.DEVNULL,
            stderr=slave,
            timeout=60,
            env={**os.environ, "TERM": "xterm", **environment},
            check=False,
        )
        os.close(slave)
        text = os.read(master, 65536).decode()
        os.close(master)
        return text

    assert "\x1b[32mPASS\x1b[0m" in on_terminal()
    assert "\x1b" not in on_terminal(NO_COLOR="1")
    assert "\x1b" not in on_terminal(TERM="dumb")
