"""What a spa may see of its encounters: outcome, orders and flags, never the private note.

Before the signature nothing that was decided is shown: it may still change. Flags of the
patient's answers are shown with the result; an emergency is shown at once, because the people
who can help are in the same building.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from server import charting, clinical_sign_offs, emergencies
from server.chart.amendments import amendments
from server.chart.entries import (
    DispositionDecided,
    DispositionOrdered,
    ExamRequested,
    IntakeTreatments,
    ModalityUpgraded,
    decode,
)
from server.chart.gate_entries import EmergencyCleared, EmergencyRaised
from server.chart.modality import modality_of
from server.chart.reading import flags_of, read
from server.identities import listed
from server.outcomes import amendment_views, held, outcomes
from server.patient_messages.showing import sent_views, ways_of
from server.rulings.coverage import unserved
from server.services import Core
from server.storage import (
    callbacks,
    chart_extract,
    directory,
    encounters,
    gate_settings,
    links,
)
from server.storage.callbacks import Callback
from server.storage.database import Tx
from server.storage.directory import Practitioner, Site
from server.storage.encounters import Encounter
from server.treatments import LABELS, options
from server.views import PortalEncounterView, PortalHomeView, SiteView
from server.vital_signs import OPEN as VITALS_OPEN
from server.vital_signs import vitals_view
from signaling.messages import CallbackRow, Disposition, EncounterRow, TreatmentRef

MS: Final = 1_000
ROWS_MAX: Final = 200
KINDS: Final = (
    "exam.requested",
    "intake.treatments",
    "disposition.set",
    "emergency.raised",
    "emergency.cleared",
    "modality.upgraded",
)
OVER: Final = frozenset({"signed", "cancelled", "no_show", "expired"})
SIGNED: Final = "signed"


async def home(tx: Tx, core: Core, spa_id: str) -> PortalHomeView:
    """Return what the portal needs to draw itself."""
    spa = await directory.organization(tx, spa_id)
    sites = await directory.sites_of(tx, spa_id)
    standing = await core.rulebooks.standing(tx, spa.network_id or "")
    now = core.clock.now()
    closed = dict.fromkeys(
        await clinical_sign_offs.closed_classes(tx, spa.network_id or ""),
        clinical_sign_offs.UNSIGNED,
    )
    return PortalHomeView(
        spa_name=spa.name,
        sites=[site_view(site, spa.name) for site in sites],
        unserved={
            place: unserved(standing, place, LABELS, now) | closed
            for place in sorted({site.jurisdiction for site in sites})
        },
        treatment_options=options(),
        encounters=await encounter_rows(
            tx, core, await encounters.of_spa(tx, spa_id, ROWS_MAX)
        ),
    )


async def encounter_row(tx: Tx, core: Core, encounter: Encounter) -> EncounterRow:
    """Return one line of the portal's list."""
    return (await encounter_rows(tx, core, [encounter]))[0]


async def encounter_rows(tx: Tx, core: Core, shown: Sequence[Encounter]) -> list[EncounterRow]:
    """Return lines of the portal's list, in the order given."""
    entries = await chart_extract.of_kinds(
        tx, [one.encounter_id for one in shown], KINDS, keyring=core.keyring
    )
    asked = await callbacks.of_several(tx, [one.encounter_id for one in shown])
    sites: dict[str, Site] = {}
    examiners: dict[str, Practitioner] = {}
    steps = await gate_settings.steps_of(tx, {one.site_id for one in shown})
    for one in shown:
        if one.site_id not in sites:
            sites[one.site_id] = await directory.site(tx, one.site_id)
        if one.practitioner_id and one.practitioner_id not in examiners:
            who = await directory.practitioner(tx, one.practitioner_id)
            examiners[one.practitioner_id] = who
    return [
        await _row(
            tx,
            core,
            one,
            sites[one.site_id],
            examiners.get(one.practitioner_id or ""),
            entries.get(one.encounter_id, []),
            callback_row(asked.get(one.encounter_id)),
            steps.get(one.site_id, ""),
        )
        for one in shown
    ]


async def _row(
    tx: Tx,
    core: Core,
    encounter: Encounter,
    site: Site,
    examiner: Practitioner | None,
    plaintexts: Sequence[bytes],
    callback: CallbackRow | None,
    steps: str,
) -> EncounterRow:
    identity = await listed(tx, core.keyring, encounter)
    treatments, dispositions, emergency, live_asked = _extracted(plaintexts)
    if encounter.visit in OVER:
        emergency = None
    return EncounterRow(
        encounter_id=encounter.encounter_id,
        patient_name=identity.legal_name,
        birth_date=identity.birth_date,
        site_name=site.name,
        treatments=treatments,
        visit=encounter.visit,
        presence=encounter.presence,
        requested_at_ms=encounter.requested_at // MS,
        ready_at_ms=in_ms(encounter.ready_at),
        signed_at_ms=in_ms(encounter.signed_at),
        practitioner_name=examiner.display_name if examiner else None,
        dispositions=dispositions if encounter.visit == SIGNED else {},
        callback=callback,
        emergency=emergencies.row(emergency, steps) if emergency else None,
        live_asked=live_asked and encounter.visit == "intake",
    )


def callback_row(asked: Callback | None) -> CallbackRow | None:
    """Return an open callback as the portal and the patient see it."""
    if asked is None or not asked.is_open:
        return None
    return CallbackRow(
        requested_at_ms=asked.requested_at // MS,
        opens_at_ms=in_ms(asked.opens_at),
        due_at_ms=in_ms(asked.due_at),
    )


def _extracted(
    plaintexts: Sequence[bytes],
) -> tuple[list[TreatmentRef], dict[str, Disposition], EmergencyRaised | None, bool]:
    """Return what the entries come to: treatments, decisions, emergency, live video asked."""
    treatments: list[TreatmentRef] = []
    decided: dict[str, Disposition] = {}
    emergency: EmergencyRaised | None = None
    live_asked = False
    for plaintext in plaintexts:
        match decode(plaintext):
            case ExamRequested(treatments=wanted) | IntakeTreatments(treatments=wanted):
                treatments = wanted
            case DispositionDecided() | DispositionOrdered() as entry:
                decided[entry.treatment.treatment_class] = entry.disposition
            case EmergencyRaised() as raised:
                emergency = raised
            case EmergencyCleared():
                emergency = None
            case ModalityUpgraded(by=by):
                live_asked = by == "practitioner"
            case _:
                continue
    wanted_classes = {one.treatment_class for one in treatments}
    kept = {name: one for name, one in decided.items() if name in wanted_classes}
    return treatments, kept, emergency, live_asked


async def detail(tx: Tx, core: Core, encounter_id: str) -> PortalEncounterView:
    """Return one encounter as its spa may see it."""
    encounter = await encounters.get(tx, encounter_id)
    stored, entries = await charting.read(tx, core.keyring, encounter_id)
    state = read(entries)
    added = amendments([one.leaf for one in stored], entries)
    signed_at = encounter.signed_at if encounter.visit == SIGNED else None
    flags = flags_of(state)
    link = await links.latest(tx, encounter_id)
    row = await encounter_row(tx, core, encounter)
    return PortalEncounterView(
        row=row,
        vitals=vitals_view(state),
        vitals_open=encounter.visit in VITALS_OPEN,
        flags=[one for one in flags if signed_at or one.severity == "emergency"],
        outcomes=outcomes(state, signed_at) if signed_at else [],
        addenda=amendment_views(state, added) if signed_at else [],
        practitioner_name=row.practitioner_name,
        # Read from what flowed, never typed.
        modality=modality_of(state) if signed_at else None,
        held=held(state) if signed_at else None,
        link_expires_at_ms=in_ms(link.expires_at)
        if link and link.replaced_at is None
        else None,
        ways=await ways_of(tx, core, encounter),
        messages=await sent_views(tx, encounter.encounter_id),
        pdf_ready=signed_at is not None,
    )


def site_view(site: Site, spa_name: str) -> SiteView:
    """Return a place of treatment."""
    return SiteView(
        site_id=site.site_id,
        name=site.name,
        street=site.street,
        city=site.city,
        jurisdiction=site.jurisdiction,
        postal_code=site.postal_code,
        spa_name=spa_name,
    )


def in_ms(instant: int | None) -> int | None:
    """Return an instant (microseconds) in milliseconds."""
    return None if instant is None else instant // MS
