"""Why somebody is not on duty whose licences are in order, or no file of rows is taken in.

Forbidden 403
`-- FileIncomplete     file_incomplete       what is missing, their file says
Conflict 409
`-- FileImportRunning  file_import_running
"""

from __future__ import annotations

from server.errors import Conflict, Forbidden


class FileIncomplete(Forbidden):
    """Something that the network asks for is missing from the practitioner's file."""

    code = "file_incomplete"
    message = (
        "Something is missing from your file, or has expired. "
        "Please look at it, and ask compliance."
    )


class FileImportRunning(Conflict):
    """A file of rows holds the files that it names for seconds: one at a time for a network."""

    code = "file_import_running"
    message = "A file is being imported already. Please wait for it to finish."
    retry = True
