"""`lakefeed backfill`: dry runs, second runs, signals, a killed one and its resumption; what a terminal sees."""

import fcntl
import gzip
import json
import os
import pathlib
import pty
import re
import signal
import struct
import subprocess
import termios
import time

import pytest
from backfill_world import bad_line, bare, by_id, contents, lines_in, lines_of, names_of
from backfill_world import export, large, run, start  # noqa: F401 fixtures


def test_dry_run_writes_nothing(run, export, tmp_path):
    words = ["--manifest", export.summary_uri, "--lake", tmp_path / "lake"]
    done = run(*words, "--dry-run", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    size = sum(len(export.place.get(file["dataFileS3Key"])) for file in export.files)
    assert (told["dry_run"], told["files_to_convert"], told["items_to_convert"]) == (True, 4, 500)
    assert (told["bytes_to_read"], told["files_present"], told["missing"]) == (size, 0, [])
    assert "nothing was written" in done.stderr
    assert not (tmp_path / "lake").exists()

    assert run(*words).returncode == 0
    before = contents(tmp_path / "lake/dt=00000000")
    (tmp_path / "lake/dt=00000000" / sorted(names_of(export))[0]).unlink()
    told = json.loads(run(*words, "--resume", "--dry-run", "--json").stdout)
    assert (told["files_kept"], told["files_present"], told["files_to_convert"]) == (3, 3, 1)
    assert len(contents(tmp_path / "lake/dt=00000000")) == len(before) - 1


def test_a_second_run_overwrites_with_the_same_bytes(run, export, tmp_path):
    words = ["--manifest", export.summary_uri, "--lake", tmp_path / "lake"]
    assert run(*words).returncode == 0
    partition = tmp_path / "lake/dt=00000000"
    before = contents(partition)
    inodes = {path.name: path.stat().st_ino for path in partition.iterdir()}
    assert run(*words).returncode == 0
    assert contents(partition) == before
    for name in names_of(export):
        assert (partition / name).stat().st_ino != inodes[name]  # written anew


def test_resume_does_not_take_another_runs_objects(run, export, tmp_path):
    words = ["--manifest", export.summary_uri, "--lake", tmp_path / "lake", "--resume", "--json"]
    assert run(*words, environment={"LINE_NUMBERS": "text"}).returncode == 0
    done = run(*words)
    assert done.returncode == 0
    assert "4 files there, made of another file or with other settings: done again" in done.stderr
    assert json.loads(done.stdout)["files_kept"] == 0
    assert by_id(lines_in(contents(tmp_path / "lake/dt=00000000"))) == by_id(lines_of(500))


def objects_in(partition: pathlib.Path) -> list[str]:
    return [path.name for path in partition.glob("*.json.gz") if not path.name.startswith(".")]


def wait_for_objects(process, partition: pathlib.Path, count: int) -> None:
    """Until so many objects of the backfill are whole."""
    ends = time.monotonic() + 60
    while len(objects_in(partition)) < count:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < ends, "no object in a minute"
        time.sleep(0.001)


def test_a_killed_one_is_resumed_to_the_same_bytes(run, start, large, tmp_path):
    words = ["--manifest", large.summary_uri, "--workers", "2"]
    assert run(*words, "--lake", "undisturbed").returncode == 0
    partition = tmp_path / "lake/dt=00000000"
    process = start(*words, "--lake", "lake")
    wait_for_objects(process, partition, 3)
    process.kill()
    assert process.wait(timeout=20) == -signal.SIGKILL
    undisturbed = contents(tmp_path / "undisturbed/dt=00000000")
    whole = objects_in(partition)
    assert 3 <= len(whole) < 12
    for name in whole:
        assert (partition / name).read_bytes() == undisturbed[name]
    assert not (partition / f"_SUCCESS-{large.id}").exists()

    done = run(*words, "--lake", "lake", "--resume", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["files_kept"] == len(whole)
    visible = {name: body for name, body in contents(partition).items() if not name.startswith(".")}
    assert visible == undisturbed


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_it_cleanly(run, start, large, tmp_path, number):
    partition = tmp_path / "lake/dt=00000000"
    process = start("--manifest", large.summary_uri, "--lake", "lake", "--workers", "2", "--json")
    wait_for_objects(process, partition, 2)
    process.send_signal(number)
    stdout, stderr = process.communicate(timeout=20)
    assert process.returncode == 130, stderr
    told = json.loads(stdout)
    left = contents(partition)
    assert (told["interrupted"], told["complete"], told["failed"]) == (True, False, [])
    assert told["files_converted"] == len(left) < 12
    assert all(name in names_of(large) for name in left)  # no half of one, no _SUCCESS
    assert stderr.endswith(f"interrupted: {len(left)} of 12 files done; the same command with --resume goes on\n")

    done = run("--manifest", large.summary_uri, "--lake", "lake", "--resume")
    assert done.returncode == 0, done.stderr
    lines = [gzip.decompress(body).count(b"\n") for name, body in contents(partition).items() if name.endswith(".gz")]
    assert sum(lines) == large.item_count


# Terminals.


def on_terminal(lakefeed, words, columns=100, **environment) -> str:
    """What a terminal of this width gets to see."""
    main, side = pty.openpty()
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(
        [str(lakefeed), "backfill", *map(str, words)],
        stdout=subprocess.DEVNULL, stderr=side, env={**bare(), "TERM": "xterm", **environment},
    )  # fmt: skip
    os.close(side)
    seen = b""
    while True:
        try:
            piece = os.read(main, 65536)
        except OSError:  # Linux says so when the other side is closed
            break
        if not piece:
            break
        seen += piece
    os.close(main)
    assert process.wait(timeout=20) in (0, 1)
    return seen.decode()


def test_a_terminal_has_a_bar(lakefeed, large, tmp_path):
    seen = on_terminal(lakefeed, ["--manifest", large.summary_uri, "--lake", tmp_path / "lake"])
    drawn = re.findall(r"\r([^\r\n]*)\x1b\[K", seen)
    assert re.match(r"\[-+\]   0 %  0/12 files  0/[\d,]+ items  0\.0 MB/s$", drawn[0])
    shares = [int(share) for share in re.findall(r"(\d+) %", seen)]
    assert shares == sorted(shares)
    assert all(len(text) < 100 for text in drawn)
    assert drawn[-1] == ""  # taken away before the summary
    assert re.search(r"\x1b\[K12 files, [\d,]+ items: ", seen)
    assert "\x1b[3" not in seen.replace("\x1b[K", "")


def test_a_terminal_shows_failures_in_red_above_the_bar(lakefeed, export, tmp_path):
    bad_line(export, export.files[0])
    words = ["--manifest", export.summary_uri, "--lake", tmp_path / "lake"]
    seen = on_terminal(lakefeed, words)
    assert re.search(r"(^|\n|\x1b\[K)\x1b\[31mFAIL\x1b\[0m [^\r\n]* line 5", seen)
    plain = on_terminal(lakefeed, words, NO_COLOR="1")
    assert "\x1b[31m" not in plain
    assert "FAIL " in plain
    assert "\r[" in plain  # a bar is no colour
    dumb = on_terminal(lakefeed, words, TERM="dumb")
    assert "\x1b" not in dumb
    assert "\r[" not in dumb


def test_a_narrow_terminal_has_no_broken_lines(lakefeed, large, tmp_path):
    seen = on_terminal(lakefeed, ["--manifest", large.summary_uri, "--lake", tmp_path / "lake"], columns=30)
    drawn = re.findall(r"\r([^\r\n]*)\x1b\[K", seen)
    assert drawn
    assert all(len(text) < 30 for text in drawn)


def test_a_pipe_gets_no_escape_codes(run, large, tmp_path):
    done = run("--manifest", large.summary_uri, "--lake", tmp_path / "lake", environment={"TERM": "xterm"})
    assert done.returncode == 0
    assert "\x1b" not in done.stderr
    assert "\r" not in done.stderr
