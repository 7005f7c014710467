"""Passkeys of an account: registered, called something, given up.

    asked (challenge, bound to this session) --made, verified--> counts --remove--> none

They are two factors in one, so whoever has one needs no code besides, wherever one is required.
"""

from __future__ import annotations

import hashlib
from typing import Final

from server.errors import NotFound
from server.proofs import ceremonies, challenges, last_factor, passkey_forms
from server.proofs.ceremonies import NewKey
from server.proofs.challenges import Asking
from server.proofs.refusals import AlreadyEnrolled, PasskeyRefused
from server.services import Core
from server.storage import directory, passkeys, proofs
from server.storage.directory import Account
from server.storage.passkeys import Passkey
from server.storage.statements import Tx
from server.views.passkeys import NewPasskeyForm, PasskeyCreationView

PASSKEYS_MAX: Final = 10


def id_of(credential_id: bytes) -> str:
    """Return what a passkey is known by here, whoever made it."""
    return hashlib.sha256(credential_id).hexdigest()


async def begin(core: Core, account: Account, asking: Asking) -> PasskeyCreationView:
    """Return what the browser of somebody who is signed in is to make.

    Raises:
        NoPasskeysHere: this server has no name that a passkey could be for.
        TooManyAttempts: they asked too often.
        AlreadyEnrolled: there are as many as there may be.
    """
    passkey_forms.party_of(core.settings)
    async with core.database.read() as tx:
        organization = await directory.organization(tx, account.organization_id)
        there = await passkeys.of_account(tx, account.account_id)
    if len(there) >= PASSKEYS_MAX:
        raise AlreadyEnrolled
    challenge = await challenges.make(core, asking)
    return passkey_forms.creation_view(
        core.settings, account, organization, challenge=challenge, there=there
    )


async def attest(core: Core, asking: Asking, form: NewPasskeyForm) -> NewKey:
    """Verify what a browser made, and use the challenge up that it was made for.

    Raises:
        NoPasskeysHere: this server has no name that a passkey could be for.
        PasskeyRefused: it was not made for us, or not by somebody verified.
        ChallengeOver: it was not asked for here, or too long ago.
    """
    party, attested = passkey_forms.party_of(core.settings), passkey_forms.attested(form)
    challenge = ceremonies.challenge_in(attested.client_data)
    await challenges.use(core, asking, challenge)
    return ceremonies.registered(party, attested, challenge)


async def add(tx: Tx, core: Core, account: Account, made: NewKey, form: NewPasskeyForm) -> None:
    """Let a passkey count that was verified.

    Raises:
        PasskeyRefused: it is somebody's already.
        AlreadyEnrolled: there are as many as there may be.
    """
    await proofs.hold(tx, account.account_id)
    if await passkeys.count(tx, account.account_id) >= PASSKEYS_MAX:
        raise AlreadyEnrolled
    one = Passkey(
        id=id_of(made.credential_id),
        account_id=account.account_id,
        credential_id=made.credential_id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        transports=tuple(dict.fromkeys(form.transports)),  # its column has room for each
        backed_up=made.backed_up,
        label=form.label,
        created_at=core.clock.now(),
    )
    if not await passkeys.add(tx, one):
        raise PasskeyRefused


async def relabel(tx: Tx, account: Account, passkey_id: str, label: str) -> None:
    """Call a passkey something else.

    Raises:
        NotFound: no passkey of this account has this id.
    """
    if not await passkeys.relabel(tx, account.account_id, passkey_id, label):
        raise NotFound


async def remove(tx: Tx, core: Core, account: Account, passkey_id: str) -> None:
    """Give a passkey up; with the last second factor, the recovery codes end as well.

    Raises:
        NotFound: no passkey of this account has this id.
        LastFactor: it is the last second factor, and the organization requires one.
    """
    await proofs.hold(tx, account.account_id)
    if not await passkeys.remove(tx, account.account_id, passkey_id):
        raise NotFound
    await last_factor.gave_up(tx, core, account)
