"""Lakes of change lines for tests, made from histories of items: what was written to each and when, and what of it full
exports, incremental ones and the stream tell. Nothing here knows how lakefeed works."""

import base64
import dataclasses
import datetime
import gzip
import json
import random

from export_items import random_item

SECOND = 1_000_000
MINUTE = 60 * SECOND
DAY = 86_400 * SECOND
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
NOON = int(datetime.datetime(2025, 11, 20, 12, tzinfo=datetime.timezone.utc).timestamp()) * SECOND
SNAPSHOT = "00000000"


def day_of(micros: int) -> str:
    return (EPOCH + datetime.timedelta(microseconds=micros)).strftime("%Y%m%d")


def as_json(value: dict) -> str:
    """An attribute value as the JSON of a change line, numbers byte for byte."""
    ((tag, content),) = value.items()
    if tag == "N":
        return content
    if tag == "L":
        return f"[{','.join(as_json(element) for element in content)}]"
    if tag == "M":
        return "{" + ",".join(f"{json.dumps(name)}:{as_json(element)}" for name, element in content.items()) + "}"
    if tag in ("SS", "NS", "BS"):
        return f"[{','.join(as_json({tag[0]: element}) for element in content)}]"
    return json.dumps(None if tag == "NULL" else base64.b64encode(content).decode() if tag == "B" else content, ensure_ascii=False)


def change_line(item: dict, operation: str, time_ms: int, number: str | None = None, prefix="__") -> str:
    metadata = [f'"{prefix}operation":"{operation}"']
    if number is not None:
        metadata += [f'"{prefix}event_id":"e","{prefix}sequence_number":"{number}"']
    metadata += [f'"{prefix}event_time_ms":{time_ms}']
    return as_json({"M": item})[:-1] + "," + ",".join(metadata) + "}"


def write_lake(folder, lines: list[tuple[str, str]], seed=0, files_per_day=3):
    """(dt, line)s into files below `folder`; the order of lines and files is a matter of chance."""
    chance = random.Random(f"lake/{seed}")
    files = {}
    for dt, line in chance.sample(lines, len(lines)):
        hour = "hour=07/" if dt != SNAPSHOT and dt[-1] in "02468" else ""
        files.setdefault(f"dt={dt}/{hour}{chance.randrange(files_per_day)}.json.gz", []).append(line)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress("".join(f"{line}\n" for line in content).encode()))
    (folder / f"dt={SNAPSHOT}").mkdir(parents=True, exist_ok=True)
    (folder / f"dt={SNAPSHOT}/_SUCCESS-01763600400000-5fad88c3").write_text('{"items":1}')


@dataclasses.dataclass
class History:
    key: dict
    writes: list[tuple[int, dict | None]]  # (microseconds, item or None for a delete), in order

    def state(self, before: int) -> dict | None:
        return next((item for time, item in reversed(self.writes) if time < before), None)


# What differs only in the last digit is the same to a double.
FRACTIONS = ("0.12345678901234567890123456789012345671", "0.12345678901234567890123456789012345672", "1E-100", "2E-100")
INTEGERS = ("-1", "10000000000000000000000000000000000001", "10000000000000000000000000000000000002")


def make_histories(count: int, seed: int, ranks=INTEGERS + FRACTIONS) -> list[History]:
    """Histories of items with the keys `id` and `rank`."""
    chance = random.Random(f"histories/{seed}")
    histories = []
    for index in range(count):
        key = {"id": {"S": f"item {index // len(ranks)} é"}, "rank": {"N": ranks[index % len(ranks)]}}
        times = sorted({NOON + chance.randrange(-2 * DAY, DAY) for _ in range(chance.randrange(1, 6))}
                       | {NOON + chance.randrange(-SECOND, 2 * SECOND) for _ in range(chance.randrange(3))})  # fmt: skip
        item, writes = None, []
        for time in times:
            item = None if item and chance.random() < 0.3 else random_item(chance, key)
            writes.append((time, item))
        histories.append(History(key, writes))
    return histories


def snapshot_lines(histories, time: int):
    """What a full export at `time` becomes: an INSERT of each item at its time."""
    items = [history.state(time) for history in histories]
    return [(SNAPSHOT, change_line(item, "INSERT", time // 1000)) for item in items if item]


def increment_lines(histories, start: int, end: int):
    """What an incremental export of [start, end) becomes: the last state of each item that it found changed."""
    lines = []
    for history in histories:
        writes = [(time, item) for time, item in history.writes if start <= time < end]
        old = history.state(start)
        if not writes or (old is None and writes[-1][1] is None):
            continue
        time, item = writes[-1]
        operation = "REMOVE" if item is None else "MODIFY" if old else "INSERT"
        lines.append((SNAPSHOT, change_line(item or old, operation, time // 1000)))
    return lines


def stream_lines(histories, start: int, resolution: int, chance: random.Random):
    """The stream's lines from `start` on, of which one in ten comes twice; numbers gain a digit on the way."""
    writes = sorted((time, index) for index, history in enumerate(histories) for time, _ in history.writes)
    lines, number = [], 10**20 - len(writes) // 2 * 37
    for time, index in writes:
        number += chance.randrange(1, 37)
        if time < start:
            continue
        history = histories[index]
        old, item = history.state(time), history.state(time + 1)
        operation = "REMOVE" if item is None else "MODIFY" if old else "INSERT"
        text = "0" * chance.randrange(3) + str(number)
        line = change_line(item or old or history.key, operation, time // resolution * resolution // 1000, text)
        lines += [(day_of(time), line)] * (2 if chance.random() < 0.1 else 1)
    return lines


LAKES = {
    # The full export falls into the midst of a second, as one without an ExportTime does.
    "snapshot and stream": lambda h, c: snapshot_lines(h, NOON + 28_000) + stream_lines(h, NOON - DAY, SECOND, c),
    "milliseconds": lambda h, c: snapshot_lines(h, NOON + 28_000) + stream_lines(h, NOON, 1000, c),
    "stream alone": lambda h, c: stream_lines(h, NOON - 3 * DAY, SECOND, c),
    "snapshot and increments": lambda h, c: snapshot_lines(h, NOON) + increments(h, NOON, NOON + DAY),
    "all three": lambda h, c: (
        snapshot_lines(h, NOON) + increments(h, NOON, NOON + DAY) + stream_lines(h, NOON - DAY, SECOND, c)
    ),
    "increments and a stream that came later": lambda h, c: (
        snapshot_lines(h, NOON) + increments(h, NOON, NOON + DAY // 2) + stream_lines(h, NOON + DAY // 3, SECOND, c)
    ),
}


def increments(histories, start: int, end: int):
    windows = range(start, end, 120 * MINUTE)
    return [line for begin in windows for line in increment_lines(histories, begin, begin + 120 * MINUTE)]
