"""Who may do what: the one policy of the product, as data, and the function that reads it.

Every HTTP route and every socket command has a `Rule`: which roles may use it, and how the
one asking must be related to what is asked about. There is no default. A route or command
without a rule stops the server from starting (`server.completeness`), and fails a test.

What it is not: whether a practitioner is licensed (`server.authority`), and whether the visit
is at a point where something is possible (the machines). Those are asked afterwards.

Somebody without the relation is told that the thing does not exist, never that it is not
theirs: an id is not a secret, but that it exists may be one.
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


# ------------------------------------------------------------------ the table

PUBLIC: Final = Rule(dict.fromkeys(Role, Relation.ANYBODY))
_PATIENT: Final = Rule({Role.PATIENT: Relation.OWN_ENCOUNTER}, "patient")
_TABLET: Final = Rule({Role.SITE_DEVICE: Relation.OWN}, "site")
_PRACTITIONER: Final = Rule({Role.PRACTITIONER: Relation.OWN}, "practitioner")
_EXAMINER: Final = Rule({Role.PRACTITIONER: Relation.EXAMINER}, "practitioner")
_STAFF: Final = Rule(dict.fromkeys(SPA_ROLES, Relation.OWN), "spa")
_SPA: Final = Rule(dict.fromkeys(SPA_ROLES, Relation.SPA), "spa")
_DRAFTER: Final = Rule(
    dict.fromkeys((Role.SPA_MANAGER, Role.MEDICAL_DIRECTOR), Relation.SPA), "spa"
)
_DIRECTOR: Final = Rule({Role.MEDICAL_DIRECTOR: Relation.SPA}, "spa")
_MANAGER: Final = Rule({Role.SPA_MANAGER: Relation.OWN}, "spa")
_MANAGED: Final = Rule({Role.SPA_MANAGER: Relation.SPA}, "spa")
_QUERY: Final = Rule(
    dict.fromkeys((*SPA_ROLES, Role.SPA_SOFTWARE), Relation.SPA), "spa", "authorizations:query"
)
_USE: Final = Rule(
    dict.fromkeys((*SPA_ROLES, Role.SPA_SOFTWARE), Relation.SPA), "spa", "authorizations:use"
)
_CHARTS: Final = Rule(
    dict.fromkeys((*SPA_ROLES, Role.SPA_SOFTWARE), Relation.SPA), "spa", "charts:read"
)
_OPS: Final = Rule({Role.OPS: Relation.OWN}, "ops")
_STEERING: Final = Rule(dict.fromkeys((Role.OPS, Role.COMPLIANCE), Relation.OWN), "ops")
_COMPLIANCE: Final = Rule({Role.COMPLIANCE: Relation.OWN}, "ops")
_OVERSEER: Final = Rule({Role.OPS: Relation.NETWORK}, "ops")

ROUTES: Final[Mapping[RouteKey, Rule]] = {
    RouteKey(key): rule
    for key, rule in {
        # Pages are the same for everybody: what they show, they ask for.
        "GET /": PUBLIC,
        "GET /signpost.css": PUBLIC,
        "GET /join": PUBLIC,
        "GET /join/": PUBLIC,
        "GET /console": PUBLIC,
        "GET /console/": PUBLIC,
        "GET /portal": PUBLIC,
        "GET /portal/": PUBLIC,
        "GET /ops": PUBLIC,
        "GET /ops/": PUBLIC,
        "GET /assets/{name}": PUBLIC,
        "GET /healthz": PUBLIC,
        "GET /readyz": PUBLIC,
        "GET /api/v1/info": PUBLIC,
        "GET /api/v1/openapi.json": PUBLIC,
        "POST /api/v1/join/session": PUBLIC,
        "GET /api/v1/join/kiosk": _TABLET,
        "POST /api/v1/join/kiosk": _TABLET,
        "GET /api/v1/join/state": _PATIENT,
        "GET /api/v1/join/ice-servers": _PATIENT,
        "PUT /api/v1/join/holder": _PATIENT,
        "PUT /api/v1/join/identity": _PATIENT,
        "PUT /api/v1/join/guardian": _PATIENT,
        "PUT /api/v1/join/location": _PATIENT,
        "PUT /api/v1/join/treatments": _PATIENT,
        "PUT /api/v1/join/answers": _PATIENT,
        "PUT /api/v1/join/consents": _PATIENT,
        "PUT /api/v1/join/device-test": _PATIENT,
        "PUT /api/v1/join/privacy": _PATIENT,
        "PUT /api/v1/join/room": _PATIENT,
        "GET /api/v1/join/questionnaire": _PATIENT,
        "GET /api/v1/join/chat": _PATIENT,
        "POST /api/v1/join/uploads": _PATIENT,
        "GET /api/v1/join/uploads": _PATIENT,
        "DELETE /api/v1/join/uploads/{upload}": _PATIENT,
        "GET /api/v1/join/uploads/{upload}/image": _PATIENT,
        "GET /api/v1/join/uploads/{upload}/thumbnail": _PATIENT,
        "PUT /api/v1/join/modality": _PATIENT,
        "POST /api/v1/join/submit": _PATIENT,
        "POST /api/v1/join/end": _PATIENT,
        "GET /api/v1/join/copy.pdf": _PATIENT,
        "GET /api/v1/join/record.json": _PATIENT,
        "POST /api/v1/console/session": PUBLIC,
        "GET /api/v1/console/session": _PRACTITIONER,
        "DELETE /api/v1/console/session": _PRACTITIONER,
        "GET /api/v1/console/signed": _PRACTITIONER,
        "GET /api/v1/console/encounters/{id}": _EXAMINER,
        "GET /api/v1/console/encounters/{id}/exam.pdf": _EXAMINER,
        "GET /api/v1/console/encounters/{id}/note": _EXAMINER,
        "GET /api/v1/console/encounters/{id}/chat": _EXAMINER,
        "GET /api/v1/console/reviews": _PRACTITIONER,  # those that they may take
        "GET /api/v1/console/encounters/{id}/pictures/{picture}": _EXAMINER,
        "GET /api/v1/console/encounters/{id}/thumbnails/{picture}": _EXAMINER,
        "POST /api/v1/portal/session": PUBLIC,
        "GET /api/v1/portal/session": _STAFF,
        "DELETE /api/v1/portal/session": _STAFF,
        "GET /api/v1/portal/home": _STAFF,
        "POST /api/v1/portal/encounters": _SPA,  # the site named in the body
        "GET /api/v1/portal/encounters/{id}": _SPA,
        "POST /api/v1/portal/encounters/{id}/vitals": _SPA,
        "POST /api/v1/portal/encounters/{id}/link": _SPA,
        "POST /api/v1/portal/encounters/{id}/message": _SPA,
        "POST /api/v1/portal/encounters/{id}/cancel": _SPA,
        "GET /api/v1/portal/encounters/{id}/exam.pdf": _SPA,
        "GET /api/v1/portal/encounters/{id}/record.json": _SPA,
        "GET /api/v1/portal/encounters/{id}/fhir": _CHARTS,
        "POST /api/v1/portal/sites/{id}/device": _SPA,
        "GET /api/v1/portal/protocols": _STAFF,
        "POST /api/v1/portal/protocols": _DRAFTER,  # the site named in the body
        "POST /api/v1/portal/protocols/{id}/sign": _DIRECTOR,
        "POST /api/v1/portal/protocols/{id}/withdraw": _DIRECTOR,
        "GET /api/v1/portal/endpoints": _MANAGER,
        "POST /api/v1/portal/endpoints": _MANAGER,  # the spa's own
        "POST /api/v1/portal/endpoints/{id}/secret": _MANAGED,
        "POST /api/v1/portal/endpoints/{id}/ping": _MANAGED,
        "POST /api/v1/portal/endpoints/{id}/disable": _MANAGED,
        "POST /api/v1/portal/endpoints/{id}/enable": _MANAGED,
        "POST /api/v1/portal/endpoints/{id}/resend": _MANAGED,
        "POST /api/v1/authorizations/query": _QUERY,
        "POST /api/v1/authorizations/{id}/satisfy": _SPA,
        "POST /api/v1/authorizations/{id}/uses": _USE,
        "GET /api/v1/console/encounters/{id}/authorizations": _EXAMINER,
        "POST /api/v1/console/authorizations/{id}/revoke": _EXAMINER,
        "GET /.well-known/jwks.json": PUBLIC,  # public keys
        "GET /fhir/clients/{id}/jwks.json": PUBLIC,  # the same
        "GET /practitioners/{id}/jwks.json": PUBLIC,
        "POST /api/v1/ops/session": PUBLIC,
        "GET /api/v1/ops/session": _STEERING,
        "DELETE /api/v1/ops/session": _STEERING,
        "GET /api/v1/ops/shifts": _OPS,
        "POST /api/v1/ops/shifts": _OVERSEER,  # the practitioner named in the body
        "POST /api/v1/ops/shifts/import": _OPS,
        "GET /api/v1/ops/shifts/coverage": _OPS,
        "PUT /api/v1/ops/shifts/{id}": _OVERSEER,
        "DELETE /api/v1/ops/shifts/{id}": _OVERSEER,
        "GET /api/v1/console/shifts": _PRACTITIONER,
        "POST /api/v1/console/shifts": _PRACTITIONER,
        "PUT /api/v1/console/shifts/{id}": _EXAMINER,  # whose shift it is
        "DELETE /api/v1/console/shifts/{id}": _EXAMINER,
        "PUT /api/v1/console/settings": _PRACTITIONER,
        "GET /api/v1/ops/history": _OPS,
        "GET /api/v1/ops/days/{day}": _OPS,
        "POST /api/v1/ops/encounters/{id}/priority": _OVERSEER,
        "GET /metrics": PUBLIC,  # no session: its handler asks for a token
        "GET /log/key": PUBLIC,
        "GET /log/checkpoint": PUBLIC,
        "GET /log/tile/{path}": PUBLIC,
        "POST /api/v1/ops/plan": _OPS,
        "GET /api/v1/compliance": _STEERING,
        "GET /api/v1/compliance/jurisdictions/{code}": _STEERING,
        "GET /api/v1/compliance/release": _STEERING,
        "POST /api/v1/compliance/openings": _COMPLIANCE,
        "POST /api/v1/compliance/closings": _COMPLIANCE,
        "POST /api/v1/compliance/sign-offs": _COMPLIANCE,
        "POST /api/v1/compliance/withdrawals": _COMPLIANCE,
        "PUT /api/v1/compliance/policy": _COMPLIANCE,
        "POST /api/v1/compliance/publications": _COMPLIANCE,
        "GET /api/v1/compliance/audit": _COMPLIANCE,
        "GET /api/v1/compliance/audit/unusual": _COMPLIANCE,
        "GET /api/v1/compliance/audit/people": _COMPLIANCE,
        "GET /api/v1/compliance/audit/entries/{entry}": _COMPLIANCE,
        "GET /api/v1/compliance/audit.csv": _COMPLIANCE,
    }.items()
}

_CALL: Final = Rule(
    {Role.PATIENT: Relation.OWN_ENCOUNTER, Role.PRACTITIONER: Relation.EXAMINER}
)
COMMANDS: Final[Mapping[str, Rule]] = {
    "sync": Rule(
        {
            Role.PATIENT: Relation.OWN_ENCOUNTER,
            Role.PRACTITIONER: Relation.OWN,
            Role.SPA_STAFF: Relation.OWN,
            Role.SPA_MANAGER: Relation.OWN,
            Role.MEDICAL_DIRECTOR: Relation.OWN,
            Role.OPS: Relation.OWN,
        }
    ),
    "queue.join": _PATIENT,
    "queue.leave": _PATIENT,
    "callback.request": _PATIENT,
    "consent.withdraw": _PATIENT,
    "emergency.raise": _CALL,
    "emergency.clear": _EXAMINER,
    "room.set": _EXAMINER,
    "location.heard": _EXAMINER,
    "answers.read": _EXAMINER,
    "flags.reason": _EXAMINER,
    "call.description": _CALL,
    "call.candidate": _CALL,
    "call.first_frame": _CALL,
    "call.interrupted": _CALL,
    "call.recovered": _CALL,
    "call.failed": _CALL,
    "call.retry": _CALL,
    "call.media": _CALL,
    "call.report": _CALL,
    "call.hang_up": _CALL,
    "chat.say": _CALL,
    # While an offer rings, its leg is that practitioner's though the encounter is not.
    "leg.answer": _CALL,
    "leg.refresh": _CALL,
    "leg.failed": _CALL,
    "duty.available": _PRACTITIONER,
    "duty.away": _PRACTITIONER,
    # Offers live in the waiting room of the practitioner's own network; whose one is, the
    # core knows (`offer_not_yours`).
    "offer.accept": _PRACTITIONER,
    "offer.decline": _PRACTITIONER,
    "note.save": _EXAMINER,
    "gate.confirm": _EXAMINER,
    "disposition.set": _EXAMINER,
    "finding.see": _EXAMINER,
    "encounter.resume": _EXAMINER,
    "encounter.reschedule": _EXAMINER,
    "encounter.park": _EXAMINER,
    "encounter.no_show": _EXAMINER,
    "encounter.release": _EXAMINER,
    "encounter.sign": _EXAMINER,
    "addendum.add": _EXAMINER,
    # Whether they may review it, the rules say; before that it is nobody's.
    "review.begin": Rule({Role.PRACTITIONER: Relation.NETWORK}),
    "review.open": _EXAMINER,
    "review.attest": _EXAMINER,
    "review.judge": _EXAMINER,
    "review.return": _EXAMINER,
    "review.upgrade": _EXAMINER,
}

NAMESPACES: Final[Mapping[str, Rule]] = {
    "/patient": Rule({Role.PATIENT: Relation.OWN}, "patient"),
    "/practitioner": _PRACTITIONER,
    "/spa": _STAFF,
    "/ops": _OPS,
}
"""Who may connect to a namespace."""

EVENTS: Final[Mapping[str, Rule]] = {
    "/patient": _PATIENT,
    "/practitioner": _EXAMINER,
    "/spa": _SPA,
    "/ops": _OVERSEER,
}
"""Who may be told about an encounter in a namespace."""
