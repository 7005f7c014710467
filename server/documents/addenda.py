"""What a paper says of what was added after the signature: beside the original, never in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from server.chart.amendments import Amendment
from server.documents import words
from server.documents.exam import ExamDocument
from server.documents.paper import Items, Part
from server.views import Language

MICROSECONDS: Final = 1_000_000


def addenda_part(data: ExamDocument, language: Language) -> Iterator[Part]:
    """Yield the addenda, if there are any."""
    if data.addenda:
        lines = tuple(_line(one, data, language) for one in data.addenda)
        yield Items(words.ADDENDA[language], lines)


def _line(one: Amendment, data: ExamDocument, language: Language) -> str:
    who = words.ADDED_BY[one.author][language]
    if one.author == "practitioner" and one.author_id == data.practitioner.practitioner_id:
        who = data.practitioner.display_name
    when = datetime.fromtimestamp(one.at // MICROSECONDS, UTC)
    return f"{when:%Y-%m-%d %H:%M} UTC, {who}: {one.text}"
