"""Passkeys between wire and ceremonies: base64url to bytes, and what browsers are told."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Final

from server.proofs.ceremonies import ALGORITHMS, Asserted, Attested
from server.proofs.refusals import NoPasskeysHere, PasskeyRefused
from server.proofs.relying_party import NAME, RelyingParty, relying_party
from server.settings import Settings
from server.storage.directory import Account, Organization
from server.storage.passkeys import Passkey
from server.views.passkeys import (
    KnownPasskeyView,
    NewPasskeyForm,
    PasskeyCreationView,
    PasskeyForm,
    PasskeyRequestView,
)
from server.views.proofs import PasskeyView

MS: Final = 1_000


def party_of(settings: Settings) -> RelyingParty:
    """Return whom passkeys are for.

    Raises:
        NoPasskeysHere: this server has no name.
    """
    party = relying_party(settings)
    if party is None:
        raise NoPasskeysHere
    return party


def creation_view(
    settings: Settings,
    account: Account,
    organization: Organization,
    *,
    challenge: bytes,
    there: Sequence[Passkey],
) -> PasskeyCreationView:
    """Return what a browser is to make for an account.

    The account's id goes into the passkey: it says nothing about the person, and is what the
    passkey is found by where nobody types a name.
    """
    return PasskeyCreationView(
        challenge=_text(challenge),
        rp_id=party_of(settings).host,
        rp_name=NAME,
        user_id=_text(account.account_id.encode()),
        user_name=account.login,
        user_display_name=f"{account.display_name}, {organization.name}",
        algorithms=[int(one) for one in ALGORITHMS],
        exclude=_known(there),
        timeout_ms=settings.challenge_ttl_s * MS,
    )


def request_view(
    settings: Settings, *, challenge: bytes, allow: Sequence[Passkey] = ()
) -> PasskeyRequestView:
    """Return what a browser is to answer; `allow` none: by any passkey that it finds."""
    return PasskeyRequestView(
        challenge=_text(challenge),
        rp_id=party_of(settings).host,
        allow=_known(allow),
        timeout_ms=settings.challenge_ttl_s * MS,
    )


def passkey_view(one: Passkey) -> PasskeyView:
    """Return a passkey as its owner sees it."""
    return PasskeyView(
        id=one.id,
        label=one.label,
        since_ms=one.created_at // MS,
        last_used_ms=None if one.last_used_at is None else one.last_used_at // MS,
        backed_up=one.backed_up,
    )


def attested(form: NewPasskeyForm) -> Attested:
    """Return what was made, in bytes.

    Raises:
        PasskeyRefused: it is no base64url.
    """
    return Attested(
        credential_id=_bytes(form.credential_id),
        client_data=_bytes(form.client_data),
        attestation=_bytes(form.attestation),
    )


def asserted(form: PasskeyForm) -> Asserted:
    """Return what was answered, in bytes.

    Raises:
        PasskeyRefused: it is no base64url.
    """
    return Asserted(
        credential_id=_bytes(form.credential_id),
        client_data=_bytes(form.client_data),
        authenticator_data=_bytes(form.authenticator_data),
        signature=_bytes(form.signature),
        user_handle=None if form.user_handle is None else _bytes(form.user_handle),
    )


def _known(passkeys: Sequence[Passkey]) -> list[KnownPasskeyView]:
    return [
        KnownPasskeyView(
            credential_id=_text(one.credential_id),
            transports=list(one.transports),
        )
        for one in passkeys
    ]


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise PasskeyRefused from None
