"""Enrolling a second factor and giving it up, with the sessions and codes that hang on it.

a generator, shown  --confirm--> it counts; this session goes on under another cookie, all
a passkey, asked for --register-' others end, and there are recovery codes where none were
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from server import sessions
from server.proofs import codes, passkeys, policies, proving, recovery_codes
from server.proofs.ceremonies import NewKey
from server.proofs.codes import begin, remove
from server.proofs.passkey_forms import passkey_view
from server.proofs.policies import REQUIRED
from server.proofs.recovery_codes import make as new_recovery_codes
from server.proofs.relying_party import passkey_host
from server.proofs.ways import Way
from server.services import Core
from server.storage import passkeys as stored_passkeys
from server.storage import proofs
from server.storage import sessions as stored_sessions
from server.storage.directory import Account
from server.storage.proofs import Heads
from server.storage.statements import Tx
from server.views.passkeys import NewPasskeyForm
from server.views.proofs import (
    FactorsView,
    GeneratorView,
    SignInPoliciesView,
    SignInPolicyView,
)

__all__ = [
    "Confirmed",
    "begin",
    "confirm",
    "factors_view",
    "new_recovery_codes",
    "policies_view",
    "register",
    "remove",
]
MS: Final = 1_000
NOBODY: Final = Heads(0, 0)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A second factor counts.

    Attributes:
        cookie: the session's, from now on.
        ended: other sessions of the account, to be told by the caller.
        recovery_codes: new ones, where there were none.
    """

    cookie: str = field(repr=False)
    ended: list[str]
    recovery_codes: list[str] = field(repr=False)


async def confirm(
    tx: Tx, core: Core, account: Account, generator_id: str, code: str, *, session: str
) -> Confirmed:
    """Let a generator count, and the session that it was enrolled in with it.

    Raises:
        NotFound: no generator of this account waits under this id.
        CodeRefused: the code is not of it, or not of now.
        SessionExpired: the session is over.
    """
    await codes.confirm(tx, core, account, generator_id, code)
    return await _counts(tx, core, account, session=session, way=Way.CODE)


async def register(
    tx: Tx, core: Core, account: Account, made: NewKey, form: NewPasskeyForm, *, session: str
) -> Confirmed:
    """Let a passkey count that was verified, and the session that it was made in with it.

    Raises:
        PasskeyRefused: it is somebody's already.
        AlreadyEnrolled: there are as many as there may be.
        SessionExpired: the session is over.
    """
    await passkeys.add(tx, core, account, made, form)
    return await _counts(tx, core, account, session=session, way=Way.PASSKEY)


async def _counts(tx: Tx, core: Core, account: Account, *, session: str, way: Way) -> Confirmed:
    made: list[str] = []
    if not await proofs.recovery_left(tx, account.account_id):
        made = await recovery_codes.make(tx, core, account)
    now = core.clock.now()
    cookie = await sessions.rotate(tx, session, core=core, now=now)
    await stored_sessions.prove(tx, session, way, now)
    ended = await stored_sessions.end_for_account(
        tx, account.account_id, "revoked", now, keep=session
    )
    return Confirmed(cookie, ended, made)


async def factors_view(tx: Tx, core: Core, account: Account) -> FactorsView:
    """Return what an account proves itself by."""
    factors = await proving.factors_of(tx, account)
    required = await policies.second_factor(tx, core, account.organization_id)
    return FactorsView(
        password=factors.password,
        passkeys=[
            passkey_view(one)
            for one in await stored_passkeys.of_account(tx, account.account_id)
        ],
        passkey_host=passkey_host(core.settings),
        code_generators=[
            GeneratorView(id=one.id, label=one.label, since_ms=one.confirmed_at // MS)
            for one in await proofs.generators_of(tx, account.account_id)
            if one.confirmed_at is not None
        ],
        recovery_left=factors.recovery_left,
        required=required == REQUIRED,
    )


async def policies_view(tx: Tx, core: Core, network_id: str) -> SignInPoliciesView:
    """Return where a network and its spas require a second factor, and who has none."""
    within = await policies.within(tx, network_id)
    ids = [one.organization_id for one in within]
    said = await proofs.policies_of(tx, ids)
    holds = await policies.holding(tx, core.settings, within)
    heads = await proofs.people_of(tx, ids)
    return SignInPoliciesView(
        organizations=[
            SignInPolicyView(
                organization_id=one.organization_id,
                name=one.name,
                kind=one.kind,
                said=said.get(one.organization_id),
                holds=holds[one.organization_id],
                people=heads.get(one.organization_id, NOBODY).people,
                without=heads.get(one.organization_id, NOBODY).without,
            )
            for one in within
        ],
        floor=core.settings.second_factor == REQUIRED,
    )
