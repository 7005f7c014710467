"""A public key as somebody pastes it (a JWK, RFC 7517) -> the key that is kept, or why not.

Pure. ES384 by the curve P-384, or RS384 by RSA: what SMART Backend Services asks every server
for, and what `server.delivery.client_keys` signs with where this server is the client.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from joserfc.jwk import ECKey, RSAKey
from joserfc.util import base64_to_int

from server.delivery import client_keys
from server.delivery.client_keys import Algorithm, PublicKey
from server.service_accounts.refusals import KeyPrivate, KeyRefused

PRIVATE_MEMBERS: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
KID_CHARS_MAX: Final = 120
RSA_BITS: Final = range(2_048, 4_096 + 1)
RSA_EXPONENT: Final = 65_537
# Of the longest modulus that is taken, in base64url; what is longer is not even decoded.
NUMBER_CHARS_MAX: Final = 700


@dataclass(frozen=True, slots=True)
class ReadKey:
    """A public key that was read.

    Attributes:
        kid: as the JWK calls it, else its thumbprint (RFC 7638).
        spki: SubjectPublicKeyInfo, DER.
        algorithm: what it signs by.
    """

    kid: str
    spki: bytes
    algorithm: Algorithm


def read(text: str) -> ReadKey:
    """Return the key of a JWK, or of a set with one key in it.

    Raises:
        KeyPrivate: it has what only its owner may have.
        KeyRefused: it is no public key of a kind that is used here.
    """
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        raise KeyRefused(fields=("jwk",)) from None
    jwk = _the_one(told)
    if PRIVATE_MEMBERS & jwk.keys():
        raise KeyPrivate(fields=("jwk",))
    key = _public(jwk)
    algorithm = client_keys.algorithm_of(key)
    if jwk.get("alg", algorithm) != algorithm or jwk.get("use", "sig") != "sig":
        raise KeyRefused(fields=("jwk",))
    kid = jwk.get("kid", client_keys.thumbprint(key))
    if not isinstance(kid, str) or not _is_name(kid):
        raise KeyRefused(fields=("jwk",))
    spki = key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return ReadKey(kid, spki, algorithm)


def algorithm_of(spki: bytes) -> Algorithm:
    """Return what a key that is kept signs by."""
    return client_keys.algorithm_of(_kept(spki))


def verifier(spki: bytes) -> ECKey | RSAKey:
    """Return a key that is kept, to verify with."""
    key = _kept(spki)
    if isinstance(key, ec.EllipticCurvePublicKey):
        return ECKey.import_key(key)
    return RSAKey.import_key(key)


def _kept(spki: bytes) -> PublicKey:
    key = serialization.load_der_public_key(spki)
    if isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
        return key
    raise client_keys.KeyUnknown("another kind of key")


def _the_one(told: object) -> dict[str, object]:
    """Return the only key of a set, or the key that this is."""
    if isinstance(told, dict) and isinstance(told.get("keys"), list):
        told = told["keys"][0] if len(told["keys"]) == 1 else None
    if not isinstance(told, dict):
        raise KeyRefused(fields=("jwk",))
    return told


def _public(jwk: dict[str, object]) -> PublicKey:
    try:
        match jwk.get("kty"), jwk.get("crv"):
            case "EC", "P-384":
                x, y = _number(jwk, "x"), _number(jwk, "y")
                # A point that is not on its curve is refused here.
                return ec.EllipticCurvePublicNumbers(x, y, ec.SECP384R1()).public_key()
            case "RSA", _:
                e, n = _number(jwk, "e"), _number(jwk, "n")
                if n.bit_length() in RSA_BITS and e == RSA_EXPONENT:
                    return rsa.RSAPublicNumbers(e, n).public_key()
            case _:
                pass
    except (TypeError, ValueError):
        pass
    raise KeyRefused(fields=("jwk",))


def _number(jwk: dict[str, object], name: str) -> int:
    """Return a number of a key (RFC 7518, section 2: Base64urlUInt)."""
    told = jwk.get(name)
    if not isinstance(told, str) or not 0 < len(told) <= NUMBER_CHARS_MAX:
        raise ValueError(name)
    return base64_to_int(told)


def _is_name(kid: str) -> bool:
    return 0 < len(kid) <= KID_CHARS_MAX and kid.isascii() and kid.isprintable()
