"""The same source gives the same bytes: built again in another folder, at another time, under another locale and umask."""

import os
import pathlib
import shutil
import subprocess

import pytest

from conftest import ARCHITECTURES, DIST, TOP, run

# One more build takes its time: what is built again where LAKEFEED_AGAIN names nothing else. The two have all
# libraries between them.
AGAIN = {"x86_64": ["firehose_transform"], "arm64": ["firehose_transform", "stream_to_kinesis"]}
ANOTHER_TIME = 981173106  # 2001-02-03


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> pathlib.Path:
    """The sources with old time stamps, and the libraries that the set-up made for the first build."""
    folder = tmp_path_factory.mktemp("a folder with blanks and a longer name") / "again"
    for name in run("git", "ls-files", "-co", "--exclude-standard", "-z", cwd=TOP).split("\0"):
        if (source := TOP / name).is_file() and name:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
            target.chmod(source.stat().st_mode)
            os.utime(target, (ANOTHER_TIME, ANOTHER_TIME))
    for name in ("curl", "sysroot"):
        # No links: the compiler writes where they lead to into the debug information, and the build id is made of that.
        if (TOP / "build" / name).exists():
            shutil.copytree(TOP / "build" / name, folder / "build" / name, symlinks=True)
    return folder


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_built_again_it_is_the_same(copy, architecture):
    environment = {**os.environ, "TZ": "Pacific/Chatham", "LC_ALL": "C", "LANGUAGE": "fr", "HOME": str(copy)}
    functions = os.environ.get("LAKEFEED_AGAIN", "").split() or AGAIN[architecture]
    command = [copy / "deploy/build", "--arch", architecture, *functions]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, umask=0o077, check=False)
    assert done.returncode == 0, done.stderr
    for function in functions:
        for kind in ("zip", "cdx.json"):
            name = f"{function}-{architecture}.{kind}"
            assert (copy / "dist" / name).read_bytes() == (DIST / name).read_bytes(), name
