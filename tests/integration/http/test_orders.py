"""Orders of an exam: prefilled from the site's protocol, narrowed, and checked at signing."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import update

from server import charting
from server.attestation import EXAMINED
from server.chart import entries as chart
from server.console import deciding, signing
from server.console.chart_view import chart_view
from server.console.examining import chart_state
from server.errors import GoodfaithError, SignRequirementsMissing
from server.protocols import register
from server.services import Services
from server.storage import encounters
from server.storage import protocols as stored
from server.storage.protocol_tables import protocols
from server.views import AnswersForm, ChartView, DispositionView, OrderProposalView
from signaling import messages as wire
from signaling.messages import TreatmentOrder, TreatmentRef
from tests.filmed import filmed, looked_at
from tests.integration.http.browsing import (
    World,
    answers_form,
    redeemed,
    through_intake,
)
from tests.integration.http.exams import taken
from tests.integration.http.test_result import examiner
from tests.minded import minded

GATES = ("identity", "location", "disclosure", "room", "consent", "seen_on_video")


@dataclass
class Exam:
    """An exam that is open, with everything done but the decision."""

    services: Services
    encounter_id: str
    practitioner_id: str
    site_id: str

    async def view(self) -> ChartView:
        async with self.services.database.read() as tx:
            return await chart_view(tx, self.services, self.encounter_id)

    async def row(self) -> DispositionView:
        (row,) = (await self.view()).dispositions
        return row

    async def proposal(self) -> OrderProposalView:
        proposal = (await self.row()).proposal
        assert proposal is not None
        return proposal

    async def missing(self) -> list[str]:
        return [one.code for one in (await self.view()).missing]

    async def decide(
        self,
        disposition: wire.Disposition = "approved",
        order: TreatmentOrder | None = None,
        *,
        valid_months: int = 12,
        condition: wire.DispositionCondition | None = None,
        reasons: tuple[wire.DeferReason, ...] = (),
    ) -> chart.DispositionOrdered:
        command = wire.DispositionSet(
            v=1,
            id="command-00000001",
            type="disposition.set",
            encounter_id=self.encounter_id,
            treatment_class="neurotoxin",
            disposition=disposition,
            rationale="No contraindication.",
            order=order,
            conditions="",
            condition=condition,
            reasons=list(reasons),
            valid_months=valid_months,
        )
        services = self.services
        now = services.clock.now()
        async with services.database.write() as tx:
            encounter = await encounters.get(tx, self.encounter_id, lock=True)
            entry = await deciding.disposition(tx, services, encounter, command, now)
            actor = charting.practitioner(self.practitioner_id)
            await charting.write(
                tx, services.keyring, self.encounter_id, actor, [entry], now=now
            )
        return entry

    async def sign(self) -> None:
        view = await self.view()
        command = wire.EncounterSign(
            v=1,
            id="command-00000002",
            type="encounter.sign",
            encounter_id=self.encounter_id,
            attestation_version=EXAMINED.version,
            attested=True,
            chart_head=view.chart_head,
        )
        now = self.services.clock.now()
        async with self.services.database.write() as tx:
            await signing.sign(tx, self.services, self.practitioner_id, command, now)

    async def refused(self, order: TreatmentOrder, **how: int) -> str:
        with pytest.raises(GoodfaithError) as refused:
            await self.decide(order=order, valid_months=how.get("valid_months", 12))
        return refused.value.code


@pytest.fixture
async def exam(world: World) -> Exam:
    """Return an exam of a patient who wants a neurotoxin at Glow Scottsdale."""
    spa = await world.spa()
    link = await world.request(spa)
    patient = await redeemed(world, link)
    await through_intake(patient)
    encounter_id = link["encounter_id"]
    services = world.services
    now = services.clock.now()
    who = (await examiner(world)).practitioner
    async with services.database.write() as tx:
        await taken(tx, encounter_id, who, now)
        written: list[chart.AnyEntry] = [
            chart.CallStarted(generation=1, mode="direct"),
            chart.CallConnected(
                generation=1,
                patient_first_frame_at=now,
                practitioner_first_frame_at=now,
                connect_ms=9_000,
            ),
            *filmed(now),
            *looked_at([TreatmentRef(treatment_class="neurotoxin")]),
            chart.NoteSnapshot(revision=1, text="Seen."),
            *(
                chart.GateConfirmed.model_validate({"gate": one, "confirmed": True})
                for one in GATES
            ),
        ]
        actor = charting.practitioner(who.practitioner_id)
        await charting.write(tx, services.keyring, encounter_id, actor, written, now=now)
        careful = minded(await chart_state(tx, services, encounter_id))
        await charting.write(tx, services.keyring, encounter_id, actor, careful, now=now)
        encounter = await encounters.get(tx, encounter_id)
    return Exam(services, encounter_id, who.practitioner_id, encounter.site_id)


def only(order: TreatmentOrder, value: float) -> TreatmentOrder:
    """Return an order for its first product and area, RNs only, up to `value`."""
    first = order.items[0]
    assert first.dose_max is not None
    dose = first.dose_max.model_copy(update={"value": value})
    return order.model_copy(
        update={
            "items": [first.model_copy(update={"dose_max": dose})],
            "areas": order.areas[:1],
            "performers": ["RN"],
        }
    )


async def test_the_order_is_prefilled_and_the_decision_never(exam: Exam) -> None:
    row = await exam.row()
    assert row.disposition is None
    assert row.order is None
    assert row.order_bar is None
    proposal = await exam.proposal()
    assert proposal.order.areas == ["Forehead", "Glabella", "Crow's feet"]
    assert proposal.order.items[0].dose_max is not None
    assert proposal.director_name == "Sasha Bellweather"
    assert await exam.missing() == ["disposition_missing"]


async def test_a_narrowed_order_is_kept_and_stands_on_what_is_signed(
    world: World, exam: Exam
) -> None:
    proposal = await exam.proposal()
    entry = await exam.decide(order=only(proposal.order, 20.0))
    assert entry.order is not None
    assert entry.order.performers == ["RN"]
    assert await exam.missing() == []
    row = await exam.row()
    assert row.order == only(proposal.order, 20.0)
    assert "up to 20 units" in row.order_text
    await exam.sign()
    spa = await world.spa()
    outcome = (await spa.get(f"/api/v1/portal/encounters/{exam.encounter_id}")).body[
        "outcomes"
    ][0]
    assert outcome["order"] == row.order_text
    assert "Areas: Forehead\nMay be performed by: RN\n" in outcome["order"]


async def test_an_order_is_never_widened(exam: Exam) -> None:
    order = (await exam.proposal()).order
    changed = {
        "order_dose_outside": only(order, 64.5),
        "order_area_outside": order.model_copy(update={"areas": ["Neck"]}),
        "order_performer_outside": order.model_copy(update={"performers": ["esthetician"]}),
        "order_product_outside": order.model_copy(
            update={"items": [order.items[0].model_copy(update={"product": "saline"})]}
        ),
        "protocol_changed": order.model_copy(update={"protocol_version": 9}),
    }
    assert {code: await exam.refused(one) for code, one in changed.items()} == {
        code: code for code in changed
    }
    assert (await exam.row()).disposition is None


async def test_without_a_confirmed_order_nothing_approved_is_signed(exam: Exam) -> None:
    await exam.decide("approved", None)
    assert await exam.missing() == ["order_missing"]
    await exam.decide("conditional", (await exam.proposal()).order)
    assert await exam.missing() == ["conditions_missing"]
    condition = wire.DispositionCondition(
        code="negative_pregnancy_test", text="", satisfied_by=["RN"]
    )
    await exam.decide("conditional", (await exam.proposal()).order, condition=condition)
    assert await exam.missing() == []
    row = await exam.row()
    assert row.condition_text == "Negative pregnancy test (to be confirmed by RN)"


async def test_deferring_needs_a_reason_and_carries_no_order(exam: Exam) -> None:
    entry = await exam.decide("deferred", (await exam.proposal()).order)
    assert entry.order is None
    assert await exam.missing() == ["reasons_missing"]
    await exam.decide("deferred", reasons=("needs_in_person_exam", "needs_in_person_exam"))
    assert await exam.missing() == []
    row = await exam.row()
    assert (row.reasons, row.reasons_text) == (
        ["needs_in_person_exam"],
        "Needs an exam in person",
    )


async def test_a_contraindication_lets_nothing_be_approved(world: World, exam: Exam) -> None:
    ill = AnswersForm(
        answers={**answers_form()["answers"], "emergency_symptoms": ["chest_pain"]}, done=True
    )
    entry = chart.IntakeAnswers(questionnaire_version="draft", answers=ill)
    async with exam.services.database.write() as tx:
        await charting.write(
            tx,
            exam.services.keyring,
            exam.encounter_id,
            charting.patient(exam.encounter_id),
            [entry],
            now=world.clock.now(),
        )
    order = (await exam.proposal()).order
    assert await exam.refused(order) == "approval_barred"
    await exam.decide("declined")
    assert await exam.missing() == []


async def test_what_lapsed_or_changed_before_the_signature_is_noticed(
    world: World, exam: Exam
) -> None:
    await exam.decide(order=(await exam.proposal()).order)
    assert await exam.missing() == []
    async with exam.services.database.write() as tx:
        one = await register.protocol_for(tx, exam.site_id, "neurotoxin", world.clock.now())
        assert one is not None
        row = await register.draft(
            tx,
            exam.services,
            exam.site_id,
            one.form.model_copy(update={"performers": ["MD"]}),
            author="staff:1",
        )
        (director,) = await register.directors_of(tx, [exam.site_id])
        await register.sign(
            tx,
            exam.services,
            row.protocol_id,
            row.version,
            sha256=row.sha256,
            director_id=director.director_id,
        )
    assert await exam.missing() == ["protocol_changed"]
    assert (await exam.row()).order is None
    with pytest.raises(SignRequirementsMissing) as refused:
        await exam.sign()
    assert refused.value.fields == ("protocol_changed",)
    await exam.decide(order=(await exam.proposal()).order)
    await exam.sign()


async def test_without_a_director_in_force_nothing_is_ordered(exam: Exam) -> None:
    order = (await exam.proposal()).order
    async with exam.services.database.write() as tx:
        (director,) = await register.directors_of(tx, [exam.site_id])
        now = exam.services.clock.now()
        await stored.end_director(tx, director.director_id, now)
    row = await exam.row()
    assert row.proposal is None
    assert row.order_bar == "The license of the site's medical director is not in force."
    assert await exam.refused(order) == "director_lapsed"


async def test_a_protocol_that_was_changed_behind_our_back_counts_for_nothing(
    exam: Exam,
) -> None:
    async with exam.services.database.write() as tx:
        one = await register.protocol_for(
            tx, exam.site_id, "neurotoxin", exam.services.clock.now()
        )
        assert one is not None
        body = one.form.model_copy(update={"order_months_max": 1}).model_dump_json()
        await tx.execute(
            update(protocols).where(protocols.c.id == one.protocol_id).values(body=body)
        )
    row = await exam.row()
    assert row.proposal is None
    assert row.order_bar == "The signature of the site's protocol does not hold."
