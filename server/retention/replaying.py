"""What was destroyed stays destroyed, whatever was restored.

The keystore and the database each have the list. A start, and the end of a restore, puts the
two together, destroys again what is there again, and erases again what was erased:

    an older database    has no entry and the bytes: the keystore tells it
    an older keystore    has no entry and the key: the database tells it

Both restored to before the same shred know nothing of it: docs/keys.md says what helps then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from server import auditing
from server.auditing import AuditEvent
from server.charting import SYSTEM
from server.keystore.shredding import Shred, revived, shred, shredded
from server.logging import get_logger
from server.retention.expiring import erase
from server.services import Core
from server.storage import retention
from server.storage.alone import alone

BATCH: Final = 400
REPLAYING: Final = 0x676F6F6473687264  # "goodshrd"
ROUTE: Final = "replayed shreds"

log = get_logger("retention")


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay found to do.

    Attributes:
        keys: keys that were there again and were destroyed again.
        entries: entries of which one side had not heard.
    """

    keys: int
    entries: int


async def replay_shreds(core: Core) -> Replayed:
    """Destroy again what a restore brought back. Without a restore it changes nothing.

    Raises:
        StorageError: the keystore or the database refused; it is to be done before anything is
            served.
    """
    store = core.database.keystore
    async with core.database.read() as tx:
        ours = await retention.logged(tx)
    theirs = await shredded(store)
    known = {one.named for one in theirs}
    unheard = [one for one in ours if one.named not in known]
    await shred(store, unheard)
    back = await revived(store)
    await shred(store, back)
    every = [*theirs, *unheard]
    entered = {one.named for one in ours}
    missing = [one for one in theirs if one.named not in entered]
    for start in range(0, len(every), BATCH):
        async with core.database.write() as tx:
            part = every[start : start + BATCH]
            if any(one.named not in entered for one in part):
                await alone(tx, REPLAYING)  # nodes that start at once enter it once
                entered = {one.named for one in await retention.logged(tx)}
            new_here = [one for one in part if one.named not in entered]
            await retention.log(tx, new_here)
            await erase(tx, part)
            for one in new_here:  # what its own entry would have said is lost, or was killed
                await auditing.note(tx, _event(core, one))
    if back or unheard or missing:
        core.keyring.forget()
        log.warning("shreds_replayed", keys=len(back), entries=len(unheard) + len(missing))
    return Replayed(len(back) + len(unheard), len(unheard) + len(missing))


def _event(core: Core, one: Shred) -> AuditEvent:
    """Return what the audit log is told of a shred that this database had not heard of."""
    is_patient = one.purpose == "patient"
    return AuditEvent(
        action=auditing.Action.SHREDDED,
        actor=SYSTEM,
        role=SYSTEM,
        encounter_id=None if is_patient else one.subject,
        patient_id=one.subject if is_patient else None,
        network_id=one.tenant,
        route=ROUTE,
        at=core.clock.now(),
    )
