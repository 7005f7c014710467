"""What each step of the intake writes: one entry in the chart, and what follows from it.

    form -> lock the encounter -> step open? -> form right? -> entry -> COMMIT -> tell

A step done again is another entry; the last one counts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from server import ages, charting, clinical_sign_offs, minors, relocation, reviews, visits
from server.access import Principal
from server.chart.consent import circumstances
from server.chart.entries import (
    AnyEntry,
    GuardianIdentified,
    IntakeAnswers,
    IntakeConsents,
    IntakeDeviceTest,
    IntakeIdentity,
    IntakeLocation,
    IntakeTreatments,
    KioskHolder,
    PrivacyRequested,
    RoomDeclared,
)
from server.consenting.accepting import is_signed_by, verify
from server.consenting.circumstances import documents
from server.errors import InvalidBody, WrongStep
from server.identities import identity_of
from server.intake import questionnaire
from server.join_view import opened
from server.joining import (
    Intake,
    check_heard,
    check_holder,
    check_identity,
    check_location,
    require_step,
)
from server.services import Services
from server.storage import directory, encounters
from server.storage.database import Tx
from server.storage.encounters import Encounter
from server.treatments import check_treatments
from server.views import (
    AnswersForm,
    ConsentsForm,
    DeviceTestForm,
    GuardianForm,
    HolderForm,
    IdentityForm,
    LocationForm,
    PrivacyForm,
    RoomForm,
    Step,
    TreatmentsForm,
)
from signaling.visit import LinkRedeemed, VisitState

UNDER_WAY: Final = frozenset(
    {
        VisitState.REQUESTED,
        VisitState.INTAKE,
        VisitState.LEFT,
        VisitState.WAITING,
        VisitState.IN_PROGRESS,
    }
)
RELOCATING: Final = frozenset({VisitState.WAITING, VisitState.IN_PROGRESS})
BEFORE_WAITING: Final = frozenset({VisitState.REQUESTED, VisitState.LEFT})


@dataclass(frozen=True, slots=True)
class Opened:
    """The visit as one step finds it."""

    services: Services
    tx: Tx
    encounter: Encounter
    intake: Intake
    now: int


EntriesOf = Callable[[Intake], Sequence[AnyEntry]]


async def put_holder(services: Services, principal: Principal, form: HolderForm) -> None:
    """Write who holds the tablet."""
    check_holder(form)
    await _write(services, principal, "holder", lambda _: [KioskHolder(holder=form)])


async def put_identity(services: Services, principal: Principal, form: IdentityForm) -> None:
    """Write who the patient says they are; the date of birth is the one that was proved.

    Raises:
        InvalidBody: another date of birth.
        MinorNotServed: under 18, and a wanted treatment is not open for minors.
    """
    now = services.clock.now()
    async with services.database.read() as tx:
        encounter, intake = await opened(tx, services, principal)
        known = await identity_of(tx, services.keyring, encounter)
        policy = (await services.rulebooks.standing(tx, encounter.network_id)).policy
    minor = minors.admit(policy, form.birth_date, intake.state.treatments, now=now)
    check_identity(form, proven_birth_date=known.birth_date)
    entries: list[AnyEntry] = [IntakeIdentity(identity=form)]
    if minor is not None:
        entries.insert(0, minor)
    await _write(services, principal, "identity", lambda _: entries)


async def put_guardian(services: Services, principal: Principal, form: GuardianForm) -> None:
    """Write who answers for a patient under 18.

    Raises:
        InvalidBody: they are under 18 themselves.
        WrongStep: the patient is an adult.
    """
    if ages.age_on(form.birth_date, ages.day_of(services.clock.now())) < ages.ADULT_YEARS:
        raise InvalidBody(fields=("birth_date",))
    entry = GuardianIdentified(guardian=form)
    await _write(services, principal, "guardian", lambda _: [entry])


async def put_location(services: Services, principal: Principal, form: LocationForm) -> None:
    """Write where the patient is; somebody who waits is offered to others from then on."""
    async with services.database.read() as tx:
        encounter, intake = await opened(tx, services, principal)
        site = await directory.site(tx, encounter.site_id)
    require_step(intake, "location")
    check_location(form, site_jurisdiction=site.jurisdiction)
    places = frozenset({form.jurisdiction, site.jurisdiction})
    if intake.visit is VisitState.WAITING:
        await relocation.begin(services, encounter, places)
    async with services.database.write() as tx:
        visit = await begin(tx, services, principal, "location")
        check_heard(visit.intake, form)  # as it is now: another place may just have been heard
        await encounters.set_jurisdiction(
            tx, encounter.encounter_id, form.jurisdiction, now=visit.now
        )
        last = await append(visit, [IntakeLocation(location=form)])
    if visit.intake.visit in RELOCATING:
        await relocation.finish(services, encounter)
    _tell(services, encounter, last)


async def put_treatments(
    services: Services, principal: Principal, form: TreatmentsForm
) -> None:
    """Write what the patient wants; other treatments open the health questions again.

    Raises:
        MinorNotServed: under 18, and a chosen treatment is not open for minors.
        QuestionnaireUnsigned: no clinician has approved the questions of one of them.
    """
    check_treatments(form.treatments)
    async with services.database.read() as tx:
        encounter, there = await opened(tx, services, principal)
        await clinical_sign_offs.require_signed(tx, encounter.network_id, form.treatments)
        policy = (await services.rulebooks.standing(tx, encounter.network_id)).policy
    if there.state.minor:
        born, now = there.state.identity, services.clock.now()
        minors.admit(policy, born.birth_date if born else "", form.treatments, now=now)

    def entries(intake: Intake) -> Sequence[AnyEntry]:
        chosen = IntakeTreatments(treatments=form.treatments)
        if tuple(form.treatments) == intake.state.treatments or not intake.state.answers:
            return [chosen]
        asked = {
            question.id
            for section in questionnaire.questionnaire(form.treatments, "en").sections
            for question in section.questions
        }
        kept = {name: one for name, one in intake.state.answers.items() if name in asked}
        return [chosen, answers_entry(AnswersForm(answers=kept, done=False))]

    await _write(services, principal, "treatments", entries)


async def put_consents(services: Services, principal: Principal, form: ConsentsForm) -> None:
    """Write consent to exactly the documents that are shown now.

    Raises:
        ConsentMismatch: to other ones.
        ConsentUnreviewed: a text is a draft, and this is no demo network.
        InvalidBody: for somebody under 18, their guardian signs.
    """
    async with services.database.read() as tx:
        encounter, intake = await opened(tx, services, principal)
        needed = circumstances(intake.state)
        for language in {one.language for one in form.consents}:
            shown = documents(needed, language)
            await reviews.require_reviewed(tx, encounter.network_id, shown)

    def entries(intake: Intake) -> Sequence[AnyEntry]:
        verify(form, circumstances(intake.state))
        guardian = intake.state.guardian if intake.state.minor else None
        if guardian is not None and not is_signed_by(form, guardian.legal_name):
            raise InvalidBody(fields=("signed_name",))
        return [IntakeConsents(consents=form)]

    async with services.database.write() as tx:
        visit = await begin(tx, services, principal, "consent")
        last = await append(visit, entries(visit.intake))
        if visit.intake.visit is VisitState.IN_PROGRESS:
            await relocation.decide_again(tx, services, visit.encounter, visit.now)
    if visit.intake.visit in RELOCATING:
        await relocation.finish(services, visit.encounter)
    _tell(services, visit.encounter, last)


def _tell(services: Services, encounter: Encounter, last: int) -> None:
    """Have the pages look again, and the console that has the chart open."""
    services.hub.encounter_changed(encounter.encounter_id)
    if encounter.practitioner_id is not None:
        services.hub.chart_changed(encounter.encounter_id, last)


async def put_device_test(
    services: Services, principal: Principal, form: DeviceTestForm
) -> None:
    """Write what the device test found, working or not."""
    await _write(services, principal, "device", lambda _: [IntakeDeviceTest(test=form)])


async def put_privacy(services: Services, principal: Principal, form: PrivacyForm) -> None:
    """Write that the patient wants to be alone, or is; possible until the visit is over.

    Raises:
        WrongStep: it is over.
    """
    await _say(services, principal, PrivacyRequested(alone=form.alone))


async def put_room(services: Services, principal: Principal, form: RoomForm) -> None:
    """Write who is with the patient; possible until the visit is over.

    Raises:
        WrongStep: it is over.
    """
    visit = await _say(services, principal, RoomDeclared(by="patient", people=form.people))
    if visit.intake.state.minor and visit.intake.visit is VisitState.WAITING:
        await relocation.finish(services, visit.encounter)  # a guardian went, or came back


async def _say(
    services: Services, principal: Principal, entry: PrivacyRequested | RoomDeclared
) -> Opened:
    """Write what a patient may say at any time, in the call too."""
    async with services.database.write() as tx:
        encounter, intake = await opened(tx, services, principal, lock=True)
        if intake.visit not in UNDER_WAY:
            raise WrongStep
        charting.require_room(encounter, services.settings.entries_per_encounter_max)
        visit = Opened(services, tx, encounter, intake, services.clock.now())
        last = await append(visit, [entry])
    _tell(services, encounter, last)
    return visit


def answers_entry(form: AnswersForm) -> IntakeAnswers:
    """Return the entry of answers."""
    return IntakeAnswers(questionnaire_version=questionnaire.version(), answers=form)


async def _write(
    services: Services, principal: Principal, step: Step, entries: EntriesOf
) -> Opened:
    """Do one step that only writes into the chart; return the visit as it was before."""
    async with services.database.write() as tx:
        visit = await begin(tx, services, principal, step)
        await append(visit, entries(visit.intake))
    services.hub.encounter_changed(visit.encounter.encounter_id)
    return visit


async def begin(tx: Tx, services: Services, principal: Principal, step: Step) -> Opened:
    """Hold the encounter and see that the step is open.

    Somebody who had left the line, and goes on with the intake, is back in it.

    Raises:
        WrongStep: it is not open.
    """
    encounter, intake = await opened(tx, services, principal, lock=True)
    require_step(intake, step)
    charting.require_room(encounter, services.settings.entries_per_encounter_max)
    now = services.clock.now()
    if intake.visit in BEFORE_WAITING:
        actor = charting.patient(encounter.encounter_id)
        await visits.move(tx, services.keyring, encounter, LinkRedeemed(), actor=actor, now=now)
    return Opened(services, tx, encounter, intake, now)


async def append(visit: Opened, entries: Sequence[AnyEntry]) -> int:
    """Append what the patient did; return how many entries the chart has then."""
    encounter_id = visit.encounter.encounter_id
    appended = await charting.append(
        visit.tx,
        visit.services.keyring,
        encounter_id,
        charting.patient(encounter_id),
        entries,
        now=visit.now,
    )
    return appended.seqs[-1]
