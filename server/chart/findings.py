"""Were the findings looked at while video flowed both ways? One answer for each treatment.

    missing --ticked--> pending --evidence says so--> seen
                            '------evidence says no---> unseen --ticked again--> pending ...

Pure. A tick is the practitioner's statement with a time; it counts if the evidence covers that
time: its second, or one of the `bridge_s` before it (which is all that the evidence bridges by
itself), is of live video both ways, in any ledger. Of several ticks one is enough.

Evidence lags. A verdict on a second stands once the ledger is sealed, or has gone on for
`FINAL_AFTER_S` behind it; until then the tick is pending, as long as more can come. What was
not measured is not live: after the end of waiting a tick without evidence is unseen.

That the findings were seen is the practitioner's word; this only tells that they could be.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from media.evidence import DEFAULTS, Kind
from media.packing import CHUNK_S
from media.sample import MICROSECONDS_PER_SECOND
from server.chart.media import LedgerRecord
from server.chart.state import ChartState
from server.intake.questionnaire import live_findings

Standing: TypeAlias = Literal["missing", "pending", "seen", "unseen"]
WaitedFor: TypeAlias = Literal["call", "seal", "nothing"]
FINAL_AFTER_S: Final = DEFAULTS.settle_s + 2 * CHUNK_S
"""A witness judges every `CHUNK_S`, `settle_s` behind; one more for the way into the chart."""
SEAL_WAIT_US: Final = 15 * MICROSECONDS_PER_SECOND
"""After the end of a call: a relay seals within seconds."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What became of the findings of one treatment class.

    Attributes:
        treatment_class: which.
        findings: what is to be looked at.
        standing: see the module.
        at: microseconds UTC of the tick that counts, or of the last one; None without.
    """

    treatment_class: str
    findings: tuple[str, ...]
    standing: Standing
    at: int | None


def looked(state: ChartState, now: int | None = None) -> tuple[Looked, ...]:
    """Return what became of the findings, for the treatments as they stand, in their order.

    Args:
        state: of the chart.
        now: microseconds UTC; None once nothing more is waited for, as when it is signed.
    """
    waited_for = _waited_for(state, now)
    return tuple(
        _looked(state, name, tuple(findings), waited_for)
        for name, findings in live_findings(state.treatments).items()
        if findings
    )


def _looked(
    state: ChartState, name: str, findings: tuple[str, ...], waited_for: WaitedFor
) -> Looked:
    ticks = state.findings.get(name, ())
    judged = [(_judged(state, at, waited_for), at) for at in ticks]
    for standing in ("seen", "pending", "unseen"):
        for each, at in reversed(judged):
            if each == standing:
                return Looked(name, findings, each, at)
    return Looked(name, findings, "missing", None)


def _waited_for(state: ChartState, now: int | None) -> WaitedFor:
    """Return what may still come: more of the call, its seal, or nothing."""
    if now is None:
        return "nothing"
    if state.call.state not in {"idle", "ended"}:
        return "call"
    ended_at = state.call.ended_at
    return "seal" if ended_at is not None and now - ended_at < SEAL_WAIT_US else "nothing"


def _judged(state: ChartState, at: int, waited_for: WaitedFor) -> Standing:
    second = at // MICROSECONDS_PER_SECOND
    ledgers = state.media.ledgers
    if any(_shows(one, second) for one in ledgers):
        return "seen"
    running = [one for one in ledgers if not one.settled]
    if waited_for == "nothing":
        return "unseen"
    if running:
        is_open = max(_final_until(one) for one in running) <= second
    elif waited_for == "call":
        is_open = max((one.known_until for one in ledgers), default=0) <= second
    else:
        is_open = not ledgers
    return "pending" if is_open else "unseen"


def _shows(ledger: LedgerRecord, second: int) -> bool:
    """Tell whether a ledger says for good that video flowed both ways then."""
    earliest, end = second - DEFAULTS.bridge_s, min(second + 1, _final_until(ledger))
    return any(first < end and earliest < last for first, last in _live(ledger))


def _live(ledger: LedgerRecord) -> Iterator[tuple[int, int]]:
    """Yield the seconds of live video, as far as nothing can change them any more."""
    until = _final_until(ledger)
    for span in ledger.spans():
        if span.kind is Kind.LIVE_VIDEO and span.first < until:
            yield span.first, min(span.end, until)


def _final_until(ledger: LedgerRecord) -> int:
    """Return the second behind the last one whose verdict stands."""
    if ledger.seal is not None:
        return ledger.known_until
    return ledger.known_until - FINAL_AFTER_S
