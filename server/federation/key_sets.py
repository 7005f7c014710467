"""A provider's public keys, as it publishes them (JWK Set, RFC 7517). Pure.

RSA of 2048 bits or more (RS256, PS256) and the curve P-256 (ES256) are taken; whatever else is
in a set is passed over. So a secret key, which a stranger could know, verifies nothing here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, TypeAlias

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from joserfc.jwk import ECKey, RSAKey
from joserfc.util import base64_to_int

from server.federation.refusals import Unusable

KEYS_MAX: Final = 50
KID_CHARS_MAX: Final = 255
RSA_BITS: Final = range(2_048, 4_096 + 1)
RSA_EXPONENT: Final = 65_537
# Of the longest modulus that is taken, in base64url; what is longer is not even decoded.
NUMBER_CHARS_MAX: Final = 700
OF_RSA: Final = frozenset({"RS256", "PS256"})
OF_EC: Final = frozenset({"ES256"})
ALGORITHMS: Final = OF_RSA | OF_EC

Verifier: TypeAlias = ECKey | RSAKey


@dataclass(frozen=True, slots=True)
class ProviderKey:
    """A key that tokens may be signed by.

    Attributes:
        kid: as the provider calls it; None: it has no name.
        algorithms: by which of these.
        key: to verify with.
    """

    kid: str | None
    algorithms: frozenset[str]
    key: Verifier = field(repr=False)


def keys_of(document: object) -> tuple[ProviderKey, ...]:
    """Return the keys of a set that can be used here.

    Raises:
        Unusable: it is no set, or none of it can be used.
    """
    told = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(told, list) or len(told) > KEYS_MAX:
        raise Unusable("keys")
    read = [_read(one) for one in told]
    usable = tuple(one for one in read if one is not None)
    names = [one.kid for one in usable if one.kid is not None]
    if not usable or len(names) != len(set(names)):
        raise Unusable("keys")
    return usable


def key_for(
    keys: tuple[ProviderKey, ...], kid: str | None, algorithm: str
) -> ProviderKey | None:
    """Return the key that a token says it was signed by; None: there is none, or not one.

    A token that names no key is taken where the provider has one for the algorithm alone.
    """
    fit = [one for one in keys if algorithm in one.algorithms]
    if kid is not None:
        fit = [one for one in fit if one.kid == kid]
    return fit[0] if len(fit) == 1 else None


def _read(told: object) -> ProviderKey | None:
    """Return a key of a set; None: it is of another kind, or for something else."""
    if not isinstance(told, dict) or told.get("use", "sig") != "sig":
        return None
    operations, kid = told.get("key_ops", ["verify"]), told.get("kid")
    if not isinstance(operations, list) or "verify" not in operations:
        return None
    if kid is not None and (not isinstance(kid, str) or not 0 < len(kid) <= KID_CHARS_MAX):
        return None
    try:
        made = _public(told)
    except (TypeError, ValueError):
        return None
    if made is None:
        return None
    able = OF_RSA if isinstance(made, RSAKey) else OF_EC
    said = told.get("alg")
    algorithms = able if said is None else able & {said} if isinstance(said, str) else None
    return ProviderKey(kid, algorithms, made) if algorithms else None


def _public(told: dict[str, object]) -> Verifier | None:
    match told.get("kty"), told.get("crv"):
        case "EC", "P-256":
            x, y = _number(told, "x"), _number(told, "y")
            # A point that is not on its curve is refused here.
            on_curve = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
            return ECKey.import_key(on_curve)
        case "RSA", _:
            e, n = _number(told, "e"), _number(told, "n")
            if n.bit_length() in RSA_BITS and e == RSA_EXPONENT:
                return RSAKey.import_key(rsa.RSAPublicNumbers(e, n).public_key())
        case _:
            pass
    return None


def _number(told: dict[str, object], name: str) -> int:
    """Return a number of a key (RFC 7518, section 2: Base64urlUInt)."""
    text = told.get(name)
    if not isinstance(text, str) or not 0 < len(text) <= NUMBER_CHARS_MAX:
        raise ValueError(name)
    return base64_to_int(text)
