"""The chart: an append-only, hash-chained log of what happened, and what is read out of it."""
