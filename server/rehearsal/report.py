"""What a rehearsal found, as one JSON object."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, NotRequired, TypedDict

from server.rehearsal.encounter import Outcome
from signaling.messages import CallMode

DIGITS: Final = 3


class EncounterLine(TypedDict):
    """One encounter of the report; seconds."""

    encounter_id: str
    queue_wait_s: float | None
    connect_s: float | None
    accept_to_media_s: float | None
    mode: CallMode | None
    connected: bool
    signed: bool
    error: NotRequired[str]


class Summary(TypedDict):
    """All encounters together; seconds."""

    count: int
    connected: int
    relayed: int
    signed: int
    failed: int
    mean_connect_s: float | None
    p50_connect_s: float | None
    p90_connect_s: float | None
    max_connect_s: float | None
    mean_queue_wait_s: float | None
    mean_accept_to_media_s: float | None


class Report(TypedDict):
    """The whole of it."""

    encounters: list[EncounterLine]
    summary: Summary


def report(outcomes: Sequence[Outcome]) -> Report:
    """Return the report on these encounters."""
    connects = sorted(one.connect_s for one in outcomes if one.connect_s is not None)
    return Report(
        encounters=[line(one) for one in outcomes],
        summary=Summary(
            count=len(outcomes),
            connected=sum(one.connected for one in outcomes),
            relayed=sum(one.mode == "relay" for one in outcomes),
            signed=sum(one.signed for one in outcomes),
            failed=sum(one.error is not None for one in outcomes),
            mean_connect_s=mean(connects),
            p50_connect_s=quantile(connects, 0.5),
            p90_connect_s=quantile(connects, 0.9),
            max_connect_s=quantile(connects, 1.0),
            mean_queue_wait_s=mean([o.queue_wait_s for o in outcomes]),
            mean_accept_to_media_s=mean([o.accept_to_media_s for o in outcomes]),
        ),
    )


def line(outcome: Outcome) -> EncounterLine:
    """Return one encounter of the report."""
    result = EncounterLine(
        encounter_id=outcome.encounter_id,
        queue_wait_s=rounded(outcome.queue_wait_s),
        connect_s=rounded(outcome.connect_s),
        accept_to_media_s=rounded(outcome.accept_to_media_s),
        mode=outcome.mode,
        connected=outcome.connected,
        signed=outcome.signed,
    )
    if outcome.error is not None:
        result["error"] = outcome.error
    return result


def rounded(seconds: float | None) -> float | None:
    """Return seconds to the millisecond."""
    return None if seconds is None else round(seconds, DIGITS)


def mean(values: Sequence[float | None]) -> float | None:
    """Return the mean of what is known; None of nothing."""
    known = [one for one in values if one is not None]
    return rounded(sum(known) / len(known)) if known else None


def quantile(ordered: Sequence[float], share: float) -> float | None:
    """Return the smallest value that `share` of them do not exceed (nearest rank)."""
    if not ordered:
        return None
    return rounded(ordered[max(0, math.ceil(share * len(ordered)) - 1)])
