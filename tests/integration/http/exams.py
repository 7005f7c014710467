"""Exams with several treatments, signed by the same code as in the console."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from server import charting
from server.attestation import EXAMINED
from server.chart import entries as chart
from server.console import deciding, signing
from server.console.chart_view import chart_view
from server.console.examining import chart_state
from server.intake import questionnaire
from server.services import Services
from server.storage import directory, encounters
from server.storage.database import Tx
from server.storage.directory import Practitioner
from signaling.messages import (
    Disposition,
    DispositionCondition,
    DispositionSet,
    EncounterSign,
    Gate,
    TreatmentRef,
)
from tests.contract.storage.rows import put
from tests.filmed import filmed, looked_at
from tests.integration.http.browsing import (
    BIRTH_DATE,
    JOIN,
    PORTAL,
    WORKING,
    Browser,
    Json,
    World,
    consents_form,
    identity_form,
    location_form,
    redeem_form,
)
from tests.minded import minded

GATES: tuple[Gate, ...] = (
    "identity",
    "location",
    "disclosure",
    "room",
    "consent",
    "seen_on_video",
)
MIXED: Mapping[str, Disposition] = {
    "neurotoxin": "approved",
    "filler": "conditional",
    "chemical_peel": "deferred",
}
ORDER = "up to 20 units in the glabella"
CONDITION = "negative pregnancy test on the day"


async def intake(
    world: World, spa: Browser, treatments: list[Json], *, name: str, request_id: str
) -> str:
    """Ask for an exam and go through the intake; return the encounter."""
    asked = await spa.post(
        f"{PORTAL}/encounters",
        {
            "request_id": request_id,
            "patient": {"legal_name": name, "birth_date": BIRTH_DATE},
            "site_id": (await world.site(spa))["site_id"],
            "treatments": treatments,
        },
    )
    assert asked.status == 200, asked.body
    patient = world.browser()
    begun = await patient.post(f"{JOIN}/session", redeem_form(asked.body))
    assert begun.status == 200, begun.body
    wanted = [TreatmentRef.model_validate(one) for one in treatments]
    await patient.put(f"{JOIN}/identity", identity_form(legal_name=name))
    await patient.put(f"{JOIN}/location", location_form())
    chosen = await patient.put(f"{JOIN}/treatments", {"treatments": treatments})
    answers = dict(questionnaire.benign_answers(wanted))
    await patient.put(f"{JOIN}/answers", {"answers": answers, "done": True})
    await patient.put(f"{JOIN}/consents", consents_form(chosen.body))
    last = await patient.put(f"{JOIN}/device-test", WORKING)
    assert last.status == 200, last.body
    return str(asked.body["encounter_id"])


async def taken(tx: Tx, encounter_id: str, who: Practitioner, now: int) -> None:
    """Put an encounter in Arizona into the hands of a practitioner, in the exam."""
    await put(
        tx,
        encounter_id,
        now,
        visit="in_progress",
        practitioner_id=who.practitioner_id,
        accepted_at=now,
        eligibility=f"{who.network_id}:AZ",
        place=1,
        ready_at=now,
    )


def examined(now: int, treatments: Iterable[TreatmentRef]) -> list[chart.AnyEntry]:
    return [
        chart.CallStarted(generation=1, mode="direct"),
        chart.CallConnected(
            generation=1,
            patient_first_frame_at=now,
            practitioner_first_frame_at=now,
            connect_ms=9_000,
        ),
        chart.NoteSnapshot(revision=1, text="Seen and spoken with."),
        *(chart.GateConfirmed(gate=gate, confirmed=True) for gate in GATES),
        *filmed(now),
        *looked_at(treatments),
    ]


async def decide(
    tx: Tx,
    services: Services,
    encounter_id: str,
    decided: Mapping[str, Disposition],
    months: int,
) -> list[chart.AnyEntry]:
    """Return the decisions, with orders from the protocols that the site has in force."""
    encounter = await encounters.get(tx, encounter_id)
    rows = (await chart_view(tx, services, encounter_id)).dispositions
    found: list[chart.AnyEntry] = []
    for row in rows:
        disposition = decided[row.treatment_class]
        proposal = row.proposal
        assert proposal is not None
        command = DispositionSet(
            v=1,
            id=f"decide-{row.treatment_class}",
            type="disposition.set",
            encounter_id=encounter_id,
            treatment_class=row.treatment_class,
            disposition=disposition,
            rationale="As discussed.",
            order=proposal.order.model_copy(update={"instructions": ORDER}),
            conditions="",
            condition=DispositionCondition(code="other", text=CONDITION, satisfied_by=["NP"]),
            reasons=["needs_more_information"],
            valid_months=min(months, proposal.months_max),
        )
        now = services.clock.now()
        found.append(await deciding.disposition(tx, services, encounter, command, now))
    return found


async def signed_exam(
    world: World,
    spa: Browser,
    decided: Mapping[str, Disposition] = MIXED,
    *,
    name: str = "Maria Vega",
    request_id: str = "request-0001",
    months: int = 12,
) -> str:
    """Return an encounter that avery examined and signed."""
    treatments: list[Json] = [{"treatment_class": one, "product": None} for one in decided]
    encounter_id = await intake(world, spa, treatments, name=name, request_id=request_id)
    services = world.services
    now = services.clock.now()
    async with services.database.write() as tx:
        account = await directory.account_by_login(tx, "practitioner", "avery")
        assert account is not None
        who = await directory.practitioner_of_account(tx, account.account_id)
        assert who is not None
        network = f"{who.network_id}:AZ"
        await put(tx, encounter_id, now, eligibility=network, place=1, ready_at=now)
        await put(
            tx,
            encounter_id,
            now,
            practitioner_id=who.practitioner_id,
            accepted_at=now,
            visit="wrap_up",
            jurisdiction="AZ",
        )
        actor = charting.practitioner(who.practitioner_id)
        wanted = [TreatmentRef(treatment_class=one) for one in decided]
        written = examined(now, wanted)
        await charting.write(tx, services.keyring, encounter_id, actor, written, now=now)
        state = await chart_state(tx, services, encounter_id)
        await charting.write(tx, services.keyring, encounter_id, actor, minded(state), now=now)
        head = await charting.write(
            tx,
            services.keyring,
            encounter_id,
            actor,
            await decide(tx, services, encounter_id, decided, months),
            now=now,
        )
        command = EncounterSign(
            v=1,
            id=f"sign-{request_id}",
            type="encounter.sign",
            encounter_id=encounter_id,
            attestation_version=EXAMINED.version,
            attested=True,
            chart_head=head,
        )
        await signing.sign(tx, services, who.practitioner_id, command, now)
        encounter = await encounters.get(tx, encounter_id, lock=True)
        assert encounter.visit == "signed"
    return encounter_id
