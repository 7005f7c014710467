"""An audit entry as a leaf of the tree: version 2 of the leaf, all header and no ciphertext.

    leaf   = 02 | length of header (2 bytes, big-endian) | header
    header = canonical JSON of every member below, those without a value as null
    leaf hash = SHA-256(00 | leaf)              RFC 6962, section 2.1

An entry has nothing to hide, so nothing is sealed and nothing is committed to. Its random `id`
keeps the hash, which is public, from telling anything to somebody who guesses the rest.
A chart entry's leaf begins with 01 (`server.chart.leaf`): the two cannot be taken for each
other. `docs/record-format.md` tells a stranger how to compute it.

Pure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from server.chart.canonical import canonical

LEAF_VERSION: Final = 2
LEAF_PREFIX: Final = b"\x00"
KIND: Final = "audit"


@dataclass(frozen=True, slots=True)
class AuditLeaf:
    """Everything that an audit entry says; names and bounds are those of the table.

    Attributes:
        id: random, 32 hex digits.
        at: microseconds UTC.
        action: what was done or asked for.
        outcome: whether it was.
        actor: role and identifier, never a name.
        role: of the actor.
        organization: of the actor.
        network: whose compliance reads it.
        encounter: what it was about.
        patient: whose.
        route: method and path template, command, or event.
        reason: code of a refusal.
        session: first 16 hex digits of the session's hash.
        address: keyed hash of where it came from, 16 hex digits.
        shown: encounters of a list, the first of them.
        number: of how many things it speaks.
    """

    id: str
    at: int
    action: str
    outcome: str
    actor: str
    role: str
    organization: str | None
    network: str | None
    encounter: str | None
    patient: str | None
    route: str
    reason: str | None
    session: str | None
    address: str | None
    shown: Sequence[str]
    number: int | None


def leaf_header(leaf: AuditLeaf) -> bytes:
    """Return the canonical header."""
    return canonical(
        {
            "action": leaf.action,
            "actor": leaf.actor,
            "address": leaf.address,
            "at": leaf.at,
            "encounter": leaf.encounter,
            "id": leaf.id,
            "kind": KIND,
            "network": leaf.network,
            "number": leaf.number,
            "organization": leaf.organization,
            "outcome": leaf.outcome,
            "patient": leaf.patient,
            "reason": leaf.reason,
            "role": leaf.role,
            "route": leaf.route,
            "session": leaf.session,
            "shown": list(leaf.shown),
        }
    )


def leaf_bytes(leaf: AuditLeaf) -> bytes:
    """Return the bytes that are hashed.

    Raises:
        OverflowError: the header is longer than two bytes can say.
    """
    header = leaf_header(leaf)
    return LEAF_VERSION.to_bytes(1, "big") + len(header).to_bytes(2, "big") + header


def leaf_hash(leaf: AuditLeaf) -> str:
    """Return the hex leaf hash of RFC 6962, section 2.1."""
    return hashlib.sha256(LEAF_PREFIX + leaf_bytes(leaf)).hexdigest()
