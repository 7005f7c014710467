"""What a practitioner attests by signing: their own acts, and nothing that they cannot know.

There are four texts. One is for an exam that took place by live video. One is for an encounter
in which no video ever came about: nothing can be approved then, and nobody may be made to say
that they saw the patient. One is for a call of which no two-way video was measured (sound
alone, a picture that stood still): nothing can be approved there either. The last is for a
review of what the patient sent, without a live visit. Which one applies is read from the chart.

What the server itself measured (when video flowed, who was connected) is not attested by the
practitioner; it stands in the chart beside this.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class AttestationText:
    """The words, their version, and the hex SHA-256 of their UTF-8."""

    version: str
    text: str
    sha256: str


def _text(version: str, *sentences: str) -> AttestationText:
    text = " ".join(sentences)
    return AttestationText(version, text, hashlib.sha256(text.encode("utf-8")).hexdigest())


EXAMINED: Final = _text(
    "2026-11-1",
    "I attest that I examined this patient myself, live, by two-way video and sound;",
    "that I saw the patient and spoke with the patient;",
    "that I asked for and confirmed the patient's name, date of birth and present location;",
    "that I told the patient my name, my profession and my license before the exam,",
    "and that the patient agreed to it;",
    "that I read the patient's health answers and asked about what needed asking;",
    "that each decision and each order in this chart is my own and is for this patient alone;",
    "and that I wrote or read every word of my note before I signed.",
    "I hold the authority to practice that is recorded in this chart.",
)
NOT_EXAMINED: Final = _text(
    "2026-11-1-not-examined",
    "I attest that I did not examine this patient by live video, because no video connection",
    "came about; that I approved no treatment;",
    "that each decision in this chart is my own;",
    "and that I wrote or read every word of my note before I signed.",
    "I hold the authority to practice that is recorded in this chart.",
)
REVIEWED: Final = _text(
    "2026-11-1-reviewed",
    "I attest that I did not see or speak with this patient: I reviewed what the patient sent,",
    "not live; that I opened every photo and every record and read all of the health answers",
    "myself; that I said in this chart whether what was sent was enough to decide;",
    "that each condition that I attested in this chart is true;",
    "that each decision and each order in this chart is my own and is for this patient alone;",
    "and that I wrote or read every word of my note before I signed.",
    "I hold the authority to practice that is recorded in this chart.",
)
NOT_RELIED_ON: Final = _text(
    "2026-11-2-not-relied-on",
    "I attest that I connected with this patient in a call that I do not rely on as an exam by",
    "live video; that I approved no treatment;",
    "that each decision in this chart is my own;",
    "and that I wrote or read every word of my note before I signed.",
    "I hold the authority to practice that is recorded in this chart.",
)
ATTESTATIONS: Final = {
    one.version: one for one in (EXAMINED, NOT_EXAMINED, NOT_RELIED_ON, REVIEWED)
}
OF_A_CALL: Final = frozenset(one.version for one in (EXAMINED, NOT_EXAMINED, NOT_RELIED_ON))


def attestation_text(*, connected: bool, examined: bool = True) -> AttestationText:
    """Return the words to sign.

    Args:
        connected: video was decoded on both sides at least once.
        examined: there was live video, by the evidence (`requirements.examined_live`).
    """
    if not connected:
        return NOT_EXAMINED
    return EXAMINED if examined else NOT_RELIED_ON
