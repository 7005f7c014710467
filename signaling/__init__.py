"""Who waits, who is offered whom, and how two browsers find each other.

Everything in here is pure: no I/O, no clock, no randomness. `server` performs the effects.
"""
