"""Giving second factors up: the last one stays where one is required.

one given up --others are left--> nothing more
              `-none is left--> required: refused; else the recovery codes end, too
"""

from __future__ import annotations

from typing import NamedTuple

from server.proofs import policies, recovery_codes
from server.proofs.refusals import LastFactor
from server.services import Core
from server.storage import passkeys, proofs
from server.storage.directory import Account
from server.storage.statements import Tx


class Forgotten(NamedTuple):
    """What an account had besides its password."""

    generators: int
    passkeys: int


async def gave_up(tx: Tx, core: Core, account: Account) -> None:
    """Look whether what was just given up may be; the account is held by the caller.

    Raises:
        LastFactor: it was the last one, and the organization requires one.
    """
    generators = await proofs.generators_of(tx, account.account_id)
    if any(one.confirmed_at is not None for one in generators):
        return
    if await passkeys.count(tx, account.account_id):
        return
    required = await policies.second_factor(tx, core, account.organization_id, lock=True)
    if required == policies.REQUIRED:
        raise LastFactor
    await recovery_codes.forget(tx, account)


async def forget_all(tx: Tx, account: Account) -> Forgotten:
    """Give everything up that is no password, for somebody who lost it."""
    await proofs.hold(tx, account.account_id)
    every = await proofs.generators_of(tx, account.account_id)
    for one in every:
        await proofs.remove_generator(tx, account.account_id, one.id)
    removed = await passkeys.remove_all(tx, account.account_id)
    await recovery_codes.forget(tx, account)
    return Forgotten(sum(one.confirmed_at is not None for one in every), removed)
