"""Why a proof is refused, or is not enough.

Unauthenticated 401
|-- CodeRequired         code_required        the password was right
|-- CodeRefused          code_refused
`-- CodeUsed             code_used            right, and it counted once already
Forbidden 403
|-- EnrolmentRequired    enrolment_required   a second factor is to be enrolled first
`-- StepUpRequired       step_up_required     proven, but not lately
Conflict 409
|-- LastFactor           last_factor
|-- AlreadyEnrolled      already_enrolled
`-- NotEnrolled          not_enrolled
"""

from __future__ import annotations

from server.errors import Conflict, Forbidden, Unauthenticated


class CodeRequired(Unauthenticated):
    """The password is right, and this account signs in with a code besides."""

    code = "code_required"
    message = "Please enter the code of your code generator as well."


class CodeRefused(Unauthenticated):
    """The code is not right, or not any more."""

    code = "code_refused"
    message = "That code is not right. Please wait for the next one and try again."


class CodeUsed(Unauthenticated):
    """The code was right, and has been used before: each counts once."""

    code = "code_used"
    message = "That code was used already. Please wait for the next one."


class EnrolmentRequired(Forbidden):
    """Signed in by password alone, where a second factor is required."""

    code = "enrolment_required"
    message = "Please set up a second factor first. Until then nothing else is open."


class StepUpRequired(Forbidden):
    """Signed in, and what is asked takes a proof of the last minutes."""

    code = "step_up_required"
    message = "Please confirm that it is you, then do it again."


class LastFactor(Conflict):
    """The organization requires a second factor, and this is the last one."""

    code = "last_factor"
    message = "This is your last second factor, and one is required. Add another one first."


class AlreadyEnrolled(Conflict):
    """There are as many code generators as one account may have."""

    code = "already_enrolled"
    message = "There are as many code generators as one account may have. Remove one first."


class NotEnrolled(Conflict):
    """Recovery codes are for a second factor, and there is none."""

    code = "not_enrolled"
    message = "Recovery codes come with a code generator. Please set one up first."
