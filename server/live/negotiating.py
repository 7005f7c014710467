"""The commands of a call and of its legs, which are the same for both sides."""

from __future__ import annotations

from media.call import Side
from media.leg_moves import Seat
from server.errors import NotFound
from server.live.calls import CallBook
from server.live.legs import LegBook
from server.live.live_call import OTHER, declared_by
from server.waiting.work import Result
from signaling import messages as wire
from signaling.errors import SdpRejected
from signaling.sdp import check_candidate, check_description


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
                describe(calls, side, command)
            except SdpRejected:
                await calls.reject(side, command.encounter_id)
                raise
        case wire.CallCandidate():
            trickle(calls, side, command)
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
    live = calls.require(command.encounter_id)
    if isinstance(command, wire.CallReport):
        await calls.ports.reported(live, side, command)
    else:
        calls.ports.declared(live.encounter_id, side, declared_by(command))
        await calls.switch(side, command)


def describe(calls: CallBook, side: Side, command: wire.CallDescription) -> None:
    """Check a description and pass it on.

    Raises:
        StaleGeneration: of an earlier attempt.
        NotPossibleNow: the call goes through a relay.
        SdpRejected: without a fingerprint, too large, or not SDP.
    """
    live = calls.negotiated(command.encounter_id, command.generation)
    description = command.description
    check_description(description.type, description.sdp, calls.limits)
    calls.ports.tell(
        live.recipient(OTHER[side]),
        wire.PeerDescription(
            encounter_id=live.encounter_id,
            generation=command.generation,
            description=description,
        ),
    )


def trickle(calls: CallBook, side: Side, command: wire.CallCandidate) -> None:
    """Check a candidate and pass it on.

    Raises:
        StaleGeneration: of an earlier attempt.
        NotPossibleNow: the call goes through a relay.
        SdpRejected: not a candidate.
    """
    live = calls.negotiated(command.encounter_id, command.generation)
    check_candidate(command.candidate.candidate)
    calls.ports.tell(
        live.recipient(OTHER[side]),
        wire.PeerCandidate(
            encounter_id=live.encounter_id,
            generation=command.generation,
            candidate=command.candidate,
        ),
    )


def leg_command(legs: LegBook, seat: Seat, command: wire.CommandBase, session: str) -> bool:
    """Do one command of a session about a leg; False if it is not about one.

    Raises:
        LegStale: that leg is over.
        SdpRejected: the answer was refused.
        NotFound: this seat has no legs there.
    """
    match command:
        case wire.LegAnswer():
            legs.answer(seat, command, session)
        case wire.LegRefresh():
            legs.refresh(seat, command)
        case wire.LegFailed():
            legs.give_up(seat, command)
        case _:
            return False
    return True
