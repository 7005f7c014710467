"""Why the application refuses a request. An error means that nothing was committed.

    GoodfaithError
    |-- BadRequest 400            bad_request
    |   |-- InvalidBody           invalid_body       `fields` names what is wrong, no values
    |   |-- PlanImpossible        plan_impossible    `message` names what is wrong, no values
    |   `-- BodyTooLarge 413      body_too_large
    |-- Unauthenticated 401
    |   |-- NotSignedIn           not_signed_in
    |   |-- SessionExpired        session_expired
    |   |-- SignInFailed          sign_in_failed     name or password, never which
    |   `-- BirthDateWrong        birth_date_wrong
    |-- Forbidden 403             forbidden
    |   |-- OriginRefused         origin_refused
    |   |-- NotAuthorizedHere     not_authorized_here
    |   `-- MinorNotServed        minor_not_served
    |-- NotFound 404              not_found          also what belongs to somebody else
    |   |-- LinkUnknown           link_unknown
    |   |-- CodeUnknown           code_unknown
    |   `-- NotASiteDevice        not_a_site_device
    |-- Conflict 409
    |   |-- DeviceTakeoverRequired  device_takeover_required
    |   |-- WrongStep             wrong_step
    |   |-- StaleRevision         stale_revision
    |   |-- NotWaiting            not_waiting
    |   |-- AlreadyWaiting        already_waiting
    |   |-- NotPossibleNow        illegal_transition
    |   |-- PlanRunning           plan_running
    |   |-- SignRequirementsMissing  sign_requirements_missing
    |   `-- ChartHeadMoved        chart_head_moved
    |       (shifts, admission, callbacks: server/staffing/refusals.py; prompts: server/console)
    |-- Gone 410
    |   |-- LinkExpired           link_expired
    |   |-- LinkCancelled         link_cancelled
    |   |-- LinkFinished          link_finished
    |   `-- RecordShredded        record_shredded    destroyed on purpose, when it was due
    |-- TooMany 429
    |   |-- TooManyAttempts       too_many_attempts
    |   `-- RateLimited           rate_limited
    |-- Unavailable 503
    |   |-- Retry                 retry
    |   |-- PlanTooLong           plan_too_long
    |   `-- Starting              starting
    `-- Internal 500              internal           ours; its cause is in the log, by type

`code` goes over the wire and never changes (docs/protocol.md). `message` is one sentence for a
person and may. Neither takes anything from the request, so neither can carry PHI.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from media.call import CallError
from server.concerning import About


class GoodfaithError(Exception):
    """A request that the application refuses; nothing was committed.

    Attributes:
        code: stable word for the wire.
        message: one English sentence for a person.
        status: status of an HTTP answer.
        retry: the same request may succeed later, unchanged.
        fields: names of the fields that are wrong.
        opens_at_ms: when it would be possible, where that is known.
        about: for the audit log, where only who refuses knows it.
    """

    code: ClassVar[str] = "internal"
    message: ClassVar[str] = "Something went wrong on our side."
    status: ClassVar[int] = 500
    retry: ClassVar[bool] = False
    opens_at_ms: int | None = None
    about: About | None = None

    def __init__(self, *, fields: Sequence[str] = ()) -> None:
        """Keep the names of offending fields, where there are any."""
        super().__init__(*fields)
        self.fields = tuple(fields)

    def __str__(self) -> str:
        """Return the sentence."""
        return self.message


class BadRequest(GoodfaithError):
    """The request cannot be read."""

    code = "bad_request"
    message = "The request could not be read."
    status = 400


class InvalidBody(BadRequest):
    """The body is JSON, but not what this route takes."""

    code = "invalid_body"
    message = "Some of what was sent is missing or not in the right form."


class PlanImpossible(BadRequest):
    """The planner was asked what cannot be planned."""

    code = "plan_impossible"
    message = "This cannot be planned."

    def __init__(self, sentence: str) -> None:
        """Say why: a sentence of the planner, which quotes nothing that it was sent."""
        super().__init__()
        self.message = sentence  # type: ignore[misc]


class BodyTooLarge(BadRequest):
    """The body is larger than any that is needed."""

    code = "body_too_large"
    message = "The request is too large."
    status = 413


class Unauthenticated(GoodfaithError):
    """Nobody is known behind the request."""

    code = "not_signed_in"
    message = "Please sign in."
    status = 401


class NotSignedIn(Unauthenticated):
    """There is no session."""


class SessionExpired(Unauthenticated):
    """There was a session, and it is over."""

    code = "session_expired"
    message = "You were signed out. Please sign in again, or open your link again."


class SignInFailed(Unauthenticated):
    """The name is unknown or the password is wrong."""

    code = "sign_in_failed"
    message = "The name or the password is not right."


class BirthDateWrong(Unauthenticated):
    """The date of birth is not the one that the exam was requested for."""

    code = "birth_date_wrong"
    message = "That date of birth does not match this link. Please check it and try again."


class Forbidden(GoodfaithError):
    """Known, and not allowed."""

    code = "forbidden"
    message = "This is not open to you."
    status = 403


class OriginRefused(Forbidden):
    """The request comes from a page of another site, or does not say from where."""

    code = "origin_refused"
    message = "This request did not come from our own pages."


class NotAuthorizedHere(Forbidden):
    """The practitioner has no authority where the patient or the site is."""

    code = "not_authorized_here"
    message = "You have no verified authority to practise where this patient is treated."


class MinorNotServed(Forbidden):
    """The patient is under 18, and the network has not opened the treatment for minors."""

    code = "minor_not_served"
    message = (
        "This exam is only for people aged 18 or older. "
        "Please ask the staff about an exam in person, with a parent or guardian."
    )


class NotFound(GoodfaithError):
    """No such thing, or it belongs to somebody else: the two look the same."""

    code = "not_found"
    message = "There is nothing here."
    status = 404


class LinkUnknown(NotFound):
    """No link has that secret, or a newer link took its place."""

    code = "link_unknown"
    message = "This link is not known. Please ask for a new one."


class CodeUnknown(NotFound):
    """No open exam of this site has that code."""

    code = "code_unknown"
    message = "That code is not known here. Please check it with the staff."


class NotASiteDevice(NotFound):
    """This browser is not a registered tablet."""

    code = "not_a_site_device"
    message = "This device is not registered for a site."


class Conflict(GoodfaithError):
    """Right in form, and not possible as things stand."""

    code = "conflict"
    message = "This is not possible now."
    status = 409


class CallRefused(Conflict):
    """A call cannot do this now: an older attempt, or not in its state."""

    def __init__(self, refusal: CallError) -> None:
        """Say it in the words of the call's own machine."""
        super().__init__()
        self.code, self.message = refusal.code, refusal.message  # type: ignore[misc]


class ChartFull(Conflict):
    """The chart has as many entries as one may have; it can still be signed."""

    code = "chart_full"
    message = "This chart cannot take any more entries. It can still be signed."


class OnDutyElsewhere(Conflict):
    """A practitioner serves one network at a time."""

    code = "on_duty_elsewhere"
    message = "You are on duty in another network. Go off duty there first."


class DeviceTakeoverRequired(Conflict):
    """Another device of the patient holds the visit."""

    code = "device_takeover_required"
    message = "This visit is open on another device. You can continue here instead."


class WrongStep(Conflict):
    """The intake is at another step, or over."""

    code = "wrong_step"
    message = "This step is not open now. Please continue with the one that is shown."


class StaleRevision(Conflict):
    """Somebody saved a newer text in between."""

    code = "stale_revision"
    message = "This was changed in another place in the meantime."


class NotWaiting(Conflict):
    """The visit is not in the waiting room."""

    code = "not_waiting"
    message = "This visit is not waiting any more."


class AlreadyWaiting(Conflict):
    """The visit is in the waiting room already."""

    code = "already_waiting"
    message = "This visit is already in the waiting room."


class NotPossibleNow(Conflict):
    """A machine has no arrow for it."""

    code = "illegal_transition"
    message = "This is not possible at this point of the visit."


class PlanRunning(Conflict):
    """A plan takes seconds of a whole processor: one at a time."""

    code = "plan_running"
    message = "A plan is being made already. Please wait for it to finish."
    retry = True


class SignRequirementsMissing(Conflict):
    """Something that a signature needs is missing; `fields` names it."""

    code = "sign_requirements_missing"
    message = "Something is still missing before this exam can be signed."


class ChartHeadMoved(Conflict):
    """The chart grew after it was read."""

    code = "chart_head_moved"
    message = "The chart has changed since you read it. Please look at it again."


class Gone(GoodfaithError):
    """It was there once."""

    code = "link_finished"
    message = "This is over."
    status = 410


class LinkExpired(Gone):
    """The link's time is over."""

    code = "link_expired"
    message = "This link has expired. Please ask the staff for a new one."


class LinkCancelled(Gone):
    """The exam was called off."""

    code = "link_cancelled"
    message = "This exam was cancelled. Please ask the staff for a new one."


class LinkFinished(Gone):
    """The visit behind the link is over."""

    code = "link_finished"
    message = "This visit is over. Please ask the staff if you need another one."


class RecordShredded(Gone):
    """The record was destroyed when nothing held it any more (`server.retention`)."""

    code = "record_shredded"
    message = "This record was destroyed when its time to be kept was over."


class TooMany(GoodfaithError):
    """Too much, too fast. `retry_after_s`: when it is worth another try, where it is known."""

    code = "rate_limited"
    message = "Too many requests. Please wait a moment."
    status = 429
    retry = True
    retry_after_s: int | None = None


class TooManyAttempts(TooMany):
    """Too many wrong passwords, codes or dates of birth."""

    code = "too_many_attempts"
    message = "Too many attempts. Please wait a few minutes before you try again."


class RateLimited(TooMany):
    """More requests than a page ever sends."""


class Unavailable(GoodfaithError):
    """The server cannot do it just now."""

    code = "retry"
    message = "That did not go through. Please try again."
    status = 503
    retry = True


class Retry(Unavailable):
    """Nothing was committed, or it will be settled by the command's id."""


class PlanTooLong(Unavailable):
    """The plan was given up; less would be quicker."""

    code = "plan_too_long"
    message = "The plan took too long and was given up. Please plan fewer hours at once."
    retry = False


class Starting(Unavailable):
    """The waiting room is being rebuilt."""

    code = "starting"
    message = "The server is starting. Please try again in a few seconds."


class Internal(GoodfaithError):
    """A fault of ours."""
