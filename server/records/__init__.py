"""The record of one exam as a file: made for whoever may have it, verified by anybody.

    chart, signatures, proofs -> file -> what holds, or the first thing that does not

What reads and verifies a file is pure: stdlib, cryptography, and the modules that say how a
leaf, a signature and a tree are made. `exporting` alone knows the storage.
"""
