"""Proving who one is with a passkey: to be let in, or again, in a session.

    begin (challenge) -> the authenticator verifies its owner and signs -> finish -> proven

Signing in, nobody types a name: the passkey says whose it is. Again (`STEP_UP`), only those of
the account count. Whatever is wrong, the answer is the same. A signature cannot be guessed, so
passkeys of an account are counted nowhere and never locked. What strangers do wrong counts for
the address that it comes from. Once that was too much, their answers are looked at before
anything is written, and what is wrong goes no further: whoever has the passkey is let in.
"""

from __future__ import annotations

from typing import Final

from server import attempts
from server.attempts import Limited
from server.errors import TooManyAttempts
from server.proofs import ceremonies, challenges, known_browsers, passkey_forms
from server.proofs.ceremonies import Asserted, Use
from server.proofs.challenges import Asking, Purpose
from server.proofs.passkeys import id_of
from server.proofs.proving import refused_to, source_of
from server.proofs.refusals import PasskeyRefused
from server.proofs.ways import Proven, Way
from server.services import Core
from server.storage import directory, passkeys
from server.storage.directory import Account
from server.storage.passkeys import Passkey
from server.storage.statements import Tx
from server.views.passkeys import PasskeyForm, PasskeyRequestView

PROVING: Final = (Purpose.SIGN_IN, Purpose.STEP_UP)


async def begin(core: Core, asking: Asking) -> PasskeyRequestView:
    """Return what a browser is to answer. It tells nothing about accounts to a stranger.

    Args:
        core: the running server.
        asking: what for; to step up, with the account and its session.

    Raises:
        NoPasskeysHere: this server has no name that a passkey could be for.
        TooManyAttempts: for this account.
    """
    passkey_forms.party_of(core.settings)
    challenge = await challenges.make(core, asking)
    async with core.database.read() as tx:
        own = await passkeys.of_account(tx, asking.account_id) if asking.account_id else []
    return passkey_forms.request_view(core.settings, challenge=challenge, allow=own)


async def finish(
    core: Core,
    asking: Asking,
    form: PasskeyForm,
    *,
    address: str | None = None,
    known: str | None = None,
) -> Proven:
    """Return who proved who they are.

    Args:
        core: the running server.
        asking: as it was when it began.
        form: what the browser gave.
        address: where it comes from, for the limits; None in a session, which has none.
        known: what the browser was given at earlier sign-ins.

    Raises:
        NoPasskeysHere: this server has no name that a passkey could be for.
        TooManyAttempts: it is wrong, and strangers did too much wrong from this address.
        ChallengeOver: what was answered is over, was answered before, or was for another one.
        PasskeyRefused: anything else was wrong.
    """
    source = None if address is None else await _stranger(core, form, address, known)
    if source is not None:
        await _let_try(core, asking, form, source)
    try:
        return await _proven(core, asking, form)
    except PasskeyRefused:
        if source is not None:
            await attempts.failed(core, source)
        raise


async def _stranger(
    core: Core, form: PasskeyForm, address: str, known: str | None
) -> Limited | None:
    """Return where a stranger is counted; None in a browser that the account is known in."""
    account = await _said_to_be(core, form) if known is not None else None
    browser = await known_browsers.browser_of(core, account, known)
    return None if browser is not None else source_of(core, address)


async def _said_to_be(core: Core, form: PasskeyForm) -> Account | None:
    """Return whose passkey is named, before anything of the answer was looked at."""
    try:
        credential_id = passkey_forms.asserted(form).credential_id
    except PasskeyRefused:
        return None
    async with core.database.read() as tx:
        passkey = await passkeys.find(tx, id_of(credential_id))
        return None if passkey is None else await directory.account(tx, passkey.account_id)


async def _let_try(core: Core, asking: Asking, form: PasskeyForm, source: Limited) -> None:
    try:
        await attempts.check(core, source)
    except TooManyAttempts:
        if not await _is_right(core, asking, form):
            raise


async def _is_right(core: Core, asking: Asking, form: PasskeyForm) -> bool:
    """Tell whether an answer is right but for its challenge, which may be over."""
    try:
        asserted = passkey_forms.asserted(form)
        challenge = ceremonies.challenge_in(asserted.client_data)
        async with core.database.read() as tx:
            passkey = await passkeys.find(tx, id_of(asserted.credential_id))
            if passkey is None:
                return False
            account = await directory.account(tx, passkey.account_id)
        _used(core, asking, asserted, passkey, account, challenge)
    except PasskeyRefused:
        return False
    return True


async def _proven(core: Core, asking: Asking, form: PasskeyForm) -> Proven:
    if asking.purpose not in PROVING:
        raise PasskeyRefused
    asserted = passkey_forms.asserted(form)
    challenge = ceremonies.challenge_in(asserted.client_data)
    await challenges.use(core, asking, challenge)
    async with core.database.write() as tx:
        passkey = await passkeys.find(tx, id_of(asserted.credential_id), lock=True)
        if passkey is None:
            raise PasskeyRefused
        account = await directory.account(tx, passkey.account_id)
        try:
            await _use(tx, core, asking, asserted, passkey, account, challenge)
        except PasskeyRefused as refusal:
            raise refused_to(account, refusal) from None
    return Proven(account, Way.PASSKEY, passkey.id)


async def _use(
    tx: Tx,
    core: Core,
    asking: Asking,
    asserted: Asserted,
    passkey: Passkey,
    account: Account,
    challenge: bytes,
) -> None:
    """Let a use of a passkey count, under the lock of its row.

    Raises:
        PasskeyRefused: it is not right, or not this account's.
    """
    use = _used(core, asking, asserted, passkey, account, challenge)
    await passkeys.used(
        tx,
        passkey.id,
        sign_count=use.sign_count,
        backed_up=use.backed_up,
        now=core.clock.now(),
    )


def _used(
    core: Core,
    asking: Asking,
    asserted: Asserted,
    passkey: Passkey,
    account: Account,
    challenge: bytes,
) -> Use:
    """Return what a right answer says.

    Raises:
        PasskeyRefused: it is not right, or not this account's.
    """
    if not _is_whose_it_says(asking, asserted, account):
        raise PasskeyRefused
    return ceremonies.used(
        passkey_forms.party_of(core.settings),
        asserted,
        challenge,
        public_key=passkey.public_key,
        sign_count=passkey.sign_count,
    )


def _is_whose_it_says(asking: Asking, asserted: Asserted, account: Account) -> bool:
    if not account.active or account.audience != asking.audience:
        return False
    own = account.account_id.encode()
    if asking.purpose is Purpose.SIGN_IN:  # nobody said a name: the passkey has to
        return asserted.user_handle == own
    return account.account_id == asking.account_id and asserted.user_handle in {None, own}
