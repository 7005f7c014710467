"""Which entry a fact of the chart was said by last: so that whoever reads it can look there.

    sources(numbered) -> Sources            pure; beside `server.chart.reading.read`

It says nothing of what holds: that is the chart's state. A fact that the state has was said by
the entry that this names for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from server.chart.answer_entries import FlagsReasoned
from server.chart.chat_entries import ChatSaid
from server.chart.entries import AnyEntry
from server.chart.exam_entries import DispositionDecided, GateConfirmed, NoteSnapshot
from server.chart.finding_entries import FindingSeen
from server.chart.forward_entries import ReviewItemOpened
from server.chart.media_entries import MediaEvidence, MediaEvidenceIncomplete
from server.chart.note import NoteEntry, is_save
from server.chart.note_origins import origins
from server.chart.order_entries import DispositionOrdered
from server.chart.vital_entries import VitalsRecorded
from server.intake import vitals


@dataclass(frozen=True, slots=True)
class Numbered:
    """An entry with its number and its time (microseconds UTC)."""

    seq: int
    at: int
    entry: AnyEntry


@dataclass(frozen=True, slots=True)
class Sources:
    """Numbers of entries, by subject.

    Attributes:
        last: by kind.
        about: by kind and what it is about: a gate, a treatment class, a vital sign, a flag, an
            upload; a tick of findings by class and time.
        ledgers: the last entry of each ledger of evidence.
        note: for each line of the note, empty ones included, the entries that say it.
    """

    last: Mapping[str, int] = field(default_factory=dict)
    about: Mapping[tuple[object, ...], int] = field(default_factory=dict)
    ledgers: tuple[int, ...] = ()
    note: tuple[tuple[int, ...], ...] = ()

    def of(self, *kinds: str) -> tuple[int, ...]:
        """Return the last entry of each of these kinds, in order; those there are."""
        return tuple(sorted(self.last[one] for one in kinds if one in self.last))

    def on(self, *subject: object) -> tuple[int, ...]:
        """Return the last entry about a subject, if there is one."""
        found = self.about.get(subject)
        return () if found is None else (found,)


def sources(numbered: Iterable[Numbered]) -> Sources:
    """Return which entry said what last.

    Args:
        numbered: every entry of one chart, in order.

    Raises:
        NoteBroken: entries of the note are missing.
    """
    last: dict[str, int] = {}
    about: dict[tuple[object, ...], int] = {}
    ledgers: dict[int, int] = {}
    saves: list[tuple[int, NoteEntry]] = []
    for one in numbered:
        last[one.entry.kind] = one.seq
        if is_save(one.entry):
            if isinstance(one.entry, NoteSnapshot):
                saves.clear()
            saves.append((one.seq, one.entry))
        if isinstance(one.entry, MediaEvidence | MediaEvidenceIncomplete):
            ledgers[one.entry.ledger] = one.seq
        about.update(dict.fromkeys(_subjects(one), one.seq))
    return Sources(last, about, tuple(sorted(ledgers.values())), origins(saves))


def _subjects(one: Numbered) -> Iterator[tuple[object, ...]]:
    entry = one.entry
    match entry:
        case GateConfirmed(gate=gate):
            yield entry.kind, gate
        case FindingSeen(treatment_class=name):
            yield entry.kind, name, one.at
        case ChatSaid():
            yield entry.kind, one.at
        case DispositionDecided(treatment=treatment) | DispositionOrdered(treatment=treatment):
            yield entry.kind, treatment.treatment_class
        case VitalsRecorded():
            for name in vitals.taken_of(entry.figures(), entry.measured_by, one.at):
                yield entry.kind, name
        case ReviewItemOpened(upload_id=upload_id):
            yield entry.kind, upload_id
        case FlagsReasoned(flags=flags):
            for flag in flags:
                yield entry.kind, flag.code, flag.question_id, flag.applies_to
        case _:
            return
