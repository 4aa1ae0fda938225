"""What the tests of `lakefeed backfill` share: exports, the command, and the lines that must come out."""

import datetime
import gzip
import json
import os
import pathlib
import subprocess

import pytest
from export_generator import Folder, typed, write_full_export, write_large_export

TIME = datetime.datetime(2025, 11, 20, 1, tzinfo=datetime.timezone.utc)
TIME_MS = 1763600400000
EVENTS = {"__operation": "INSERT", "__event_time_ms": TIME_MS}


def orders(count: int) -> list[dict]:
    return [typed({"id": f"order-{number}", "amount": number, "tags": ["é", None]}) for number in range(count)]


def lines_of(orders_count: int) -> list[dict]:
    """The lines of orders(count), by hand."""
    return [
        {"id": f"order-{number}", "amount": number, "tags": ["é", None], **EVENTS} for number in range(orders_count)
    ]


def by_id(lines) -> list[dict]:
    return sorted(lines, key=lambda line: line["id"])


@pytest.fixture
def run(lakefeed, tmp_path):
    """run(words…) ends in a CompletedProcess; without AWS but what is given."""

    def run(*words, environment=None, **options):
        return subprocess.run(
            [str(lakefeed), "backfill", *map(str, words)],
            capture_output=True, text=True, timeout=120, cwd=tmp_path, check=False, env=bare(environment), **options,
        )  # fmt: skip

    return run


def bare(environment=None) -> dict:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "LINE_", "LAKE_"))}
    return {**kept, **(environment or {})}


@pytest.fixture
def start(lakefeed, tmp_path):
    """start(words…) gives the running process."""
    started = []

    def start(*words):
        process = subprocess.Popen(
            [str(lakefeed), "backfill", *map(str, words)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path, env=bare(),
        )  # fmt: skip
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def export(tmp_path):
    """500 orders in three data files and an empty one."""
    return write_full_export(Folder(tmp_path / "exports"), orders(500), table="orders", time=TIME)


@pytest.fixture(scope="session")
def large(tmp_path_factory):
    """12 data files, each enough for some hundredths of a second. No test changes it."""
    return write_large_export(Folder(tmp_path_factory.mktemp("large")), 48 << 20, files=12, time=TIME)


def contents(folder: pathlib.Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def lines_in(objects: dict[str, bytes]) -> list[dict]:
    text = b"".join(gzip.decompress(body) for name, body in sorted(objects.items()) if name.endswith(".gz"))
    return [json.loads(line) for line in text.splitlines()]


def names_of(export) -> set[str]:
    return {f"{export.id}-{file['dataFileS3Key'].rpartition('/')[2]}" for file in export.files}


def bad_line(export, file):
    lines = gzip.decompress(export.place.get(file["dataFileS3Key"])).splitlines(keepends=True)
    lines[4] = b'{"Item":{"id":{"S":"x"}\n'
    export.replace_data(file, gzip.compress(b"".join(lines)))
