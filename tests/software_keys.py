"""A spa's software, played: its key, and what it signs, rightly and wrongly.

Made by `cryptography` alone, so that what verifies it is not tested by itself.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

Json = dict[str, Any]
PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
CURVES = {"P-256": (ec.SECP256R1(), 32), "P-384": (ec.SECP384R1(), 48)}
HASHES = {"256": hashes.SHA256(), "384": hashes.SHA384()}


def text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def part(told: object) -> str:
    return text(json.dumps(told).encode())


def number(value: int, size: int | None = None) -> str:
    return text(value.to_bytes(size or (value.bit_length() + 7) // 8))


def new_ec(curve: str = "P-384") -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(CURVES[curve][0])


def new_rsa(bits: int = 2_048, exponent: int = 65_537) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(exponent, bits)


def public_jwk(key: PrivateKey, **more: object) -> Json:
    """Return a public key as its software would publish it."""
    if isinstance(key, rsa.RSAPrivateKey):
        numbers = key.public_key().public_numbers()
        return {"kty": "RSA", "n": number(numbers.n), "e": number(numbers.e), **more}
    size = (key.key_size + 7) // 8
    point = key.public_key().public_numbers()
    crv = f"P-{key.key_size}"
    return {
        "kty": "EC",
        "crv": crv,
        "x": number(point.x, size),
        "y": number(point.y, size),
        **more,
    }


def spki(key: PrivateKey) -> bytes:
    return key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def pem(key: PrivateKey) -> bytes:
    return key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def signature(message: bytes, algorithm: str, key: PrivateKey | bytes) -> bytes:
    """Sign by whatever algorithm a header may name; bytes are the secret of an HMAC."""
    if algorithm == "none":
        return b""
    kind = HASHES[algorithm[2:]]
    if isinstance(key, bytes):
        return hmac.new(key, message, getattr(hashlib, f"sha{algorithm[2:]}")).digest()
    if isinstance(key, rsa.RSAPrivateKey):
        pss = padding.PSS(padding.MGF1(kind), kind.digest_size)
        return key.sign(message, pss if algorithm[:2] == "PS" else padding.PKCS1v15(), kind)
    r, s = decode_dss_signature(key.sign(message, ec.ECDSA(kind)))
    size = (key.key_size + 7) // 8
    return r.to_bytes(size) + s.to_bytes(size)


def jwt(header: Mapping[str, object], claims: object, key: PrivateKey | bytes) -> str:
    """Return a JWT in the compact form, signed as its header says."""
    message = f"{part(header)}.{part(claims)}"
    return f"{message}.{text(signature(message.encode(), str(header['alg']), key))}"


@dataclass
class Software:
    """Software that has a key and, once it is registered, a `client_id`."""

    key: PrivateKey
    audience: str
    kid: str = "first"
    client_id: str = "nobody"
    said: int = 0

    @property
    def algorithm(self) -> str:
        return "RS384" if isinstance(self.key, rsa.RSAPrivateKey) else "ES384"

    @property
    def jwk(self) -> str:
        return json.dumps(public_jwk(self.key, kid=self.kid))

    def claims(self, now_s: int, **changed: object) -> Json:
        """Return what it says at a moment; None as a claim leaves it out."""
        self.said += 1
        told = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": self.audience,
            "iat": now_s,
            "exp": now_s + 240,
            "jti": f"{self.kid}-{self.said}",
            **changed,
        }
        return {name: value for name, value in told.items() if value is not None}

    def header(self, **changed: object) -> Json:
        told = {"alg": self.algorithm, "kid": self.kid, "typ": "JWT", **changed}
        return {name: value for name, value in told.items() if value is not None}

    def assertion(self, now_s: int, **changed: object) -> str:
        return jwt(self.header(), self.claims(now_s, **changed), self.key)
