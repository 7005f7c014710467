"""What a rule of the policy is, and the function that reads it: roles, relations, principals.

Which route and command has which rule is in `server.access`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal, NewType

Audience = Literal["patient", "practitioner", "spa", "ops", "site"]
RouteKey = NewType("RouteKey", str)  # "METHOD /path/{id}"


class Role(StrEnum):
    """What somebody is to this server. One session has one."""

    ANONYMOUS = "anonymous"
    PATIENT = "patient"
    PRACTITIONER = "practitioner"
    SPA_STAFF = "spa_staff"
    SPA_MANAGER = "spa_manager"
    MEDICAL_DIRECTOR = "medical_director"  # of sites of a spa
    OPS = "ops"
    COMPLIANCE = "compliance"
    SITE_DEVICE = "site_device"
    SPA_SOFTWARE = "spa_software"  # a spa's own software, with a token


class Relation(StrEnum):
    """How the one asking must be related to what is asked about."""

    ANYBODY = "anybody"  # nothing is asked about, or everybody may know
    OWN = "own"  # their own session, account, duty or offer: no id names another's
    OWN_ENCOUNTER = "own_encounter"  # the encounter that the patient's session is for
    EXAMINER = "examiner"  # the practitioner whose it is, in the network that holds it
    SPA = "spa"  # the spa that asked for it
    SITE = "site"  # the site that the tablet is registered for
    NETWORK = "network"  # the network that holds it


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is asking, as their session says.

    Attributes:
        audience: whose cookie it was; None for somebody without a session.
        role: what they are.
        organization_id: network of a practitioner, of ops or compliance; spa of its staff and
            tablets.
        account_id: account of a person who signed in by password.
        practitioner_id: the practitioner behind the account.
        encounter_id: the one encounter that a patient's session is for.
        site_id: site of a tablet, and of a patient who joined on one.
        session: SHA-256 of the session's id, to end it or to find its sockets.
        kiosk: the session was made on a registered tablet.
        token_id: of a token, where software asks instead of a session.
        scopes: what that token may ask for.
    """

    audience: Audience | None
    role: Role
    organization_id: str | None = None
    account_id: str | None = None
    practitioner_id: str | None = None
    encounter_id: str | None = None
    site_id: str | None = None
    session: str = ""
    kiosk: bool = False
    token_id: str | None = None
    scopes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Resource:
    """What is asked about: whose it is. Absent parts belong to nobody and match nobody."""

    network_id: str | None = None
    spa_id: str | None = None
    encounter_id: str | None = None
    practitioner_id: str | None = None
    site_id: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may use one route or command.

    Attributes:
        grants: the relation that each role needs; a role that is not named may not at all.
        audience: whose cookie an HTTP route reads. A socket's is that of its namespace.
        scope: what a token needs to ask here; None: no token opens it.
    """

    grants: Mapping[Role, Relation]
    audience: Audience | None = None
    scope: str | None = None


ANONYMOUS: Final = Principal(audience=None, role=Role.ANONYMOUS)
NOTHING: Final = Resource()
SPA_ROLES: Final = (Role.SPA_STAFF, Role.SPA_MANAGER, Role.MEDICAL_DIRECTOR)


def may(rule: Rule, principal: Principal, resource: Resource = NOTHING) -> bool:
    """Tell whether `rule` lets `principal` at `resource`."""
    relation = rule.grants.get(principal.role)
    if principal.role is Role.SPA_SOFTWARE and rule.scope not in {None, *principal.scopes}:
        return False
    return relation is not None and _related(relation, principal, resource)


def _related(relation: Relation, principal: Principal, resource: Resource) -> bool:
    match relation:
        case Relation.ANYBODY | Relation.OWN:
            return True
        case Relation.OWN_ENCOUNTER:
            return _same(principal.encounter_id, resource.encounter_id)
        case Relation.EXAMINER:
            return _same(principal.practitioner_id, resource.practitioner_id) and _same(
                principal.organization_id, resource.network_id
            )
        case Relation.SPA:
            return _same(principal.organization_id, resource.spa_id)
        case Relation.SITE:
            return _same(principal.site_id, resource.site_id)
        case Relation.NETWORK:
            return _same(principal.organization_id, resource.network_id)


def _same(one: str | None, other: str | None) -> bool:
    """Tell whether two ids are the same; a missing one is the same as nothing."""
    return one is not None and one == other
