"""Counts of a leg, as the control side is told them. Pure, and nothing is counted here."""

from __future__ import annotations

from media.ice import Agent
from media.negotiation import linked_codecs
from media.relay_leg import RelayLeg


def leg_stats(media: RelayLeg, agent: Agent, generation: int) -> dict[str, object]:
    """Return what became of the datagrams that a leg sent, and how it is connected.

    `unaccepted` is what the linked leg sent in a payload type that this one did not accept;
    `video_later` names the codecs that may take VP8's place between the two.
    """
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
        "unaccepted": _unaccepted(media),
        "video_later": _video_later(media),
    }


def _unaccepted(media: RelayLeg) -> int:
    return 0 if media.inbound is None else sum(one.refused for one in media.inbound.streams)


def _video_later(media: RelayLeg) -> list[str]:
    peer = media.peer
    if media.answer is None or peer is None or peer.answer is None:
        return []
    return list(linked_codecs(media.answer, peer.answer).video_later)
