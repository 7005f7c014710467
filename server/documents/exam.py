"""What a paper about an exam says, as plain values: no layout, no markup, no language.

Made from the chart's state and its signature, and nothing else, so that the same chart always
gives the same paper. Instants are microseconds UTC.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from server.chart.amendments import Amendment
from server.chart.entry import AuthorityFact, PractitionerFact
from server.chart.exam_entries import DispositionDecided
from server.chart.findings import Looked, looked
from server.chart.forward import ForwardRecord
from server.chart.media import MediaRecord
from server.chart.modality import modality_of
from server.chart.modality_entries import Modality, ModalityComputed
from server.chart.order_entries import Decided, OrderFact
from server.chart.reading import flags_of
from server.chart.requirements import APPROVALS, GATES
from server.chart.state import CallRecord, ChartState, FlagKey, nothing
from server.errors import Internal
from server.intake.vitals import Taken
from server.signing import fingerprint, verification_code
from server.views import (
    ConsentsForm,
    GuardianForm,
    IdentityForm,
    LocationForm,
    SiteView,
    VitalName,
)
from signaling.messages import (
    DeferReason,
    Disposition,
    DispositionCondition,
    Gate,
    HealthFlag,
    PersonInRoom,
    TreatmentRef,
)

MICROSECONDS_PER_SECOND: Final = 1_000_000
MONTHS: Final = 12


class ChartIncomplete(Internal):
    """A paper was asked for of a chart that lacks what every signed chart has."""


@dataclass(frozen=True, slots=True)
class SignedExam:
    """The signature, what came after it, and what the chart does not say of its surroundings.

    Attributes:
        chart_seq: number of the last entry that was read.
        addenda: what was added after the signature.
        confided: what was added is not for the patient's copy (`server.chart.confidence`).
    """

    encounter_id: str
    network_name: str
    signed_at: int
    chart_head: str
    public_key: bytes
    signature: bytes
    demo: bool
    chart_seq: int = 0
    addenda: tuple[Amendment, ...] = ()
    confided: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was decided about one treatment; `valid_until` (ISO date) for approvals only.

    Attributes:
        order: words of a chart from before orders had a form; else empty.
        ordered: the order, where something was approved.
    """

    treatment_class: str
    product: str | None
    disposition: Disposition
    order: str
    conditions: str
    rationale: str
    valid_until: str | None
    ordered: OrderFact | None = None
    condition: DispositionCondition | None = None
    reasons: tuple[DeferReason, ...] = ()


@dataclass(frozen=True, slots=True)
class ExamDocument:
    """All that a paper may say. What it does say depends on who it is for."""

    encounter_id: str
    demo: bool
    network_name: str
    identity: IdentityForm
    location: LocationForm
    location_at: int
    site: SiteView
    outcomes: tuple[Outcome, ...]
    flags: tuple[HealthFlag, ...]
    note: str
    gates: tuple[tuple[Gate, int], ...]
    looked: tuple[Looked, ...]
    staff_help: tuple[str, ...]
    consents: ConsentsForm
    consents_at: int
    withdrawn_at: int | None
    guardian: GuardianForm | None
    room: tuple[PersonInRoom, ...] | None
    modality: Modality | None
    held: ModalityComputed | None
    forward: ForwardRecord
    call: CallRecord
    media: MediaRecord
    practitioner: PractitionerFact
    authorities: tuple[AuthorityFact, ...]
    attestation: str
    attestation_version: str
    signed_at: int
    chart_head: str
    key_fingerprint: str
    verification_code: str
    vitals: Mapping[VitalName, Taken] = field(default_factory=nothing)
    flag_reasons: Mapping[FlagKey, str] = field(default_factory=nothing)
    chart_seq: int = 0
    addenda: tuple[Amendment, ...] = ()
    confided: bool = False


def exam_document(state: ChartState, signed: SignedExam) -> ExamDocument:
    """Return what a paper about this chart says.

    Raises:
        ChartIncomplete: identity, location, consents, authority or attestation is missing.
    """
    if (
        state.requested is None
        or state.identity is None
        or state.location is None
        or state.consents is None
        or state.authority is None
        or state.attestation is None
    ):
        raise ChartIncomplete
    confirmed = (gate for gate in GATES if state.gates.get(gate, False))
    return ExamDocument(
        encounter_id=signed.encounter_id,
        demo=signed.demo,
        network_name=signed.network_name,
        identity=state.identity,
        location=state.location,
        location_at=state.location_at or 0,
        site=state.requested.site,
        outcomes=outcomes(state, signed_at=signed.signed_at),
        flags=tuple(flags_of(state)),
        note=state.note.text,
        gates=tuple((gate, state.gates_at[gate]) for gate in confirmed),
        looked=tuple(one for one in looked(state) if one.standing == "seen"),
        staff_help=state.staff_help,
        consents=state.consents,
        consents_at=state.consents_at or 0,
        withdrawn_at=state.withdrawn_at,
        guardian=state.guardian if state.minor else None,
        room=state.room,
        modality=modality_of(state),
        held=state.modality,
        forward=state.forward,
        call=state.call,
        media=state.media,
        practitioner=state.attestation.practitioner,
        authorities=tuple(state.authority.authorities),
        attestation=state.attestation.text,
        attestation_version=state.attestation.version,
        signed_at=signed.signed_at,
        chart_head=signed.chart_head,
        key_fingerprint=fingerprint(signed.public_key),
        verification_code=verification_code(signed.signature),
        vitals=state.vitals,
        flag_reasons=state.flag_reasons,
        chart_seq=signed.chart_seq,
        addenda=signed.addenda,
        confided=signed.confided,
    )


def outcomes(state: ChartState, *, signed_at: int) -> tuple[Outcome, ...]:
    """Return what was decided, for the treatments as they stand, in their order."""
    decided = (
        (one, state.dispositions[one.treatment_class])
        for one in state.treatments
        if one.treatment_class in state.dispositions
    )
    return tuple(_outcome(treatment, entry, signed_at) for treatment, entry in decided)


def _outcome(treatment: TreatmentRef, entry: Decided, signed_at: int) -> Outcome:
    lets = entry.disposition in APPROVALS
    until = valid_until(signed_at, entry.valid_months) if lets else None
    if isinstance(entry, DispositionDecided):
        return Outcome(
            treatment_class=treatment.treatment_class,
            product=treatment.product,
            disposition=entry.disposition,
            order=entry.order,
            conditions=entry.conditions,
            rationale=entry.rationale,
            valid_until=until,
        )
    if until is not None and entry.order is not None:
        until = min(until, entry.order.not_after)
    return Outcome(
        treatment_class=treatment.treatment_class,
        product=treatment.product,
        disposition=entry.disposition,
        order="",
        conditions=entry.conditions,
        rationale=entry.rationale,
        valid_until=until,
        ordered=entry.order if lets else None,
        condition=entry.condition,
        reasons=tuple(entry.reasons),
    )


def valid_until(signed_at: int, months: int) -> str:
    """Return the last day (ISO, UTC) of an approval: the same day `months` later.

    Where that month is shorter, its last day.
    """
    day = datetime.fromtimestamp(signed_at // MICROSECONDS_PER_SECOND, UTC).date()
    years, month = divmod(day.month - 1 + months, MONTHS)
    year = day.year + years
    last = calendar.monthrange(year, month + 1)[1]
    return day.replace(year=year, month=month + 1, day=min(day.day, last)).isoformat()
