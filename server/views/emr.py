"""Public keys by which record systems know this server: a JWKS of each organization."""

from __future__ import annotations

from typing import Literal

from signaling.messages import Message


class EcKeyView(Message):
    """A public key on P-384 (RFC 7518, section 6.2)."""

    kty: Literal["EC"]
    crv: Literal["P-384"]
    x: str
    y: str
    alg: Literal["ES384"]
    kid: str
    use: Literal["sig"]
    key_ops: list[Literal["verify"]]


class RsaKeyView(Message):
    """A public key of RSA (RFC 7518, section 6.3)."""

    kty: Literal["RSA"]
    n: str
    e: str
    alg: Literal["RS384"]
    kid: str
    use: Literal["sig"]
    key_ops: list[Literal["verify"]]


class ClientKeysView(Message):
    """The keys of an organization's connections; none where there is no such organization."""

    keys: list[EcKeyView | RsaKeyView]
