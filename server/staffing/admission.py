"""May a patient begin to wait, and if not, when? Pure.

    somebody eligible on duty, long enough ------> Admit
    somebody eligible rostered now, long enough -> Admit
    a shift of somebody eligible is planned -----> NotNow(opens_at)
    none is planned -----------------------------> NotNow(None)

Long enough: their shift, and their licence, outlast the wait that is to be expected. There is
no other way in: whoever may not see this patient is not among those asked about, however long
the line is and however free they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from server.staffing.spans import Span

MICROSECONDS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Eligible:
    """Somebody who may see this patient, now or in one of their shifts.

    Attributes:
        on_duty: they are on duty now, may see the patient now, and do not wish to leave.
        duty_until: when they go off duty, or may not see the patient any more; None when
            no end is known. Of no meaning for somebody who is not on duty.
        rostered: the stretches from now on in which they are planned and may see the patient;
            shifts back to back are one.
    """

    on_duty: bool = False
    duty_until: int | None = None
    rostered: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Admit:
    """The patient may wait."""


@dataclass(frozen=True, slots=True)
class NotNow:
    """Nobody would come. `opens_at` is when the next one does; None when none is planned."""

    opens_at: int | None


Admission = Admit | NotNow


def decide(eligible: Iterable[Eligible], *, now: int, expected_wait_s: float) -> Admission:
    """Decide whether a patient may begin to wait.

    Args:
        eligible: everybody who may see this patient, and nobody else.
        now: microseconds UTC.
        expected_wait_s: how long the patient would wait.
    """
    everybody = tuple(eligible)
    answered_at = now + round(expected_wait_s * MICROSECONDS)
    if any(_is_there(one, now, answered_at) for one in everybody):
        return Admit()
    coming = (span.starts_at for one in everybody for span in one.rostered)
    return NotNow(min((start for start in coming if start > now), default=None))


def _is_there(one: Eligible, now: int, answered_at: int) -> bool:
    on_duty = one.on_duty and (one.duty_until is None or one.duty_until > answered_at)
    return on_duty or any(
        span.contains(now) and span.ends_at > answered_at for span in one.rostered
    )
