"""Which documents an exam needs, by where, how and for whom it is held.

Every exam has the notice of privacy practices and the consent to its modality. A consent to
store-and-forward or to audio alone is its own document, never part of another. A guardian's
consent comes on top for a patient under 18. Notices come where the law of the patient's place
or of the site's names them: `NOTICES`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from server.consenting.library import Document, document
from server.views import ConsentKind, Language

Modality: TypeAlias = Literal["live_video", "hybrid", "store_and_forward", "audio_only"]

BY_MODALITY: Final[Mapping[Modality, tuple[ConsentKind, ...]]] = {
    "live_video": ("telehealth",),
    "hybrid": ("telehealth",),
    "store_and_forward": ("store_and_forward",),
    "audio_only": ("telehealth", "audio_only"),
}
NOTICES: Final[Mapping[str, tuple[ConsentKind, ...]]] = {
    "NJ": ("physician_request",),
    "TX": ("complaint_notice",),
}
"""What is to be shown besides, by jurisdiction; what is not known adds nothing."""
ORDER: Final[tuple[ConsentKind, ...]] = (
    "privacy_notice",
    "telehealth",
    "store_and_forward",
    "audio_only",
    "guardian",
    "complaint_notice",
    "physician_request",
)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What decides which documents are needed.

    Attributes:
        places: jurisdictions of the patient and of the site.
        minor: the patient is under 18.
        modality: how the exam is held.
    """

    places: frozenset[str] = frozenset()
    minor: bool = False
    modality: Modality = "live_video"


def kinds(where: Circumstances) -> list[ConsentKind]:
    """Return the kinds that are needed, in the order in which they are shown."""
    needed: set[ConsentKind] = {"privacy_notice", *BY_MODALITY[where.modality]}
    if where.minor:
        needed.add("guardian")
    for place in where.places:
        needed.update(NOTICES.get(place, ()))
    return [one for one in ORDER if one in needed]


def documents(where: Circumstances, language: Language) -> list[Document]:
    """Return the documents that are needed, as they are shown now."""
    return [document(kind, where.places, language) for kind in kinds(where)]
