"""What ends with what somebody was: their sessions, and all that they started.

invitations that they made
what they asked for, to be let in again
whom they let in again, and who has not come yet
"""

from __future__ import annotations

from server import accounts, auditing
from server.auditing import AuditEvent
from server.auditing.actors import of_account
from server.federation import local_ways
from server.services import Core
from server.storage import directory, invitations, proofs, recoveries, sessions
from server.storage.directory import Account
from server.storage.statements import Tx


async def close_account(
    core: Core, account_id: str, event: AuditEvent | None = None
) -> list[str]:
    """Let somebody sign in no more; what they started ends. Return the sessions that ended.

    `event` is entered in the audit log with it.

    Raises:
        NoWayIn: nobody could open local sign-in again.
    """
    async with core.database.write() as tx:
        await proofs.hold(tx, account_id)
        account = await directory.account(tx, account_id)
        await accounts.set_active(tx, account, active=False)
        await local_ways.keep_way_in(tx, account)
        if event is not None:
            await auditing.note(tx, event)
        return await end_what_rests_on(tx, account, core.clock.now())


async def end_what_rests_on(tx: Tx, account: Account, now: int) -> list[str]:
    """End what rests on what an account was; return its sessions, to be told by the caller."""
    asked = await recoveries.going_on(tx, [account.account_id], now)
    await recoveries.refuse(tx, [one.id for one in asked], now)
    await recoveries.refuse_approved_by(tx, account.account_id, now)
    await invitations.withdraw_of(tx, of_account(account.role, account.account_id), now)
    return await sessions.end_for_account(tx, account.account_id, "revoked", now)
