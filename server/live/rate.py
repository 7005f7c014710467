"""How fast one connection may talk: a token bucket. Pure; the time is an argument."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class TokenBucket:
    """`burst` messages at once, then `per_s` a second.

    Attributes:
        per_s: tokens that come back each second.
        burst: the most tokens there can be.
        tokens: how many there are.
        at: microseconds UTC of the last look.
    """

    per_s: float
    burst: float
    tokens: float
    at: int

    @classmethod
    def full(cls, *, per_s: float, burst: float, now: int) -> TokenBucket:
        """Return a bucket that has not been drawn from."""
        return cls(per_s=per_s, burst=burst, tokens=burst, at=now)

    def take(self, now: int) -> bool:
        """Take one token; False when there is none."""
        elapsed_s = max(0, now - self.at) / 1_000_000
        self.tokens = min(self.burst, self.tokens + elapsed_s * self.per_s)
        self.at = max(self.at, now)
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True
