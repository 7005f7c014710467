"""The port to services that look licences up at their primary source.

    question   jurisdiction, number, profession, name, NPI
    finding    active, and until when; of another status; or not there; and which source said so

What a service says is judged here (`judge`): a licence that it calls active, and whose end is
the one that was entered, is verified; one that it gives another status is suspended at once;
all else is only written down, for a person to look at.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from server.authority import Authority
from server.errors import Conflict, GoodfaithError
from server.local_days import last_midnight


class Outcome(StrEnum):
    """What a service found."""

    ACTIVE = "active"
    OTHER_STATUS = "other_status"
    NOT_FOUND = "not_found"


class Verdict(StrEnum):
    """What comes of it."""

    CONFIRMED = "confirmed"
    OTHER_STATUS = "other_status"
    NOT_FOUND = "not_found"
    DIFFERS = "differs"  # active, but not until the day that was entered


@dataclass(frozen=True, slots=True)
class Question:
    """Which licence is asked about, and whose it is said to be."""

    jurisdiction: str
    kind: str
    number: str
    profession: str
    name: str
    npi: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What a service found. `valid_until`: the day at whose midnight it ends, if it says so."""

    outcome: Outcome
    source: str
    valid_until: date | None = None


class VerificationService(Protocol):
    """Looks licences up."""

    async def look_up(self, question: Question) -> Finding:
        """Ask about one licence.

        Raises:
            VerificationFailed: the service gave no answer that can be used.
        """
        ...


class VerificationFailed(GoodfaithError):
    """The service cannot be reached, or its answer cannot be used."""

    code = "verification_failed"
    message = "The verification service gave no answer. Please try again, or look yourself."
    status = 502
    retry = True


class NoVerificationService(Conflict):
    """None is set."""

    code = "no_verification_service"
    message = "No verification service is set up. Please look at the source yourself."


def judge(finding: Finding, authority: Authority) -> Verdict:
    """Return what comes of a finding about a licence."""
    if finding.outcome is not Outcome.ACTIVE:
        return Verdict(finding.outcome.value)
    entered = last_midnight(authority.jurisdiction, authority.valid_until)
    if finding.valid_until is not None and finding.valid_until != entered:
        return Verdict.DIFFERS
    return Verdict.CONFIRMED
