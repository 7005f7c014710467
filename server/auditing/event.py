"""What an audit entry says, from a closed set of words, within bounds, and without any PHI.

An entry says that an answer was made ready to be given, not that it arrived: the entry is
committed first. Times, ids and addresses are arguments; an id is made up where none is given.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

ROUTE_CHARS_MAX: Final = 80
ACTOR_CHARS_MAX: Final = 80
REASON_CHARS_MAX: Final = 48
SHOWN_MAX: Final = 20  # encounters of a list that are named; `number` counts them all
MARK_CHARS: Final = 16  # of a session, of an address
ENTRY_ID_BYTES: Final = 16
ID: Final = re.compile(r"[A-Za-z0-9_.-]{1,64}")
ACTOR: Final = re.compile(r"[a-z_]{1,20}(:[A-Za-z0-9_.-]{1,59})?")
REASON: Final = re.compile(r"[a-z0-9_]{1,48}")
MARK: Final = re.compile(r"[0-9a-f]{16}")
ROUTE: Final = re.compile(r"[A-Za-z0-9 /{}_.,:-]{1,80}")


class Action(StrEnum):
    """What was done or asked for."""

    READ = "read"
    DOWNLOADED = "downloaded"  # a paper: shown, saved or printed
    EXPORTED = "exported"
    SEARCHED = "searched"  # the audit log itself
    DENIED = "denied"
    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"  # by hand, or since nobody was there
    STEP_UP = "step_up"  # proved again who they are
    SESSION_ENDED = "session_ended"  # one's own, by hand
    RESENT = "resent"
    SHREDDED = "shredded"
    HOLD_SET = "hold_set"
    HOLD_LIFTED = "hold_lifted"
    KEY_ROTATED = "key_rotated"
    BACKED_UP = "backed_up"
    RESTORED = "restored"
    CONNECTED = "connected"  # a system that is told, or that charts go to
    DISCONNECTED = "disconnected"
    BREAK_GLASS = "break_glass"  # a patient's charts are opened in an emergency
    ACCESS_ENDED = "access_ended"  # that, before its time
    REVIEWED = "reviewed"  # that, afterwards, by compliance
    ENROLLED = "enrolled"  # a second factor, or recovery codes
    UNENROLLED = "unenrolled"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - what was done
    POLICY_CHANGED = "policy_changed"  # of signing in, of reviews, consents, minors, a start
    RULES_CHANGED = "rules_changed"  # openings, sign-offs, which snapshot holds
    PROTOCOL_CHANGED = "protocol_changed"  # of a site, or who directs it
    REGISTERED = "registered"  # a network, a spa, a site
    FILE_CHANGED = "file_changed"  # of a practitioner, or what is asked of files
    INVITED = "invited"
    UNINVITED = "uninvited"  # an invitation was taken back
    JOINED = "joined"  # an invitation was accepted
    ROLE_CHANGED = "role_changed"
    ACCOUNT_CREATED = "account_created"  # without an invitation
    ACCOUNT_CLOSED = "account_closed"
    ACCOUNT_REOPENED = "account_reopened"
    RECOVERY_ASKED = "recovery_asked"  # by whoever says that the account is theirs
    RECOVERY_ALLOWED = "recovery_allowed"
    RECOVERY_REFUSED = "recovery_refused"
    RECOVERED = "recovered"
    ACCESS_CHANGED = "access_changed"  # which software or tablet comes in, and by which keys


class Outcome(StrEnum):
    """What came of it."""

    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


class EventInvalid(ValueError):
    """An entry that is out of bounds; what is wrong is named, never its value."""


def new_entry_id() -> str:
    """Return an id that nothing ever had."""
    return os.urandom(ENTRY_ID_BYTES).hex()


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    """Something that the audit log is to know.

    Attributes:
        action: what was done or asked for.
        outcome: what came of it.
        actor: role and identifier, never a name (`server.auditing.actors`).
        role: of the actor.
        organization_id: of the actor.
        encounter_id: what it was about; one that does not exist is left out.
        patient_id: whose; found by the encounter where it is not given.
        route: method and path template, command, event, or command line.
        reason: code of a refusal; of a reading, what opened the encounter to somebody without
            a part in it (`server.access.ReadsAs`); of a review, what came of it; of a change,
            to what.
        at: microseconds UTC.
        network_id: whose compliance reads it; found by encounter or organization where it is
            not given.
        session: first 16 hex digits of the session's name.
        address: keyed hash of where it came from.
        shown: encounters of a list; the first `SHOWN_MAX` are kept.
        number: of how many things it speaks.
        asker: account that has to be what it was, until the commit of an entry that goes with
            a change (`server.auditing.writing`); not kept.
        entry_id: random.
    """

    action: Action
    outcome: Outcome = Outcome.DONE
    actor: str
    role: str
    organization_id: str | None = None
    encounter_id: str | None = None
    patient_id: str | None = None
    route: str
    reason: str | None = None
    at: int
    network_id: str | None = None
    session: str | None = None
    address: str | None = None
    shown: tuple[str, ...] = ()
    number: int | None = None
    asker: str | None = None
    entry_id: str = field(default_factory=new_entry_id)

    def __post_init__(self) -> None:
        """Refuse what is out of bounds, whoever made it.

        Raises:
            EventInvalid: naming the member.
        """
        fits = {
            "actor": ACTOR.fullmatch(self.actor),
            "route": ROUTE.fullmatch(self.route),
            "reason": self.reason is None or REASON.fullmatch(self.reason),
            "session": self.session is None or MARK.fullmatch(self.session),
            "address": self.address is None or MARK.fullmatch(self.address),
            "number": self.number is None or 0 <= self.number < 2**31,
            "shown": all(map(ID.fullmatch, self.shown)),
        }
        for name in ("organization_id", "encounter_id", "patient_id", "network_id", "entry_id"):
            value = getattr(self, name)
            fits[name] = value is None or ID.fullmatch(value)
        wrong = [name for name, good in fits.items() if not good]
        if wrong:
            raise EventInvalid(", ".join(wrong))
