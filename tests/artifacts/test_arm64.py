"""The arm64 zips at work: every sample event goes through them under qemu, as through the machine's own."""

import json
import os
import platform
import subprocess
import zipfile

import pytest

from conftest import ARTIFACTS, DIST, FUNCTIONS, TOP, architecture_of

pytestmark = pytest.mark.skipif(platform.machine() != "x86_64", reason="the machine's own zips are for arm64: the replay runs them")


@pytest.fixture
def emulated(bootstraps, tmp_path):
    """Zips of the machine's own name whose bootstrap starts qemu; the kernel need not know of it (binfmt)."""
    for artifact in ARTIFACTS:
        if architecture_of(artifact) == "arm64":
            with zipfile.ZipFile(tmp_path / f"{artifact.removesuffix('-arm64')}-x86_64.zip", "w") as archive:
                entry = zipfile.ZipInfo("bootstrap")
                entry.create_system = 3
                entry.external_attr = 0o100755 << 16
                archive.writestr(entry, f"#!/bin/sh\nexec qemu-aarch64 '{bootstraps[artifact]}'\n")
    return tmp_path


def test_every_sample_event_has_its_verdict(emulated):
    told = subprocess.run(
        [DIST / "lakefeed", "replay", "--all", "--json", "--events", TOP / "events", "--dist", emulated],
        capture_output=True,
        text=True,
        env={**os.environ, "LAKEFEED_PYTHON": os.environ.get("LAKEFEED_PYTHON", str(TOP / "build/venv/bin/python"))},
        check=False,
    )
    summary = json.loads(told.stdout)
    assert (told.returncode, summary["failed"]) == (0, 0), told.stderr
    samples = {path.parent.relative_to(TOP / "events").as_posix() for path in (TOP / "events").glob("*/*/event.json")}
    assert summary["passed"] == len(samples) and {sample.partition("/")[0] for sample in samples} >= set(FUNCTIONS)
