"""The repository's Markdown: its command blocks, links, headings and tables."""

import functools
import re
import subprocess

from conftest import TOP

FENCE = re.compile(r"^( *)(```+)\s*(.*)$")
# What a console block may need, told by its info string; nothing: a test runs it.
NEEDS = {"needs-aws", "needs-snowflake", "suite"}


@functools.cache
def files() -> list[str]:
    listed = subprocess.run(["git", "-C", str(TOP), "ls-files", "-co", "--exclude-standard", "*.md"],
                            capture_output=True, text=True, check=True)  # fmt: skip
    return sorted(name for name in listed.stdout.splitlines() if (TOP / name).is_file())


class Block:
    """A fenced block. `commands` are those after "$ ", each with its continuations, and `faults` what is wrong with it."""

    def __init__(self, file: str, line: int, info: str, lines: list[str]):
        self.place = f"{file}:{line}"
        self.folder = (TOP / file).parent
        self.kind, *words = info.split() or [""]
        self.needs = set(words)
        self.commands = []
        self.faults = []
        if self.kind == "console":
            self.read(lines)

    def read(self, lines):
        for word in self.needs - NEEDS:
            self.faults.append(f"{self.place}: a console block is marked {word}, which is none of {sorted(NEEDS)}")
        goes_on = False
        for line in lines:
            if goes_on:
                self.commands[-1] += "\n" + line.removeprefix("> ")
            elif line.startswith("$ "):
                self.commands.append(line[2:])
            else:
                continue  # what a command prints
            code = line.partition(" # ")[0].rstrip()
            goes_on = code.endswith(("\\", "|", "&&"))
        if not self.commands:
            self.faults.append(f"{self.place}: a console block without a line that begins with $")
        if goes_on:
            self.faults.append(f"{self.place}: the last command goes on where the block ends")


def blocks_of(file: str, text: str) -> list[Block]:
    found, fence, lines, begin, info = [], "", [], 0, ""
    for number, line in enumerate(text.splitlines(), 1):
        match = FENCE.match(line)
        if not fence and match:
            indent, fence, info, begin, lines = len(match[1]), match[2], match[3], number, []
        elif fence and match and match[2].startswith(fence) and not match[3]:
            found.append(Block(file, begin, info, lines))
            fence = ""
        elif fence:
            lines.append(line[min(indent, len(line) - len(line.lstrip())) :])
    if fence:
        found.append(Block(file, begin, info, lines))
        found[-1].faults.append(f"{file}:{begin}: a block that does not end")
    return found


def blocks() -> list[Block]:
    return [block for file in files() for block in blocks_of(file, (TOP / file).read_text())]


def prose(text: str) -> str:
    """Without fenced blocks and code spans."""
    kept, fence = [], ""
    for line in text.splitlines():
        match = FENCE.match(line)
        if match and (not fence or match[2].startswith(fence)):
            fence = "" if fence else match[2]
        elif not fence:
            kept.append(re.sub(r"`[^`]*`", "", line))
    return "\n".join(kept)


def links_of(text: str) -> list[str]:
    return re.findall(r"\]\(<?([^)\s>]+)>?[^)]*\)", prose(text))


def anchors_of(text: str) -> set[str]:
    """As GitHub makes them of headings: letters, digits, - and _; blanks become -, repeats get a number."""
    anchors, seen, fence = set(), {}, ""
    for line in text.splitlines():
        match = FENCE.match(line)
        if match and (not fence or match[2].startswith(fence)):
            fence = "" if fence else match[2]
        heading = None if fence else re.match(r"#{1,6}\s+(.*?)\s*#*$", line)
        if not heading:
            continue
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading[1]).lower()
        slug = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        anchors.add(f"{slug}-{seen[slug]}" if slug in seen else slug)
        seen[slug] = seen.get(slug, 0) + 1
    return anchors
