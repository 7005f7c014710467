from __future__ import annotations

from typing import get_args

import pytest

from server.patient_messages.wording import SPA_CHARS_MAX, words_of
from server.storage.patient_messages import MessageKind

KINDS: tuple[MessageKind, ...] = get_args(MessageKind)
URL = "https://goodfaith.test/join#" + "s" * 43
UNTIL = "2026-11-29 12:00 UTC"
CLINICAL = (
    *("exam", "treat", "botox", "medical", "clinic", "doctor", "nurse", "health", "photo"),
    *("examen", "tratamiento", "médic", "salud", "enfermer", "foto"),
)


def said(kind: MessageKind, language: str, spa: str = "Glow") -> str:
    words = words_of(kind, language, spa=spa, url=URL, until=UNTIL)
    return f"{words.subject}\n{words.text}\n{words.short}"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["en", "es", ""])
def test_a_message_has_a_link_and_no_clinical_word(kind: MessageKind, language: str) -> None:
    words = words_of(kind, language, spa="Glow", url=URL, until=UNTIL)
    assert URL in words.text.splitlines()
    assert words.short.splitlines()[-1] == URL
    assert UNTIL in words.text
    told = said(kind, language).lower().replace(URL.lower(), "")
    assert [word for word in CLINICAL if word in told] == []


@pytest.mark.parametrize("kind", KINDS)
def test_while_the_language_is_not_known_both_are_said(kind: MessageKind) -> None:
    both = said(kind, "")
    for one in (said(kind, "en"), said(kind, "es")):
        assert one.splitlines()[0] in both
    assert said(kind, "de") == said(kind, "en")


def test_the_name_of_a_spa_stays_in_one_line_and_bounds() -> None:
    words = words_of("invitation", "en", spa="Glow\r\nBcc: x@y\n" * 9, url=URL, until=UNTIL)
    assert len(words.subject) <= len("Your link from ") + SPA_CHARS_MAX
    assert "\n" not in words.subject
    assert "\r" not in words.text
