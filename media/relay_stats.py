"""Counts of a leg, as the control side is told them. Pure, and nothing is counted here."""

from __future__ import annotations

from media.ice import Agent
from media.relay_leg import RelayLeg


def leg_stats(media: RelayLeg, agent: Agent, generation: int) -> dict[str, object]:
    """Return what became of the datagrams that a leg sent, and how it is connected."""
    return {
        "ice": str(agent.state),
        "rtt_us": agent.rtt_us,
        "generation": generation,
        "selected": agent.current.number,
        "secured": media.srtp is not None,
        "profile": "" if media.srtp is None else media.srtp.profile,
        "peer": None if media.peer is None else media.peer.leg,
        "forwarded": media.forwarded,
        "strange": media.strange,
        "drops": {str(reason): count for reason, count in media.drops.items()},
    }
