"""deploy/terraform as Python sees it: its modules, parsed by python-hcl2, with their blocks by kind and name."""

import functools
import pathlib
import re

import hcl2

TOP = pathlib.Path(__file__).resolve().parents[2]
TERRAFORM = TOP / "deploy/terraform"


def plain(text):
    """python-hcl2 gives a string with its quotes."""
    return text[1:-1] if isinstance(text, str) and len(text) > 1 and text[0] == text[-1] == '"' else text


def without_comments(text):
    return re.sub(r"^ *#.*$| # [^\"\n]*$", "", text, flags=re.M)


class Module:
    """One folder of .tf files."""

    def __init__(self, folder):
        self.folder = folder
        self.name = str(folder.relative_to(TERRAFORM)) if folder != TERRAFORM else "."
        files = sorted(folder.glob("*.tf"))
        self.text = "\n".join(without_comments(path.read_text(encoding="utf-8")) for path in files)
        parsed = [hcl2.loads(path.read_text(encoding="utf-8")) for path in files]
        self.variables = self._named(parsed, "variable")
        self.outputs = self._named(parsed, "output")
        self.modules = self._named(parsed, "module")
        self.locals = {name: value for file in parsed for block in file.get("locals", [])
                       for name, value in block.items() if not name.startswith("__")}
        self.resources = {("resource", *key): body for key, body in self._typed(parsed, "resource")}
        self.resources.update({("data", *key): body for key, body in self._typed(parsed, "data")})
        self.terraform = [block for file in parsed for block in file.get("terraform", [])]

    @staticmethod
    def _named(parsed, kind):
        return {plain(name): body for file in parsed for block in file.get(kind, []) for name, body in block.items()}

    @staticmethod
    def _typed(parsed, kind):
        for file in parsed:
            for block in file.get(kind, []):
                for resource, named in block.items():
                    for name, body in named.items():
                        yield (plain(resource), plain(name)), body

    def called(self, call):
        """The folder of a module that this one calls."""
        return (self.folder / plain(self.modules[call]["source"])).resolve()


@functools.cache
def module_in(folder):
    return Module(folder)


@functools.cache
def modules():
    folders = sorted({path.parent for path in TERRAFORM.rglob("*.tf") if ".terraform" not in path.parts})
    return {folder: module_in(folder) for folder in folders}


def blocks_of(body):
    """The nested blocks of a parsed body: (name, body), with what dynamic blocks make in their place."""
    for name, value in body.items():
        if name == "dynamic":
            for block in value:
                for made, dynamic in block.items():
                    if not made.startswith("__"):
                        yield from ((plain(made), content) for content in dynamic["content"])
        elif isinstance(value, list) and value and isinstance(value[0], dict) and value[0].get("__is_block__"):
            yield from ((name, block) for block in value)


def attributes_of(body):
    nested = {name for name, _ in blocks_of(body)}
    return {name for name in body if not name.startswith("__") and name not in nested and name != "dynamic"}


META = {"count", "for_each", "depends_on", "provider", "lifecycle"}


def used_blocks():
    """(kind, resource type) -> the nested blocks that are used, as a tree."""
    used = {}

    def add(tree, body):
        for name, block in blocks_of(body):
            if name not in META:
                add(tree.setdefault(name, {}), block)

    for module in modules().values():
        for (kind, resource, _), body in module.resources.items():
            add(used.setdefault((kind, resource), {}), body)
    return used


def object_members(text):
    """{member: its type} of "object({a = string, b = optional(number, 1)})", without what is nested."""
    inner = text[text.index("object({") + len("object({"):]
    members, depth, start = [], 0, 0
    for at, letter in enumerate(inner):
        depth += {"(": 1, "{": 1, "[": 1, ")": -1, "}": -1, "]": -1}.get(letter, 0)
        if depth < 0 or (depth == 0 and letter == ","):
            members.append(inner[start:at])
            start = at + 1
        if depth < 0:
            break
    return dict(member.strip().split(" = ", 1) for member in members)
