"""What people prove before they are let in: a password, a code, later other ways.

    ways             the words: ways, what was presented, what was proven
    refusals         why it is refused
    passwords        argon2id, and the same work for nobody's account
    codes            code generators: enrolled, used, given up
    recovery_codes   ten codes for whoever lost the generator
    known_browsers   where an account was signed in: it guesses apart from strangers there
    policies         where a second factor is required
    proving          all of it together: `prove`, `factors_of`
    enrolment        a generator, with the sessions and codes that hang on it
    own_password     changing one's own
    stepping_up      proving again, before what weighs much

What it is not: sessions (`server.sessions`), and what somebody may do (`server.access`).
"""
