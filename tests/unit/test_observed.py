"""Each check of a page notices what it is for, and a page that is well passes all ten."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.http.headers import security_headers
from tests.observed import CHECKS, EXPECTED, Header, Seen, observed

ORIGIN = "https://exams.example.org"
PAGE = '<!doctype html><script type="module" src="/assets/join-1.js"></script>'
WELL = Seen(tuple(security_headers(ORIGIN, [ORIGIN]).items()), PAGE)
PLAIN = ORIGIN.replace("https", "http")
MISSING = {
    "content-security-policy": "csp-not-implemented",
    "cross-origin-resource-policy": "corp-not-implemented",
    "referrer-policy": "referrer-policy-not-implemented",
    "strict-transport-security": "hsts-not-implemented",
    "x-content-type-options": "x-content-type-options-not-implemented",
    "x-frame-options": "x-frame-options-not-implemented",
}


def without(name: str) -> Seen:
    return replace(WELL, headers=[one for one in WELL.headers if one[0].lower() != name])


def with_header(*header: Header) -> Seen:
    names = {one[0].lower() for one in header}
    kept = [one for one in WELL.headers if one[0].lower() not in names]
    return replace(WELL, headers=[*kept, *header])


def with_policy(old: str, new: str) -> Seen:
    (found,) = WELL.all("content-security-policy")
    assert old in found
    return with_header(("Content-Security-Policy", found.replace(old, new)))


def test_the_headers_of_this_product_pass_all_ten() -> None:
    assert len(CHECKS) == 10
    assert observed(WELL) == EXPECTED


@pytest.mark.parametrize("name", MISSING)
def test_a_header_that_is_missing_is_missed_by_its_check(name: str) -> None:
    found = observed(without(name))
    assert found[name] == MISSING[name]
    related = {"x-frame-options"} if name == "content-security-policy" else set()
    assert {one for one in CHECKS if found[one] != EXPECTED[one]} == {name} | related


@pytest.mark.parametrize(
    ("check", "seen", "told"),
    [
        (
            "content-security-policy",
            with_policy("script-src 'self'", "script-src 'self' 'unsafe-inline'"),
            "csp-implemented-with-unsafe-inline",
        ),
        (
            "content-security-policy",
            with_policy("script-src 'self'", "script-src 'self' 'unsafe-eval'"),
            "csp-implemented-with-unsafe-eval",
        ),
        (
            "content-security-policy",
            with_policy("style-src 'self'", "style-src 'self' 'unsafe-inline'"),
            "csp-implemented-with-unsafe-inline-in-style-src-only",
        ),
        (
            "content-security-policy",
            with_policy("default-src 'none'", "default-src 'self'"),
            "csp-implemented-with-no-unsafe",
        ),
        (
            "content-security-policy",
            with_policy("wss://", "ws://"),
            "csp-implemented-with-insecure-scheme",
        ),
        (
            "cookies",
            with_header(("Set-Cookie", "__Host-a=b; HttpOnly; SameSite=Strict; Path=/")),
            "cookies-without-secure-flag",
        ),
        (
            "cookies",
            with_header(("Set-Cookie", "__Host-a=b; Secure; SameSite=Strict; Path=/")),
            "cookies-session-without-httponly-flag",
        ),
        (
            "cookies",
            with_header(("Set-Cookie", "__Host-a=b; Secure; HttpOnly; Path=/")),
            "cookies-secure-with-httponly-sessions",
        ),
        (
            "cross-origin-resource-sharing",
            replace(WELL, preflight=[("Access-Control-Allow-Origin", "*")]),
            "cross-origin-resource-sharing-implemented",
        ),
        ("redirection", replace(WELL, hops=[f"{PLAIN}/join"]), "redirection-missing"),
        (
            "redirection",
            replace(WELL, hops=[PLAIN, f"{PLAIN}/join"]),
            "redirection-not-to-https-on-initial-redirection",
        ),
        (
            "redirection",
            replace(WELL, hops=[PLAIN, "https://evil.example/"]),
            "redirection-off-host-from-http",
        ),
        (
            "redirection",
            replace(WELL, hops=[f"{PLAIN}:80/join", f"{ORIGIN}/join"]),
            "redirection-to-https",
        ),
        (
            "referrer-policy",
            with_header(("Referrer-Policy", "unsafe-url")),
            "referrer-policy-unsafe",
        ),
        (
            "strict-transport-security",
            with_header(("Strict-Transport-Security", "max-age=300")),
            "hsts-implemented-max-age-less-than-six-months",
        ),
        (
            "strict-transport-security",
            with_header(*[("Strict-Transport-Security", "max-age=31536000")] * 2),
            "hsts-not-implemented",
        ),
        (
            "subresource-integrity",
            replace(WELL, html=f"{PAGE}<script src='//cdn.example/a.js'></script>"),
            "sri-not-implemented-but-external-scripts-loaded-securely",
        ),
        (
            "subresource-integrity",
            replace(WELL, html=f"{PAGE}<script>alert(1)</script>"),
            "sri-not-implemented-but-external-scripts-loaded-securely",
        ),
        (
            "x-frame-options",
            with_policy("frame-ancestors 'none'", "frame-ancestors *"),
            "x-frame-options-sameorigin-or-deny",
        ),
    ],
)
def test_a_check_notices_what_it_is_for(check: str, seen: Seen, told: str) -> None:
    assert observed(seen)[check] == told
