"""What makes an answer of a passkey right (WebAuthn 3, 7.1 and 7.2). Pure.

    our challenge, our origin, in no frame of another site
      -> our host (RP ID), somebody was there and was verified (UP, UV)
        -> the counter went on, if it counts at all
          -> the signature is of the key that was registered

What is wrong is said to nobody: whoever tries learns only that it was refused. The models of a
device (attestation) are not asked for: any that keeps a key and verifies its owner is good.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from webauthn import verify_authentication_response, verify_registration_response
from webauthn.helpers import (
    bytes_to_base64url,
    decode_credential_public_key,
    decoded_public_key_to_cryptography,
    parse_attestation_object,
    parse_client_data_json,
)
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.structs import (
    AttestationFormat,
    AuthenticationCredential,
    AuthenticatorAssertionResponse,
    AuthenticatorAttestationResponse,
    CollectedClientData,
    RegistrationCredential,
)

from server.proofs.refusals import PasskeyRefused
from server.proofs.relying_party import RelyingParty

ALGORITHMS: Final = (
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
)
# Without a certificate of a maker, which we did not ask for and would not read.
FORMATS: Final = (AttestationFormat.NONE, AttestationFormat.PACKED)
CREDENTIAL_BYTES_MAX: Final = 1_023  # WebAuthn 3, 4: "credential ID"


@dataclass(frozen=True, slots=True)
class Attested:
    """What a browser gives when a passkey was made."""

    credential_id: bytes = field(repr=False)
    client_data: bytes = field(repr=False)
    attestation: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Asserted:
    """What a browser gives when a passkey was used.

    Attributes:
        user_handle: whose the passkey says it is: the id of an account.
    """

    credential_id: bytes = field(repr=False)
    client_data: bytes = field(repr=False)
    authenticator_data: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    user_handle: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class NewKey:
    """A passkey that may count: its public half, and what its authenticator says of it."""

    credential_id: bytes = field(repr=False)
    public_key: bytes = field(repr=False)
    sign_count: int
    backed_up: bool


@dataclass(frozen=True, slots=True)
class Use:
    """What is to be kept of a use."""

    sign_count: int
    backed_up: bool


def challenge_in(client_data: bytes) -> bytes:
    """Return the challenge that an answer claims to be for.

    Raises:
        PasskeyRefused: it cannot be read.
    """
    return _client_data(client_data).challenge


def registered(party: RelyingParty, attested: Attested, challenge: bytes) -> NewKey:
    """Return the passkey that was made.

    Args:
        party: whom it is to be for.
        attested: what the browser gave.
        challenge: what we asked.

    Raises:
        PasskeyRefused: it was not made for us, not for this, or not by somebody verified.
    """
    _require_own_frame(attested.client_data)
    try:
        _require_no_maker(attested.attestation)
        made = verify_registration_response(
            credential=RegistrationCredential(
                id=bytes_to_base64url(attested.credential_id),
                raw_id=attested.credential_id,
                response=AuthenticatorAttestationResponse(
                    client_data_json=attested.client_data,
                    attestation_object=attested.attestation,
                ),
            ),
            expected_challenge=challenge,
            expected_rp_id=party.host,
            expected_origin=list(party.origins),
            require_user_verification=True,
            supported_pub_key_algs=list(ALGORITHMS),
        )
        # A key that cannot be read could never be used: better said now.
        decoded_public_key_to_cryptography(
            decode_credential_public_key(made.credential_public_key)
        )
    except Exception:  # noqa: BLE001 - whatever the parsers met, a stranger sent it
        raise PasskeyRefused from None
    fits = made.credential_id == attested.credential_id
    if not fits or len(made.credential_id) > CREDENTIAL_BYTES_MAX:
        raise PasskeyRefused
    return NewKey(
        made.credential_id,
        made.credential_public_key,
        made.sign_count,
        made.credential_backed_up,
    )


def used(
    party: RelyingParty,
    asserted: Asserted,
    challenge: bytes,
    *,
    public_key: bytes,
    sign_count: int,
) -> Use:
    """Return what a use of a passkey leaves, if it is right.

    Args:
        party: whom the passkey is for.
        asserted: what the browser gave.
        challenge: what we asked.
        public_key: of the passkey, as it was registered.
        sign_count: of its last use; one that does not go on was copied from it, or is copied.

    Raises:
        PasskeyRefused: it is not by this key, not for us, not for this, or by nobody verified.
    """
    _require_own_frame(asserted.client_data)
    try:
        seen = verify_authentication_response(
            credential=AuthenticationCredential(
                id=bytes_to_base64url(asserted.credential_id),
                raw_id=asserted.credential_id,
                response=AuthenticatorAssertionResponse(
                    client_data_json=asserted.client_data,
                    authenticator_data=asserted.authenticator_data,
                    signature=asserted.signature,
                    user_handle=asserted.user_handle,
                ),
            ),
            expected_challenge=challenge,
            expected_rp_id=party.host,
            expected_origin=list(party.origins),
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    except Exception:  # noqa: BLE001 - whatever the parsers met, a stranger sent it
        raise PasskeyRefused from None
    return Use(seen.new_sign_count, seen.credential_backed_up)


def _require_no_maker(attestation: bytes) -> None:
    """Refuse certificates of makers before they are read: `none` was asked for.

    Raises:
        PasskeyRefused: there is one.
    """
    plain = parse_attestation_object(attestation)
    if plain.fmt not in FORMATS or plain.att_stmt.x5c:
        raise PasskeyRefused


def _require_own_frame(client_data: bytes) -> None:
    """Refuse what was asked for in a frame on a page of another site: ours stand in none.

    Raises:
        PasskeyRefused: it was.
    """
    if _client_data(client_data).cross_origin:
        raise PasskeyRefused


def _client_data(client_data: bytes) -> CollectedClientData:
    try:
        return parse_client_data_json(client_data)
    except Exception:  # noqa: BLE001 - whatever the parser met, a stranger sent it
        raise PasskeyRefused from None
