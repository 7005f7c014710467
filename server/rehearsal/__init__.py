"""Plays whole encounters against a running server, from outside, as browsers would."""
