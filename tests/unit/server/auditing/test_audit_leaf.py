"""An audit entry is a leaf of its own version, which a stranger can compute."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, replace

import pytest

from server.auditing.leaf import AuditLeaf, leaf_bytes, leaf_hash

LEAF = AuditLeaf(
    id="00112233445566778899aabbccddeeff",
    at=1_790_000_000_000_000,
    action="read",
    outcome="done",
    actor="practitioner:p-1",
    role="practitioner",
    organization="network-1",
    network="network-1",
    encounter="encounter-1",
    patient="patient-1",
    route="GET /api/v1/console/encounters/{id}",
    reason=None,
    session="0123456789abcdef",
    address=None,
    shown=(),
    number=None,
)
CHANGES = {"at": 1, "number": 3, "shown": ("encounter-2",)}


def by_hand(leaf: AuditLeaf) -> str:
    """Compute the hash as docs/record-format.md says it, without this program."""
    members = {one.name: getattr(leaf, one.name) for one in fields(leaf)}
    header = json.dumps(
        {**members, "kind": "audit", "shown": list(leaf.shown)},
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    ).encode()
    return hashlib.sha256(b"\x00\x02" + len(header).to_bytes(2, "big") + header).hexdigest()


def test_a_stranger_computes_the_same_hash() -> None:
    assert leaf_hash(LEAF) == by_hand(LEAF)
    listed = replace(LEAF, shown=("encounter-1", "encounter-2"), number=40, encounter=None)
    assert leaf_hash(listed) == by_hand(listed)


def test_the_hash_never_changes_between_releases() -> None:
    assert leaf_hash(LEAF) == (
        "adb48e97f7386e71efaa58054f30e739d109454cbfd6f86aba5df4e8eef58520"
    )


@pytest.mark.parametrize("name", [one.name for one in fields(AuditLeaf)])
def test_every_member_is_vouched_for(name: str) -> None:
    changed: AuditLeaf = replace(LEAF, **{name: CHANGES.get(name, "other")})  # type: ignore[arg-type]  # by name
    assert leaf_hash(changed) != leaf_hash(LEAF)


def test_a_leaf_of_a_chart_cannot_be_taken_for_one_of_the_audit_log() -> None:
    assert leaf_bytes(LEAF)[0] == 2
