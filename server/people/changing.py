"""Other roles, closed and reopened accounts: what changes counts at once.

    change -> committed -> sessions hung up on, sockets and legs with them
                       `-> a practitioner goes off duty: what rings is withdrawn

Whatever somebody started that rests on what they were ends too: invitations that they made,
what they asked for to be let in again, and whom they let in again who have not come yet.
"""

from __future__ import annotations

from dataclasses import dataclass

from server import accounts, auditing
from server.access import Principal, Role
from server.auditing import AuditEvent
from server.errors import GoodfaithError, InvalidBody
from server.federation import local_ways
from server.logging import get_logger
from server.people import giving
from server.people.ending import end_what_rests_on
from server.services import Services
from server.storage import directory, proofs
from server.storage.directory import Account, Practitioner
from server.storage.errors import StorageError
from server.storage.statements import Tx
from signaling.errors import SignalingError
from signaling.events import PractitionerAway
from signaling.identifiers import PractitionerId

log = get_logger("people")


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change ends, once it is committed."""

    sessions: list[str]
    practitioner: Practitioner | None = None


async def set_role(
    services: Services, who: Principal, account_id: str, role: Role, *, event: AuditEvent
) -> None:
    """Give somebody another role of the same pages; their sessions end.

    Args:
        services: the running server.
        who: decides.
        account_id: about whom; that it is of their people, the policy has said.
        role: what they are from now on.
        event: for the audit log.

    Raises:
        OwnAccount: it is theirs.
        BeyondOneself: they could not give what it has, or what it is to have.
        InvalidBody: a role of other pages.
        NoWayIn: nobody could open local sign-in again.
    """
    async with services.database.write() as tx:
        account = await decided_about(tx, who, account_id)
        giving.require_giver(who.role, role)
        if giving.AUDIENCE_OF[role] != account.audience:
            raise InvalidBody(fields=("role",))
        if account.role == role:
            return
        await directory.set_account_role(tx, account_id, role)
        await local_ways.keep_way_in(tx, account)
        changed = Changed(await end_what_rests_on(tx, account, services.clock.now()))
        await auditing.note(tx, event)
    await took_effect(services, changed)


async def close(
    services: Services, who: Principal, account_id: str, *, event: AuditEvent
) -> None:
    """Let somebody sign in no more; their sessions end, and a practitioner's duty.

    Raises:
        OwnAccount: it is theirs.
        BeyondOneself: they could not give what it has.
        NoWayIn: nobody could open local sign-in again.
    """
    async with services.database.write() as tx:
        account = await decided_about(tx, who, account_id)
        if not account.active:
            return
        practitioner = await accounts.set_active(tx, account, active=False)
        await local_ways.keep_way_in(tx, account)
        ended = await end_what_rests_on(tx, account, services.clock.now())
        changed = Changed(ended, practitioner)
        await auditing.note(tx, event)
    await took_effect(services, changed)


async def reopen(
    services: Services, who: Principal, account_id: str, *, event: AuditEvent
) -> None:
    """Let somebody sign in again, by what they signed in with before.

    Raises:
        OwnAccount: it is theirs.
        BeyondOneself: they could not give what it has.
    """
    async with services.database.write() as tx:
        account = await decided_about(tx, who, account_id)
        if account.active:
            return
        await accounts.set_active(tx, account, active=True)
        await auditing.note(tx, event)


async def decided_about(tx: Tx, who: Principal, account_id: str) -> Account:
    """Give an account that somebody decides about, and keep it for them until the commit.

    Raises:
        OwnAccount: it is theirs.
        BeyondOneself: they could not give the role that it has.
    """
    await proofs.hold(tx, account_id)
    account = await directory.account(tx, account_id)
    giving.require_other(who, account)
    return account


async def took_effect(services: Services, changed: Changed) -> None:
    """Hang up on what ended, and take a practitioner off duty."""
    for id_hash in changed.sessions:
        await services.hub.end_session(id_hash, "revoked")
    who = changed.practitioner
    if who is None:
        return
    away = PractitionerAway(PractitionerId(who.practitioner_id))
    try:
        await services.desk.submit(who.network_id, [away])
    except (GoodfaithError, SignalingError, StorageError) as error:
        # They may not examine any more, so the waiting room takes them out when it looks again.
        log.warning("off_duty_later", exc_info=error)
