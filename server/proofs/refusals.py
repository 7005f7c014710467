"""Why a proof is refused, or is not enough.

Unauthenticated 401
|-- CodeRequired         code_required        the password was right
|-- CodeRefused          code_refused
|-- CodeUsed             code_used            right, and it counted once already
|-- PasskeyRequired      passkey_required     the password was right
|-- PasskeyRefused       passkey_refused      whatever was wrong with it
`-- ChallengeOver        challenge_over
Forbidden 403
|-- EnrolmentRequired    enrolment_required   a second factor is to be enrolled first
|-- StepUpRequired       step_up_required     proven, but not lately
`-- LocalSignInClosed    local_sign_in_closed people sign in at their provider
Conflict 409
|-- LastFactor           last_factor
|-- AlreadyEnrolled      already_enrolled
|-- NotEnrolled          not_enrolled
`-- NoPasskeysHere       passkeys_unavailable
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


class PasskeyRequired(Unauthenticated):
    """The password is right, and it is not enough: this account signs in with a passkey."""

    code = "passkey_required"
    message = "Please sign in with your passkey, or with a recovery code."


class PasskeyRefused(Unauthenticated):
    """An unknown passkey, another page's, a wrong signature, a counter that went back, ...

    Which of them it was is said to nobody.
    """

    code = "passkey_refused"
    message = "That passkey does not open this page."


class ChallengeOver(Unauthenticated):
    """The passkey answered too late, or what it answered was answered before."""

    code = "challenge_over"
    message = "That took too long. Please try again."


class EnrolmentRequired(Forbidden):
    """Signed in by password alone, where a second factor is required."""

    code = "enrolment_required"
    message = "Please set up a second factor first. Until then nothing else is open."


class StepUpRequired(Forbidden):
    """Signed in, and what is asked takes a proof of the last minutes."""

    code = "step_up_required"
    message = "Please confirm that it is you, then do it again."


class LocalSignInClosed(Forbidden):
    """The organization has its people sign in at its provider, but for emergencies."""

    code = "local_sign_in_closed"
    message = "Please sign in by your organization's own sign-in."


class LastFactor(Conflict):
    """The organization requires a second factor, and this is the last one."""

    code = "last_factor"
    message = "This is your last second factor, and one is required. Add another one first."


class AlreadyEnrolled(Conflict):
    """There are as many code generators, or passkeys, as one account may have."""

    code = "already_enrolled"
    message = "There are as many of these as one account may have. Please remove one first."


class NotEnrolled(Conflict):
    """Recovery codes stand for a second factor, and there is none."""

    code = "not_enrolled"
    message = "Recovery codes come with a second factor. Please set one up first."


class NoPasskeysHere(Conflict):
    """This server is reached by an address in numbers, which no passkey can be for."""

    code = "passkeys_unavailable"
    message = "Passkeys need a server with a name; this one is reached by a number."
