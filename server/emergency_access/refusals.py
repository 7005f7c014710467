"""Why opening a chart in an emergency, or its review, is refused.

NotFound 404
`-- (not_found)              no such patient in this network; that it was tried is in the log
Conflict 409
|-- AlreadyOpen              emergency_access_open
|-- TooManyOpen              emergency_access_max
|-- StillOpen                emergency_access_goes_on
`-- AlreadyReviewed          already_reviewed
"""

from __future__ import annotations

from server.errors import Conflict


class AlreadyOpen(Conflict):
    """The same practitioner has this patient's charts open."""

    code = "emergency_access_open"
    message = "You have this patient's charts open already."


class TooManyOpen(Conflict):
    """As many as one account may have open at once."""

    code = "emergency_access_max"
    message = "You have emergency access to several patients already. End one of them first."


class StillOpen(Conflict):
    """It is called justified while more may be read by it."""

    code = "emergency_access_goes_on"
    message = "It is still open. Say that it was justified when it is over, or end it now."


class AlreadyReviewed(Conflict):
    """Somebody has reviewed it."""

    code = "already_reviewed"
    message = "Somebody has reviewed this already."
