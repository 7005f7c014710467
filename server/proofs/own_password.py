"""Changing one's own password: every other session of the account ends with the old one."""

from __future__ import annotations

from typing import Final

from server import sessions
from server.errors import InvalidBody
from server.proofs.passwords import hash_password, normalized_login
from server.services import Core
from server.storage import directory, proofs
from server.storage import sessions as stored_sessions
from server.storage.directory import Account
from server.storage.statements import Tx

CHARS_MIN: Final = 12


async def checked_hash(core: Core, account: Account, password: str) -> str:
    """Return the hash of a new password. Done before a transaction: it takes long.

    Raises:
        InvalidBody: it is too short, or it is the login.
    """
    if len(password) < CHARS_MIN or normalized_login(password) == account.login:
        raise InvalidBody(fields=("password",))
    return await hash_password(core, password)


async def change(
    tx: Tx, core: Core, account: Account, password_hash: str, *, session: str
) -> tuple[str, list[str]]:
    """Write a new password; the session goes on under another cookie, all others end.

    Returns:
        The cookie, and what ended, to be told by the caller.
    """
    now = core.clock.now()
    await proofs.hold(tx, account.account_id)
    await directory.set_password_hash(tx, account.account_id, password_hash)
    cookie = await sessions.rotate(tx, session, core=core, now=now)
    ended = await stored_sessions.end_for_account(
        tx, account.account_id, "revoked", now, keep=session
    )
    return cookie, ended
