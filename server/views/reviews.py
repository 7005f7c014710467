"""What a reviewer is shown: the queue, and the packet with what it still takes."""

from __future__ import annotations

from typing import Literal

from signaling.messages import HealthFlag, Message, TreatmentRef


class ReviewRow(Message):
    """One review that this practitioner has or may take; no name before it is theirs.

    `live_only`: by the rules as they are, nobody may decide it without a live visit any more.
    """

    encounter_id: str
    patient_name: str | None
    age_years: int
    jurisdiction: str
    site_jurisdiction: str
    treatments: list[TreatmentRef]
    flags: list[HealthFlag]
    pictures: int
    submitted_at_ms: int
    due_at_ms: int
    overdue: bool
    mine: bool
    live_only: bool


class ReviewsView(Message):
    """The queue: what is due first comes first. `now_ms` is the server's clock."""

    now_ms: int
    reviews: list[ReviewRow]


class ReviewItemView(Message):
    """One thing that was sent. `view` is what a photo is to show, `page` that of a record."""

    key: str
    kind: Literal["answers", "image", "record"]
    view: str | None
    page: int | None
    opened: bool
    width_px: int | None
    height_px: int | None


class ConditionView(Message):
    """One condition of the jurisdictions, and what evidences it.

    `shown` is there, `lacking` is not yet; `statement` is the exact sentence to attest, if
    there is one. `live_only`: nothing in a review can evidence it.
    """

    code: str
    name: str
    shown: list[str]
    lacking: list[str]
    statement: str
    attested: bool
    evidenced: bool
    live_only: bool


class ReviewView(Message):
    """The packet. `bars` say why it cannot be decided without a live visit; empty: it can."""

    submitted_at_ms: int
    due_at_ms: int
    items: list[ReviewItemView]
    conditions: list[ConditionView]
    sufficient: bool | None
    reason: str
    bars: list[str]
