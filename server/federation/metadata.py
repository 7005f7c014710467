"""What a provider says of itself, and what we ask of it. Pure.

    issuer --> its document (OpenID Connect Discovery 1.0, 3) --> where it is asked, and how
    a sign-in (state, nonce, verifier) --> the address that a browser is sent to

A document that names another issuer than it was found under is another provider's: not used.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import urlencode, urlsplit

from server.delivery.public_addresses import checked_endpoint
from server.federation.refusals import Unusable

DISCOVERY: Final = "/.well-known/openid-configuration"
ISSUER_CHARS_MAX: Final = 255
METHODS: Final = ("client_secret_basic", "client_secret_post")
LISTED_MAX: Final = 200
MARK_CHARS: Final = 32

Method = Literal["client_secret_basic", "client_secret_post", "none"]


@dataclass(frozen=True, slots=True)
class Metadata:
    """Where a provider is asked, and how.

    Attributes:
        names_itself: its answers to browsers have `iss` (RFC 9207); one without is refused.
        fragment: it can answer in the fragment of our page, which no server is sent.
    """

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    methods: tuple[str, ...]
    names_itself: bool = False
    fragment: bool = False

    @property
    def mark(self) -> str | None:
        """Return the mark of the address that it sends browsers back to, if it needs one."""
        return None if self.names_itself else mark_of(self.issuer)


def checked_issuer(text: str, *, loopback: bool) -> str:
    """Return an issuer (Discovery, 3: https, no query, no fragment), as it was typed.

    Raises:
        ValueError: it is none, or at an address that this server does not ask.
    """
    if len(text) > ISSUER_CHARS_MAX or "?" in text or "#" in text:
        raise ValueError("an issuer has no query and no fragment")
    return checked_endpoint(text, loopback=loopback)


def mark_of(issuer: str) -> str:
    """Return what tells the address that one provider sends browsers back to from all others.

    A provider that does not name itself (RFC 9207) could be taken for another one: that one
    sends a browser on to it, with what it was itself asked, and the code is shown to the wrong
    provider (RFC 9700, 4.4). Addresses of their own are the other way to tell them apart.
    """
    return hashlib.sha256(f"goodfaith return v1\n{issuer}".encode()).hexdigest()[:MARK_CHARS]


def document_of(issuer: str) -> str:
    """Return where an issuer's document is."""
    return issuer.removesuffix("/") + DISCOVERY


def metadata_of(issuer: str, document: object, *, loopback: bool) -> Metadata:
    """Return what a document says.

    Raises:
        Unusable: it is another's, says too little, or names addresses that are not asked.
    """
    if not isinstance(document, dict) or document.get("issuer") != issuer:
        raise Unusable("issuer")
    if "code" not in _words(document, "response_types_supported", ("code",)):
        raise Unusable("response_types")
    if "S256" not in _words(document, "code_challenge_methods_supported", ("S256",)):
        raise Unusable("pkce")
    named = "authorization_response_iss_parameter_supported"
    return Metadata(
        issuer=issuer,
        authorization_endpoint=_address(document, "authorization_endpoint", loopback=loopback),
        token_endpoint=_address(document, "token_endpoint", loopback=loopback),
        jwks_uri=_address(document, "jwks_uri", loopback=loopback),
        methods=_words(document, "token_endpoint_auth_methods_supported", METHODS[:1]),
        names_itself=document.get(named) is True,
        fragment="fragment" in _words(document, "response_modes_supported", ()),
    )


def method_for(metadata: Metadata, *, secret: bool) -> Method:
    """Return how we show the provider who we are.

    Raises:
        Unusable: it wants to be shown in another way.
    """
    if not secret:
        return "none"
    if METHODS[0] in metadata.methods:
        return "client_secret_basic"
    if METHODS[1] in metadata.methods:
        return "client_secret_post"
    raise Unusable("methods")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a browser is sent to a provider with.

    Attributes:
        state: by which we know it again.
        nonce: that the ID token has to repeat.
        verifier: of PKCE (RFC 7636); its hash is sent.
        redirect_uri: where it comes back to.
        again: the person is to be asked, even if the provider knows them.
    """

    client_id: str
    scopes: str
    state: str
    nonce: str
    verifier: str
    redirect_uri: str
    acr: str | None = None
    again: bool = False


def address_for(metadata: Metadata, asked: Asked) -> str:
    """Return the address that a browser is sent to (Core, 3.1.2.1; RFC 7636, 4.3)."""
    sent = {
        "response_type": "code",
        "client_id": asked.client_id,
        "redirect_uri": asked.redirect_uri,
        "scope": asked.scopes,
        "state": asked.state,
        "nonce": asked.nonce,
        "code_challenge": challenge_of(asked.verifier),
        "code_challenge_method": "S256",
    }
    if metadata.fragment:
        sent["response_mode"] = "fragment"
    if asked.acr is not None:
        sent["acr_values"] = asked.acr
    if asked.again:
        sent |= {"prompt": "login", "max_age": "0"}
    endpoint = metadata.authorization_endpoint
    between = "&" if urlsplit(endpoint).query else "?"
    return f"{endpoint}{between}{urlencode(sent)}"


def challenge_of(verifier: str) -> str:
    """Return what PKCE sends ahead of a verifier (RFC 7636, 4.2, S256)."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _address(document: dict[str, object], name: str, *, loopback: bool) -> str:
    told = document.get(name)
    if not isinstance(told, str):
        raise Unusable("endpoints")
    try:
        return checked_endpoint(told, loopback=loopback)
    except ValueError:
        raise Unusable("endpoints") from None


def _words(
    document: dict[str, object], name: str, otherwise: tuple[str, ...]
) -> tuple[str, ...]:
    told = document.get(name)
    if told is None:
        return otherwise
    if not isinstance(told, list) or len(told) > LISTED_MAX:
        raise Unusable("document")
    return tuple(one for one in told if isinstance(one, str))
