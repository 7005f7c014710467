"""Takes what is committed into the tree over all charts, and has others witness it.

    chart entries --(at most 1 s)--> tree, checkpoint --> witnesses --> cosignatures

One process at a time sequences, by a lease. Nobody waits for it: an entry is committed before
it is in the tree, and a witness that is down delays nothing.
"""
