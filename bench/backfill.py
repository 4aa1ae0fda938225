#!/usr/bin/env python3
"""`lakefeed backfill` against gunzip | gzip: the same generated export, the same level, in turns.

    bench/backfill.py LAKEFEED [--json] [--mib N] [--rounds N]

A full export of N MiB of lines (1024) becomes a lake in a folder, with one and with two workers; beside it one or two
files at a time go through `gunzip -c | gzip -6`, which is two processes a file where a worker is one thread. Times are
the best and the median of the rounds; the processor's time counts all processes. Then a backfill is killed in the
middle and resumed: its objects must be those of the others, byte for byte. Everything lies in build/backfill meanwhile.
Exit status: 0, or 1 where a backfill failed or the lakes differ.
"""

import argparse
import concurrent.futures
import hashlib
import json
import pathlib
import shutil
import signal
import statistics
import subprocess
import sys
import time

from measured_run import run

TOP = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TOP / "tests/e2e"))
from export_generator import LEVEL, Folder, write_large_export  # noqa: E402

WORKERS = (1, 2)
FILES = 8
MB = 1_000_000


def backfill_command(lakefeed, export, lake, workers, *more) -> list[str]:
    return [str(lakefeed), "backfill", "--manifest", export.summary_uri, "--lake", str(lake), "--workers", str(workers),
            "--json", *more]  # fmt: skip


def backfill(lakefeed, export, lake, workers, *more) -> dict:
    command = backfill_command(lakefeed, export, lake, workers, *more)
    return run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def recompress(export, folder, workers) -> dict:
    """gunzip | gzip of each data file, `workers` files at a time."""
    folder.mkdir()
    started = time.monotonic()

    def one(file: dict) -> dict:
        target = folder / file["dataFileS3Key"].rpartition("/")[2]
        return run(["bash", "-c", f'set -o pipefail; gunzip -c "$1" | gzip -{LEVEL} > "$2"', "-",
                    export.data_uri(file), str(target)])  # fmt: skip

    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        used = list(pool.map(one, export.files))
    return {
        "seconds": time.monotonic() - started,
        "cpu_seconds": sum(one["cpu_seconds"] for one in used),
    }


def digests(lake: pathlib.Path) -> dict:
    """SHA-256 of each object by its key. Readers pass over hidden files; a killed process leaves the one it was at."""
    found = {}
    for path in sorted(lake.glob("**/*")):
        if path.is_file() and not path.name.startswith("."):
            with open(path, "rb") as body:
                found[str(path.relative_to(lake))] = hashlib.file_digest(body, "sha256").hexdigest()
    return found


def kill_and_resume(lakefeed, export, lake, after_seconds) -> str:
    """How far it was when it was killed."""
    process = subprocess.Popen(
        backfill_command(lakefeed, export, lake, 2), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    time.sleep(after_seconds)
    process.send_signal(signal.SIGKILL)
    if process.wait() != -signal.SIGKILL:
        sys.exit("the backfill ended before it could be killed")
    kept = digests(lake)
    if any("_SUCCESS" in key for key in kept):
        sys.exit("a killed backfill left its marker")
    backfill(lakefeed, export, lake, 2, "--resume")
    return f"{len([key for key in kept if key.endswith('.json.gz')])} of {len(export.files)} objects"


def report(arguments, size: int, name: str, workers: int, rounds: list[dict]) -> None:
    seconds = sorted(one["seconds"] for one in rounds)
    figures = {
        "bench": "backfill",
        "name": name,
        "workers": workers,
        "bytes": size,
        "best_seconds": round(seconds[0], 2),
        "median_seconds": round(statistics.median(seconds), 2),
        "cpu_seconds": round(min(one["cpu_seconds"] for one in rounds), 2),
        "mb_per_second": round(size / seconds[0] / MB, 1),
    }
    if name == "lakefeed":
        figures["peak_mb"] = round(max(one["peak_bytes"] for one in rounds) / MB, 1)
    if arguments.json:
        print(json.dumps(figures), flush=True)
    else:
        peak = "  peak {peak_mb:.1f} MB" if name == "lakefeed" else ""
        print(("{name:12} {workers} at a time  best {best_seconds:6.2f} s  median {median_seconds:6.2f} s  "
               "processor {cpu_seconds:6.2f} s  {mb_per_second:6.1f} MB/s" + peak).format(**figures),
              flush=True)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lakefeed", type=pathlib.Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--mib", type=int, default=1024)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    work = TOP / "build/backfill"
    shutil.rmtree(work, ignore_errors=True)
    try:
        measure(arguments, work)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def measure(arguments, work: pathlib.Path) -> None:
    export = write_large_export(Folder(work / "export"), arguments.mib << 20, files=FILES)
    size = export.summary["billedSizeBytes"]
    lake, plain = work / "lake", work / "plain"
    seen, taken = {}, {}
    for _ in range(arguments.rounds):
        for workers in WORKERS:
            taken.setdefault(("gunzip_gzip", workers), []).append(recompress(export, plain, workers))
            shutil.rmtree(plain)
            taken.setdefault(("lakefeed", workers), []).append(backfill(arguments.lakefeed, export, lake, workers))
            seen.setdefault(json.dumps(digests(lake)), []).append(f"{workers} workers")
            shutil.rmtree(lake)
    for (name, workers), rounds in taken.items():
        report(arguments, size, name, workers, rounds)
    if not arguments.json:
        for workers in WORKERS:
            share = {
                what: min(one[what] for one in taken["gunzip_gzip", workers])
                / min(one[what] for one in taken["lakefeed", workers])
                for what in ("seconds", "cpu_seconds")
            }
            print(f"{workers} at a time: {share['seconds']:.0%} of gunzip | gzip's speed, "
                  f"{share['cpu_seconds']:.0%} by the processor's time")  # fmt: skip
    middle = min(one["seconds"] for one in taken["lakefeed", 2]) / 2
    left = kill_and_resume(arguments.lakefeed, export, lake, middle)
    seen.setdefault(json.dumps(digests(lake)), []).append("killed and resumed")
    if len(seen) > 1:
        sys.exit(f"the lakes differ: {list(seen.values())}")
    print(f"killed with {left} written and resumed: the same bytes", file=sys.stderr)


main()
