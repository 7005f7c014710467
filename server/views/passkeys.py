"""What passes between an authenticator and this server; bytes are base64url (RFC 4648, 5)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from server.views.proofs import Label
from signaling.messages import Message

BASE64URL = r"^[A-Za-z0-9_-]+$"
CredentialId = Annotated[
    str, StringConstraints(min_length=2, max_length=1_364, pattern=BASE64URL)
]
ClientData = Annotated[
    str, StringConstraints(min_length=2, max_length=4_096, pattern=BASE64URL)
]
Authenticated = Annotated[
    str, StringConstraints(min_length=2, max_length=8_192, pattern=BASE64URL)
]
Signature = Annotated[str, StringConstraints(min_length=2, max_length=1_024, pattern=BASE64URL)]
UserHandle = Annotated[str, StringConstraints(min_length=2, max_length=88, pattern=BASE64URL)]
Transport = Literal["usb", "nfc", "ble", "smart-card", "hybrid", "internal", "cable"]


class KnownPasskeyView(Message):
    """A passkey, as a browser finds it."""

    credential_id: str
    transports: list[str]


class PasskeyCreationView(Message):
    """What a browser is to make: a discoverable passkey, of somebody it has verified.

    `exclude`: those that the account has. `algorithms`: COSE, the best first.
    """

    challenge: str
    rp_id: str
    rp_name: str
    user_id: str
    user_name: str
    user_display_name: str
    algorithms: list[int]
    exclude: list[KnownPasskeyView]
    timeout_ms: int


class NewPasskeyForm(Message):
    """What the browser made, and what it is called by whose it is."""

    label: Label
    credential_id: CredentialId
    client_data: ClientData
    attestation: Authenticated
    transports: Annotated[list[Transport], Field(max_length=8)]


class PasskeyLabelForm(Message):
    """What a passkey is called by whose it is."""

    label: Label


class PasskeyRequestView(Message):
    """What a browser is to answer, by a passkey of somebody it has verified.

    `allow`: by which ones; none: by any that it finds for `rp_id`.
    """

    challenge: str
    rp_id: str
    allow: list[KnownPasskeyView]
    timeout_ms: int


class PasskeyForm(Message):
    """What a passkey answered. `user_handle`: whose it says it is; a discoverable one does."""

    credential_id: CredentialId
    client_data: ClientData
    authenticator_data: Authenticated
    signature: Signature
    user_handle: UserHandle | None = None
