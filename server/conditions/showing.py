"""What a chart shows, of what evidences conditions. Pure.

    chart --shown_by--> what it shows --evidenced--> condition codes

Only what the reviewer who has it now saw and said counts: a review that was given back leaves
nothing behind.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from server.authority import PHYSICIANS
from server.chart.order_entries import DispositionOrdered
from server.chart.requirements import APPROVALS
from server.chart.state import ChartState
from server.conditions.evidencing import Shown, evidenced
from server.intake import questionnaire

ItemName = Literal["answers", "upload"]
ANSWERS: Final = "answers"
EVIDENCING: Final = (
    "intake.identity",
    "packet.submitted",
    "review.begun",
    "review.item_opened",
    "review.returned",
    "review.condition_attested",
    "review.sufficiency",
    "authority.checked",
    "note.snapshot",
    "note.delta",
    "note.merged",
    "disposition.set",
)
"""Entries that this reads, besides those that a decision of the rules reads anyway."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a reviewer must have had before them; `key` names it on a page.

    Attributes:
        item: the answers, or one picture.
        upload_id: which picture; None for the answers.
        sha256: of what was submitted.
        opened: this reviewer had it before them.
    """

    item: ItemName
    upload_id: str | None
    sha256: str
    opened: bool

    @property
    def key(self) -> str:
        """Return its name among the items of its packet."""
        return self.upload_id or self.item


def items(state: ChartState) -> tuple[Item, ...]:
    """Return everything that was submitted; nothing before that."""
    submitted, review = state.forward.submitted, state.forward.review
    if submitted is None:
        return ()
    opened = review.opened if review else frozenset()
    answers = submitted.answers_sha256
    return (
        Item(ANSWERS, None, answers, answers in opened),
        *(
            Item("upload", one.upload_id, one.sha256, one.upload_id in opened)
            for one in submitted.items
        ),
    )


def shown_by(state: ChartState, low_risk: Collection[str]) -> frozenset[Shown]:
    """Return what a chart shows.

    Args:
        state: of the chart.
        low_risk: treatment classes on the operator's list.
    """
    return frozenset((*_of_patient(state), *_of_review(state), *_of_exam(state, low_risk)))


def evidenced_by(state: ChartState, low_risk: Collection[str]) -> frozenset[str]:
    """Return every condition code that a chart evidences: none before a review began."""
    review = state.forward.review
    if review is None:
        return frozenset()
    return evidenced(shown_by(state, low_risk), review.attested)


def _of_patient(state: ChartState) -> Iterator[Shown]:
    asked, identity = state.requested, state.identity
    born = identity.birth_date if identity else None
    if asked is not None and born == asked.patient.birth_date:
        yield Shown.IDENTITY_GIVEN
    if state.location is not None:
        yield Shown.LOCATION_GIVEN
    if state.answers_done and questionnaire.complete(state.answers, state.treatments):
        yield Shown.ANSWERS_COMPLETE
    given = state.consents.consents if state.consents and state.withdrawn_at is None else ()
    if any(one.kind == "physician_request" for one in given):
        yield Shown.PHYSICIAN_OFFERED


def _of_review(state: ChartState) -> Iterator[Shown]:
    review, sent = state.forward.review, items(state)
    if review is None:
        return
    yield Shown.REVIEWER_NAMED
    pictures = [one for one in sent if one.item == "upload"]
    if pictures and all(one.opened for one in pictures):
        yield Shown.IMAGES_OR_RECORDS
    if sent and all(one.opened for one in sent):
        yield Shown.EVERYTHING_OPENED
    if review.sufficiency is not None and review.sufficiency.sufficient:
        yield Shown.FOUND_SUFFICIENT
    yield from _of_reviewer(state, review.begun.practitioner.practitioner_id)


def _of_reviewer(state: ChartState, reviewer_id: str) -> Iterator[Shown]:
    checked = state.authority
    if checked is None or checked.practitioner.practitioner_id != reviewer_id:
        return
    held = {one.jurisdiction for one in checked.authorities}
    if _places(state) <= held:
        yield Shown.REVIEWER_LICENSED
    if checked.practitioner.profession in PHYSICIANS or all(
        one.collaborating_physician for one in checked.authorities
    ):
        yield Shown.COLLABORATOR_NAMED


def _places(state: ChartState) -> set[str]:
    site = {state.requested.site.jurisdiction} if state.requested else set()
    return site | ({state.location.jurisdiction} if state.location else set())


def _of_exam(state: ChartState, low_risk: Collection[str]) -> Iterator[Shown]:
    wanted = [one.treatment_class for one in state.treatments]
    if wanted and all(one in low_risk for one in wanted):
        yield Shown.LOW_RISK
    if state.note.text.strip():
        yield Shown.NOTE_WRITTEN
    decided = [state.dispositions.get(one) for one in wanted]
    if wanted and all(one is not None and one.rationale.strip() for one in decided):
        yield Shown.REASONS_GIVEN
    approved = [one for one in decided if one is not None and one.disposition in APPROVALS]
    ordered = (isinstance(one, DispositionOrdered) and one.order for one in approved)
    if approved and all(ordered):
        yield Shown.ORDERS_CONFIRMED
