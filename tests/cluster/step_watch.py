"""Where in the server each step of a match is taken, and who is told that it was.

Nothing is changed but that somebody watches: the wrapped functions do what they always do.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from server.console import signing
from server.live import call_writing, calls
from server.live.calls import CallBook
from server.live.leg_commands import LegCommands
from server.waiting.desk import Desk
from server.waiting.ledger import Ledger
from signaling.effects import RecordOffer, RecordWaiting
from signaling.offers import OfferState
from tests.cluster.levers import CallStep, Levers, MatchStep

P = ParamSpec("P")
R = TypeVar("R")


def watch_steps(levers: Levers) -> None:
    """Have every step of a match in this process halt where the levers say so."""
    _watch_waiting_room(levers)
    _watch_calls(levers)


def _watch_waiting_room(levers: Levers) -> None:
    perform, commit, sign = Ledger.perform, Desk._commit, signing.sign
    signed: list[bool] = []

    async def performed(self: Ledger, tx: Any, records: Sequence[Any], now: Any) -> None:  # noqa: ANN401
        await perform(self, tx, records, now)
        if _states(records, OfferState.ACCEPTED):
            levers.reached(MatchStep.ACCEPTING)

    async def committed(self: Desk, *args: Any) -> Any:  # noqa: ANN401
        batch = await commit(self, *args)
        for step in steps_of(batch.effects):
            levers.reached(step)
        if signed:
            signed.clear()
            levers.reached(MatchStep.SIGNED)
        return batch

    @wraps(sign)
    async def noted(*args: Any, **named: Any) -> Any:  # noqa: ANN401
        result = await sign(*args, **named)
        signed.append(True)
        return result

    setattr(Ledger, "perform", performed)  # noqa: B010 - mypy knows no other way
    setattr(Desk, "_commit", committed)  # noqa: B010
    setattr(signing, "sign", noted)  # noqa: B010


def _watch_calls(levers: Levers) -> None:
    write_switch = call_writing.write_switch

    @wraps(write_switch)
    async def switched(*args: Any, **named: Any) -> None:  # noqa: ANN401
        levers.reached(CallStep.SWITCHED)
        await write_switch(*args, **named)

    setattr(calls, "write_switch", switched)  # noqa: B010
    setattr(CallBook, "_connected", _after(CallBook._connected, levers, MatchStep.SEEN))  # noqa: B010
    setattr(LegCommands, "_link", _after(LegCommands._link, levers, MatchStep.LINKED))  # noqa: B010


def _after(
    work: Callable[P, Awaitable[R]], levers: Levers, step: MatchStep
) -> Callable[P, Awaitable[R]]:
    @wraps(work)
    async def wrapped(*args: P.args, **named: P.kwargs) -> R:
        result = await work(*args, **named)
        levers.reached(step)
        return result

    return wrapped


def steps_of(effects: Sequence[object]) -> Iterator[MatchStep]:
    """Yield the steps that a committed batch took."""
    if any(isinstance(one, RecordWaiting) for one in effects):
        yield MatchStep.READY
    if _states(effects, OfferState.RINGING):
        yield MatchStep.OFFERED
    if _states(effects, OfferState.ACCEPTED):
        yield MatchStep.ACCEPTED


def _states(records: Sequence[object], state: OfferState) -> bool:
    return any(isinstance(one, RecordOffer) and one.offer.state is state for one in records)
