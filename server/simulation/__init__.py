"""Whole days of a waiting room in seconds: made-up people, the real switchboard.

The simulator plays patients and practitioners, and nothing else: who is rung for whom, when an
offer is missed, and who loses a place is decided by `signaling.switchboard`, exactly as in the
server. Same scenario, same seed: same day.
"""
