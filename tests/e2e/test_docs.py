"""What the Markdown says is so: command blocks run or name what exists, links lead somewhere, settings are those that are read."""

import os
import re
import subprocess

import pytest
from command_tree import read_tree
from command_words import faults_of
from conftest import TOP
from markdown_files import anchors_of, blocks, blocks_of, files, links_of

SECONDS_MAX = 20
FUNCTIONS = sorted(path.parent.name for path in (TOP / "functions").glob("*/handler.cc"))


@pytest.fixture(scope="module")
def tree(lakefeed):
    return read_tree(lakefeed)


@pytest.fixture(scope="module")
def clone(dist, tmp_path_factory):
    """The repository with its dist/, as links: nothing is written into it."""
    folder = tmp_path_factory.mktemp("clone")
    for path in TOP.iterdir():
        if path.name not in ("dist", ".git"):
            (folder / path.name).symlink_to(path)
    (folder / "dist").symlink_to(dist)
    return folder


def faults_in(block, tree) -> list[str]:
    if block.faults:
        return block.faults
    faults, folder = [], TOP
    for command in block.commands:
        if moved := re.fullmatch(r"cd (\S+)", command.partition(" # ")[0].strip()):
            folder = folder / moved[1]
        faults += [f"{block.place}: {command.splitlines()[0]}: {fault}" for fault in faults_of(command, tree, folder)]
    return faults


def test_each_command_in_the_docs_is_one_that_exists(tree):
    """Unmarked blocks, those that need an account, and what the whole test run does: no command, option or file is made up."""
    found = [block for block in blocks() if block.kind == "console"]
    assert len(found) >= 8
    assert [fault for block in found for fault in faults_in(block, tree)] == []


def test_shell_blocks_are_console_blocks():
    """So that none escapes these tests."""
    assert [block.place for block in blocks() if block.kind in ("", "sh", "bash", "shell", "shell-session")] == []


def test_unmarked_commands_run(clone):
    commands = {}
    for block in blocks():
        if block.kind == "console" and not block.needs:
            for command in block.commands:
                commands.setdefault(command, block.place)
    assert commands
    for command, place in commands.items():
        done = subprocess.run(
            ["bash", "-c", command], cwd=clone, capture_output=True, text=True, timeout=SECONDS_MAX, check=False,
            env={name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
        )  # fmt: skip
        assert done.returncode == 0, (place, command, done.stderr)


PLANTED = {
    "$ dist/lakefeed raplay --all": "lakefeed has no command raplay",
    "$ dist/lakefeed replay --al": "lakefeed replay has no option --al",
    "$ echo x | dist/lakefeed verify --lake a --manifest": "verify --manifest lacks its value",
    "$ X=1 dist/lakefeed reconcile \\\n    --dry-runs": "reconcile has no option --dry-runs",
    "$ dist/lakefeed backfill now": "takes no words but its options'",
    '$ eval "$(lakefeed conquer)"': "lakefeed has no command conquer",
    "$ dist/lakefeed replay table_exports": "there is no function table_exports",
    "$ ./deploy/build --architecture arm64": "./deploy/build knows nothing of --architecture",
    "$ ./tests/run e3e": "./tests/run knows nothing of e3e",
    "$ ./events/replay --sed 7": "lakefeed replay has no option --sed",
    "$ ./deploy/bild": "there is no file ./deploy/bild",
    "$ dist/lakefeed replay table_export events/table_export/none/event.json": "there is no file events/table_export/none",
    "$ aws dynamodb describe-tables --table-name x": "aws dynamodb has no operation describe-tables",
    "$ aws dynamodb describe-table --table x": "aws dynamodb describe-table has no option --table",
    "$ aws dynamodb describe-table": "aws dynamodb describe-table lacks --table-name",
    "$ aws dynamo list-tables": "aws has no command dynamo list-tables",
    "$ sam deploy --parameter-overrides SourceTableName=orders Alarmemail=x": "the template has no parameter Alarmemail",
    "$ sam deploy --parameter-overrides 'ExportTypes=full Alarms=true'": "the template has no parameter ExportTypes",
    "$ snow sql -f deploy/sql/newest_state.snowflake.sql -D none=1": "has no placeholder none",
    "$ sam deploy --guided && (": "syntax error",
    "no command": "a console block without a line that begins with $",
    "$ ls \\": "the last command goes on where the block ends",
}


@pytest.mark.parametrize("text", PLANTED)
def test_planted_faults_are_found(tree, text):
    (block,) = blocks_of("README.md", f"```console needs-aws\n{text}\n```\n")
    faults = faults_in(block, tree)
    assert any(PLANTED[text] in fault for fault in faults), faults


@pytest.mark.parametrize(
    "text",
    [
        "$ dist/lakefeed replay stream_to_kinesis --fault=partial=0.2 -  # one\n> out\n$ dist/lakefeed doctor dist/*.zip",
        "$ aws --region us-east-1 glue get-table --database-name a --name b |\n    lakefeed explain glue_to_snowflake -",
        "$ aws s3 cp a s3://b/ && aws lambda wait function-active --function-name f",
        "$ aws kinesis put-record --stream-name s --data d --partition-key p --output json > out",
        "$ ./events/replay stream_to_kinesis --seed 7 && ./tests/run lint unit && ./deploy/build --arch arm64",
        "$ snow sql -f x.sql -D 'a=b'",
    ],
)
def test_sound_commands_pass(tree, text):
    (block,) = blocks_of("README.md", f"```console needs-aws\n{text}\n```\n")
    assert faults_in(block, tree) == []


def test_an_unknown_mark_and_an_open_block_are_found():
    (block,) = blocks_of("README.md", "```console needs-luck\n$ ls\n```\n")
    assert "needs-luck" in block.faults[0]
    (block,) = blocks_of("README.md", "```console\n$ ls\n")
    assert "does not end" in block.faults[0]


def broken_links(file: str, text: str) -> list[str]:
    broken = []
    for link in links_of(text):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (TOP / file).parent / path if path else TOP / file
        if not target.exists():
            broken.append(f"{file}: {link}: there is no such file")
        elif anchor and anchor not in anchors_of(text if not path else target.read_text()):
            broken.append(f"{file}: {link}: there is no such heading")
    return broken


def test_links_lead_somewhere():
    assert [fault for file in files() for fault in broken_links(file, (TOP / file).read_text())] == []


def test_broken_links_are_found():
    text = "# A `b` & c\n[a](deploy/none.md) [b](#a-b--c) [c](#a) [d](tests/run) [e](https://x.example)\n```\n[f](g)\n```\n"
    assert broken_links("README.md", text) == [
        "README.md: deploy/none.md: there is no such file", "README.md: #a: there is no such heading"]  # fmt: skip


# In the sources a variable's name is a text in capitals: a reader's argument, or a constant. A choice's words stand in braces.
NAME = re.compile(r'(?:[(,]|[^=!]=)\s*"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)"')
READER = re.compile(r"\b(\w+)\(\s*(?:base::)?SettingsReader& ")


def names_in(path) -> set[str]:
    return set(NAME.findall(path.read_text())) - {"AWS_REGION"}


def variables_read() -> dict[str, set[str]]:
    """Of each function: those of its own config.cc, and of the readers in common that it calls."""
    shared = {}
    for path in (TOP / "common").rglob("*.h"):
        if path.is_relative_to(TOP / "common/base") or path.is_relative_to(TOP / "common/aws"):
            continue  # the reader itself, and AWS's own variables, which all functions read
        for reader in READER.findall(path.read_text()):
            shared[reader] = path.with_suffix(".cc")
    read = {}
    for function in FUNCTIONS:
        config = TOP / "functions" / function / "config.cc"
        text = config.read_text()
        called = {path for reader, path in shared.items() if re.search(rf"\b{reader}\(", text)}
        read[function] = names_in(config).union(*map(names_in, called))
    return read


def variables_told(text: str) -> dict[str, set[str]]:
    """Of each function: the first cells of the tables whose head names it ("these three": those of the table before)."""
    told = {function: set() for function in FUNCTIONS}
    before = []
    for head, rows in re.findall(r"^\|(.*)\| values, default \|\n\|[-|]+\|\n((?:\|.*\n)+)", text, re.MULTILINE):
        named = re.findall(r"`(\w+)`", head)
        functions = [name for name in named if name in told] + (before if "these three" in head else [])
        before = functions
        for row in rows.splitlines():
            cells = row.split("|")
            names = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", cells[1]))
            if extra := re.search(r"with `([A-Z_]+)`", row):
                names.add(extra[1])
            for function in functions:
                told[function] |= names
    return told


def test_settings_tables_name_what_the_functions_read():
    read, told = variables_read(), variables_told((TOP / "README.md").read_text())
    assert len(FUNCTIONS) == 7 and all(read.values())
    for function in FUNCTIONS:
        assert sorted(told[function]) == sorted(read[function]), function
