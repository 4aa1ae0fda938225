"""The commands of `lakefeed` with their options, as --help tells them."""

import re
import subprocess


def help_of(lakefeed, *words) -> str:
    done = subprocess.run([str(lakefeed), *words, "--help"], capture_output=True, text=True, timeout=20, check=False)
    assert (done.returncode, done.stderr) == (0, ""), (words, done.stderr)
    return done.stdout


def section(text: str, title: str) -> list[str]:
    """The entries of "Options:" and the like; what an entry is about may stand in lines below it."""
    found = re.search(rf"^{title}:\n((?:  .*\n)+)", text, re.MULTILINE)
    return re.findall(r"^  (\S.*)$", found[1], re.MULTILINE) if found else []


class Command:
    """One of them. `options` tells of each name what stands for its value, None where it takes none."""

    def __init__(self, text: str):
        self.text = text
        self.options = {}
        for entry in section(text, "Options"):
            heading = re.split(r"  +", entry)[0]
            names = re.findall(r"(?<!\S)--?[\w-]+", heading)
            value = re.search(r"(?:^|\s)([^-\s]\S*)", heading)
            self.options.update(dict.fromkeys(names, value and value[1]))
        self.arguments = [re.split(r"  +", entry)[0] for entry in section(text, "Arguments")]


def read_tree(lakefeed) -> dict[str, Command]:
    """The command of each name; that of "" is `lakefeed` itself."""
    top = Command(help_of(lakefeed))
    names = [entry.split()[0] for entry in section(top.text, "Commands")]
    return {"": top, **{name: Command(help_of(lakefeed, name)) for name in names}}
