"""A browser is named as its owner would, and by nothing that it sent."""

from __future__ import annotations

import pytest

from server.browsers import UNKNOWN, browser_of

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        (f"Mozilla/5.0 (Windows NT 10.0; Win64) {WEBKIT} Chrome/140 Safari/537.36", "Chrome"),
        (f"Mozilla/5.0 (Windows NT 10.0) {WEBKIT} Chrome/140 Safari/537 Edg/140", "Edge"),
        ("Mozilla/5.0 (Windows NT 10.0; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox"),
    ],
)
def test_a_browser_that_also_says_the_names_of_others_has_its_own(sent: str, name: str) -> None:
    assert browser_of(sent) == f"{name} on Windows"


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/18 Safari/605", "macOS"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1", "iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) Safari/604.1", "Linux"),
    ],
)
def test_its_system_is_named_with_it(sent: str, name: str) -> None:
    assert browser_of(sent) == f"Safari on {name}"


def test_what_is_no_browser_is_another_program_whatever_it_calls_itself() -> None:
    assert browser_of("") == UNKNOWN
    assert browser_of("zephyrine-quillfeather/1.0 " + "x" * 5_000) == UNKNOWN
    assert browser_of("Firefox/132.0") == "Firefox"
