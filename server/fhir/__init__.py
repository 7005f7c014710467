"""A signed chart as FHIR R4: a transaction bundle that another record system takes in.

    database -> reading -> SignedChart -> resources, one module per family -> bundle -> bytes

Everything behind `reading` is pure: the same chart, addenda and standing of its orders give the
same bytes. What comes from where, and why, is told in docs/fhir.md.
"""
