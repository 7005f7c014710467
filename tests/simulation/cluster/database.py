"""One process' way to the database: what its users take for `Database`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from server.storage.errors import CommitFailed, LeaseLost, ReadFailed
from server.storage.leases import Lease
from tests.simulation.cluster.locks import Mode
from tests.simulation.cluster.loop import Process
from tests.simulation.cluster.rows import LeaseRow, Table
from tests.simulation.cluster.server import Held, Server, Session

LEASE = "switchboard:n"
R = TypeVar("R")
V = TypeVar("V")


class Tx:
    """One transaction, at its client."""

    def __init__(self, server: Server, session: Session, *, writable: bool) -> None:
        self.server = server
        self.session = session
        self._writable = writable

    async def ask(self, operation: Callable[[Session], R], locks: Held = ()) -> R:
        """Have a statement performed."""
        return await self.server.ask(self.session, operation, locks)

    def get(self, table: Table[V], key: str) -> V | None:
        self._require()
        return self.session.changes.get(table, key)

    def scan(self, table: Table[V]) -> Iterator[V]:
        self._require()
        return self.session.changes.scan(table)

    def put(self, table: Table[V], key: str, row: V | None) -> None:
        self._require()
        assert self._writable
        self.session.changes.put(table, key, row)

    def notify(self, channel: str, payload: str) -> None:
        self.session.told.append((channel, payload))

    def begin_nested(self) -> Savepoint:
        return Savepoint(self.session)

    def _require(self) -> None:
        """A statement on a connection that the server has closed fails."""
        if self.session.ended or not self.server.reachable(self.session.process):
            failed = CommitFailed if self._writable else ReadFailed
            raise failed("the connection is closed")


class Savepoint:
    """Takes back what a block wrote, if it raises."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._before: dict[tuple[str, str], object | None] = {}

    async def __aenter__(self) -> None:
        self._before = dict(self._session.changes.made)

    async def __aexit__(self, kind: object, _error: object, _trace: object) -> None:
        if kind is not None:
            self._session.changes.made = self._before


class Transaction:
    """`async with` around one transaction: COMMIT at its end, ROLLBACK when it raises."""

    def __init__(self, server: Server, process: Process, *, writable: bool) -> None:
        self._server = server
        self._process = process
        self._writable = writable
        self._session: Session | None = None

    async def __aenter__(self) -> Tx:
        self._session = self._server.begin(self._process)
        return Tx(self._server, self._session, writable=self._writable)

    async def __aexit__(self, kind: object, _error: object, _trace: object) -> None:
        session = self._session
        assert session is not None
        changed = bool(session.changes.made or session.told)
        if kind is not None or not self._writable or not changed:
            self._server.end(session)
        else:
            await self._server.commit(session)


class Database:
    """What `server.storage.database.Database` is to its users."""

    def __init__(self, server: Server, process: Process) -> None:
        self.server = server
        self.process = process

    def write(self) -> Transaction:
        return Transaction(self.server, self.process, writable=True)

    def read(self) -> Transaction:
        return Transaction(self.server, self.process, writable=False)


# ---------------------------------------------------------------------- the lease's statements


async def acquire(tx: Tx, holder: str, ttl_s: float) -> Lease | None:
    """Take the lease if it is free, expired or the holder's own; see `storage.leases`."""

    def take(session: Session) -> Lease | None:
        table = tx.server.tables.lease
        row = session.changes.get(table, LEASE) or LeaseRow()
        now = tx.server.now_us()
        if row.expires_us > now and row.holder != holder:
            return None
        taken = LeaseRow(holder, row.epoch + 1, now + round(ttl_s * 1_000_000))
        session.changes.put(table, LEASE, taken)
        session.told.append(("homes", str(taken.epoch)))
        return Lease(LEASE, holder, taken.epoch)

    return await tx.ask(take, [(tx.server.lease_lock, Mode.WHOLE)])


async def renew(tx: Tx, lease: Lease, ttl_s: float) -> None:
    """Hold it for `ttl_s` more, if nobody took it."""

    def extend(session: Session) -> None:
        row = _held(tx, session, lease)
        until = tx.server.now_us() + round(ttl_s * 1_000_000)
        session.changes.put(tx.server.tables.lease, LEASE, LeaseRow(*_key(row), until))

    await tx.ask(extend, [(tx.server.lease_lock, Mode.WRITE)])


async def release(tx: Tx, lease: Lease) -> None:
    """Let others take it at once."""

    def give(session: Session) -> None:
        row = _held(tx, session, lease)
        session.changes.put(tx.server.tables.lease, LEASE, LeaseRow(*_key(row), 0))
        session.told.append(("homes", "0"))

    await tx.ask(give, [(tx.server.lease_lock, Mode.WRITE)])


async def fence(tx: Tx, lease: Lease, mode: Mode = Mode.WRITE) -> None:
    """Go on only if the lease is still this one, and keep it so until the commit."""
    tx.session.claims = lease.epoch
    await tx.ask(lambda session: _held(tx, session, lease), [(tx.server.lease_lock, mode)])


def _held(tx: Tx, session: Session, lease: Lease) -> LeaseRow:
    row = session.changes.get(tx.server.tables.lease, LEASE)
    if row is None or row.epoch != lease.epoch:
        raise LeaseLost(LEASE)
    return row


def _key(row: LeaseRow) -> tuple[str, int]:
    return row.holder, row.epoch
