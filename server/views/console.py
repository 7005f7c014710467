"""The practitioner's page."""

from __future__ import annotations

from typing import Literal

from server.views.amendments import AmendmentView
from server.views.answering import FlagReasonView, SinceView, WrittenView
from server.views.join import (
    GuardianForm,
    IdentityForm,
    LocationForm,
    SiteView,
    TreatmentOptionView,
)
from server.views.notes import DraftSectionView
from server.views.reviews import ReviewView
from server.views.vitals import VitalsView
from signaling.messages import (
    CallStateName,
    DeferReason,
    Disposition,
    DispositionCondition,
    EmergencyRow,
    Gate,
    HealthFlag,
    Message,
    PersonInRoom,
    Severity,
    TreatmentOrder,
    TreatmentRef,
    Visit,
)


class AnsweredView(Message):
    """A question with the patient's answer, in words."""

    section: str
    question_id: str
    question: str
    answer: str
    flag: Severity | None


class EntryView(Message):
    """One line of the chart's log."""

    seq: int
    kind: str
    at_ms: int
    actor: str
    summary: str


class OrderProposalView(Message):
    """What the site's protocol allows for this patient: the most that can be confirmed.

    `order` with nothing changed is the prefilled order; every part of it may be narrowed.
    """

    order: TreatmentOrder
    months_max: int
    conditions: list[str]
    director_name: str
    valid_until: str


class DispositionView(Message):
    """The current decision on one treatment.

    `order` is the confirmed one, while the protocol that it was read from is in force;
    `order_text` is it in words, as on the papers. Without `proposal` nothing can be ordered,
    and `order_bar` says why in a sentence.
    """

    treatment_class: str
    product: str | None
    disposition: Disposition | None
    rationale: str
    order: TreatmentOrder | None
    order_text: str
    conditions: str
    condition: DispositionCondition | None
    condition_text: str
    reasons: list[DeferReason]
    reasons_text: str
    valid_months: int
    approval_barred: bool
    proposal: OrderProposalView | None
    order_bar: str | None


class MissingView(Message):
    """What still bars the signature, and where to mend it."""

    code: str
    message: str
    target: str


class FindingView(Message):
    """What is to be looked at on the video for one treatment, and what became of it.

    `pending`: the practitioner said that they looked; whether video flowed both ways then is
    still being measured. `unseen`: it did not.
    """

    treatment_class: str
    findings: list[str]
    standing: Literal["missing", "pending", "seen", "unseen"]
    at_ms: int | None


class AuthorityView(Message):
    """An authority to practise, as it stood when it was checked."""

    jurisdiction: str
    kind: str
    number: str
    profession: str
    valid_until: str
    collaborating_physician: str | None


class MediaView(Message):
    """What flowed, as far as the chart has it: the server's statement, not the practitioner's.

    `line` says it in English; `complete`: nothing is missing and every seal fits.
    """

    line: str
    live_video_s: int
    audio_only_s: int
    interrupted_s: int
    complete: bool


class ChartView(Message):
    """A chart as its practitioner reads it: exceptions first."""

    encounter_id: str
    visit: Visit
    call_state: CallStateName
    identity: IdentityForm
    age_years: int
    location: LocationForm
    location_heard: str | None
    """Another jurisdiction, as heard in the call, until the patient attests where they are."""
    site: SiteView
    treatments: list[TreatmentRef]
    treatment_options: list[TreatmentOptionView]
    flags: list[HealthFlag]
    flag_reasons: list[FlagReasonView]
    since: SinceView | None
    """None: nothing was carried over from an earlier exam."""
    answers: list[AnsweredView]
    written: WrittenView
    questions_draft: bool
    """No clinician has signed these questions off for this network: a demo only."""
    vitals: VitalsView
    consents: list[str]
    staff_help: list[str]
    findings: list[FindingView]
    note: str
    note_revision: int
    note_saved_at_ms: int | None
    draft: list[DraftSectionView]
    """The chart in the order of a clinical note; nothing in it is signed by itself."""
    gates: dict[Gate, bool]
    """Those that this exam needs, in the order in which they are asked."""
    gates_first: bool
    """Decisions wait for them."""
    minor: bool
    guardian: GuardianForm | None
    room: list[PersonInRoom] | None
    """As said last; None: nobody has said yet."""
    privacy_requested: bool
    consent_withdrawn: bool
    emergency: EmergencyRow | None
    """Raised and not over."""
    address: EmergencyRow
    """What would be told to 911."""
    dispositions: list[DispositionView]
    authorities: list[AuthorityView]
    missing: list[MissingView]
    review: ReviewView | None
    """What was sent to be reviewed without a live visit; None in a live exam."""
    media: MediaView | None
    entries: list[EntryView]
    addenda: list[AmendmentView]
    chart_head: str
    attestation_version: str
    attestation_text: str
    ready_at_ms: int | None
    accepted_at_ms: int | None
    connected_at_ms: int | None
    signed_at_ms: int | None
    demo: bool
