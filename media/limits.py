"""Every bound of the relay's ICE part, by name.

Durations end in `_s`, rates in `_per_s`, counts and sizes in `_max`.
"""

from dataclasses import dataclass, fields
from typing import Final

MICROSECONDS_PER_SECOND: Final = 1_000_000


def microseconds(seconds: float) -> int:
    """Return a duration in the unit of `now`: whole microseconds."""
    return round(seconds * MICROSECONDS_PER_SECOND)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one relay process accepts from the network, and for how long.

    Attributes:
        datagram_bytes_max: bytes of a datagram; aiortc's SRTP fails above it.
        stun_attributes_max: attributes of a STUN message.
        legs_max: legs of one process.
        paths_max: remote addresses of one leg in one ICE generation.
        asks_max: unanswered Binding requests remembered of one path.
        seen_checks_max: transaction ids of checks remembered of one leg, against replay.
        early_datagrams_max: DTLS datagrams kept of a path that is not proven yet.
        ask_s: seconds after which an unproven path is asked again; doubles each time.
        ask_s_max: seconds between two such requests at most.
        asks_unproven_max: requests after which an unproven path is forgotten.
        unproven_s: seconds for which a path may wait for the remote password.
        consent_s: mean seconds between two requests on a proven path (RFC 7675, 5.1).
        consent_expiry_s: seconds without an answer after which consent is over (the same).
        stale_s: seconds without an answer after which a path yields to one that answers.
        stale_asks_min: requests without an answer that are needed for that, too.
        linger_s: seconds in which the paths of a replaced generation still receive.
        restart_s: seconds after which an ICE restart that led nowhere is given up.
        checks_per_s: authentic checks a second of one leg.
        checks_burst_max: how many of them at once.
        forged_per_s: forged checks a second of one leg that are looked at.
        forged_burst_max: how many of them at once.
        strangers_per_s: refusals a second that one address, or IPv6 /64, is told.
        strangers_burst_max: how many of them at once.
        strangers_all_per_s: refusals a second in all.
        strangers_all_burst_max: how many of them at once.
        strangers_max: addresses whose refusals are counted apart.
    """

    datagram_bytes_max: int = 1500
    stun_attributes_max: int = 32
    legs_max: int = 2000
    paths_max: int = 16
    asks_max: int = 8
    seen_checks_max: int = 128
    early_datagrams_max: int = 4
    ask_s: float = 0.1
    ask_s_max: float = 1.6
    asks_unproven_max: int = 7
    unproven_s: float = 30.0
    consent_s: float = 5.0
    consent_expiry_s: float = 30.0
    stale_s: float = 1.0
    stale_asks_min: int = 3
    linger_s: float = 3.0
    restart_s: float = 120.0
    checks_per_s: float = 100.0
    checks_burst_max: int = 200
    forged_per_s: float = 100.0
    forged_burst_max: int = 200
    strangers_per_s: float = 5.0
    strangers_burst_max: int = 20
    strangers_all_per_s: float = 200.0
    strangers_all_burst_max: int = 400
    strangers_max: int = 4096

    def __post_init__(self) -> None:
        """Refuse a limit that is not positive: with one, no leg could ever connect."""
        for field in fields(self):
            if not getattr(self, field.name) > 0:
                raise ValueError(f"{field.name} must be positive")
