"""bench/cost.py: a month by hand, figures from the bench's JSON, and the README's table."""

import json
import subprocess
import sys

import pytest
from conftest import TOP
from template_reader import Stack, load

sys.path.insert(0, str(TOP / "bench"))
import cost  # noqa: E402

FIGURES = {"forward": {100: (21.1, 0.83), 6202: (86.0, 25.0)}, "transform": {1000: (2.2, 1.6)}}


def test_an_invocation_lasts_as_long_as_it_waits_or_works():
    assert cost.billed_ms(10, 1, 256) == 10  # 1 x 1769 / 256 = 6.9
    assert cost.billed_ms(10, 2, 256) == 14  # 13.8
    # The same second and prices as in tests/bench/cost_test.cc.
    assert cost.invocation_cost(1000, 0, 1024, "x86_64") == pytest.approx(0.0000166667 + 0.0000002)
    assert cost.invocation_cost(1000, 0, 1024, "arm64") == pytest.approx(0.0000133334 + 0.0000002)


def test_times_lie_on_the_line_between_the_measured_ones():
    assert cost.times({100: (20, 1), 300: (40, 5)}, 200) == (30, 3)
    assert cost.times({100: (20, 1), 300: (40, 5)}, 50) == (15, 0)
    assert cost.times({1000: (2, 1)}, 500) == (1, 0.5)


# 30 million changes of 1 KB are 30e6 x 1024 / 2^30 = 28.6102 GB, 11.574 a second. By hand, in dollars:
BY_HAND = {
    # Four shards, 2.8935 a second each: batches of 3.8935, 7,705,113 invocations; 21.1 - 96.1065 / 6102 x 64.9 = 20.08 ms, so
    # 21 ms x 0.25 GB x 0.0000166667 + 0.0000002
    "forward": 7_705_113 * (0.021 * 0.25 * 0.0000166667 + 0.2e-6),
    # 694.4 in 60 s: 43,200 invocations; 1.6 x 0.6944 x 1769 / 256 = 7.68 ms of processor at 256 MB, so 8 ms
    "transform": 43_200 * (0.008 * 0.25 * 0.0000166667 + 0.2e-6),
    # 7,748,313 invocations x 2 KB = 14.77873 GB of logs; 18 metrics, 22 alarms
    "watching": 14.77873 * 0.50 + 18 * 0.30 + 22 * 0.10,
    "stream": 0,
    "kinesis_on_demand": 720 * 0.04 + 28.610229 * (0.08 + 0.04),
    "kinesis_provisioned": 1 * 720 * 0.015 + 30 * 0.014,
    # 5 KB for each
    "firehose": 143.051147 * 0.029,
    # one object each 5 minutes: 8,640
    "partitioning": 28.610229 * 0.02 + 8_640 * 0.000005,
    "s3": 8_640 * 0.000005,
    "export": 2.8610229,
    "native_feed": 3.0,
}


def test_a_month_of_a_million_changes_a_day():
    assert cost.month(1e6, FIGURES, "x86_64") == pytest.approx(BY_HAND, rel=1e-6)


def test_a_longer_window_makes_fewer_invocations():
    # Batches of 1 + 2.8935 x 5 = 15.4676: 1,939,538 invocations; 21.1 - 84.5324 / 6102 x 64.9 = 20.2 ms, so 21 ms.
    forward = cost.month(1e6, FIGURES, "x86_64", window=5)["forward"]
    assert forward == pytest.approx(1_939_538 * (0.021 * 0.25 * 0.0000166667 + 0.2e-6), rel=1e-6)


def test_the_settings_are_the_templates():
    stack = Stack(load())
    functions = stack.resources("AWS::Serverless::Function")
    assert cost.MEMORY_MB["forward"] == functions["StreamToKinesisFunction"]["MemorySize"]
    assert cost.MEMORY_MB["transform"] == functions["FirehoseTransformFunction"]["MemorySize"]
    assert cost.WINDOW_SECONDS == stack.parameters["StreamBatchWindowSeconds"]
    assert cost.BATCH_RECORDS_MAX == stack.parameters["StreamBatchSize"]
    assert cost.DELIVERY_BYTES == stack.parameters["LakeBufferMegabytes"] * 2**20
    assert cost.DELIVERY_SECONDS == stack.parameters["LakeBufferSeconds"]
    assert cost.ALARMS == len(stack.resources("AWS::CloudWatch::Alarm"))


def test_shards_are_counted_by_their_records():
    # 1,157.4 records a second at 80 % of 1,000 take two shards; 1.185 MB a second at 80 % of 1 MB take two.
    assert cost.month(100e6, FIGURES, "x86_64")["kinesis_provisioned"] == pytest.approx(2 * 10.8 + 3000 * 0.014)


def test_the_table_sums_up():
    lines = cost.table(FIGURES, "x86_64", volumes=[1e6]).splitlines()
    assert [line.split("|")[-2].strip() for line in lines[2:11]] == [
        "$2.22", "$0.01", "$14.99", "$0.00", "$32.23", "$4.15", "$0.62", "$0.04", "**$54.25**",
    ]  # fmt: skip


def test_fresh_figures_replace_the_old():
    lines = [
        {"bench": "forward", "records": 100, "candidates": [{"name": "go", "wall_p50_ms": 9, "cpu_p50_ms": 9}]},
        {"bench": "forward", "records": 200, "candidates": [{"name": "lakefeed", "wall_p50_ms": 5, "cpu_p50_ms": 2}]},
        {"bench": "transform", "name": "in process", "bytes": 7},
    ]
    measured = cost.read_measured(json.dumps(line) for line in lines)
    assert measured == {"forward": {200: (5, 2)}, "transform": cost.MEASURED["transform"]}
    with pytest.raises(SystemExit, match="no measurement"):
        cost.read_measured([json.dumps(lines[0])])


def test_each_price_has_a_source_or_says_that_it_has_none():
    text = " ".join(cost.note(FIGURES, "arm64").split())
    assert cost.PRICE_REGION in text and "arm64" in text
    for name, (amount, unit, source) in cost.PRICES.items():
        assert amount >= 0 and unit
        if source in (None, cost.NOTES):
            assert cost.unit_of(name) in text.split("those of ")[1 if source else 2]


def test_the_readme_holds_what_the_program_prints():
    done = subprocess.run([TOP / "bench/cost.py"], capture_output=True, text=True, timeout=60, check=True)
    readme = (TOP / "README.md").read_text()
    assert readme.count(cost.BEGIN) == readme.count(cost.END) == 1
    assert readme.split(cost.BEGIN + "\n")[1].split(cost.END)[0] == done.stdout
