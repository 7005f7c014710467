"""Passwords: hashed with argon2id (RFC 9106) in the pool, and the same work for nobody's.

An account that has no password (`NO_PASSWORD`) and one that does not exist cost as much to
refuse as a wrong password: how long an answer took says nothing.
"""

from __future__ import annotations

import functools
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from server.services import Core
from server.settings import Settings
from server.storage import proofs
from server.storage.directory import Account

NO_PASSWORD: Final = proofs.NO_PASSWORD
UNKNOWN: Final = "nobody's password"


def normalized_login(text: str) -> str:
    """Return a login as it is stored and compared: without outer space, in lower case."""
    return text.strip().casefold()


def has_password(account: Account) -> bool:
    """Tell whether an account can be signed in to with a password."""
    return account.password_hash != NO_PASSWORD


async def hash_password(core: Core, password: str) -> str:
    """Return the argon2id hash of a password, made in the pool."""
    return await core.blocking(functools.partial(_hasher(core.settings).hash, password))


async def is_password_of(core: Core, account: Account | None, password: str) -> bool:
    """Verify a password in the pool; where there is none, do the same work and fail."""
    settings = core.settings
    stored = account.password_hash if account and has_password(account) else None
    return await core.blocking(functools.partial(_verify, settings, stored, password))


def _verify(settings: Settings, stored: str | None, password: str) -> bool:
    hasher = _hasher(settings)
    known = stored if stored is not None else _dummy(*_cost(settings))
    try:
        hasher.verify(known, password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def _cost(settings: Settings) -> tuple[int, int, int]:
    return (settings.argon2_time_cost, settings.argon2_memory_kib, settings.argon2_parallelism)


def _hasher(settings: Settings) -> PasswordHasher:
    time_cost, memory_kib, parallelism = _cost(settings)
    return PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=parallelism)


@functools.cache
def _dummy(time_cost: int, memory_kib: int, parallelism: int) -> str:
    """Return a hash that costs as much to verify as anybody's."""
    hasher = PasswordHasher(
        time_cost=time_cost, memory_cost=memory_kib, parallelism=parallelism
    )
    return hasher.hash(UNKNOWN)
