"""People who sign in: invited by link, given other roles, closed, and let in again.

    giving       who may give what: a table (pure)
    refusals     why it is refused
    secrets      what a link carries, and the words that are read out
    wordlist     those words
    inviting     a link for one person; taken back
    accepting    a link becomes an account, once
    changing     other roles, closed and reopened accounts: at once, sessions and duty included
    ending       what ends with what somebody was
    recovering   somebody lost what they prove themselves by; a second person approves
    listing      the page of an organization's people

What it is not: what people prove themselves by (`server.proofs`), nor what they may do
(`server.access`).
"""
