"""Charts that are opened in an emergency (break-glass, 45 CFR 164.312(a)(2)(ii)).

    reason --open--> OPEN --60 minutes, or ended, or found not justified--> OVER --> reviewed
                       |
                       audit log first, then the row, both in one commit; then it is shown

    opening      whose charts, by whom, why; and the end before its time
    standing     what somebody has open, and what of it they may read
    reviewing    what compliance sees of it: never the chart
    acting       who does it, for the audit log
    refusals     why it is refused

All of it is local: it asks nobody but the database, so it works while everything else is away.
"""
