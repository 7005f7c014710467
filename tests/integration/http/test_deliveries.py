"""Deliveries in the portal: a manager's own endpoints, their secrets, and what went where."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select, update

from server.delivery.endpoints import ENDPOINTS_MAX
from server.storage.outbox_tables import deliveries, destinations, outbox_messages
from server.storage.tables import audit_entries
from tests.integration.http.browsing import PORTAL, Browser, Json, World

API = f"{PORTAL}/endpoints"
URL = "https://hooks.glow.example.com/in?token=hunter2"
FORM: Json = {"url": URL, "topics": ["encounter.requested", "encounter.signed"]}


async def added(manager: Browser, **changed: object) -> Json:
    answer = await manager.post(API, {**FORM, **changed})
    assert answer.status == 200, answer.body
    return answer.body


async def page(manager: Browser) -> Json:
    answer = await manager.get(API)
    assert answer.status == 200, answer.body
    return answer.body


async def endpoint(manager: Browser, endpoint_id: str) -> Json:
    found: Json = next(
        one for one in (await page(manager))["endpoints"] if one["endpoint_id"] == endpoint_id
    )
    return found


async def test_a_secret_is_shown_once(world: World) -> None:
    manager = await world.spa("glow-manager")
    assert (await page(manager))["endpoints"] == []
    new = await added(manager)
    assert new["secret"].startswith("whsec_")
    assert new["secret"] not in json.dumps(await page(manager))
    one = await endpoint(manager, new["endpoint_id"])
    assert (one["url"], one["state"], one["scheme"]) == (URL, "active", "v1")
    assert (one["public_keys"], one["old_secret_until_ms"]) == ([], None)


async def test_a_public_key_may_be_seen_again_and_after_a_rotation_both(world: World) -> None:
    manager = await world.spa("glow-manager")
    new = await added(manager, scheme="v1a")
    assert new["secret"].startswith("whpk_")
    again = await manager.post(f"{API}/{new['endpoint_id']}/secret", {})
    one = await endpoint(manager, new["endpoint_id"])
    assert one["public_keys"] == [again.body["secret"], new["secret"]]
    day_ms = 24 * 3_600 * 1_000
    assert one["old_secret_until_ms"] == world.clock.now() // 1_000 + day_ms


async def test_only_a_manager_sees_or_changes_it(world: World) -> None:
    new = await added(await world.spa("glow-manager"))
    for login in ("glow", "glow-director"):
        other = await world.spa(login)
        assert (await other.get(API)).refusal == (403, "forbidden")
        assert (await other.post(API, FORM)).refusal == (403, "forbidden")
        path = f"{API}/{new['endpoint_id']}/secret"
        assert (await other.post(path, {})).refusal == (403, "forbidden")


@pytest.mark.parametrize("act", ["secret", "ping", "disable", "enable", "resend"])
async def test_another_spas_endpoint_is_not_there(world: World, act: str) -> None:
    new = await added(await world.spa("glow-manager"))
    stranger = await world.spa("lumen-manager")
    assert (await page(stranger))["endpoints"] == []
    body = {"message_id": "msg_aaaa"} if act == "resend" else {}
    for wanted in (new["endpoint_id"], "0" * 32):
        answer = await stranger.post(f"{API}/{wanted}/{act}", body)
        assert answer.refusal == (404, "not_found")


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.glow.example.com/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://db.internal/",
        "https://me:secret@hooks.glow.example.com/",
    ],
)
async def test_an_address_within_is_refused(world: World, url: str) -> None:
    manager = await world.spa("glow-manager")
    answer = await manager.post(API, {**FORM, "url": url})
    assert answer.refusal == (400, "endpoint_refused")
    assert answer.body["error"]["fields"] == ["url"]


async def test_there_are_only_so_many_and_disabled_ones_make_room(world: World) -> None:
    manager = await world.spa("glow-manager")
    made = [await added(manager) for _ in range(ENDPOINTS_MAX)]
    assert (await manager.post(API, FORM)).refusal == (409, "too_many_endpoints")
    first = made[0]["endpoint_id"]
    assert (await manager.post(f"{API}/{first}/disable", {})).status == 200
    await added(manager)
    assert (await manager.post(f"{API}/{first}/enable", {})).refusal == (
        409,
        "too_many_endpoints",
    )
    assert (await manager.post(f"{API}/{made[1]['endpoint_id']}/enable", {})).status == 200


async def test_a_ping_waits_and_a_second_one_is_refused_meanwhile(world: World) -> None:
    manager = await world.spa("glow-manager")
    path = f"{API}/{(await added(manager))['endpoint_id']}/ping"
    view = (await manager.post(path, {})).body
    (row,) = view["endpoints"][0]["deliveries"]
    assert (row["topic"], row["state"], row["attempts"]) == ("ping", "waiting", 0)
    assert (await manager.post(path, {})).refusal == (409, "delivery_open")


async def test_what_was_given_up_is_sent_again_under_the_same_id(world: World) -> None:
    manager = await world.spa("glow-manager")
    endpoint_id = (await added(manager))["endpoint_id"]
    await manager.post(f"{API}/{endpoint_id}/ping", {})
    (row,) = (await endpoint(manager, endpoint_id))["deliveries"]
    form = {"message_id": row["message_id"]}
    path = f"{API}/{endpoint_id}/resend"
    assert (await manager.post(path, form)).refusal == (409, "delivery_open")
    await manager.post(f"{API}/{endpoint_id}/disable", {})
    one = await endpoint(manager, endpoint_id)
    assert (one["state"], one["reason"]) == ("disabled", "by_hand")
    assert [(two["state"], two["outcome"]) for two in one["deliveries"]] == [
        ("dead", "disabled")
    ]
    assert (await manager.post(path, form)).refusal == (409, "endpoint_disabled")
    ping = await manager.post(f"{API}/{endpoint_id}/ping", {})
    assert ping.refusal == (409, "endpoint_disabled")
    await manager.post(f"{API}/{endpoint_id}/enable", {})
    assert (await manager.post(path, form)).status == 200
    (again,) = (await endpoint(manager, endpoint_id))["deliveries"]
    assert (again["message_id"], again["state"]) == (row["message_id"], "waiting")
    async with world.services.database.read() as tx:
        query = select(audit_entries).where(audit_entries.c.action == "resent")
        (entry,) = (await tx.execute(query)).mappings().all()
    assert (entry["role"], entry["outcome"]) == ("spa_manager", "done")
    unknown = await manager.post(path, {"message_id": "msg_aaaa"})
    assert unknown.refusal == (404, "not_found")


async def test_an_exam_that_is_asked_for_is_told_once_and_names_nobody(world: World) -> None:
    manager = await world.spa("glow-manager")
    endpoint_id = (await added(manager))["endpoint_id"]
    desk = await world.spa()
    link = await world.request(desk)
    assert (await world.request(desk))["encounter_id"] == link["encounter_id"]
    (row,) = (await endpoint(manager, endpoint_id))["deliveries"]
    assert (row["topic"], row["encounter_id"]) == (
        "encounter.requested",
        link["encounter_id"],
    )
    async with world.services.database.read() as tx:
        (message,) = (await tx.execute(select(outbox_messages))).mappings().all()
    assert json.loads(message["body"]).keys() == {"encounter_id", "request_id", "site_id"}
    assert "Vega" not in json.dumps(dict(message))


async def test_an_address_is_not_in_the_database_in_the_clear(world: World) -> None:
    await added(await world.spa("glow-manager"))
    async with world.services.database.read() as tx:
        (row,) = (await tx.execute(select(destinations))).mappings().all()
    assert b"hunter2" not in b"".join(
        value if isinstance(value, bytes) else str(value).encode() for value in row.values()
    )


async def test_a_receiver_that_fails_is_said_to(world: World) -> None:
    manager = await world.spa("glow-manager")
    endpoint_id = (await added(manager))["endpoint_id"]
    await manager.post(f"{API}/{endpoint_id}/ping", {})
    now = world.clock.now()
    async with world.services.database.write() as tx:
        await tx.execute(update(destinations).values(failing_since=now))
        await tx.execute(
            update(deliveries).values(outcome="answered", status=503, tried_at=now)
        )
    one = await endpoint(manager, endpoint_id)
    assert one["failing_since_ms"] == now // 1_000
    (row,) = one["deliveries"]
    assert (row["outcome"], row["status"]) == ("answered", 503)


async def test_disabled_ones_are_kept_up_to_a_bound_and_may_be_enabled_then(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.delivery.endpoints.KEPT_MAX", 2)
    manager = await world.spa("glow-manager")
    made = [(await added(manager))["endpoint_id"] for _ in range(2)]
    for one in made:
        assert (await manager.post(f"{API}/{one}/disable", {})).status == 200
    assert (await manager.post(API, FORM)).refusal == (409, "too_many_endpoints")
    for one in made:  # nothing is added: the bound does not speak of them
        assert (await manager.post(f"{API}/{one}/enable", {})).status == 200
        assert (await endpoint(manager, one))["state"] == "active"
