"""Every file and every test that the threat model and the page on security name exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("docs/threat-model.md", "docs/SECURITY.md", "docs/dependencies.md")
NAMED = re.compile(
    r"`((?:server|signaling|media|web|tests|scripts|docs)/[^`\s]+|[\w.-]+\.lock)`"
)
ROW = re.compile(r"^\| (?!how \||asset \||---)(.+) \| (.+) \| (.+) \|$", re.MULTILINE)
LINK = re.compile(r"\]\(([^)#]+)(?:#([\w-]+))?\)")


def missing(page: str, root: Path = ROOT) -> list[str]:
    """Return what a text names that is not there."""
    found = []
    for named in NAMED.findall(page):
        path, _, test = named.partition("::")
        file = root / path
        if not file.exists() or (
            test
            and not re.search(
                rf"^(async )?def {re.escape(test)}\(",
                file.read_text(encoding="utf-8"),
                re.MULTILINE,
            )
        ):
            found.append(named)
    return found


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_names_is_there(page: str) -> None:
    assert missing(text_of(page)) == []


def test_what_is_not_there_would_be_found() -> None:
    assert missing("`server/nothing.py`") == ["server/nothing.py"]
    assert missing("`tests/unit/test_docs_security.py::test_nothing`") == [
        "tests/unit/test_docs_security.py::test_nothing"
    ]
    assert missing("`tests/unit/test_docs_security.py::test_what_a_page_names_is_there`") == []
    assert missing("`no-such.lock`") == ["no-such.lock"]


def test_every_threat_has_something_that_stops_it_and_something_that_shows_that() -> None:
    page = text_of("docs/threat-model.md")
    threats = [row for row in ROW.findall(page) if "## What is worth" not in row]
    shown = [row for row in threats if NAMED.search(row[2])]
    assets = page.partition("## People at a page")[0]
    wanted = [row for row in threats if f"| {row[0]} |" not in assets]
    assert len(wanted) > 50
    assert [row[0] for row in wanted if row not in shown] == []


@pytest.mark.parametrize("page", PAGES)
def test_links_between_pages_lead_somewhere(page: str) -> None:
    for target, heading in LINK.findall(text_of(page)):
        file = (ROOT / page).parent / target
        assert file.exists(), target
        if heading:
            words = [
                re.sub(r"[^\w -]", "", line.lstrip("# ").lower()).replace(" ", "-")
                for line in file.read_text(encoding="utf-8").splitlines()
                if line.startswith("#")
            ]
            assert heading in words, (target, heading)
