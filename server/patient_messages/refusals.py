"""Why a message to a patient is refused.

Conflict 409
`-- NoWayToPatient   no_way_to_patient   not set up, or no address was typed
TooMany 429
`-- MessagesSpent    messages_spent      enough for one day
"""

from __future__ import annotations

from server.errors import Conflict, TooMany


class NoWayToPatient(Conflict):
    """There is no address to write to, or nothing that would carry it."""

    code = "no_way_to_patient"
    message = "This patient cannot be written to that way. Hand the link over yourself."


class MessagesSpent(TooMany):
    """A patient is not to be flooded, nor a carrier misused."""

    code = "messages_spent"
    message = "Enough messages were sent for this visit today. Hand the link over yourself."
