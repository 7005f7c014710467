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
    "LOCAL",
    "Factors",
    "Presented",
    "Proven",
    "SecondFactor",
    "SignedOn",
    "StaffAudience",
    "Way",
]

StaffAudience = Literal["practitioner", "spa", "ops"]


class Way(StrEnum):
    """How somebody proved who they are; kept with the session as its `assurance`."""

    PASSWORD = sessions.PASSWORD
    CODE = "password_code"
    RECOVERY = "recovery"  # a password and a recovery code
    PASSKEY = "passkey"  # two factors in one: what somebody has, and who unlocked it
    PROVIDER = "oidc"  # by the organization's own provider, which asks what it likes
    ENROLLING = (
        sessions.ENROLLING
    )  # a password, where two factors are required and one is there


COMPLETE: Final = frozenset(Way) - {Way.ENROLLING}
LOCAL: Final = frozenset(Way) - {Way.PROVIDER}


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
class SignedOn:
    """Who signed on at a provider of identities.

    Attributes:
        provider_id: which provider.
        issuer: as it calls itself, and the person `subject`.
        sid: by which session there, where it says so.
        proved_at: when the provider asked them, microseconds UTC; None: it does not say.
    """

    provider_id: str
    issuer: str
    subject: str
    sid: str | None = None
    proved_at: int | None = None


@dataclass(frozen=True, slots=True)
class Proven:
    """Whose account it is, and by which way that was proven.

    Attributes:
        account: as it was when it was proven: it is read again where a session is begun.
        way: what was proven.
        passkey_id: with which passkey, where it was one; it is read again as well.
        on: who signed on, where it was a provider; that is read again, too.
    """

    account: Account
    way: Way
    passkey_id: str | None = None
    on: SignedOn | None = None


@dataclass(frozen=True, slots=True)
class Factors:
    """What an account can prove itself by.

    Attributes:
        password: it has one.
        generators: confirmed code generators.
        recovery_left: recovery codes that were not used yet.
        passkeys: how many.
        provider: the organization's provider knows its person.
    """

    password: bool
    generators: int
    recovery_left: int
    passkeys: int = 0
    provider: bool = False

    @property
    def second(self) -> bool:
        """Return whether a password alone is not enough: then it never is."""
        return self.generators > 0 or self.passkeys > 0
