"""A spa's own software that signs in with a key of its own, and gets tokens for minutes.

OAuth 2.0 client credentials (RFC 6749, 4.4), the client shown by a JWT that it signed (RFC
7523, 2.2; `private_key_jwt`), as SMART Backend Services has it. A manager of the spa registers
the software and its public key; the private one never comes here, so nothing that is kept here
signs anybody in.

    public_keys   a JWK that somebody pasted -> a key that counts, or why not
    assertions    what was signed -> who says so, until when; every rule of RFC 7523, pure
    registering   who registers, adds a key, removes one, revokes
    tokens        an assertion -> a token; a token -> who asks
    page          what the manager sees

What a token opens stands in `server.access`, like everything: the routes of its scopes, for its
own spa. Software signs no exam and no protocol, steps up nowhere and has no session: no rule
names it there, and a test holds all rules against that.
"""
