"""Staff sessions that a program from before second factors began, by a password alone.

    the account has a second factor, or may not sign in here  --> opens nothing
    somebody said that a second factor is required            --> opens the enrolment, as here
    neither                                                   --> goes on to its end

Such a program answers beside this one while nodes are replaced, asks for a password only, and
knows nothing of what was said here. Its sessions have no hash of a secret, where each that this
one begins has one (docs/decisions/0022), so nobody else's cost a look more.

Where one is required because nobody said anything, those who were signed in when the upgrade
began stay so (docs/sign-in.md): they may be in a call, and have nothing yet to show.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from server.access import Principal
from server.settings import Settings
from server.storage import directory, local_sign_ins, proofs
from server.storage.sessions import PASSWORD, Session
from server.storage.statements import Tx

REQUIRED: Final = "required"


async def narrowed(
    tx: Tx, settings: Settings, session: Session, principal: Principal | None
) -> Principal | None:
    """Return what a live session opens here of what it says of itself.

    Args:
        tx: reads, and only where an older program began the session.
        settings: of this server.
        session: whose cookie, or name, was shown.
        principal: who is behind it; None: nobody.
    """
    if session.secret_hash is not None or session.assurance != PASSWORD:
        return principal
    if principal is None or principal.account_id is None:
        return principal
    if await proofs.has_second(tx, principal.account_id):
        return None
    organization = await directory.organization(tx, principal.organization_id or "")
    own, above = organization.organization_id, organization.network_id
    closed = await local_sign_ins.emergency_only(tx, [own])
    if closed and not await local_sign_ins.is_named(tx, principal.account_id):
        return None
    said = await proofs.policies_of(tx, [one for one in (own, above) if one is not None])
    required = REQUIRED in {settings.second_factor, *said.values()}
    return replace(principal, complete=not required)
