"""Writes FUNCTION-ARCH.cdx.json: what a bootstrap is made of, as CycloneDX 1.6.

    sbom.py BUILD_FOLDER ARCH BOOTSTRAP_FOLDER TARGET_FOLDER FUNCTION...

The linker's map (functions/FUNCTION/bootstrap.map of the build folder) tells which files have bytes in the bootstrap, and
ninja's log of dependencies which headers the linked objects of lakefeed were compiled with. Each such file belongs to a
package, and the packages of one Debian source are one component: Debian's security tracker, OSV and the scanners know
sources. A file that no package owns is an error, so nothing gets into a bootstrap unseen.
Nothing of the time or the machine is in the text: the same bootstrap from the same packages gives the same bytes.
"""

import hashlib
import json
import os
import pathlib
import platform
import re
import subprocess
import sys
import uuid
from typing import NamedTuple
from urllib.parse import quote

TOP = pathlib.Path(os.path.abspath(__file__)).parent.parent
OWN_SOURCES = [TOP / folder for folder in ("common", "runtime", "functions", "deploy")]
# Their headers declare the kernel's and glibc's interface; glibc's code is in its archive.
INTERFACE_ONLY = re.compile(r"(linux-libc-dev|libc6-dev)(-.*-cross)?")
# " .text  0x0000000000401000  0x2f archive.a(member.o)": one input section. A long name stands on a line of its own.
INPUT_SECTION = re.compile(r"^ (?:\S+)?\s+0x[0-9a-f]+\s+(0x[0-9a-f]+) (\S.*)$")
OUTPUT_SECTION = re.compile(r"^(\.\S+)")
NOT_LOADED = re.compile(r"\.(debug|comment|gnu|stab|note\.GNU-stack)")
MAP_START = "Linker script and memory map"
QUERY = "${Package}\t${Architecture}\t${Version}\t${source:Package}\t${source:Version}\t${Built-Using}\n"


class Fault(Exception):
    """What stands in the way of a complete list."""


class Source(NamedTuple):
    name: str
    version: str


class Package(NamedTuple):
    name: str
    architecture: str
    version: str
    source: Source

    def told(self) -> str:
        return f"{self.name} {self.version} {self.architecture}"


def linked_files(map_text: str) -> dict:
    """{file or archive: {member: bytes}} of what the linker kept; a file that is no archive has the member ''."""
    _, found, memory_map = map_text.partition(MAP_START)
    if not found:
        raise Fault("the linker's map has no memory map")
    files: dict = {}
    loaded = False
    for line in memory_map.splitlines():
        if output := OUTPUT_SECTION.match(line):
            loaded = not NOT_LOADED.match(output[1])
        section = INPUT_SECTION.match(line) if loaded else None
        if section is None or (size := int(section[1], 16)) == 0:
            continue
        name, _, member = section[2].rstrip(")").partition("(")
        if not name.endswith((".a", ".o")):
            continue  # "linker stubs", or a section's assignment
        members = files.setdefault(name, {})
        members[member] = members.get(member, 0) + size
    return files


class Owners:
    """Which Debian package owns a file, by the dpkg database of the machine or of the sysroot."""

    def __init__(self, sysroot: pathlib.Path):
        self.sysroot = sysroot
        self.known: dict = {}

    def find(self, files: set) -> None:
        """Looks all of them up at once; `self.known` then has them."""
        files = files - self.known.keys()
        inside = {file for file in files if file.is_relative_to(self.sysroot)}
        self._find([f"--admindir={self.sysroot}/var/lib/dpkg"], {"/" + str(file.relative_to(self.sysroot)): file for file in inside})
        self._find([], {str(file): file for file in files - inside})

    def _find(self, database: list, files: dict) -> None:
        if not files:
            return
        asked = subprocess.run(["dpkg-query", *database, "-S", *sorted(files)], capture_output=True, text=True, check=False)
        owners = {}
        for line in asked.stdout.splitlines():
            package, _, name = line.rpartition(": ")
            if not package.startswith("diversion by "):
                owners[name] = package.split(",")[0]
        if missing := sorted(files.keys() - owners.keys()):
            raise Fault(f"no package owns {', '.join(missing)}")
        packages = self._packages(database, set(owners.values()))
        self.known |= {files[name]: packages[owner.partition(":")[0]] for name, owner in owners.items()}

    @staticmethod
    def _packages(database: list, names: set) -> dict:
        asked = subprocess.run(["dpkg-query", *database, "-W", "-f", QUERY, *sorted(names)], capture_output=True, text=True, check=True)
        packages = {}
        for line in asked.stdout.splitlines():
            name, architecture, version, source, source_version, built_using = line.split("\t")
            # Debian's cross packages hold another source's code: libstdc++-12-dev-arm64-cross that of gcc-12.
            used = re.fullmatch(r"(\S+) \(= (\S+)\)", built_using)
            packages[name] = Package(name, architecture, version, Source(*used.groups()) if used else Source(source, source_version))
        return packages


def as_given(path: str, roots: list) -> str:
    """The compiler writes where a link leads to in the place of the link, where that is shorter."""
    for root in roots:
        if path.startswith(f"{(real := os.path.realpath(root))}/"):
            return f"{root}{path[len(real):]}"
    return path


def compiled_headers(build: pathlib.Path, roots: list) -> dict:
    """{object: headers} of each object, from ninja's log; a precompiled header counts as the headers in it."""
    told = subprocess.run(["ninja", "-C", build, "-t", "deps"], capture_output=True, text=True, check=True).stdout
    headers: dict = {}
    for block in told.split("\n\n"):
        first, _, rest = block.partition("\n")
        headers[first.partition(": #deps")[0]] = {as_given(os.path.normpath(build / line.strip()), roots) for line in rest.splitlines()}
    precompiled = {os.path.normpath(build / name): used for name, used in headers.items() if name.endswith(".gch")}
    for used in headers.values():
        for name in used & precompiled.keys():
            used |= precompiled[name]
    return headers


class Build:
    """One build folder: what each of its bootstraps is made of."""

    def __init__(self, build: pathlib.Path, architecture: str):
        self.folder = build
        cache = (build / "CMakeCache.txt").read_text()
        self.version = re.search(r"^CMAKE_PROJECT_VERSION:STATIC=(.*)$", cache, re.MULTILINE)[1]
        self.curl = pathlib.Path(re.search(r"^LAKEFEED_CURL_ROOT:PATH=(.*)$", cache, re.MULTILINE)[1])
        self.owners = Owners(TOP / "build/sysroot" / architecture)
        self.headers = compiled_headers(build, [self.curl, TOP / "build/sysroot" / architecture])

    def map_of(self, function: str) -> str:
        return (self.folder / "functions" / function / "bootstrap.map").read_text()

    def components(self, map_text: str) -> dict:
        """{source: {how it is used}} of the bootstrap that the map is of."""
        linked = linked_files(map_text)
        archives: dict = {}
        objects: set = set()
        found: dict = {}
        for name, members in linked.items():
            path = pathlib.Path(os.path.normpath(self.folder / name))
            if path.is_relative_to(self.folder):
                objects |= self._objects(name, members)
            elif path.is_relative_to(self.curl):
                source = Source("curl", (self.curl / "VERSION").read_text().strip())
                found.setdefault(source, set()).add(("archive", archive_use(path, members)))
            else:
                archives[path] = members
        headers = {pathlib.Path(name) for each in objects for name in self.headers[each]}
        headers = {path for path in headers if not any(path.is_relative_to(own) for own in (self.folder, self.curl, *OWN_SOURCES))}
        self.owners.find(archives.keys() | headers)
        for path, members in archives.items():
            package = self.owners.known[path]
            found.setdefault(package.source, set()).update([("package", package.told()), ("archive", archive_use(path, members))])
        for path in headers:
            package = self.owners.known[path]
            if not INTERFACE_ONLY.fullmatch(package.name):
                found.setdefault(package.source, set()).update([("package", package.told()), ("headers", package.name)])
        return found

    def _objects(self, name: str, members: dict) -> set:
        """lakefeed's own objects of an archive, as ninja names them; members have no folders."""
        if not name.endswith(".a"):
            return {name}
        folder, _, file = name.rpartition("/")
        start = f"{folder}/CMakeFiles/{file[3:-2]}.dir/".lstrip("/")
        objects = {each for each in self.headers if each.startswith(start) and each.rpartition("/")[2] in members}
        if unknown := members.keys() - {each.rpartition("/")[2] for each in objects}:
            raise Fault(f"ninja knows no headers of {', '.join(sorted(unknown))} in {name}")
        return objects


def archive_use(path: pathlib.Path, members: dict) -> str:
    return f"{path.name}: {len(members)} {'file' if len(members) == 1 else 'files'}, {sum(members.values())} bytes"


def purl(source: Source) -> str:
    system = platform.freedesktop_os_release()
    version = quote(source.version, safe=":")
    return f"pkg:deb/{system['ID']}/{quote(source.name)}@{version}?arch=source&distro={system['ID']}-{system['VERSION_ID']}"


def bill(function: str, architecture: str, version: str, bootstrap: bytes, components: dict) -> dict:
    digest = hashlib.sha256(bootstrap).hexdigest()
    root = f"lakefeed/{function}-{architecture}@{version}"
    entries = [
        {
            "type": "library",
            "bom-ref": purl(source),
            "name": source.name,
            "version": source.version,
            "purl": purl(source),
            "properties": [{"name": f"lakefeed:{kind}", "value": value} for kind, value in sorted(uses)],
        }
        for source, uses in sorted(components.items())
    ]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": uuid.uuid5(uuid.NAMESPACE_URL, json.dumps([root, digest, entries])).urn,
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": root,
                "group": "lakefeed",
                "name": function,
                "version": version,
                "hashes": [{"alg": "SHA-256", "content": digest}],
                "licenses": [{"license": {"id": "Apache-2.0"}}],
                "properties": [{"name": "lakefeed:architecture", "value": architecture}],
            }
        },
        "components": entries,
        "dependencies": [
            {"ref": root, "dependsOn": [entry["bom-ref"] for entry in entries]},
            *({"ref": entry["bom-ref"]} for entry in entries),
        ],
        "compositions": [{"aggregate": "complete", "dependencies": [root]}],
    }


def main() -> None:
    folder, architecture, bootstraps, target, *functions = sys.argv[1:]
    build = Build(pathlib.Path(os.path.abspath(folder)), architecture)
    for function in functions:
        bootstrap = (pathlib.Path(bootstraps) / function / "bootstrap").read_bytes()
        components = build.components(build.map_of(function))
        text = json.dumps(bill(function, architecture, build.version, bootstrap, components), indent=2)
        (pathlib.Path(target) / f"{function}-{architecture}.cdx.json").write_text(text + "\n")


if __name__ == "__main__":
    try:
        main()
    except Fault as fault:
        sys.exit(f"deploy/sbom.py: {fault}")
