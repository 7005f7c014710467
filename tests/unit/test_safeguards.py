"""Which tests show which safeguards: from the mark on a test to the judgement about a run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.safeguard_marks import HEAD, UnreadMark, marked, marks_in, page, wrong
from tests.safeguard_results import Shown, judged, report_name, results, table
from tests.safeguards import DUE, NAMES, ROWS, SECURITY_RULE, WEBRTC

ROOT: Final = Path(__file__).resolve().parents[2]
MARKED: Final = """
import pytest

pytestmark = [pytest.mark.safeguard("V17.1.1")]


@pytest.mark.safeguard("V17.1.2")
@pytest.mark.parametrize("number", [1, 2])
def test_one(number):
    assert number == 1


async def test_other():
    pass
"""


def run_of(folder: Path, text: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run one file of tests under the rules of all of ours, with its report in `folder`."""
    file = folder / "test_made.py"
    file.write_text(text)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest"]
    command += [f"--rootdir={ROOT}", "-c", str(ROOT / "pyproject.toml")]
    command += [f"--junitxml={folder / report_name('unit')}"]
    return subprocess.run(
        [*command, *words, str(file)], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_there_are_twelve_of_each_and_no_name_twice() -> None:
    assert (len(SECURITY_RULE), len(WEBRTC), len(NAMES)) == (12, 12, 24)
    assert NAMES >= DUE
    for row in ROWS:
        assert (ROOT / "docs" / row.page).is_file(), row.page


@pytest.mark.parametrize("words", [(), ("-n", "1")], ids=["alone", "spread"])
def test_a_report_says_what_each_marked_test_came_to(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    assert run_of(tmp_path, MARKED, *words).returncode == 1
    found = results(tmp_path)
    one, other = found["V17.1.1"], found["V17.1.2"]
    assert {name.partition("::")[2] for name in one.passed} == {"test_one[1]", "test_other"}
    assert {name.partition("::")[2] for name in one.failed} == {"test_one[2]"}
    assert {name.partition("::")[2] for name in other.passed} == {"test_one[1]"}
    assert one.failed == other.failed


def test_a_mark_that_names_no_row_keeps_everything_from_running(tmp_path: Path) -> None:
    done = run_of(tmp_path, MARKED.replace("V17.1.2", "V17.1.3"))
    assert done.returncode == 4
    assert "is no row of tests/safeguards.py" in done.stdout + done.stderr


def test_what_passed_when_it_was_run_once_more_has_passed(tmp_path: Path) -> None:
    case = (
        '<testsuites><testcase classname="t" name="a"><properties><property name="safeguard" '
        'value="V17.2.2"/></properties>{}</testcase></testsuites>'
    )
    (tmp_path / report_name("unit")).write_text(case.format("<failure/>"))
    assert results(tmp_path)["V17.2.2"] == Shown(failed={"t::a"})
    (tmp_path / report_name("unit", again=True)).write_text(case.format(""))
    assert results(tmp_path)["V17.2.2"] == Shown(passed={"t::a"})
    # The same test on many nodes is another one.
    (tmp_path / report_name("cluster")).write_text(case.format("<error/>"))
    assert results(tmp_path)["V17.2.2"] == Shown(passed={"t::a"}, failed={"t::a"})


def test_each_row_needs_a_test_that_passed_and_none_that_failed() -> None:
    found = {row.name: Shown(passed={"t::a"}) for row in ROWS}
    assert judged(found, frozenset()) == []
    found["V17.2.2"].passed.clear()
    found["V17.2.3"].failed.add("t::b")
    assert judged(found, frozenset()) == [
        "V17.2.3: t::b failed",
        "V17.2.2: no test of it passed",
    ]
    # What is due may have no test; one that fails is no better for it.
    assert judged(found, frozenset({"V17.2.2", "V17.2.3"})) == ["V17.2.3: t::b failed"]


def test_the_table_has_a_line_for_every_row() -> None:
    found = {row.name: Shown() for row in ROWS}
    found["V17.2.2"].passed.add("t::a")
    found["V17.2.3"].failed.add("t::a")
    lines = table(found, frozenset({"V17.2.4"})).splitlines()[1:]
    words = {line.split()[0]: line.split("  ")[0].split() + line.split()[1:2] for line in lines}
    assert list(words) == [row.name for row in ROWS]
    assert (words["V17.2.2"][-1], words["V17.2.3"][-1]) == ("shown", "FAILED")
    assert (words["V17.2.4"][-1], words["V17.2.5"][-1]) == ("due", "no")
    named = table(found, with_tests=True).splitlines()
    assert named[named.index("    t::a") - 1].startswith("V17.2.2 ")
    assert named[named.index("    FAILED t::a") - 1].startswith("V17.2.3 ")


def test_marks_are_read_from_the_source_as_pytest_reads_them() -> None:
    text = MARKED.replace("async def", "@pytest.mark.long\n@pytest.mark.timeout(9)\nasync def")
    one, other = marks_in(text, "tests/test_made.py")
    assert one == ("tests/test_made.py::test_one", ("V17.1.1", "V17.1.2"), False)
    assert other == ("tests/test_made.py::test_other", ("V17.1.1",), True)


@pytest.mark.parametrize(
    "text",
    [
        '@pytest.mark.safeguard("V17.9.9")\ndef test_a(): ...',
        "@pytest.mark.safeguard(*ROWS)\ndef test_a(): ...",
        '@pytest.mark.safeguard("V17.2.2", "V17.2.3")\ndef test_a(): ...',
        "@pytest.mark.safeguard\ndef test_a(): ...",
        'class TestA:\n    @pytest.mark.safeguard("V17.2.2")\n    def test_a(self): ...',
        'shows = pytest.mark.safeguard("V17.2.2")\n@shows\ndef test_a(): ...',
        '@pytest.mark.safeguard("V17.2.2")\ndef scene(): ...',
    ],
)
def test_a_mark_that_would_not_be_seen_is_an_error(text: str) -> None:
    with pytest.raises(UnreadMark):
        marks_in(text, "tests/test_made.py")


def test_a_row_is_due_until_its_first_test_and_no_longer() -> None:
    tests = marked(ROOT)
    assert wrong(tests) == []
    assert wrong(tests, DUE | {"V17.2.2"}) == ["V17.2.2 is due no more: take it out of DUE"]
    without = [test for test in tests if "V17.2.2" not in test.rows]
    assert wrong(without) == ["V17.2.2 has no test in an ordinary run"]
    only_long = [test._replace(is_long="V17.2.2" in test.rows) for test in tests]
    assert "V17.2.2 has no test in an ordinary run" in wrong(only_long)


def test_the_page_names_every_row_and_every_marked_test() -> None:
    tests = marked(ROOT)
    text = page(tests)
    assert text.startswith(HEAD)
    for row in ROWS:
        assert f"| {row.name} | {row.asks} |" in text
    for test in tests:
        assert f"`{test.test}`" in text
    assert text.count("| not yet |") == len(DUE)
