"""Why an act about retention is refused, in a sentence for who typed it.

HoldUnclear      it does not say what is held, by whom or why
ClockDoubted     this machine's clock is far ahead of everything that happened

That a record was destroyed is `server.errors.RecordShredded`: every reading path may meet it.
"""

from __future__ import annotations

from server.accounts import EnrolmentRefused


class HoldUnclear(EnrolmentRefused):
    """It does not say what is held, by whom or why."""


class ClockDoubted(EnrolmentRefused):
    """This machine's clock is far ahead of everything that happened."""
