"""Words about patients are in no file that a whole server leaves behind.

Not in the database, its write-ahead log or its journal, not in the server's log, the relay's
folder, a temporary file or a backup: neither while it runs nor after a `kill -9`. What waits
in the outbox, for patients and for spas, is there meanwhile. There is no Redis to look into:
a server is one process, and uses none.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import pytest

from server.clock import SystemClock
from server.intake.questionnaire import benign_answers
from server.rehearsal import practitioner as console
from server.rehearsal.answers import WORDS as WORDLESS
from server.rehearsal.encounter import Rehearsed, Waits
from server.rehearsal.patient import BASE, PHONE, Patient
from server.rehearsal.peer import loopback_as_last_resort
from server.rehearsal.spa import BIRTH_DATE
from server.views import (
    AnswersForm,
    JoinStateView,
    LinkView,
    MessageForm,
    ModalityForm,
    NewEndpointForm,
    NewExamForm,
    NewPatientForm,
    NewSecretView,
    PortalHomeView,
)
from signaling.messages import TreatmentRef
from tests import photos
from tests.clients import SITES, Scene, scene
from tests.leaving import HeldUp, held_up
from tests.planted import sightings
from tests.servers import RunningServer, running_server

SEEN: Final = "Zephyrquill Featherbottom"
WRITTEN: Final = "Quillomena Dapplethorpe"
ANSWERED: Final = "wumpleberry grobnickel"
TALKING: Final = "Brambleton Quiverwhistle"
ASKED: Final = "My snorkleberry patch itches."
REPLIED: Final = "Show me the flumpington side."
TYPED: Final = ("Tickleworth rash.", "Tickleworth rash. Wobblecroft denied.")
WRITTEN_TO: Final = "Ottoline Crumblewick"
MAIL: Final = "crumblewick.o@mail.test"
MOBILE: Final = "480 555 0143"
PORTAL: Final = "/api/v1/portal"
PEEL: Final = (TreatmentRef(treatment_class="chemical_peel"),)
# Whole sentences of the rehearsal stand for whatever somebody types there.
WORDS: Final = (
    *SEEN.split(),
    *WRITTEN.split(),
    *ANSWERED.split(),
    *TALKING.split(),
    "snorkleberry",
    "flumpington",
    "Tickleworth",
    "Wobblecroft",
    *WRITTEN_TO.split(),
    MAIL,
    MOBILE,
    MOBILE.replace(" ", ""),
    PHONE,
    PHONE.replace(" ", ""),
    BIRTH_DATE,
    console.NOTE,
    console.RATIONALE,
    console.INSTRUCTIONS,
    photos.MAKER,
    photos.COMMENT.decode(),
)


class Writer(Patient):
    """A patient who answers in words of their own and sends photos instead of waiting."""

    async def _answer(self) -> None:
        answers = {
            name: ANSWERED if given == WORDLESS else given
            for name, given in benign_answers(PEEL).items()
        }
        assert ANSWERED in answers.values()
        await self._put("answers", AnswersForm(answers=answers, done=True))
        await self._put("modality", ModalityForm(modality="store_and_forward"))

    async def send_photo(self) -> None:
        headers = {
            "Origin": self.page.origin,
            "Content-Type": "application/octet-stream",
            "X-Goodfaith-File": "file-00000001",
            "X-Goodfaith-Kind": "image",
            "X-Goodfaith-View": "face_front_relaxed",
        }
        async with self.page.session.post(
            f"{self.page.origin}{BASE}/uploads", data=photos.phone_jpeg(), headers=headers
        ) as answer:
            assert answer.status == 200, await answer.text()


@pytest.fixture
async def ways() -> AsyncIterator[HeldUp]:
    async with held_up() as ready:
        yield ready


@pytest.fixture
async def canary_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ways: HeldUp
) -> AsyncIterator[RunningServer]:
    """A server all of whose files are in one folder, temporary ones too."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    with ExitStack() as stack:
        running = running_server(tmp_path, log_level="debug", **ways.settings)
        yield await asyncio.to_thread(stack.enter_context, running)


async def talk_to_one(clinic: Scene) -> None:
    """Write in the call and type a note, which is kept as what was added each time."""
    patient = await clinic.waiting_patient(TALKING, login="lumen")
    emery = await clinic.practitioner("emery")
    await clinic.accepted(emery, patient)
    about = {"encounter_id": patient.encounter_id}
    await patient.socket.ask("chat.say", **about, text=ASKED)
    await emery.socket.ask("chat.say", **about, text=REPLIED)
    for revision, text in enumerate(TYPED):
        await emery.socket.ask("note.save", **about, base_revision=revision, text=text)
    kinds = {one.kind for one in (await emery.read_chart(patient.encounter_id)).entries}
    assert {"chat.said", "note.delta"} <= kinds


async def write_to_one(clinic: Scene, ways: HeldUp) -> list[str]:
    """Have links sent by mail and text message, and a spa told; return the links' secrets."""
    manager = await clinic.staff_page("portal", "glow-manager")
    endpoint = NewEndpointForm(url=ways.receiver.url, topics=["encounter.requested"])
    await manager.send("POST", f"{PORTAL}/endpoints", endpoint, NewSecretView)
    sites = (await manager.get(f"{PORTAL}/home", PortalHomeView)).sites
    asked = NewExamForm(
        request_id=secrets.token_hex(12),
        patient=NewPatientForm(
            legal_name=WRITTEN_TO, birth_date=BIRTH_DATE, phone=MOBILE, email=MAIL
        ),
        site_id=next(one.site_id for one in sites if one.name == SITES["glow"]),
        treatments=list(PEEL),
    )
    link = await manager.send("POST", f"{PORTAL}/encounters", asked, LinkView)
    path = f"{PORTAL}/encounters/{link.encounter_id}/message"
    mailed = await manager.send("POST", path, MessageForm(channel="email"), LinkView)
    await ways.mailed()  # a later link ends this one
    texted = await manager.send("POST", path, MessageForm(channel="sms"), LinkView)
    await ways.tried()
    told = b"".join(one.body for one in ways.receiver.got).decode().lower()
    assert link.encounter_id in told
    assert not any(word.lower() in told for word in WORDS)
    found = [one.url.rpartition("#")[2] for one in (link, mailed, texted)]
    assert all(found)
    assert not any("/" in one for one in found)
    return found


async def sign_one(clinic: Scene) -> str:
    """Play a whole encounter, to the papers; return which."""
    spa, casey = await clinic.spa(), await clinic.practitioner("casey")
    with loopback_as_last_resort():
        outcome = await Rehearsed(
            clinic.server.url,
            spa,
            casey,
            SystemClock(),
            waits=Waits(),
            site_name=SITES["glow"],
        ).play(SEEN)
    assert outcome.signed, outcome.error
    return outcome.encounter_id


async def write_one(clinic: Scene) -> None:
    """Answer in writing and send a photo."""
    link = await clinic.request(WRITTEN, treatments=[one.treatment_class for one in PEEL])
    visiting = Writer.visiting(clinic.server.url, WRITTEN, BIRTH_DATE)
    writer = await clinic.stack.enter_async_context(visiting)
    assert isinstance(writer, Writer)
    await writer.redeem(link.url)
    for step in (
        writer._identify,
        writer._locate,
        writer._choose,
        writer._answer,
        writer._consent,
    ):
        await step()
    await writer.send_photo()
    state = await writer.page.get(f"{BASE}/state", JoinStateView)
    assert state.step == "photos"


async def test_no_file_of_a_server_shows_a_patient(
    canary_server: RunningServer, ways: HeldUp
) -> None:
    folder = canary_server.folder
    async with scene(canary_server) as clinic:
        await talk_to_one(clinic)
        links = await write_to_one(clinic, ways)
        signed = await sign_one(clinic)
        await write_one(clinic)
        for name, options in {"records": (), "keys": ("--keys",)}.items():
            output = str(folder / f"{name}.backup")
            await asyncio.to_thread(canary_server.command, "backup", *options, "-o", output)
        running = sightings(folder, [signed, *links, *WORDS])
    await asyncio.to_thread(canary_server.kill)
    assert canary_server.log
    killed = sightings(folder, [signed, *links, *WORDS])
    for found in (running, killed):
        # What is no secret is found in the very place where secrets must not be.
        assert "data/goodfaith.db-wal" in {one.file for one in found if one.word == signed}
        assert [one for one in found if one.word != signed] == []
    (folder / "data" / "left behind").write_text(f"{{'name': '{SEEN}'}}")
    assert {one.word for one in sightings(folder, WORDS)} == set(SEEN.split())
