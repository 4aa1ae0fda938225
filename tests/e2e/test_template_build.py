"""What `sam build` does with deploy/template.yaml: AWS's builder calls deploy/Makefile, which leaves the function's bootstrap."""

import os
import platform
import zipfile

import pytest
from aws_lambda_builders.builder import LambdaBuilder
from aws_lambda_builders.exceptions import WorkflowFailedError
from template_world import TOP

ARCH = {"aarch64": "arm64"}.get(platform.machine(), platform.machine())
DEPLOY = TOP / "deploy"


def build(tmp_path, logical_id, in_source=True):
    artifacts = tmp_path / "artifacts"
    for folder in (artifacts, tmp_path / "scratch"):
        folder.mkdir(exist_ok=True)
    LambdaBuilder(language="provided", dependency_manager=None, application_framework=None).build(
        source_dir=str(DEPLOY),
        artifacts_dir=str(artifacts),
        scratch_dir=str(tmp_path / "scratch"),
        manifest_path=str(DEPLOY / "Makefile"),
        runtime="provided.al2023",
        architecture=ARCH,
        options={"build_logical_id": logical_id},
        build_in_source=in_source,
    )
    return artifacts


@pytest.mark.skipif(not (TOP / "build/release/build.ninja").exists(), reason="deploy/build has built nothing here yet")
def test_a_build_target_leaves_the_bootstrap_of_the_zip(tmp_path, monkeypatch):
    monkeypatch.setenv("ARCH", ARCH)
    artifacts = build(tmp_path, "TableExportFunction")
    assert [entry.name for entry in artifacts.iterdir()] == ["bootstrap"]
    with zipfile.ZipFile(TOP / f"dist/table_export-{ARCH}.zip") as archive:
        assert (artifacts / "bootstrap").read_bytes() == archive.read("bootstrap")
    assert os.stat(artifacts / "bootstrap").st_mode & 0o777 == 0o755


def test_a_build_outside_the_repository_says_what_to_set(tmp_path, capfd):
    with pytest.raises(WorkflowFailedError, match="build_in_source"):
        build(tmp_path, "TableExportFunction", in_source=False)


def test_a_function_that_is_not_there_fails(tmp_path):
    with pytest.raises(WorkflowFailedError, match="No rule to make target"):
        build(tmp_path, "OtherFunction")
