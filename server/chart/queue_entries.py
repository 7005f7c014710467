"""Entries of the waiting room: the place, the offers, and the authority relied upon."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from server.chart.entry import AuthorityFact, Code, Entry, Microseconds, PractitionerFact
from signaling.messages import Id, Jurisdiction

Moment = Literal["offer", "accept", "review", "connect", "changed", "sign"]


class QueueJoined(Entry):
    """The patient is ready and has a place. `place` orders the queue and never changes."""

    kind: Literal["queue.joined"] = "queue.joined"
    place: Annotated[int, Field(ge=0)]
    jurisdictions: Annotated[list[Jurisdiction], Field(min_length=1, max_length=8)]

    def summary(self) -> str:
        """Return one English line for the log."""
        return f"Ready: waiting for a practitioner licensed in {_and(self.jurisdictions)}"


class QueuePrioritized(Entry):
    """The patient counts as having waited longer than they have, or no longer does."""

    kind: Literal["queue.prioritized"] = "queue.prioritized"
    priority: Annotated[int, Field(ge=0, le=100)]

    def summary(self) -> str:
        """Return one English line for the log."""
        return f"Priority in the queue: {self.priority}"


class QueueLeft(Entry):
    """The patient waits no longer, without having been seen."""

    kind: Literal["queue.left"] = "queue.left"
    reason: Code

    def summary(self) -> str:
        """Return one English line for the log."""
        return f"Left the queue: {_words(self.reason)}"


class OfferRung(Entry):
    """A practitioner was offered the patient."""

    kind: Literal["offer.rung"] = "offer.rung"
    offer_id: Id
    practitioner_id: Id
    expires_at: Microseconds

    def summary(self) -> str:
        """Return one English line for the log."""
        return "Offered to a practitioner"


class OfferAccepted(Entry):
    """The practitioner took the patient."""

    kind: Literal["offer.accepted"] = "offer.accepted"
    offer_id: Id
    practitioner: PractitionerFact

    def summary(self) -> str:
        """Return one English line for the log."""
        who = self.practitioner
        return f"Accepted by {who.display_name}, {who.profession}"


class OfferDeclined(Entry):
    """The practitioner passed."""

    kind: Literal["offer.declined"] = "offer.declined"
    offer_id: Id
    practitioner_id: Id
    reason: Code

    def summary(self) -> str:
        """Return one English line for the log."""
        return f"Passed on by the practitioner: {_words(self.reason)}"


class OfferMissed(Entry):
    """The practitioner did not answer in time."""

    kind: Literal["offer.missed"] = "offer.missed"
    offer_id: Id
    practitioner_id: Id

    def summary(self) -> str:
        """Return one English line for the log."""
        return "The practitioner did not answer"


class OfferWithdrawn(Entry):
    """The offer lost its ground before anybody answered."""

    kind: Literal["offer.withdrawn"] = "offer.withdrawn"
    offer_id: Id
    practitioner_id: Id
    reason: Code

    def summary(self) -> str:
        """Return one English line for the log."""
        return f"Offer withdrawn: {_words(self.reason)}"


class AuthorityChecked(Entry):
    """The practitioner's authority, as relied upon at this moment."""

    kind: Literal["authority.checked"] = "authority.checked"
    moment: Moment
    practitioner: PractitionerFact
    authorities: Annotated[list[AuthorityFact], Field(min_length=1, max_length=8)]

    def summary(self) -> str:
        """Return one English line for the log."""
        held = _and([f"{one.jurisdiction} {one.number}" for one in self.authorities])
        return f"Authority checked at {self.moment}: {held}"


class CallbackAsked(Entry):
    """The patient asked to be called back (or the practitioner put the exam off).

    They were told when somebody is planned to come.
    """

    kind: Literal["callback.asked"] = "callback.asked"
    opens_at: Microseconds | None

    def summary(self) -> str:
        """Return one English line for the log."""
        return "Asked to be called back when a practitioner is there"


class CallbackDue(Entry):
    """Somebody who may see the patient is there now: the staff may call."""

    kind: Literal["callback.due"] = "callback.due"

    def summary(self) -> str:
        """Return one English line for the log."""
        return "A practitioner is there: the patient can be called back"


class CallbackEnded(Entry):
    """The patient took a place in line, or the visit was over before."""

    kind: Literal["callback.ended"] = "callback.ended"
    reason: Code

    def summary(self) -> str:
        """Return one English line for the log."""
        return f"The callback is over: {_words(self.reason)}"


QUEUE_ENTRIES: Final = (
    QueueJoined,
    QueuePrioritized,
    QueueLeft,
    OfferRung,
    OfferAccepted,
    OfferDeclined,
    OfferMissed,
    OfferWithdrawn,
    AuthorityChecked,
    CallbackAsked,
    CallbackDue,
    CallbackEnded,
)


def _and(words: list[str]) -> str:
    return " and ".join(words)


def _words(code: str) -> str:
    return code.replace("_", " ")
