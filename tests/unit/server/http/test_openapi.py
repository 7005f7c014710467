from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from server import access
from server.http import openapi, wiring
from server.http.operation import Operation
from server.http.routes import Route
from server.settings import Settings

PROTOCOL = Path(__file__).resolve().parents[4] / "docs" / "protocol.md"
METHODS = {"get", "post", "put", "delete"}


@pytest.fixture(scope="module")
def routes() -> tuple[Route, ...]:
    return wiring.all_routes()


@pytest.fixture(scope="module")
def document(routes: tuple[Route, ...]) -> dict[str, Any]:
    return openapi.document(routes, Settings(data_dir=Path("nowhere")))


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for path in document["paths"].values() for one in path.values()]


def test_the_document_is_valid_openapi(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []


def test_every_route_of_the_policy_is_in_the_document(document: dict[str, Any]) -> None:
    described = {
        f"{method.upper()} {path}"
        for path, found in document["paths"].items()
        for method in found.keys() & METHODS
    }
    assert described == set(access.ROUTES)


def test_every_handler_says_what_it_takes_and_gives(routes: tuple[Route, ...]) -> None:
    assert [one.key for one in routes if not isinstance(one.handler, Operation)] == []


def test_operations_have_names_of_their_own_and_a_summary(document: dict[str, Any]) -> None:
    names = [one["operationId"] for one in operations(document)]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", one) for one in names)
    for one in operations(document):
        assert one["summary"], one["operationId"]
        assert one["tags"]


def test_every_code_is_one_of_the_protocol(document: dict[str, Any]) -> None:
    protocol = PROTOCOL.read_text(encoding="utf-8")
    codes = {
        code
        for one in operations(document)
        for status, answer in one["responses"].items()
        if int(status) >= 400
        for code in answer["description"].split(", ")
    }
    assert len(codes) > 30
    assert [code for code in sorted(codes) if f"`{code}`" not in protocol] == []


def test_a_session_opens_what_the_policy_says(document: dict[str, Any]) -> None:
    for path, found in document["paths"].items():
        for method in found.keys() & METHODS:
            rule = access.ROUTES[access.RouteKey(f"{method.upper()} {path}")]
            schemes = [name for one in found[method]["security"] for name in one]
            wanted = [rule.audience] if rule.audience else []
            assert schemes == [*wanted, *(["token"] if rule.scope else [])]


def test_over_tls_cookies_have_their_strict_names() -> None:
    settings = Settings(data_dir=Path("nowhere"), public_url="https://exams.test")
    schemes = openapi.document(wiring.all_routes(), settings)["components"]["securitySchemes"]
    assert schemes["spa"]["name"] == "__Host-gf_spa"


def test_a_bare_handler_is_described_by_what_is_known_of_it() -> None:
    async def get_something(_call: object) -> None:
        """GET something: what there is."""

    bare = Route("GET", "/healthz", get_something)  # type: ignore[arg-type]
    one = openapi.operation_of(bare)
    assert (one.name, one.summary, one.takes) == ("get_something", "What there is.", None)
