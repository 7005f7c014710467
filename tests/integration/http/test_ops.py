"""What operations and Prometheus may read over HTTP, and who may not."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import SecretStr
from sqlalchemy import update

from server.storage import directory
from server.storage.directory import Organization
from server.storage.tables import encounters as encounters_table
from signaling.events import PriorityChanged
from signaling.identifiers import EncounterId, Instant
from tests.fakes import QuietOversight
from tests.integration.http.browsing import Json, World

TOKEN = "metrics-token-of-a-test"


def oversight(world: World) -> QuietOversight:
    assert isinstance(world.services.oversight, QuietOversight)
    return world.services.oversight


# ------------------------------------------------------------------ /metrics


async def test_without_a_token_this_machine_may_read_the_metrics(world: World) -> None:
    answer = await world.browser().get("/metrics")
    assert (answer.status, answer.raw) == (200, b"# nothing\n")
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"])
async def test_what_a_proxy_passed_on_is_not_from_this_machine(
    world: World, header: str
) -> None:
    answer = await world.browser().ask("GET", "/metrics", headers={header: "127.0.0.1"})
    assert answer.refusal == (404, "not_found")


async def test_with_a_token_only_the_token_counts(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(vars(world.settings), "metrics_token", SecretStr(TOKEN))
    browser = world.browser()
    for given in ("", TOKEN, f"Bearer {TOKEN}x", f"Basic {TOKEN}", "Bearer "):
        answer = await browser.ask("GET", "/metrics", headers={"Authorization": given})
        assert answer.refusal == (404, "not_found")
    bearer = {"Authorization": f"Bearer {TOKEN}", "X-Forwarded-For": "198.51.100.7"}
    assert (await browser.ask("GET", "/metrics", headers=bearer)).status == 200


# ------------------------------------------------------------------ days


async def test_the_history_is_asked_for_the_own_network(world: World) -> None:
    ops = await world.signed_in("ops", "ops")
    assert (await ops.get("/api/v1/ops/history?days=7&jurisdiction=AZ")).status == 200
    async with world.services.database.read() as tx:
        (network,) = [
            one for one in await directory.all_organizations(tx) if one.kind == "network"
        ]
    assert oversight(world).asked == [(network.organization_id, 7, "AZ")]


@pytest.mark.parametrize(
    ("path", "refusal"),
    [
        ("history?days=0", (400, "bad_request")),
        ("history?days=91", (400, "bad_request")),
        ("history?days=1e3", (400, "bad_request")),
        ("history?days=%D9%A3", (400, "bad_request")),
        ("history?days=" + "9" * 400, (400, "bad_request")),
        ("history?jurisdiction=ZZ", (400, "bad_request")),
        ("days/2026-02-30", (404, "not_found")),
        ("days/yesterday", (404, "not_found")),
        ("days/2026-02-03?jurisdiction=az", (400, "bad_request")),
    ],
)
async def test_what_cannot_be_asked_is_refused(
    world: World, path: str, refusal: tuple[int, str]
) -> None:
    ops = await world.signed_in("ops", "ops")
    assert (await ops.get(f"/api/v1/ops/{path}")).refusal == refusal
    assert oversight(world).asked == []


async def test_a_day_that_there_is_not_is_not_found(world: World) -> None:
    ops = await world.signed_in("ops", "ops")
    assert (await ops.get("/api/v1/ops/days/2026-02-03")).refusal == (404, "not_found")
    assert [asked[1] for asked in oversight(world).asked] == [date(2026, 2, 3)]


@pytest.mark.parametrize("path", ["history", "days/2026-02-03"])
async def test_figures_are_for_operations_alone(world: World, path: str) -> None:
    assert (await world.browser().get(f"/api/v1/ops/{path}")).status == 401
    glow = await world.signed_in("portal", "glow")
    assert (await glow.get(f"/api/v1/ops/{path}")).status == 401


# ------------------------------------------------------------------ priority


async def test_operations_raise_a_patient_of_their_network(world: World) -> None:
    link = await world.request(await world.spa())
    ops = await world.signed_in("ops", "ops")
    path = f"/api/v1/ops/encounters/{link['encounter_id']}/priority"
    assert (await ops.post(path, {"priority": 3})).status == 204
    ((_, event),) = world.desk.submitted
    assert event == PriorityChanged(EncounterId(link["encounter_id"]), 3)


@pytest.mark.parametrize("body", [{"priority": 6}, {"priority": -1}, {"priority": "3"}, {}])
async def test_a_priority_has_few_steps(world: World, body: Json) -> None:
    link = await world.request(await world.spa())
    ops = await world.signed_in("ops", "ops")
    answer = await ops.post(f"/api/v1/ops/encounters/{link['encounter_id']}/priority", body)
    assert answer.refusal == (400, "invalid_body")
    assert world.desk.submitted == []


async def test_a_patient_of_another_network_is_not_found(world: World) -> None:
    link = await world.request(await world.spa())
    other = Organization("network-2", "network", "Heron Medical", None, True, Instant(1))  # noqa: FBT003
    async with world.services.database.write() as tx:
        await directory.add_organization(tx, other)
        mine = encounters_table.c.id == link["encounter_id"]
        await tx.execute(update(encounters_table).where(mine).values(network_id="network-2"))
    ops = await world.signed_in("ops", "ops")
    path = f"/api/v1/ops/encounters/{link['encounter_id']}/priority"
    assert (await ops.post(path, {"priority": 1})).refusal == (404, "not_found")
    assert (await ops.post("/api/v1/ops/encounters/nobody/priority", {})).status == 404
    assert world.desk.submitted == []
