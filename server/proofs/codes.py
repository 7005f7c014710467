"""Code generators: enrolled with a code of theirs, used once per code, given up.

    none --begin--> shown --confirm--> counts --remove--> none
                      |                  |
                      `--begin again--'  `-- the code of a step counts once, then none before it

A generator that is only shown opens nothing and is asked for nowhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from server import totp
from server.errors import NotFound
from server.proofs import last_factor
from server.proofs.refusals import AlreadyEnrolled, CodeRefused, CodeUsed
from server.sealing import unseal
from server.services import Core
from server.storage import directory, proofs
from server.storage.directory import Account
from server.storage.proofs import Generator
from server.storage.statements import Tx

ID_BYTES: Final = 16
GENERATORS_MAX: Final = 5
SHAPE: Final = re.compile(rf"[0-9]{{{totp.DIGITS}}}")


@dataclass(frozen=True, slots=True)
class NewGenerator:
    """A generator to be confirmed; its secret is shown once.

    Attributes:
        secret: base 32, for typing it in.
        uri: the same for a picture that an application scans.
    """

    generator_id: str
    secret: str = field(repr=False)
    uri: str = field(repr=False)


def typed(text: str) -> str:
    """Return a code as it is compared, however it was spaced."""
    return "".join(text.split())


def is_code(text: str) -> bool:
    """Tell a generator's code from a recovery code."""
    return SHAPE.fullmatch(typed(text)) is not None


async def begin(tx: Tx, core: Core, account: Account, label: str) -> NewGenerator:
    """Make a generator that waits to be confirmed; one that waited before is forgotten.

    Raises:
        AlreadyEnrolled: there are as many as there may be.
    """
    await proofs.hold(tx, account.account_id)
    await proofs.remove_unconfirmed(tx, account.account_id)
    if len(await proofs.generators_of(tx, account.account_id)) >= GENERATORS_MAX:
        raise AlreadyEnrolled
    generator_id = core.random_bytes(ID_BYTES).hex()
    secret = totp.secret_of(core.random_bytes(totp.SECRET_BYTES))
    key = await core.keyring.tenant_key(tx, account.organization_id)
    place = proofs.secret_place(generator_id, account.organization_id)
    await proofs.add_generator(
        tx,
        Generator(
            id=generator_id,
            account_id=account.account_id,
            sealed_secret=core.keyring.seal(key, secret.encode(), place),
            label=label,
            created_at=core.clock.now(),
        ),
    )
    organization = await directory.organization(tx, account.organization_id)
    uri = totp.uri_of(secret, login=account.login, organization=organization.name)
    return NewGenerator(generator_id, secret, uri)


async def confirm(tx: Tx, core: Core, account: Account, generator_id: str, code: str) -> None:
    """Let a generator count, by a code of it. That code counts for nothing else.

    Raises:
        NotFound: no generator of this account waits under this id.
        CodeRefused: the code is not of it, or not of now.
    """
    await proofs.hold(tx, account.account_id)
    waiting = [
        one
        for one in await proofs.generators_of(tx, account.account_id)
        if one.id == generator_id and one.confirmed_at is None
    ]
    if not waiting:
        raise NotFound
    now = core.clock.now()
    step = totp.step_of(typed(code), await _secret(tx, core, account, waiting[0]), now=now)
    if step is None:
        raise CodeRefused
    if not await proofs.confirm(tx, generator_id, step=step, now=now):
        raise NotFound


async def use(tx: Tx, core: Core, account: Account, code: str) -> None:
    """Let a code of one of the account's generators count, once.

    Raises:
        CodeRefused: it is of none of them, or not of now.
        CodeUsed: it counted before, or a later one did.
    """
    now, fits = core.clock.now(), False
    for one in await proofs.generators_of(tx, account.account_id):
        if one.confirmed_at is None:
            continue
        step = totp.step_of(typed(code), await _secret(tx, core, account, one), now=now)
        if step is None:
            continue
        if await proofs.use_step(tx, one.id, step):
            return
        fits = True
    raise CodeUsed if fits else CodeRefused


async def remove(tx: Tx, core: Core, account: Account, generator_id: str) -> None:
    """Give a generator up; with the last second factor, the recovery codes end as well.

    Raises:
        NotFound: no generator of this account has this id.
        LastFactor: it is the last one, and the organization requires one.
    """
    await proofs.hold(tx, account.account_id)
    if not await proofs.remove_generator(tx, account.account_id, generator_id):
        raise NotFound
    await last_factor.gave_up(tx, core, account)


async def _secret(tx: Tx, core: Core, account: Account, one: Generator) -> str:
    key = await core.keyring.tenant_key(tx, account.organization_id)
    place = proofs.secret_place(one.id, account.organization_id)
    return unseal(key, one.sealed_secret, place=place).decode()
