from __future__ import annotations

import pytest
import structlog

from server.draining import DRAIN
from server.errors import Starting
from server.storage import directory
from server.storage.errors import ReadFailed
from tests.integration.http.browsing import JOIN, ORIGIN, PORTAL, World, identity_form, redeemed

PAGES = ("/", "/join", "/join/", "/console", "/portal", "/ops", "/signpost.css")


async def test_the_pages_are_served_and_never_kept(world: World) -> None:
    browser = world.browser()
    for path in PAGES:
        answer = await browser.get(path)
        assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-store")


async def test_the_sign_post_leads_to_the_four_pages_without_inline_code(world: World) -> None:
    page = (await world.browser().get("/")).raw.decode()
    for path in ("/join", "/console", "/portal", "/ops"):
        assert f'href="{path}"' in page
    assert "<script" not in page
    assert "style=" not in page
    assert "<style" not in page


async def test_assets_are_kept_for_ever(world: World) -> None:
    answer = await world.browser().get("/assets/join-abc123.js")
    assert answer.status == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert "javascript" in answer.headers["Content-Type"]


@pytest.mark.parametrize(
    "path",
    [
        "/assets/missing.js",
        "/assets/..%2Fjoin%2Findex.html",
        "/assets/..%2F..%2Fsecret.txt",
        "/assets/%2e%2e%2f%2e%2e%2fsecret.txt",
        "/assets/.hidden",
        "/assets/",
        "/assets",
        "/secret.txt",
        "/api/v1/nothing",
        "/favicon.ico",
    ],
)
async def test_nothing_else_is_served(world: World, path: str) -> None:
    answer = await world.browser().get(path)
    assert answer.refusal == (404, "not_found")
    assert answer.headers["Cache-Control"] == "no-store"


async def test_every_answer_carries_the_headers(world: World) -> None:
    browser = world.browser()
    for path in ("/", "/assets/join-abc123.js", "/healthz", "/nothing", f"{JOIN}/state"):
        headers = (await browser.get(path)).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "ws://localhost:8080" in policy
        assert "unsafe" not in policy
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Content-Type-Options"] == "nosniff"
        permitted = headers["Permissions-Policy"].split(", ")
        assert {"camera=(self)", "microphone=(self)", "geolocation=()"} <= set(permitted)
        assert {f"publickey-credentials-{one}=(self)" for one in ("create", "get")} <= set(
            permitted
        )
        assert not [one for one in permitted if not one.endswith(("=(self)", "=()"))]
        assert headers["X-Frame-Options"] == "DENY"
        assert "Clear-Site-Data" not in headers
        assert "Strict-Transport-Security" not in headers
        assert "Server" not in headers


async def test_health_and_info(world: World) -> None:
    browser = world.browser()
    health = await browser.get("/healthz")
    assert (health.status, health.body["status"]) == (200, "ok")
    info = (await browser.get("/api/v1/info")).body
    assert info["demo"]
    assert info["passkey_host"] == "localhost"
    assert set(info["demo_sign_ins"]) == {"practitioner", "spa", "ops"}
    login, _, password = info["demo_sign_ins"]["ops"][0].partition(" / ")
    form = {"login": login, "password": password}
    assert (await browser.post("/api/v1/ops/session", form)).status == 200


async def test_health_says_when_the_database_is_gone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> object:
        raise ReadFailed("the database did not answer")

    monkeypatch.setattr(world.services.database, "read", gone)
    health = await world.browser().get("/healthz")
    assert (health.status, health.body["database"]) == (200, "down")
    assert health.body["status"] == "degraded"
    ready = await world.browser().get("/readyz")
    assert (ready.status, ready.body["status"]) == (503, "degraded")


async def test_it_is_ready_until_it_is_about_to_stop(world: World) -> None:
    browser = world.browser()
    ready = await browser.get("/readyz")
    assert (ready.status, ready.body) == (200, {"status": "ok"})
    world.server.app[DRAIN].begun = True
    ready = await browser.get("/readyz")
    assert (ready.status, ready.body) == (503, {"status": "draining"})
    assert (await browser.get("/healthz")).status == 200
    assert (await browser.get("/join")).status == 200


async def test_it_is_not_ready_before_the_waiting_rooms_are_there(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def not_yet(_timeout_s: float) -> None:
        raise Starting

    monkeypatch.setattr(world.services.desk, "ready", not_yet, raising=False)
    browser = world.browser()
    ready = await browser.get("/readyz")
    assert (ready.status, ready.body["status"]) == (503, "starting")
    assert (await browser.get("/healthz")).body["status"] == "starting"


@pytest.mark.parametrize(
    ("login", "page"), [("glow", "portal"), ("avery", "console"), ("ops", "ops")]
)
async def test_who_signs_out_leaves_nothing_in_the_browser_but_others_sessions(
    world: World, login: str, page: str
) -> None:
    browser = await world.signed_in(page, login)
    answer = await browser.ask("DELETE", f"/api/v1/{page}/session")
    assert answer.status == 204
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'


@pytest.mark.parametrize("origin", [None, "https://evil.example", "null", f"{ORIGIN}0"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", f"{JOIN}/session"),
        ("PUT", f"{JOIN}/privacy"),
        ("POST", f"{PORTAL}/session"),
        ("DELETE", f"{PORTAL}/session"),
    ],
)
async def test_a_change_comes_from_our_own_pages(
    world: World, method: str, path: str, origin: str | None
) -> None:
    browser = await world.spa()
    headers = {"Origin": origin} if origin else {}
    url = world.server.make_url(path)
    async with browser.http.request(method, url, json={}, headers=headers) as answer:
        assert answer.status == 403
        assert (await answer.json())["error"]["code"] == "origin_refused"


async def test_a_body_that_is_too_large_is_refused(world: World) -> None:
    browser = world.browser()
    body = b'{"secret": "' + b"A" * 262_144 + b'"}'
    answer = await browser.ask("POST", f"{JOIN}/session", data=body)
    assert answer.refusal == (413, "body_too_large")


async def test_a_large_body_without_a_length_is_refused_too(world: World) -> None:
    async def endless() -> object:
        for _ in range(40):
            yield b"A" * 16_384

    browser = world.browser()
    headers = {"Origin": ORIGIN, "Content-Type": "application/json"}
    url = world.server.make_url(f"{JOIN}/session")
    async with browser.http.post(url, data=endless(), headers=headers) as answer:
        assert (await answer.json())["error"]["code"] == "body_too_large"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "bad_request"),
        (b"{", "bad_request"),
        (b"\xff\xfe", "bad_request"),
        (b"[" * 100_000, "bad_request"),
        (b"[]", "invalid_body"),
        (b"null", "invalid_body"),
        (b'{"login": 1, "password": "x"}', "invalid_body"),
        (b'{"login": "a", "password": "x", "admin": true}', "invalid_body"),
        (b'{"login": "a"}', "invalid_body"),
    ],
)
async def test_a_malformed_body_is_refused(world: World, data: bytes, code: str) -> None:
    answer = await world.browser().ask("POST", "/api/v1/ops/session", data=data)
    assert answer.refusal == (400, code)


async def test_a_refusal_names_fields_and_never_what_was_sent(world: World) -> None:
    body = {"login": "Maria Vega" * 30, "password": "x", "1990-04-12": "Maria Vega"}
    answer = await world.browser().post("/api/v1/ops/session", body)
    assert answer.body["error"]["fields"] == ["login"]
    assert b"Maria" not in answer.raw
    assert b"1990" not in answer.raw


async def test_a_body_is_json(world: World) -> None:
    answer = await world.browser().ask(
        "POST",
        "/api/v1/ops/session",
        data=b"login=ops&password=x",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert answer.refusal == (400, "bad_request")


async def test_a_method_that_a_path_does_not_have(world: World) -> None:
    answer = await world.browser().ask("DELETE", "/api/v1/info")
    assert (answer.status, answer.code) == (405, "bad_request")


async def test_a_fault_of_ours_says_nothing_about_itself(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> object:
        raise ZeroDivisionError("Maria Vega")

    monkeypatch.setattr(directory, "organization", broken)
    spa = world.browser()
    with structlog.testing.capture_logs() as lines:
        answer = await spa.post(
            "/api/v1/portal/session",
            {"login": "glow", "password": world.account("glow").password},
        )
    assert answer.refusal == (500, "internal")
    assert b"Maria" not in answer.raw
    (line,) = [one for one in lines if one["event"] == "request_failed"]
    assert line["route"] == "/api/v1/portal/session"


async def test_a_patient_has_no_way_to_name_another_encounter(world: World) -> None:
    link = await world.request(await world.spa())
    patient = await redeemed(world, link)
    form = identity_form() | {"encounter_id": "0" * 32}
    answer = await patient.put(f"{JOIN}/identity", form)
    assert answer.refusal == (400, "invalid_body")
