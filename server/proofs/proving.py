"""Proving who one is: the password, and the second factor where there is one.

   attempt -> known browser? -> limits, pause -> argon2id in the pool -> second factor -> proven
                                    | too many     | wrong, unknown,       | none: proven, or
                                    v              v inactive: one answer  v enrolling
                                   429            401                     401 code_required

Strangers share the guesses at an account, and are counted by address. A browser that the
account is known in has guesses of its own, as has a session that is asked again: neither what
strangers did to the account nor what came from the same address keeps the owner out.

Guesses at a code are counted apart from guesses at the password, before they are looked at: who
has the password and not the code can hold up the codes of that account for a while, and neither
its recovery codes nor its other ways in. A passkey proves both at once: `passkey_proof`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from server import attempts
from server.access import Principal
from server.attempts import Limited
from server.auditing.actors import of_account
from server.concerning import About
from server.errors import GoodfaithError, SignInFailed
from server.proofs import codes, known_browsers, policies, recovery_codes
from server.proofs.passwords import has_password, is_password_of, normalized_login
from server.proofs.refusals import (
    CodeRefused,
    CodeRequired,
    CodeUsed,
    PasskeyRefused,
    PasskeyRequired,
)
from server.proofs.ways import Factors, Presented, Proven, SignedOn, StaffAudience, Way
from server.services import Core
from server.storage import directory, passkeys, proofs, providers
from server.storage.directory import Account
from server.storage.statements import Tx


@dataclass(frozen=True, slots=True)
class Guesser:
    """Who guesses at an account.

    Attributes:
        apart: the browser or session that guesses apart from others; None: a stranger.
        source: where a stranger's wrong guesses are counted besides.
    """

    apart: str | None = None
    source: Limited | None = None

    def limited(self, kind: str, subject: str, most: int) -> Limited:
        """Return where a guess of theirs is counted."""
        if self.apart is None:
            return Limited(kind, subject, most)
        return Limited(f"{kind}_known", f"{subject}:{self.apart}", most)


async def prove(
    core: Core,
    audience: StaffAudience,
    presented: Presented,
    *,
    login: str,
    address: str,
) -> Proven:
    """Prove that somebody is whom a login names.

    Args:
        core: the running server.
        audience: which pages; accounts of another one do not exist here.
        presented: what they show.
        login: as typed.
        address: where the attempt comes from, for the limits.

    Raises:
        TooManyAttempts: from this address, for this account, or at its codes.
        SignInFailed: unknown, inactive or wrong, indistinguishably.
        CodeRequired: the password is right, and there is a code generator.
        PasskeyRequired: the password is right, and there are passkeys only.
        CodeRefused: it was not that.
        CodeUsed: it was, and it counted before.
    """
    name = normalized_login(login)
    async with core.database.read() as tx:
        account = await directory.account_by_login(tx, audience, name)
    browser = await known_browsers.browser_of(core, account, presented.known)
    source = None if browser is not None else source_of(core, address)
    guesser = Guesser(browser, source)
    owner = await _with_password(
        core, guesser, f"{audience}:{name}", account, presented.password
    )
    return Proven(owner, await _second(core, guesser, owner, presented.code))


async def confirm_password(core: Core, principal: Principal, password: str) -> Account:
    """Ask somebody who is signed in for their password again, before what cannot be undone.

    A session has as many guesses as a stranger, and apart from them.

    Returns:
        Their account, as it was when the password was verified.

    Raises:
        TooManyAttempts: in this session.
        SignInFailed: it is not theirs.
    """
    async with core.database.read() as tx:
        account = await directory.account(tx, principal.account_id or "")
    subject = f"{account.audience}:{account.login}"
    return await _with_password(core, Guesser(principal.session), subject, account, password)


async def settled(tx: Tx, core: Core, proven: Proven) -> Proven:
    """Read again, and keep until the commit, what a proof rests on.

    Raises:
        SignInFailed: the account was closed, or its password changed, meanwhile.
        PasskeyRefused: the passkey was removed meanwhile.
        CodeRequired: it has a code generator by now.
        PasskeyRequired: it has a passkey by now.
    """
    account = await directory.account(tx, proven.account.account_id, lock=True)
    if proven.on is not None:
        if not account.active or not await _is_still(tx, account, proven.on):
            raise refused_to(account, SignInFailed())
        return replace(proven, account=account)
    if proven.way is Way.PASSKEY:
        passkey = await passkeys.find(tx, proven.passkey_id or "")
        if not account.active or passkey is None:
            raise refused_to(account, PasskeyRefused())
        return replace(proven, account=account)
    if not account.active or account.password_hash != proven.account.password_hash:
        raise refused_to(account, SignInFailed())
    if proven.way not in {Way.PASSWORD, Way.ENROLLING}:
        return replace(proven, account=account)
    factors = await factors_of(tx, account)
    if factors.second:
        raise _asked_for(factors)
    return Proven(account, await _way_without(tx, core, account, lock=True))


async def factors_of(tx: Tx, account: Account) -> Factors:
    """Return what an account can prove itself by."""
    generators = await proofs.generators_of(tx, account.account_id)
    return Factors(
        password=has_password(account),
        generators=sum(one.confirmed_at is not None for one in generators),
        recovery_left=await proofs.recovery_left(tx, account.account_id),
        passkeys=await passkeys.count(tx, account.account_id),
        provider=await providers.provider_for(tx, account.account_id) is not None,
    )


async def _is_still(tx: Tx, account: Account, on: SignedOn) -> bool:
    """Tell whether a provider is used still, and its person has this account still."""
    provider = await providers.find_live(tx, on.provider_id, lock=True)
    if provider is None or provider.organization_id != account.organization_id:
        return False
    person = await providers.person(
        tx, account.organization_id, account.audience, on.issuer, on.subject
    )
    return person is not None and person.account_id == account.account_id


async def guess(core: Core, guesser: Guesser, account: Account, code: str) -> Limited:
    """Count a guess at a code, before it is looked at; recovery codes are counted apart.

    Raises:
        TooManyAttempts: there were too many.
    """
    kind = "sign_in_code" if codes.is_code(code) else "sign_in_recovery"
    most = core.settings.attempts_per_code_max
    limited = guesser.limited(kind, account.account_id, most)
    await attempts.begin_slowly(core, limited)
    return limited


async def right(core: Core, guessed: Limited) -> None:
    """Forgive the wrong guesses before a right one."""
    await attempts.succeeded(core, guessed)


def source_of(core: Core, address: str) -> Limited:
    """Return the limit of wrong guesses from an address."""
    return Limited("sign_in_address", address, core.settings.attempts_per_address_max)


def refused_to(account: Account | None, refusal: GoodfaithError) -> GoodfaithError:
    """Return a refusal; whose account was tried, the audit log knows, and nobody else."""
    if account is not None:
        refusal.about = About(
            actor=of_account(account.role, account.account_id),
            role=account.role,
            organization_id=account.organization_id,
        )
    return refusal


async def _with_password(
    core: Core, guesser: Guesser, subject: str, account: Account | None, password: str
) -> Account:
    """Return the account, if it is there and the password is its own.

    Args:
        core: the running server.
        guesser: who tries.
        subject: audience and login, as typed: what is counted is the same for an unknown one.
        account: of that login, if there is one.
        password: as typed.

    Raises:
        TooManyAttempts: from there, or for this account; nothing was looked at.
        SignInFailed: unknown, inactive or wrong.
    """
    most = core.settings.attempts_per_account_max
    target = guesser.limited("sign_in_account", subject, most)
    if guesser.source is not None:
        await attempts.check(core, guesser.source)
    await attempts.begin_slowly(core, target)
    right = await is_password_of(core, account, password)
    if account is None or not account.active or not right:
        await _failed(core, guesser)
        raise refused_to(account, SignInFailed())
    await attempts.succeeded(core, target)
    return account


async def _failed(core: Core, guesser: Guesser) -> None:
    if guesser.source is not None:
        await attempts.failed(core, guesser.source)


async def _second(core: Core, guesser: Guesser, account: Account, code: str | None) -> Way:
    async with core.database.read() as tx:
        factors = await factors_of(tx, account)
        if not factors.second:
            return await _way_without(tx, core, account)
    if code is None:
        raise _asked_for(factors)
    limited = await guess(core, guesser, account, code)
    try:
        async with core.database.write() as tx:
            way = await use_code(tx, core, account, code)
    except (CodeRefused, CodeUsed) as refusal:
        await _failed(core, guesser)
        raise refused_to(account, refusal) from None
    await right(core, limited)
    return way


def _asked_for(factors: Factors) -> CodeRequired | PasskeyRequired:
    """Return what a password has to come with; a passkey comes without one."""
    return CodeRequired() if factors.generators else PasskeyRequired()


async def use_code(tx: Tx, core: Core, account: Account, code: str) -> Way:
    """Let a code count, once: of a generator, or a recovery code.

    Raises:
        CodeRefused: it is none of this account's, or not of now.
        CodeUsed: it counted before.
    """
    if codes.is_code(code):
        await codes.use(tx, core, account, code)
        return Way.CODE
    await recovery_codes.use(tx, core, account, code)
    return Way.RECOVERY


async def _way_without(tx: Tx, core: Core, account: Account, *, lock: bool = False) -> Way:
    """Return what a password alone is worth, where nothing else is enrolled."""
    policy = await policies.second_factor(tx, core, account.organization_id, lock=lock)
    return Way.PASSWORD if policy == policies.OPTIONAL else Way.ENROLLING
