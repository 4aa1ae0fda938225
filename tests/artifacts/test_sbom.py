"""The bills of materials, against CycloneDX's own schema, the linker's maps read another way, and dpkg."""

import functools
import importlib
import json
import pathlib
import re

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

from conftest import ARCHITECTURES, ARTIFACTS, BUILDS, DIST, TOP, architecture_of, function_of, run

# glibc, libstdc++ and libgcc are in each static C++ program, fmt in each function. firehose_transform calls no service
# (no curl with its OpenSSL, c-ares and zlib), gets no gzip, and reads its events without a JSON library.
EVERYWHERE = {"glibc", "gcc-12", "fmtlib"}
FOR_SERVICES = {"openssl", "zlib", "c-ares", "curl", "rapidjson"}


@pytest.fixture(params=ARTIFACTS)
def artifact(request) -> str:
    return request.param


@pytest.fixture
def text(artifact) -> str:
    return (DIST / f"{artifact}.cdx.json").read_text()


@pytest.fixture
def components(text) -> dict:
    return {each["name"]: each for each in json.loads(text)["components"]}


def values(component: dict, name: str) -> list:
    return [each["value"] for each in component["properties"] if each["name"] == f"lakefeed:{name}"]


def test_is_valid_cyclonedx_of_the_bootstrap(artifact, text, bootstraps):
    fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    assert fault is None, fault
    component = json.loads(text)["metadata"]["component"]
    assert component["name"] == function_of(artifact)
    assert component["hashes"] == [{"alg": "SHA-256", "content": run("sha256sum", bootstraps[artifact]).split()[0]}]


def test_lists_the_sources_that_are_linked(artifact, components):
    expected = EVERYWHERE if function_of(artifact) == "firehose_transform" else EVERYWHERE | FOR_SERVICES
    assert components.keys() == expected
    for component in components.values():
        name = PackageURL.from_string(component["purl"])
        assert (name.type, name.namespace, name.name, name.version) == ("deb", "debian", component["name"], component["version"])
        assert name.qualifiers["arch"] == "source"


def test_every_archive_of_the_map_is_in_it(artifact, components):
    """Read otherwise: each file named at an address, where the map is still one of loaded sections."""
    build = BUILDS[architecture_of(artifact)]
    memory_map = (build / "functions" / function_of(artifact) / "bootstrap.map").read_text().partition("\nLinker script and memory map")[2]
    used = set(re.findall(r" +0x[0-9a-f]+ +0x[1-9a-f][0-9a-f]* (/[^\s(]+\.[ao])", memory_map.partition("\n.comment")[0]))
    told = {each.partition(":")[0] for component in components.values() for each in values(component, "archive")}
    assert {"libc.a", "libstdc++.a", "libgcc_eh.a", "crt1.o"} <= told
    assert told == {pathlib.Path(name).name for name in used}


@functools.cache
def installed(architecture: str) -> dict:
    """{"package version architecture": ["source version"...]} as dpkg-query tells it of the machine and of the sysroot."""
    databases = [[]] + ([[f"--admindir={TOP}/build/sysroot/arm64/var/lib/dpkg"]] if architecture == "arm64" else [])
    form = "${Package} ${Version} ${Architecture}\t${source:Package} ${source:Version}\t${Built-Using}\n"
    sources: dict = {}
    for database in databases:
        for line in run("dpkg-query", *database, "-W", "-f", form).splitlines():
            package, source, built_using = line.split("\t")
            used = [" ".join(each) for each in re.findall(r"(\S+) \(= (\S+)\)", built_using)]
            sources.setdefault(package, []).extend([source, *used])
    return sources


def test_versions_are_those_of_dpkg(artifact, components):
    for name, component in components.items():
        packages = values(component, "package")
        assert bool(packages) == (name != "curl")
        for package in packages:
            assert f"{name} {component['version']}" in installed(architecture_of(artifact))[package]


def test_curl_is_the_source_package_that_was_built(artifact, components):
    """curl's own version is in its header, Debian's after it in the package's only."""
    if "curl" in components:
        folder = TOP / "build/curl" / {"arm64": "aarch64"}.get(architecture_of(artifact), architecture_of(artifact))
        own = re.search(r'LIBCURL_VERSION "(.*)"', (folder / "include/curl/curlver.h").read_text())[1]
        assert components["curl"]["version"] == (folder / "VERSION").read_text().strip()
        assert components["curl"]["version"].startswith(f"{own}-")


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_a_library_of_no_package_stops_the_build(architecture, monkeypatch):
    """Somebody's own archive, as the linker writes it into the map."""
    monkeypatch.syspath_prepend(TOP / "deploy")
    sbom = importlib.import_module("sbom")
    build = sbom.Build(BUILDS[architecture], architecture)
    linker_map = build.map_of("firehose_transform")
    assert "glibc" in {source.name for source in build.components(linker_map)}

    start, code, rest = linker_map.partition("\n.text ")
    first_line, end, others = rest.partition("\n")
    planted = " .text          0x0000000000401560      0x2f0 /opt/vendor/lib/libplanted.a(planted.o)\n"
    with pytest.raises(sbom.Fault, match="^no package owns /opt/vendor/lib/libplanted.a$"):
        build.components(start + code + first_line + end + planted + others)
