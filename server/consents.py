"""What a patient consents to before the exam: two texts, two languages, one version each.

The words are original, plain, and not yet reviewed by counsel or a medical translator. A text
is never changed in place: other words are another version. What the patient accepted is proved
by kind, version, language and the SHA-256 of exactly the text that was shown.

Sources: 45 CFR 164.520(b)(1) (what a privacy notice says, its heading word for word); the
disclosure and consent duties that jurisdictions share (who examines, by which means, risks
and alternatives, no recording, the right to withdraw, emergencies, complaints).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final, Literal, TypeAlias, get_args

from server.errors import InvalidBody
from server.views import ConsentsForm, ConsentTextView, Language

Kind: TypeAlias = Literal["privacy_notice", "telehealth"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
VERSIONS: Final[Mapping[Kind, str]] = {
    "privacy_notice": "2026-11-1",
    "telehealth": "2026-11-1",
}
TITLES: Final[Mapping[tuple[Kind, Language], str]] = {
    ("privacy_notice", "en"): "Notice of privacy practices",
    ("privacy_notice", "es"): "Aviso de prácticas de privacidad",
    ("telehealth", "en"): "Consent to an exam by live video",
    ("telehealth", "es"): "Consentimiento para un examen por video en vivo",
}


class ConsentMismatch(InvalidBody):
    """What was accepted is not what is shown now: it must be shown and accepted again."""

    def __init__(self) -> None:
        super().__init__(fields=("consents",))


def texts(language: Language) -> list[ConsentTextView]:
    """Return both texts as they are shown now, in one language."""
    return [consent_text(kind, language) for kind in KINDS]


@cache
def consent_text(kind: Kind, language: Language) -> ConsentTextView:
    """Return one text as it is shown now."""
    source = files("server.intake").joinpath("texts", f"{kind}.{language}.txt")
    text = source.read_bytes().decode("utf-8").strip()
    return ConsentTextView(
        kind=kind,
        version=VERSIONS[kind],
        language=language,
        title=TITLES[kind, language],
        text=text,
        sha256=hashlib.sha256(text.encode("utf-8")).hexdigest(),
    )


def verify(form: ConsentsForm) -> None:
    """Accept consents to exactly the texts that are shown now, each kind once.

    Raises:
        ConsentMismatch: a kind is missing or doubled, or another version or text was accepted.
    """
    if sorted(one.kind for one in form.consents) != sorted(KINDS):
        raise ConsentMismatch
    for given in form.consents:
        shown = consent_text(given.kind, given.language)
        if (given.version, given.sha256) != (shown.version, shown.sha256):
            raise ConsentMismatch
