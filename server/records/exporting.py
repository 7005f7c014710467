"""Making the record of an exam, for one holder, out of what is stored.

    one snapshot -> network's record -> checked -> reduced to the holder -> signed -> checked

What does not hold is not handed out: the first entry that does not is named instead. So a
record that was made says that the database held at that moment.
"""

from __future__ import annotations

from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.records.holders import may_read
from server.records.record import EntryRecord, Holder, Record, SignedRecord, export_message
from server.sealing import Place, unseal


def for_holder(record: Record, holder: Holder) -> Record:
    """Return the network's record as a holder may have it.

    Args:
        record: that was checked.
        holder: for whom.
    """
    if holder == "network":
        return record
    kinds = frozenset(one.leaf.kind for one in record.entries)
    entries = tuple(_opened(record, one, holder, kinds) for one in record.entries)
    return replace(record, holder=holder, key=None, entries=entries)


def _opened(
    record: Record, entry: EntryRecord, holder: Holder, kinds: frozenset[str]
) -> EntryRecord:
    if entry.sealed is None or not may_read(holder, entry.leaf.kind, kinds):
        return replace(entry, sealed=None)
    row = f"{entry.leaf.encounter}:{entry.leaf.seq}"
    place = Place("chart_entries", "sealed_entry", row, record.network_id)
    opened = unseal(record.key or b"", entry.sealed, place=place)
    return replace(entry, sealed=None, payload=opened)


def signed_by(record: Record, key: Ed25519PrivateKey) -> SignedRecord:
    """Return a record with the network's signature."""
    return SignedRecord(
        record, key.public_key().public_bytes_raw(), key.sign(export_message(record))
    )
