"""Where wrapped keys are kept: apart from the database, and left out of its backups.

    tables, opening    a file `keys.db` in the data folder; on PostgreSQL a schema of its own
    store              what may be asked of it and written to it
    roots, programs    what wraps the keys of organizations: a key, or a program before a KMS
    keeping            a hierarchy of keys that are found, opened, made
    rotation           new keys above, the same keys below: only wrappings change
    shredding          destroying a key on purpose, for good, with an entry of who and why
    moving             from the table of older versions

What it is not: what is sealed with the keys (`server.sealing`), nor when something may be
destroyed (`server.retention`).
"""
