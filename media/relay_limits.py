"""Every bound of a relay process beside those of ICE, by name.

Durations end in `_s`, counts and sizes in `_max`.
"""

from dataclasses import dataclass, field, fields

from media.limits import Limits, microseconds


@dataclass(frozen=True, slots=True)
class RelayLimits:
    """What one relay process does at most, and for how long.

    Attributes:
        ice: bounds of the ICE part; `ice.legs_max` is the capacity.
        handshakes_max: DTLS handshakes at once; further ones wait.
        handshake_s: seconds a handshake may take, waiting included.
        handshake_datagrams_max: DTLS datagrams of one leg that wait to be read.
        unconnected_s: seconds after which a leg without a path is closed.
        leg_packets_per_s: authentic datagrams of media a second of one leg.
        leg_packets_burst_max: how many of them at once.
        stalled_s: seconds without media after which a linked leg has stalled.
        keyframe_s_min: seconds between two requests for a keyframe at least.
        keyframe_s_max: the same at most.
        keyframe_patience_s: seconds after linking for which a keyframe is asked for.
        calls_max: calls witnessed, or waiting for their evidence to be collected.
        drain_s: seconds that calls may go on once the process is told to stop.
        heartbeat_s: seconds between two reports of capacity.
        connections_max: control connections at once, strangers included.
        hello_s: seconds in which a control connection has to prove itself.
        line_bytes_max: bytes of one line on a control connection.
        unread_bytes_max: bytes that a control connection may leave unread.
    """

    ice: Limits = field(default_factory=Limits)
    handshakes_max: int = 32
    handshake_s: float = 10.0
    handshake_datagrams_max: int = 32
    unconnected_s: float = 120.0
    leg_packets_per_s: float = 5_000.0
    leg_packets_burst_max: int = 2_000
    stalled_s: float = 0.5
    keyframe_s_min: float = 0.2
    keyframe_s_max: float = 1.0
    keyframe_patience_s: float = 30.0
    calls_max: int = 2_000
    drain_s: float = 600.0
    heartbeat_s: float = 1.0
    connections_max: int = 16
    hello_s: float = 5.0
    line_bytes_max: int = 131_072
    unread_bytes_max: int = 1_048_576

    def __post_init__(self) -> None:
        """Refuse a limit that is not positive: with one, nothing would ever work."""
        for one in fields(self):
            value = getattr(self, one.name)
            if isinstance(value, (int, float)) and not value > 0:
                raise ValueError(f"{one.name} must be positive")

    def keyframe_wait_us(self, rtt_us: int | None) -> int:
        """Return when to ask for a keyframe again: two round trips, within the bounds."""
        trips_s = 2 * (rtt_us or 0) / 1_000_000
        return microseconds(min(max(trips_s, self.keyframe_s_min), self.keyframe_s_max))
