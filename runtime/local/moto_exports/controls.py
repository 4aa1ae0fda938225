"""The clock of the exports, and what a test or a demonstration makes of them.

POST /moto-api/lakefeed/exports takes a JSON object with any of these members, and answers like GET:

    clock                   the time from now on: "2026-01-01T00:00:00Z" or seconds since 1970; it stands still until
                            it is set again, and only goes forward. null: the machine's clock.
    hold                    true: exports that start from now on stay IN_PROGRESS. false: all go on.
    release                 the ARN of one held export, which goes on.
    fail_next               {"code": …, "message": …}: the next export that starts will be FAILED so.
    refuse_next             {"type": …, "message": …, "status": 400}: the answer to the next ExportTableToPointInTime.
    concurrent_exports_max  how many of one type may be IN_PROGRESS; 300.
    data_files              how many data files an export has, empty ones too; 4.
    write_timestamp         the form of Metadata.WriteTimestampMicros: "text" ("1680109764000000", as the Developer
                            Guide has it) or "typed" ({"N": "1680109764000000"}, as readers of real files parse it).
    checksum_suffix         how the manifests' checksums are called: "checksum", as the Developer Guide has it, or "md5".

fail_next and refuse_next add up: each holds for one export. GET answers the clock's time ("now", "now_micros") and the
operations asked for since the reset ("calls"). /moto-api/reset resets all of it.
"""

import datetime
import json
import time

from moto.moto_api._internal import urls
from moto.moto_api._internal.models import MotoAPIBackend

from .extension import extend

PATH = "/moto-api/lakefeed/exports"
SECOND = 1_000_000  # in microseconds, as all times here


def as_time(micros: int) -> datetime.datetime:
    """Without a zone, as moto has its times."""
    return datetime.datetime(1970, 1, 1) + datetime.timedelta(microseconds=micros)


def as_micros(moment: datetime.datetime) -> int:
    return (moment - datetime.datetime(1970, 1, 1)) // datetime.timedelta(microseconds=1)


def as_text(micros: int) -> str:
    """2020-11-04T07:28:34.028Z"""
    return as_time(micros).isoformat(timespec="milliseconds") + "Z"


def parse_clock(value) -> int | None:
    if value is None:
        return None
    if isinstance(value, str):
        moment = datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
        if moment.tzinfo is None:
            raise ValueError("say the zone, as in 2026-01-01T00:00:00Z")
        return as_micros(moment.astimezone(datetime.timezone.utc).replace(tzinfo=None))
    return round(value * SECOND)


class Controls:
    def __init__(self):
        self.reset()

    def reset(self) -> None:
        self.clock = None
        self.now = 0  # of this request
        self.written = 0  # the newest time that a history knows
        self.hold = False
        self.released = []
        self.failures = []
        self.refusals = []
        self.concurrent_exports_max = 300
        self.data_files = 4
        self.write_timestamp = "text"
        self.checksum_suffix = "checksum"
        self.calls = []

    def begin_request(self) -> None:
        """All that a request writes has one time."""
        self.now = max(time.time_ns() // 1000, self.written) if self.clock is None else self.clock

    def stamp(self) -> int:
        """The time of a write."""
        self.written = self.now
        return self.now

    def set(self, changes: dict) -> None:
        setters = {
            "clock": self.set_clock,
            "hold": self.set_hold,
            "release": self.released.append,
            "fail_next": lambda value: self.failures.append({"code": value["code"], "message": value["message"]}),
            "refuse_next": lambda value: self.refusals.append(
                {"type": value["type"], "message": value.get("message", ""), "status": value.get("status", 400)}
            ),
            "concurrent_exports_max": lambda value: setattr(self, "concurrent_exports_max", int(value)),
            "data_files": lambda value: setattr(self, "data_files", max(1, int(value))),
            "write_timestamp": lambda value: self.choose("write_timestamp", value, ("text", "typed")),
            "checksum_suffix": lambda value: self.choose("checksum_suffix", value, ("checksum", "md5")),
        }
        if unknown := set(changes) - set(setters):
            raise ValueError(f"{', '.join(sorted(unknown))}: there are {', '.join(setters)}")
        for name, value in changes.items():
            try:
                setters[name](value)
            except (ValueError, TypeError, KeyError) as error:
                raise ValueError(f"{name}: {value}: {error}") from error

    def set_clock(self, value) -> None:
        clock = parse_clock(value)
        if clock is not None and clock < self.written:
            raise ValueError(f"it only goes forward, and a write has {as_text(self.written)}")
        self.clock = clock
        self.begin_request()

    def set_hold(self, value) -> None:
        self.hold = bool(value)
        self.released.clear()

    def choose(self, name: str, value, choices: tuple) -> None:
        if value not in choices:
            raise ValueError(f"{' or '.join(choices)}")
        setattr(self, name, value)

    def describe(self) -> dict:
        return {
            "now": as_text(self.now),
            "now_micros": self.now,
            "calls": self.calls,
            "clock": None if self.clock is None else as_text(self.clock),
            "hold": self.hold,
            "concurrent_exports_max": self.concurrent_exports_max,
            "data_files": self.data_files,
            "write_timestamp": self.write_timestamp,
            "checksum_suffix": self.checksum_suffix,
        }


controls = Controls()


def answer(request, _full_url, _headers):
    try:
        if request.method == "POST":
            controls.set(json.loads(request.data))
    except (ValueError, AttributeError) as error:
        return 400, {"Content-Type": "application/json"}, json.dumps({"error": str(error)})
    return 200, {"Content-Type": "application/json"}, json.dumps(controls.describe())


def install(on_reset) -> None:
    urls.url_paths["{0}" + PATH] = answer

    @extend(MotoAPIBackend, "reset")
    def reset(moto, backend):
        moto(backend)
        controls.reset()
        on_reset()
