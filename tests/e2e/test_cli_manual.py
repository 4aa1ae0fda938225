"""`lakefeed manual`: a page without a fault in mandoc's and groff's eyes, with every command and option that --help lists."""

import re
import shutil
import subprocess

import pytest
from command_tree import read_tree

# The page tells the version instead of a date, so that the same source gives the same bytes.
NO_DATE = 'WARNING: missing date, using "": TH'


@pytest.fixture(scope="module")
def page(lakefeed):
    return subprocess.run([str(lakefeed), "manual"], capture_output=True, text=True, timeout=20, check=True).stdout


def test_the_build_leaves_it_beside_the_command(dist, page):
    assert (dist / "lakefeed.1").read_text() == page


def test_mandoc_finds_no_fault(page):
    done = subprocess.run(["mandoc", "-T", "lint"], input=page, capture_output=True, text=True, timeout=20, check=False)
    (only,) = done.stdout.splitlines()
    assert only.endswith(NO_DATE) and done.stderr == ""


def test_groff_finds_no_fault(page):
    if shutil.which("groff") is None:
        pytest.skip("there is no groff on this machine")
    done = subprocess.run(["groff", "-man", "-ww", "-Tutf8"], input=page, capture_output=True, text=True, timeout=20, check=True)
    assert done.stderr == ""


def test_each_option_of_each_help_stands_in_it(lakefeed, page):
    done = subprocess.run(["mandoc", "-T", "utf8", "-O", "width=160"], input=page, capture_output=True, text=True, check=True)
    shown = re.sub(".\b", "", done.stdout)
    tree = read_tree(lakefeed)
    sections = re.split(r"^   lakefeed ", shown, flags=re.MULTILINE)
    assert [section.split()[0] for section in sections[1:]] == [name for name in tree if name]
    for (name, command), section in zip(tree.items(), sections):
        for option in command.options:
            assert re.search(rf"^ +(-\w, )?{option}\b", section, re.MULTILINE), (name, option)
        for argument in command.arguments:
            assert argument in section, (name, argument)
        (example, *_) = re.findall(rf"^  (lakefeed {name}.*)$", command.text, re.MULTILINE)
        assert example in (section if name else sections[-1]), name
    assert shown.startswith("LAKEFEED(1)") and "EXIT STATUS" in shown
