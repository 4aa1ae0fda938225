"""What every command of `lakefeed` keeps to: its help, its exit codes, JSON for programs, and nothing left running."""

import ctypes
import datetime
import json
import os
import pathlib
import pty
import random
import re
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from backfill_world import TIME
from command_tree import help_of, read_tree
from conftest import CREDENTIALS, REGION
from export_generator import Folder, typed, write_full_export
from test_cli import BOOTSTRAP

INTERRUPTIONS = int(os.environ.get("LAKEFEED_INTERRUPTIONS", "20"))
TABLE = {"Table": {
    "Name": "orders", "DatabaseName": "sales__raw", "TableType": "EXTERNAL_TABLE", "PartitionKeys": [],
    "StorageDescriptor": {
        "Columns": [{"Name": "id", "Type": "bigint"}], "Location": "s3://lake/raw/orders/",
        "SerdeInfo": {"SerializationLibrary": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"}}}}  # fmt: skip


@pytest.fixture(scope="module")
def tree(lakefeed):
    return read_tree(lakefeed)


@pytest.fixture(scope="module")
def place(lakefeed, tmp_path_factory):
    """A function, its samples, a Glue table, an export, the lake `made` of it, and `less`, which lacks an order."""
    folder = tmp_path_factory.mktemp("contract")
    for case, said in (("right", "a"), ("wrong", "b")):
        (folder / case).mkdir()
        (folder / case / "event.json").write_text('{"say": "a"}')
        (folder / case / "expected.json").write_text(json.dumps({"response": {"say": said, "seen": None}}))
    (folder / "bootstrap").write_text(BOOTSTRAP)
    (folder / "bootstrap").chmod(0o755)
    (folder / "table.json").write_text(json.dumps(TABLE))
    (folder / "none.json").write_text("[]")
    (folder / "slow.json").write_text('{"sleep": 60}')
    items = [typed({"id": f"order-{number}"}) for number in range(5)]
    earlier = TIME - datetime.timedelta(hours=1)
    for lake, kept, time in (("less", items[1:], earlier), ("made", items, TIME)):
        export = write_full_export(Folder(folder / f"exports_{lake}"), kept, table="orders", time=time)
        words = ["--manifest", export.summary_uri, "--lake", str(folder / lake)]
        subprocess.run([str(lakefeed), "backfill", *words], capture_output=True, timeout=60, check=True)
    (folder / "manifest").write_text(export.summary_uri)
    return folder


@pytest.fixture
def run(lakefeed, place):
    """run(words…) in `place`, against an AWS that is not there."""

    def run(*words, stdin="", environment=None):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "LINE_", "LAKE_"))}
        nowhere = {"AWS_REGION": REGION, "AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_MAX_ATTEMPTS": "1", **CREDENTIALS}
        return subprocess.run(
            [str(lakefeed), *words], input=stdin, capture_output=True, text=True, timeout=60, cwd=place, check=False,
            env={**kept, **nowhere, "TERM": "xterm-256color", **(environment or {})},
        )  # fmt: skip

    return run


def test_each_help_is_short_with_examples_first(tree):
    assert len(tree) > 8
    for name, command in tree.items():
        lines = command.text.splitlines()
        assert len(lines) <= 40, name
        assert max(map(len, lines)) <= 102, name
        assert lines[0].startswith(f"Usage: lakefeed {name}".rstrip()), name
        examples = command.text.partition("Examples:\n")[2].partition("\n\n")[0]
        assert len(re.findall(rf"lakefeed {name}\b", examples)) >= 2, name
        assert command.text.index("Examples:") < command.text.index("Options:"), name
        assert re.search(r"^Exit codes: 0 .*\b2 usage", command.text, re.MULTILINE), name
        assert {"-h", "--help"} < set(command.options) or set(command.options) == {"-h", "--help"}, name


def test_help_is_the_same_by_all_three_ways(lakefeed, tree, run):
    assert run("help").stdout == tree[""].text
    for name in tree:
        if name:
            assert run("help", name).stdout == tree[name].text == help_of(lakefeed, name)
            assert run(name, "-h").stdout == tree[name].text


def test_each_option_that_a_command_lists_is_taken(tree, run):
    """--help tells of all options what they are, and the parser knows each: with a value where one is named."""
    for name, command in tree.items():
        for option, value in command.options.items():
            words = [option, "1", "--help"] if value else [option, "--help"]
            done = run(*([name] if name else []), *words)
            assert done.returncode == 0, (name, option, done.stderr)
        done = run(*([name] if name else []), "--no-such-option")
        assert done.returncode == 2 and "there is no option --no-such-option" in done.stderr, (name, done.stderr)


EXIT_CODES = {
    "a sample as expected": (0, "replay echo right --bootstrap ./bootstrap"),
    "a plan": (0, "explain glue_to_snowflake table.json --stage LAKE.PUBLIC.RAW=s3://lake/raw/"),
    "an export in the lake": (0, "backfill --manifest {manifest} --lake new"),
    "a lake that is equal": (0, "verify --manifest {manifest} --lake made --key id"),
    "a verdict failed": (1, "replay echo wrong --bootstrap ./bootstrap"),
    "no event": (1, "explain glue_to_snowflake none.json --stage LAKE.PUBLIC.RAW=s3://lake/raw/"),
    "no zip": (1, "doctor table.json"),
    "a lake that lacks an order": (1, "verify --manifest {manifest} --lake less --key id"),
    "too many words": (2, "reconcile now"),
    "a table without its database": (2, "reconcile --table orders"),
    "no number": (2, "backfill --manifest {manifest} --lake made --workers many"),
    "no such file": (3, "explain glue_to_snowflake nowhere.json"),
    "no such zip": (3, "doctor nowhere.zip"),
    "no such export": (3, "backfill --manifest nowhere --lake made"),
    "no program": (3, "replay echo right --bootstrap ./nowhere"),
    "no secret": (3, "reconcile"),
}


@pytest.mark.parametrize("case", EXIT_CODES)
def test_exit_codes_and_who_is_told(place, run, case):
    """Data go to standard output and talk to standard error: a failure is always told there."""
    code, line = EXIT_CODES[case]
    words = line.format(manifest=(place / "manifest").read_text()).split()
    done = run(*words)
    assert done.returncode == code, done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    if code >= 2:
        assert done.stdout == ""
        assert done.stderr.startswith("lakefeed: ") or "nowhere" in done.stderr, done.stderr
    if code == 2:
        return
    as_json = run(*words, "--json")
    assert as_json.returncode == code, as_json.stderr
    assert "\x1b" not in as_json.stdout + as_json.stderr
    if code == 3 or case == "no event":  # it never began
        assert as_json.stdout in ("", done.stdout) and as_json.stderr != ""
        return
    assert isinstance(json.loads(as_json.stdout), dict)
    assert as_json.stdout.count("\n") == 1 and as_json.stdout.endswith("\n")


def on_terminal(command, folder, **environment) -> str:
    """All that a command shows on a terminal, both of its outputs."""
    master, slave = pty.openpty()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=slave, stderr=slave, cwd=folder,
                               env={**os.environ, "TERM": "xterm-256color", **environment})  # fmt: skip
    os.close(slave)
    shown = b""
    while True:
        try:
            part = os.read(master, 65536)
        except OSError:  # EIO: nobody holds the other end
            break
        if not part:
            break
        shown += part
    os.close(master)
    process.wait(timeout=30)
    return shown.decode()


def test_a_terminal_that_cannot_or_need_not_is_spared(lakefeed, place):
    """TERM=dumb: not one escape, also no drawing over. NO_COLOR: no colour. Else replay shows that it can."""
    manifest = (place / "manifest").read_text()
    lines = [line for code, line in EXIT_CODES.values() if code < 2] + ["--help", "backfill"]
    plain = ""
    for line in lines:
        for name, pattern in (("dumb", r"\x1b"), ("no colour", r"\x1b\[[\d;]*m")):
            environment = {"TERM": "dumb"} if name == "dumb" else {"NO_COLOR": "1"}
            command = [str(lakefeed), *line.format(manifest=manifest).replace("--lake new", f"--lake {name[:2]}").split()]
            shown = on_terminal(command, place, **environment)
            assert shown != "" and not re.search(pattern, shown), (name, line, shown)
        if line.startswith("replay"):
            plain += on_terminal([str(lakefeed), *line.split()], place)
    assert "\x1b[32mPASS" in plain and "\x1b[31mFAIL" in plain


@pytest.fixture
def orphans():
    """A process whose parent ended becomes this process's child while the test runs; gives the new children."""
    set_child_subreaper = 36
    libc = ctypes.CDLL(None, use_errno=True)
    children_file = pathlib.Path(f"/proc/{os.getpid()}/task")

    def children():
        return {int(child) for task in children_file.iterdir() for child in (task / "children").read_text().split()}

    before = children()
    assert libc.prctl(set_child_subreaper, 1, 0, 0, 0) == 0
    yield lambda: children() - before
    assert libc.prctl(set_child_subreaper, 0, 0, 0, 0) == 0


def test_ctrl_c_at_any_moment_leaves_no_child(lakefeed, place, orphans):
    """From before moto is there until the function runs: exit status 130, and all children are reaped by then."""
    seed = random.randrange(1 << 32)
    moments = random.Random(seed)
    for _ in range(0, INTERRUPTIONS, 4):
        with ThreadPoolExecutor(4) as pool:
            codes = list(pool.map(lambda moment: interrupted_after(lakefeed, place, moment),
                                  [moments.uniform(0.005, 1.0) for _ in range(4)]))  # fmt: skip
        assert codes == [130] * 4, seed
        assert orphans() == set(), seed


def interrupted_after(lakefeed, place, seconds: float) -> int:
    process = subprocess.Popen(
        [str(lakefeed), "replay", "echo", "slow.json", "--bootstrap", "./bootstrap"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=place,
    )  # fmt: skip
    time.sleep(seconds)
    process.send_signal(signal.SIGINT)
    return process.wait(timeout=30)
