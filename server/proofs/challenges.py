"""Challenges: what a passkey is asked to sign, once, soon, and for one purpose.

    made in a session --kept under a hash over it and whom it is for--> answered: gone
                                                                 `--> over: gone, by and by
    made to sign in --a ticket, nothing kept (`server.tickets`)--> answered: its mark is kept

Whoever is to sign in is nobody yet, and shares an address with others: no limit of theirs is
spent by asking. A challenge that was made to sign in proves nothing in a session, nor one of
another page, of another account or of another session: none of them finds it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from server import attempts, tickets
from server.attempts import Limited
from server.proofs.refusals import ChallengeOver
from server.proofs.ways import StaffAudience
from server.services import Core
from server.storage import challenges

CHALLENGE_BYTES: Final = 32
MICROSECONDS: Final = 1_000_000


class Purpose(StrEnum):
    """What an answer is good for."""

    REGISTER = "register"
    SIGN_IN = "sign_in"
    STEP_UP = "step_up"  # to prove it again, in a session


@dataclass(frozen=True, slots=True)
class Asking:
    """Who is asked, and what for.

    Attributes:
        purpose: what the answer is good for.
        audience: on which pages.
        account_id: of whom; empty where that is yet to be seen (signing in).
        session: in which session, by its name; empty before there is one.
    """

    purpose: Purpose
    audience: StaffAudience
    account_id: str = ""
    session: str = ""

    @property
    def words(self) -> str:
        """Return all of it."""
        return f"{self.purpose}\n{self.audience}\n{self.account_id}\n{self.session}\n"

    @property
    def of_nobody_yet(self) -> bool:
        """Tell whether the answer is to say whose it is."""
        return self.purpose is Purpose.SIGN_IN and not self.account_id

    def bound(self, challenge: bytes) -> str:
        """Return the name under which a challenge is kept, and found by nobody else."""
        return hashlib.sha256(self.words.encode() + challenge).hexdigest()


async def make(core: Core, asking: Asking) -> bytes:
    """Make a challenge, good until it is answered or over.

    Args:
        core: the running server.
        asking: who is asked, and what for.

    Raises:
        TooManyAttempts: there were too many for this account.
    """
    if asking.of_nobody_yet:
        return await tickets.make(core, asking.words, ttl_s=core.settings.challenge_ttl_s)
    most = core.settings.challenges_max
    await attempts.begin(core, Limited("challenge", asking.account_id, most))
    challenge = core.random_bytes(CHALLENGE_BYTES)
    expires_at = core.clock.now() + core.settings.challenge_ttl_s * MICROSECONDS
    async with core.database.write() as tx:
        await challenges.add(tx, asking.bound(challenge), expires_at=expires_at)
    return challenge


async def use(core: Core, asking: Asking, challenge: bytes) -> None:
    """Let a challenge count for one answer, whatever comes of that.

    Raises:
        ChallengeOver: it was none for this, it is over, or it was answered before.
    """
    if asking.of_nobody_yet and len(challenge) == tickets.TICKET_BYTES:
        found = await tickets.use(core, asking.words, challenge) is not None
    else:  # of somebody, or made to sign in by a node of a version from before
        async with core.database.write() as tx:
            found = await challenges.use(tx, asking.bound(challenge), core.clock.now())
    if not found:
        raise ChallengeOver
