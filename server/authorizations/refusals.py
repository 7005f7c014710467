"""Why something cannot be done with an authorization.

BadRequest 400
`-- InvalidBody
    |-- DateOutside        date_outside
    `-- CheckNotToday      check_not_today
Conflict 409
|-- RequestIdReused        request_id_reused
|-- NoConditionOpen        no_condition_open
`-- AuthorizationEnded     authorization_ended
Forbidden 403
`-- CredentialRefused      credential_refused
"""

from __future__ import annotations

from server.errors import Conflict, Forbidden, InvalidBody


class DateOutside(InvalidBody):
    """A day that is over, or further ahead than any exam is valid."""

    code = "date_outside"
    message = "Ask about today or a day within the next year."


class CheckNotToday(InvalidBody):
    """A same-day check counts on its day only."""

    code = "check_not_today"
    message = "The same-day check can only be answered on the day of the treatment."


class RequestIdReused(Conflict):
    """The same request id came with another body, or for an answer that is too old."""

    code = "request_id_reused"
    message = "This request id was used before. Ask again with a new one."


class NoConditionOpen(Conflict):
    """Nothing waits to be met."""

    code = "no_condition_open"
    message = "No condition of this authorization is open."


class AuthorizationEnded(Conflict):
    """It was revoked, or its time is over."""

    code = "authorization_ended"
    message = "This authorization has ended."


class CredentialRefused(Forbidden):
    """The condition names who may say that it is met, and this is nobody of them."""

    code = "credential_refused"
    message = "The exam does not let somebody with this credential confirm the condition."
