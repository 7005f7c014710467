"""The planner over HTTP: in a process of its own, for operations only, one at a time."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from server.planning.refusals import PlanRefused
from server.plans.process import plan_beside
from server.storage import directory, encounters, shifts
from tests.contract.storage.rows import put
from tests.integration.http.browsing import Browser, Json, World
from tests.unit.server.planning.staffing import expected, question, working

PLAN = "/api/v1/ops/plan"
ARRIVALS = (
    "interval_start,jurisdiction,arrivals\n2026-10-05T15:00Z,AZ,6\n2026-10-05T15:30Z,NV,1\n"
)
ROSTER = (
    "practitioner,jurisdictions,starts_at,ends_at\n"
    "Dr. Reyes,AZ,2026-10-05T15:00Z,2026-10-05T17:00Z\n"
)
DAY_US = 86_400_000_000


def form(**changed: object) -> Json:
    return {
        "arrivals": {"source": "csv", "text": ARRIVALS},
        "roster": {"source": "csv", "text": ROSTER},
        **changed,
    }


def store(day: str) -> Json:
    return {"source": "store", "starts_at": f"{day}T00:00Z", "ends_at": f"{day}T23:59Z"}


async def ops(world: World) -> Browser:
    return await world.signed_in("ops", "ops")


async def test_a_plan_is_made_from_two_files(world: World) -> None:
    answer = await (await ops(world)).post(PLAN, form(assumptions={"aht_s": 600.0}))
    assert answer.status == 200, answer.body
    first, second = answer.body["intervals"]
    assert first["load"] == pytest.approx(6 * (600 + 5 + 0.02 / 0.98 * 135) / 1_800)
    assert first["binding"] == ["AZ"]
    assert first["measured"]["asa_s"]["value"] > 0.0
    assert second["uncovered"] == ["NV"]
    assert [gap["jurisdiction"] for gap in answer.body["gaps"]] == ["NV"]
    assert answer.body["practitioners"] == 1


async def test_rows_do_as_well_as_files(world: World) -> None:
    rows = form(
        arrivals={
            "source": "rows",
            "rows": [
                {"interval_start": "2026-10-05T15:00Z", "jurisdiction": "AZ", "arrivals": 1.0}
            ],
        },
        roster={
            "source": "rows",
            "rows": [
                {
                    "practitioner": "Dr. Reyes",
                    "jurisdictions": ["AZ", "NV"],
                    "starts_at": "2026-10-05T15:00Z",
                    "ends_at": "2026-10-05T17:00Z",
                }
            ],
        },
    )
    answer = await (await ops(world)).post(PLAN, rows)
    assert answer.status == 200, answer.body
    assert answer.body["patients"] == 1.0


async def test_the_store_knows_who_came_and_who_is_verified(world: World) -> None:
    spa = await world.spa()
    for number in range(3):
        link = await world.request(spa, request_id=f"request-100{number}")
        async with world.services.database.write() as tx:
            one = link["encounter"]["encounter_id"]
            at = world.clock.now()
            await encounters.set_jurisdiction(tx, one, "AZ", now=at)
            await put(tx, one, at, eligibility="class", place=number, ready_at=at)
    world.clock.advance(DAY_US / 1_000_000)
    planned = "2026-10-05"
    asked = form(
        arrivals={"source": "history", "days": 7, "planned_day": planned},
        roster=store(planned),
    )
    answer = await (await ops(world)).post(PLAN, asked)
    assert answer.status == 200, answer.body
    assert answer.body["patients"] == 3.0
    assert answer.body["practitioners"] > 1
    assert answer.body["gaps"] == []


async def test_where_shifts_are_planned_they_are_the_roster(world: World) -> None:
    now = world.clock.now()
    starts_at = now + 60 * DAY_US  # later than the demo network's own shifts
    async with world.services.database.write() as tx:
        network = (await directory.all_organizations(tx))[0]
        who = (await directory.practitioners_of(tx, network.organization_id))[0]
        shift = shifts.Shift(
            "shift-1",
            network.organization_id,
            who.practitioner_id,
            starts_at,
            starts_at + 4 * 3_600_000_000,
            "ops",
            now,
        )
        await shifts.add(tx, [shift])
    day = f"{datetime.fromtimestamp(starts_at / 1_000_000, UTC):%Y-%m-%d}"
    half_hour = f"{datetime.fromtimestamp(starts_at / 1_000_000, UTC):%Y-%m-%dT%H}:30Z"
    row = {"interval_start": half_hour, "jurisdiction": "AZ", "arrivals": 2}
    asked = form(arrivals={"source": "rows", "rows": [row]}, roster=store(day))
    answer = await (await ops(world)).post(PLAN, asked)
    assert answer.status == 200, answer.body
    assert answer.body["practitioners"] == 1


async def test_without_a_whole_day_the_history_is_refused(world: World) -> None:
    asked = form(arrivals={"source": "history", "planned_day": "2026-10-05"})
    answer = await (await ops(world)).post(PLAN, asked)
    assert answer.refusal == (400, "plan_impossible")
    assert "no whole day" in answer.body["error"]["message"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"arrivals": {"source": "csv", "text": "nonsense"}}, "plan_impossible"),
        ({"arrivals": {"source": "guess"}}, "invalid_body"),
        ({"assumptions": {"aht_s": 0.0}}, "invalid_body"),
        ({"assumptions": {"accept_s": 15.0}}, "invalid_body"),
        ({"targets": {"service_level": 1.5}}, "invalid_body"),
        ({"extra": 1}, "invalid_body"),
    ],
)
async def test_what_cannot_be_planned_is_refused(
    world: World, changed: Json, code: str
) -> None:
    answer = await (await ops(world)).post(PLAN, form(**changed))
    assert answer.refusal == (400, code)


async def test_a_body_of_any_size_is_not_read(world: World) -> None:
    text = ARRIVALS + "2026-10-05T15:00Z,AZ,1\n" * 20_000
    answer = await (await ops(world)).post(PLAN, form(arrivals={"source": "csv", "text": text}))
    assert answer.refusal == (413, "body_too_large")


async def test_a_second_plan_waits_for_the_first(world: World) -> None:
    browser = await ops(world)
    answers = await asyncio.gather(browser.post(PLAN, form()), browser.post(PLAN, form()))
    assert sorted(one.status for one in answers) == [200, 409]
    (refused,) = [one for one in answers if one.status == 409]
    assert refused.code == "plan_running"
    assert refused.body["error"]["retry"] is True
    assert (await browser.post(PLAN, form())).status == 200


async def test_only_operations_may_plan(world: World) -> None:
    assert (await world.browser().post(PLAN, form())).refusal == (401, "not_signed_in")
    assert (await (await world.spa()).post(PLAN, form())).refusal == (401, "not_signed_in")


async def test_a_plan_that_takes_too_long_is_given_up() -> None:
    asked = question(expected({"AZ": 5.0}), working(("ana", "AZ", 0, 2)))
    with pytest.raises(TimeoutError):
        await plan_beside(asked, limit_s=0.01)


async def test_a_refusal_comes_back_from_the_process() -> None:
    asked = question(expected({"AZ": 5.0}), working(("ana", "NV", 0, 2)))
    with pytest.raises(PlanRefused, match="licensed where patients"):
        await plan_beside(asked, limit_s=60.0)
