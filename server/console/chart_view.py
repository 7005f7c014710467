"""The chart as its practitioner reads it: exceptions first, then everything."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from media.evidence import Kind
from server import charting, clinical_sign_offs, emergencies
from server.chart.amendments import amendments
from server.chart.entries import AnyEntry
from server.chart.entry import AuthorityFact
from server.chart.findings import looked
from server.chart.media import live_line
from server.chart.media_entries import measured
from server.chart.reading import flags_of, read
from server.chart.requirements import gates_before, required_gates
from server.chart.sources import Numbered, sources
from server.chart.state import ChartState
from server.console.answering import reason_views, since_view, written_view
from server.console.deciding import in_force
from server.console.decisions import disposition_views
from server.console.signing import attestation_of, missing
from server.documents.drafting import drafted
from server.errors import NotFound
from server.intake.questionnaire import answered
from server.intake.sets import sets_for
from server.live.cards import age_years
from server.outcomes import amendment_views
from server.protocols.register import governing_at
from server.protocols.standing import Governing
from server.reviewing.packet import Packet, packet_of, review_view
from server.services import Core
from server.storage import directory, encounters
from server.storage.chart_log import StoredEntry
from server.storage.database import Tx
from server.storage.encounters import Encounter
from server.treatments import options
from server.views import (
    AuthorityView,
    ChartView,
    EntryView,
    FindingView,
    IdentityForm,
    LocationForm,
    MediaView,
    MissingView,
    SiteView,
)
from server.views.notes import DraftLineView, DraftSectionView
from server.vital_signs import vitals_view

MS = 1_000


async def chart_view(tx: Tx, core: Core, encounter_id: str) -> ChartView:
    """Return one chart for a practitioner who holds it, or may read it.

    Raises:
        NotFound: there is none yet.
        ChartBroken: the stored chart is not the one that was written.
    """
    encounter = await encounters.get(tx, encounter_id)
    stored, entries = await charting.read(tx, core.keyring, encounter_id)
    state = read(entries, [one.at for one in stored])
    added = amendment_views(state, amendments([one.leaf for one in stored], entries))
    view = await _shown(tx, core, encounter, state)
    made = {
        "addenda": added,
        "draft": draft_views(state, stored, entries, encounter.signed_at),
        "entries": entry_views(stored, entries),
    }
    return view.model_copy(update=made)


async def _shown(tx: Tx, core: Core, encounter: Encounter, state: ChartState) -> ChartView:
    """Return all but what is made of the entries one by one."""
    identity, location = _of_intake(state)
    now = core.clock.now()
    site = await site_view(tx, encounter.site_id)
    flags = flags_of(state)
    governing = await _governing(tx, core, encounter, state)
    attestation = attestation_of(state)
    packet = await _packet(tx, core, encounter, state)
    steps = await emergencies.steps_at(tx, encounter.site_id)
    return ChartView(
        encounter_id=encounter.encounter_id,
        visit=encounter.visit,
        call_state=state.call.state,
        identity=identity,
        age_years=age_years(identity.birth_date, now=now),
        location=location,
        location_heard=state.heard,
        site=site,
        treatments=list(state.treatments),
        treatment_options=options(),
        flags=flags,
        flag_reasons=reason_views(state),
        since=since_view(state),
        answers=answered(state.answers, state.treatments, "en"),
        written=written_view(state),
        questions_draft=await _is_draft(tx, encounter, state),
        vitals=vitals_view(state),
        consents=consent_lines(state),
        staff_help=list(state.staff_help),
        findings=[] if state.forward.forward else finding_views(state, now),
        note=state.note.text,
        note_revision=state.note.revision,
        note_saved_at_ms=_ms(state.note_saved_at),
        draft=[],
        gates={gate: state.gates.get(gate, False) for gate in required_gates(state)},
        gates_first=bool(gates_before(state, "declined")),
        minor=state.minor,
        guardian=state.guardian,
        room=None if state.room is None else list(state.room),
        privacy_requested=state.privacy_requested,
        consent_withdrawn=state.withdrawn_at is not None,
        emergency=emergencies.row(state.emergency, steps) if state.emergency else None,
        address=emergencies.address(state, site, steps),
        dispositions=await disposition_views(tx, core, encounter, state, flags, governing),
        authorities=authority_views(state),
        missing=_barring(encounter, state, governing, packet, now),
        review=review_view(state, packet),
        media=media_view(state),
        entries=[],
        addenda=[],
        chart_head=encounter.chart_head,
        attestation_version=attestation.version,
        attestation_text=attestation.text,
        ready_at_ms=_ms(encounter.ready_at),
        accepted_at_ms=_ms(encounter.accepted_at),
        connected_at_ms=_ms(encounter.connected_at),
        signed_at_ms=_ms(encounter.signed_at),
        demo=core.settings.wants_demo,
    )


def _barring(
    encounter: Encounter,
    state: ChartState,
    governing: Mapping[str, Governing],
    packet: Packet | None,
    now: int,
) -> list[MissingView]:
    """Return what bars a signature; nothing bars the one that was given."""
    if encounter.visit == "signed":
        return []
    return missing(state, encounter, in_force(governing), packet, now)


def _of_intake(state: ChartState) -> tuple[IdentityForm, LocationForm]:
    """Return what every chart has that a practitioner holds.

    Raises:
        NotFound: the patient has not said who and where they are: there is no chart yet.
    """
    if state.identity is None or state.location is None:
        raise NotFound
    return state.identity, state.location


async def _is_draft(tx: Tx, encounter: Encounter, state: ChartState) -> bool:
    sets = sets_for(state.treatments)
    return bool(await clinical_sign_offs.unsigned(tx, encounter.network_id, sets))


async def _governing(
    tx: Tx, core: Core, encounter: Encounter, state: ChartState
) -> Mapping[str, Governing]:
    classes = [one.treatment_class for one in state.treatments]
    return await governing_at(tx, encounter.site_id, classes, core.clock.now())


def _ms(instant: int | None) -> int | None:
    return None if instant is None else instant // MS


async def site_view(tx: Tx, site_id: str) -> SiteView:
    """Return a site with the name of its spa."""
    site = await directory.site(tx, site_id)
    spa = await directory.organization(tx, site.spa_id)
    return SiteView(
        site_id=site.site_id,
        name=site.name,
        street=site.street,
        city=site.city,
        jurisdiction=site.jurisdiction,
        postal_code=site.postal_code,
        spa_name=spa.name,
    )


async def _packet(tx: Tx, core: Core, encounter: Encounter, state: ChartState) -> Packet | None:
    if encounter.visit != "in_review" or not state.forward.forward:
        return None
    who, now = encounter.practitioner_id or "", core.clock.now()
    return await packet_of(tx, core, encounter, who, now, lock=False)


def finding_views(state: ChartState, now: int) -> list[FindingView]:
    """Return what is to be looked at on the video, a row for each treatment."""
    signed = state.attestation is not None
    return [
        FindingView(
            treatment_class=one.treatment_class,
            findings=list(one.findings),
            standing=one.standing,
            at_ms=_ms(one.at),
        )
        for one in looked(state, None if signed else now)
    ]


def consent_lines(state: ChartState) -> list[str]:
    """Return the consents as given, each with version, language and time."""
    if state.consents is None:
        return []
    when = f"{_minute(state.consents_at or 0)}, signed “{state.consents.signed_name}”"
    withdrawn = state.withdrawn_at
    taken_back = [] if withdrawn is None else [f"Taken back {_minute(withdrawn)}"]
    return taken_back + [
        f"{one.kind.replace('_', ' ').capitalize()} {one.version} ({one.language}), {when}"
        for one in state.consents.consents
    ]


def authority_views(state: ChartState) -> list[AuthorityView]:
    """Return what was relied upon when it was last checked."""
    return (
        [authority_view(one) for one in state.authority.authorities] if state.authority else []
    )


def authority_view(fact: AuthorityFact) -> AuthorityView:
    """Return one authority in words."""
    until = datetime.fromtimestamp(fact.valid_until / 1_000_000, UTC)
    return AuthorityView(
        jurisdiction=fact.jurisdiction,
        kind=fact.kind,
        number=fact.number,
        profession=fact.profession,
        valid_until=f"{until:%Y-%m-%d}",
        collaborating_physician=fact.collaborating_physician,
    )


def media_view(state: ChartState) -> MediaView | None:
    """Return what flowed; None when nothing was measured."""
    if not state.media.ledgers:
        return None
    seconds = state.media.totals.seconds
    return MediaView(
        line=live_line(state.media),
        live_video_s=seconds.get(Kind.LIVE_VIDEO, 0),
        audio_only_s=seconds.get(Kind.AUDIO_ONLY, 0),
        interrupted_s=seconds.get(Kind.INTERRUPTED, 0),
        complete=state.media.complete,
    )


def entry_views(stored: list[StoredEntry], entries: list[AnyEntry]) -> list[EntryView]:
    """Return the log, a line each; of what was measured every ten seconds, the last line."""
    last = {one.ledger: one.number for one in entries if measured(one)}
    return [
        EntryView(
            seq=one.seq,
            kind=one.kind,
            at_ms=one.at // MS,
            actor=one.actor.partition(":")[0],
            summary=entry.summary(),
        )
        for one, entry in zip(stored, entries, strict=True)
        if not measured(entry) or last[entry.ledger] == entry.number
    ]


def draft_views(
    state: ChartState,
    stored: list[StoredEntry],
    entries: list[AnyEntry],
    signed_at: int | None,
) -> list[DraftSectionView]:
    """Return the chart as a note, each line with its entries."""
    numbered = (
        Numbered(one.seq, one.at, entry) for one, entry in zip(stored, entries, strict=True)
    )
    return [
        DraftSectionView(
            title=section.title,
            lines=[
                DraftLineView(
                    label=one.label, text=one.text, by=one.by, entries=list(one.source_seqs)
                )
                for one in section.lines
            ],
        )
        for section in drafted(state, sources(numbered), signed_at)
    ]


def _minute(instant: int) -> str:
    return f"{datetime.fromtimestamp(instant / 1_000_000, UTC):%Y-%m-%d %H:%M} UTC"
