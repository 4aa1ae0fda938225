"""`lakefeed verify` over generated tables: a lake that is whole is equal, and in one that is not it finds the items that
DuckDB's newest-state view, or the table's own history, find different. The lakes, exports and judges are not lakefeed's."""

import datetime
import decimal
import gzip
import json
import os
import pathlib
import random
import resource
import signal
import subprocess
import time

import duckdb
import pytest

from conftest import CREDENTIALS, REGION, TOP
from export_generator import Bucket, Folder, random_items, write_full_export
from lake_histories import DAY, EPOCH, LAKES, NOON, SECOND, as_json, change_line, make_histories, write_lake

DUCKDB = (TOP / "deploy/sql/newest_state.duckdb.sql").read_text()
METADATA = ("__operation", "__event_id", "__sequence_number", "__event_time_ms")
AFTER_ALL = NOON + 2 * DAY
HOUR = 3600 * SECOND


@pytest.fixture
def verify(lakefeed, tmp_path):
    """verify(manifest, lake, …) gives the finished process; `temp` is a folder for what it puts aside."""
    temp = tmp_path / "temp"
    temp.mkdir()

    def run(manifest, lake, *words, key="id,rank", environment=None, temp=temp, **options):
        given = ["--key", key] if key else []
        return subprocess.run(
            [str(lakefeed), "verify", "--manifest", str(manifest), "--lake", str(lake), "--temp", str(temp), *given,
             *map(str, words)],
            capture_output=True, text=True, timeout=120, check=False, cwd=tmp_path,
            env={**os.environ, **(environment or {})}, **options,
        )  # fmt: skip

    run.temp = temp
    return run


def write_export(place, histories, micros: int):
    items = [history.state(micros) for history in histories]
    time = EPOCH + datetime.timedelta(microseconds=micros)
    return write_full_export(place, [item for item in items if item], table="orders", time=time)


def result_of(done) -> dict:
    assert done.returncode in (0, 1), done.stderr
    result = json.loads(done.stdout, parse_float=decimal.Decimal)
    assert result["equal"] == (done.returncode == 0)
    return result


@pytest.mark.parametrize("lake", LAKES)
def test_a_whole_lake_is_equal_at_any_time(lake, verify, tmp_path):
    chance = random.Random(lake)
    # An increment has the last state of its window alone, so between windows there is nothing to rebuild.
    moments = [NOON + 4 * HOUR, NOON + 10 * HOUR] if "increments" in lake else [NOON + 3 * SECOND, NOON + 7 * HOUR + 1]
    for seed, moment in enumerate([*moments, AFTER_ALL]):
        histories = make_histories(120, seed)
        folder = tmp_path / str(seed)
        write_lake(folder / "lake", LAKES[lake](histories, chance), seed)
        moment -= moment % SECOND
        export = write_export(Folder(folder / "exports"), histories, moment)
        result = result_of(verify(export.summary_uri, folder / "lake", "--json"))
        assert result["differences"] == [] and result["bad_lines"] == 0
        assert result["items"] == result["equal_items"] == export.item_count > 10
        assert (result["later_lines"] > 0) == (moment != AFTER_ALL)


def newest_states(lake) -> dict:
    """What DuckDB's view finds in the lake: the key -> the item, with exact numbers."""
    connection = duckdb.connect()
    connection.execute(DUCKDB)
    rows = connection.execute(
        "SELECT line FROM newest_state($folder, 'id', sort_key_name := 'rank')", {"folder": str(lake)}
    ).fetchall()
    items = [json.loads(line, parse_int=decimal.Decimal, parse_float=decimal.Decimal) for (line,) in rows]
    return {(item["id"], item["rank"]): {name: value for name, value in item.items() if name not in METADATA}
            for item in items}  # fmt: skip


def wanted_states(histories) -> dict:
    items = [history.state(AFTER_ALL) for history in histories]
    plain = [json.loads(as_json({"M": item}), parse_int=decimal.Decimal, parse_float=decimal.Decimal)
             for item in items if item]  # fmt: skip
    return {(item["id"], item["rank"]): item for item in plain}


def damage(lines, chance) -> list[tuple[str, str]]:
    """Of the lines (and what repeats them) one in ten is lost, or gets another operation, value or number."""
    damaged = {}
    for _, line in dict.fromkeys(lines):
        damaged[line] = {
            0: "",
            1: line.replace('"__operation":"INSERT"', '"__operation":"REMOVE"'),
            2: line.replace('"__operation":"REMOVE"', '"__operation":"MODIFY"'),
            3: line.replace(',"__operation"', ',"damaged":true,"__operation"'),
            4: line.replace('"__sequence_number":"', '"__sequence_number":"1'),
        }.get(chance.randrange(50), line)
    return [(dt, damaged[line]) for dt, line in lines if damaged[line]]


@pytest.mark.parametrize("lake", LAKES)
def test_it_finds_what_duckdb_finds_different(lake, verify, tmp_path):
    chance = random.Random(lake)
    histories = make_histories(300, 7)
    write_lake(tmp_path / "lake", damage(LAKES[lake](histories, chance), chance))
    export = write_export(Folder(tmp_path / "exports"), histories, AFTER_ALL)
    result = result_of(verify(export.summary_uri, tmp_path / "lake", "--json", "--list", 1000))
    there, wanted = newest_states(tmp_path / "lake"), wanted_states(histories)
    judged = {
        key: "missing" if key not in there else "extra" if key not in wanted else "different"
        for key in there | wanted if there.get(key) != wanted.get(key)
    }  # fmt: skip
    assert len(judged) >= 8
    found = {(one["key"]["id"], one["key"]["rank"]): one["kind"] for one in result["differences"]}
    # An item of which the key alone is left is told apart.
    assert {key: "different" if kind == "keys_only" else kind for key, kind in found.items()} == judged
    assert result["missing"] == list(found.values()).count("missing")
    assert result["equal_items"] == len(wanted) - sum(kind != "extra" for kind in judged.values())


def test_it_tells_each_difference_by_its_key(verify, tmp_path):
    def item(name, **more):
        return {"id": {"S": name}, "rank": {"N": "1"}, **more}

    before, later = NOON // 1000, (AFTER_ALL + HOUR) // 1000
    write_lake(tmp_path / "lake", [
        ("00000000", change_line(item("same"), "INSERT", before)),
        ("00000000", change_line(item("different", x={"N": "1.0"}), "INSERT", before)),
        ("20251120", change_line(item("extra"), "INSERT", before, "1")),
        ("20251121", change_line(item("same", x={"S": "later"}), "MODIFY", later, "2")),
    ])  # fmt: skip
    exported = [item("same"), item("different", x={"N": "1.01"}), item("missing")]
    export = write_full_export(Folder(tmp_path), exported, table="orders", time=EPOCH + datetime.timedelta(microseconds=AFTER_ALL))
    done = verify(export.summary_uri, tmp_path / "lake")
    assert done.returncode == 1
    verdict, counts, *listed = done.stdout.splitlines()
    assert verdict == (
        "different: 1 missing, 1 extra, 1 different (1 of 3 items equal), export of orders at 2025-11-22T12:00:00.000Z"
    )
    assert "4 lines" in counts and "1 later than the export" in counts and "2025-11-22T13:00:00.000Z" in counts
    assert [line.split("  ")[1] for line in listed] == ["different", "extra", "missing"]
    assert '{"id":"different","rank":1}  x differs; newest: INSERT at 2025-11-20T12:00:00.000Z, dt=00000000/' in listed[0]
    assert '{"id":"missing","rank":1}  the lake has no line of it' in listed[2]
    first = verify(export.summary_uri, tmp_path / "lake", "--list", 1).stdout
    assert '"different"' in first and '"extra"' not in first and "… and 2 more" in first
    assert "1.01" not in done.stdout + done.stderr


def test_a_lake_and_an_export_in_s3(verify, moto, tmp_path):
    s3 = moto.client("s3")
    for bucket in ("exports", "lake"):
        s3.create_bucket(Bucket=bucket)
    moto.client("dynamodb").create_table(
        TableName="orders", BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "rank", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "rank", "AttributeType": "N"}],
    )  # fmt: skip
    histories = make_histories(60, 1)
    write_lake(tmp_path / "lake", LAKES["all three"](histories, random.Random(1)))
    for path in (tmp_path / "lake").rglob("*"):
        if path.is_file():
            s3.put_object(Bucket="lake", Key=f"all/{path.relative_to(tmp_path)}", Body=path.read_bytes())
    export = write_export(Bucket(s3, "exports"), histories, AFTER_ALL)
    environment = {"AWS_REGION": REGION, "AWS_ENDPOINT_URL": moto.url, **CREDENTIALS}
    # Without --key: DescribeTable of the manifest's table tells it.
    done = verify(export.summary_uri, "s3://lake/all/lake", "--json", key=None, environment=environment)
    result = result_of(done)
    assert result["equal"] and result["key"] == ["id", "rank"] and result["items"] == export.item_count
    s3.put_object(Bucket="lake", Key="all/lake/dt=20251121/x.json", Body=b"{}\n")
    done = verify(export.summary_uri, "s3://lake/all/lake", environment=environment)
    assert done.returncode == 1 and "bad line   dt=20251121/x.json line 1: no __operation" in done.stdout
    refused = verify(export.summary_uri, "s3://nobodys/lake", environment=environment)
    assert refused.returncode == 3 and "s3://nobodys" in refused.stderr and refused.stdout == ""


def small_world(folder):
    write_lake(folder / "lake", LAKES["snapshot and stream"](make_histories(30, 3), random.Random(3)))
    return write_export(Folder(folder / "exports"), make_histories(30, 3), AFTER_ALL)


@pytest.mark.parametrize(
    ("words", "environment", "message"),
    [
        (["--list", "-1"], {}, "--list"),
        (["--workers", "0"], {}, "--workers"),
        (["--key", "a,b,c"], {}, "--key"),
        (["--key", "id,"], {}, "--key"),
        (["--key", "nowhere"], {}, "nowhere"),
        (["--key", "id,rank"], {"LINE_METADATA": "operation"}, "LINE_METADATA"),
    ],
)
def test_usage_errors_exit_2(words, environment, message, verify, tmp_path):
    export = small_world(tmp_path)
    done = verify(export.summary_uri, tmp_path / "lake", *words, key=None, environment=environment)
    assert done.returncode == 2, done.stderr
    assert message in done.stderr and done.stdout == ""


def test_a_place_that_is_no_uri_is_a_usage_error(verify, tmp_path):
    for manifest, lake, option in (("https://exports/x", tmp_path, "--manifest"), (tmp_path, "https://lake", "--lake")):
        done = verify(manifest, lake)
        assert done.returncode == 2 and f"verify {option}: " in done.stderr


def test_without_a_key_and_without_aws_it_says_what_to_do(verify, tmp_path):
    export = small_world(tmp_path)
    nobody = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_MAX_ATTEMPTS": "1", **CREDENTIALS}
    done = verify(export.summary_uri, tmp_path / "lake", key=None, environment=nobody)
    assert done.returncode == 2
    assert "DescribeTable" in done.stderr and "--key" in done.stderr


def test_what_cannot_be_read_exits_3(verify, tmp_path):
    export = small_world(tmp_path)
    done = verify(export.summary_uri, tmp_path / "lake", environment={"LINE_SHAPE": "round"})
    assert done.returncode == 3 and "LINE_SHAPE" in done.stderr and done.stdout == ""
    for manifest, lake, message in (
        (tmp_path / "nowhere/manifest-summary.json", tmp_path / "lake", "nowhere"),
        (export.summary_uri, tmp_path / "nothing", "there are no files of a lake"),
    ):
        done = verify(manifest, lake)
        assert done.returncode == 3 and message in done.stderr and done.stdout == ""
    done = verify(export.summary_uri, tmp_path / "lake", temp="/nonexistent")
    assert done.returncode == 3 and "the temporary folder /nonexistent: No such file" in done.stderr
    file = next(file for file in export.files if file["itemCount"])
    body = gzip.decompress(export.place.get(file["dataFileS3Key"]))
    export.replace_data(file, gzip.compress(body)[:-9])
    done = verify(export.summary_uri, tmp_path / "lake")
    assert done.returncode == 3 and file["dataFileS3Key"] in done.stderr


def test_a_full_disk_is_told(verify, tmp_path):
    export = small_world(tmp_path)

    def small_files():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    done = verify(export.summary_uri, tmp_path / "lake", preexec_fn=small_files)
    assert done.returncode == 3
    assert f"the temporary folder {verify.temp}: File too large" in done.stderr


def holds_a_file_of(pid: int, folder) -> bool:
    for file in pathlib.Path(f"/proc/{pid}/fd").iterdir():
        try:
            if str(folder) in os.readlink(file):
                return True
        except FileNotFoundError:
            pass  # closed meanwhile
    return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_whatever_ends_it_nothing_remains_in_the_temporary_folder(number, lakefeed, verify, tmp_path):
    export = small_world(tmp_path)
    # A gigabyte of the lake in one file's room: it is still being read when the signal comes.
    partition = tmp_path / "lake/dt=20251121"
    line = change_line({"id": {"S": "x"}, "rank": {"N": "1"}, "x": {"S": "y" * 1000}}, "MODIFY", NOON // 1000, "5")
    partition.mkdir(exist_ok=True)
    (partition / "long.json").write_text((line + "\n") * 60_000)
    for index in range(16):
        (partition / f"long-{index}.json").symlink_to("long.json")
    with subprocess.Popen(
        [str(lakefeed), "verify", "--manifest", export.summary_uri, "--lake", str(tmp_path / "lake"), "--key", "id,rank",
         "--temp", str(verify.temp), "--workers", "1"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        deadline = time.monotonic() + 30
        while not holds_a_file_of(process.pid, verify.temp):
            assert process.poll() is None and time.monotonic() < deadline
        assert os.listdir(verify.temp) == []
        process.send_signal(number)
        stdout, _ = process.communicate(timeout=30)
    assert stdout == ""
    assert process.returncode == (130 if number != signal.SIGKILL else -signal.SIGKILL)
    assert os.listdir(verify.temp) == []


SETTINGS = [
    {},
    {"LINE_NUMBERS": "text", "METADATA_PREFIX": "x_"},
    {"LINE_NAMES": "lower"},
    {"LINE_SHAPE": "envelope"},
    {"LINE_SHAPE": "envelope", "LINE_NAMES": "lower", "LINE_NUMBERS": "text"},
]


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda settings: "-".join(settings.values()) or "default")
def test_what_backfill_writes_is_equal(settings, lakefeed, verify, tmp_path):
    # Hostile names: of metadata members, and such as fall together in lower case.
    names = {"__operation": {"S": "mine"}, "Id": {"N": "1.50"}, "__event_time_ms": {"N": "7"}, "X": {"NULL": True},
             "x_operation": {"BOOL": True}, "keys": {"S": "k"}, "x": {"SS": ["b", "a"]}}  # fmt: skip
    items = [{**item, **names} if i % 2 else item for i, item in enumerate(random_items(300, seed=5))]
    export = write_full_export(Folder(tmp_path), items, table="orders", time=EPOCH + datetime.timedelta(microseconds=NOON))
    lake = tmp_path / "lake"
    done = subprocess.run(
        [str(lakefeed), "backfill", "--manifest", export.summary_uri, "--lake", str(lake), "--json"],
        capture_output=True, text=True, timeout=60, check=False, env={**os.environ, **settings},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    result = result_of(verify(export.summary_uri, lake, "--json", key="id", environment=settings))
    assert result["differences"] == [] and result["bad_lines"] == 0 and result["warnings"] == []
    assert result["items"] == result["equal_items"] == len(items)
    # Read as if written otherwise, it is not.
    for name, value in settings.items():
        other = {**settings, name: {"lower": "keep", "envelope": "flat", "text": "number", "x_": "y_"}[value]}
        assert verify(export.summary_uri, lake, key="id", environment=other).returncode == 1
