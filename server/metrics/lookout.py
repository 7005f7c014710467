"""Everything that is observed of one network: facts as they come, and what they add up to.

In memory: after a restart the recent events and the missed offers begin anew. Figures of the
day do not: they are read from rows.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from server.metrics.facts import DutyChanged, Fact, OfferSettled
from server.metrics.instruments import Now
from server.metrics.licences import Licences
from server.metrics.observer import Observer, Predict
from server.metrics.staffing import StaffClock
from server.metrics.survey import Survey, survey
from signaling.effects import StatusReason
from signaling.identifiers import Instant, PractitionerId
from signaling.offers import OfferState
from signaling.participants import PractitionerStatus
from signaling.switchboard import Switchboard

NOTICES_MAX: Final = 20
SETTLED_MAX: Final = 10_000
ANSWERABLE: Final = frozenset({OfferState.ACCEPTED, OfferState.DECLINED, OfferState.MISSED})

Kind = Literal["alert_raised", "alert_cleared", "came", "left", "missed"]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that changed, for the short list.

    Attributes:
        kind: what.
        at: when.
        code: of an alert, or why somebody left.
        jurisdiction: where, or nothing.
        practitioner_id: who, or nobody.
    """

    kind: Kind
    at: Instant
    code: str | None = None
    jurisdiction: str | None = None
    practitioner_id: PractitionerId | None = None


class Lookout:
    """One network, watched."""

    def __init__(
        self,
        licences: Licences,
        record: Callable[[Fact], None],
        took: Callable[[float], None],
        predict: Predict,
        now: Instant,
    ) -> None:
        """Begin with nothing seen.

        Args:
            licences: who is licensed where.
            record: takes every fact, for `/metrics`.
            took: takes the seconds of every decision.
            predict: what a patient is told about the wait.
            now: microseconds UTC.
        """
        self.licences = licences
        self.observer = Observer(self._tell, took, predict)
        self.staff = StaffClock(now)
        self.notices: deque[Notice] = deque(maxlen=NOTICES_MAX)
        self._record = record
        self._settled: deque[tuple[Instant, bool]] = deque(maxlen=SETTLED_MAX)

    def _tell(self, facts: Sequence[Fact]) -> None:
        for fact in facts:
            self._record(fact)
            if isinstance(fact, DutyChanged):
                self.staff.change(fact.before, fact.after, fact.at)
                if fact.witnessed:
                    self._note_duty(fact)
            elif isinstance(fact, OfferSettled) and fact.result in ANSWERABLE:
                self._note_offer(fact)

    def _note_duty(self, fact: DutyChanged) -> None:
        code = fact.reason.value if fact.reason else None
        if fact.before is PractitionerStatus.AWAY:
            self._notice("came", fact, None)
        elif fact.after is PractitionerStatus.AWAY:
            self._notice("left", fact, code)

    def _notice(self, kind: Kind, fact: DutyChanged, code: str | None) -> None:
        self.notices.append(
            Notice(kind, fact.at, code=code, practitioner_id=fact.practitioner_id)
        )

    def _note_offer(self, fact: OfferSettled) -> None:
        missed = fact.result is OfferState.MISSED
        self._settled.append((fact.at, missed))
        if missed:
            self.notices.append(
                Notice(
                    "missed",
                    fact.at,
                    code=StatusReason.MISSED_OFFER.value,
                    jurisdiction=fact.jurisdiction or None,
                    practitioner_id=fact.practitioner_id,
                )
            )

    def offers_within(self, window_s: float, now: Instant) -> tuple[int, int]:
        """Return how many offers were settled by their practitioners, and missed, lately."""
        since = now - window_s * 1_000_000
        recent = [missed for at, missed in self._settled if at >= since]
        return len(recent), sum(recent)

    def survey(self, switchboard: Switchboard) -> Survey:
        """Return the waiting room by jurisdiction."""
        return survey(switchboard, self.observer.line, self.licences.places())

    def now(self, switchboard: Switchboard, at: Instant) -> Now:
        """Return what the gauges show."""
        self.staff.advance(at)
        online_s, busy_s = self.staff.seconds()
        return Now(self.survey(switchboard), online_s, busy_s)
