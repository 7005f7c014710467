"""Charts that are opened in an emergency: for a reason, for an hour, logged first, reviewed."""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest

from server import accounts
from server.access import Role
from server.demo import OFFICER
from server.doctor.stored import read_stored
from server.emergency_access.opening import GUESSES_MAX, OPEN_MAX
from server.keystore.shredding import Shred, shred
from server.retention.replaying import replay_shreds
from server.storage import encounters
from server.storage.faults import FaultPoint, ScriptedFaults
from tests.enrolled import PASSWORD, add_staff
from tests.integration.http.audit_rows import entries
from tests.integration.http.browsing import BIRTH_DATE, BOTOX, Answer, Browser, Json, World
from tests.integration.http.exams import MIXED, intake, signed_exam
from tests.integration.http.second_factors import network_of

CONSOLE = "/api/v1/console"
OPENING = f"{CONSOLE}/emergency-access"
REVIEWING = "/api/v1/compliance/emergency-access"
REASON = "Found unconscious at home, the ambulance asks what she was given."
MINUTE = 60


@dataclass
class Need:
    """Maria, whom avery has examined, and blake, who has no part in it."""

    world: World
    encounter_id: str
    blake: Browser

    async def chart(self, who: Browser | None = None) -> Answer:
        return await (who or self.blake).get(f"{CONSOLE}/encounters/{self.encounter_id}")

    async def open(self, form: Json | None = None, who: Browser | None = None) -> Answer:
        by_name = {"legal_name": "maria  VEGA", "birth_date": BIRTH_DATE, "reason": REASON}
        return await (who or self.blake).post(OPENING, form or by_name)

    @property
    def by_exam(self) -> Json:
        return {"encounter_id": self.encounter_id, "reason": REASON}

    async def opened(self) -> Json:
        answer = await self.open()
        assert answer.status == 200, answer.body
        [one] = answer.body["open"]
        found: Json = one
        return found

    async def passes(self, minutes: int) -> None:
        """Let time pass, with somebody at the console."""
        for _ in range(minutes):
            self.world.clock.advance(MINUTE)
            await self.blake.post(f"{CONSOLE}/session/activity", {})


@pytest.fixture
async def need(world: World) -> Need:
    """Maria has gone through the intake; nobody has examined her yet."""
    treatments: list[Json] = [BOTOX]
    encounter_id = await intake(
        world, await world.spa(), treatments, name="Maria Vega", request_id="request-0001"
    )
    return Need(world, encounter_id, await world.signed_in("console", "blake"))


@pytest.fixture
async def examined(world: World) -> Need:
    """Avery has examined her and signed."""
    decided = {"neurotoxin": MIXED["neurotoxin"]}
    encounter_id = await signed_exam(world, await world.spa(), decided)
    return Need(world, encounter_id, await world.signed_in("console", "blake"))


async def compliance(world: World) -> Browser:
    return await world.signed_in("ops", "compliance")


async def reviews(who: Browser) -> list[Json]:
    answer = await who.get(REVIEWING)
    assert answer.status == 200, answer.body
    found: list[Json] = answer.body["accesses"]
    return found


async def writes_nothing(need: Need) -> None:
    path = f"{CONSOLE}/encounters/{need.encounter_id}"
    [allowed] = (await need.blake.get(f"{path}/authorizations")).body["authorizations"]
    revoked = await need.blake.post(
        f"{CONSOLE}/authorizations/{allowed['authorization_id']}/revoke",
        {"request_id": "revoke-0001", "reason": "practitioner_decision", "note": "Not mine."},
    )
    assert revoked.refusal == (404, "not_found")
    note = await need.blake.get(f"{path}/note")
    assert note.refusal == (404, "not_found"), "the key of drafts is in it"


# ------------------------------------------------------------------ opening


@pytest.mark.safeguard("164.312(a)(2)(ii)")
async def test_it_opens_every_chart_of_a_patient_and_ends_after_sixty_minutes(
    examined: Need,
) -> None:
    need = examined
    assert (await need.chart()).refusal == (404, "not_found")
    one = await need.opened()
    assert one["patient_name"] == "Maria Vega"
    assert one["expires_at_ms"] - one["started_at_ms"] == 60 * MINUTE * 1_000
    assert [each["encounter_id"] for each in one["exams"]] == [need.encounter_id]
    shown = await need.chart()
    assert shown.body["identity"]["legal_name"] == "Maria Vega"
    assert shown.body["note"] == "Seen and spoken with."
    paper = await need.blake.get(f"{CONSOLE}/encounters/{need.encounter_id}/exam.pdf")
    assert paper.raw.startswith(b"%PDF")
    await writes_nothing(need)
    await need.passes(59)
    assert (await need.chart()).status == 200
    await need.passes(1)
    assert (await need.chart()).refusal == (404, "not_found")
    assert (await need.blake.get(OPENING)).body["open"] == []


async def test_a_reason_and_somebody_are_to_be_named(need: Need) -> None:
    who = {"legal_name": "Maria Vega", "birth_date": BIRTH_DATE}
    for form in (
        who,
        {**who, "reason": "   too short        "},
        {**who, "reason": "x" * 501},
        {"reason": REASON},
        {"legal_name": "Maria Vega", "reason": REASON},
        {**who, "encounter_id": need.encounter_id, "reason": REASON},
    ):
        assert (await need.open(form)).refusal == (400, "invalid_body"), form
    assert await entries(need.world, action="break_glass") == []
    assert (await need.open(need.by_exam)).status == 200


async def test_it_is_in_the_log_before_the_chart_is_shown_and_so_is_each_reading(
    need: Need, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults = ScriptedFaults()
    monkeypatch.setattr(need.world.services.database, "_faults", faults)
    await need.blake.get(OPENING)  # it is known who asks
    with faults.failing(FaultPoint.BEFORE_COMMIT):
        refused = await need.open()
    assert refused.status == 503
    assert (await need.chart()).refusal == (404, "not_found"), "no entry, no chart"
    await need.opened()
    [broken] = await entries(need.world, action="break_glass")
    assert (broken.encounter_id, broken.role) == (need.encounter_id, "practitioner")
    assert broken.patient_id
    assert broken.network_id == await network_of(need.world)
    await need.chart()
    [read] = await entries(need.world, reason="break_glass")
    assert (read.action, read.encounter_id) == ("read", need.encounter_id)
    assert read.actor == broken.actor
    log = repr(await entries(need.world))
    assert "unconscious" not in log
    assert "Vega" not in log


async def test_who_is_not_there_is_not_found_logged_and_not_guessed_for_ever(
    need: Need,
) -> None:
    form = {"legal_name": "Maria Vega", "birth_date": "1990-04-13", "reason": REASON}
    unknown = {"encounter_id": "0" * 32, "reason": REASON}
    first, second = await need.open(form), await need.open(unknown)
    assert first.refusal == second.refusal == (404, "not_found")
    denied = await entries(need.world, action="denied", route=f"POST {OPENING}")
    assert [one.reason for one in denied] == ["not_found", "not_found"]
    for _ in range(GUESSES_MAX - 2):
        await need.open(form)
    assert (await need.open(form)).refusal == (429, "too_many_attempts")
    assert (await need.open()).refusal == (429, "too_many_attempts"), "whoever it is now"


async def test_guesses_that_are_made_at_once_count_each(need: Need) -> None:
    wrong = {"legal_name": "Maria Vega", "birth_date": "1990-04-13", "reason": REASON}
    answers = await asyncio.gather(*(need.open(wrong) for _ in range(GUESSES_MAX + 5)))
    told = Counter(one.status for one in answers)
    assert told == {404: GUESSES_MAX, 429: 5}


async def test_who_is_there_is_no_guess(need: Need) -> None:
    await need.opened()
    for _ in range(GUESSES_MAX):
        assert (await need.open()).refusal == (409, "emergency_access_open")
    wrong = {"legal_name": "Maria Vega", "birth_date": "1990-04-13", "reason": REASON}
    assert (await need.open(wrong)).refusal == (404, "not_found")


async def test_another_network_finds_nobody_by_name_or_by_id(need: Need) -> None:
    services = need.world.services
    async with services.database.write() as tx:
        other = await accounts.add_network(tx, services, "Heron Medical")
    account = other.organization_id
    await add_staff(services, "practitioner", account, "heron", Role.PRACTITIONER)
    heron = need.world.browser()
    form = {"login": "heron", "password": PASSWORD}
    assert (await heron.post(f"{CONSOLE}/session", form)).status == 200
    assert (await need.open(who=heron)).refusal == (404, "not_found")
    assert (await need.open(need.by_exam, heron)).refusal == (404, "not_found")


async def test_one_patient_is_open_once_and_so_many_of_them_at_most(need: Need) -> None:
    await need.opened()
    assert (await need.open()).refusal == (409, "emergency_access_open")
    spa, answers = await need.world.spa(), []
    for number in range(OPEN_MAX):
        one = await need.world.request(
            spa, request_id=f"request-100{number}", name=f"Maria {number}"
        )
        form = {"encounter_id": one["encounter_id"], "reason": REASON}
        answers.append(await need.open(form))
    assert [one.status for one in answers] == [200] * (OPEN_MAX - 1) + [409]
    assert answers[-1].code == "emergency_access_max"
    nobody = {"legal_name": "Nobody", "birth_date": "1990-04-13", "reason": REASON}
    for _ in range(GUESSES_MAX):  # known or not is not told, and costs nothing
        assert (await need.open(nobody)).code == "emergency_access_max"
    denied = await entries(need.world, action="denied", route=f"POST {OPENING}")
    assert {one.reason for one in denied} == {"emergency_access_max"}


async def test_a_destroyed_record_keeps_nobody_from_the_others_of_its_patient(
    need: Need,
) -> None:
    world, treatments = need.world, [BOTOX]
    world.clock.advance(MINUTE)
    later = await intake(
        world, await world.spa(), treatments, name="Maria Vega", request_id="request-0002"
    )
    async with world.services.database.read() as tx:
        row = await encounters.get(tx, later)
    now = world.clock.now()
    gone = Shred("encounter", later, row.network_id, now, "compliance:Robin", "asked for")
    await shred(world.services.database.keystore, [gone])
    await replay_shreds(world.services)
    by_exam = await need.open({"encounter_id": later, "reason": REASON})
    assert by_exam.refusal == (410, "record_shredded")
    await need.opened()
    assert (await need.chart()).status == 200


async def test_it_is_ended_by_hand_by_whose_it_is_and_nobody_else(need: Need) -> None:
    one = await need.opened()
    casey = await need.world.signed_in("console", "casey")
    gone = f"{OPENING}/{one['id']}"
    assert (await casey.ask("DELETE", gone, {})).refusal == (404, "not_found")
    assert (await need.chart()).status == 200
    assert (await need.blake.ask("DELETE", gone, {})).body["open"] == []
    assert (await need.chart()).refusal == (404, "not_found")
    assert (await need.blake.ask("DELETE", gone, {})).refusal == (404, "not_found")
    [ended] = await entries(need.world, action="access_ended")
    assert ended.encounter_id == need.encounter_id


@pytest.mark.safeguard("164.312(a)(2)(ii)")
async def test_it_works_while_nothing_but_the_database_can_be_reached(
    need: Need, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No identity provider, no name server: a password of this server's own is enough."""
    here = socket.getaddrinfo

    def only_here(host: Any, *more: Any, **named: Any) -> Any:  # noqa: ANN401 - as it is
        if host not in {"127.0.0.1", "localhost", None}:
            raise socket.gaierror(socket.EAI_AGAIN, "nothing can be reached")
        return here(host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", only_here)
    casey = await need.world.signed_in("console", "casey")
    assert (await need.open(who=casey)).status == 200
    assert (await need.chart(casey)).status == 200


async def test_only_practitioners_open_charts(need: Need) -> None:
    for page, login in (("portal", "glow-director"), ("ops", "compliance"), ("ops", "ops")):
        other = await need.world.signed_in(page, login)
        assert (await need.open(need.by_exam, other)).refusal == (401, "not_signed_in")
        assert (await need.chart(other)).refusal == (401, "not_signed_in")


# ------------------------------------------------------------------ reviewing


async def test_compliance_sees_who_when_why_and_how_much_and_no_chart(need: Need) -> None:
    one = await need.opened()
    await need.chart()
    officer = await compliance(need.world)
    waiting = (await officer.get(f"{REVIEWING}/waiting")).body
    assert waiting == {"waiting": 1, "newest_ms": one["started_at_ms"], "signed_in": 0}
    [told] = await reviews(officer)
    assert (told["practitioner_name"], told["reason"]) == ("Blake Moreno", REASON)
    assert (told["open"], told["readings"], told["verdict"]) == (True, 1, None)
    assert "Vega" not in repr(told)
    await need.passes(60)
    officer = await compliance(need.world)
    [over] = await reviews(officer)
    assert (over["open"], over["verdict"]) == (False, None)


async def test_it_is_reviewed_once_and_what_is_not_justified_ends_at_once(need: Need) -> None:
    one = await need.opened()
    officer = await compliance(need.world)
    form = {"verdict": "justified", "note": "Called."}
    early = await officer.post(f"{REVIEWING}/{one['id']}/review", form)
    assert early.refusal == (409, "emergency_access_goes_on"), "more may be read by it"
    assert (await need.chart()).status == 200
    await need.blake.ask("DELETE", f"{OPENING}/{one['id']}", {})
    need.world.clock.advance(1)
    done = await officer.post(f"{REVIEWING}/{one['id']}/review", form)
    assert done.body["waiting"] == 0
    [told] = done.body["accesses"]
    assert (told["verdict"], told["note"]) == ("justified", "Called.")
    assert told["reviewed_by"] == OFFICER
    again = await officer.post(f"{REVIEWING}/{one['id']}/review", form)
    assert again.refusal == (409, "already_reviewed")
    another = await need.opened()
    assert (await need.chart()).status == 200
    form = {"verdict": "not_justified", "note": "She is a neighbour."}
    assert (await officer.post(f"{REVIEWING}/{another['id']}/review", form)).status == 200
    assert (await need.chart()).refusal == (404, "not_found")
    logged = await entries(need.world, action="reviewed")
    assert [one.reason for one in logged] == ["justified", "not_justified"]
    assert {one.encounter_id for one in logged} == {need.encounter_id}
    assert len(await entries(need.world, action="access_ended")) == 2


async def test_the_doctor_knows_since_when_nobody_has_reviewed_one(need: Need) -> None:
    async def unreviewed_since() -> int | None:
        _, stored = await read_stored(need.world.settings, need.world.clock)
        assert stored is not None
        return stored.people.unreviewed_since

    assert await unreviewed_since() is None
    one = await need.opened()
    assert await unreviewed_since() == one["started_at_ms"] * 1_000
    form = {"verdict": "not_justified", "note": "Nobody called."}
    await (await compliance(need.world)).post(f"{REVIEWING}/{one['id']}/review", form)
    assert await unreviewed_since() is None


async def test_operations_and_other_networks_review_nothing(need: Need) -> None:
    one = await need.opened()
    path, form = f"{REVIEWING}/{one['id']}/review", {"verdict": "justified", "note": "Fine."}
    ops = await need.world.signed_in("ops", "ops")
    assert (await ops.get(REVIEWING)).refusal == (403, "forbidden")
    assert (await ops.get(f"{REVIEWING}/waiting")).refusal == (403, "forbidden")
    assert (await ops.post(path, form)).refusal == (403, "forbidden")
    services = need.world.services
    async with services.database.write() as tx:
        other = await accounts.add_network(tx, services, "Heron Medical")
    await add_staff(services, "ops", other.organization_id, "heron-officer", Role.COMPLIANCE)
    heron = need.world.browser()
    sign_in = {"login": "heron-officer", "password": PASSWORD}
    assert (await heron.post("/api/v1/ops/session", sign_in)).status == 200
    foreign = await heron.post(path, form)
    unknown = await heron.post(f"{REVIEWING}/unknown/review", form)
    assert foreign.refusal == (404, "not_found")
    assert foreign.body == unknown.body, "whose it is cannot be told"
    assert await reviews(heron) == []
    assert (await heron.get(f"{REVIEWING}/waiting")).body == {
        "waiting": 0,
        "newest_ms": None,
        "signed_in": 0,
    }
