"""Whatever changes something is in the audit log, or stands here with why it is not.

Of every route that is no reading, and of every command: its code comes to where entries are
written, or the route's mark has it entered, or it is named below. What is named below and has
an entry all the same is a mistake, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

import pytest
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from server.access import RouteKey
from server.auditing import note, note_all, of_cli, record
from server.cli import app
from server.disclosure import ROUTES, Reads
from server.http.auditing import SAFE_METHODS
from server.http.wiring import all_routes
from server.storage import audit
from tests.reaching import reaches

WRITING: Final = (note, note_all, of_cli, record)
STAFF: Final = ("console", "portal", "ops")


def of_staff(*routes: str) -> list[str]:
    """Return the routes that each page of staff has."""
    return [one.replace(" ", f" /api/v1/{page}/") for page in STAFF for one in routes]


SILENT_ROUTES: Final[Mapping[str, list[str]]] = {
    "a question that somebody's device is to answer; the answer has an entry": of_staff(
        "POST passkeys/options",
        "POST session/passkey-options",
        "POST session/step-up/passkey-options",
    ),
    "a browser is sent to a provider; what it comes back with has an entry": of_staff(
        "POST session/provider",
        "POST session/step-up/provider",
        "POST provider-links",
    ),
    "it counts for nothing until it is confirmed, which has an entry": of_staff(
        "POST code-generators"
    ),
    "what one's own passkey is called": of_staff("PUT passkeys/{id}"),
    "that somebody is there": of_staff("POST session/activity"),
    "whether the next offer is accepted by itself": ["PUT /api/v1/console/settings"],
    "who is planned when: it opens nothing, and is asked for anew at every offer": [
        "POST /api/v1/ops/shifts",
        "POST /api/v1/ops/shifts/import",
        "PUT /api/v1/ops/shifts/{id}",
        "DELETE /api/v1/ops/shifts/{id}",
        "POST /api/v1/console/shifts",
        "PUT /api/v1/console/shifts/{id}",
        "DELETE /api/v1/console/shifts/{id}",
    ],
    "figures of a plan, of nobody, which are kept nowhere": ["POST /api/v1/ops/plan"],
    "a place in line: it shows nothing and allows nothing": [
        "POST /api/v1/ops/encounters/{id}/priority"
    ],
    "a message that says nothing": ["POST /api/v1/portal/endpoints/{id}/ping"],
    "who an invitation is for, to whom has it; accepting has an entry": [
        "POST /api/v1/invitations/look"
    ],
    "that a notice was seen": ["POST /api/v1/compliance/practitioners/notices/seen"],
}
SILENT_COMMANDS: Final[Mapping[str, tuple[str, ...]]] = {
    "it shows settings, staff, keys' places or figures, and nothing of a patient": (
        *("account factors", "account list", "consents list", "emr deliveries", "emr list"),
        *("keys check", "keys list", "log show", "minors list", "network list"),
        *("practitioner authority list", "practitioner dea list", "practitioner file"),
        *("practitioner list", "questionnaires list", "questionnaires show"),
        *(
            "network sso list",
            "spa sso list",
            "records holds",
            "reviews show",
            "rules log",
            "shifts list",
            "site director list",
        ),
        *("site list", "site protocol list", "spa software list", "spa token list"),
        *("backup compare", "doctor", "version"),
    ),
    "it reads a file, or makes one, and no database": (
        *("backup check", "chart verify", "rules decide", "rules diff", "rules import"),
        *("rules publish", "rules schema", "rules show", "rules verify"),
        *("plan erlang-a", "plan erlang-c", "plan staffing"),
    ),
    "who is planned when: it opens nothing, and is asked for anew at every offer": (
        *("shifts add", "shifts import", "shifts remove"),
    ),
    "it prints the log's public key; the first time it makes the pair": ("log key",),
    "a process apart, which has no data of ours": ("relay", "witness"),
    "it comes by HTTP, as everybody does": ("rehearse",),
}


def named(silent: Mapping[str, object]) -> set[str]:
    found = [one for each in silent.values() for one in each]  # type: ignore[attr-defined]  # lists of names
    assert len(found) == len(set(found)), "named twice"
    return set(found)


def commands(group: TyperGroup, above: str = "") -> Iterator[tuple[str, Callable[..., object]]]:
    """Give every command with its whole name, and a subject that does something by itself."""
    for name in group.list_commands(None):  # type: ignore[arg-type]  # ours asks for no context
        one = group.get_command(None, name)  # type: ignore[arg-type]  # the same
        assert isinstance(one, TyperCommand | TyperGroup), name
        whole = f"{above} {name}".strip()
        if isinstance(one, TyperGroup):
            yield from commands(one, whole)
        if one.callback is not None and not (
            isinstance(one, TyperGroup) and not one.invoke_without_command
        ):
            yield whole, one.callback


def test_every_route_that_changes_something_leaves_an_entry_or_says_why_not() -> None:
    silent = {
        route.key
        for route in all_routes()
        if route.method not in SAFE_METHODS
        and ROUTES[RouteKey(route.key)] is Reads.NOTHING
        and not reaches(route.handler, WRITING)
    }
    assert silent == named(SILENT_ROUTES)


def test_every_command_leaves_an_entry_or_says_why_not() -> None:
    tree = get_command(app)
    assert isinstance(tree, TyperGroup)
    every = dict(commands(tree))
    assert len(every) > 90
    silent = {name for name, callback in every.items() if not reaches(callback, WRITING)}
    assert silent == named(SILENT_COMMANDS)


@pytest.mark.parametrize("silent", [SILENT_ROUTES, SILENT_COMMANDS])
def test_a_reason_is_a_sentence(silent: Mapping[str, object]) -> None:
    assert all(len(one.split()) > 3 for one in silent)


async def _writes_by_hand() -> None:
    await audit.put_all(None, [])  # type: ignore[arg-type]  # never run


async def _writes_in_a_closure() -> object:
    async def inner() -> None:
        await note(None, None)  # type: ignore[arg-type]  # never run

    return inner


def test_an_entry_is_found_where_there_is_one_and_nowhere_else() -> None:
    assert reaches(_writes_in_a_closure, [note])
    assert not reaches(_writes_by_hand, WRITING)
    assert not reaches(named, WRITING)
