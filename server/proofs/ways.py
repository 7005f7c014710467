"""The words of a proof: by which way, what was presented, and what was proven by it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Literal

from server import sessions
from server.storage.directory import Account
from server.storage.proofs import SecondFactor

__all__ = [
    "COMPLETE",
    "Factors",
    "Presented",
    "Proven",
    "SecondFactor",
    "StaffAudience",
    "Way",
]

StaffAudience = Literal["practitioner", "spa", "ops"]


class Way(StrEnum):
    """How somebody proved who they are; kept with the session as its `assurance`."""

    PASSWORD = sessions.PASSWORD
    CODE = "password_code"
    RECOVERY = "recovery"  # a password and a recovery code
    ENROLLING = (
        sessions.ENROLLING
    )  # a password, where two factors are required and one is there


COMPLETE: Final = frozenset(Way) - {Way.ENROLLING}


@dataclass(frozen=True, slots=True)
class Presented:
    """What somebody shows; never printed.

    Attributes:
        password: as typed.
        code: six digits, or a recovery code, where one was typed.
        known: what the browser was given at earlier sign-ins.
    """

    password: str = field(default="", repr=False)
    code: str | None = field(default=None, repr=False)
    known: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Proven:
    """Whose account it is, and by which way that was proven.

    Attributes:
        account: as it was when it was proven: it is read again where a session is begun.
        way: what was proven.
    """

    account: Account
    way: Way


@dataclass(frozen=True, slots=True)
class Factors:
    """What an account can prove itself by.

    Attributes:
        password: it has one.
        generators: confirmed code generators.
        recovery_left: recovery codes that were not used yet.
    """

    password: bool
    generators: int
    recovery_left: int

    @property
    def second(self) -> bool:
        """Return whether there is a second factor: then it is always asked for."""
        return self.generators > 0
