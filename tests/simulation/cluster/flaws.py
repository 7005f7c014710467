"""Bugs that may be planted into the protocol, to see that the simulation finds them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Flaws:
    """What is left out; nothing, in the protocol as it is meant.

    Attributes:
        no_fence: the desk writes without asking whether the lease is still its own.
        any_epoch_takes: a home takes requests without asking for its lease.
        told_early: pages are told before the commit.
        no_registration: nodes do not register their sockets with a new home.
        commands_forgotten: a command that comes again is done again.
        gaps_ignored: a node does not notice that a message of the bus is missing.
        old_licences: who may see whom is looked up once, and not again when it is relied on.
        unread_forgotten: requests whose taking has an unknown outcome are not looked at again.
        own_node_only: an answer goes to the node that asked first, wherever the page is now.
    """

    no_fence: bool = False
    any_epoch_takes: bool = False
    told_early: bool = False
    no_registration: bool = False
    commands_forgotten: bool = False
    gaps_ignored: bool = False
    old_licences: bool = False
    unread_forgotten: bool = False
    own_node_only: bool = False


NONE = Flaws()
