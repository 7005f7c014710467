"""Challenges: what a passkey is asked to sign, once, soon, and for one purpose.

    made --kept under a hash over it and whom it is for--> answered: gone
                                                    `--> over: gone, by and by

A challenge that was made to sign in proves nothing in a session, nor one of another page, of
another account or of another session: none of them finds it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from server import attempts
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

    def bound(self, challenge: bytes) -> str:
        """Return the name under which a challenge is kept, and found by nobody else."""
        whom = (self.purpose, self.audience, self.account_id, self.session, "")
        return hashlib.sha256("\n".join(whom).encode() + challenge).hexdigest()


async def make(core: Core, asking: Asking, *, address: str) -> bytes:
    """Make a challenge, and keep it until it is answered or over.

    Args:
        core: the running server.
        asking: who is asked, and what for.
        address: where it is asked from; somebody who is signed in is counted by account.

    Raises:
        TooManyAttempts: there were too many.
    """
    most, whom = core.settings.challenges_max, asking.account_id or address
    await attempts.begin(core, Limited("challenge", whom, most))
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
    async with core.database.write() as tx:
        found = await challenges.use(tx, asking.bound(challenge), core.clock.now())
    if not found:
        raise ChallengeOver
