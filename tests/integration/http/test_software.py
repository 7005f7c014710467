"""A manager registers software: keys that are public, scopes, and an end that is at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from server.service_accounts.registering import KEYS_MAX, SOFTWARE_MAX
from server.storage import service_accounts
from server.storage.tables import audit_entries
from tests.integration.http.browsing import ORIGIN, Json, World
from tests.integration.http.own_software import API, Registered, registered
from tests.integration.http.test_audit_commands import by_role, command
from tests.software_keys import Software, new_ec, new_rsa, public_jwk

KEY = json.dumps(public_jwk(new_ec(), kid="next"))


async def test_a_manager_registers_it_and_sees_what_it_may_do(world: World) -> None:
    manager = await world.spa("glow-manager")
    empty = (await manager.get(API)).body
    assert (empty["software"], empty["tokens"]) == ([], [])
    assert empty["token_url"] == f"{ORIGIN}/oauth/token"
    one = await registered(world, "charts:read", "authorizations:query")
    seen = await one.page()
    assert (seen["label"], seen["state"]) == ("Records", "active")
    assert seen["scopes"] == ["authorizations:query", "charts:read"]
    assert (seen["signed_in_at_ms"], seen["revoked_at_ms"]) == (None, None)
    (key,) = seen["keys"]
    assert (key["kid"], key["algorithm"]) == ("first", "ES384")
    await one.token()
    assert (await one.page())["signed_in_at_ms"] == world.clock.now() // 1_000


async def test_only_a_manager_sees_or_changes_it(world: World) -> None:
    one = await registered(world)
    for login in ("glow", "glow-director"):
        other = await world.spa(login)
        form = {"label": "Mine", "scopes": ["charts:read"], "jwk": KEY}
        assert (await other.get(API)).refusal == (403, "forbidden")
        assert (await other.post(API, form)).refusal == (403, "forbidden")
        assert (await other.post(f"{one.path}/revoke", {})).refusal == (403, "forbidden")
        assert (await other.post(f"{one.path}/keys", {"jwk": KEY})).refusal[0] == 403


async def test_another_spas_software_is_not_there(world: World) -> None:
    one = await registered(world)
    key_id = (await one.page())["keys"][0]["key_id"]
    stranger = await world.spa("lumen-manager")
    assert (await stranger.get(API)).body["software"] == []
    for path in (one.path, f"{API}/{'0' * 32}"):
        assert (await stranger.post(f"{path}/revoke", {})).refusal == (404, "not_found")
        added = await stranger.post(f"{path}/keys", {"jwk": KEY})
        assert added.refusal == (404, "not_found")
        removed = await stranger.ask("DELETE", f"{path}/keys/{key_id}", {})
        assert removed.refusal == (404, "not_found")
    await one.token()


async def test_a_private_key_is_not_kept_and_not_taken(world: World) -> None:
    manager = await world.spa("glow-manager")
    secret = "c2VjcmV0LWhhbGYtb2YtYS1rZXk"
    jwk = json.dumps({**json.loads(KEY), "d": secret})
    form = {"label": "Records", "scopes": ["charts:read"], "jwk": jwk}
    refused = await manager.post(API, form)
    assert refused.refusal == (400, "key_private")
    assert refused.body["error"]["fields"] == ["jwk"]
    assert secret not in refused.raw.decode()
    for jwk in ("{}", json.dumps(public_jwk(new_ec("P-256"))), "x"):
        refused = await manager.post(API, {**form, "jwk": jwk})
        assert refused.refusal == (400, "key_refused")
    assert (await manager.get(API)).body["software"] == []
    wrong_forms: list[Json] = [{"scopes": []}, {"scopes": ["everything"]}, {"label": " "}]
    for changed in wrong_forms:
        wrong = await manager.post(API, {**form, **changed})
        assert wrong.refusal == (400, "invalid_body")


async def test_keys_are_changed_one_after_the_other(world: World) -> None:
    one = await registered(world)
    old = (await one.page())["keys"][0]["key_id"]
    by_old = await one.token()
    world.clock.advance(1)
    after = Software(new_rsa(), one.software.audience, "second", one.software.client_id)
    assert (await one.manager.post(f"{one.path}/keys", {"jwk": after.jwk})).status == 200
    known = await one.manager.post(f"{one.path}/keys", {"jwk": after.jwk})
    assert known.refusal == (409, "key_known")
    assert [key["algorithm"] for key in (await one.page())["keys"]] == ["RS384", "ES384"]
    assert (await one.ask(after.assertion(one.now_s))).status == 200

    removed = await one.manager.ask("DELETE", f"{one.path}/keys/{old}", {})
    assert removed.status == 200, removed.body
    assert await one.refused() == "401 invalid_client"
    asked = await one.post("/api/v1/authorizations/query", {}, by_old)
    assert asked.refusal == (401, "not_signed_in")
    assert (await one.ask(after.assertion(one.now_s))).status == 200
    back = await one.manager.post(f"{one.path}/keys", {"jwk": one.software.jwk})
    assert back.refusal == (409, "key_known")
    again = await one.manager.ask("DELETE", f"{one.path}/keys/{old}", {})
    assert again.refusal == (404, "not_found")
    long = await one.manager.ask("DELETE", f"{one.path}/keys/{'0' * 65}", {})
    assert long.refusal == (404, "not_found")


async def test_there_is_only_so_much_of_it_and_what_is_revoked_makes_room(world: World) -> None:
    one = await registered(world)
    for number in range(1, KEYS_MAX):
        key = json.dumps(public_jwk(new_ec(), kid=f"key-{number}"))
        assert (await one.manager.post(f"{one.path}/keys", {"jwk": key})).status == 200
    assert (await one.manager.post(f"{one.path}/keys", {"jwk": KEY})).refusal == (
        409,
        "keys_full",
    )
    form = {"label": "More", "scopes": ["charts:read"], "jwk": KEY}
    for _ in range(1, SOFTWARE_MAX):
        assert (await one.manager.post(API, form)).status == 200
    assert (await one.manager.post(API, form)).refusal == (409, "software_full")
    assert (await one.manager.post(f"{one.path}/revoke", {})).status == 200
    assert (await one.manager.post(API, form)).status == 200


@pytest.mark.safeguard("164.312(a)(1)")
async def test_a_revoked_account_has_no_token_any_more_at_once(world: World) -> None:
    one = await registered(world)
    headers = await one.token()
    query = "/api/v1/authorizations/query"
    assert (await one.post(query, {}, headers)).refusal == (400, "invalid_body")
    assert (await one.manager.post(f"{one.path}/revoke", {})).status == 200
    assert (await one.post(query, {}, headers)).refusal == (401, "not_signed_in")
    assert await one.refused() == "401 invalid_client"
    seen = await one.page()
    assert (seen["state"], seen["keys"]) == ("revoked", [])
    for path, body in ((f"{one.path}/revoke", {}), (f"{one.path}/keys", {"jwk": KEY})):
        assert (await one.manager.post(path, body)).refusal == (409, "software_revoked")


async def test_what_changes_about_it_is_in_the_audit_log(world: World) -> None:
    one = await registered(world)
    key_id = (await one.page())["keys"][0]["key_id"]
    await one.manager.post(f"{one.path}/keys", {"jwk": KEY})
    await one.manager.ask("DELETE", f"{one.path}/keys/{key_id}", {})
    await one.manager.post(f"{one.path}/revoke", {})
    async with world.services.database.read() as tx:
        query = select(audit_entries).where(audit_entries.c.action == "access_changed")
        told = (await tx.execute(query.order_by("at", "id"))).mappings().all()
    assert {(row["route"], row["role"]) for row in told} == {
        (f"POST {API} {one.software.client_id}", "spa_manager"),
        (f"POST {one.path}/keys", "spa_manager"),
        (f"DELETE {one.path}/keys/{{key}}", "spa_manager"),
        (f"POST {one.path}/revoke", "spa_manager"),
    }
    assert all(row["network_id"] and row["session"] for row in told)


async def spa_of(one: Registered) -> str:
    async with one.world.services.database.read() as tx:
        return await service_accounts.owner_of(tx, one.software.client_id)


async def test_a_token_that_lasts_is_shown_until_it_ends(world: World) -> None:
    one = await registered(world)
    spa_id = await spa_of(one)
    await command(world, "spa", "token", "create", spa_id, "Old till", "--days", "400")
    (token,) = (await one.manager.get(API)).body["tokens"]
    assert (token["label"], token["scopes"]) == ("Old till", ["authorizations:query"])


async def test_operations_register_list_and_revoke_it_too(world: World, tmp_path: Path) -> None:
    one = await registered(world)
    spa_id = await spa_of(one)
    file = tmp_path / "public.jwk"
    file.write_text(KEY, encoding="utf-8")
    words = ("spa", "software", "register", spa_id, "By hand", str(file))
    made = (await command(world, *words, "--scope", "charts:read")).strip()
    listed = json.loads(await command(world, "spa", "software", "list", spa_id, "--json"))
    assert {(row["label"], row["state"], row["keys"]) for row in listed} == {
        ("By hand", "works", "1"),
        ("Records", "works", "1"),
    }
    await command(world, "spa", "software", "revoke", made)
    changed = [row.action for row in await by_role(world, "operator")]
    assert changed == ["access_changed", "access_changed"]
    seen = (await one.manager.get(API)).body["software"]
    states = {row["software_id"]: row["state"] for row in seen}
    assert states == {made: "revoked", one.software.client_id: "active"}
