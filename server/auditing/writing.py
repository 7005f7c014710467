"""Writing the audit log: in the caller's transaction, in one of its own, or from a command.

    note      with the change that it tells of: both are committed, or neither; and neither
              where who asked was closed, or is something else, by now
    record    for a read: it returns when the entry is committed; then the answer may be given
    of_cli    for somebody at the command line

An address is a person's. It is kept as HMAC-SHA-256 under a key of this server: compliance sees
that two entries come from one place, and nobody who has the rows sees from which.
"""

from __future__ import annotations

import getpass
import hashlib
import hmac
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

from server.auditing import actors
from server.auditing.event import MARK_CHARS, SHOWN_MAX, Action, AuditEvent
from server.auditing.leaf import AuditLeaf, leaf_hash
from server.auditing.refusals import AuditUnavailable
from server.auditing.state import Audited
from server.errors import SessionExpired
from server.keyring import Keyring
from server.logging import get_logger
from server.storage import audit, directory
from server.storage.audit import AuditRow, Whose
from server.storage.errors import KeyMissing, StorageError
from server.storage.grouped import GroupFull, Joint, Work
from server.storage.statements import Tx

KEY_SUBJECT: Final = "audit"  # whose index key addresses are hashed under
OPERATOR: Final = "operator"
NOBODY: Final = Whose(None)

log = get_logger("audit")


async def note(tx: Tx, event: AuditEvent) -> AuditRow:
    """Append an entry in the caller's transaction.

    Raises:
        SessionExpired: the account of who asked is not what it was (`AuditEvent.asker`).
    """
    return (await note_all(tx, [event]))[0]


async def note_all(tx: Tx, events: Sequence[AuditEvent]) -> list[AuditRow]:
    """Append entries in the caller's transaction: how many there are hardly matters.

    Raises:
        SessionExpired: as `note`.
    """
    for one in events:
        await _require_standing(tx, one)
    named = {one.encounter_id for one in events if one.encounter_id is not None}
    known = await audit.of_encounters(tx, sorted(named))
    rows = [await _row(tx, one, known) for one in events]
    await audit.put_all(tx, rows)
    return rows


async def _require_standing(tx: Tx, event: AuditEvent) -> None:
    """Refuse what is asked by somebody who may not be what they were when they asked.

    A body is sent slowly, or another server is waited for: closing an account, or another role,
    counts from its commit on all the same, and what rested on it ended then. The row is kept as
    it is until the commit, so whoever closes it comes before this or finds what it made.
    """
    if event.asker is None:
        return
    account = await directory.account(tx, event.asker, lock=True)
    if not account.active or account.role != event.role:
        raise SessionExpired


async def _row(tx: Tx, event: AuditEvent, known: Mapping[str, Whose]) -> AuditRow:
    encounter = _encounter(event, known)
    patient = await _patient(tx, event, encounter)
    whose = encounter or patient or NOBODY
    row = AuditRow(
        id=event.entry_id,
        at=event.at,
        action=event.action.value,
        outcome=event.outcome.value,
        actor=event.actor,
        role=event.role,
        organization_id=event.organization_id,
        network_id=event.network_id or await _network(tx, event, whose),
        # An id that names nothing may be anything: it is not kept.
        encounter_id=event.encounter_id if encounter else None,
        patient_id=(patient or whose).patient_id,
        route=event.route,
        reason=event.reason,
        session=event.session,
        address=event.address,
        shown=event.shown[:SHOWN_MAX],
        number=event.number,
        leaf_hash="",
    )
    return replace(row, leaf_hash=leaf_hash(leaf_of(row)))


@dataclass(frozen=True, slots=True)
class _Entering(Joint):
    """An entry that is to be committed with those of others."""

    keyring: Keyring
    event: AuditEvent
    address: str

    async def do(self, tx: Tx, works: Sequence[Self]) -> None:
        """Append all of them."""
        key = b""
        if any(one.address for one in works):
            key = await self.keyring.index_key(tx, KEY_SUBJECT)
        await note_all(tx, [one.marked(key) for one in works])

    def marked(self, key: bytes) -> AuditEvent:
        """Return the event with the keyed hash of its address."""
        if not self.address:
            return self.event
        return replace(self.event, address=address_mark(key, self.address))


async def record(core: Audited, event: AuditEvent, address: str = "") -> None:
    """Commit an entry, together with those of others who are doing the same.

    Args:
        core: the data.
        event: what happened.
        address: where it came from; its keyed hash is entered, in the same transaction.

    Raises:
        AuditUnavailable: it could not be committed, or that is not known. What it would tell
            of must not be given away.
    """
    await _committed(core, event, _Entering(core.keyring, event, address))


async def with_address(core: Audited, event: AuditEvent, address: str) -> AuditEvent:
    """Return the event with the keyed hash of an address.

    Raises:
        AuditUnavailable: the key cannot be read, or made.
    """
    made: list[bytes] = []

    async def work(tx: Tx) -> None:
        made.append(await core.keyring.index_key(tx, KEY_SUBJECT))

    if not address:
        return event
    try:
        async with core.database.read() as tx:
            await work(tx)
    except KeyMissing:
        await _committed(core, event, work)
    except StorageError as error:
        raise AuditUnavailable from error
    return replace(event, address=address_mark(made[0], address))


async def _committed(core: Audited, event: AuditEvent, work: Work) -> None:
    try:
        await core.audit.grouped.write(core.database, work)
    except (StorageError, GroupFull) as error:
        log.warning("audit_unavailable", action=event.action.value, route=event.route)
        raise AuditUnavailable from error


async def of_cli(
    core: Audited,
    action: Action,
    command: str,
    *,
    encounter_id: str | None = None,
    patient_id: str | None = None,
    network_id: str | None = None,
) -> None:
    """Commit an entry of somebody at the command line; see `cli_event`.

    Raises:
        AuditUnavailable: it could not be committed; the command must not go on.
    """
    event = cli_event(
        core,
        action,
        command,
        encounter_id=encounter_id,
        patient_id=patient_id,
        network_id=network_id,
    )
    await record(core, event)


def cli_event(
    core: Audited,
    action: Action,
    command: str,
    *,
    encounter_id: str | None = None,
    patient_id: str | None = None,
    network_id: str | None = None,
) -> AuditEvent:
    """Return what somebody at the command line does, by the name of their account there.

    Args:
        core: the data.
        action: what is done.
        command: `chart export`, without arguments.
        encounter_id: what it is about.
        patient_id: whose.
        network_id: whose compliance reads it, where no encounter and no patient says so.
    """
    return AuditEvent(
        action=action,
        actor=actors.operator(_user()),
        role=OPERATOR,
        encounter_id=encounter_id,
        patient_id=patient_id,
        network_id=network_id,
        route=f"cli {command}",
        at=core.clock.now(),
    )


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run as a number without a name
        return f"uid-{os.getuid()}"


def address_mark(key: bytes, address: str) -> str:
    """Return what is kept of an address: enough to tell it from others, under a key."""
    return hmac.new(key, address.encode(), hashlib.sha256).hexdigest()[:MARK_CHARS]


def leaf_of(row: AuditRow) -> AuditLeaf:
    """Return the leaf that stands for an entry, made of its columns."""
    return AuditLeaf(
        id=row.id,
        at=row.at,
        action=row.action,
        outcome=row.outcome,
        actor=row.actor,
        role=row.role,
        organization=row.organization_id,
        network=row.network_id,
        encounter=row.encounter_id,
        patient=row.patient_id,
        route=row.route,
        reason=row.reason,
        session=row.session,
        address=row.address,
        shown=row.shown,
        number=row.number,
    )


def _encounter(event: AuditEvent, known: Mapping[str, Whose]) -> Whose | None:
    found = known.get(event.encounter_id or "")
    foreign = found is not None and event.network_id not in {None, found.network_id}
    return None if foreign else found


async def _patient(tx: Tx, event: AuditEvent, encounter: Whose | None) -> Whose | None:
    if event.patient_id is None:
        return None
    if encounter is not None and encounter.patient_id == event.patient_id:
        return encounter  # whose network it was for
    return await audit.of_patient(tx, event.patient_id)


async def _network(tx: Tx, event: AuditEvent, whose: Whose) -> str | None:
    """Return whose compliance reads it: that of whose encounter it is, else the actor's own."""
    if whose.network_id is not None:
        return whose.network_id
    if event.organization_id is None:
        return None
    found = await audit.of_organization(tx, event.organization_id)
    return found.network_id if found else None
