"""What a patient's page shows of their visit. A reload at any moment asks for this again."""

from __future__ import annotations

from typing import Final

from server import charting, clinical_sign_offs, emergencies
from server.access import Principal
from server.chart.amendments import amendments
from server.chart.confidence import confided
from server.chart.consent import circumstances, consented
from server.chart.state import ChartState
from server.consenting.circumstances import documents
from server.errors import NotFound
from server.forward.view import forward_view, licenses_of
from server.identities import identity_of
from server.joining import Intake, device_works, intake_of, is_emergency, step_of
from server.outcomes import amendment_views, held, outcomes
from server.portal_view import MS, callback_row, in_ms, site_view
from server.rulebooks.standing import Standing
from server.rulings.coverage import refusal
from server.services import Core
from server.staffing.outlook import class_of, outlook_for
from server.storage import callbacks, directory, encounters
from server.storage.database import Tx
from server.storage.directory import Site
from server.storage.encounters import Encounter
from server.storage.errors import RowMissing
from server.treatments import options
from server.views import (
    AdmissionView,
    AmendmentView,
    JoinStateView,
    Language,
    ResultView,
    ServedView,
)
from signaling.visit import VisitState

BEFORE_THE_EXAM: Final = frozenset(
    {VisitState.REQUESTED, VisitState.INTAKE, VisitState.LEFT, VisitState.WAITING}
)
DEFAULT_LANGUAGE: Final[Language] = "en"


async def join_view(tx: Tx, core: Core, principal: Principal) -> JoinStateView:
    """Return where the patient of a session stands."""
    encounter, intake = await opened(tx, core, principal)
    site = await directory.site(tx, encounter.site_id)
    spa = await directory.organization(tx, encounter.spa_id)
    network = await directory.organization(tx, encounter.network_id)
    identity = await identity_of(tx, core.keyring, encounter)
    state = intake.state
    language = language_of(state)
    step = step_of(intake)
    standing = await core.rulebooks.standing(tx, encounter.network_id)
    closed = await clinical_sign_offs.closed_classes(tx, encounter.network_id)
    served = _coverage(intake, site, standing, core.clock.now())
    return JoinStateView(
        encounter_id=encounter.encounter_id,
        step=step,
        visit=intake.visit.value,
        kiosk=principal.kiosk,
        site=site_view(site, spa.name),
        network_name=network.name,
        language=language,
        holder=state.holder,
        privacy_requested=state.privacy_requested,
        identity=state.identity,
        suggested_name=identity.legal_name,
        location=state.location,
        treatments=list(state.treatments),
        treatment_options=[one for one in options() if one.treatment_class not in closed],
        answers=dict(state.answers),
        answers_done=state.answers_done,
        emergency=is_emergency(state),
        emergency_steps=await emergencies.steps_at(tx, site.site_id),
        emergency_raised=state.emergency is not None,
        minor=state.minor,
        guardian=state.guardian,
        room=None if state.room is None else list(state.room),
        room_confirmed=state.gates.get("room", False),
        location_heard=state.heard,
        consent_withdrawn=state.withdrawn_at is not None,
        consent_texts=[one.view() for one in documents(circumstances(state), language)],
        consents_done=consented(state),
        device_test_done=device_works(state.device_test),
        admission=await _admission(tx, core, encounter, site) if step == "ready" else None,
        coverage=_unsigned(intake, closed) or served,
        forward=await forward_view(tx, core, encounter, state, standing),
        callback=callback_row(await callbacks.of(tx, encounter.encounter_id)),
        result=_result(encounter, state, await _added(tx, core, encounter, state)),
        demo=network.demo,
    )


def _coverage(intake: Intake, site: Site, standing: Standing, now: int) -> ServedView | None:
    """Return what the rules say of place and treatments, from when both are known."""
    state = intake.state
    known = state.location is not None and intake.treatments_chosen
    if state.location is None or not known or intake.visit not in BEFORE_THE_EXAM:
        return None
    places = sorted({state.location.jurisdiction, site.jurisdiction})
    why = refusal(standing, places, state.treatments, now)
    causes = [
        one.treatment_class
        for one in state.treatments
        if why is not None and refusal(standing, places, [one], now) is not None
    ]
    where = [
        place
        for place in places
        if why is not None and refusal(standing, [place], state.treatments, now) is not None
    ]
    return ServedView(
        permitted=why is None, reason=why, places=where or places, unserved=causes
    )


def _unsigned(intake: Intake, closed: frozenset[str]) -> ServedView | None:
    """Return that nobody approved the questions of what is wanted, if so."""
    causes = [
        one.treatment_class for one in intake.state.treatments if one.treatment_class in closed
    ]
    if not causes or intake.visit not in BEFORE_THE_EXAM:
        return None
    why = clinical_sign_offs.UNSIGNED
    return ServedView(permitted=False, reason=why, places=[], unserved=causes)


async def _admission(
    tx: Tx, core: Core, encounter: Encounter, site: Site
) -> AdmissionView | None:
    """Return whether the patient may take a place in line now, unless they have one."""
    if VisitState(encounter.visit) is VisitState.WAITING:
        return None
    eligibility = await class_of(tx, core, encounter, site)
    outlook = await outlook_for(tx, core, eligibility)
    return AdmissionView(admitted=outlook.admitted, opens_at_ms=in_ms(outlook.opens_at))


async def opened(
    tx: Tx, core: Core, principal: Principal, *, lock: bool = False
) -> tuple[Encounter, Intake]:
    """Return the encounter of a patient's session, and how far the patient has come.

    Raises:
        NotFound: the session is for no encounter.
    """
    try:
        encounter = await encounters.get(tx, principal.encounter_id or "", lock=lock)
    except RowMissing:
        raise NotFound from None
    _, entries = await charting.read(tx, core.keyring, encounter.encounter_id)
    visit = VisitState(encounter.visit)
    return encounter, intake_of(entries, visit, kiosk=principal.kiosk)


def language_of(state: ChartState) -> Language:
    """Return the language that the patient chose, or English before they did."""
    return state.identity.language if state.identity else DEFAULT_LANGUAGE


async def _added(
    tx: Tx, core: Core, encounter: Encounter, state: ChartState
) -> list[AmendmentView]:
    """Return what was added after the signature, as the patient may read it; few have any."""
    if not state.addenda:
        return []
    stored, entries = await charting.read(tx, core.keyring, encounter.encounter_id)
    if confided({one.kind for one in entries}):
        return []
    return amendment_views(state, amendments([one.leaf for one in stored], entries))


def _result(
    encounter: Encounter, state: ChartState, added: list[AmendmentView]
) -> ResultView | None:
    """Return what was decided, once it is signed."""
    who = state.attestation.practitioner if state.attestation else None
    if encounter.visit != "signed" or encounter.signed_at is None or who is None:
        return None
    return ResultView(
        signed_at_ms=encounter.signed_at // MS,
        practitioner_name=who.display_name,
        practitioner_profession=who.profession,
        held=held(state),
        licenses=licenses_of(state),
        reviewed=state.forward.forward,
        outcomes=outcomes(state, encounter.signed_at, language_of(state)),
        addenda=added,
    )
