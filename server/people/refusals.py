"""Why something about people is refused.

Forbidden 403
|-- BeyondOneself        beyond_your_role       a role that who asks could not give
`-- OwnAccount           own_account            somebody else has to decide that
NotFound 404
`-- InvitationUnknown    invitation_unknown
Conflict 409
|-- LoginTaken           login_taken
|-- InvitationsFull      invitations_full
|-- LetInElsewhere       let_in_elsewhere       people of it sign in at its provider
|-- PhraseWrong          phrase_wrong           not what was shown to who asks to be let in
`-- NotApproved          not_approved           one word for waiting, refused, used and unknown
Gone 410
`-- InvitationOver       invitation_over
"""

from __future__ import annotations

from server.errors import Conflict, Forbidden, Gone, NotFound


class BeyondOneself(Forbidden):
    """The role is not one that who asks may give or take."""

    code = "beyond_your_role"
    message = "Your own role does not let you decide about that role."


class OwnAccount(Forbidden):
    """Nobody changes, closes or lets in their own account."""

    code = "own_account"
    message = "Somebody else has to do this for your own account."


class InvitationUnknown(NotFound):
    """No invitation goes with this link."""

    code = "invitation_unknown"
    message = "This invitation does not exist. Please check that the link is complete."


class InvitationOver(Gone):
    """The invitation was accepted, taken back, or ran out."""

    code = "invitation_over"
    message = "This invitation was used, or is over. Please ask for a new one."


class LoginTaken(Conflict):
    """Somebody has this login, or was promised it."""

    code = "login_taken"
    message = "That login is taken. Every person has one of their own."


class InvitationsFull(Conflict):
    """There are as many open invitations as an organization may have."""

    code = "invitations_full"
    message = "There are as many open invitations as there may be. Take some back first."


class LetInElsewhere(Conflict):
    """A new password would open nothing: local sign-in is closed to that account."""

    code = "let_in_elsewhere"
    message = (
        "People of this organization sign in at its provider: whoever runs that lets them in "
        "again."
    )


class PhraseWrong(Conflict):
    """These are not the words that were shown to who asks."""

    code = "phrase_wrong"
    message = "Those are not the words. Let them be read out again, or do not approve."


class NotApproved(Conflict):
    """Nobody approved this, or it is over: one answer for all of it."""

    code = "not_approved"
    message = "This is not approved, or not any more. After a day, please ask again."
