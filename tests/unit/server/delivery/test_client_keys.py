import base64
import json
from functools import cache

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_private_key

from server.delivery import client_keys
from server.delivery.client_keys import KeyUnknown


@cache
def made(algorithm: client_keys.Algorithm) -> bytes:
    return client_keys.made(algorithm)


def raw(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def test_es384_is_the_two_numbers_side_by_side() -> None:
    token = client_keys.signed(client_keys.opened(made("ES384")), {"sub": "client"})
    header, claims, signature = token.split(".")
    assert json.loads(raw(header))["alg"] == "ES384"
    pair = raw(signature)
    assert len(pair) == 96
    key = client_keys.opened(made("ES384")).public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    der = encode_dss_signature(int.from_bytes(pair[:48]), int.from_bytes(pair[48:]))
    key.verify(der, f"{header}.{claims}".encode(), ec.ECDSA(hashes.SHA384()))


def test_rs384_is_pkcs_1_version_1_5() -> None:
    token = client_keys.signed(client_keys.opened(made("RS384")), {"sub": "client"})
    header, claims, signature = token.split(".")
    key = client_keys.opened(made("RS384")).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    key.verify(raw(signature), f"{header}.{claims}".encode(), PKCS1v15(), hashes.SHA384())
    with pytest.raises(InvalidSignature):
        key.verify(raw(signature), f"{header}.x".encode(), PKCS1v15(), hashes.SHA384())


@pytest.mark.parametrize("algorithm", ["ES384", "RS384"])
def test_what_is_listed_is_named_as_what_signs(algorithm: client_keys.Algorithm) -> None:
    key = client_keys.opened(made(algorithm))
    listed = client_keys.jwk(client_keys.public_bytes(made(algorithm)))
    header = json.loads(raw(client_keys.signed(key, {}).partition(".")[0]))
    assert listed["kid"] == header["kid"] == client_keys.thumbprint(key.public_key())
    assert listed["alg"] == header["alg"] == algorithm
    assert not {"d", "p", "q"} & set(listed)
    assert load_der_private_key(made(algorithm), password=None) is not None


def test_the_thumbprint_is_that_of_rfc_7638() -> None:
    n = (
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_"
        "BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_"
        "FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI"
        "4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
    )
    key = rsa.RSAPublicNumbers(65_537, int.from_bytes(raw(n))).public_key()
    assert client_keys.thumbprint(key) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


@pytest.mark.parametrize("content", [b"", b"0" * 32])
def test_what_is_no_key_is_refused(content: bytes) -> None:
    with pytest.raises(KeyUnknown):
        client_keys.opened(content)
    with pytest.raises(KeyUnknown):
        client_keys.jwk(content)
