"""Why the core refuses an event. An error means that NOTHING changed.

    SignalingError
    |-- UnknownEncounter       encounter_unknown      nobody waits or is examined under it
    |-- UnknownPractitioner    practitioner_unknown   not on duty
    |-- OfferUnknown           offer_unknown          never made, or long forgotten
    |-- OfferAlreadySettled    offer_settled          answered, missed, withdrawn or too late
    |-- OfferNotYours          offer_not_yours        it rings somebody else
    |-- AlreadyQueued          already_waiting        the patient waits or is being seen
    |-- NotWaiting             not_waiting            the patient is being seen
    |-- NotEligible            not_eligible           no authority for this patient
    |-- PractitionerBusy       practitioner_busy      holds another encounter
    |-- QueueFull              queue_full             `Limits.waiting_max`
    |-- RosterFull             roster_full            `Limits.practitioners_max`
    |-- PriorityOutOfRange     priority_out_of_range  not 0 to `Limits.priority_max`
    |-- IllegalTransition      illegal_transition     no such arrow in a machine
    `-- SdpRejected            sdp_*, candidate_*     a session description or candidate

`code` goes over the wire and never changes; `message` is a sentence for a person and may.
Neither takes anything from the event that was refused, so neither can carry PHI.
"""

from enum import StrEnum
from typing import ClassVar


class Fault(StrEnum):
    """Whose fault a refusal is."""

    CLIENT = "client"
    SERVER = "server"


class SignalingError(Exception):
    """An event that the core refuses; nothing changed.

    Attributes:
        code: stable word for the wire.
        message: one English sentence for a person.
        fault: who has to change something for it to work.
    """

    code: ClassVar[str] = "signaling_error"
    message: ClassVar[str] = "The request cannot be carried out."
    fault: ClassVar[Fault] = Fault.CLIENT

    def __init__(self, *details: str) -> None:
        """Take what a log may show beside the sentence: names of states, never contents."""
        super().__init__(self.message, *details)


class UnknownEncounter(SignalingError):
    """Nobody waits or is being examined under that encounter."""

    code = "encounter_unknown"
    message = "This visit is not in the waiting room."


class UnknownPractitioner(SignalingError):
    """That practitioner is not on duty."""

    code = "practitioner_unknown"
    message = "This practitioner is not on duty."


class OfferUnknown(SignalingError):
    """No such offer is remembered."""

    code = "offer_unknown"
    message = "This offer is not known."


class OfferAlreadySettled(SignalingError):
    """The offer was answered, missed or withdrawn, or its time is over."""

    code = "offer_settled"
    message = "This offer is over."


class OfferNotYours(SignalingError):
    """The offer rings another practitioner."""

    code = "offer_not_yours"
    message = "This offer was made to another practitioner."


class AlreadyQueued(SignalingError):
    """The patient waits already, or is being seen."""

    code = "already_waiting"
    message = "This visit is already in the waiting room."


class NotWaiting(SignalingError):
    """The patient is being seen and cannot do what only a waiting patient can."""

    code = "not_waiting"
    message = "This visit is not waiting any more."


class NotEligible(SignalingError):
    """The practitioner has no authority for this patient."""

    code = "not_eligible"
    message = "You may not see this patient."


class PractitionerBusy(SignalingError):
    """The practitioner holds another encounter than the one named."""

    code = "practitioner_busy"
    message = "This practitioner is in another visit."


class QueueFull(SignalingError):
    """The waiting room holds as many patients as it may."""

    code = "queue_full"
    message = "The waiting room is full. Please try again in a few minutes."
    fault = Fault.SERVER


class RosterFull(SignalingError):
    """As many practitioners are on duty as may be."""

    code = "roster_full"
    message = "Too many practitioners are on duty."
    fault = Fault.SERVER


class PriorityOutOfRange(SignalingError):
    """That is no number of steps that a patient may have."""

    code = "priority_out_of_range"
    message = "This priority is not among those that can be given."


class IllegalTransition(SignalingError):
    """A machine has no arrow for that event in that state.

    Attributes:
        state: value of the state it is in.
        event: class name of the event that came.
    """

    code = "illegal_transition"
    message = "This is not possible at this point of the visit."

    def __init__(self, state: str, event: str) -> None:
        """Keep both names for the log; the sentence stays the same."""
        super().__init__(state, event)
        self.state = state
        self.event = event


class SdpFault(StrEnum):
    """What is wrong with a session description or a candidate; its value is the code."""

    TOO_LARGE = "sdp_too_large"
    MALFORMED = "sdp_malformed"
    FINGERPRINT_MISSING = "sdp_fingerprint_missing"
    TOO_MANY_MEDIA = "sdp_too_many_media"
    INSECURE = "sdp_insecure"
    CANDIDATE_TOO_LONG = "candidate_too_long"
    CANDIDATE_MALFORMED = "candidate_malformed"


class SdpRejected(SignalingError):
    """A session description or candidate that is not passed on.

    Attributes:
        code: the value of its `SdpFault`.
        detail: what was looked for, in fixed words; nothing of the description itself.
    """

    message = "The browsers could not agree on a secure connection."

    def __init__(self, fault: SdpFault, detail: str) -> None:
        """Keep the fault as the code of this one error."""
        super().__init__(fault.value, detail)
        self.code = fault.value  # type: ignore[misc]  # its class has one code per fault
        self.detail = detail
