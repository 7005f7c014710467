"""The words of a message to a patient: who writes, what to open, until when. Pure.

A message may be read by whoever has the phone in their hand, and passes through systems that
have no contract with the spa. So it says that there is a visit and nothing about it: no
treatment, no result, no clinical word, no name of the patient.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from server.storage.patient_messages import MessageKind

Language = Literal["en", "es"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "es")
SPA_CHARS_MAX: Final = 40


@dataclass(frozen=True, slots=True)
class Words:
    """A message as it is sent.

    Attributes:
        subject: of mail.
        text: of mail; the link stands on a line of its own.
        short: of a text message.
    """

    subject: str
    text: str
    short: str


SUBJECTS: Final[Mapping[MessageKind, Mapping[Language, str]]] = {
    "invitation": {"en": "Your link from {spa}", "es": "Su enlace de {spa}"},
    "callback": {"en": "{spa}: it is your turn", "es": "{spa}: es su turno"},
    "answer": {
        "en": "{spa} has an answer for you",
        "es": "{spa} tiene una respuesta para usted",
    },
}
FIRST: Final[Mapping[MessageKind, Mapping[Language, str]]] = {
    "invitation": {
        "en": "{spa} asks you to open this link on your phone or computer.",
        "es": "{spa} le pide abrir este enlace en su teléfono o computadora.",
    },
    "callback": {
        "en": "{spa}: somebody is ready for you now. Open this link.",
        "es": "{spa}: ya hay alguien listo para usted. Abra este enlace.",
    },
    "answer": {
        "en": "{spa} has an answer for you. Open this link to read it.",
        "es": "{spa} tiene una respuesta para usted. Abra este enlace para leerla.",
    },
}
LAST: Final[Mapping[Language, str]] = {
    "en": (
        "The link asks for your date of birth and works until {until}. Earlier links have "
        "stopped. Do not pass it on. Nobody reads replies to this message: call {spa}."
    ),
    "es": (
        "El enlace le pide su fecha de nacimiento y funciona hasta {until}. Los enlaces "
        "anteriores ya no sirven. No lo comparta. Nadie lee las respuestas a este mensaje: "
        "llame a {spa}."
    ),
}


def words_of(kind: MessageKind, language: str, *, spa: str, url: str, until: str) -> Words:
    """Return the words of one message.

    Args:
        kind: what it is about.
        language: of the patient; while it is not known, both are said.
        spa: name of the spa; cut to `SPA_CHARS_MAX`, in one line.
        url: the link, secret and all.
        until: when it stops working, as people say it.
    """
    said = [one for one in LANGUAGES if language in {one, ""}] or ["en"]
    name = " ".join(spa.split())[:SPA_CHARS_MAX]
    first = [FIRST[kind][one].format(spa=name) for one in said]
    last = [LAST[one].format(until=until, spa=name) for one in said]
    return Words(
        subject=" / ".join(SUBJECTS[kind][one].format(spa=name) for one in said),
        text="\n\n".join([*first, url, *last]) + "\n",
        short="\n".join([*first, url]),
    )
