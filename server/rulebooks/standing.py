"""What the rows of a network come to: the rules, and the policy by which it decides.

Kept in memory by the number that grows with each change (`versions.COMPLIANCE`), so that a
transaction reads one row. Held with a lock, that number makes whoever changes something wait
for whoever relies on it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from server.rulebooks.switches import Switches, read_switches
from server.rules.policy import Opened, OperatorPolicy, restrict
from server.rules.rulebook import Rulebook
from server.rules.snapshot import Signature, SignedSnapshot, read_snapshot
from server.rules.snapshot_files import shipped, trusted_keys
from server.rules.words import Profession, TreatmentClass
from server.storage import compliance, versions
from server.storage.compliance import Layer, Opening, PolicyRow, SignOff, SnapshotRow, What
from server.storage.database import Tx

BOOKS_MAX: Final = 8


@dataclass(frozen=True, slots=True)
class Standing:
    """By what a network decides.

    Attributes:
        version: of the rows.
        book: the rules; those that came with the release until a network publishes its own.
        published: whether the network published them.
        allowed: what compliance allows.
        policy: the same, less what the operator takes away; decisions are made by it.
    """

    version: int
    book: Rulebook
    published: bool
    allowed: OperatorPolicy
    policy: OperatorPolicy

    @property
    def supervised(self) -> frozenset[str]:
        """Return where nobody knows whether an NP may practise alone: none does there."""
        return frozenset(
            code
            for code, one in self.book.jurisdictions.items()
            if not one.nurse_practice_known
        )


class Rulebooks:
    """What was looked up of each network, and the snapshots that were compiled."""

    def __init__(self) -> None:
        self._standing: dict[str, Standing] = {}
        self._books: dict[str, Rulebook] = {}

    async def standing(self, tx: Tx, network_id: str, *, lock: bool = False) -> Standing:
        """Return by what a network decides; never asked in a transaction that changes it.

        Args:
            tx: relies on it.
            network_id: which network.
            lock: nothing of it may change before the commit.
        """
        version = await versions.version(tx, versions.COMPLIANCE, lock=lock)
        known = self._standing.get(network_id)
        if known is not None and known.version == version:
            return known
        found = await self._look(tx, network_id, version)
        self._standing[network_id] = found
        return found

    async def book(self, tx: Tx, sha256: str) -> Rulebook | None:
        """Return a snapshot that was published once, for an exam that is pinned to it."""
        if sha256 == shipped_book().signed.sha256:
            return shipped_book()
        if sha256 not in self._books:
            row = await compliance.snapshot(tx, sha256)
            if row is None:
                return None
            while len(self._books) >= BOOKS_MAX:
                self._books.pop(next(iter(self._books)))
            # Half a second of reading: not on the loop.
            self._books[sha256] = await asyncio.to_thread(_compiled, row)
        return self._books[sha256]

    async def _look(self, tx: Tx, network_id: str, version: int) -> Standing:
        published = await compliance.publications(tx, network_id)
        book = await self.book(tx, published[0].sha256) if published else None
        allowed, policy = policies_of(
            await compliance.standing_openings(tx, network_id),
            await compliance.sign_offs_of(tx, network_id),
            await compliance.policies(tx, network_id),
        )
        return Standing(version, book or shipped_book(), bool(published), allowed, policy)


@cache
def shipped_book() -> Rulebook:
    """Return the snapshot of this release, compiled."""
    return Rulebook(shipped())


def policies_of(
    openings: Iterable[Opening], sign_offs: Iterable[SignOff], layers: Mapping[Layer, PolicyRow]
) -> tuple[OperatorPolicy, OperatorPolicy]:
    """Return what compliance allows, and what is left of it by the operator."""
    signed = list(sign_offs)
    rows = OperatorPolicy(
        opened=frozenset(
            Opened(
                one.jurisdiction,
                Profession(one.profession),
                TreatmentClass(one.treatment_class),
            )
            for one in openings
        ),
        sign_offs=_references(signed, "store_and_forward"),
        audio_only_sign_offs=_references(signed, "audio_only"),
        counsel_opinions=_references(signed, "definition_opinion"),
    )
    allowed = layer_of(layers, "compliance").policy(rows)
    if "operator" not in layers:
        return allowed, allowed
    return allowed, restrict(allowed, layer_of(layers, "operator").policy(rows))


def layer_of(layers: Mapping[Layer, PolicyRow], layer: Layer) -> Switches:
    """Return the switches of a layer: as shipped, where none were set."""
    return read_switches(layers[layer].switches) if layer in layers else Switches()


def read_row(row: SnapshotRow) -> SignedSnapshot:
    """Return a stored snapshot, checked as if it came from outside."""
    return read_snapshot(
        json.loads(row.document),
        Signature(public_key=row.public_key, signature=row.signature),
        trusted_keys(),
    )


def _compiled(row: SnapshotRow) -> Rulebook:
    return Rulebook(read_row(row))


def _references(sign_offs: Iterable[SignOff], what: What) -> dict[str, str]:
    return {one.jurisdiction: one.reference for one in sign_offs if one.what == what}
