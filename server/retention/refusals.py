"""Why an act about retention is refused, to who typed it.

InvalidBody 400
`-- HoldUnclear            hold_unclear         the sentence says what is missing

That a record was destroyed is `server.errors.RecordShredded`: every reading path may meet it.
"""

from __future__ import annotations

from server.accounts import EnrolmentRefused


class HoldUnclear(EnrolmentRefused):
    """It does not say what is held, by whom or why."""
