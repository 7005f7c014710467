"""What may be done in one place only, or by those on a list: read from the source itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("server", "signaling", "media")
COOKIES = "server/http/cookies.py"
SETS = {"set_cookie", "del_cookie"}
# To addresses that customers chose: through the guard that keeps them on the public internet.
GUARDED = {
    "server/delivery/webhooks.py",
    "server/fhir/pushing.py",
    "server/federation/fetching.py",
    "server/practitioner_files/http_verification.py",
}
# To addresses that the operator set, who may have them anywhere; and pages of the rehearsal.
OF_THE_OPERATOR = {
    "server/alerts/webhook.py": "alert_webhook_url",
    "server/patient_messages/sms.py": "sms_url",
    "server/rehearsal/page.py": "the server that is rehearsed",
    "server/sequencing/asking.py": "the witnesses of the settings",
}
OTHER_CLIENTS = re.compile(
    r"^\s*(import|from) (httpx|requests|urllib3|ftplib|urllib\.request|http\.client)\b"
    r"|^\s*from urllib import .*\brequest\b|^\s*from http import .*\bclient\b",
    re.MULTILINE,
)


@cache
def texts() -> tuple[tuple[str, str], ...]:
    """Return every module of the product: its name and its text."""
    paths = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    assert len(paths) > 500
    return tuple(
        (path.relative_to(ROOT).as_posix(), path.read_text("utf-8")) for path in sorted(paths)
    )


def modules(*words: str) -> Iterator[tuple[str, ast.Module]]:
    """Yield the modules in whose text one of these words stands; only those are parsed."""
    for name, text in texts():
        if any(word in text for word in words):
            yield name, ast.parse(text)


def called(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Yield every call, with the last word of what is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            target = node.func
            if isinstance(target, ast.Attribute):
                yield target.attr, node
            elif isinstance(target, ast.Name):
                yield target.id, node


def test_cookies_are_set_in_one_place() -> None:
    setting = {
        name for name, tree in modules(*SETS) if any(word in SETS for word, _ in called(tree))
    }
    assert setting == {COOKIES}
    assert [name for name, text in texts() if "set-cookie" in text.lower()] == []


def test_every_cookie_is_strict_and_out_of_reach_of_scripts() -> None:
    tree = dict(modules(*SETS))[COOKIES]
    calls = [node for word, node in called(tree) if word in SETS]
    assert len(calls) == 2
    for call in calls:
        given = {one.arg: ast.unparse(one.value) for one in call.keywords}
        assert given["httponly"] == "True"
        assert given["samesite"] == "SAME_SITE"
        assert given["secure"] == "settings.secure_cookies"
        assert given["path"] == "PATH"
        assert "domain" not in given


def test_every_client_session_is_guarded_or_the_operators() -> None:
    opening = {
        name
        for name, tree in modules("ClientSession")
        if any(word == "ClientSession" for word, _ in called(tree))
    }
    assert opening == GUARDED | set(OF_THE_OPERATOR)


def test_a_guarded_session_resolves_and_connects_by_the_guard() -> None:
    for name, tree in modules("ClientSession"):
        if name in GUARDED:
            (session,) = [node for word, node in called(tree) if word == "ClientSession"]
            options = {one.arg: one.value for one in session.keywords}
            connector = options["connector"]
            assert isinstance(connector, ast.Call)
            inside = {one.arg: ast.unparse(one.value) for one in connector.keywords}
            assert inside["resolver"].startswith("PublicResolver(")
            assert inside["socket_factory"].startswith("guarded_socket(")
            assert ast.unparse(options["trust_env"]) == "False"


def test_nobody_asks_the_network_by_another_library() -> None:
    assert OTHER_CLIENTS.search("import httpx")
    assert OTHER_CLIENTS.search("    from urllib import parse, request")
    assert [name for name, text in texts() if OTHER_CLIENTS.search(text)] == []
