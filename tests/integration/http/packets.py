"""What a patient sent to be reviewed, and reviewers, where a counsel signed it off."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import update

from server import charting, visits
from server.access import Principal, Role
from server.attestation import REVIEWED
from server.chart import entries as chart
from server.chart.forward_entries import PacketItem
from server.console import signing
from server.console.chart_view import chart_view
from server.console.commands import PractitionerCommands
from server.practitioner_files import demo
from server.proofs.ways import Way
from server.rulebooks import changing
from server.rulebooks.changing import Act
from server.rulebooks.switches import Switches
from server.rules.words import TreatmentClass
from server.storage import directory, encounters, reviews, sessions, uploads
from server.storage.session_tables import sessions as rows
from server.storage.sessions import Session
from server.storage.statements import Tx
from server.storage.uploads import Picture, Upload
from server.views import ChartView, ConsentGivenForm, ConsentsForm
from server.views.reviews import ReviewsView
from server.waiting.work import Result
from signaling import messages as wire
from signaling import visit
from tests.integration.http.browsing import Browser, Json, World
from tests.integration.http.exams import intake

PEEL: Json = {"treatment_class": "chemical_peel", "product": None}
PICTURE = Picture(image=b"\xff\xd8\xff a cheek", thumbnail=b"\xff\xd8\xff a small cheek")
DAY = 86_400 * 1_000_000
CONSOLE = "/api/v1/console"
ANOTHER = Picture(image=b"\xff\xd8\xff a chin", thumbnail=b"\xff\xd8\xff a small chin")
ANSWERS = "12" * 32


async def signed_off(world: World, jurisdiction: str = "AZ") -> Act:
    """Let a jurisdiction be reviewed, for peels; return the act, to take it back by.

    The shipped rules hold from November 2026 on: the clock goes there, and the lists of
    exclusions are looked at again.
    """
    services = world.services
    world.clock.advance(70 * 86_400)
    async with services.database.write() as tx:
        for organization in await directory.all_organizations(tx):
            await demo.extend(tx, services, organization)
    act = Act(
        network_id=(await practitioner(world, "avery")).organization_id or "",
        actor="Compliance",
        at=services.clock.now(),
        reference="Memo 7",
        new_id=lambda: services.random_bytes(16).hex(),
    )
    switches = Switches(
        store_and_forward_enabled=True, low_risk_classes=[TreatmentClass.CHEMICAL_PEEL]
    )
    async with services.database.write() as tx:
        await changing.set_switches(tx, act, "compliance", switches)
        await changing.set_switches(tx, act, "operator", switches)
        for what in ("store_and_forward", "definition_opinion"):
            await changing.sign_off(tx, act, jurisdiction, what, "R. Counsel")
    return act


async def practitioner(world: World, login: str) -> Principal:
    async with world.services.database.write() as tx:
        account = await directory.account_by_login(tx, "practitioner", login)
        assert account is not None
        who = await directory.practitioner_of_account(tx, account.account_id)
        assert who is not None
        session = await _session_of(tx, world, account.account_id)
    return Principal(
        "practitioner",
        Role.PRACTITIONER,
        organization_id=who.network_id,
        account_id=account.account_id,
        practitioner_id=who.practitioner_id,
        session=session,
    )


async def _session_of(tx: Tx, world: World, account_id: str) -> str:
    """Return a session of theirs that does not end while they work, by name."""
    name, now = hashlib.sha256(os.urandom(16)).hexdigest(), world.clock.now()
    session = Session(
        id_hash=name,
        audience="practitioner",
        account_id=account_id,
        encounter_id=None,
        site_id=None,
        kiosk=False,
        device="",
        assurance=Way.PASSWORD,
        auth_time=now,
        last_seen_at=now,
        expires_at=now + 365 * DAY,
    )
    await sessions.create(tx, session)
    return name


async def proved_again(world: World, session: str) -> None:
    """Let whoever works in a session have just proved who they are."""
    async with world.services.database.write() as tx:
        now = world.clock.now()
        await sessions.prove(tx, session, Way.PASSWORD, now)
        await tx.execute(update(rows).where(rows.c.id_hash == session).values(last_seen_at=now))


async def submitted(
    world: World, spa: Browser, *, name: str = "Maria Vega", request_id: str = "request-0001"
) -> str:
    """Return an encounter whose patient sent two photos and answers, due in a day."""
    services = world.services
    encounter_id = await intake(world, spa, [PEEL], name=name, request_id=request_id)
    now = services.clock.now()
    sent = [picture(encounter_id, number, now) for number in (1, 2)]
    items = [PacketItem(upload_id=one.upload_id, sha256=one.sha256) for one in sent]
    entries: list[chart.AnyEntry] = [
        chart.ModalityRequested(modality="store_and_forward"),
        consents(name),
        *(added(one) for one in sent),
        chart.PacketSubmitted(
            items=items,
            questionnaire_version="2026-11-22",
            answers_sha256=ANSWERS,
            ruling_seq=1,
            due_at=now + DAY,
        ),
    ]
    keyring = services.keyring
    async with services.database.write() as tx:
        for one, content in zip(sent, (PICTURE, ANOTHER), strict=True):
            await uploads.add(tx, one, content, keyring=keyring)
        actor = charting.patient(encounter_id)
        await charting.write(tx, keyring, encounter_id, actor, entries, now=now)
        encounter = await encounters.get(tx, encounter_id, lock=True)
        event = visit.PacketSubmitted()
        await visits.move(tx, keyring, encounter, event, actor=charting.SYSTEM, now=now)
        await reviews.ask(tx, encounter_id, due_at=now + DAY)
    return encounter_id


def picture(encounter_id: str, number: int, now: int) -> Upload:
    return Upload(
        upload_id=hashlib.sha256(f"{encounter_id} {number}".encode()).hexdigest()[:32],
        encounter_id=encounter_id,
        file_id=f"file-000{number}",
        kind="image",
        page=1,
        media_type="image/jpeg",
        size=len((PICTURE, ANOTHER)[number - 1].image),
        sha256=(PICTURE, ANOTHER)[number - 1].sha256,
        uploaded_at=now + number,
    )


def added(one: Upload) -> chart.UploadAdded:
    return chart.UploadAdded(
        upload_id=one.upload_id,
        file_id=one.file_id,
        upload_kind=one.kind,
        page=1,
        view="face_front_relaxed",
        media_type=one.media_type,
        sha256=one.sha256,
        size=one.size,
        width_px=1_536,
        height_px=2_048,
        received_type="image/png",
        received_size=4_000_000,
        received_sha256="ef" * 32,
    )


def consents(name: str) -> chart.IntakeConsents:
    return chart.IntakeConsents(
        consents=ConsentsForm(
            signed_name=name,
            consents=[
                ConsentGivenForm(kind=kind, version="1", language="en", sha256="ab" * 32)
                for kind in ("privacy_notice", "telehealth", "store_and_forward")
            ],
        )
    )


class QuietWindows:
    """Windows of a practitioner that nobody looks into."""

    def note_saved(self, *saved: object) -> None:
        """Tell nobody."""


@dataclass
class Reviewer:
    """A practitioner at their console, as the socket would have it."""

    world: World
    principal: Principal
    encounter_id: str
    asked: int = 0

    @property
    def who(self) -> str:
        return self.principal.practitioner_id or ""

    async def ask(self, kind: str, **fields: Any) -> Result:  # noqa: ANN401 - a command's
        """Do one command: no desk, no call, no leg is needed for those of a review."""
        self.asked += 1
        await proved_again(self.world, self.principal.session)
        nothing = cast("Any", None)
        app = PractitionerCommands(
            self.world.services, nothing, nothing, nothing, nothing, cast("Any", QuietWindows())
        )
        command = wire.PRACTITIONER.validate_python(
            {
                "v": 1,
                "id": f"{self.encounter_id[:20]}-{self.asked}",
                "type": kind,
                "encounter_id": self.encounter_id,
                **fields,
            }
        )
        return await app.perform(self.principal, self.principal.organization_id or "", command)

    async def chart(self) -> ChartView:
        async with self.world.services.database.read() as tx:
            return await chart_view(tx, self.world.services, self.encounter_id)

    async def open_all(self) -> None:
        review = (await self.chart()).review
        assert review is not None
        for one in review.items:
            await self.ask("review.open", item=one.key)

    async def find_enough(self) -> None:
        await self.open_all()
        await self.ask("review.judge", sufficient=True, reason="Sharp and well lit.")

    async def write(self, text: str = "Mild photoageing. No open skin.") -> None:
        revision = (await self.chart()).note_revision
        await self.ask("note.save", text=text, base_revision=revision)

    async def decide(self, disposition: wire.Disposition = "approved") -> None:
        (row,) = (await self.chart()).dispositions
        assert row.proposal is not None
        await self.ask(
            "disposition.set",
            treatment_class=row.treatment_class,
            disposition=disposition,
            rationale="Photoageing; a superficial peel is indicated.",
            order=row.proposal.order.model_dump() if disposition == "approved" else None,
            conditions="",
            condition=None,
            reasons=["needs_more_information"] if disposition == "deferred" else [],
            valid_months=6,
        )

    async def attest_all(self) -> None:
        review = (await self.chart()).review
        assert review is not None
        for one in review.conditions:
            if one.statement and not one.attested:
                await self.ask(
                    "review.attest", code=one.code, statement=one.statement, attested=True
                )

    async def read(self) -> None:
        """Read what the patient wrote in their own words."""
        written = (await self.chart()).written
        if written.unread:
            await self.ask("answers.read", sha256=written.sha256)

    async def review(self) -> None:
        """Do all that a signature takes."""
        await self.find_enough()
        await self.read()
        await self.write()
        await self.decide()
        await self.attest_all()

    async def sign(self, attestation: str = REVIEWED.version) -> None:
        view = await self.chart()
        command = wire.EncounterSign(
            v=1,
            id=f"sign-{self.encounter_id[:20]}",
            type="encounter.sign",
            encounter_id=self.encounter_id,
            attestation_version=attestation,
            attested=True,
            chart_head=view.chart_head,
        )
        services = self.world.services
        async with services.database.write() as tx:
            await signing.sign(tx, services, self.who, command, services.clock.now())


async def reviewer(world: World, login: str, encounter_id: str) -> Reviewer:
    return Reviewer(world, await practitioner(world, login), encounter_id)


async def queue(world: World, login: str) -> ReviewsView:
    browser = await world.signed_in("console", login)
    answer = await browser.get(f"{CONSOLE}/reviews")
    assert answer.status == 200, answer.body
    return ReviewsView.model_validate(answer.body)


async def visit_of(one: Reviewer) -> str:
    async with one.world.services.database.read() as tx:
        return (await encounters.get(tx, one.encounter_id)).visit


async def missing(one: Reviewer) -> list[str]:
    return [f"{each.code} {each.target}" for each in (await one.chart()).missing]
