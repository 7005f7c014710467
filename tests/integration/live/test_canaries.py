"""Words about patients are in no file that a whole server leaves behind.

Not in the database, its write-ahead log or its journal, not in the server's log, the relay's
folder, a temporary file or a backup: neither while it runs nor after a `kill -9`. What waits
in the outbox, for patients and for spas, is there meanwhile. On PostgreSQL the folder of the
cluster is searched, too. There is no Redis to look into yet: a server is one process, and uses
none.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import dataclass
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
from server.rehearsal.spa import BIRTH_DATE, USUAL
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
from server.views.authorizations import (
    AuthorizationAnswerView,
    AuthorizationQueryForm,
    PatientRefForm,
    SameDayForm,
    UseForm,
    UseView,
)
from signaling.messages import TreatmentRef
from tests import photos
from tests.clients import SITES, Scene, scene
from tests.leaving import HeldUp, held_up
from tests.planted import Sighting, sightings
from tests.postgres import running_postgres
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
ADDED: Final = "Puffletwig swelling since Tuesday."
PERFORMER: Final = "Marigold Snapdraw"
LOT: Final = "LOT-Quibblenut-88"
AREA: Final = "Left glimmerbrow"
REMARK: Final = "Fizzlewick bruise."
SAID_BY: Final = "Thistledown Barrowclough"
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
    *("Puffletwig", "Quibblenut", "glimmerbrow", "Fizzlewick"),
    *PERFORMER.split(),
    *SAID_BY.split(),
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


@dataclass(frozen=True)
class Watched:
    """A server, and every folder that it or its database writes into.

    Attributes:
        journal: where the database has what it commits before all.
    """

    server: RunningServer
    folders: tuple[Path, ...]
    journal: str

    def sightings(self, *words: str) -> set[Sighting]:
        return set().union(*(sightings(one, [*words, *WORDS]) for one in self.folders))


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param("postgresql", marks=[pytest.mark.postgres, pytest.mark.long]),
    ]
)
async def watched(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    ways: HeldUp,
) -> AsyncIterator[Watched]:
    """A server all of whose files are in known folders, temporary ones too."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    settings = {"log_level": "debug", **ways.settings}
    folders, journal = [tmp_path], "data/goodfaith.db-wal"
    with ExitStack() as stack:
        if request.param == "postgresql":
            cluster = await asyncio.to_thread(stack.enter_context, running_postgres())
            settings["database_url"] = cluster.create("watched")
            folders, journal = [tmp_path, cluster.folder], "data/pg_wal/"
        running = running_server(tmp_path, **settings)
        server = await asyncio.to_thread(stack.enter_context, running)
        yield Watched(server, tuple(folders), journal)


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
    signed = outcome.encounter_id
    await casey.socket.ask("addendum.add", encounter_id=signed, text=ADDED)
    return signed


async def treat_one(clinic: Scene) -> None:
    """Ask whether it is covered, with answers of the day, and record what was given."""
    desk = await clinic.staff_page("portal", "glow")
    sites = (await desk.get(f"{PORTAL}/home", PortalHomeView)).sites
    asked = AuthorizationQueryForm(
        request_id=secrets.token_hex(12),
        patient=PatientRefForm(legal_name=SEEN, birth_date=BIRTH_DATE),
        treatment_class=USUAL[0],
        site_id=next(one.site_id for one in sites if one.name == SITES["glow"]),
        performer_credential="RN",
        same_day=SameDayForm(answered_by="staff", staff_name=SAID_BY, new_medication=False),
    )
    path = "/api/v1/authorizations"
    said = await desk.send("POST", f"{path}/query", asked, AuthorizationAnswerView)
    assert said.authorization is not None
    given = UseForm(
        request_id=secrets.token_hex(12),
        performer_name=PERFORMER,
        performer_credential="RN",
        area=AREA,
        lot=LOT,
        performed_at_ms=int(time.time() * 1_000),
        note=REMARK,
    )
    uses = f"{path}/{said.authorization.authorization_id}/uses"
    used = await desk.send("POST", uses, given, UseView)
    assert used.authorization_id == said.authorization.authorization_id


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


@pytest.mark.safeguard("164.312(a)(2)(iv)")
async def test_no_file_of_a_server_shows_a_patient(watched: Watched, ways: HeldUp) -> None:
    server, folder = watched.server, watched.server.folder
    async with scene(server) as clinic:
        await talk_to_one(clinic)
        links = await write_to_one(clinic, ways)
        signed = await sign_one(clinic)
        await treat_one(clinic)
        await write_one(clinic)
        for name, options in {"records": (), "keys": ("--keys",)}.items():
            output = str(folder / f"{name}.backup")
            await asyncio.to_thread(server.command, "backup", *options, "-o", output)
        running = watched.sightings(signed, *links)
    await asyncio.to_thread(server.kill)
    assert server.log
    killed = watched.sightings(signed, *links)
    for found in (running, killed):
        # What is no secret is found in the very place where secrets must not be.
        assert any(one.file.startswith(watched.journal) for one in found if one.word == signed)
        assert [one for one in found if one.word != signed] == []
    (folder / "data" / "left behind").write_text(f"{{'name': '{SEEN}'}}")
    assert {one.word for one in watched.sightings()} == set(SEEN.split())
