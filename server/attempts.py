"""How often somebody may guess: passwords, codes and dates of birth.

Two kinds of limit. What is guessed at (an account, a link) is counted before the guess is
looked at, so that guesses made at once do not slip through, and forgiven when one is right.
Where guesses come from (an address, a tablet) is counted for wrong ones only: a whole spa
shares an address.

Strangers and those who are known guess apart (`server.proofs.proving`), and a guess is looked
at the later the more there were before it (`pause`): guessing is slow before it is locked.

Buckets name a kind and a hash, so the table does not list names and addresses.
"""

from __future__ import annotations

import asyncio
import hashlib
import math
from dataclasses import dataclass
from typing import Final

from server.errors import TooManyAttempts
from server.services import Core
from server.storage import attempts
from server.storage.attempts import Window

MICROSECONDS: Final = 1_000_000
AT_ONCE: Final = 2  # guesses that are looked at without a pause: people mistype
PAUSE_S: Final = 0.25  # before the next one, then twice as much for each


@dataclass(frozen=True, slots=True)
class Limited:
    """One thing that is limited.

    Attributes:
        kind: what it is: `sign_in_account`, `link`, ...
        subject: which one; only its hash is kept.
        attempts_max: how many are let through within the window.
    """

    kind: str
    subject: str
    attempts_max: int

    @property
    def bucket(self) -> str:
        """Return the name under which it is counted."""
        return f"{self.kind}:{hashlib.sha256(self.subject.encode()).hexdigest()}"


async def check(core: Core, source: Limited) -> None:
    """Let a guess from `source` be looked at.

    Raises:
        TooManyAttempts: there were too many wrong ones.
    """
    window_s, now = core.settings.attempts_window_s, core.clock.now()
    async with core.database.read() as tx:
        window = await attempts.peek(tx, source.bucket, window_s=window_s, now=now)
    if window.made >= source.attempts_max:
        raise _too_many(core, window, now)


async def begin(core: Core, target: Limited) -> int:
    """Count a guess at `target`, before it is looked at, and return the how many-th it is.

    Raises:
        TooManyAttempts: it had its share; the guess is not to be looked at.
    """
    window_s, now = core.settings.attempts_window_s, core.clock.now()
    async with core.database.write() as tx:
        window = await attempts.count(tx, target.bucket, window_s=window_s, now=now)
    if window.made > target.attempts_max:
        raise _too_many(core, window, now)
    return window.made


def _too_many(core: Core, window: Window, now: int) -> TooManyAttempts:
    """Return the refusal, with the whole seconds until the window is over."""
    over_at = window.began_at + core.settings.attempts_window_s * MICROSECONDS
    refusal = TooManyAttempts()
    refusal.retry_after_s = max(1, math.ceil((over_at - now) / MICROSECONDS))
    return refusal


def pause_s(count: int, most_s: float) -> float:
    """Return the seconds before the `count`-th guess is looked at, `most_s` at most."""
    return 0.0 if count <= AT_ONCE else min(most_s, PAUSE_S * 2 ** (count - AT_ONCE - 1))


async def begin_slowly(core: Core, target: Limited) -> None:
    """Count a guess at `target`, and let it wait for as long as its number says.

    Right guesses wait as well, so that nobody can tell a wrong one by its waiting.

    Raises:
        TooManyAttempts: it had its share; the guess is not to be looked at.
    """
    count = await begin(core, target)
    wait_s = pause_s(count, core.settings.attempts_pause_max_s)
    if wait_s:
        await asyncio.sleep(wait_s)


async def failed(core: Core, source: Limited) -> None:
    """Count a wrong guess for where it came from."""
    async with core.database.write() as tx:
        await attempts.count(
            tx,
            source.bucket,
            window_s=core.settings.attempts_window_s,
            now=core.clock.now(),
        )


async def right(core: Core, target: Limited) -> None:
    """Count a guess that was begun and was right no more; the wrong ones before it stay."""
    async with core.database.write() as tx:
        await attempts.take_back(tx, target.bucket)


async def succeeded(core: Core, target: Limited) -> None:
    """Forgive the wrong guesses before a right one."""
    async with core.database.write() as tx:
        await attempts.clear(tx, target.bucket)
