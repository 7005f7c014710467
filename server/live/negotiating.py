"""The call commands, which are the same for both sides."""

from __future__ import annotations

from media.call import Side
from server.errors import NotFound
from server.live.calls import CallBook
from server.waiting.work import Result
from signaling import messages as wire
from signaling.errors import SdpRejected


async def call_command(calls: CallBook, side: Side, command: wire.CommandBase) -> Result:
    """Do one command of a call.

    Raises:
        CallError: stale, or not possible in this state.
        SdpRejected: the description or candidate was refused; a description ends the attempt
            on both sides, so that neither waits for the other.
    """
    match command:
        case wire.CallDescription():
            try:
                calls.describe(side, command)
            except SdpRejected:
                await calls.reject(side, command.encounter_id)
                raise
        case wire.CallCandidate():
            calls.trickle(side, command)
        case wire.CallFirstFrame():
            await calls.first_frame(side, command)
        case wire.CallInterrupted():
            await calls.interrupted(side, command)
        case wire.CallRecovered():
            await calls.recovered(side, command)
        case wire.CallFailed():
            await calls.failed(side, command)
        case wire.CallRetry():
            await calls.retry(side, command.encounter_id)
        case wire.CallMedia() | wire.CallReport():
            await _media(calls, side, command)
        case _:
            raise NotFound
    return {}


async def _media(
    calls: CallBook, side: Side, command: wire.CallMedia | wire.CallReport
) -> None:
    if isinstance(command, wire.CallReport):
        await calls.ports.reported(calls.require(command.encounter_id), side, command)
    else:
        await calls.switch(side, command)
