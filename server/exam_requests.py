"""What a spa does with an exam: ask for it, send the link again, call it off.

A request is idempotent by its `request_id`. A link is shown once and only its hash is kept, so
the same request sent again gives a fresh link in place of the one that may have been lost.
"""

from __future__ import annotations

from typing import Final

from server import charting, clinical_sign_offs, links, minors, reviews, visits
from server.access import Principal
from server.accounts import new_id
from server.chart.entries import ExamRequested
from server.consenting.circumstances import Circumstances, documents
from server.delivery import telling
from server.errors import InvalidBody, NotPossibleNow, Retry
from server.identities import remember
from server.links import NewLink
from server.patient_messages.putting import put
from server.patient_messages.showing import ways_of
from server.portal_view import MS, encounter_row, site_view
from server.rulings.coverage import refusal
from server.rulings.refusals import REFUSALS, NotPermitted
from server.services import Services
from server.storage import directory, encounters
from server.storage.database import Tx
from server.storage.directory import Site
from server.storage.encounters import Encounter
from server.storage.patient_messages import MessageChannel
from server.treatments import check_treatments
from server.views import LinkView, NewExamForm
from signaling.events import EncounterCancelled
from signaling.identifiers import EncounterId
from signaling.visit import Cancelled, VisitState

DEAD: Final = frozenset({VisitState.CANCELLED, VisitState.EXPIRED, VisitState.NO_SHOW})


async def request_exam(
    services: Services, principal: Principal, site: Site, form: NewExamForm
) -> LinkView:
    """Ask for an exam, or for a fresh link of one asked for before.

    Args:
        services: the running server.
        principal: staff of the spa.
        site: one of the spa's own.
        form: as typed.

    Raises:
        InvalidBody: treatments or a date that do not exist; or the `request_id` was used for
            another patient or site.
        MinorNotServed: under 18, and a treatment is not open for minors.
        QuestionnaireUnsigned: no clinician has approved the questions of a treatment.
        ConsentUnreviewed: the consent texts are drafts, and this is no demo network.
        NotPossibleNow: that request's visit is over.
        NotPermitted: a treatment is not to be had where the site is.
    """
    check_treatments(form.treatments)
    async with services.database.write() as tx:
        await _require_served(tx, services, site, form)
        await _require_gates(tx, services, site, form)
        encounter = await _encounter(tx, services, principal, site, form)
        view = await _fresh_link(tx, services, encounter)
    services.hub.encounter_changed(view.encounter_id)
    return view


async def _require_served(tx: Tx, services: Services, site: Site, form: NewExamForm) -> None:
    """Refuse before the patient goes through an intake in vain."""
    spa = await directory.organization(tx, site.spa_id)
    standing = await services.rulebooks.standing(tx, spa.network_id or "")
    now = services.clock.now()
    why = refusal(standing, [site.jurisdiction], form.treatments, now)
    if why is not None:
        raise REFUSALS.get(why, NotPermitted)


async def _require_gates(tx: Tx, services: Services, site: Site, form: NewExamForm) -> None:
    """Refuse before the patient goes through an intake in vain."""
    network_id = (await directory.organization(tx, site.spa_id)).network_id or ""
    policy = (await services.rulebooks.standing(tx, network_id)).policy
    now = services.clock.now()
    born, wanted = form.patient.birth_date, form.treatments
    await clinical_sign_offs.require_signed(tx, network_id, wanted)
    minor = minors.admit(policy, born, wanted, now=now)
    needed = Circumstances(frozenset({site.jurisdiction}), minor=minor is not None)
    await reviews.require_reviewed(tx, network_id, documents(needed, "en"))


async def _encounter(
    tx: Tx, services: Services, principal: Principal, site: Site, form: NewExamForm
) -> Encounter:
    now = services.clock.now()
    spa = await directory.organization(tx, site.spa_id)
    network_id = spa.network_id or ""
    patient = await remember(
        tx,
        services.keyring,
        form.patient,
        spa_id=spa.organization_id,
        network_id=network_id,
        new_id=new_id(services),
        now=now,
    )
    wanted = Encounter(
        encounter_id=EncounterId(new_id(services)),
        network_id=network_id,
        spa_id=spa.organization_id,
        site_id=site.site_id,
        patient_id=patient.id,
        request_id=form.request_id,
        requested_by=principal.account_id,
        requested_at=now,
        changed_at=now,
    )
    stored = await encounters.create(tx, wanted)
    if stored.encounter_id != wanted.encounter_id:
        if (stored.patient_id, stored.site_id) != (wanted.patient_id, wanted.site_id):
            raise InvalidBody(fields=("request_id",))
        return stored
    entry = ExamRequested(
        request_id=form.request_id,
        network_id=network_id,
        spa_id=spa.organization_id,
        site=site_view(site, spa.name),
        patient=form.patient,
        treatments=form.treatments,
    )
    actor = charting.staff(principal.account_id or "")
    await charting.write(tx, services.keyring, stored.encounter_id, actor, [entry], now=now)
    await telling.requested(tx, stored)
    return stored


async def send_again(services: Services, encounter_id: str) -> LinkView:
    """Make a new link and code; the old ones stop working.

    Raises:
        NotPossibleNow: the visit is over without a result.
    """
    async with services.database.write() as tx:
        encounter = await encounters.get(tx, encounter_id, lock=True)
        view = await _fresh_link(tx, services, encounter)
    services.hub.encounter_changed(encounter_id)
    return view


async def send_to_patient(
    services: Services, principal: Principal, encounter_id: str, channel: MessageChannel
) -> LinkView:
    """Make a new link and write it to the patient; the old ones stop working.

    Raises:
        NotPossibleNow: the visit is over without a result.
        NoWayToPatient: that means is not set up, or no address was typed for it.
        MessagesSpent: enough was written about this visit today.
    """
    by = charting.staff(principal.account_id or "")
    async with services.database.write() as tx:
        encounter = await encounters.get(tx, encounter_id, lock=True)
        _require_alive(encounter)
        link = await put(
            tx, services, encounter, "invitation", channel, language=encounter.language, by=by
        )
        view = await _link_view(tx, services, encounter, link)
    services.hub.encounter_changed(encounter_id)
    return view


async def cancel(services: Services, principal: Principal, encounter_id: str) -> None:
    """Call an exam off, as long as nobody is being seen. Twice is the same as once.

    Raises:
        IllegalTransition: the exam has begun, or is over in another way.
        Retry: the visit moved just now.
    """
    async with services.database.read() as tx:
        encounter = await encounters.get(tx, encounter_id)
    visit = VisitState(encounter.visit)
    if visit is VisitState.CANCELLED:
        return
    if visit is VisitState.WAITING:
        event = EncounterCancelled(EncounterId(encounter_id))
        await services.desk.submit(encounter.network_id, [event])
    else:
        await _cancel_before(services, principal, encounter_id)
    services.hub.encounter_changed(encounter_id)


async def _cancel_before(services: Services, principal: Principal, encounter_id: str) -> None:
    """Call off an exam whose patient is not in the waiting room."""
    async with services.database.write() as tx:
        encounter = await encounters.get(tx, encounter_id, lock=True)
        if VisitState(encounter.visit) is VisitState.WAITING:
            raise Retry  # the patient came in meanwhile: that is for the desk
        await visits.move(
            tx,
            services.keyring,
            encounter,
            Cancelled(),
            actor=charting.staff(principal.account_id or ""),
            now=services.clock.now(),
        )


async def _fresh_link(tx: Tx, services: Services, encounter: Encounter) -> LinkView:
    _require_alive(encounter)
    link = await links.make(tx, services, encounter)
    return await _link_view(tx, services, encounter, link)


def _require_alive(encounter: Encounter) -> None:
    if VisitState(encounter.visit) in DEAD:
        raise NotPossibleNow


async def _link_view(
    tx: Tx, services: Services, encounter: Encounter, link: NewLink
) -> LinkView:
    return LinkView(
        encounter_id=encounter.encounter_id,
        url=f"{services.settings.origin}/join#{link.secret}",
        kiosk_code=link.code,
        expires_at_ms=link.expires_at // MS,
        encounter=await encounter_row(tx, services, encounter),
        ways=await ways_of(tx, services, encounter),
    )
