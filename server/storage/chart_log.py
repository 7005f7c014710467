"""The chart of an encounter: an append-only log, sealed and hash-chained at commit.

`append` is the way in, and `grow` for many charts at once. Both need the encounter's row held
from reading the head to writing the new one, so two writers append one after the other and
the chain never forks. `load` verifies everything that can be verified and gives back nothing
that is in doubt.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import RowMapping, select, update

from server.chart.leaf import (
    FIRST_SEQ,
    SALT_BYTES,
    Leaf,
    ciphertext_hash,
    commitment,
    leaf_hash,
    matches_ciphertext,
    opens_as,
    payload,
    split_payload,
    verify_chain,
)
from server.keyring import Keyring
from server.sealing import Place, SealBroken, unseal
from server.storage.errors import ChartBroken, CommitFailed, RowMissing
from server.storage.statements import Tx, insert_rows
from server.storage.tables import chart_entries, encounters


@dataclass(frozen=True, slots=True)
class Appended:
    """What an append made of the chart.

    Attributes:
        seqs: numbers of the new entries.
        head: leaf hash of the last one.
    """

    seqs: range
    head: str

    @property
    def last(self) -> int:
        """Number of the chart's last entry, whether new or not."""
        return self.seqs.stop - 1


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An entry that verified.

    Attributes:
        leaf: what is public about it.
        leaf_hash: the hash of the leaf.
        plaintext: what was appended.
    """

    leaf: Leaf
    leaf_hash: str
    plaintext: bytes

    @property
    def seq(self) -> int:
        """Number in the chart, from 1."""
        return self.leaf.seq

    @property
    def kind(self) -> str:
        """Kind of the entry."""
        return self.leaf.kind

    @property
    def at(self) -> int:
        """When it was appended, microseconds UTC."""
        return self.leaf.at

    @property
    def actor(self) -> str:
        """Role and identifier of who did it."""
        return self.leaf.actor


NewEntry: TypeAlias = tuple[str, str, bytes]
"""Kind, actor and plaintext of an entry that is to be appended."""


@dataclass(frozen=True, slots=True)
class Growth:
    """A chart whose encounter this transaction holds, and what is to be appended to it.

    Attributes:
        seq, head: number and leaf hash of the last entry, as read under the lock.
    """

    encounter_id: str
    network_id: str
    seq: int
    head: str
    entries: Sequence[NewEntry]


async def grow(
    tx: Tx, charts: Sequence[Growth], *, keyring: Keyring, now: int
) -> list[Appended]:
    """Insert the new entries of several charts, in order; the caller writes the new heads.

    The caller read `seq` and `head` under the encounters' locks, and writes the new ones only
    if they are still there (`encounters.save`, `append`).
    """
    keys = await keyring.encounter_keys(
        tx, {one.encounter_id: one.network_id for one in charts if one.entries}
    )
    rows: list[Mapping[str, object]] = []
    appended: list[Appended] = []
    for chart in charts:
        head = chart.head
        for seq, entry in enumerate(chart.entries, start=chart.seq + 1):
            leaf, sealed = _sealed(chart, seq, head, entry, keys, keyring, now)
            head = leaf_hash(leaf)
            rows.append(_row(leaf, head, sealed))
        seqs = range(chart.seq + 1, chart.seq + 1 + len(chart.entries))
        appended.append(Appended(seqs, head))
    await insert_rows(tx, chart_entries, rows)
    return appended


def _sealed(
    chart: Growth,
    seq: int,
    head: str,
    entry: NewEntry,
    keys: Mapping[str, bytes],
    keyring: Keyring,
    now: int,
) -> tuple[Leaf, bytes]:
    kind, actor, plaintext = entry
    salt = keyring.random_bytes(SALT_BYTES)
    sealed = keyring.seal(
        keys[chart.encounter_id],
        payload(salt, plaintext),
        entry_place(chart.encounter_id, seq, chart.network_id),
    )
    leaf = Leaf(
        encounter=chart.encounter_id,
        seq=seq,
        kind=kind,
        at=now,
        actor=actor,
        previous_hash=head,
        ciphertext_hash=ciphertext_hash(sealed),
        commitment=commitment(salt, plaintext),
    )
    return leaf, sealed


async def append(
    tx: Tx,
    encounter_id: str,
    entries: Sequence[NewEntry],
    *,
    keyring: Keyring,
    now: int,
) -> Appended:
    """Append entries, each `(kind, actor, plaintext)`, in order.

    Raises:
        RowMissing: there is no such encounter.
        CommitFailed: the chart grew although this transaction holds it.
    """
    query = select(
        encounters.c.network_id, encounters.c.chart_seq, encounters.c.chart_head
    ).where(encounters.c.id == encounter_id)
    row = (await tx.execute(query.with_for_update(key_share=True))).one_or_none()
    if row is None:
        raise RowMissing("encounters", encounter_id)
    network_id, last, head = row
    growth = Growth(encounter_id, network_id, last, head, entries)
    [appended] = await grow(tx, [growth], keyring=keyring, now=now)
    if not entries:
        return appended
    moved = await tx.execute(
        update(encounters)
        .where(
            encounters.c.id == encounter_id,
            encounters.c.chart_seq == last,
            encounters.c.chart_head == head,
        )
        .values(chart_seq=appended.last, chart_head=appended.head)
    )
    if moved.rowcount != 1:
        raise CommitFailed("the chart grew meanwhile")
    return appended


async def load(tx: Tx, encounter_id: str, *, keyring: Keyring) -> list[StoredEntry]:
    """Give a whole chart, verified: the chain up to its head, every ciphertext and its text.

    Raises:
        RowMissing: there is no such encounter.
        ChartBroken: an entry was altered, moved, added or removed; it names the first one.
    """
    rows = await _rows(tx, encounter_id)
    entries = [_leaf_of(row) for row in rows if row["seq"] is not None]
    head = rows[0]["chart_head"]
    _require_whole(encounter_id, rows[0]["chart_seq"], entries)
    for row, leaf in zip(rows, entries, strict=False):
        _require_hash(row, leaf)
    broken = verify_chain(entries, head=head)
    if broken is not None:
        raise ChartBroken(encounter_id, broken, "the chain does not hold")
    if not entries:
        return []
    key = await keyring.encounter_key(tx, encounter_id, rows[0]["network_id"])
    return [_opened(row, leaf, key) for row, leaf in zip(rows, entries, strict=True)]


async def leaves(tx: Tx, encounter_id: str) -> list[Leaf]:
    """Give the leaves of a chart, in order, as stored and not verified.

    Raises:
        RowMissing: there is no such encounter.
    """
    rows = await _rows(tx, encounter_id)
    return [_leaf_of(row) for row in rows if row["seq"] is not None]


async def last_commitment(tx: Tx, encounter_id: str, kind: str) -> str | None:
    """Give the commitment of the last entry of a kind; None where there is none."""
    query = (
        select(chart_entries.c.commitment)
        .where(chart_entries.c.encounter_id == encounter_id, chart_entries.c.kind == kind)
        .order_by(chart_entries.c.seq.desc())
        .limit(1)
    )
    return (await tx.execute(query)).scalar_one_or_none()


def entry_place(encounter_id: str, seq: int, network_id: str) -> Place:
    """Name the one place where an entry's ciphertext opens."""
    return Place("chart_entries", "sealed_entry", f"{encounter_id}:{seq}", network_id)


async def _rows(tx: Tx, encounter_id: str) -> Sequence[RowMapping]:
    # One statement, so that the head and the entries are of one moment on both databases.
    query = (
        select(
            encounters.c.network_id,
            encounters.c.chart_seq,
            encounters.c.chart_head,
            chart_entries,
        )
        .select_from(encounters.outerjoin(chart_entries))
        .where(encounters.c.id == encounter_id)
        .order_by(chart_entries.c.seq)
    )
    rows = (await tx.execute(query)).mappings().all()
    if not rows:
        raise RowMissing("encounters", encounter_id)
    return rows


def _row(leaf: Leaf, hashed: str, sealed: bytes) -> Mapping[str, object]:
    return {
        "encounter_id": leaf.encounter,
        "seq": leaf.seq,
        "kind": leaf.kind,
        "at": leaf.at,
        "actor": leaf.actor,
        "leaf_version": leaf.version,
        "previous_hash": leaf.previous_hash,
        "leaf_hash": hashed,
        "ciphertext_hash": leaf.ciphertext_hash,
        "commitment": leaf.commitment,
        "sealed_entry": sealed,
    }


def _leaf_of(row: RowMapping) -> Leaf:
    return Leaf(
        encounter=row["encounter_id"],
        seq=row["seq"],
        kind=row["kind"],
        at=row["at"],
        actor=row["actor"],
        previous_hash=row["previous_hash"],
        ciphertext_hash=row["ciphertext_hash"],
        commitment=row["commitment"],
        version=row["leaf_version"],
    )


def _require_whole(encounter_id: str, last: int, entries: Iterable[Leaf]) -> None:
    present = {leaf.seq for leaf in entries}
    wanted = set(range(FIRST_SEQ, last + 1))
    if present != wanted:
        seq = min(present ^ wanted)
        reason = "it is missing" if seq in wanted else "it was never appended"
        raise ChartBroken(encounter_id, seq, reason)


def _require_hash(row: RowMapping, leaf: Leaf) -> None:
    try:
        hashed = leaf_hash(leaf)
    except (ValueError, OverflowError):
        hashed = ""
    if hashed != row["leaf_hash"]:
        raise ChartBroken(leaf.encounter, leaf.seq, "its header does not match its hash")
    if not matches_ciphertext(leaf, row["sealed_entry"]):
        raise ChartBroken(leaf.encounter, leaf.seq, "its ciphertext was altered")


def _opened(row: RowMapping, leaf: Leaf, key: bytes) -> StoredEntry:
    place = entry_place(leaf.encounter, leaf.seq, row["network_id"])
    try:
        opened = unseal(key, row["sealed_entry"], place=place)
    except SealBroken:
        raise ChartBroken(leaf.encounter, leaf.seq, "it does not open") from None
    if not opens_as(leaf, opened):
        raise ChartBroken(leaf.encounter, leaf.seq, "it opens as another text")
    return StoredEntry(leaf, row["leaf_hash"], split_payload(opened)[1])
