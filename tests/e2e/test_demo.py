"""`lakefeed demo`: the whole pipeline, calm, with faults, with a forwarder that loses all, and interrupted.

The runs of a test go on at the same time: they mostly wait, for the next whole second or for one another.
"""

import contextlib
import fcntl
import json
import os
import pathlib
import platform
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
import zipfile

import duckdb
import pytest

from conftest import DIST, TOP

ARCHITECTURE = {"x86_64": "x86_64", "aarch64": "arm64"}[platform.machine()]
HIDE, SHOW = "\x1b[?25l", "\x1b[?25h"
COLUMNS = 60
LIMIT = 120  # seconds; far more than a run takes
# A function that takes each batch and does nothing with it.
LOSES_ALL = f"""#!{sys.executable}
import os, urllib.request
api = f"http://{{os.environ['AWS_LAMBDA_RUNTIME_API']}}/2018-06-01/runtime/invocation"
while True:
    with urllib.request.urlopen(f"{{api}}/next") as event:
        url = f"{{api}}/{{event.headers['Lambda-Runtime-Aws-Request-Id']}}/response"
        event.read()
    urllib.request.urlopen(urllib.request.Request(url, data=b'{{"batchItemFailures":[]}}', method="POST")).close()
"""


class Run:
    """A demo in a session of its own, with a TMPDIR of its own; standard error is a pipe or a terminal."""

    def __init__(self, lakefeed, folder, *words, terminal=None):
        self.temp = folder / "temp"
        self.temp.mkdir(parents=True)
        reader, writer = pty.openpty() if terminal else os.pipe()
        if terminal:
            fcntl.ioctl(writer, termios.TIOCSWINSZ, struct.pack("HHHH", 24, COLUMNS, 0, 0))
        environment = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM")}
        self.process = subprocess.Popen(
            [str(lakefeed), "demo", *map(str, words)], stdout=subprocess.PIPE, stderr=writer, cwd=folder, text=True,
            start_new_session=True,
            env={**environment, "LAKEFEED_DIST": str(DIST), "LAKEFEED_PYTHON": sys.executable,
                 "TMPDIR": str(self.temp), **(terminal or {})})  # fmt: skip
        os.close(writer)
        self.told = ""
        self.changed = threading.Condition()
        self.listener = threading.Thread(target=self.listen, args=(reader,))
        self.listener.start()

    def listen(self, reader):
        with open(reader, "rb", buffering=0) as stream, contextlib.suppress(OSError):  # EIO: the terminal's end
            while piece := stream.read(65536):
                with self.changed:
                    self.told += piece.decode(errors="replace")
                    self.changed.notify_all()
        with self.changed:
            self.listener = None
            self.changed.notify_all()

    def wait_for(self, text):
        with self.changed:
            assert self.changed.wait_for(lambda: text in self.told or self.listener is None, LIMIT), self.told
            assert text in self.told, self.told

    def end(self) -> str:
        """Waits for its end and gives what it wrote to standard output."""
        output, _ = self.process.communicate(timeout=LIMIT)
        with self.changed:
            assert self.changed.wait_for(lambda: self.listener is None, LIMIT)
        return output

    def left(self) -> list:
        """The processes of the session that are there still."""
        found = []
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                state, _, _, session, *_ = stat.read_text().rpartition(")")[2].split()
                if int(session) == self.process.pid and state not in "ZX":
                    found.append((stat.parent / "cmdline").read_text().replace("\0", " "))
        return found


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """The runs that come to their end: each its Run, what it wrote, and its folder."""
    lakefeed, loser = DIST / "lakefeed", tmp_path_factory.mktemp("loser")
    for zip_file in DIST.glob("*.zip"):
        (loser / zip_file.name).symlink_to(zip_file)
    forwarder = loser / f"stream_to_kinesis-{ARCHITECTURE}.zip"
    forwarder.unlink()
    with zipfile.ZipFile(forwarder, "w") as archive:
        entry = zipfile.ZipInfo("bootstrap")
        entry.external_attr = 0o100755 << 16
        archive.writestr(entry, LOSES_ALL)
    folders = {name: tmp_path_factory.mktemp(name) for name in ("calm", "faults", "loss", "one")}
    small = ("--changes", 400, "--keys", 60)
    started = {
        "calm": Run(lakefeed, folders["calm"], *small, "--json", "--folder", "kept"),
        "faults": Run(lakefeed, folders["faults"], *small, "--json", "--folder", "kept", "--seed", 3, "--fault",
                      "partial=0.2,throttle=0.05,error=0.05,reset_after=0.1,kill_before=0.02",
                      terminal={"TERM": "xterm"}),
        "one": Run(lakefeed, folders["one"], "--changes", 1, "--keys", 1, "--json"),
        "loss": Run(lakefeed, folders["loss"], *small, "--dist", loser, terminal={"TERM": "dumb"}),
    }  # fmt: skip
    return {name: (run, run.end(), folders[name]) for name, run in started.items()}


def check_files(report, folder):
    """The report against the files: nothing of lakefeed takes part in this."""
    numbers = """SELECT count(*), count(DISTINCT json ->> '$.__sequence_number'), count(*) FILTER
                 (json ->> '$.__sequence_number' IS NULL) FROM read_ndjson_objects('{}/**/*.json.gz')"""
    ((lines, changes, snapshot),) = duckdb.sql(numbers.format(folder / "lake")).fetchall()
    assert changes == report["changes"]["made"] == report["lake"]["changes"] and report["lake"]["lost"] == 0
    assert snapshot == report["snapshot_items"] == report["lake"]["snapshot_lines"] > 0
    assert lines - snapshot == changes + report["lake"]["duplicates"] == report["kinesis"]["records"]
    ((lines, changes, snapshot),) = duckdb.sql(numbers.format(folder / "stream")).fetchall()
    assert (changes, snapshot) == (report["changes"]["made"], 0) and report["stream_to_s3"]["lost"] == 0
    assert lines == changes + report["stream_to_s3"]["duplicates"]

    items = [json.loads(line) for line in (folder / "table.jsonl").read_text().splitlines()]
    connection = duckdb.connect()
    connection.execute((TOP / "deploy/sql/newest_state.duckdb.sql").read_text())
    newest = connection.execute(
        """SELECT partition_key, sort_key, item ->> '$.exact', item ->> '$.note'
           FROM newest_state($folder, 'customer', sort_key_name := 'orderId')""", {"folder": f"{folder}/lake/orders"}).fetchall()  # fmt: skip
    attribute = lambda item, name: next(iter(item[name].values())) if name in item else None  # noqa: E731
    names = ("customer", "orderId", "exact", "note")
    assert sorted(newest, key=str) == sorted((tuple(attribute(item, name) for name in names) for item in items), key=str)
    assert len(items) == report["query"]["table_items"] == report["verify"]["items"] == report["query"]["lake_items"]
    assert sum(item.get("source") == {"S": "api"} for item in items) == report["api_items"] == 12


def test_calm_all_arrives_once_and_in_order(runs):
    run, output, folder = runs["calm"]
    assert run.process.returncode == 0, run.told
    report = json.loads(output)
    assert report["well"] and report["problems"] == []
    changes = report["changes"]
    assert changes["made"] == changes["in_stream"] == 400 == changes["inserts"] + changes["modifies"] + changes["removes"]
    assert min(changes["inserts"], changes["modifies"], changes["removes"]) > 0
    assert report["lake"]["duplicates"] == report["stream_to_s3"]["duplicates"] == 0
    assert report["kinesis"]["items_out_of_order"] == report["invocations_again"] == 0
    assert report["verify"]["equal"] and report["query"]["different"] == 0 and report["query"]["rows"]
    assert sum(count for name, count in report["faults"].items() if name != "none") == 0
    verbs = [" ".join(statement.split()[:2]) for statement in report["snowflake_statements"]]
    assert [verb for verb in verbs if verb.split()[0] not in ("SHOW", "DESC")] == ["CREATE EXTERNAL", "ALTER TABLE", "COMMENT ON"]
    check_files(report, folder / "kept")
    assert list(run.temp.iterdir()) == [] and run.left() == []


def test_plain_lines_hold_no_escape_codes(runs):
    for name in ("calm", "loss"):  # a pipe, and a terminal that cannot draw
        run, output, _folder = runs[name]
        assert "\x1b" not in run.told + output
        assert re.search(r"^\d:\d\d  \d+ of 400 changes made, \d+ in the lake, lag \d+; ", run.told, re.M), run.told


def test_faults_lose_nothing(runs):
    run, output, folder = runs["faults"]
    assert run.process.returncode == 0, run.told
    report = json.loads(output)
    suffered = {name for name, count in report["faults"].items() if count and name != "none"}
    assert len(suffered) >= 3
    assert report["well"] and report["kinesis"]["items_out_of_order"] == 0
    check_files(report, folder / "kept")


def test_the_panel_is_drawn_over_itself(runs):
    told = runs["faults"][0].told
    assert told.startswith(HIDE) and told.endswith(SHOW) and told.count(SHOW) == 1
    assert "\x1b[32m" in told
    frames = told.removesuffix(SHOW).split(HIDE)[1:]
    heights = {frame.count("\n") for frame in frames}
    assert len(frames) > 5 and len(heights) == 1
    (height,) = heights
    assert all(frame.startswith(f"\x1b[{height}A") for frame in frames[1:])
    for line in re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", told).replace("\r", "\n").splitlines():
        assert len(line) <= COLUMNS, line
    assert "faults suffered" in frames[-1] and "stream_to_kinesis" in frames[-1]


def test_one_change_is_enough(runs):
    run, output, _folder = runs["one"]
    assert run.process.returncode == 0, run.told
    report = json.loads(output)
    assert report["changes"]["inserts"] == report["lake"]["changes"] == 1
    assert report["query"]["table_items"] == report["verify"]["items"] == report["api_items"] + 1


def test_a_loss_is_told(runs):
    run, output, _folder = runs["loss"]
    assert run.process.returncode == 1, run.told
    assert "wrong: 400 changes are lost on the way to the lake\n" in output
    assert "the way to stream_to_s3" not in output  # that one was not tampered with
    assert output.splitlines()[-1].startswith("NOT WELL: 400 changes made, 0 in the lake, 400 lost, ")


MOMENTS = [  # what the run is waited for before the signals, how many of them, and on which terminal
    (HIDE, 1, {"TERM": "xterm", "NO_COLOR": "1"}),  # moto is just starting
    ("api_to_dynamodb loads", 1, None),
    ("the last changes", 1, None),
    ("an export becomes", 2, {"TERM": "xterm"}),
]


def test_interrupted_at_any_moment(lakefeed, tmp_path):
    """Once: all is put away. Twice: it leaves at once, and the kernel ends its children."""
    started = [
        (Run(lakefeed, tmp_path / str(number), "--changes", 400, terminal=terminal), *moment, terminal)
        for number, (*moment, terminal) in enumerate(MOMENTS)
    ]

    def interrupt(run, text, signals):
        run.wait_for(text)
        for _ in range(signals):
            os.kill(run.process.pid, signal.SIGINT)
            time.sleep(0.1)  # two that come at once are one

    threads = [threading.Thread(target=interrupt, args=started_run[:3]) for started_run in started]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for run, text, signals, terminal in started:
        assert run.end() == "" and run.process.returncode == 130, (text, run.told)
        deadline = time.monotonic() + 10
        while run.left() and time.monotonic() < deadline:
            time.sleep(0.02)
        assert run.left() == [], text
        if signals == 1:
            assert list(run.temp.iterdir()) == [] and "nothing is left running" in run.told, text
        if terminal:
            assert run.told.rindex(SHOW) > run.told.rindex(HIDE), text
        if terminal and "NO_COLOR" in terminal:
            assert "\x1b[3" not in run.told and "\x1b[1m" not in run.told


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["--changes", "0"], 2, "--changes"),
        (["--fault", "often"], 2, "demo --fault: "),
        (["--folder", str(TOP)], 2, "is there and not empty; name a new one"),
        (["--dist", "/nowhere"], 3, "/nowhere/api_to_dynamodb-"),
    ],
)
def test_what_cannot_be_run(words, code, told, lakefeed, tmp_path):
    run = Run(lakefeed, tmp_path, *words)
    assert run.end() == "" and run.process.returncode == code and told in run.told
    assert list(run.temp.iterdir()) == []
