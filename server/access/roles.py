"""Who asks, about what: people, tablets and programs, and whose a thing is.

What each may do stands in `server.access.rules` and in the tables beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

Audience = Literal["patient", "practitioner", "spa", "ops", "site"]


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
    SPA_SOFTWARE = "spa_software"  # a spa's own software: it signs nothing, and has no session


class Relation(StrEnum):
    """How the one asking must be related to what is asked about."""

    ANYBODY = "anybody"  # nothing is asked about, or everybody may know
    OWN = "own"  # their own session, account, duty or offer: no id names another's
    OWN_ENCOUNTER = "own_encounter"  # the encounter that the patient's session is for
    EXAMINER = "examiner"  # the practitioner whose it is, in the network that holds it
    READER = "reader"  # the examiner, or who was in it, supervises it, or opened it in need
    SPA = "spa"  # the spa that asked for it
    SITE = "site"  # the site that the tablet is registered for
    NETWORK = "network"  # the network that holds it


class ReadsAs(StrEnum):
    """What lets a practitioner read an encounter: the word of the audit log for it."""

    PART = "part"  # it is theirs, or was
    SUPERVISION = "supervision"
    EMERGENCY = "break_glass"


class Proof(StrEnum):
    """How far somebody must have proven who they are."""

    ENROLLING = "enrolling"  # a password is enough: for enrolling what is missing
    FULL = "full"  # all that their organization requires
    FRESH = "fresh"  # the same, and something of it within the last minutes (`fresh_s`)
    ENROLLING_OR_FRESH = "enrolling_or_fresh"  # whoever has nothing to enrol: fresh


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
        session: the name of the session, to end it or to find its sockets.
        kiosk: the session was made on a registered tablet.
        token_id: where software asks, with a token instead of a session: of a token that lasts,
            or of the service account that got one for a while.
        scopes: what that token may ask for.
        complete: False: a second factor is to be enrolled before anything else is open.
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
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Resource:
    """What is asked about: whose it is. Absent parts belong to nobody and match nobody.

    Practitioners who may read it besides its examiner, where a rule asks for readers:

    Attributes:
        took_part: they were in it.
        supervisors: they answer for its examiner.
        emergency: they opened it in an emergency, and the time is not over.
    """

    network_id: str | None = None
    spa_id: str | None = None
    encounter_id: str | None = None
    practitioner_id: str | None = None
    site_id: str | None = None
    took_part: frozenset[str] = frozenset()
    supervisors: frozenset[str] = frozenset()
    emergency: frozenset[str] = frozenset()


ANONYMOUS: Final = Principal(audience=None, role=Role.ANONYMOUS)
NOTHING: Final = Resource()
SPA_ROLES: Final = (Role.SPA_STAFF, Role.SPA_MANAGER, Role.MEDICAL_DIRECTOR)
