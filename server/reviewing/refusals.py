"""Why a reviewer is refused.

Forbidden 403
`-- LiveVideoRequired live_video_required  the rules permit no approval without a live visit
Conflict 409
|-- ReviewTaken       review_taken          another practitioner has it
|-- ReviewOpen        review_open           one review at a time
|-- StillInExam       still_in_exam         a live exam comes first
|-- ItemNotOpened     item_not_opened       a picture is given once its opening was logged
`-- ItemsUnopened     items_unopened        everything is opened before it is found enough
InvalidBody 400
|-- NoSuchItem        no_such_item          not among what was submitted
|-- NotAttestable     condition_not_attestable
`-- StatementMoved    statement_moved       not the sentence as it stands here
"""

from __future__ import annotations

from server.errors import Conflict, Forbidden, InvalidBody


class LiveVideoRequired(Forbidden):
    """The rules do not permit an approval without a live visit."""

    code = "live_video_required"
    message = "The rules ask for live video: ask for it, defer or decline."


class ReviewTaken(Conflict):
    """Another practitioner has this review."""

    code = "review_taken"
    message = "Somebody else is reviewing this."


class ReviewOpen(Conflict):
    """They have a review already."""

    code = "review_open"
    message = "Finish the review that you have, or give it back."


class StillInExam(Conflict):
    """They are in a live exam."""

    code = "still_in_exam"
    message = "Finish the live exam first."


class ItemNotOpened(Conflict):
    """A picture was asked for whose opening was not logged."""

    code = "item_not_opened"
    message = "Open this in the review first."


class ItemsUnopened(Conflict):
    """Something of what was sent has not been opened; `fields` names the items."""

    code = "items_unopened"
    message = "Open everything that was sent first."


class NoSuchItem(InvalidBody):
    """It is not among what was submitted."""

    code = "no_such_item"
    message = "This is not part of what was sent."


class NotAttestable(InvalidBody):
    """No sentence of a reviewer evidences this condition."""

    code = "condition_not_attestable"
    message = "This condition cannot be attested."


class StatementMoved(InvalidBody):
    """The sentence is not the one that stands here now."""

    code = "statement_moved"
    message = "The sentence has changed. Read it again."
