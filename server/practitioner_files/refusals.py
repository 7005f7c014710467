"""Why somebody is not on duty whose licences are in order.

Forbidden 403
`-- FileIncomplete    file_incomplete    what is missing, their file says
"""

from __future__ import annotations

from server.errors import Forbidden


class FileIncomplete(Forbidden):
    """Something that the network asks for is missing from the practitioner's file."""

    code = "file_incomplete"
    message = (
        "Something is missing from your file, or has expired. "
        "Please look at it, and ask compliance."
    )
