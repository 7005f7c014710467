"""An audit entry is bounded, and has room for no sentence about anybody."""

from __future__ import annotations

import pytest

from server.access import Principal, Role
from server.auditing.actors import actor_of, of_account, operator
from server.auditing.event import Action, AuditEvent, EventInvalid, new_entry_id
from server.charting import patient, practitioner, software, staff

NOW = 1_790_000_000_000_000


def event(**changes: object) -> AuditEvent:
    told = {
        "action": Action.READ,
        "actor": "practitioner:p-1",
        "role": "practitioner",
        "route": "GET /api/v1/console/encounters/{id}",
        "at": NOW,
    }
    return AuditEvent(**{**told, **changes})  # type: ignore[arg-type]  # named by the test


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("actor", "Zephyrine Quillfeather"),
        ("actor", "practitioner:" + "x" * 60),
        ("route", "GET /" + "x" * 80),
        ("route", "GET /?name=Zephyrine&born=1987"),
        ("reason", "the patient was born 1987-03-14"),
        ("encounter_id", "Zephyrine Quillfeather"),
        ("encounter_id", "x" * 65),
        ("patient_id", "a b"),
        ("session", "not-a-hash"),
        ("address", "192.0.2.17"),
        ("shown", ("encounter-1", "Zephyrine Quillfeather")),
        ("number", -1),
    ],
)
def test_what_is_no_word_id_or_hash_is_refused_by_name_only(name: str, value: object) -> None:
    with pytest.raises(EventInvalid) as refused:
        event(**{name: value})
    assert str(refused.value) == name


def test_two_entries_never_have_one_id() -> None:
    assert event().entry_id != event().entry_id
    assert len(new_entry_id()) == 32


def test_the_audit_log_names_people_as_the_charts_do() -> None:
    who = Principal("practitioner", Role.PRACTITIONER, account_id="a", practitioner_id="p")
    assert actor_of(who) == practitioner("p")
    assert actor_of(Principal("patient", Role.PATIENT, encounter_id="e")) == patient("e")
    for role in (Role.SPA_STAFF, Role.SPA_MANAGER, Role.MEDICAL_DIRECTOR):
        assert actor_of(Principal("spa", role, account_id="a")) == staff("a")
        assert of_account(role.value, "a") == staff("a")
    assert actor_of(Principal(None, Role.SPA_SOFTWARE, token_id="t")) == software("t")


@pytest.mark.parametrize("role", list(Role))
def test_everybody_has_a_name_that_fits(role: Role) -> None:
    who = Principal(None, role, "o", "a", "p", "e", "s", token_id=None)
    assert event(actor=actor_of(who)).actor


def test_nobody_signed_in_is_nobody() -> None:
    assert actor_of(Principal(None, Role.ANONYMOUS)) == "anonymous"
    assert of_account("practitioner", "a") == "account:a"
    assert of_account("compliance", "a") == "compliance:a"


@pytest.mark.parametrize("user", ["root", "DOMAIN\\jane doe", "", "x" * 200, "jörg"])
def test_whoever_is_at_the_command_line_has_a_name_that_fits(user: str) -> None:
    assert event(actor=operator(user)).actor.startswith("operator:")
