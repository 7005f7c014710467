"""Signing in at an organization's own provider of identities (OpenID Connect Core 1.0).

    refusals       why it does not work, or is refused
    key_sets       a provider's public keys, as it publishes them
    tokens         what its tokens say, and whether it is so
    metadata       what a provider says of itself, and what we ask of it
    fetching       asks a provider: to public addresses only, within bounds
    discovery      what is known of providers, for a while
    flows          a browser is sent there, and comes back once
    signing_on     what it brings back -> who signed on
    linking        whose account that is, and becoming so
    leaving        the provider says that somebody signed out there
    providers      which provider an organization has, and who decides that
    local_ways     who may sign in without it

People are known by issuer and subject, never by a name or a mail address that a provider says.
What it is not: sessions (`server.sessions`), and what an account is proven by here
(`server.proofs`).
"""
