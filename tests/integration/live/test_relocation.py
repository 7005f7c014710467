"""A patient is elsewhere than they said: another law, another consent, and who may go on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from server.rehearsal.failures import Refused
from server.rehearsal.live_socket import new_command_id
from server.rehearsal.practitioner import Practitioner
from server.views import ChartView, ConsentGivenForm, ConsentsForm, JoinStateView, LocationForm
from signaling import messages as wire
from tests.clients import Attendee, Scene, scene
from tests.rosters import network_of
from tests.servers import RunningServer, Serving

JOIN = "/api/v1/join"
NEVADA = LocationForm(
    jurisdiction="NV",
    street="1 Fremont St",
    city="Las Vegas",
    postal_code="89101",
    at_site=False,
    attested=True,
)
COLORADO = NEVADA.model_copy(
    update={"jurisdiction": "CO", "city": "Denver", "postal_code": "80202"}
)


@pytest.fixture(scope="module")
def western(
    tmp_path_factory: pytest.TempPathFactory, serving: Serving
) -> Iterator[RunningServer]:
    """Nevada is open there too; Casey is licensed in Arizona and Colorado, nobody in Nevada."""
    with serving(tmp_path_factory.mktemp("western")) as running:
        reference = ("--by", "Compliance", "--reference", "Memo 31")
        running.command("rules", "open", network_of(running), "NV", *reference)
        yield running


@pytest.fixture
async def west(western: RunningServer) -> AsyncIterator[Scene]:
    async with scene(western) as people:
        yield people


async def state_of(ana: Attendee) -> JoinStateView:
    return await ana.patient.page.get(f"{JOIN}/state", JoinStateView)


async def say(ana: Attendee, place: LocationForm) -> JoinStateView:
    return await ana.patient.page.send("PUT", f"{JOIN}/location", place, JoinStateView)


async def consent(ana: Attendee) -> JoinStateView:
    state = await state_of(ana)
    given = [
        ConsentGivenForm(
            kind=one.kind, version=one.version, language=one.language, sha256=one.sha256
        )
        for one in state.consent_texts
    ]
    assert state.identity is not None
    form = ConsentsForm(consents=given, signed_name=state.identity.legal_name)
    return await ana.patient.page.send("PUT", f"{JOIN}/consents", form, JoinStateView)


async def in_call(clinic: Scene, ana: Attendee, login: str) -> Practitioner:
    who = await clinic.practitioner(login)
    await clinic.accepted(who, ana)
    report = {"encounter_id": ana.encounter_id, "generation": 1, "since_accept_ms": 120}
    for socket in (ana.socket, who.socket):
        await socket.ask("call.first_frame", **report)
    await who.socket.expect(wire.CallChanged, lambda event: event.call.state == "connected")
    return who


async def hear(who: Practitioner, ana: Attendee, jurisdiction: str) -> None:
    await who.socket.ask(
        "location.heard", encounter_id=ana.encounter_id, jurisdiction=jurisdiction
    )


def kinds(chart: ChartView) -> list[str]:
    return [one.kind for one in chart.entries]


def said(chart: ChartView, kind: str) -> list[str]:
    return [one.summary for one in chart.entries if one.kind == kind]


async def test_heard_elsewhere_in_the_call_the_exam_goes_on_under_the_law_of_that_place(
    west: Scene,
) -> None:
    ana = await west.waiting_patient()
    casey = await in_call(west, ana, "casey")
    await casey.examine(ana.encounter_id)
    before = await casey.read_chart(ana.encounter_id)
    assert all(before.gates.values())
    await hear(casey, ana, "CO")
    chart = await casey.read_chart(ana.encounter_id)
    assert (chart.visit, chart.location_heard) == ("in_progress", "CO")
    assert said(chart, "location.heard") == [
        "Location heard in the call: CO, not AZ; consent is void"
    ]
    assert [one.disposition for one in chart.dispositions] == [None] * len(chart.dispositions)
    assert {one.jurisdiction for one in chart.authorities} == {"AZ", "CO"}
    assert not chart.gates["consent"]
    assert not chart.gates["disclosure"]
    assert chart.gates["identity"]
    with pytest.raises(Refused) as early:
        await casey.sign(ana.encounter_id)
    assert early.value.code == "sign_requirements_missing"
    with pytest.raises(Refused):
        await casey.socket.ask(
            "gate.confirm", encounter_id=ana.encounter_id, gate="location", confirmed=True
        )
    state = await state_of(ana)
    assert (state.visit, state.step, state.location_heard) == ("in_progress", "location", "CO")
    with pytest.raises(Refused) as other:
        await say(ana, NEVADA)
    assert other.value.code == "invalid_body"
    assert (await say(ana, COLORADO)).step == "consent"
    after = await consent(ana)
    assert (after.step, after.location_heard, after.consents_done) == ("ready", None, True)
    await casey.examine(ana.encounter_id, looking=False)
    await casey.hang_up(ana.encounter_id)
    await casey.sign(ana.encounter_id)
    signed = await casey.read_chart(ana.encounter_id)
    assert signed.visit == "signed"
    story = [
        one for one in kinds(signed) if one.startswith(("location", "intake.loc", "intake.c"))
    ]
    assert story == [
        "intake.location",
        "intake.consents",
        "location.heard",
        "intake.location",
        "intake.consents",
    ]
    decided = said(signed, "rules.decided")
    assert [one.partition(":")[0] for one in decided][-3:] == [
        "Rules at changed",
        "Rules at changed",
        "Rules at sign",
    ]


async def test_heard_where_the_practitioner_has_no_licence_the_patient_is_back_in_line(
    west: Scene,
) -> None:
    ana = await west.waiting_patient()
    casey = await in_call(west, ana, "casey")
    await casey.examine(ana.encounter_id, looking=False)
    await hear(casey, ana, "NV")
    await ana.socket.expect(wire.CallChanged, lambda event: event.call.state == "ended")
    state = await state_of(ana)
    assert (state.visit, state.step, state.location_heard) == ("waiting", "location", "NV")
    with pytest.raises(Refused):
        await casey.sign(ana.encounter_id)
    await casey.socket.expect(wire.StatusChanged, lambda event: event.status == "available")
    assert (await say(ana, NEVADA)).step == "consent"
    waiting = await consent(ana)
    assert (waiting.visit, waiting.consents_done) == ("waiting", True)
    assert waiting.coverage is not None
    assert waiting.coverage.permitted
    home = NEVADA.model_copy(update=site_address(state))
    assert (await say(ana, home)).step == "consent"
    await consent(ana)
    await casey.offer_for(ana.encounter_id, 20)


async def test_what_ended_the_exam_is_answered_again_as_it_was(west: Scene) -> None:
    """A page that lost its socket sends again what was not acknowledged."""
    ana = await west.waiting_patient()
    casey = await in_call(west, ana, "casey")
    heard = {
        "v": wire.PROTOCOL_VERSION,
        "id": new_command_id(),
        "type": "location.heard",
        "encounter_id": ana.encounter_id,
        "jurisdiction": "NV",
    }
    ack = await casey.socket.send(heard)
    assert (ack.ok, ack.result) == (True, {"goes_on": False})
    assert await casey.socket.send(heard) == ack
    anew = await casey.socket.send({**heard, "id": new_command_id()})
    assert anew.error is not None
    assert anew.error.code == "not_found"


async def test_heard_where_exams_are_not_offered_the_page_says_so_and_keeps_the_place(
    west: Scene,
) -> None:
    ana = await west.waiting_patient()
    casey = await in_call(west, ana, "casey")
    await hear(casey, ana, "WY")
    state = await state_of(ana)
    assert (state.visit, state.step) == ("waiting", "location")
    wyoming = NEVADA.model_copy(update={"jurisdiction": "WY", "postal_code": "82001"})
    there = await say(ana, wyoming)
    assert there.visit == "waiting"
    assert there.coverage is not None
    assert (there.coverage.permitted, there.coverage.reason) == (False, "not_served")
    assert there.coverage.places == ["WY"]
    assert there.answers_done, "nothing of the intake is lost"


async def test_said_elsewhere_while_waiting_only_who_is_licensed_in_both_is_offered(
    west: Scene,
) -> None:
    """Booked for Arizona, the patient says Nevada: nobody; Colorado: Casey, in both."""
    ana = await west.waiting_patient()
    assert (await say(ana, NEVADA)).step == "consent"
    await consent(ana)
    casey = await west.practitioner("casey")
    state = await state_of(ana)
    assert state.coverage is not None
    assert (state.visit, state.coverage.permitted) == ("waiting", True)
    assert casey.socket.of(wire.OfferRinging) == []
    await say(ana, COLORADO)
    await consent(ana)
    await casey.offer_for(ana.encounter_id, 20)


def site_address(state: JoinStateView) -> dict[str, str]:
    site = state.site
    return {
        "jurisdiction": site.jurisdiction,
        "street": site.street,
        "city": site.city,
        "postal_code": site.postal_code,
    }
