"""What people prove before they are let in: a passkey, a password, a code.

    ways             the words: ways, what was presented, what was proven
    refusals         why it is refused
    passwords        argon2id, and the same work for nobody's account
    codes            code generators: enrolled, used, given up
    recovery_codes   ten codes for whoever lost the second factor
    known_browsers   where an account was signed in: it guesses apart from strangers there
    relying_party    whom passkeys are for: the host of this server
    ceremonies       what makes an answer of a passkey right
    challenges       what it answers: once, soon, for one purpose (`server.tickets`)
    passkey_forms    passkeys between the wire and the ceremonies
    passkeys         registered, called something, given up
    passkey_proof    proving who one is with one: to be let in, or again
    last_factor      the last second factor stays where one is required
    policies         where a second factor is required
    proving          password and second factor together: `prove`, `factors_of`
    enrolment        a second factor, with the sessions and codes that hang on it
    own_password     changing one's own
    stepping_up      proving again, before what weighs much

What it is not: sessions (`server.sessions`), what an organization's own provider proves
(`server.federation`), and what somebody may do (`server.access`).
"""
