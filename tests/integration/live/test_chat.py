"""Words written in the call, over sockets."""

from __future__ import annotations

import asyncio

import pytest

from server.live.chat import LINES_PER_WINDOW_MAX
from server.rehearsal.live_socket import new_command_id
from server.rehearsal.practitioner import Practitioner
from server.views.chat import ChatView
from signaling import messages as wire
from tests.clients import Attendee, Scene


async def in_a_call(clinic: Scene) -> tuple[Attendee, Practitioner]:
    ana = await clinic.waiting_patient()
    casey = await clinic.practitioner("casey")
    await clinic.accepted(casey, ana)
    return ana, casey


async def test_both_sides_read_what_either_wrote_and_the_chart_keeps_it(clinic: Scene) -> None:
    ana, casey = await in_a_call(clinic)
    encounter = {"encounter_id": ana.encounter_id}
    await ana.socket.ask("chat.say", **encounter, text="I cannot hear you.")
    heard = await casey.socket.expect(wire.ChatSaid)
    assert (heard.line.by, heard.line.text) == ("patient", "I cannot hear you.")
    assert (await ana.socket.expect(wire.ChatSaid)).line == heard.line
    said = await casey.socket.ask("chat.say", **encounter, text="Tap Unmute, please.")
    assert "Tap" not in str(said)  # results are kept, and not sealed

    page = await clinic.staff_page("console", "casey")
    path = f"/api/v1/console/encounters/{ana.encounter_id}/chat"
    view = await page.get(path, ChatView)
    assert [one.text for one in view.lines] == ["I cannot hear you.", "Tap Unmute, please."]
    assert await ana.patient.page.get("/api/v1/join/chat", ChatView) == view
    chart = await casey.read_chart(ana.encounter_id)
    written = [one for one in chart.entries if one.kind == "chat.said"]
    assert [one.seq for one in written] == [one.seq for one in view.lines]
    draft = [line for part in chart.draft for line in part.lines]
    [line] = [one for one in draft if "cannot hear" in one.text]
    assert (line.by, line.entries) == ("patient", [view.lines[0].seq])


async def test_the_same_words_sent_twice_are_written_once(clinic: Scene) -> None:
    ana, casey = await in_a_call(clinic)
    say = {
        "v": 1,
        "id": new_command_id(),
        "type": "chat.say",
        "encounter_id": ana.encounter_id,
        "text": "Once.",
    }
    first, second = await ana.socket.send(say), await ana.socket.send(say)
    assert first == second
    assert first.ok
    view = await ana.patient.page.get("/api/v1/join/chat", ChatView)
    assert len(view.lines) == 1
    await casey.socket.expect(wire.ChatSaid)


@pytest.mark.parametrize("text", ["", "   \n", "x" * 501, "a\0b"])
async def test_what_is_no_line_is_refused(clinic: Scene, text: str) -> None:
    ana = await clinic.ready_patient()
    ack = await ana.socket.command("chat.say", encounter_id=ana.encounter_id, text=text)
    assert ack.error is not None
    assert ack.error.code == "invalid_body"


async def test_nobody_writes_before_or_after_the_call_or_to_others(clinic: Scene) -> None:
    ana = await clinic.waiting_patient()
    early = await ana.socket.command("chat.say", encounter_id=ana.encounter_id, text="Hello?")
    assert early.error is not None
    assert early.error.code == "illegal_transition"
    casey = await clinic.practitioner("casey")
    other = await casey.socket.command("chat.say", encounter_id=ana.encounter_id, text="Hello?")
    assert other.error is not None
    assert other.error.code == "not_found"
    await clinic.accepted(casey, ana)
    await casey.hang_up(ana.encounter_id)
    late = await ana.socket.command("chat.say", encounter_id=ana.encounter_id, text="Hello?")
    assert late.error is not None
    assert late.error.code == "illegal_transition"


async def test_who_writes_too_fast_is_told_to_wait_and_the_other_side_is_not(
    clinic: Scene,
) -> None:
    ana, casey = await in_a_call(clinic)
    encounter = {"encounter_id": ana.encounter_id}
    acks = await asyncio.gather(
        *(
            ana.socket.command("chat.say", **encounter, text=f"Line {number}.")
            for number in range(LINES_PER_WINDOW_MAX + 1)
        )
    )
    assert [ack.ok for ack in acks].count(False) == 1
    refused = next(ack for ack in acks if not ack.ok)
    assert refused.error is not None
    assert refused.error.code == "rate_limited"
    await casey.socket.ask("chat.say", **encounter, text="One at a time, please.")
