from __future__ import annotations

import pytest

from server.rehearsal.failures import Refused
from server.rehearsal.practitioner import Practitioner
from server.views import JoinStateView
from signaling import messages as wire
from tests.clients import Attendee, Scene


def code_of(ack: wire.Ack) -> str | None:
    return ack.error.code if ack.error else None


async def in_call(clinic: Scene, *, seen: bool = True) -> tuple[Attendee, Practitioner]:
    """Return a patient and a practitioner in a call; `seen`: frames flowed both ways."""
    ana = await clinic.waiting_patient()
    avery = await clinic.practitioner("avery")
    await clinic.accepted(avery, ana)
    if seen:
        report = {"encounter_id": ana.encounter_id, "generation": 1, "since_accept_ms": 120}
        for socket in (ana.socket, avery.socket):
            await socket.ask("call.first_frame", **report)
        await avery.socket.expect(
            wire.CallChanged, lambda event: event.call.state == "connected"
        )
    return ana, avery


async def state_of(ana: Attendee) -> JoinStateView:
    return await ana.patient.page.get("/api/v1/join/state", JoinStateView)


async def decide(avery: Practitioner, encounter_id: str, disposition: str) -> list[wire.Ack]:
    chart = await avery.read_chart(encounter_id)
    return [
        await avery.socket.command(
            "disposition.set",
            encounter_id=encounter_id,
            treatment_class=one.treatment_class,
            disposition=disposition,
            rationale="Said aloud.",
            order=one.proposal.order.model_dump(mode="json") if one.proposal else None,
            conditions="",
            condition=None,
            reasons=["needs_more_information"],
            valid_months=12,
        )
        for one in chart.dispositions
    ]


async def test_no_decision_is_taken_before_the_prompts_are_confirmed(clinic: Scene) -> None:
    ana, avery = await in_call(clinic)
    early = (await decide(avery, ana.encounter_id, "deferred"))[0]
    assert code_of(early) == "gates_missing"
    assert early.error is not None
    chart = await avery.read_chart(ana.encounter_id)
    assert chart.gates_first
    assert early.error.fields == list(chart.gates)
    for gate in chart.gates:
        await avery.socket.ask(
            "gate.confirm", encounter_id=ana.encounter_id, gate=gate, confirmed=True
        )
    unread = (await decide(avery, ana.encounter_id, "approved"))[0]
    assert code_of(unread) == "answers_unread"
    await avery.read_answers(chart)
    later = await decide(avery, ana.encounter_id, "approved")
    assert [code_of(one) for one in later] == [None] * len(later)
    assert not (await avery.read_chart(ana.encounter_id)).gates_first


async def test_a_prompt_that_this_exam_does_not_have_is_refused(clinic: Scene) -> None:
    ana, avery = await in_call(clinic)
    ack = await avery.socket.command(
        "gate.confirm", encounter_id=ana.encounter_id, gate="guardian", confirmed=True
    )
    assert code_of(ack) == "invalid_body"


async def test_consent_taken_back_in_line_leaves_the_line(clinic: Scene) -> None:
    ana = await clinic.waiting_patient()
    await ana.socket.ask("consent.withdraw")
    state = await state_of(ana)
    assert (state.visit, state.step, state.consents_done) == ("left", "consent", False)
    again = await ana.socket.command("consent.withdraw")
    assert code_of(again) == "illegal_transition"
    assert code_of(await ana.socket.command("queue.join")) == "not_waiting"


async def test_consent_taken_back_in_the_call_ends_it_and_bars_approval(clinic: Scene) -> None:
    ana, avery = await in_call(clinic)
    await ana.socket.ask("consent.withdraw")
    for socket in (ana.socket, avery.socket):
        await socket.expect(wire.CallChanged, lambda event: event.call.state == "ended")
    chart = await avery.read_chart(ana.encounter_id)
    assert (chart.visit, chart.consent_withdrawn) == ("wrap_up", True)
    kinds = [one.kind for one in chart.entries]
    assert "consent.withdrawn" in kinds
    assert "consent withdrawn" in next(
        one.summary for one in chart.entries if one.kind == "call.ended"
    )
    approved = (await decide(avery, ana.encounter_id, "approved"))[0]
    assert code_of(approved) == "gates_missing"
    await decide(avery, ana.encounter_id, "declined")
    await avery.socket.ask(
        "note.save", encounter_id=ana.encounter_id, base_revision=0, text="Consent withdrawn."
    )
    await avery.sign(ana.encounter_id)
    assert (await avery.read_chart(ana.encounter_id)).visit == "signed"


async def test_an_approval_made_before_consent_was_taken_back_cannot_be_signed(
    clinic: Scene,
) -> None:
    ana, avery = await in_call(clinic)
    await avery.examine(ana.encounter_id)
    await ana.socket.ask("consent.withdraw")
    chart = await avery.read_chart(ana.encounter_id)
    assert {one.code for one in chart.missing} >= {"consent_missing"}
    with pytest.raises(Refused):
        await avery.sign(ana.encounter_id)


async def test_consent_taken_back_after_signing_is_written_down(clinic: Scene) -> None:
    ana, avery = await in_call(clinic)
    await avery.examine(ana.encounter_id, looking=False)
    await avery.hang_up(ana.encounter_id)
    await avery.sign(ana.encounter_id)
    await ana.socket.ask("consent.withdraw")
    chart = await avery.read_chart(ana.encounter_id)
    assert (chart.visit, chart.consent_withdrawn) == ("signed", True)
    assert chart.entries[-1].kind == "consent.withdrawn"


async def test_a_call_for_help_reaches_portal_and_console_with_the_address(
    clinic: Scene,
) -> None:
    ana, avery = await in_call(clinic)
    spa = await clinic.listening(await clinic.staff_page("portal", "glow"), "/spa")
    help_now = {"encounter_id": ana.encounter_id, "flag": "other"}
    await ana.socket.ask("emergency.raise", **help_now)
    told = await spa.expect(
        wire.EncounterChanged, lambda event: event.encounter.emergency is not None
    )
    assert told.encounter.encounter_id == ana.encounter_id
    assert told.encounter.emergency is not None
    assert told.encounter.emergency.city == "Scottsdale"
    await avery.socket.expect(wire.ChartChanged)
    chart = await avery.read_chart(ana.encounter_id)
    assert chart.emergency is not None
    assert chart.emergency.street == chart.location.street
    assert not chart.gates_first  # it gates nothing
    entries = len(chart.entries)
    await ana.socket.ask("emergency.raise", **help_now)
    assert len((await avery.read_chart(ana.encounter_id)).entries) == entries
    await avery.socket.ask("emergency.clear", encounter_id=ana.encounter_id)
    assert (await avery.read_chart(ana.encounter_id)).emergency is None


async def test_help_is_never_refused_for_want_of_consent(clinic: Scene) -> None:
    ana = await clinic.ready_patient()
    await ana.socket.ask("consent.withdraw")
    await ana.socket.ask("emergency.raise", encounter_id=ana.encounter_id, flag="chest_pain")
    assert (await state_of(ana)).emergency_raised


async def test_both_sides_see_who_is_in_the_room(clinic: Scene) -> None:
    ana, avery = await in_call(clinic)
    people = [{"who": "friend", "name": "Kim"}]
    await avery.socket.ask("room.set", encounter_id=ana.encounter_id, people=people)
    seen = await state_of(ana)
    assert [one.who for one in seen.room or []] == ["friend"]
    assert seen.room_confirmed
    await ana.patient.page.request("PUT", "/api/v1/join/room", '{"people": []}')
    chart = await avery.read_chart(ana.encounter_id)
    assert (chart.room, chart.gates["room"]) == ([], False)


async def test_private_answers_are_confirmed_after_privacy_was_asked_for(clinic: Scene) -> None:
    ana, avery = await in_call(clinic)
    assert "private_answers" not in (await avery.read_chart(ana.encounter_id)).gates
    await ana.patient.page.request("PUT", "/api/v1/join/privacy", '{"alone": false}')
    asked = await avery.read_chart(ana.encounter_id)
    assert (asked.privacy_requested, asked.gates["private_answers"]) == (True, False)
    await avery.socket.ask(
        "gate.confirm", encounter_id=ana.encounter_id, gate="private_answers", confirmed=True
    )
    await ana.patient.page.request("PUT", "/api/v1/join/privacy", '{"alone": false}')
    assert not (await avery.read_chart(ana.encounter_id)).gates["private_answers"]
