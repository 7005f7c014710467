"""Why software is not registered, and why it gets no token.

BadRequest 400
|-- KeyRefused            key_refused             not a public key of a kind that is used here
|-- KeyPrivate            key_private             the private half was sent
|-- ScopeRefused          invalid_scope           of OAuth: a scope it was not given
`-- GrantUnsupported      unsupported_grant_type  of OAuth
Unauthenticated 401
`-- ClientRefused         invalid_client          of OAuth: anything about the assertion
Conflict 409
|-- KeyKnown              key_known               this software has, or had, a key of that name
|-- KeysFull              keys_full
|-- SoftwareFull          software_full
`-- SoftwareRevoked       software_revoked

The words of OAuth are those of RFC 6749, 5.2; how they look says `server.http.oauth`.
"""

from __future__ import annotations

from server.errors import BadRequest, Conflict, Unauthenticated


class KeyRefused(BadRequest):
    """Not a public key that software can sign in with."""

    code = "key_refused"
    message = (
        "This is not a public key that can be used: a JWK with curve P-384, or RSA of 2048 to "
        "4096 bits."
    )


class KeyPrivate(BadRequest):
    """The private half of a key was sent, which nobody but the software may have."""

    code = "key_private"
    message = (
        "This is a private key. Nothing of it was kept; make a new one, since it has left its "
        "place, and paste its public half."
    )


class KeyKnown(Conflict):
    """The software has a key of that name, or had one that was removed."""

    code = "key_known"
    message = "This software has, or had, a key of that name. Please make a new one."


class KeysFull(Conflict):
    """There are as many keys as one software may have."""

    code = "keys_full"
    message = "There are as many keys as one software may have. Remove one first."


class SoftwareFull(Conflict):
    """There is as much software as one spa may have."""

    code = "software_full"
    message = "There is as much software as one spa may have. Revoke some of it first."


class SoftwareRevoked(Conflict):
    """It was revoked, which is for good."""

    code = "software_revoked"
    message = "This software was revoked. Please register it anew."


class ClientRefused(Unauthenticated):
    """Whoever signed this is not known here, or not by such an assertion.

    The one answer to everything that can be wrong about it; what it was, the log says.
    """

    code = "invalid_client"
    message = "The client assertion was not accepted."


class ScopeRefused(BadRequest):
    """The software asks for what it was not given."""

    code = "invalid_scope"
    message = "The client was not given that scope."


class GrantUnsupported(BadRequest):
    """Another grant than the one that there is."""

    code = "unsupported_grant_type"
    message = "The only grant here is client_credentials."
