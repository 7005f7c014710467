"""What a patient does towards an exam without a live visit, beside sending files.

    choose   photos, or a video visit, as long as nothing was submitted; after that only video
    submit   everything there? -> do the rules permit this packet? -> entries -> COMMIT -> tell

Whoever submitted may still go over to live video, also while somebody reviews it.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Final

from server import charting, clinical_sign_offs, visits
from server.access import Principal
from server.chart.canonical import canonical
from server.chart.entries import (
    ModalityRequested,
    ModalityUpgraded,
    PacketSubmitted,
)
from server.chart.forward_entries import PacketItem
from server.errors import WrongStep
from server.forward.due import ask_for_review
from server.forward.offering import as_sent
from server.forward.refusals import (
    ModalityIsLive,
    PacketIncomplete,
    StoreAndForwardNotPermitted,
)
from server.forward.view import is_offered
from server.forward.wanted import missing_views
from server.intake import questionnaire
from server.join_view import language_of, opened
from server.joining import Intake, require_step
from server.patient_uploads import require_sending
from server.reviewing.acting import went_live
from server.rules.words import Outcome
from server.rulings.ruling import Asked, Ruling, facts_for, rule
from server.services import Services
from server.storage import encounters
from server.storage.database import Tx
from server.storage.encounters import Encounter
from server.views import ModalityForm
from signaling.messages import RequestedModality
from signaling.visit import LinkRedeemed, UpgradedToLive, VisitState
from signaling.visit import PacketSubmitted as Submitted

SENT: Final = frozenset({VisitState.SUBMITTED, VisitState.IN_REVIEW})
CHOOSING: Final = frozenset({VisitState.REQUESTED, VisitState.INTAKE, VisitState.LEFT})


# ------------------------------------------------------------------ which way


async def choose(services: Services, principal: Principal, form: ModalityForm) -> None:
    """Write how the patient wants to be examined.

    Raises:
        ModalityIsLive: it went on by live video, and stays so.
        StoreAndForwardNotPermitted: the rules could not permit it.
        WrongStep: the questions before it are open, or the visit is past it.
    """
    async with services.database.write() as tx:
        encounter, intake = await opened(tx, services, principal, lock=True)
        now = services.clock.now()
        if intake.visit in SENT:
            await _upgrade(tx, services, encounter, form, now=now)
        elif intake.visit in CHOOSING:
            await _choose(tx, services, encounter, intake, form.modality)
        else:
            raise WrongStep
    services.hub.encounter_changed(encounter.encounter_id)


async def _choose(
    tx: Tx,
    services: Services,
    encounter: Encounter,
    intake: Intake,
    modality: RequestedModality,
) -> None:
    require_step(intake, "consent")
    charting.require_room(encounter, services.settings.entries_per_encounter_max)
    keyring, now = services.keyring, services.clock.now()
    if modality == "store_and_forward":
        if intake.state.forward.upgraded is not None:
            raise ModalityIsLive
        standing = await services.rulebooks.standing(tx, encounter.network_id, lock=True)
        if not await is_offered(tx, services, encounter, standing):
            raise StoreAndForwardNotPermitted
    actor = charting.patient(encounter.encounter_id)
    if intake.visit is not VisitState.INTAKE:
        await visits.move(tx, keyring, encounter, LinkRedeemed(), actor=actor, now=now)
    changed = replace(encounter, requested_modality=modality, changed_at=now)
    await encounters.set_changed(tx, encounter, changed)
    entry = ModalityRequested(modality=modality)
    await charting.write(tx, keyring, encounter.encounter_id, actor, [entry], now=now)


async def _upgrade(
    tx: Tx, services: Services, encounter: Encounter, form: ModalityForm, *, now: int
) -> None:
    """Go on by live video with what was sent; whoever reviews it has it no more."""
    if form.modality != "live_video":
        return  # it is what was submitted already
    actor = charting.patient(encounter.encounter_id)
    entry = ModalityUpgraded(by="patient", reason=form.reason)
    keyring = services.keyring
    await charting.write(tx, keyring, encounter.encounter_id, actor, [entry], now=now)
    await visits.move(tx, keyring, encounter, UpgradedToLive(), actor=actor, now=now)
    await went_live(tx, services, encounter.encounter_id, now)


# ------------------------------------------------------------------ submitting


async def submit(services: Services, principal: Principal) -> None:
    """Send it all off to be looked at. Twice is the same as once.

    Raises:
        PacketIncomplete: photos or answers are missing; `fields` names them.
        StoreAndForwardNotPermitted: the rules ask live video; `fields` names those that do.
        NotPermitted: the rules permit no exam at all.
        QuestionnaireUnsigned: no clinician stands behind the questions any more.
        WrongStep: it is not the time for it.
    """
    async with services.database.write() as tx:
        encounter, intake = await opened(tx, services, principal, lock=True)
        if intake.visit in SENT:
            return
        require_sending(intake)
        missing = _missing(intake)
        if missing:
            raise PacketIncomplete(fields=missing)
        wanted = intake.state.treatments
        await clinical_sign_offs.require_signed(tx, encounter.network_id, wanted)
        now = services.clock.now()
        ruling = await _ruling(tx, services, encounter, now)
        await _submit(tx, services, encounter, intake, ruling)
    services.hub.encounter_changed(encounter.encounter_id)


def _missing(intake: Intake) -> tuple[str, ...]:
    state = intake.state
    views = missing_views(state.treatments, state.forward.uploads)
    answered = questionnaire.complete(state.answers, state.treatments)
    return (*views, *(() if answered else ("answers",)))


async def _ruling(tx: Tx, services: Services, encounter: Encounter, now: int) -> Ruling:
    found = await facts_for(tx, services.keyring, [encounter.encounter_id])
    facts = as_sent(found[encounter.encounter_id])
    standing = await services.rulebooks.standing(tx, encounter.network_id, lock=True)
    ruling = rule(Asked(encounter, facts, None, "submit"), standing, now)
    ruling.require()
    if ruling.decision.outcome is not Outcome.STORE_AND_FORWARD_PERMITTED:
        deciding = {one.rule.value for one in ruling.decision.reasons}
        raise StoreAndForwardNotPermitted(fields=tuple(sorted(deciding)))
    return ruling


async def _submit(
    tx: Tx, services: Services, encounter: Encounter, intake: Intake, ruling: Ruling
) -> None:
    encounter_id, keyring, now = encounter.encounter_id, services.keyring, services.clock.now()
    decided = await charting.append(
        tx, keyring, encounter_id, charting.SYSTEM, [ruling.entry], now=now
    )
    record = intake.state.forward
    entry = PacketSubmitted(
        items=[
            PacketItem(upload_id=one.upload_id, sha256=one.sha256)
            for one in record.uploads.values()
        ],
        questionnaire_version=questionnaire.version(),
        answers_sha256=hashlib.sha256(canonical(dict(intake.state.answers))).hexdigest(),
        ruling_seq=decided.seqs[-1],
        due_at=await ask_for_review(tx, encounter, now=now),
    )
    actor = charting.patient(encounter_id)
    await charting.write(tx, keyring, encounter_id, actor, [entry], now=now)
    placed = replace(
        encounter,
        eligibility=ruling.eligibility(encounter.network_id),
        language=language_of(intake.state),
    )
    await encounters.set_changed(tx, encounter, placed)
    await visits.move(tx, keyring, placed, Submitted(), actor=actor, now=now)
