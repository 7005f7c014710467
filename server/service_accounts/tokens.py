"""An assertion -> a token for minutes; a token -> who asks.

    goodfaith_svc_<256 random bits>   told once; only its SHA-256 is kept

Whatever is wrong about an assertion has one answer (`ClientRefused`), and its reason is in the
log. Ids of software are 128 random bits and no secret, so whether one exists is not hidden.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import Final

from server import attempts
from server.access import Principal, Role
from server.access.scopes import SCOPES
from server.attempts import Limited
from server.auditing import actor_of
from server.concerning import About
from server.errors import BadRequest, NotSignedIn
from server.logging import get_logger
from server.service_accounts import assertions, public_keys
from server.service_accounts.assertions import AssertionRefused, Presented, Verified
from server.service_accounts.refusals import ClientRefused, GrantUnsupported, ScopeRefused
from server.services import Core
from server.storage import service_accounts as stored
from server.storage.service_accounts import ServiceAccount, ServiceKey

PATH: Final = "/oauth/token"
GRANT: Final = "client_credentials"
ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
PREFIX: Final = "goodfaith_svc_"
SECRET_BYTES: Final = 32
CHARS_MAX: Final = 100
ISSUED_MAX: Final = 300  # tokens of one software within `attempts_window_s`
SECOND_US: Final = 1_000_000
# An assertion is remembered for longer than it could serve, whatever clocks nodes have.
REMEMBERED_S: Final = 120

log = get_logger("software")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a client sends (RFC 6749, 4.4.2; RFC 7521, 4.2); an empty text is none."""

    grant_type: str
    assertion_type: str
    assertion: str
    scope: str = ""
    client_id: str = ""


@dataclass(frozen=True, slots=True)
class Issued:
    """A token as it is told, once; `scopes` between spaces."""

    secret: str
    scopes: str
    lives_s: int
    principal: Principal


def endpoint(core: Core) -> str:
    """Return the address where tokens are got: what an assertion has to be for."""
    return core.settings.origin + PATH


async def issue(core: Core, asked: Asked, *, address: str) -> Issued:
    """Give a token to software that shows who it is.

    Args:
        core: what everything stands on.
        asked: what it sent.
        address: where from, for the limits.

    Raises:
        BadRequest: something is missing, or of another kind.
        GrantUnsupported: another grant than client credentials.
        ClientRefused: the assertion is not accepted.
        ScopeRefused: it asks for what it was not given.
        TooManyAttempts: of this address, or of this software.
    """
    if not asked.grant_type or not asked.assertion or asked.assertion_type != ASSERTION_TYPE:
        raise BadRequest
    if asked.grant_type != GRANT:
        raise GrantUnsupported
    source = Limited("oauth_address", address, core.settings.attempts_per_address_max)
    await attempts.check(core, source)
    named: ServiceAccount | None = None
    try:
        shown = assertions.presented(asked.assertion)
        named, found = await _registered(core, shown)
        account, key = _known(named, found, asked.client_id)
        holds = assertions.verified(
            shown,
            public_keys.verifier(key.public_key),
            public_keys.algorithm_of(key.public_key),
            audience=endpoint(core),
            now_s=core.clock.now() // SECOND_US,
        )
        scopes = _scopes(account, asked.scope)
        await attempts.begin(core, Limited("service_tokens", account.id, ISSUED_MAX))
        return await _issued(core, account, key, holds, scopes)
    except AssertionRefused as refused:
        await attempts.failed(core, source)
        log.warning("assertion_refused", reason=refused.reason)
        error = ClientRefused()
        error.about = None if named is None else _about(named)
        raise error from None


async def principal_of(core: Core, secret: str) -> Principal:
    """Return who asks with a token.

    Raises:
        NotSignedIn: unknown, over, or its software or key is ended, indistinguishably.
    """
    if not secret.startswith(PREFIX) or len(secret) > CHARS_MAX:
        raise NotSignedIn
    async with core.database.read() as tx:
        opened = await stored.opened_by(tx, _hash(secret), core.clock.now())
    if opened is None:
        raise NotSignedIn
    return _software(opened.service_account_id, opened.spa_id, opened.scopes)


async def _registered(
    core: Core, shown: Presented
) -> tuple[ServiceAccount | None, ServiceKey | None]:
    """Return who is said to say it, and their key of that name; None where there is none."""
    async with core.database.read() as tx:
        account = await stored.find(tx, shown.client_id)
        return account, await stored.live_key(tx, shown.client_id, shown.kid)


def _known(
    account: ServiceAccount | None, key: ServiceKey | None, client_id: str
) -> tuple[ServiceAccount, ServiceKey]:
    """Return both, if both are there and it is not said to be somebody else besides."""
    if account is None or key is None or client_id not in {"", account.id}:
        raise AssertionRefused("unknown")
    return account, key


def _scopes(account: ServiceAccount, wanted: str) -> str:
    """Return what the token is for: what is asked for, or all that the software was given."""
    given = account.scopes.split()
    asked = wanted.split() or given
    if not set(asked) <= set(given):
        refused = ScopeRefused(fields=("scope",))
        refused.about = _about(account)
        raise refused
    return " ".join(one for one in SCOPES if one in asked)


async def _issued(
    core: Core, account: ServiceAccount, key: ServiceKey, holds: Verified, scopes: str
) -> Issued:
    raw = base64.urlsafe_b64encode(core.random_bytes(SECRET_BYTES)).rstrip(b"=").decode()
    secret, now, lives_s = PREFIX + raw, core.clock.now(), core.settings.service_token_s
    async with core.database.write() as tx:
        # Both are read again, the account held: a revocation is before this, or after it.
        await stored.get(tx, account.id, lock=True)
        if await stored.live_key(tx, account.id, key.kid) is None:
            raise AssertionRefused("unknown")
        remembered = (holds.expires_at_s + REMEMBERED_S) * SECOND_US
        if not await stored.serve_once(tx, account.id, _hash(holds.jti), remembered):
            raise AssertionRefused("replayed")
        await stored.add_token(
            tx,
            _hash(secret),
            key_id=key.id,
            scopes=scopes,
            now=now,
            expires_at=now + lives_s * SECOND_US,
        )
        await stored.signed_in(tx, account.id, now)
    return Issued(secret, scopes, lives_s, _software(account.id, account.spa_id, scopes))


def _software(account_id: str, spa_id: str, scopes: str) -> Principal:
    return Principal(
        audience="spa",
        role=Role.SPA_SOFTWARE,
        organization_id=spa_id,
        token_id=account_id,
        scopes=frozenset(scopes.split()),
    )


def _about(account: ServiceAccount) -> About:
    who = _software(account.id, account.spa_id, "")
    return About(actor=actor_of(who), role=who.role.value, organization_id=account.spa_id)


def _hash(text: str) -> str:
    """Return hex SHA-256: a token's bits are random, and a `jti` is no secret."""
    return hashlib.sha256(text.encode()).hexdigest()
