"""Who may begin to wait, and who is called back instead, on a server with one shift planned."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from signaling import messages as wire
from tests.clients import Attendee, Scene, scene
from tests.rosters import HEADING, network_of, only
from tests.servers import RunningServer, Serving


@pytest.fixture(scope="module")
def planned(
    tmp_path_factory: pytest.TempPathFactory, serving: Serving
) -> Iterator[RunningServer]:
    with serving(tmp_path_factory.mktemp("planned")) as running:
        yield running


@pytest.fixture
async def quiet(planned: RunningServer) -> AsyncIterator[Scene]:
    """Casey (AZ and CO) alone is planned, from two hours ahead; nobody is on duty."""
    only(planned, "casey", 2, 10)
    async with scene(planned) as people:
        yield people


def code_of(ack: wire.Ack) -> str | None:
    return ack.error.code if ack.error else None


async def portal_row(clinic: Scene, ana: Attendee) -> wire.EncounterRow:
    return (await (await clinic.spa()).result(ana.encounter_id)).row


async def test_nobody_waits_for_somebody_who_comes_later(quiet: Scene) -> None:
    start_ms = only(quiet.server, "casey", 3, 11)
    ana = await quiet.ready_patient()
    ack = await ana.socket.command("queue.join")
    assert code_of(ack) == "nobody_on_shift"
    assert ack.error is not None
    assert ack.error.opens_at_ms == start_ms
    assert (await portal_row(quiet, ana)).visit == "intake"


async def test_with_nobody_planned_no_time_is_named(quiet: Scene) -> None:
    only(quiet.server, "devon", 2, 10)  # FL and TX
    ana = await quiet.ready_patient()
    ack = await ana.socket.command("queue.join")
    assert code_of(ack) == "nobody_on_shift"
    assert ack.error is not None
    assert ack.error.opens_at_ms is None


async def test_whoever_is_not_licensed_there_lets_nobody_in(quiet: Scene) -> None:
    """Emery may examine in CO and FL: the patient in AZ may not wait, the one in CO may."""
    await quiet.practitioner("emery")
    ana = await quiet.ready_patient()
    assert code_of(await ana.socket.command("queue.join")) == "nobody_on_shift"
    ben = await quiet.ready_patient("Ben Soto", "lumen")
    assert (await ben.socket.command("queue.join")).ok


async def test_overtime_lets_patients_in(quiet: Scene) -> None:
    casey = await quiet.practitioner("casey")
    ana = await quiet.waiting_patient()
    await casey.offer_for(ana.encounter_id, 20)
    state = casey.socket.of(wire.PractitionerSync)[-1]
    assert state.shift_ends_at_ms is None


async def test_whoever_is_rostered_now_lets_patients_in_before_they_come(quiet: Scene) -> None:
    only(quiet.server, "casey", -1, 5)
    ana = await quiet.ready_patient()
    assert (await ana.socket.command("queue.join")).ok


async def test_coming_on_duty_takes_the_shift_that_runs(quiet: Scene) -> None:
    start_ms = only(quiet.server, "casey", -1, 5)
    casey = await quiet.practitioner("casey")
    await casey.socket.ask("sync")
    told = await casey.socket.expect(
        wire.PractitionerSync, lambda event: event.shift_ends_at_ms is not None
    )
    assert told.shift_ends_at_ms == start_ms + 6 * 3_600_000


async def test_a_patient_at_the_door_hears_when_somebody_comes(quiet: Scene) -> None:
    ana = await quiet.ready_patient()
    told = await ana.socket.expect(wire.AdmissionChanged)
    assert not told.admitted
    await quiet.practitioner("casey")
    await ana.socket.expect(wire.AdmissionChanged, lambda event: event.admitted)


async def test_a_callback_is_promised_falls_due_and_ends_in_the_line(quiet: Scene) -> None:
    start_ms = only(quiet.server, "casey", 2, 10)
    ana = await quiet.ready_patient()
    for _ in range(2):  # twice is the same as once
        assert (await ana.socket.command("callback.request")).ok
    row = await portal_row(quiet, ana)
    assert row.callback is not None
    assert (row.callback.opens_at_ms, row.callback.due_at_ms) == (start_ms, None)
    assert code_of(await ana.socket.command("queue.join")) == "nobody_on_shift"

    portal = await quiet.listening(await quiet.staff_page("portal", "glow"), "/spa")
    casey = await quiet.practitioner("casey")
    told = await portal.expect(
        wire.EncounterChanged,
        lambda event: (
            event.encounter.encounter_id == ana.encounter_id
            and event.encounter.callback is not None
            and event.encounter.callback.due_at_ms is not None
        ),
    )
    assert told.encounter.visit == "intake"
    await ana.join()
    offer = await casey.offer_for(ana.encounter_id, 20)
    assert (await portal_row(quiet, ana)).callback is None
    await casey.accept(offer)
    chart = await casey.read_chart(ana.encounter_id)
    kinds = [entry.kind for entry in chart.entries if entry.kind.startswith("callback.")]
    assert kinds == ["callback.asked", "callback.due", "callback.ended"]
    await casey.give_up(ana.encounter_id)


async def test_whoever_waits_for_nobody_may_leave_the_line_for_a_callback(quiet: Scene) -> None:
    casey = await quiet.practitioner("casey")
    ana = await quiet.waiting_patient()
    await casey.offer_for(ana.encounter_id, 20)
    await casey.socket.ask("duty.away")
    told = await ana.socket.expect(
        wire.QueueChanged, lambda event: event.wait.opens_at_ms is not None
    )
    assert told.wait.kind == "nobody_on_duty"
    await ana.socket.ask("callback.request")
    assert (await portal_row(quiet, ana)).visit == "left"
    assert code_of(await ana.socket.command("queue.join")) == "nobody_on_shift"
    await casey.come_on_duty()
    await ana.join()  # back from where they left: the callback is their way in
    row = await portal_row(quiet, ana)
    assert (row.visit, row.callback) == ("waiting", None)


async def test_whoever_just_left_needs_their_link(quiet: Scene) -> None:
    await quiet.practitioner("casey")
    ana = await quiet.waiting_patient()
    await ana.socket.ask("queue.leave")
    assert code_of(await ana.socket.command("queue.join")) == "not_waiting"


async def test_no_callback_is_promised_for_after_the_link(quiet: Scene) -> None:
    only(quiet.server, "casey", 72, 80)
    ana = await quiet.ready_patient()
    assert code_of(await ana.socket.command("callback.request")) == "callback_too_late"
    assert (await portal_row(quiet, ana)).callback is None


async def test_the_command_line_plans_lists_and_removes(planned: RunningServer) -> None:
    only(planned, "casey", 2, 10)
    network = network_of(planned)
    start = datetime.now(UTC) + timedelta(days=2)
    moments = (start.isoformat(), (start + timedelta(hours=8)).isoformat())
    made = planned.command("shifts", "add", "blake", *moments).strip()
    listed = json.loads(planned.command("shifts", "list", "--network", network, "--json"))
    assert {one["practitioner"] for one in listed} == {"Casey Lindqvist", "Blake Moreno"}
    planned.command("shifts", "remove", made)
    listed = json.loads(planned.command("shifts", "list", "--network", network, "--json"))
    assert [one["practitioner"] for one in listed] == ["Casey Lindqvist"]


async def test_a_file_may_come_by_a_pipe_and_be_tried_first(planned: RunningServer) -> None:
    only(planned, "casey", 2, 10)
    start = datetime.now(UTC) + timedelta(days=3)
    text = f"{HEADING}blake,{start.isoformat()},{(start + timedelta(hours=8)).isoformat()}\n"
    words = ("shifts", "import", "--network", network_of(planned), "-")
    assert "would be added" in planned.command(*words, "--dry-run", input_text=text)
    assert planned.command(*words, input_text=text).startswith("1 shifts added")
    assert planned.command(*words, input_text=text).startswith("0 shifts added")
