"""What a paper says was confirmed, looked at and agreed to, with its times."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby
from typing import Final

from server.documents import words
from server.documents.exam import ExamDocument
from server.documents.paper import Items
from server.treatments import label
from signaling.messages import Gate, PersonInRoom

MICROSECONDS: Final = 1_000_000


def confirmed_part(data: ExamDocument) -> Items:
    """Return the part of the paper."""
    return Items("Confirmed during the exam, consents", tuple(_lines(data)) or ("None",))


def _lines(data: ExamDocument) -> Iterator[str]:
    for day, confirmed in groupby(data.gates, key=_day_of):
        said = "; ".join(f"{words.GATES[gate]} {_moment(at):%H:%M}" for gate, at in confirmed)
        yield f"{day} UTC: {said}"
    for one in data.looked:
        name, seen = label(one.treatment_class, "en"), "; ".join(one.findings)
        yield f"{name}: looked at on the video, {_time(one.at)}: {seen}"
    given = "; ".join(
        f"{words.CONSENTS[one.kind]}, version {one.version} ({one.language})"
        for one in data.consents.consents
    )
    yield f"Signed as {data.consents.signed_name}, {_time(data.consents_at)}: {given}"
    if data.withdrawn_at is not None:
        yield f"Consent taken back by the patient, {_time(data.withdrawn_at)}"
    yield from _present(data)


def _present(data: ExamDocument) -> Iterator[str]:
    if data.guardian is not None:
        relation = data.guardian.relationship.replace("_", " ")
        yield f"Guardian present: {data.guardian.legal_name} ({relation})"
    if data.room is not None:
        yield f"In the room with the patient: {_people(data.room)}"
    if data.staff_help:
        yield f"Staff helped with the tablet: {', '.join(data.staff_help)}"


def _people(room: tuple[PersonInRoom, ...]) -> str:
    named = (f"{one.who} {one.name}".strip() for one in room)
    return ", ".join(named) or "nobody else"


def _day_of(confirmed: tuple[Gate, int]) -> str:
    return f"{_moment(confirmed[1]):%Y-%m-%d}"


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at // MICROSECONDS, UTC)


def _time(at: int | None) -> str:
    return "-" if at is None else f"{_moment(at):%Y-%m-%d %H:%M} UTC"
