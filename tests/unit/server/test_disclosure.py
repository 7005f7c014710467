"""Every route and command says what it shows, or the server does not start."""

from __future__ import annotations

import pytest

from server import access, disclosure
from server.access import Role, RouteKey
from server.completeness import PolicyIncomplete
from server.disclosure import Reads
from server.http.wiring import all_routes

SERVED = [route.key for route in all_routes()]
OF_AN_ENCOUNTER = "/encounters/{id}"


def test_every_route_has_a_mark() -> None:
    disclosure.require_complete(SERVED)


def test_a_route_without_a_mark_stops_the_server() -> None:
    with pytest.raises(PolicyIncomplete, match="no mark for GET /api/v1/gossip"):
        disclosure.require_complete([*SERVED, RouteKey("GET /api/v1/gossip")])


def test_a_mark_without_a_route_stops_the_server() -> None:
    with pytest.raises(PolicyIncomplete, match="no route for the mark GET /metrics"):
        disclosure.require_complete(one for one in SERVED if one != "GET /metrics")


def test_a_command_without_a_mark_stops_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = access.COMMANDS["note.save"]
    monkeypatch.setitem(access.COMMANDS, "note.shout", rule)
    with pytest.raises(PolicyIncomplete, match=r"no mark for note\.shout"):
        disclosure.require_complete(SERVED)


def test_what_everybody_may_ask_for_without_a_session_shows_nothing() -> None:
    public = {key for key, rule in access.ROUTES.items() if rule is access.PUBLIC}
    shown = {key for key in public if disclosure.ROUTES[key] is not Reads.NOTHING}
    assert all(disclosure.ROUTES[key] is Reads.ENTRY for key in shown)


def test_whatever_names_an_encounter_shows_it_or_answers_without_a_body() -> None:
    named = {key for key in access.ROUTES if OF_AN_ENCOUNTER in key}
    silent = {key for key in named if disclosure.ROUTES[key] is Reads.NOTHING}
    assert silent == {"POST /api/v1/ops/encounters/{id}/priority"}


def test_whatever_a_patient_asks_shows_their_own_record() -> None:
    asked = {key for key, rule in access.ROUTES.items() if set(rule.grants) == {Role.PATIENT}}
    silent = {key for key in asked if disclosure.ROUTES[key] is Reads.NOTHING}
    assert silent == {"GET /api/v1/join/ice-servers", "POST /api/v1/join/end"}


@pytest.mark.parametrize(
    ("endings", "mark"), [((".pdf",), Reads.PAPER), (("/fhir", "/record.json"), Reads.RECORD)]
)
def test_what_leaves_the_house_is_marked_as_such(endings: tuple[str, ...], mark: Reads) -> None:
    leaving = {key for key in access.ROUTES if key.endswith(endings)}
    assert leaving == {key for key, one in disclosure.ROUTES.items() if one is mark}
