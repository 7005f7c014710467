import re
from pathlib import Path

import pytest

from server.backups.restoring import RESTORED
from server.delivery.outcomes import FHIR, OUTCOMES

ROOT = Path(__file__).resolve().parents[4]
OUTCOME_CHARS = 40


@pytest.fixture(scope="module")
def documented() -> set[str]:
    """The words of the table of outcomes in docs/delivery.md."""
    text = (ROOT / "docs" / "delivery.md").read_text()
    table = text[text.index("| `outcome` | |") :].split("\n\n", 1)[0]
    rows = [line.split("|")[1] for line in table.splitlines()]
    return {word for row in rows for word in re.findall(r"`([a-z_*]+)`", row)}


@pytest.fixture(scope="module")
def on_the_page() -> set[str]:
    """The outcomes that the portal's page has words for."""
    text = (ROOT / "web" / "src" / "portal" / "deliveries" / "words.ts").read_text()
    table = text[text.index("const OUTCOMES") :].split("]);", 1)[0]
    return set(re.findall(r'\["([a-z_]+)",', table))


def test_every_outcome_is_in_the_documentation_and_nothing_else_is(
    documented: set[str],
) -> None:
    beside = {"outcome", "overtaken", f"{FHIR}*"}
    assert documented - beside == set(OUTCOMES)
    assert beside <= documented


def test_the_portals_page_has_words_for_every_outcome_but_delivered(
    on_the_page: set[str],
) -> None:
    assert on_the_page == set(OUTCOMES) - {"delivered"}


def test_an_outcome_is_named_once_and_fits_its_column() -> None:
    assert len(set(OUTCOMES)) == len(OUTCOMES)
    assert max(map(len, OUTCOMES)) <= OUTCOME_CHARS
    assert RESTORED in OUTCOMES
