"""How hardened each bootstrap is, as binutils reads it."""

import re

import pytest

from conftest import ARCHITECTURES, ARTIFACTS, BUILDS, DIST, TOP, architecture_of, run

MACHINES = {"x86_64": "Advanced Micro Devices X86-64", "arm64": "AArch64"}


@pytest.fixture(params=ARTIFACTS)
def artifact(request) -> str:
    return request.param


@pytest.fixture
def bootstrap(artifact, bootstraps):
    return bootstraps[artifact]


def segments(bootstrap) -> list:
    """(type, flags) of the program headers."""
    lines = run("readelf", "-lW", bootstrap).splitlines()
    rows = (re.match(r"  (\w+) +0x\S+ 0x\S+ 0x\S+ 0x\S+ 0x\S+ ([RWE ]{3}) ", line) for line in lines)
    return [(row[1], row[2].replace(" ", "")) for row in rows if row]


def test_is_static_and_for_its_machine(artifact, bootstrap):
    assert re.search(r"Machine: +(.*)", run("readelf", "-h", bootstrap))[1] == MACHINES[architecture_of(artifact)]
    kinds = [kind for kind, _ in segments(bootstrap)]
    assert "LOAD" in kinds and "INTERP" not in kinds
    assert "(NEEDED)" not in run("readelf", "-dW", bootstrap)


def test_no_memory_is_both_writable_and_executable(bootstrap):
    assert [(kind, flags) for kind, flags in segments(bootstrap) if "W" in flags and "E" in flags] == []
    assert [flags for kind, flags in segments(bootstrap) if kind == "GNU_STACK"] == ["RW"]


def test_what_is_read_only_after_the_start_is_protected(bootstrap):
    """RELRO holds the addresses that a fault would aim at. Nothing is bound later, since no library is loaded."""
    assert [flags for kind, flags in segments(bootstrap) if kind == "GNU_RELRO"] == ["R"]
    told = run("readelf", "-lW", bootstrap)
    number = [line.split()[0] for line in told.split("Program Headers:")[1].splitlines() if re.match(r"  [A-Z]", line)][1:].index("GNU_RELRO")
    assert {".data.rel.ro", ".got", ".init_array"} <= set(re.search(rf"^   {number:02} +(.*)$", told, re.MULTILINE)[1].split())
    assert "TEXTREL" not in run("readelf", "-dW", bootstrap)


def test_names_no_folder_of_the_build(bootstrap):
    code = bootstrap.read_bytes()
    assert [path for path in (str(TOP), str(TOP.resolve()), "/tmp/") if path.encode() in code] == []


def test_has_a_symbol_table_beside_it(artifact, bootstrap):
    """A crash address is looked up in it: both are of the same link."""
    debug = DIST / "debug" / f"{artifact}.debug"
    assert re.search(r" FUNC +GLOBAL .* main$", run("readelf", "-sW", debug), re.MULTILINE)
    entry = re.compile(r"Entry point address: +(\S+)")
    assert entry.search(run("readelf", "-h", debug))[1] == entry.search(run("readelf", "-h", bootstrap))[1]


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_stacks_are_guarded(architecture):
    """Debian's compiler guards none of itself. Of lakefeed's own sources and of curl's, most have a buffer somewhere."""
    build = BUILDS[architecture]
    curl = re.search(r"^LAKEFEED_CURL_ROOT:PATH=(.*)$", (build / "CMakeCache.txt").read_text(), re.MULTILINE)[1]
    for archive in (build / "common/http/liblakefeed_http.a", build / "runtime/liblakefeed_runtime.a", f"{curl}/lib/libcurl.a"):
        assert " __stack_chk_fail\n" in run("readelf", "-sW", archive), archive
