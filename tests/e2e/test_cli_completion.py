"""`lakefeed completion`: the scripts complete in the shells themselves, and offer what --help lists, no more and no less."""

import os
import pty
import re
import select
import shutil
import subprocess
import time

import pytest
from command_tree import read_tree

FUNCTIONS = ["api_to_dynamodb", "export_to_lake", "firehose_transform", "glue_to_snowflake", "stream_to_kinesis",
             "stream_to_s3", "table_export"]  # fmt: skip
# bash takes a line apart at these too; readline leaves each run of them as a word of its own.
BREAKS = re.compile(r"([=:]+)")


@pytest.fixture(scope="module")
def tree(lakefeed):
    return read_tree(lakefeed)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "settings").write_text("A=1\n")
    (tmp_path / "two words.json").write_text("{}")
    (tmp_path / "samples").mkdir()
    return tmp_path


@pytest.fixture
def script(lakefeed, tmp_path_factory):
    def script(shell):
        done = subprocess.run([str(lakefeed), "completion", shell], capture_output=True, text=True, check=True)
        path = tmp_path_factory.mktemp(shell) / "_lakefeed"
        path.write_text(done.stdout)
        return path

    return script


@pytest.fixture
def bash(script, folder):
    """bash(line) gives what bash would offer for the line's last word."""
    path = script("bash")

    def complete(line: str) -> list[str]:
        words = [part for word in line.split(" ") for part in (BREAKS.split(word) if BREAKS.search(word) else [word])]
        if len(words) > 1 and words[-1] == "" and BREAKS.fullmatch(words[-2]):
            words.pop()
        program = 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _lakefeed; printf "%s\\n" "${COMPREPLY[@]}"'
        done = subprocess.run(["bash", "--norc", "-c", program, "bash", str(path), *words],
                              capture_output=True, text=True, timeout=20, cwd=folder, check=True)  # fmt: skip
        assert done.stderr == ""
        return sorted(filter(None, done.stdout.split("\n")))

    return complete


def test_bash_offers_what_help_lists(bash, tree):
    commands = sorted(name for name in tree if name)
    assert bash("lakefeed ") == commands
    assert bash("lakefeed help ") == commands
    for name, command in tree.items():
        words = f"lakefeed {name} --".replace("  ", " ")
        assert bash(words) == sorted(option for option in command.options if option.startswith("--")), name


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("lakefeed re", ["reconcile", "replay"]),
        ("lakefeed replay ", FUNCTIONS),
        ("lakefeed replay --fault all --seed 7 stream_to", ["stream_to_kinesis", "stream_to_s3"]),
        ("lakefeed replay --env A=s3://x:1 stream_to", ["stream_to_kinesis", "stream_to_s3"]),
        ("lakefeed replay table_export ", ["samples", "settings", "two words.json"]),
        ("lakefeed replay table_export - s", ["samples", "settings"]),
        ("lakefeed replay table_export --env-file se", ["settings"]),
        ("lakefeed replay table_export --env-file=se", ["settings"]),
        ("lakefeed replay table_export --env-file=", ["samples", "settings", "two words.json"]),
        ("lakefeed replay --dist ", ["samples"]),
        ("lakefeed replay --timeout ", []),
        ("lakefeed replay --json --verb", ["--verbose"]),
        ("lakefeed doctor --function ta", ["table_export"]),
        ("lakefeed explain ", ["glue_to_snowflake"]),
        ("lakefeed explain glue_to_snowflake t", ["two words.json"]),
        ("lakefeed explain glue_to_snowflake x ", []),
        ("lakefeed completion ", ["bash", "fish", "zsh"]),
        ("lakefeed --ver", ["--version"]),
        ("lakefeed conquer ", []),
    ],
)
def test_bash_knows_what_may_stand_there(bash, line, offered):
    assert bash(line) == offered


def test_the_bash_script_is_sound(script):
    subprocess.run(["shellcheck", "-s", "bash", str(script("bash"))], check=True)


# How each shell starts without anybody's settings and loads the script $SCRIPT.
SHELLS = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], "source $SCRIPT; lakefeed() { printf '<%s>' \"$@\" END; }"),
    "zsh": (["zsh", "-f", "-i"],
            "autoload -U compinit; compinit -D; source $SCRIPT; lakefeed() { printf '<%s>' \"$@\" END; }"),
    "fish": (["fish", "--no-config", "-i"], "source $SCRIPT; function lakefeed; printf '<%s>' $argv END; end"),
}  # fmt: skip


class Terminal:
    """A shell at a terminal; what is typed and what it shows are text."""

    def __init__(self, command, environment, folder):
        self.shown = ""
        child, self.terminal = pty.fork()
        if child == 0:
            os.chdir(folder)
            os.execvpe(command[0], command, environment)
        self.child = child

    def type(self, text: str):
        os.write(self.terminal, text.encode())

    def wait_for(self, pattern: str) -> re.Match:
        deadline = time.monotonic() + 20
        while not (found := re.search(pattern, self.shown)):
            assert select.select([self.terminal], [], [], max(0, deadline - time.monotonic()))[0], self.shown
            self.shown += os.read(self.terminal, 65536).decode(errors="replace")
        self.shown = self.shown[found.end() :]
        return found

    def close(self):
        os.close(self.terminal)
        os.kill(self.child, 9)
        os.waitpid(self.child, 0)


@pytest.mark.parametrize("shell", SHELLS)
def test_the_tab_key_completes(script, folder, shell):
    """A line is typed with tabs, and runs as if its words had been written out."""
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell} on this machine")
    command, load = SHELLS[shell]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "TERM": "dumb", "SCRIPT": str(script(shell)),
                   "PS1": "", "LC_ALL": "C.UTF-8"}  # fmt: skip
    terminal = Terminal(command, environment, folder)
    try:
        terminal.type(load + "; printf '%s\\n' REA''DY\n")
        terminal.wait_for(r"READY")
        for typed, words in (
            ("lakefeed repl\ttable_\t--env-f\tsett\t--verb\t\n", "replay table_export --env-file settings --verbose"),
            ("lakefeed doc\t--func\tapi\ttwo\t\n", "doctor --function api_to_dynamodb two words.json"),
            ("lakefeed replay --dist sam\t\n", "replay --dist samples"),
            ("lakefeed completion fi\t\n", "completion fish"),
        ):
            terminal.type(typed)
            found = terminal.wait_for(r"((?:<[^<>]*>)+)<END>")[1]
            # zsh puts a = between an option and its value, and takes a folder's slash away as the line ends.
            ran = " ".join(re.findall("<(.*?)>", found)).replace("=", " ").rstrip("/")
            assert ran == words
    finally:
        terminal.close()
