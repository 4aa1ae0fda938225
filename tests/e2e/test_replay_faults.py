"""`lakefeed replay --fault`: the sample events of stream_to_kinesis come out as expected though requests break."""

import json
import re
import subprocess

import pytest

from conftest import TOP


@pytest.fixture
def replay(lakefeed, dist):
    def run(*words):
        return subprocess.run(
            [str(lakefeed), "replay", "stream_to_kinesis", "--dist", str(dist), *words],
            capture_output=True, text=True, timeout=300, cwd=TOP, check=False,
        )  # fmt: skip

    return run


@pytest.mark.parametrize("seed", ["1", "2"])
def test_every_sample_comes_out_as_expected(replay, seed):
    done = replay("--fault", "dead_before=0,dead_after=0,all=0.04", "--seed", seed, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["failed"] == 0
    told = re.search(r"faults among (\d+) requests to AWS: (.+)\n", done.stderr)
    suffered = [int(count) for count in re.findall(r"\w+ (\d+)", told[2])]
    assert 0 < sum(suffered) < int(told[1])


def test_a_service_that_never_answers_well_fails_the_events(replay):
    done = replay("events/stream_to_kinesis/ttl_delete_dropped", "--fault", "error=1", "--env", "AWS_MAX_ATTEMPTS=1")
    assert done.returncode == 1
    assert "FAIL" in done.stderr and "error " in done.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--fault", "gremlin"], "the fault gremlin: no such kind"),
        (["--fault", "partial=2"], "no share from 0 to 1"),
        (["--fault", "all", "--env", "AWS_ENDPOINT_URL=http://127.0.0.1:1"], "faults are for the local AWS"),
    ],
)
def test_a_wrong_fault_is_a_usage_error(replay, words, said):
    done = replay(*words)
    assert done.returncode == 2
    assert said in done.stderr
