"""What the compliance page shows: the rules in force, what is open, and whom a change touches.

    overview      the map, the policy, the log
    law           one jurisdiction with its sources and ages
    publishing    what this release's snapshot would change, and for whom

What is decided, and by whom it is changed, is `server.rulebooks`.
"""
