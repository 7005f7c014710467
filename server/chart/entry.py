"""What every chart entry is: one thing that happened, as it was recorded when it happened.

An entry is strict, closed, immutable and says its own version. It holds the content only; who
did it, when, and its place in the chart are in its leaf (`server.chart.leaf`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from server.authority import AuthoritySnapshot
from signaling.messages import Id, Jurisdiction, Message

Microseconds = Annotated[int, Field(ge=0, le=2**53 - 1)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Line = Annotated[str, StringConstraints(max_length=200)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
SideName = Literal["patient", "practitioner"]


class Entry(Message, ABC):
    """Base of all entries."""

    v: Literal[1] = 1

    @abstractmethod
    def summary(self) -> str:
        """Return one English line for the log."""


class PractitionerFact(Message):
    """Who the practitioner was, as known when the entry was made."""

    practitioner_id: Id
    display_name: Line
    profession: Annotated[str, StringConstraints(max_length=8)]
    npi: Annotated[str, StringConstraints(max_length=10)]


class AuthorityFact(Message):
    """An `AuthoritySnapshot` as it is kept in the chart; instants are microseconds UTC."""

    jurisdiction: Jurisdiction
    authority_id: Line
    kind: Line
    number: Line
    profession: Annotated[str, StringConstraints(max_length=8)]
    valid_from: int
    valid_until: int
    verified_at: int
    verified_by: Line
    source: Line
    independent_practice_verified: bool
    collaborating_physician: Line | None
    collaborating_physician_number: Line | None
    collaboration_until: int | None
    checked_at: Microseconds

    @classmethod
    def of(cls, snapshot: AuthoritySnapshot) -> AuthorityFact:
        """Return the fact of a snapshot."""
        return cls(**{name: getattr(snapshot, name) for name in cls.model_fields})
