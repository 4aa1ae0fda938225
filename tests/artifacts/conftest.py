"""What ./deploy/build left in dist/, for both architectures where this machine builds both."""

import os
import pathlib
import platform
import subprocess
import zipfile

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
DIST = pathlib.Path(os.environ.get("LAKEFEED_DIST", TOP / "dist"))
FUNCTIONS = [
    "table_export", "stream_to_kinesis", "firehose_transform", "glue_to_snowflake", "export_to_lake", "stream_to_s3", "api_to_dynamodb",
]  # fmt: skip
# The machine's own first. An arm64 machine builds for itself only.
ARCHITECTURES = ["x86_64", "arm64"] if platform.machine() == "x86_64" else ["arm64"]
BUILDS = {
    architecture: TOP / "build" / ("release" if architecture == ARCHITECTURES[0] else f"release-{architecture}") for architecture in ARCHITECTURES
}
ARTIFACTS = [f"{function}-{architecture}" for architecture in ARCHITECTURES for function in FUNCTIONS]


def function_of(artifact: str) -> str:
    return artifact.rpartition("-")[0]


def architecture_of(artifact: str) -> str:
    return artifact.rpartition("-")[2]


def run(*command, **options) -> str:
    """What a command says; it must succeed."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


class Bootstraps(dict):
    """{artifact: its bootstrap}, taken out of the zip when it is first asked for."""

    def __init__(self, folder: pathlib.Path):
        super().__init__()
        self.folder = folder

    def __missing__(self, artifact: str) -> pathlib.Path:
        with zipfile.ZipFile(DIST / f"{artifact}.zip") as archive:
            self[artifact] = pathlib.Path(archive.extract("bootstrap", self.folder / artifact))
        self[artifact].chmod(0o755)
        return self[artifact]


@pytest.fixture(scope="session")
def bootstraps(tmp_path_factory) -> Bootstraps:
    return Bootstraps(tmp_path_factory.mktemp("bootstraps"))
