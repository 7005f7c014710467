from __future__ import annotations

from pathlib import Path

from aiohttp import web

from server.http.cookies import clear_cookie, cookie_name, write_cookie
from server.http.headers import content_security_policy, security_headers
from server.settings import Settings

PUBLIC = "https://exams.example"


def settings(folder: Path) -> Settings:
    return Settings(data_dir=folder, public_url=PUBLIC)


def test_over_tls_cookies_are_bound_to_the_host(tmp_path: Path) -> None:
    response = web.Response()
    write_cookie(settings(tmp_path), response, "spa", "value")
    written = response.cookies["__Host-gf_spa"].OutputString()
    for part in ("Secure", "HttpOnly", "Path=/", "SameSite=Strict"):
        assert part in written
    assert "Domain" not in written


def test_a_cleared_cookie_is_cleared_with_the_attributes_it_had(tmp_path: Path) -> None:
    response = web.Response()
    clear_cookie(settings(tmp_path), response, "patient")
    cleared = response.cookies["__Host-gf_patient"].OutputString()
    assert "Max-Age=0" in cleared
    assert "Secure" in cleared


def test_each_audience_has_a_cookie_of_its_own(tmp_path: Path) -> None:
    names = {
        cookie_name(settings(tmp_path), audience)
        for audience in ("patient", "practitioner", "spa", "ops", "site")
    }
    assert len(names) == 5


def test_hsts_is_said_over_tls_only() -> None:
    assert "Strict-Transport-Security" in security_headers(PUBLIC, [PUBLIC])
    local = "http://localhost:8080"
    assert "Strict-Transport-Security" not in security_headers(local, [local])


def test_sockets_may_be_opened_to_this_host_only() -> None:
    policy = content_security_policy([PUBLIC])
    assert "connect-src 'self' wss://exams.example;" in policy
    assert "ws://" not in policy.replace("wss://", "")
