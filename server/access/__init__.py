"""Who may do what: the one policy of the product, as data, and the function that reads it.

Every HTTP route and every socket command has a `Rule`: which roles may use it, and how the
one asking must be related to what is asked about. There is no default. A route or command
without a rule stops the server from starting (`server.completeness`), and fails a test.

What it is not: whether a practitioner is licensed (`server.authority`), and whether the visit
is at a point where something is possible (the machines). Those are asked afterwards.

Somebody without the relation is told that the thing does not exist, never that it is not
theirs: an id is not a secret, but that it exists may be one.

    roles       who asks, about what
    rules       what a rule is, how it is read, and those that many share
    scopes      what a spa's own software may be allowed to do
    pages, console, portal, ops         the rules of routes
    codes, passkeys, sessions, step_up, people, practitioner_files, emergency_access, software,
    federation      the same, of accounts
    commands    the rules of sockets and their commands
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from server.access import (
    codes,
    console,
    emergency_access,
    federation,
    ops,
    pages,
    passkeys,
    people,
    portal,
    practitioner_files,
    sessions,
    software,
    step_up,
)
from server.access.commands import COMMANDS, EVENTS, NAMESPACES
from server.access.roles import (
    ANONYMOUS,
    NOTHING,
    SPA_ROLES,
    Audience,
    Principal,
    Proof,
    ReadsAs,
    Relation,
    Resource,
    Role,
)
from server.access.rules import PUBLIC, RouteKey, Rule, asks_fresh, is_proven, may, reads_as

__all__ = [
    "ANONYMOUS",
    "COMMANDS",
    "EVENTS",
    "NAMESPACES",
    "NOTHING",
    "PARTS",
    "PUBLIC",
    "ROUTES",
    "SPA_ROLES",
    "Audience",
    "Principal",
    "Proof",
    "ReadsAs",
    "Relation",
    "Resource",
    "Role",
    "RouteKey",
    "Rule",
    "asks_fresh",
    "is_proven",
    "may",
    "reads_as",
]

PARTS: Final = (
    *(pages.ROUTES, console.ROUTES, portal.ROUTES, ops.ROUTES),
    *(codes.ROUTES, passkeys.ROUTES, sessions.ROUTES, step_up.ROUTES, people.ROUTES),
    *(practitioner_files.ROUTES, emergency_access.ROUTES, software.ROUTES),
    federation.ROUTES,
)
"""The rules of routes as they are written; a route that is in two stops the server."""

ROUTES: Final[Mapping[RouteKey, Rule]] = {
    RouteKey(key): rule for part in PARTS for key, rule in part.items()
}
