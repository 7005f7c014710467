"""Findings on a running server: ticked, judged at signing, seen in a second call, put off."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from server.rehearsal.failures import Refused
from server.rehearsal.practitioner import Practitioner
from server.views import ChartView, JoinStateView
from signaling import messages as wire
from tests.clients import Attendee, Scene, scene
from tests.integration.live.test_calls import code_of, in_call
from tests.integration.live.test_evidence import reported, seen, sign
from tests.servers import RunningServer, Serving


@pytest.fixture(scope="module")
def direct_server(
    tmp_path_factory: pytest.TempPathFactory, serving: Serving
) -> Iterator[RunningServer]:
    with serving(tmp_path_factory.mktemp("findings"), calls="direct") as running:
        yield running


@pytest.fixture
async def clinic(direct_server: RunningServer) -> AsyncIterator[Scene]:
    async with scene(direct_server) as people:
        yield people


async def look(avery: Practitioner, encounter_id: str, name: str, *, said: bool = True) -> str:
    """Tick the findings of one treatment, and return the code of the refusal, if any."""
    ack = await avery.socket.command(
        "finding.see", encounter_id=encounter_id, treatment_class=name, seen=said
    )
    return code_of(ack) or ""


async def treatments(avery: Practitioner, encounter_id: str) -> list[str]:
    chart = await avery.read_chart(encounter_id)
    return [one.treatment_class for one in chart.treatments]


def missing(chart: ChartView) -> set[str]:
    return {one.code for one in chart.missing}


def standings(chart: ChartView) -> set[str]:
    return {one.standing for one in chart.findings}


async def resume(avery: Practitioner, encounter_id: str) -> str:
    return (
        code_of(await avery.socket.command("encounter.resume", encounter_id=encounter_id)) or ""
    )


async def started(person: Attendee, generation: int) -> None:
    await person.socket.expect(
        wire.CallStarted, lambda event: event.setup.generation == generation
    )


async def test_a_picture_that_never_moved_shows_no_finding_until_it_is_looked_at_again(
    clinic: Scene,
) -> None:
    ana, avery = await in_call(clinic)
    await seen(ana, avery)
    await reported(ana, avery, moves=False)
    await avery.examine(ana.encounter_id)
    chart = await avery.read_chart(ana.encounter_id)
    assert (standings(chart), missing(chart)) == ({"pending"}, set())
    ack = await sign(avery, chart)
    assert code_of(ack) == "sign_requirements_missing"
    assert ack.error is not None
    assert set(ack.error.fields) == {"finding_unseen"}
    chart = await avery.read_chart(ana.encounter_id)
    assert (chart.visit, standings(chart), missing(chart)) == (
        "wrap_up",
        {"unseen"},
        {"finding_unseen"},
    )

    assert await resume(avery, ana.encounter_id) == ""
    await started(ana, 2)
    frame = {"encounter_id": ana.encounter_id, "generation": 2, "since_accept_ms": 120}
    for socket in (ana.socket, avery.socket):
        await socket.ask("call.first_frame", **frame)
    await reported(ana, avery)
    await avery.look(ana.encounter_id)
    chart = await avery.read_chart(ana.encounter_id)
    assert (chart.visit, missing(chart)) == ("in_progress", set())
    assert (await sign(avery, chart)).ok
    signed = await avery.read_chart(ana.encounter_id)
    assert standings(signed) == {"seen"}
    kinds = [one.kind for one in signed.entries]
    resumed = kinds.index("exam.resumed")
    assert kinds[resumed + 1 : resumed + 4] == [
        "rules.decided",
        "authority.checked",
        "call.started",
    ]
    order = [kinds.index(one) for one in ("modality.computed", "attestation")]
    assert order == sorted(order)
    assert "Exam held by health answers first, then live video, modifier 95" in [
        one.summary for one in signed.entries
    ]


async def test_a_tick_needs_a_call_with_both_cameras_on_and_taking_it_back_needs_none(
    clinic: Scene,
) -> None:
    ana, avery = await in_call(clinic)
    (name, *_others) = await treatments(avery, ana.encounter_id)
    assert await look(avery, ana.encounter_id, name) == "no_call"  # it is not connected yet
    await seen(ana, avery)
    assert await look(avery, ana.encounter_id, "glp1") == "invalid_body"
    for socket, side in ((ana.socket, "patient"), (avery.socket, "practitioner")):
        camera = {"encounter_id": ana.encounter_id, "audio": True}
        await socket.ask("call.media", **camera, video=False)
        ack = await avery.socket.command(
            "finding.see", encounter_id=ana.encounter_id, treatment_class=name, seen=True
        )
        assert code_of(ack) == "camera_off"
        assert ack.error is not None
        assert ack.error.fields == [side]
        await socket.ask("call.media", **camera, video=True)
    assert await look(avery, ana.encounter_id, name) == ""
    assert "pending" in standings(await avery.read_chart(ana.encounter_id))
    await avery.hang_up(ana.encounter_id)
    assert await look(avery, ana.encounter_id, name) == "no_call"
    assert await look(avery, ana.encounter_id, name, said=False) == ""
    assert standings(await avery.read_chart(ana.encounter_id)) == {"missing"}


async def test_nothing_is_approved_on_a_call_that_was_sound_alone(clinic: Scene) -> None:
    ana, avery = await in_call(clinic)
    await seen(ana, avery)
    await avery.examine(ana.encounter_id)  # ticked before the cameras went off
    for socket in (ana.socket, avery.socket):
        await socket.ask("call.media", encounter_id=ana.encounter_id, audio=True, video=False)
    await reported(ana, avery)
    await avery.hang_up(ana.encounter_id)
    with pytest.raises(Refused) as refused:
        await avery.sign(ana.encounter_id)
    assert refused.value.code == "sign_requirements_missing"
    await avery.examine(ana.encounter_id, looking=False)
    await avery.sign(ana.encounter_id)
    chart = await avery.read_chart(ana.encounter_id)
    assert chart.visit == "signed"
    summaries = [one.summary for one in chart.entries]
    assert "Exam held by sound alone, modifier 93" in summaries
    assert "do not rely on as an exam by live video" in chart.attestation_text


async def test_only_who_holds_the_chart_calls_again_and_only_a_patient_who_is_there(
    clinic: Scene,
) -> None:
    ana, avery = await in_call(clinic)
    await seen(ana, avery)
    blake = await clinic.practitioner("blake", on_duty=False)
    assert await resume(blake, ana.encounter_id) == "not_found"
    assert await resume(avery, ana.encounter_id) == "illegal_transition"
    await avery.hang_up(ana.encounter_id)
    await ana.socket.close()
    while await resume(avery, ana.encounter_id) != "patient_not_here":
        pass
    await avery.socket.ask("encounter.park", encounter_id=ana.encounter_id)
    await ana.socket.connect(*ana.socket.last)
    assert await resume(avery, ana.encounter_id) == "illegal_transition"
    chart = await avery.read_chart(ana.encounter_id)
    assert chart.visit == "wrap_up"
    assert "exam.resumed" not in [one.kind for one in chart.entries]


async def test_an_exam_that_is_put_off_is_asked_and_looked_at_anew(clinic: Scene) -> None:
    ana, avery = await in_call(clinic)
    await seen(ana, avery)
    await avery.examine(ana.encounter_id)
    result = await avery.socket.command(
        "encounter.reschedule", encounter_id=ana.encounter_id, reason="not_seen_on_video"
    )
    assert result.ok
    state = await ana.patient.page.get("/api/v1/join/state", JoinStateView)
    assert state.visit == "left"
    assert state.callback is not None
    assert avery.status == "available"
    await ana.join()
    offer = await avery.offer_for(ana.encounter_id, 20)
    await avery.accept(offer)
    await started(ana, 2)
    chart = await avery.read_chart(ana.encounter_id)
    assert standings(chart) == {"missing"}
    assert not any(chart.gates.values())
    assert chart.note  # what was written stays in the record
    assert "finding.seen" in [one.kind for one in chart.entries]
