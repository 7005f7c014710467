"""For how long a proof of who somebody is counts as fresh. Pure.

    proved --- fresh_s ---> stale: what weighs much asks for another proof

What asks for it is written in the policy (`server.access`), how it is given in
`server.proofs.stepping_up`.
"""

from __future__ import annotations

from typing import Final

MICROSECONDS: Final = 1_000_000


def fresh_until(proved_at: int, *, fresh_s: int) -> int:
    """Return from when on a proof is stale, in microseconds UTC."""
    return proved_at + fresh_s * MICROSECONDS


def as_of(proved_at: int | None, *, now: int, fresh_s: int) -> int:
    """Return as of when a proof that somebody else saw counts, in microseconds UTC.

    Never of later than now; and one that is stale, or of nobody knows when, is just stale: how
    long a session may outlive its end in a call is counted from here as well.

    Args:
        proved_at: microseconds UTC; None: nobody knows.
        now: microseconds UTC.
        fresh_s: for how many seconds one counts as fresh.
    """
    stale = now - fresh_s * MICROSECONDS
    return stale if proved_at is None else min(now, max(stale, proved_at))


def is_fresh(proved_at: int, *, now: int, fresh_s: int) -> bool:
    """Tell whether a proof still counts as fresh.

    Args:
        proved_at: microseconds UTC, by the clock of the node that saw the proof. It may be a
            little ahead of this one; by more than `fresh_s`, a clock was wrong, and nothing
            is known.
        now: microseconds UTC.
        fresh_s: for how many seconds it counts.
    """
    return abs(now - proved_at) < fresh_s * MICROSECONDS
