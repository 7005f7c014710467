"""Keys by which this server shows a FHIR server who it is: ES384, or RS384 where it must be.

    made -> PKCS #8, sealed -> opened -> signs a JWT (RFC 7515, RFC 7518)
       `--> SubjectPublicKeyInfo -> listed as a JWK (RFC 7517)

Pure but for making one, which takes the randomness of the cryptographic library. SMART Backend
Services asks a client for both algorithms; `kid` is the key's thumbprint (RFC 7638).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from server.chart.canonical import JsonValue, canonical

Algorithm: TypeAlias = Literal["ES384", "RS384"]
PrivateKey: TypeAlias = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
PublicKey: TypeAlias = ec.EllipticCurvePublicKey | rsa.RSAPublicKey
P384_BYTES: Final = 48
RSA_BITS: Final = 3_072  # SP 800-57: as strong as P-256 at least, beyond 2030
RSA_EXPONENT: Final = 65_537


class KeyUnknown(ValueError):
    """Bytes that are no key of a kind that is used here."""


def made(algorithm: Algorithm) -> bytes:
    """Return a new private key as PKCS #8 (RFC 5208), DER."""
    if algorithm == "ES384":
        return _pkcs8(ec.generate_private_key(ec.SECP384R1()))
    return _pkcs8(rsa.generate_private_key(RSA_EXPONENT, RSA_BITS))


def opened(pkcs8: bytes) -> PrivateKey:
    """Return the key that `made` gave.

    Raises:
        KeyUnknown: it is none.
    """
    try:
        key = serialization.load_der_private_key(pkcs8, password=None)
    except ValueError:
        raise KeyUnknown("no private key") from None
    if isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        return key
    raise KeyUnknown("another kind of key")


def public_bytes(pkcs8: bytes) -> bytes:
    """Return the public key as SubjectPublicKeyInfo, DER."""
    return (
        opened(pkcs8)
        .public_key()
        .public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )


def algorithm_of(key: PrivateKey | PublicKey) -> Algorithm:
    """Return by which algorithm a key signs."""
    elliptic = ec.EllipticCurvePrivateKey | ec.EllipticCurvePublicKey
    return "ES384" if isinstance(key, elliptic) else "RS384"


def signed(key: PrivateKey, claims: Mapping[str, JsonValue]) -> str:
    """Return a JWT in the compact form."""
    header = {"alg": algorithm_of(key), "kid": thumbprint(key.public_key()), "typ": "JWT"}
    message = f"{_text(canonical(header))}.{_text(canonical(dict(claims)))}"
    return f"{message}.{_text(_signature(key, message.encode('ascii')))}"


def jwk(spki: bytes) -> dict[str, JsonValue]:
    """Return a public key (SubjectPublicKeyInfo, DER) as a JWKS lists it.

    Raises:
        KeyUnknown: it is none.
    """
    try:
        key = serialization.load_der_public_key(spki)
    except ValueError:
        raise KeyUnknown("no public key") from None
    if not isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
        raise KeyUnknown("another kind of key")
    return {
        **_members(key),
        "alg": algorithm_of(key),
        "kid": thumbprint(key),
        "use": "sig",
        "key_ops": ["verify"],
    }


def thumbprint(key: PublicKey) -> str:
    """Return the SHA-256 thumbprint of a key (RFC 7638)."""
    return _text(hashlib.sha256(canonical(_members(key))).digest())


def _signature(key: PrivateKey, message: bytes) -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(message, padding.PKCS1v15(), hashes.SHA384())
    r, s = decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA384())))
    return r.to_bytes(P384_BYTES) + s.to_bytes(P384_BYTES)  # RFC 7518, section 3.4


def _members(key: PublicKey) -> dict[str, str]:
    """Return the members that a thumbprint is over."""
    if isinstance(key, rsa.RSAPublicKey):
        numbers = key.public_numbers()
        return {"e": _number(numbers.e), "kty": "RSA", "n": _number(numbers.n)}
    point = key.public_numbers()
    return {
        "crv": "P-384",
        "kty": "EC",
        "x": _text(point.x.to_bytes(P384_BYTES)),
        "y": _text(point.y.to_bytes(P384_BYTES)),
    }


def _pkcs8(key: PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _number(value: int) -> str:
    return _text(value.to_bytes((value.bit_length() + 7) // 8))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
