"""Token buckets: how often something may happen. Time is an argument, tables are bounded.

`now` is whole microseconds on a clock that never goes back.
"""

from __future__ import annotations

from collections import OrderedDict

from media.addresses import SocketAddress, network
from media.limits import MICROSECONDS_PER_SECOND, Limits


class TokenBucket:
    """Allows `burst` at once and `per_s` a second from then on; begins full."""

    __slots__ = ("_at", "_burst", "_millionths", "_per_s")

    def __init__(self, per_s: float, burst: int, *, now: int) -> None:
        self._per_s = per_s
        # A rate times microseconds is in millionths of a token: whole rates stay exact.
        self._burst = float(burst * MICROSECONDS_PER_SECOND)
        self._millionths = self._burst
        self._at = now

    def has(self, now: int) -> bool:
        """Tell whether `take` would succeed."""
        if now > self._at:
            grown = self._millionths + (now - self._at) * self._per_s
            self._millionths = min(self._burst, grown)
            self._at = now
        return self._millionths >= MICROSECONDS_PER_SECOND

    def take(self, now: int) -> bool:
        """Take one token; False, and nothing taken, when there is none."""
        if not self.has(now):
            return False
        self._millionths -= MICROSECONDS_PER_SECOND
        return True

    def spend(self) -> None:
        """Take the token that `has` has just found; what lies between may be costly."""
        self._millionths -= MICROSECONDS_PER_SECOND


class StrangerRates:
    """How often those who prove nothing are answered: each network, and all together.

    When the table is full, the network that was heard least recently is forgotten and would
    begin anew; that all together are limited too is what makes this harmless.
    """

    def __init__(self, limits: Limits, *, now: int) -> None:
        self._limits = limits
        self._networks: OrderedDict[str, TokenBucket] = OrderedDict()
        self._all = TokenBucket(
            limits.strangers_all_per_s, limits.strangers_all_burst_max, now=now
        )

    def __len__(self) -> int:
        return len(self._networks)

    def admit(self, source: SocketAddress, now: int) -> bool:
        """Tell whether one more refusal may be sent to `source`, and count it."""
        if not self._all.has(now):
            # Before the table is touched: a flood must not cost more than this.
            return False
        key = network(source)
        bucket = self._networks.get(key)
        if bucket is None:
            bucket = TokenBucket(
                self._limits.strangers_per_s, self._limits.strangers_burst_max, now=now
            )
            self._networks[key] = bucket
            if len(self._networks) > self._limits.strangers_max:
                self._networks.popitem(last=False)
        else:
            self._networks.move_to_end(key)
        return bucket.take(now) and self._all.take(now)
