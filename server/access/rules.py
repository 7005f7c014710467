"""What a rule is, how one is read, and the rules that many routes and commands share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, NewType

from server.access import scopes
from server.access.roles import (
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

RouteKey = NewType("RouteKey", str)  # "METHOD /path/{id}"


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may use one route or command.

    Attributes:
        grants: the relation that each role needs; a role that is not named may not at all.
        audience: whose cookie an HTTP route reads. A socket's is that of its namespace.
        scope: what a token needs to ask here; None: no token opens it.
        proof: how far they must have proven who they are.
        oauth: programs ask here, as OAuth has it: with no cookie, so from no page of ours, and
            refused in its words. Such a rule reads nobody's session.
    """

    grants: Mapping[Role, Relation]
    audience: Audience | None = None
    scope: str | None = None
    proof: Proof = Proof.FULL
    oauth: bool = False


OPEN_WHILE_ENROLLING: Final = (Proof.ENROLLING, Proof.ENROLLING_OR_FRESH)


def is_proven(rule: Rule, principal: Principal) -> bool:
    """Tell whether `principal` has proven all that `rule` asks; whether lately, is apart."""
    return principal.complete or rule.proof in OPEN_WHILE_ENROLLING


def asks_fresh(rule: Rule, principal: Principal) -> bool:
    """Tell whether `rule` asks `principal` for a proof of the last minutes.

    When they proved what is in the row of their session, and read there each time: a socket
    may be old. Software has nobody who could be asked; its scopes say what it may.
    """
    if principal.role is Role.SPA_SOFTWARE:
        return False
    enrolling_too = rule.proof is Proof.ENROLLING_OR_FRESH and principal.complete
    return enrolling_too or rule.proof is Proof.FRESH


def enrolling(rule: Rule) -> Rule:
    """Return the same rule, open also to those who have a second factor to enrol."""
    return replace(rule, proof=Proof.ENROLLING)


def fresh(rule: Rule) -> Rule:
    """Return the same rule for what weighs much: with a proof of the last minutes.

    To sign, to reveal and to export, and to change keys, rules, roles, policies, protocols,
    tokens and endpoints.
    """
    return replace(rule, proof=Proof.FRESH)


def fresh_or_enrolling(rule: Rule) -> Rule:
    """Return `fresh(rule)`, open also to those who have a second factor to enrol."""
    return replace(rule, proof=Proof.ENROLLING_OR_FRESH)


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
        case Relation.READER:
            return reads_as(principal, resource) is not None
        case Relation.SITE:
            return _same(principal.site_id, resource.site_id)
        case Relation.SPA | Relation.NETWORK:
            whose = resource.spa_id if relation is Relation.SPA else resource.network_id
            return _same(principal.organization_id, whose)


def reads_as(principal: Principal, resource: Resource) -> ReadsAs | None:
    """Return what lets a practitioner read something; None: nothing does."""
    who = principal.practitioner_id
    if who is None or not _same(principal.organization_id, resource.network_id):
        return None
    if who == resource.practitioner_id or who in resource.took_part:
        return ReadsAs.PART
    if who in resource.supervisors:
        return ReadsAs.SUPERVISION
    return ReadsAs.EMERGENCY if who in resource.emergency else None


def _same(one: str | None, other: str | None) -> bool:
    """Tell whether two ids are the same; a missing one is the same as nothing."""
    return one is not None and one == other


# ------------------------------------------------------------------ shared by many

PUBLIC: Final = Rule(dict.fromkeys(Role, Relation.ANYBODY))
OAUTH: Final = Rule(dict.fromkeys(Role, Relation.ANYBODY), oauth=True)
PATIENT: Final = Rule({Role.PATIENT: Relation.OWN_ENCOUNTER}, "patient")
TABLET: Final = Rule({Role.SITE_DEVICE: Relation.OWN}, "site")
PRACTITIONER: Final = Rule({Role.PRACTITIONER: Relation.OWN}, "practitioner")
EXAMINER: Final = Rule({Role.PRACTITIONER: Relation.EXAMINER}, "practitioner")
READER: Final = Rule({Role.PRACTITIONER: Relation.READER}, "practitioner")
STAFF: Final = Rule(dict.fromkeys(SPA_ROLES, Relation.OWN), "spa")
SPA: Final = Rule(dict.fromkeys(SPA_ROLES, Relation.SPA), "spa")
DRAFTER: Final = Rule(
    dict.fromkeys((Role.SPA_MANAGER, Role.MEDICAL_DIRECTOR), Relation.SPA), "spa"
)
DIRECTOR: Final = Rule({Role.MEDICAL_DIRECTOR: Relation.SPA}, "spa")
MANAGER: Final = Rule({Role.SPA_MANAGER: Relation.OWN}, "spa")
MANAGED: Final = Rule({Role.SPA_MANAGER: Relation.SPA}, "spa")
BY_TOKEN: Final = dict.fromkeys((*SPA_ROLES, Role.SPA_SOFTWARE), Relation.SPA)
QUERY: Final = Rule(BY_TOKEN, "spa", scopes.QUERY)
USE: Final = Rule(BY_TOKEN, "spa", scopes.USE)
CHARTS: Final = Rule(BY_TOKEN, "spa", scopes.CHARTS)
OPS: Final = Rule({Role.OPS: Relation.OWN}, "ops")
STEERING: Final = Rule(dict.fromkeys((Role.OPS, Role.COMPLIANCE), Relation.OWN), "ops")
COMPLIANCE: Final = Rule({Role.COMPLIANCE: Relation.OWN}, "ops")
REVIEWER: Final = Rule({Role.COMPLIANCE: Relation.NETWORK}, "ops")
CREDENTIALER: Final = Rule({Role.COMPLIANCE: Relation.NETWORK}, "ops")  # of their practitioners
OVERSEER: Final = Rule({Role.OPS: Relation.NETWORK}, "ops")
CALL: Final = Rule({Role.PATIENT: Relation.OWN_ENCOUNTER, Role.PRACTITIONER: Relation.EXAMINER})
