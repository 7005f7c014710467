"""Who reads an exam without examining: who was in it, and who answers for its examiner."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from server import accounts
from server.access import Role
from server.accounts import EnrolmentRefused
from server.authority import Collaboration
from server.storage import directory, roster
from server.storage.directory import Practitioner
from signaling.identifiers import EncounterId, Instant, OfferId, PractitionerId
from signaling.offers import Offer, OfferState
from tests.contract.storage.rows import put
from tests.enrolled import add_staff
from tests.integration.http.audit_rows import entries
from tests.integration.http.browsing import Browser, World
from tests.integration.http.exams import MIXED, signed_exam

CONSOLE = "/api/v1/console"
DAY = 86_400 * 1_000_000
READS = ("", "/exam.pdf", "/chat", "/authorizations")


@dataclass
class Exam:
    """An exam that avery has signed in Arizona, and blake, who is nobody to it."""

    world: World
    encounter_id: str
    avery: Practitioner
    blake: Practitioner
    browser: Browser

    async def statuses(self) -> set[int]:
        path = f"{CONSOLE}/encounters/{self.encounter_id}"
        return {(await self.browser.get(f"{path}{one}")).status for one in READS}

    async def readable(self) -> list[tuple[str, str | None]]:
        page = (await self.browser.get(f"{CONSOLE}/readable")).body
        return [(one["why"], one["examiner"]) for one in page["exams"]]


async def practitioner(world: World, login: str) -> Practitioner:
    async with world.services.database.read() as tx:
        account = await directory.account_by_login(tx, "practitioner", login)
        assert account is not None
        found = await directory.practitioner_of_account(tx, account.account_id)
        assert found is not None
        return found


@pytest.fixture
async def exam(world: World) -> Exam:
    decided = {"neurotoxin": MIXED["neurotoxin"]}
    return Exam(
        world,
        await signed_exam(world, await world.spa(), decided),
        await practitioner(world, "avery"),
        await practitioner(world, "blake"),
        await world.signed_in("console", "blake"),
    )


@pytest.mark.safeguard("164.312(a)(1)")
async def test_foreign_exams_answer_exactly_as_unknown_ones(exam: Exam) -> None:
    """So does one of one's own whose patient has not come: there is no chart yet."""
    for method, part in (
        *(("GET", one) for one in (*READS, "/note")),
        ("GET", "/pictures/one"),
        ("GET", "/thumbnails/one"),
    ):
        found = [
            await exam.browser.ask(method, f"{CONSOLE}/encounters/{one}{part}")
            for one in (exam.encounter_id, "0" * 32, "x" * 65)
        ]
        assert {one.status for one in found} == {404}, part
        assert len({one.raw for one in found}) == 1, part
        assert len({tuple(sorted(one.headers)) for one in found}) == 1, part
    link = await exam.world.request(await exam.world.spa(), request_id="request-0002")
    now = exam.world.clock.now()
    async with exam.world.services.database.write() as tx:
        await put(tx, link["encounter_id"], now, practitioner_id=exam.blake.practitioner_id)
    answer = await exam.browser.get(f"{CONSOLE}/encounters/{link['encounter_id']}")
    assert answer.refusal == (404, "not_found")


async def test_who_accepted_an_offer_once_reads_on_and_changes_nothing(exam: Exam) -> None:
    assert await exam.statuses() == {404}
    now = exam.world.clock.now()
    accepted = Offer(
        offer_id=OfferId("offer-1"),
        encounter_id=EncounterId(exam.encounter_id),
        practitioner_id=PractitionerId(exam.blake.practitioner_id),
        state=OfferState.ACCEPTED,
        rung_at=Instant(now),
        expires_at=Instant(now + 1),
        settled_at=Instant(now),
    )
    async with exam.world.services.database.write() as tx:
        await roster.save_offer(tx, accepted)
    assert await exam.statuses() == {200}
    assert await exam.readable() == [("was_in", "Avery Quinn")]
    path = f"{CONSOLE}/encounters/{exam.encounter_id}"
    assert (await exam.browser.get(f"{path}/note")).refusal == (404, "not_found")
    [allowed] = (await exam.browser.get(f"{path}/authorizations")).body["authorizations"]
    revoked = await exam.browser.post(
        f"{CONSOLE}/authorizations/{allowed['authorization_id']}/revoke",
        {"request_id": "revoke-0001", "reason": "practitioner_decision", "note": "Not mine."},
    )
    assert revoked.refusal == (404, "not_found")
    read = await entries(exam.world, route=f"GET {CONSOLE}/encounters/{{id}}", action="read")
    assert {one.reason for one in read} == {None}, "a part in it is no exception"


async def supervises(exam: Exam, jurisdiction: str, since: int, until: int) -> None:
    now = exam.world.clock.now()
    agreed = Collaboration(
        jurisdiction,
        "Blake Moreno, DO",
        "DO-1",
        now + since * DAY,
        now + until * DAY,
        exam.blake.practitioner_id,
    )
    async with exam.world.services.database.write() as tx:
        await directory.add_collaboration(
            tx, f"{jurisdiction}{since}{until}", exam.avery.practitioner_id, agreed
        )


async def test_a_supervisor_reads_only_where_and_when_they_supervise(exam: Exam) -> None:
    await supervises(exam, "TX", -1, 1)
    await supervises(exam, "AZ", -2, -1)
    await supervises(exam, "AZ", 1, 2)
    assert await exam.statuses() == {404}, "elsewhere, before and afterwards"
    assert await exam.readable() == []
    await supervises(exam, "AZ", -1, 0)
    assert await exam.statuses() == {404}, "until just before it was signed"
    await supervises(exam, "AZ", 0, 1)
    assert await exam.statuses() == {200}
    assert await exam.readable() == [("supervision", "Avery Quinn")]
    read = await entries(exam.world, route=f"GET {CONSOLE}/encounters/{{id}}", action="read")
    assert {one.reason for one in read} == {"supervision"}


async def test_what_a_supervisor_once_answered_for_stays_open_to_them(exam: Exam) -> None:
    await supervises(exam, "AZ", -1, 1)
    exam.world.clock.advance(3 * 86_400)
    exam.browser = await exam.world.signed_in("console", "blake")
    assert await exam.statuses() == {200}, "it was signed under their supervision"
    async with exam.world.services.database.write() as tx:
        await put(tx, exam.encounter_id, exam.world.clock.now(), practitioner_id=None)
    assert await exam.statuses() == {404}, "nobody's examiner has no supervisor"


async def test_who_answers_for_somebody_is_another_physician_of_the_network(
    exam: Exam,
) -> None:
    services, now = exam.world.services, exam.world.clock.now()
    casey = await practitioner(exam.world, "casey")  # an NP
    avery, blake = exam.avery.practitioner_id, exam.blake.practitioner_id

    async def enter(whom: str, physician_id: str) -> None:
        agreed = Collaboration("AZ", "Who", "N-1", now, now + DAY, physician_id)
        async with services.database.write() as tx:
            await accounts.add_collaboration(tx, services, whom, agreed)

    with pytest.raises(EnrolmentRefused, match="a physician of the same network"):
        await enter(avery, casey.practitioner_id)
    with pytest.raises(EnrolmentRefused, match="nobody answers for themselves"):
        await enter(avery, avery)
    async with services.database.write() as tx:
        other = await accounts.add_network(tx, services, "Heron Medical")
    heron = await add_staff(
        services, "practitioner", other.organization_id, "heron", Role.PRACTITIONER
    )
    foreign = await practitioner(exam.world, heron.login)
    with pytest.raises(EnrolmentRefused, match="a physician of the same network"):
        await enter(avery, foreign.practitioner_id)
    assert await exam.statuses() == {404}
    await enter(avery, blake)
    assert await exam.statuses() == {200}
