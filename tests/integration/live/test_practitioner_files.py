"""What compliance takes away counts at once: for what rings, at accept and at signature."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from server.rehearsal.failures import Refused
from server.rehearsal.page import Page
from server.views.practitioner_files import (
    AuthorityForm,
    AuthorityStatusForm,
    EvidenceForm,
    ExclusionCheckForm,
    FileAuthorityView,
    PractitionerFileView,
    PractitionersView,
    VerifyForm,
)
from signaling import messages as wire
from tests.clients import Scene
from tests.integration.live.test_evidence import reported

FILES = "/api/v1/compliance/practitioners"
AT_ONCE_S = 1.0
LOOK_S = 5.0  # of the waiting room, after what a command beside the server changed
SEEN = EvidenceForm(checked_by="R. Alvarez", source="azbn.gov")


@dataclass
class File:
    """Somebody's file, as compliance has it open."""

    page: Page
    path: str

    async def read(self) -> PractitionerFileView:
        return await self.page.get(self.path, PractitionerFileView)

    async def status(self, word: str) -> None:
        """Set the status of the licence in Arizona, by the row that was entered first."""
        licence = await self.arizona()
        form = AuthorityStatusForm.model_validate({"status": word})
        path = f"{self.path}/authorities/{licence.id}/status"
        await self.page.send("PUT", path, form, PractitionerFileView)

    async def arizona(self) -> FileAuthorityView:
        held = [one for one in (await self.read()).authorities if one.jurisdiction == "AZ"]
        return min(held, key=lambda one: one.valid_from_ms)

    async def renewed(self) -> None:
        """Enter the licence in Arizona for another term, which has begun before it ends."""
        form = AuthorityForm.model_validate(
            {
                "jurisdiction": "AZ",
                "kind": "license",
                "number": (await self.arizona()).number.lower(),
                "since": time.strftime("%Y-%m-%d", time.gmtime(time.time() - 3 * 86_400)),
                "until": time.strftime("%Y-%m-%d", time.gmtime(time.time() + 900 * 86_400)),
            }
        )
        path, before = f"{self.path}/authorities", (await self.read()).authorities
        after = await self.page.send("POST", path, form, PractitionerFileView)
        known = {one.id for one in before}
        (new,) = [one.id for one in after.authorities if one.id not in known]
        seen = VerifyForm(**SEEN.model_dump(), independent=True)
        await self.page.send("POST", f"{path}/{new}/verify", seen, PractitionerFileView)

    async def looked(self, outcome: str) -> None:
        """Enter a look into the list of a state, made today."""
        form = ExclusionCheckForm.model_validate(
            {
                "list_name": "state",
                "outcome": outcome,
                "checked_on": time.strftime("%Y-%m-%d", time.gmtime(time.time() - 86_400)),
                "evidence": SEEN.model_dump(),
            }
        )
        await self.page.send(
            "POST", f"{self.path}/exclusion-checks", form, PractitionerFileView
        )

    async def take_back_matches(self) -> None:
        for one in (await self.read()).exclusion_checks:
            if one.outcome == "match" and one.ended_at_ms is None:
                path = f"{self.path}/parts/exclusion-checks/{one.id}/end"
                await self.page.send("POST", path, None, PractitionerFileView)


@asynccontextmanager
async def restored(clinic: Scene, login: str = "casey") -> AsyncIterator[File]:
    """Give somebody's file; afterwards everything is as it was before."""
    page = await clinic.staff_page("ops", "compliance")
    listed = await page.get(FILES, PractitionersView)
    (row,) = [one for one in listed.people if one.login == login]
    file = File(page, f"{FILES}/{row.practitioner_id}")
    try:
        yield file
    finally:
        await file.status("active")
        await file.take_back_matches()


def code_of(ack: wire.Ack) -> str | None:
    return ack.error.code if ack.error else None


async def test_a_licence_revoked_over_http_withdraws_a_ringing_offer_within_a_second(
    clinic: Scene,
) -> None:
    ana = await clinic.waiting_patient()
    casey = await clinic.practitioner("casey")
    offer = await casey.offer_for(ana.encounter_id, 20)
    async with restored(clinic) as file:
        await file.status("revoked")
        closed = await casey.socket.expect(wire.OfferClosed, within_s=AT_ONCE_S)
        assert (closed.offer_id, closed.state) == (offer.offer_id, "withdrawn")
        ack = await casey.socket.command("offer.accept", offer_id=offer.offer_id)
        assert not ack.ok
        spa = await clinic.spa()
        assert (await spa.result(ana.encounter_id)).row.visit == "waiting"
        blake = await clinic.practitioner("blake")
        again = await blake.offer_for(ana.encounter_id, 20)
        assert again.waiting_since_ms == offer.waiting_since_ms


async def test_a_licence_that_is_revoked_in_one_term_withdraws_what_rings_by_another(
    clinic: Scene,
) -> None:
    ana = await clinic.waiting_patient()
    casey = await clinic.practitioner("casey")
    offer = await casey.offer_for(ana.encounter_id, 20)
    async with restored(clinic) as file:
        await file.renewed()
        await file.status("revoked")
        closed = await casey.socket.expect(wire.OfferClosed, within_s=AT_ONCE_S)
        assert (closed.offer_id, closed.state) == (offer.offer_id, "withdrawn")
        ack = await casey.socket.command("offer.accept", offer_id=offer.offer_id)
        assert not ack.ok


async def test_an_exclusion_match_takes_somebody_off_at_once_and_a_clear_look_brings_them_back(
    clinic: Scene,
) -> None:
    ana = await clinic.waiting_patient()
    casey = await clinic.practitioner("casey")
    await casey.offer_for(ana.encounter_id, 20)
    async with restored(clinic) as file:
        await file.looked("match")
        closed = await casey.socket.expect(wire.OfferClosed, within_s=AT_ONCE_S)
        assert closed.state == "withdrawn"
        await casey.socket.ask("duty.away")
        assert code_of(await casey.socket.command("duty.available")) == "file_incomplete"
        await file.take_back_matches()
        await casey.socket.ask("duty.available")
        await casey.offer_for(ana.encounter_id, 20)


async def test_a_match_that_is_entered_by_command_is_noticed_within_seconds(
    clinic: Scene,
) -> None:
    ana = await clinic.waiting_patient()
    casey = await clinic.practitioner("casey")
    await casey.offer_for(ana.encounter_id, 20)
    async with restored(clinic):
        words = (
            "--outcome",
            "match",
            "--list",
            "sam",
            "--verified-by",
            "R",
            "--source",
            "sam.gov",
        )
        await asyncio.to_thread(
            clinic.server.command, "practitioner", "exclusion", "casey", *words
        )
        closed = await casey.socket.expect(wire.OfferClosed, within_s=LOOK_S + 2 * AT_ONCE_S)
        assert closed.state == "withdrawn"


@pytest.mark.parametrize("taken", ["licence", "file"])
async def test_what_is_taken_away_during_the_exam_stops_the_signature(
    clinic: Scene, taken: str
) -> None:
    ana = await clinic.waiting_patient()
    casey = await clinic.practitioner("casey")
    await clinic.accepted(casey, ana)
    report = {"encounter_id": ana.encounter_id, "generation": 1, "since_accept_ms": 120}
    for socket in (ana.socket, casey.socket):
        await socket.ask("call.first_frame", **report)
    await reported(ana, casey)
    await casey.examine(ana.encounter_id)
    await casey.hang_up(ana.encounter_id)
    async with restored(clinic) as file:
        await (file.status("revoked") if taken == "licence" else file.looked("match"))
        with pytest.raises(Refused) as refused:
            await casey.sign(ana.encounter_id)
        assert refused.value.code == "not_authorized_here"
        assert (await casey.read_chart(ana.encounter_id)).visit == "wrap_up"
    await casey.sign(ana.encounter_id)
    assert (await casey.read_chart(ana.encounter_id)).visit == "signed"


async def test_whose_licence_was_revoked_still_puts_their_own_exam_right(clinic: Scene) -> None:
    ana = await clinic.waiting_patient()
    casey = await clinic.practitioner("casey")
    await clinic.accepted(casey, ana)
    await casey.examine(ana.encounter_id, looking=False)
    await casey.hang_up(ana.encounter_id)
    await casey.sign(ana.encounter_id)
    signed = await casey.read_chart(ana.encounter_id)
    async with restored(clinic) as file:
        await file.status("revoked")
        words = {
            "encounter_id": ana.encounter_id,
            "text": "It was the left arm, not the right.",
        }
        added = await casey.socket.command("addendum.add", **words)
        assert added.ok, added.error
        chart = await casey.read_chart(ana.encounter_id)
        assert [one.text for one in chart.addenda] == [words["text"]]
        assert chart.dispositions == signed.dispositions, (
            "what was decided stays as it was signed"
        )
