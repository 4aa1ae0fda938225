"""lakefeed doctor, on the zips that are uploaded and on what people upload by mistake."""

import json
import pathlib
import subprocess
import zipfile

import pytest

X86_64, ARM64, RISCV = 62, 183, 243


@pytest.fixture(scope="session")
def bootstrap(dist) -> bytes:
    with zipfile.ZipFile(next(dist.glob("firehose_transform-*.zip"))) as archive:
        return archive.read("bootstrap")


@pytest.fixture
def doctor(lakefeed):
    def run(*arguments) -> tuple:
        done = subprocess.run([lakefeed, "doctor", "--json", *arguments], capture_output=True, text=True, check=False)
        return done.returncode, json.loads(done.stdout) if done.stdout else None, done.stderr

    return run


@pytest.fixture
def problems(doctor, tmp_path):
    """problems(file) gives the problems that the doctor finds; the exit status must agree."""

    def run(path, *arguments) -> list:
        status, told, _ = doctor(path, *arguments)
        found = [f["text"] for f in told["files"][0]["findings"] if f["severity"] == "problem"]
        assert status == (1 if found else 0) and told["files"][0]["healthy"] == (not found)
        return found

    return run


def for_machine(bootstrap: bytes, machine: int) -> bytes:
    return bootstrap[:18] + machine.to_bytes(2, "little") + bootstrap[20:]


def write_zip(path: pathlib.Path, entries: dict, mode=0o755, system=3) -> pathlib.Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            info = zipfile.ZipInfo(name)
            info.create_system = system
            info.external_attr = (mode << 16) if system == 3 else 0
            archive.writestr(info, content)
    return path


def test_our_own_zips_are_well(doctor, dist):
    zips = sorted(dist.glob("*.zip"))
    status, told, _ = doctor(*zips)
    assert status == 0 and len(told["files"]) == len(zips) >= 1
    for file in told["files"]:
        assert [f["severity"] for f in file["findings"]] == ["ok"] * 4, file
        assert any("static" in f["text"] for f in file["findings"])


def test_a_bootstrap_alone_is_looked_at(problems, bootstrap, tmp_path):
    path = tmp_path / "bootstrap"
    path.write_bytes(bootstrap)
    assert problems(path) == []


@pytest.mark.parametrize(
    "entries, options, text",
    [
        ({"lakefeed": b"x"}, {}, "no entry named bootstrap (1 entries, the first is lakefeed)"),
        ({}, {}, "no entry named bootstrap"),
        ({"dist/bootstrap": b"x"}, {}, "bootstrap is in a folder (dist/bootstrap)"),
        ({"bootstrap": b"#!/bin/sh\nexec ./it\n"}, {"mode": 0o644}, "mode 0644"),
        ({"bootstrap": b"#!/bin/sh\nexec ./it\n"}, {"mode": 0o700}, "mode 0700"),
        ({"bootstrap": b"#!/bin/sh\nexec ./it\n"}, {"system": 0}, "keeps no Unix modes"),
        ({"bootstrap": b"#!/bin/sh\r\nexec ./it\r\n"}, {}, "Windows line ends"),
        ({"bootstrap": b"#!/usr/bin/python3\n"}, {}, "interpreter provided.al2023 does not have"),
        ({"bootstrap": b"int main() {}"}, {}, "neither an ELF executable nor a script"),
        ({"bootstrap": b"\x7fELF\x02\x01"}, {}, "cut off"),
    ],
)
def test_what_cannot_run_is_named(problems, tmp_path, entries, options, text):
    assert any(text in problem for problem in problems(write_zip(tmp_path / "mine.zip", entries, **options)))


def test_a_package_that_unpacks_to_more_than_lambda_takes(problems, bootstrap, tmp_path):
    path = write_zip(tmp_path / "mine.zip", {"bootstrap": bootstrap, "big": b"x"})
    with zipfile.ZipFile(path) as archive:
        directory = archive.start_dir
    whole = bytearray(path.read_bytes())
    big = whole.index(b"big", directory) - 46
    whole[big + 24 : big + 28] = (260 * 1024 * 1024).to_bytes(4, "little")
    path.write_bytes(whole)
    (problem,) = problems(path)
    assert "250 MB unpacked" in problem


def test_the_machine_is_the_one_that_the_name_says(problems, bootstrap, tmp_path):
    arm64 = {"bootstrap": for_machine(bootstrap, ARM64)}
    assert problems(write_zip(tmp_path / "table_export-arm64.zip", arm64)) == []
    (wrong,) = problems(write_zip(tmp_path / "table_export-x86_64.zip", arm64))
    assert wrong == "bootstrap is for arm64, the file's name says x86_64"
    (other,) = problems(write_zip(tmp_path / "mine.zip", {"bootstrap": for_machine(bootstrap, RISCV)}))
    assert "a machine that Lambda has not" in other


def compiled(folder: pathlib.Path, source: str, *options) -> pathlib.Path:
    (folder / "mine.c").write_text(source)
    subprocess.run(["gcc", "-o", folder / "bootstrap", folder / "mine.c", *options], check=True)
    return folder / "bootstrap"


def test_glibc_and_libraries_of_the_build_machine(problems, doctor, tmp_path):
    plain = compiled(tmp_path, "int main(void) { return 0; }")
    assert problems(plain) == []
    _, told, _ = doctor(plain)
    assert any("highest glibc symbol is GLIBC_2.34" in f["text"] for f in told["files"][0]["findings"])
    # arc4random came with glibc 2.36.
    newer = compiled(tmp_path, "#include <stdlib.h>\nint main(void) { return (int)arc4random(); }")
    (problem,) = problems(newer)
    assert "GLIBC_2.36" in problem and "2.34" in problem
    zlib = compiled(tmp_path, "int zlibVersion();int main(void) { return zlibVersion(); }", "-lz")
    (problem,) = problems(zlib)
    assert "neither glibc's nor in the zip: libz.so.1" in problem
    with_library = {"bootstrap": zlib.read_bytes(), "lib/libz.so.1": b""}
    assert problems(write_zip(tmp_path / "mine.zip", with_library)) == []


def test_a_file_that_is_cut_off_anywhere_is_no_crash(doctor, bootstrap, tmp_path):
    whole = write_zip(tmp_path / "whole.zip", {"bootstrap": bootstrap}).read_bytes()
    files = []
    for at, content in enumerate([whole[: len(whole) * i // 12] for i in range(12)]
                                 + [bootstrap[:n] for n in (0, 4, 20, 63, 64, 100, 500, 1000)]):
        files.append(tmp_path / f"cut{at}{'.zip' if at < 12 else ''}")
        files[-1].write_bytes(content)
    status, told, _ = doctor(*files)
    assert status == 1
    assert [file["healthy"] for file in told["files"][:16]] == [False] * 16


def test_settings_are_read_as_the_function_would(problems, dist, tmp_path):
    zipped = next(dist.glob("firehose_transform-*.zip"))
    settings = tmp_path / "settings"
    settings.write_text("OUTPUT=iceberg\nICEBERG_DATABASE=lake\n")
    (problem,) = problems(zipped, "--env-file", settings)
    assert problem.startswith("firehose_transform: ") and "ICEBERG_TABLE" in problem
    assert problems(zipped, "--env-file", settings, "--env", "ICEBERG_TABLE={table}") == []
    (problem,) = problems(zipped, "--function", "stream_to_s3", "--env", "S3_FORMAT=xml")
    assert "LAKE_URI" in problem and "S3_FORMAT" in problem
    mine = tmp_path / "mine.zip"
    mine.write_bytes(zipped.read_bytes())
    assert any("--function" in problem for problem in problems(mine, "--env", "A=b"))


def test_usage(doctor, tmp_path):
    assert doctor(tmp_path / "not-there.zip")[0] == 3
    assert doctor()[0] == 2
    status, _, error = doctor(tmp_path, "--function", "nothing")
    assert status == 2 and "stream_to_s3" in error
