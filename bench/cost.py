#!/usr/bin/env python3
"""What a month of the pipeline costs, from measured durations and AWS's list prices: a Markdown table.

    ./bench/run transform forward --json | bench/cost.py -       with fresh figures
    bench/cost.py [--arch arm64]                                 with the figures below
    bench/cost.py --write README.md                              puts the table between the README's markers

An invocation's billed time is that of bench/cost.h, ceil(max(wall, processor x 1,769 MB / memory)) ms: work takes as much
longer as the function has less than a core. Between the two events that the bench sends to stream_to_kinesis, its times
are taken as a straight line; firehose_transform's grow with the records. Nothing here was measured on Lambda.
"""

import argparse
import json
import math
import sys
import textwrap

BEGIN = "<!-- cost: made by bench/cost.py -->"
END = "<!-- end of cost -->"

# us-east-1, USD, first tier, no free tier, as of November 2026. AWS's page that has the price; NOTES where only several others'
# price notes of 2025 and 2026 were at hand, which agree; None where nothing was.
NOTES = "notes of others"
PRICE_REGION = "us-east-1"
PRICES = {
    # name: (price, unit, source)
    "lambda_gb_second_x86_64": (0.0000166667, "GB-second", "AWS Lambda pricing"),
    "lambda_gb_second_arm64": (0.0000133334, "GB-second", "AWS Lambda pricing"),
    "lambda_request": (0.20e-6, "request", "AWS Lambda pricing"),
    "stream_read_by_lambda": (0.0, "GetRecords", "Lambda guide, Process DynamoDB records with Lambda: not charged"),
    "change_data_capture_unit": (0.10e-6, "change of 1 KB", "Amazon DynamoDB pricing"),
    "export_gb": (0.10, "GB", "Amazon DynamoDB pricing"),
    "state_transition": (0.025e-3, "transition", "AWS Step Functions pricing"),
    "kinesis_on_demand_hour": (0.04, "stream hour", NOTES),
    "kinesis_on_demand_in_gb": (0.08, "GB, each record rounded up to 1 KB", NOTES),
    "kinesis_on_demand_out_gb": (0.04, "GB", NOTES),
    "kinesis_shard_hour": (0.015, "shard hour", NOTES),
    "kinesis_put_unit": (0.014e-6, "record up to 25 KB", NOTES),
    "firehose_gb": (0.029, "GB, each record rounded up to 5 KB", NOTES),
    "firehose_partitioning_gb": (0.02, "GB delivered", None),
    "firehose_partitioning_object": (0.005e-3, "object delivered", None),
    "s3_put": (0.005e-3, "PUT", NOTES),
    "logs_gb": (0.50, "GB", None),
    "custom_metric": (0.30, "metric and month", NOTES),
    "alarm": (0.10, "alarm and month", None),
}

# Measured with ./bench/run on 2 cores: the README's "Speed and size", and for 100 records the same bench.
MEASURED = {
    "forward": {100: (21.3, 1.01), 6202: (81.1, 26.7)},  # records: (wall ms, processor ms), PutRecords takes 20 ms
    "transform": {1000: (2.35, 1.84)},
}

DAYS = 30
HOURS = 24 * DAYS
KIB = 1024
GB = 1024**3  # AWS bills GiB and writes GB
MEMORY_MB = {"forward": 256, "transform": 256}  # as in deploy/template.yaml
MB_OF_ONE_CORE = 1769
CHANGE_BYTES = KIB
# The settings of deploy/template.yaml.
WINDOW_SECONDS = 1  # MaximumBatchingWindowInSeconds of the stream mapping
BATCH_RECORDS_MAX = 1000  # its BatchSize
BUFFER_BYTES, BUFFER_SECONDS = 1024 * KIB, 60  # the transform's hints
DELIVERY_BYTES, DELIVERY_SECONDS = 64 * KIB * KIB, 300  # Firehose's hints to S3, before it compresses
# What the table assumes of the load. A shard of the stream is a partition, which takes 1,000 writes a second; a new table in
# on-demand mode takes 4,000 ("DynamoDB on-demand capacity mode").
SHARD_CHANGES, SHARDS_MIN = 1000, 4
SHARD_SHARE = 0.8  # of a shard's limits that is used, with provisioned shards
LOG_BYTES = 2 * KIB  # of an invocation: lakefeed's two lines and Lambda's three
CUSTOM_METRICS = {"forward": 14, "transform": 4}  # names that a function writes as EMF
ALARMS = 22  # of a stack with the template's defaults


def price(name: str) -> float:
    return PRICES[name][0]


def billed_ms(wall_ms: float, processor_ms: float, memory_mb: float) -> int:
    return math.ceil(max(wall_ms, processor_ms * MB_OF_ONE_CORE / memory_mb))


def invocation_cost(wall_ms: float, processor_ms: float, memory_mb: float, arch: str) -> float:
    seconds = billed_ms(wall_ms, processor_ms, memory_mb) / 1000
    return seconds * memory_mb / 1024 * price(f"lambda_gb_second_{arch}") + price("lambda_request")


def times(measured: dict, records: float) -> tuple:
    """Wall and processor time of an invocation with this many records: on the line through the measured points, or in
    proportion where there is one."""
    points = sorted(measured.items())
    if len(points) == 1:
        (count, figures), = points
        return tuple(figure * records / count for figure in figures)
    (low, low_figures), (high, high_figures) = points[0], points[-1]
    share = (records - low) / (high - low)
    return tuple(max(0.0, a + (b - a) * share) for a, b in zip(low_figures, high_figures))


def function_cost(name: str, measured: dict, changes: float, batch: float, arch: str) -> float:
    wall, processor = times(measured[name], batch)
    return changes / batch * invocation_cost(wall, processor, MEMORY_MB[name], arch)


def watching_cost(name: str, changes: float, batch: float) -> float:
    """Logs and metrics of a function."""
    return changes / batch * LOG_BYTES / GB * price("logs_gb") + CUSTOM_METRICS[name] * price("custom_metric")


def month(changes_a_day: float, measured: dict, arch: str, window: float = WINDOW_SECONDS) -> dict:
    """Dollars a month, by part."""
    changes = changes_a_day * DAYS
    rate = changes_a_day / 86400
    gigabytes = changes * CHANGE_BYTES / GB
    shards = max(SHARDS_MIN, math.ceil(rate / SHARD_CHANGES))
    batch = min(BATCH_RECORDS_MAX, 1 + rate / shards * window)  # the window begins with the first record
    buffer = min(BUFFER_BYTES / CHANGE_BYTES, max(1, rate * BUFFER_SECONDS))
    objects = max(HOURS * 3600 / DELIVERY_SECONDS, changes * CHANGE_BYTES / DELIVERY_BYTES)
    provisioned = math.ceil(max(rate / 1000, rate * CHANGE_BYTES / 1e6) / SHARD_SHARE)
    return {
        "forward": function_cost("forward", measured, changes, batch, arch),
        "transform": function_cost("transform", measured, changes, buffer, arch),
        "watching": watching_cost("forward", changes, batch)
        + watching_cost("transform", changes, buffer)
        + ALARMS * price("alarm"),
        "stream": changes * price("stream_read_by_lambda"),
        "kinesis_on_demand": HOURS * price("kinesis_on_demand_hour")
        + gigabytes * (price("kinesis_on_demand_in_gb") + price("kinesis_on_demand_out_gb")),
        "kinesis_provisioned": provisioned * HOURS * price("kinesis_shard_hour") + changes * price("kinesis_put_unit"),
        "firehose": changes * math.ceil(CHANGE_BYTES / (5 * KIB)) * 5 * KIB / GB * price("firehose_gb"),
        "partitioning": gigabytes * price("firehose_partitioning_gb") + objects * price("firehose_partitioning_object"),
        "s3": objects * price("s3_put"),
        "export": gigabytes * price("export_gb"),
        "native_feed": changes * math.ceil(CHANGE_BYTES / KIB) * price("change_data_capture_unit"),
    }


OURS = ["forward", "transform", "watching"]
SUM = OURS + ["stream", "kinesis_on_demand", "firehose", "partitioning", "s3"]
ROWS = [
    ("forward", "`stream_to_kinesis` on Lambda", "lakefeed"),
    ("transform", "`firehose_transform` on Lambda", "lakefeed"),
    ("watching", "logs, metrics and alarms", "lakefeed"),
    ("stream", "DynamoDB stream, read by Lambda", "AWS"),
    ("kinesis_on_demand", "Kinesis, on demand, one reader", "AWS"),
    ("firehose", "Firehose, 5 KB a record at least", "AWS"),
    ("partitioning", "Firehose, dynamic partitioning", "AWS"),
    ("s3", "S3, PUTs", "AWS"),
    (None, "**sum**", ""),
    ("kinesis_provisioned", "instead of on demand: Kinesis with shards", "AWS"),
    ("native_feed", "instead of `stream_to_kinesis`: DynamoDB's own feed", "AWS"),
    ("export", "and: all changes once more as incremental exports", "AWS"),
]


def dollars(amount: float) -> str:
    return f"${amount:,.2f}" if amount < 1000 else f"${amount:,.0f}"


def table(measured: dict, arch: str, window: float = WINDOW_SECONDS, volumes=(1e6, 10e6, 100e6)) -> str:
    months = [month(volume, measured, arch, window) for volume in volumes]
    heads = " | ".join(f"{volume / 1e6:g} million a day" for volume in volumes)
    lines = [f"| a month of changes of 1 KB | whose | {heads} |", "|---|---|" + "---:|" * len(volumes)]
    for name, text, whose in ROWS:
        amounts = [sum(costs[part] for part in SUM) if name is None else costs[name] for costs in months]
        cells = " | ".join(f"**{dollars(amount)}**" if name is None else dollars(amount) for amount in amounts)
        lines.append(f"| {text} | {whose} | {cells} |")
    return "\n".join(lines) + "\n\n" + note(measured, arch, window)


def note(measured: dict, arch: str, window: float = WINDOW_SECONDS) -> str:
    def points(name: str) -> str:
        return " and ".join(
            f"{wall:g} ms ({processor:g} ms of processor) for {records:,} records"
            for records, (wall, processor) in sorted(measured[name].items())
        )

    def sourced(wanted) -> str:
        return ", ".join(sorted({unit_of(name) for name, (_, _, source) in PRICES.items() if source == wanted}))

    text = (
        f"Computed by `bench/cost.py`, not billed: list prices of {PRICE_REGION}, {arch}, without the free tier, of November 2026, "
        f"times measured here: the forwarder {points('forward')} with 20 ms for each PutRecords, the transform {points('transform')}. "
        f"{MEMORY_MB['forward']} MB each; the load is even; a change is 1,024 bytes as a record of Kinesis (on demand, one byte more "
        f"costs twice as much); {SHARDS_MIN} shards of the stream or one for {SHARD_CHANGES:,} changes a second, each gathering for "
        f"{window:g} s (a longer `StreamBatchWindowSeconds` is cheaper); 1 MB to the transform; an object each "
        f"{DELIVERY_SECONDS // 60} minutes or {DELIVERY_BYTES >> 20} MB; {LOG_BYTES // KIB} KB of logs an invocation. Storage, "
        "KMS, point-in-time recovery and what reads the lake come on top. The prices of Lambda, DynamoDB and Step "
        f"Functions are AWS's own, as copies of its pages have them; those of {sourced(NOTES)} are from notes of others that agree, those of {sourced(None)} from "
        "memory: compare them before you rely on a sum."
    )
    return textwrap.fill(text, 150, break_long_words=False, break_on_hyphens=False) + "\n"


def unit_of(name: str) -> str:
    known = {"firehose_partitioning": "dynamic partitioning", "kinesis": "Kinesis", "firehose": "Firehose", "s3": "S3",
             "logs": "logs", "custom": "metrics", "alarm": "alarms"}  # fmt: skip
    return next((text for prefix, text in known.items() if name.startswith(prefix)), name)


def read_measured(lines) -> dict:
    """From `./bench/run transform forward --json`: lakefeed's figures, over those above."""
    measured = {}
    for line in lines:
        if not line.strip():
            continue
        run = json.loads(line)
        found = [candidate for candidate in run.get("candidates", []) if candidate["name"] == "lakefeed"]
        if run.get("bench") not in MEASURED or not found:
            continue
        figures = (found[0]["wall_p50_ms"], found[0]["cpu_p50_ms"])
        measured.setdefault(run["bench"], {})[run["records"]] = figures
    if not measured:
        sys.exit("cost: no measurement of lakefeed's transform or forward in there; "
                 "./bench/run transform forward --json prints them")
    return {**MEASURED, **measured}


def write_between_markers(path: str, text: str) -> None:
    with open(path, encoding="utf-8") as file:
        before = file.read()
    if before.count(BEGIN) != 1 or before.count(END) != 1:
        sys.exit(f"cost: {path} needs one line {BEGIN} and one line {END}")
    head, rest = before.split(BEGIN)
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"{head}{BEGIN}\n{text}{END}{rest.split(END)[1]}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("figures", nargs="?", help="JSON lines of ./bench/run --json; - is standard input")
    parser.add_argument("--arch", choices=["x86_64", "arm64"], default="x86_64")
    parser.add_argument("--window", type=float, default=WINDOW_SECONDS, metavar="SECONDS", help="StreamBatchWindowSeconds")
    parser.add_argument("--write", metavar="FILE", help="put the table between FILE's markers")
    arguments = parser.parse_args()
    measured = MEASURED
    if arguments.figures == "-":
        measured = read_measured(sys.stdin)
    elif arguments.figures:
        with open(arguments.figures, encoding="utf-8") as file:
            measured = read_measured(file)
    text = table(measured, arguments.arch, arguments.window)
    if arguments.write:
        write_between_markers(arguments.write, text)
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
