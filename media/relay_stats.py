"""Counts, as the control side is told them: of legs, tables and socket. None is made here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from media.datagrams import Endpoint
from media.demultiplexer import Demultiplexer
from media.held import Held
from media.ice import Agent
from media.ice_effects import LegId
from media.relay_leg import RelayLeg


class RelayStats(TypedDict):
    """What a relay counts; each by name."""

    legs: dict[str, dict[str, object]]
    tables: dict[str, int]
    drops: dict[str, int]
    socket: dict[str, int]


def relay_stats(
    legs: Mapping[LegId, Held], demultiplexer: Demultiplexer, endpoint: Endpoint | None
) -> RelayStats:
    """Return the counts of every leg, of the tables and of the socket."""
    return {
        "legs": {
            leg: leg_stats(held.media, demultiplexer.agent(leg), held.generation)
            for leg, held in legs.items()
        },
        "tables": demultiplexer.table_sizes(),
        "drops": {str(key): n for key, n in demultiplexer.drops.items()},
        "socket": {} if endpoint is None else endpoint.counts(),
    }


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
        "held_back": _held_back(media),
        "drops": {str(reason): count for reason, count in media.drops.items()},
    }


def _held_back(media: RelayLeg) -> int:
    """Return how many of the leg's requests for a keyframe came too soon after another."""
    return 0 if media.inbound is None else sum(one.held_back for one in media.inbound.streams)
