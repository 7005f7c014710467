"""From the network's record of an exam to the file of one holder. Pure.

    network's record -> checked -> reduced to what the holder may read -> signed -> checked

What does not hold is not handed out: the first entry that does not is named instead. So a
record that was made says that the database held at that moment.
"""

from __future__ import annotations

from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.records.holders import may_read
from server.records.record import EntryRecord, Holder, Record, SignedRecord, export_message
from server.records.refusals import CheckFailed, ExportRefused
from server.records.verifying import Trust, check_content, verify
from server.sealing import Place, unseal


def file_for(record: Record, holder: Holder, key: Ed25519PrivateKey) -> bytes:
    """Return the file of a holder.

    Args:
        record: the network's, with all that is stored.
        holder: for whom.
        key: of the network.

    Raises:
        ExportRefused: something in it does not hold.
    """
    try:
        check_content(record, Trust())
    except CheckFailed as error:
        raise ExportRefused(str(error)) from None
    file = signed_by(for_holder(record, holder), key).text()
    problem = verify(file, Trust()).problem
    if problem is not None:
        raise ExportRefused(problem)
    return file


def for_holder(record: Record, holder: Holder) -> Record:
    """Return the network's record, which was checked, as a holder may have it."""
    if holder == "network":
        return record
    kinds = frozenset(one.leaf.kind for one in record.entries)
    entries = tuple(_opened(record, one, holder, kinds) for one in record.entries)
    return replace(record, holder=holder, key=None, entries=entries)


def signed_by(record: Record, key: Ed25519PrivateKey) -> SignedRecord:
    """Return a record with the network's signature."""
    return SignedRecord(
        record, key.public_key().public_bytes_raw(), key.sign(export_message(record))
    )


def _opened(
    record: Record, entry: EntryRecord, holder: Holder, kinds: frozenset[str]
) -> EntryRecord:
    readable = may_read(holder, entry.leaf.kind, kinds)
    if record.key is None or entry.sealed is None or not readable:
        return replace(entry, sealed=None)
    row = f"{entry.leaf.encounter}:{entry.leaf.seq}"
    place = Place("chart_entries", "sealed_entry", row, record.network_id)
    opened = unseal(record.key, entry.sealed, place=place)
    return replace(entry, sealed=None, payload=opened)
