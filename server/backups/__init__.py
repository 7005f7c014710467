"""Backups: a sealed copy of the database in one file, and the way back.

    dump      reads every table in one snapshot, page by page
    rows      writes rows as lines of text, and reads them again
    sealed    compresses lines, cuts them into chunks and seals each
    landing   the file appears whole or not at all
    loading   puts the lines into an empty database, all or nothing
    standing  tells where the restored log stands against what others have seen of it

The keys have a backup of their own (`goodfaith backup --keys`): whoever finds one of the two
files reads nothing, and a shredded key stays shredded when the records are restored. The form
of the file is in `docs/operations/backup.md`.
"""
