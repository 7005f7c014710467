"""What the law asks of an exam, as data, and the decision that is made from it.

    shipped/*.json    one readable file per jurisdiction, `federal.json`, and the signature
    case -> decide -> Decision
                ^
             Rulebook (a verified snapshot, compiled)    OperatorPolicy (may only be stricter)

It decides which form of exam a case needs and says why. It never guesses, stores nothing, and
is no legal advice: see docs/rules.md.
"""
