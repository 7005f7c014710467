"""The tree over the leaves of all charts, and what is signed of it (RFC 6962, C2SP).

    leaves -> tree -> checkpoint (signed by the log) -> cosignature (signed by a witness)

Pure: stdlib and cryptography alone, no clock, no storage, nothing of the rest of the server. A
verifier that trusts nothing else can be made of this package.
"""
