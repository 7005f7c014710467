"""Practitioners' files: who is entered with what, who looked, what is missing, what ends when.

    entering     a part of a file is written down, verified, taken back
    expiring     what of a file ends, and at which days before that somebody is told. Pure
    noticing     telling it, once for each of these days
    documents    papers, as pictures made of them in the picture sandbox
    csv_rows     a file of rows: text in, what is to be entered or errors out. Pure
    importing    what such a file would change, and changing it: all or nothing
    verification the port to services that look licences up
    http_verification   its adapter
    looking_up   asking one, and what comes of its answer
    file_view    a file as pages show it

Every change settles the file in its own transaction (`storage.credentials.settle`), so that
the next offer, accept and signature decide by it; `taking_effect` has the waiting room look at
once.
"""
