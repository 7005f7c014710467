"""Rulings: what the rules say of a visit that is going on, with what its chart says now.

    facts     chart entries, folded in order
    cases     facts and a practitioner's file -> the case that `server.rules` decides
    ruling    asks, and says it as a chart entry and as a refusal
    refusals  why there is no exam, in the wire's words

The rows of authorities are checked beside this, under lock (`server.waiting.authorities`).
"""
