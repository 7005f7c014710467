"""What operations can know: facts of committed work, counted, summed and shown as figures.

    committed effects -> observer -> facts -> instruments (/metrics)
                                           -> staffing (time per status, per half hour)
                                           -> lookout (recent offers, what changed)
    switchboard, licences --------> survey (who waits and who could serve, by jurisdiction)
    rows of a day ----------------> day figures (percentiles, service level)

No PHI: jurisdictions, states, counts, durations.
"""
