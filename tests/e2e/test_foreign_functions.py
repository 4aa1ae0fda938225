"""Functions on AWS's own Go and Rust runtime clients run unchanged under the local Lambda."""

import json
import os
import pathlib
import shutil
import subprocess

import pytest

SOURCES = pathlib.Path(__file__).resolve().parent / "foreign"
BUILDS = SOURCES.parents[2] / "build" / "foreign"


def build(language: str, *command: str) -> pathlib.Path:
    folder = BUILDS / language
    shutil.copytree(SOURCES / language, folder, dirs_exist_ok=True)
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "CGO_ENABLED": "0"},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    if done.returncode != 0:
        pytest.skip(f"{command[0]} cannot build the function here: {done.stderr[-500:]}")
    return folder


@pytest.fixture(scope="module")
def go_function() -> pathlib.Path:
    if not shutil.which("go"):
        pytest.skip("go is not installed")
    return build("go", "go", "build", "-o", "bootstrap", ".") / "bootstrap"


@pytest.fixture(scope="module")
def rust_function() -> pathlib.Path:
    if not shutil.which("cargo"):
        pytest.skip("cargo is not installed")
    return build("rust", "cargo", "build", "--quiet", "--locked") / "target" / "debug" / "bootstrap"


def replay(lakefeed, bootstrap, event) -> tuple[int, dict]:
    done = subprocess.run(
        [str(lakefeed), "replay", "foreign", "-", "--json", "--timeout", "30", "--bootstrap", str(bootstrap)],
        input=json.dumps(event),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    (verdict,) = json.loads(done.stdout)["verdicts"]
    return done.returncode, verdict


@pytest.mark.parametrize("language", ["go", "rust"])
def test_a_foreign_function_runs_unchanged(lakefeed, request, language):
    bootstrap = request.getfixturevalue(f"{language}_function")
    status, verdict = replay(lakefeed, bootstrap, {"say": "größe"})
    assert status == 0, verdict
    assert verdict["response"]["said"] == "größe"
    assert len(verdict["response"]["request_id"]) == 36
    assert 28 <= verdict["response"]["deadline_in_s"] <= 30

    status, verdict = replay(lakefeed, bootstrap, {"fail": "on purpose"})
    assert status == 1
    assert verdict["error"]["errorMessage"] == "on purpose"

    status, verdict = replay(lakefeed, bootstrap, {"panic": "out of order"})
    assert status == 1
    assert "out of order" in json.dumps(verdict["error"])
