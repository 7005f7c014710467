"""What a provider says of itself, and the address that a browser is sent to."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from server.federation import metadata
from server.federation.fetching import Exchange, shown
from server.federation.metadata import Asked, Metadata
from server.federation.refusals import Unusable

ISSUER = "https://id.example.com/tenant"
DOCUMENT = {
    "issuer": ISSUER,
    "authorization_endpoint": "https://id.example.com/authorize?tenant=1",
    "token_endpoint": "https://id.example.com/token",
    "jwks_uri": "https://keys.example.com/jwks",
    "response_types_supported": ["code", "id_token"],
}
ASKED = Asked(
    "goodfaith", "openid", "state-1", "nonce-1", "verifier-1", "https://us.example/ops"
)


def read(**changed: object) -> Metadata:
    told = {**DOCUMENT, **changed}
    return metadata.metadata_of(ISSUER, told, loopback=False)


def sent(one: Metadata, asked: Asked = ASKED) -> dict[str, str]:
    query = urlsplit(metadata.address_for(one, asked)).query
    return {name: value for name, (value,) in parse_qs(query).items()}


def test_a_document_says_where_a_provider_is_asked() -> None:
    one = read()
    assert one.token_endpoint == "https://id.example.com/token"
    assert one.methods == ("client_secret_basic",)
    assert not one.names_itself
    assert metadata.document_of(ISSUER) == f"{ISSUER}/.well-known/openid-configuration"
    assert metadata.document_of(f"{ISSUER}/") == metadata.document_of(ISSUER)


@pytest.mark.parametrize(
    "changed",
    [
        {"issuer": "https://evil.example.com"},
        {"issuer": f"{ISSUER}/"},
        {"token_endpoint": None},
        {"token_endpoint": "http://id.example.com/token"},
        {"token_endpoint": "https://169.254.169.254/latest"},
        {"jwks_uri": "https://127.0.0.1/jwks"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": "https://user@id.example.com/"},
        {"response_types_supported": ["id_token"]},
        {"code_challenge_methods_supported": ["plain"]},
        {"token_endpoint_auth_methods_supported": "client_secret_basic"},
    ],
)
def test_a_document_that_cannot_be_used_is_not(changed: dict[str, object]) -> None:
    with pytest.raises(Unusable):
        read(**changed)


@pytest.mark.parametrize("document", [None, [], "issuer", 5])
def test_what_is_no_document_is_not_used(document: object) -> None:
    with pytest.raises(Unusable):
        metadata.metadata_of(ISSUER, document, loopback=False)


@pytest.mark.parametrize(
    "issuer",
    [
        "http://id.example.com",
        "https://id.example.com/?tenant=1",
        "https://id.example.com/#x",
        "https://10.0.0.1",
        "https://localhost",
        "https://[::1]/",
        "https://metadata.internal/",
        "https://id.example.com/" + "x" * 255,
        "id.example.com",
    ],
)
def test_an_issuer_that_this_server_does_not_ask_is_none(issuer: str) -> None:
    with pytest.raises(ValueError, match=r"must be|no query"):
        metadata.checked_issuer(issuer, loopback=False)


def test_a_browser_is_sent_with_the_hash_of_a_verifier_and_never_with_it() -> None:
    told = sent(read())
    assert told == {
        "tenant": "1",
        "response_type": "code",
        "client_id": "goodfaith",
        "redirect_uri": "https://us.example/ops",
        "scope": "openid",
        "state": "state-1",
        "nonce": "nonce-1",
        # RFC 7636, 4.2, over "verifier-1"
        "code_challenge": metadata.challenge_of("verifier-1"),
        "code_challenge_method": "S256",
    }
    assert "verifier-1" not in metadata.address_for(read(), ASKED)


def test_the_example_of_pkce() -> None:
    """RFC 7636, appendix B."""
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert metadata.challenge_of(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_what_is_asked_for_besides() -> None:
    one = read(response_modes_supported=["query", "fragment"])
    asked = Asked("c", "openid", "s", "n", "v", "https://us.example/ops", acr="phr", again=True)
    told = sent(one, asked)
    assert told["response_mode"] == "fragment"
    assert (told["acr_values"], told["prompt"], told["max_age"]) == ("phr", "login", "0")


def test_how_we_show_who_we_are() -> None:
    both = read(token_endpoint_auth_methods_supported=["client_secret_post"])
    assert metadata.method_for(both, secret=True) == "client_secret_post"
    assert metadata.method_for(read(), secret=True) == "client_secret_basic"
    assert metadata.method_for(read(), secret=False) == "none"
    with pytest.raises(Unusable):
        metadata.method_for(
            read(token_endpoint_auth_methods_supported=["private_key_jwt"]), secret=True
        )


def test_a_secret_stands_in_one_place_alone() -> None:
    one = Exchange("us:1", "code-1", "verifier-1", "https://us.example/ops", "s+1")
    headers, form = shown("client_secret_basic", one)
    assert headers == {"Authorization": "Basic dXMlM0ExOnMlMkIx"}  # us%3A1:s%2B1
    assert "client_secret" not in form
    headers, form = shown("client_secret_post", one)
    assert (headers, form["client_id"], form["client_secret"]) == ({}, "us:1", "s+1")
    headers, form = shown("none", one)
    assert (headers, form["client_id"]) == ({}, "us:1")
    assert "client_secret" not in form
    assert form["code_verifier"] == "verifier-1"
