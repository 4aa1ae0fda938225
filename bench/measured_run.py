"""What a command takes: time, processor and memory."""

import os
import pathlib
import subprocess
import sys
import time

POLL_SECONDS = 0.01


def run(command: list[str], **more) -> dict:
    """Seconds, seconds of processor and peak memory (bytes) of a command; the processor's with what it started."""
    started = time.monotonic()
    process = subprocess.Popen(command, **more)
    peak = 0
    # Not ru_maxrss, which a process begins with as its parent's.
    while not (ended := os.wait4(process.pid, os.WNOHANG))[0]:
        peak = peak_memory(process.pid) or peak
        time.sleep(POLL_SECONDS)
    process.returncode = os.waitstatus_to_exitcode(ended[1])
    if process.returncode != 0:
        sys.exit(f"it ended with {process.returncode}: {' '.join(command)}")
    return {
        "seconds": time.monotonic() - started,
        "cpu_seconds": ended[2].ru_utime + ended[2].ru_stime,
        "peak_bytes": peak,
    }


def peak_memory(process: int) -> int:
    """0 where it has ended."""
    lines = pathlib.Path(f"/proc/{process}/status").read_text().splitlines()
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), 0)
