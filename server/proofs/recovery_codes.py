"""Recovery codes: ten, each of which stands for the second factor once, beside the password.

A code is 50 random bits in Crockford's base 32, in two groups of five. What is kept is a hash
under a key of the organization, bound to the account, so that rows alone cannot be guessed at.
New codes end the old ones.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

from server.proofs.refusals import CodeRefused, CodeUsed, NotEnrolled
from server.services import Core
from server.storage import passkeys, proofs
from server.storage.directory import Account
from server.storage.statements import Tx

CODES: Final = 10
GROUPS: Final = 2
GROUP_CHARS: Final = 5
CODE_CHARS: Final = GROUPS * GROUP_CHARS
# Crockford's base 32: nothing in it is taken for another letter or digit.
LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MISREAD: Final = str.maketrans("OIL", "011", "- ")
PURPOSE: Final = b"goodfaith recovery code v1:"


async def make(tx: Tx, core: Core, account: Account) -> list[str]:
    """Make an account's recovery codes anew, and return them: they are kept nowhere.

    Raises:
        NotEnrolled: it has no second factor that they could stand for.
    """
    await proofs.hold(tx, account.account_id)
    generators = await proofs.generators_of(tx, account.account_id)
    enrolled = any(one.confirmed_at is not None for one in generators)
    if not enrolled and not await passkeys.count(tx, account.account_id):
        raise NotEnrolled
    made = [_made_up(core) for _ in range(CODES)]
    hashes = [await _hash(tx, core, account, one) for one in made]
    now = core.clock.now()
    await proofs.replace_recovery_codes(tx, account.account_id, hashes, now)
    return made


async def use(tx: Tx, core: Core, account: Account, code: str) -> None:
    """Let a recovery code count, once.

    Raises:
        CodeRefused: it is none of this account's.
        CodeUsed: it counted before.
    """
    code_hash = await _hash(tx, core, account, code)
    now = core.clock.now()
    if await proofs.use_recovery_code(tx, account.account_id, code_hash, now):
        return
    used = await proofs.was_used(tx, account.account_id, code_hash)
    raise CodeUsed if used else CodeRefused


async def forget(tx: Tx, account: Account) -> None:
    """End all codes: there is nothing any more that they stand for."""
    await proofs.replace_recovery_codes(tx, account.account_id, (), 0)


def _made_up(core: Core) -> str:
    # 32 letters: the low five bits of a random byte choose one, each as likely.
    chars = "".join(LETTERS[one % len(LETTERS)] for one in core.random_bytes(CODE_CHARS))
    return "-".join(chars[at : at + GROUP_CHARS] for at in range(0, CODE_CHARS, GROUP_CHARS))


async def _hash(tx: Tx, core: Core, account: Account, code: str) -> str:
    key = await core.keyring.index_key(tx, account.organization_id)
    typed = "".join(code.split()).upper().translate(MISREAD)
    text = PURPOSE + account.account_id.encode() + b":" + typed.encode()
    return hmac.new(key, text, hashlib.sha256).hexdigest()
