"""A witness: a process apart that cosigns trees which only grow, for logs that it is told of.

It has a folder of its own with its key and the last tree of each log. It needs no database and
nothing of the server that it watches; it had better run on a machine that somebody else minds.
"""
