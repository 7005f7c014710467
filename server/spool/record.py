"""One thing that a chart is to have: entries about a call in progress, and the call's row.

It was decided already, by the people in the call and by the relay; writing it down is all that
is left. Nothing that needs a decision (an accept, a signature, a first connection) waits here.

Pure: JSON in and out.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Self, TypeAlias

Entry: TypeAlias = tuple[str, str, str]
"""Kind, actor and plaintext of a chart's entry."""


class RecordUnreadable(Exception):
    """It opened, and is nothing that this program writes."""


@dataclass(frozen=True, slots=True)
class CallRow:
    """One generation of a call as it stood; see the table `calls`."""

    generation: int
    mode: str
    started_at: int
    patient_first_frame_at: int | None
    practitioner_first_frame_at: int | None
    connected_at: int | None
    ended_at: int | None
    outcome: str


@dataclass(frozen=True, slots=True)
class Record:
    """See the module.

    Attributes:
        record_id: never used twice; it is committed with the record, so that a COMMIT whose
            answer was lost writes nothing twice.
        encounter_id: whose chart.
        at: when it happened, microseconds UTC: the instant of the entries.
        written_in: states of the visit in which the entries may still be written.
        entries: in order.
        call: and how the call's generation stood then.
        entries_max: a chart that has so many takes no more of these; None: it always does.
    """

    record_id: str
    encounter_id: str
    at: int
    written_in: tuple[str, ...]
    entries: tuple[Entry, ...] = ()
    call: CallRow | None = None
    entries_max: int | None = None

    def text(self) -> bytes:
        """Return it as `of` reads it."""
        return json.dumps(asdict(self), separators=(",", ":")).encode()

    @classmethod
    def of(cls, text: bytes) -> Self:
        """Read what `text` wrote.

        Raises:
            RecordUnreadable: it is something else.
        """
        try:
            given = json.loads(text)
            call = given.pop("call")
            written_in, entries = given.pop("written_in"), given.pop("entries")
            return cls(
                **given,
                written_in=tuple(written_in),
                entries=tuple(_entry(one) for one in entries),
                call=None if call is None else CallRow(**call),
            )
        except (ValueError, TypeError, KeyError, AttributeError):
            raise RecordUnreadable from None


def _entry(one: Sequence[str]) -> Entry:
    kind, actor, plaintext = one
    return kind, actor, plaintext
