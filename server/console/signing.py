"""Signing a chart: everything is checked again, then the head of the chart is signed.

    [rules.decided] [authority.checked] [modality.computed] [visit.changed] [attestation]
                                                                 its leaf is signed ---^

All of it is one transaction with the freeing of the practitioner, and with the authorizations
that the exam gives; afterwards there are only addenda.

What the practitioner has read is named by `chart_head`. Behind it may stand what was measured
of the media (it comes every ten seconds, and is not theirs to read), and the end of the call
where signing ended it; nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from media.evidence import Kind
from server import charting, visits
from server.attestation import OF_A_CALL, REVIEWED, AttestationText, attestation_text
from server.authority import NotAuthorized
from server.authorizations import making as authorizations
from server.authorizations.making import SignedHead
from server.chart import entries as chart
from server.chart.modality import computed, seconds
from server.chart.reading import read
from server.chart.requirements import approves, examined_live, missing_for_signature
from server.chart.state import ChartState
from server.console.deciding import relied_on
from server.console.examining import OPEN, unsigned
from server.delivery import telling
from server.errors import (
    ChartHeadMoved,
    InvalidBody,
    NotAuthorizedHere,
    SignRequirementsMissing,
)
from server.patient_messages.putting import put_if_asked
from server.reviewing.judging import require_form
from server.reviewing.packet import Packet, missing_of, packet_of
from server.rulings.ruling import ruling_for
from server.services import Core
from server.signing import NOTHING_SHA256, Bound, SignedFacts, authority_hash
from server.signing import sign as sign_facts
from server.storage import chart_log, signatures, signed_exams
from server.storage.chart_log import StoredEntry
from server.storage.database import Tx
from server.storage.encounters import Encounter
from server.storage.signatures import Signature
from server.views import MissingView
from server.waiting.authorities import checked_entry
from server.waiting.work import Result
from signaling import visit
from signaling.messages import EncounterSign


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chart that is signed."""

    seq: int
    leaf_hash: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A chart that may be signed now."""

    encounter: Encounter
    ruled: chart.RulesDecided
    authority: chart.AuthorityChecked
    attestation: AttestationText
    state: ChartState


async def sign(
    tx: Tx,
    core: Core,
    practitioner_id: str,
    command: EncounterSign,
    now: int,
    *,
    ended: bool = False,
) -> Result:
    """Attest and sign; the caller frees the practitioner in the same transaction.

    Args:
        tx: the transaction.
        core: what everything stands on.
        practitioner_id: who signs.
        command: what they attest, and the head of the chart that they read.
        now: microseconds UTC.
        ended: their signing ended the call.

    Raises:
        GoodfaithError: see `require_signable`.
    """
    checked = await require_signable(tx, core, practitioner_id, command, now, ended=ended)
    encounter = checked.encounter
    head = await _attest(tx, core, checked, now)
    await _sign_head(tx, core, checked, head, now)
    since = live_video_since(checked.state)
    await signed_exams.add(tx, encounter, signed_at=now, live_video_at=since)
    signed = SignedHead(head.seq, head.leaf_hash, now, practitioner_id)
    await authorizations.make(tx, core, encounter, checked.state, signed)
    await telling.signed(tx, encounter, chart_head=head.leaf_hash, at=now)
    if checked.attestation is REVIEWED:
        await telling.answered(tx, encounter, at=now)
        said = checked.state.identity.language if checked.state.identity else ""
        await put_if_asked(tx, core, encounter, "answer", language=said)
    return {"signed_at_ms": now // 1_000, "chart_head": head.leaf_hash}


def live_video_since(state: ChartState) -> int | None:
    """Return since when live video flowed, if what was measured of this exam shows any."""
    shown = seconds(state, Kind.LIVE_VIDEO) > 0
    return state.call.connected_at if shown else None


async def require_signable(
    tx: Tx,
    core: Core,
    practitioner_id: str,
    command: EncounterSign,
    now: int,
    *,
    ended: bool = False,
    awaited: bool = False,
) -> Checked:
    """Return what a signature takes; nothing is written.

    Args:
        tx: the transaction.
        core: what everything stands on.
        practitioner_id: who signs.
        command: what they attest, and the head of the chart that they read.
        now: microseconds UTC.
        ended: their signing ended the call.
        awaited: evidence is still to come, and will be judged then.

    Raises:
        ChartHeadMoved: the chart grew since the practitioner read it.
        SignRequirementsMissing: naming what is missing.
        NotAuthorizedHere: no authority where the patient and the site are, now.
        NotPermitted: the rules do not permit this exam any more; the code says why.
        LiveVideoRequired: an approval without a live visit, and they ask for one.
        InvalidBody: the attestation is not the one that this chart calls for.
    """
    encounter = await unsigned(tx, command.encounter_id, practitioner_id, visits=OPEN)
    stored, entries = await charting.read(tx, core.keyring, encounter.encounter_id)
    if not was_read(stored, entries, command.chart_head, ended=ended):
        raise ChartHeadMoved
    state = read(entries, [one.at for one in stored])
    missing = await _missing(tx, core, encounter, state, now, awaited=awaited)
    if missing:
        raise SignRequirementsMissing(fields=tuple(one.code for one in missing))
    attestation = attestation_of(state)
    if attestation.version != command.attestation_version:
        if attestation is not REVIEWED and command.attestation_version in OF_A_CALL:
            raise ChartHeadMoved  # what was measured since makes it another text: to be read
        raise InvalidBody(fields=("attestation_version",))
    try:
        authority = await checked_entry(tx, encounter, practitioner_id, "sign", now)
    except NotAuthorized:
        raise NotAuthorizedHere from None
    ruling = await ruling_for(tx, core, encounter, practitioner_id, now, moment="sign")
    if approves(state):  # what was not permitted may still be deferred or declined, and closed
        ruling.require()
        require_form(state, ruling)
    return Checked(encounter, ruling.entry, authority, attestation, state)


def attestation_of(state: ChartState) -> AttestationText:
    """Return the words that this chart calls for."""
    if state.forward.forward:
        return REVIEWED
    return attestation_text(connected=state.connected, examined=examined_live(state))


async def _missing(
    tx: Tx, core: Core, encounter: Encounter, state: ChartState, now: int, *, awaited: bool
) -> list[MissingView]:
    protocols = await relied_on(tx, encounter, state.treatments, now)
    packet = None
    if state.forward.forward:
        who = encounter.practitioner_id or ""
        packet = await packet_of(tx, core, encounter, who, now, lock=True)
    return missing(state, encounter, protocols, packet, now if awaited else None)


def missing(
    state: ChartState,
    encounter: Encounter,
    protocols: Mapping[str, str],
    packet: Packet | None,
    now: int | None,
) -> list[MissingView]:
    """Return what still bars the signature: what the console shows is what is refused.

    Args:
        state: of the chart.
        encounter: its row.
        protocols: SHA-256 of the protocol in force at the site, by treatment class.
        packet: of a review; None for an exam.
        now: microseconds UTC, while evidence may still come; None when it is signed.
    """
    if packet is not None:
        return missing_of(packet, state, encounter, protocols)
    return missing_for_signature(
        state, connected=state.connected, visit=encounter.visit, protocols=protocols, now=now
    )


def was_read(
    stored: Sequence[StoredEntry],
    entries: Sequence[chart.AnyEntry],
    head: str,
    *,
    ended: bool = False,
) -> bool:
    """Tell whether only what need not be read stands behind the head that was read.

    Args:
        stored: the chart.
        entries: the same, decoded.
        head: leaf hash of the last entry that was read.
        ended: the end of the call need not be read either.
    """
    places = [place for place, one in enumerate(stored) if one.leaf_hash == head]
    return bool(places) and all(_unread(one, ended=ended) for one in entries[places[0] + 1 :])


def _unread(entry: chart.AnyEntry, *, ended: bool) -> bool:
    match entry:
        case chart.MediaEvidence() | chart.MediaEvidenceIncomplete():
            return True
        case chart.CallEnded() | chart.VisitChanged(after="wrap_up"):
            return ended
        case _:
            return False


async def _attest(tx: Tx, core: Core, signable: Checked, now: int) -> Head:
    """Append the last entries before the signature."""
    encounter, checked = signable.encounter, signable.authority
    attestation = signable.attestation
    sent = signable.state.forward.submitted is not None
    held = computed(signable.state, forwarded=sent)
    before: list[chart.AnyEntry] = [signable.ruled, checked, held]
    actor = charting.practitioner(checked.practitioner.practitioner_id)
    await charting.write(
        tx, core.keyring, encounter.encounter_id, charting.SYSTEM, before, now=now
    )
    await visits.move(tx, core.keyring, encounter, visit.Signed(), actor=actor, now=now)
    entry = chart.Attestation(
        version=attestation.version,
        sha256=attestation.sha256,
        text=attestation.text,
        practitioner=checked.practitioner,
    )
    appended = await charting.append(
        tx, core.keyring, encounter.encounter_id, actor, [entry], now=now
    )
    return Head(appended.seqs[-1], appended.head)


async def _sign_head(tx: Tx, core: Core, checked: Checked, head: Head, now: int) -> None:
    encounter, authority = checked.encounter, checked.authority
    practitioner_id = authority.practitioner.practitioner_id
    key = await core.keyring.signing_key(tx, practitioner_id, encounter.network_id)
    facts = SignedFacts(
        encounter_id=encounter.encounter_id,
        chart_head=head.leaf_hash,
        seq=head.seq,
        practitioner_id=practitioner_id,
        signed_at=now,
        attestation_sha256=checked.attestation.sha256,
        authority_sha256=authority_hash(authority.authorities),
        bound=Bound(
            evidence_sha256=await _committed(tx, encounter, "modality.computed"),
            rules_version=checked.ruled.rules_version,
            consents_sha256=await _committed(tx, encounter, "intake.consents"),
        ),
    )
    await signatures.add(
        tx,
        Signature(
            encounter_id=encounter.encounter_id,
            seq=head.seq,
            chart_head=head.leaf_hash,
            practitioner_id=practitioner_id,
            public_key=key.public_key().public_bytes_raw(),
            signature=sign_facts(key.private_bytes_raw(), facts),
            signed_at=now,
            context=facts.context,
            attestation_sha256=facts.attestation_sha256,
            authority_sha256=facts.authority_sha256,
            rules_version=checked.ruled.rules_version,
        ),
    )


async def _committed(tx: Tx, encounter: Encounter, kind: str) -> str:
    found = await chart_log.last_commitment(tx, encounter.encounter_id, kind)
    return found or NOTHING_SHA256
