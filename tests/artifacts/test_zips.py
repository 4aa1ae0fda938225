"""The zips: what is in them, their sizes, what the doctor says of them, and their checksums."""

import json
import subprocess
import zipfile

import pytest

from conftest import ARTIFACTS, DIST, FUNCTIONS, TOP, function_of, run

BYTES_MAX = {function: 3_000_000 for function in FUNCTIONS} | {"firehose_transform": 600_000}
CALLS_NO_SERVICE = {"firehose_transform"}


@pytest.mark.parametrize("artifact", ARTIFACTS)
def test_a_zip_is_one_small_executable(artifact):
    path = DIST / f"{artifact}.zip"
    assert path.stat().st_size <= BYTES_MAX[function_of(artifact)]
    with zipfile.ZipFile(path) as archive:
        told = [(entry.filename, oct(entry.external_attr >> 16), entry.date_time) for entry in archive.infolist()]
    assert told == [("bootstrap", "0o100755", (1980, 1, 1, 0, 0, 0))]


@pytest.mark.parametrize("artifact", ARTIFACTS)
def test_only_what_calls_a_service_links_curl_and_openssl(artifact):
    symbols = run("readelf", "-sW", DIST / "debug" / f"{artifact}.debug")
    calls = function_of(artifact) not in CALLS_NO_SERVICE
    assert [f" {name}\n" in symbols for name in ("main", "curl_multi_perform", "SSL_connect")] == [True, calls, calls]


def test_the_doctor_finds_nothing():
    told = subprocess.run([DIST / "lakefeed", "doctor", "--json", *(DIST / f"{each}.zip" for each in ARTIFACTS)], capture_output=True, check=False)
    assert told.returncode == 0, told.stdout
    files = json.loads(told.stdout)["files"]
    assert [file["healthy"] for file in files] == [True] * len(ARTIFACTS)
    assert {finding["severity"] for file in files for finding in file["findings"]} == {"ok"}


def test_the_checksums_are_of_all_that_is_handed_out():
    names = [line.split()[1] for line in (DIST / "SHA256SUMS").read_text().splitlines()]
    there = [path.name for path in DIST.iterdir() if path.is_file() and path.name != "SHA256SUMS"]
    assert names == sorted(there)
    assert {f"{artifact}.{kind}" for artifact in ARTIFACTS for kind in ("zip", "cdx.json")} | {"lakefeed", "lakefeed.1"} <= set(names)
    run("sha256sum", "--quiet", "--strict", "-c", "SHA256SUMS", cwd=DIST)


@pytest.mark.parametrize("arguments", [["--arch", "riscv64"], ["--arch", ""], ["--arch"], ["--arch", "x86_64,,arm64"], ["no_such_function"]])
def test_what_cannot_be_built_is_refused(arguments):
    done = subprocess.run([TOP / "deploy/build", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and done.stderr.startswith("deploy/build: ")
