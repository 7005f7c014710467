"""By which rules a network decides now: a published snapshot, what is open, and its policy.

    switches    a policy's switches as JSON, one layer of them
    standing    what the rows of a network come to
    changing    opening, closing, signing off, setting a policy, publishing

Every jurisdiction ships closed. What it is not: a decision (`server.rules`), nor whom one is
about (`server.rulings`).
"""
