"""Shifts over HTTP: ops plan everybody's, practitioners their own, and patients are told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import update

from server import charting
from server.chart.entries import CallbackEnded
from server.housekeeping import one_round
from server.staffing import demo_roster
from server.storage import callbacks, directory, shifts
from server.storage.callbacks import Callback
from server.storage.people_tables import practitioners
from tests.integration.http.browsing import (
    JOIN,
    PORTAL,
    Browser,
    World,
    redeemed,
    through_intake,
)

OPS = "/api/v1/ops/shifts"
OWN = "/api/v1/console/shifts"
HOUR = 3_600_000
DAY = 24 * HOUR


@pytest.fixture
async def ops(world: World) -> Browser:
    """Operations of a network without any shift yet."""
    async with world.services.database.write() as tx:
        found = await shifts.upcoming(tx, await everybody(world), 0, limit=1_000)
        await shifts.remove(tx, [one.shift_id for one in found])
    return await world.signed_in("ops", "ops")


async def everybody(world: World) -> list[str]:
    async with world.services.database.read() as tx:
        networks = await directory.all_organizations(tx)
        people = await directory.practitioners_of(tx, networks[0].organization_id)
    return [one.practitioner_id for one in people]


def now_ms(world: World) -> int:
    return world.clock.now() // 1_000


async def roster(world: World, ops: Browser, days: int = 30) -> dict[str, Any]:
    start = now_ms(world) - DAY
    answer = await ops.get(f"{OPS}?from={start}&to={start + days * DAY}")
    assert answer.status == 200, answer.body
    return answer.body


async def who(world: World, ops: Browser, login: str) -> str:
    people = (await roster(world, ops))["people"]
    return str(next(one["practitioner_id"] for one in people if one["login"] == login))


async def plan(world: World, ops: Browser, login: str, start_h: float, end_h: float) -> str:
    form = {
        "practitioner_id": await who(world, ops, login),
        "starts_at_ms": now_ms(world) + round(start_h * HOUR),
        "ends_at_ms": now_ms(world) + round(end_h * HOUR),
    }
    answer = await ops.post(OPS, form)
    assert answer.status == 200, answer.body
    return str(answer.body["shift_id"])


async def test_the_demo_has_shifts_around_the_clock(world: World) -> None:
    ops = await world.signed_in("ops", "ops")
    start = now_ms(world) // HOUR * HOUR + HOUR
    for day in range(3):
        answer = await ops.get(f"{OPS}/coverage?from={start + day * DAY}")
        rows = {one["jurisdiction"]: one for one in answer.body["rows"]}
        assert len(rows) == 51
        for place in ("AZ", "CO", "FL", "TX"):
            assert rows[place]["gaps"] == [], place
            assert min(rows[place]["rostered"]) >= 1
        assert rows["NY"]["gaps"] == [[0, 24]]


async def test_the_demos_roster_rolls_on_and_leaves_what_was_removed(world: World) -> None:
    async with world.services.database.write() as tx:
        (network,) = [
            one for one in await directory.all_organizations(tx) if one.kind == "network"
        ]
        assert await demo_roster.extend(tx, world.services, network) == 0
        first = (await shifts.upcoming(tx, await everybody(world), 0, limit=1))[0]
        await shifts.remove(tx, [first.shift_id])
        assert await demo_roster.extend(tx, world.services, network) == 0
        world.clock.advance(24 * 3_600)
        assert await demo_roster.extend(tx, world.services, network) == 6


async def test_a_shift_is_planned_moved_and_removed(world: World, ops: Browser) -> None:
    shift_id = await plan(world, ops, "casey", 2, 10)
    later = {"starts_at_ms": now_ms(world) + 3 * HOUR, "ends_at_ms": now_ms(world) + 9 * HOUR}
    moved = await ops.put(f"{OPS}/{shift_id}", later)
    assert (moved.status, moved.body["starts_at_ms"]) == (200, later["starts_at_ms"])
    (shown,) = (await roster(world, ops))["shifts"]
    assert (shown["shift_id"], shown["source"]) == (shift_id, "ops")
    assert (await ops.ask("DELETE", f"{OPS}/{shift_id}", {})).status == 204
    assert (await roster(world, ops))["shifts"] == []
    assert (await ops.ask("DELETE", f"{OPS}/{shift_id}", {})).refusal == (404, "not_found")


@pytest.mark.parametrize(
    ("start", "end", "refusal"),
    [
        (1, 1, (400, "shift_too_short")),
        (1, 26, (400, "shift_too_long")),
        (-5, -1, (400, "shift_over")),
        (367 * 24, 367 * 24 + 8, (400, "shift_too_far")),
        (5, 12, (409, "shift_overlap")),
    ],
)
async def test_what_no_shift_may_be_is_refused(
    world: World, ops: Browser, start: int, end: int, refusal: tuple[int, str]
) -> None:
    await plan(world, ops, "casey", 2, 10)
    form = {
        "practitioner_id": await who(world, ops, "casey"),
        "starts_at_ms": now_ms(world) + start * HOUR,
        "ends_at_ms": now_ms(world) + end * HOUR,
    }
    assert (await ops.post(OPS, form)).refusal == refusal
    assert len((await roster(world, ops))["shifts"]) == 1


async def test_a_shift_may_be_moved_over_where_it_was(world: World, ops: Browser) -> None:
    shift_id = await plan(world, ops, "casey", 2, 10)
    await plan(world, ops, "casey", 12, 16)
    form = {"starts_at_ms": now_ms(world) + 4 * HOUR, "ends_at_ms": now_ms(world) + 12 * HOUR}
    assert (await ops.put(f"{OPS}/{shift_id}", form)).status == 200
    form["ends_at_ms"] += 1
    assert (await ops.put(f"{OPS}/{shift_id}", form)).refusal == (409, "shift_overlap")


async def test_practitioners_change_their_own_and_no_others(world: World, ops: Browser) -> None:
    of_blake = await plan(world, ops, "blake", 2, 10)
    casey = await world.signed_in("console", "casey")
    span = {"starts_at_ms": now_ms(world) + 2 * HOUR, "ends_at_ms": now_ms(world) + 6 * HOUR}
    mine = await casey.post(OWN, span)
    assert (mine.status, mine.body["source"]) == (200, "console")
    assert [one["shift_id"] for one in (await casey.get(OWN)).body["shifts"]] == [
        mine.body["shift_id"]
    ]
    for method, body in (("PUT", span), ("DELETE", {})):
        refused = await casey.ask(method, f"{OWN}/{of_blake}", body)
        assert refused.refusal == (404, "not_found")
    assert (await casey.ask("DELETE", f"{OWN}/{mine.body['shift_id']}", {})).status == 204


async def test_auto_accept_is_remembered(world: World) -> None:
    casey = await world.signed_in("console", "casey")
    account = (await casey.get("/api/v1/console/session")).body
    for on in (True, False):
        answer = await casey.put("/api/v1/console/settings", {"auto_accept": on})
        assert answer.status == 204
        async with world.services.database.read() as tx:
            kept = await directory.practitioner(tx, account["practitioner_id"])
        assert kept.auto_accept is on


@pytest.mark.parametrize(
    "query", ["", "?from=1", "?from=a&to=2", "?from=5&to=5", "?from=-1&to=3"]
)
async def test_a_stretch_of_time_is_asked_for_properly(world: World, query: str) -> None:
    ops = await world.signed_in("ops", "ops")
    assert (await ops.get(OPS + query)).refusal == (400, "bad_request")
    too_long = await ops.get(f"{OPS}?from=0&to={46 * DAY}")
    assert too_long.refusal == (400, "bad_request")


# ------------------------------------------------------------------ files


def line(world: World, login: str, start_h: int, end_h: int) -> str:
    def iso(hours: int) -> str:
        moment = datetime.fromtimestamp(now_ms(world) // HOUR * 3_600 + hours * 3_600, UTC)
        return moment.isoformat()

    return f"{login},{iso(start_h)},{iso(end_h)}\n"


HEADING = "practitioner,starts_at,ends_at\n"


async def imported(
    ops: Browser, csv: str, *, apply: bool = True, replaced: object = None
) -> dict[str, Any]:
    answer = await ops.post(f"{OPS}/import", {"csv": csv, "apply": apply, "replaced": replaced})
    assert answer.status == 200, answer.body
    return answer.body


async def test_a_file_is_previewed_applied_and_applied_again(
    world: World, ops: Browser
) -> None:
    csv = HEADING + line(world, "casey", 1, 9) + line(world, "1000000020", 9, 17)
    preview = await imported(ops, csv, apply=False)
    assert (preview["added"], preview["applied"]) == (2, False)
    assert (await roster(world, ops))["shifts"] == []
    assert (await imported(ops, csv))["applied"]
    again = await imported(ops, csv)
    assert (again["added"], again["unchanged"]) == (0, 2)
    assert len((await roster(world, ops))["shifts"]) == 2


async def test_one_wrong_line_bars_all_of_a_file(world: World, ops: Browser) -> None:
    await plan(world, ops, "blake", 30, 40)
    csv = (
        HEADING
        + line(world, "casey", 1, 9)
        + line(world, "nobody", 1, 9)
        + line(world, "casey", 5, 12)
        + line(world, "blake", 35, 45)
        + line(world, "emery", 1, 9)
        + line(world, "emery", 1, 9)
    )
    found = await imported(ops, csv)
    assert [(one["line"], one["code"]) for one in found["errors"]] == [
        (3, "practitioner_unknown"),
        (4, "shift_overlap"),
        (5, "shift_overlap"),
    ]
    assert "line 2" in found["errors"][1]["message"]
    assert [(one["line"], one["code"]) for one in found["notes"]] == [(7, "line_twice")]
    assert not found["applied"]
    assert len((await roster(world, ops))["shifts"]) == 1


async def test_a_stretch_is_replaced_by_what_the_file_says(world: World, ops: Browser) -> None:
    await plan(world, ops, "casey", 1, 9)
    outside = await plan(world, ops, "casey", 60, 68)
    start = now_ms(world) // HOUR * HOUR
    replaced = {"starts_at_ms": start, "ends_at_ms": start + 2 * DAY}
    csv = HEADING + line(world, "casey", 2, 8)
    found = await imported(ops, csv, replaced=replaced)
    assert (found["added"], found["removed"]) == (1, 1)
    left = (await roster(world, ops))["shifts"]
    assert len(left) == 2
    assert outside in {one["shift_id"] for one in left}
    again = await imported(ops, csv, replaced=replaced)
    assert (again["added"], again["removed"], again["unchanged"]) == (0, 0, 1)


async def test_a_file_names_only_people_of_its_own_network(world: World, ops: Browser) -> None:
    async with world.services.database.write() as tx:
        await directory.set_practitioner_active(
            tx, await who(world, ops, "casey"), active=False
        )
    found = await imported(ops, HEADING + line(world, "casey", 1, 9))
    assert [one["code"] for one in found["errors"]] == ["practitioner_unknown"]


async def test_a_line_that_may_mean_two_people_plans_neither(
    world: World, ops: Browser
) -> None:
    npi = "1000000020"
    async with world.services.database.write() as tx:
        await tx.execute(update(practitioners).values(npi=npi))
    found = await imported(ops, HEADING + line(world, npi, 1, 9))
    assert [one["code"] for one in found["errors"]] == ["practitioner_ambiguous"]
    assert (await roster(world, ops))["shifts"] == []
    assert (await imported(ops, HEADING + line(world, "casey", 1, 9)))["added"] == 1


# ------------------------------------------------------------------ what patients are told


async def test_the_last_step_says_when_somebody_comes(world: World, ops: Browser) -> None:
    await plan(world, ops, "devon", 1, 9)  # FL and TX: not for a patient in AZ
    await plan(world, ops, "casey", 0.1, 8)
    spa = await world.spa()
    patient = await redeemed(world, await world.request(spa))
    state = await through_intake(patient)
    opens_at_ms = now_ms(world) + HOUR // 10
    assert state["step"] == "ready"
    assert state["admission"] == {"admitted": False, "opens_at_ms": opens_at_ms}
    world.clock.advance(360)
    state = (await patient.get(f"{JOIN}/state")).body
    assert state["admission"] == {"admitted": True, "opens_at_ms": None}


async def test_a_network_without_a_roster_lets_everybody_wait(
    world: World, ops: Browser
) -> None:
    assert (await roster(world, ops))["shifts"] == []
    spa = await world.spa()
    patient = await redeemed(world, await world.request(spa))
    state = await through_intake(patient)
    assert state["admission"] == {"admitted": True, "opens_at_ms": None}


async def test_a_callback_is_shown_to_the_spa_and_ends_with_the_visit(world: World) -> None:
    spa = await world.spa()
    link = await world.request(spa)
    encounter_id = link["encounter_id"]
    now = world.clock.now()
    async with world.services.database.write() as tx:
        await callbacks.save(tx, Callback(encounter_id, now, now + 3_600_000_000))
    (row,) = (await spa.get(f"{PORTAL}/home")).body["encounters"]
    assert row["callback"]["opens_at_ms"] == now_ms(world) + HOUR
    await spa.post(f"{PORTAL}/encounters/{encounter_id}/cancel", {})
    (row,) = (await spa.get(f"{PORTAL}/home")).body["encounters"]
    assert row["callback"] is None
    async with world.services.database.read() as tx:
        over = await callbacks.of(tx, encounter_id)
    assert over is not None
    assert over.ended_at == now


async def test_a_callback_ends_with_the_link(world: World) -> None:
    spa = await world.spa()
    link = await world.request(spa)
    async with world.services.database.write() as tx:
        await callbacks.save(tx, Callback(link["encounter_id"], world.clock.now(), None))
    world.clock.advance(world.settings.link_ttl_h * 3_600)
    await one_round(world.services, world.hub)
    async with world.services.database.read() as tx:
        over = await callbacks.of(tx, link["encounter_id"])
        _, entries = await charting.read(tx, world.services.keyring, link["encounter_id"])
    assert over is not None
    assert not over.is_open
    assert entries[-1] == CallbackEnded(reason="expired")
