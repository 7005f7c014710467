"""What the legs of encounters have relays do, and what comes of it.

    encounter, side, number <--> the name of a leg: {encounter}.{side}.{number}
    encounter, ledger -------->  the name of a witnessed call: {encounter}.{ledger}

No decision is made here: a refusal is an event like another.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, assert_never

from media import control_messages as control
from media import leg_effects as effects
from media import leg_moves as moves
from media.call import Side
from media.ice_effects import LegId
from media.leg_moves import Because
from server.logging import get_logger
from server.relays.port import RelayId, RelayLost, Relays

if TYPE_CHECKING:
    from server.live.leg_ports import LegPorts

ASK_S: Final = 5.0
FULL: Final = "legs_full"

Dispatch = Callable[[str, moves.Event], None]
Refusal = (RelayLost, control.ControlRefused, TimeoutError)

log = get_logger("legs")


def leg_name(encounter_id: str, side: Side, number: int) -> LegId:
    """Return the name of a leg, as relays know it."""
    return LegId(f"{encounter_id}.{side.value}.{number}")


def ledger_name(encounter_id: str, ledger: int) -> str:
    """Return the name of a witnessed call, as relays know it."""
    return f"{encounter_id}.{ledger}"


def leg_of(name: str) -> tuple[str, Side, int] | None:
    """Return whose leg has this name; None for a name that is not one of ours."""
    encounter_id, _, rest = name.partition(".")
    side, _, number = rest.partition(".")
    if not encounter_id or side not in set(Side) or not number.isdecimal():
        return None
    return encounter_id, Side(side), int(number)


class LegCommands:
    """Performs commands on relays, one after the other; `Lanes` keep the order."""

    def __init__(
        self, relays: Relays, dispatch: Dispatch, ports: Callable[[], LegPorts]
    ) -> None:
        """Prepare.

        Args:
            relays: performs.
            dispatch: takes what comes of a command, as an event of an encounter.
            ports: gives whom to tell which ledger a relay writes from now on, and who knows
                whether any of it is ours to do.
        """
        self._relays = relays
        self._dispatch = dispatch
        self._ports = ports

    async def perform(self, encounter_id: str, command: effects.Command) -> None:
        """Have a relay do it, if it is still ours to say.

        A process that was stopped finds its timers due, and may have been replaced meanwhile.
        """
        if not await self._ports().still_ours():
            log.warning("leg_command_not_ours", encounter_id=encounter_id)
            return
        match command:
            case effects.CreateLeg():
                await self._create(encounter_id, command)
            case effects.RestartLeg():
                await self._restart(encounter_id, command)
            case effects.AnswerLeg():
                await self._answer(encounter_id, command)
            case effects.CloseLeg(relay, side, number):
                close = control.CloseLeg(leg_name(encounter_id, side, number))
                await self._try(relay, close)
            case effects.LinkLegs():
                await self._link(encounter_id, command)
            case effects.SealLedger(relay, ledger):
                await self._try(relay, control.SealCall(ledger_name(encounter_id, ledger)))
            case _:
                assert_never(command)

    async def _create(self, encounter_id: str, command: effects.CreateLeg) -> None:
        side, number = command.side, command.number
        name = leg_name(encounter_id, side, number)
        try:
            done = await self._ask(command.relay, control.CreateLeg(name))
            event: moves.Event = moves.LegOffered(side, number, 0, _sdp(done))
        except Refusal as refusal:
            event = moves.CreateRefused(side, number, _because(refusal))
        self._dispatch(encounter_id, event)

    async def _restart(self, encounter_id: str, command: effects.RestartLeg) -> None:
        side, number = command.side, command.number
        name = leg_name(encounter_id, side, number)
        try:
            done = await self._ask(command.relay, control.RestartLeg(name))
        except Refusal:
            return  # its replacement is under way
        restart = done.get("generation")
        if isinstance(restart, int):
            self._dispatch(encounter_id, moves.LegOffered(side, number, restart, _sdp(done)))

    async def _answer(self, encounter_id: str, command: effects.AnswerLeg) -> None:
        side, number, restart = command.side, command.number, command.restart
        name = leg_name(encounter_id, side, number)
        try:
            await self._ask(command.relay, control.AnswerLeg(name, restart, command.sdp))
        except Refusal as refusal:
            log.warning("leg_answer_refused", reason=_code(refusal), encounter_id=encounter_id)
            self._dispatch(encounter_id, moves.AnswerRefused(side, number, restart))

    async def _link(self, encounter_id: str, command: effects.LinkLegs) -> None:
        one = leg_name(encounter_id, Side.PATIENT, command.patient)
        other = leg_name(encounter_id, Side.PRACTITIONER, command.practitioner)
        call = ledger_name(encounter_id, command.ledger)
        # That nobody witnesses a call is no reason to keep two people apart; what is missing
        # then is missing in the chart as well.
        if await self._try(command.relay, control.Observe(call, one, other)):
            self._ports().observed(encounter_id, RelayId(command.relay), call)
        pair = (command.patient, command.practitioner)
        try:
            await self._ask(command.relay, control.Link(one, other))
        except Refusal as refusal:
            log.warning("legs_not_linked", reason=_code(refusal), encounter_id=encounter_id)
            self._dispatch(encounter_id, moves.LinkRefused(*pair))
            return
        self._dispatch(encounter_id, moves.Linked(*pair))

    async def _try(self, relay: str, command: control.Command) -> bool:
        """Have it done; what is refused was done before, or cannot be any more."""
        try:
            await self._ask(relay, command)
        except Refusal as refusal:
            log.info("relay_refused_command", command=command.do, reason=_code(refusal))
            return False
        return True

    async def _ask(self, relay: str, command: control.Command) -> control.Json:
        async with asyncio.timeout(ASK_S):
            return await self._relays.ask(RelayId(relay), command)


def _sdp(done: control.Json) -> str:
    sdp = done.get("sdp")
    if not isinstance(sdp, str) or len(sdp) > control.SDP_CHARS_MAX:
        raise control.ControlRefused("malformed", "This is no offer.")
    return sdp


def _code(refusal: BaseException) -> str:
    return str(getattr(refusal, "code", "relay_silent"))


def _because(refusal: BaseException) -> Because:
    if isinstance(refusal, control.ControlRefused):
        return Because.RELAY_FULL if refusal.code == FULL else Because.LEG_NOT_CONNECTED
    return Because.RELAY_LOST
