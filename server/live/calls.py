"""The calls that are going on: each a pure `media.call.Call`, with its timer and its two pages.

Descriptions and candidates are checked and passed on at once. What changes the call's state
is written first (the call's row, the chart), then told to both sides. While the database is
away that waits in the spool, and the call goes on (`server.live.afterwards`).
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from media.call import (
    Call,
    CallState,
    Ended,
    Event,
    Failed,
    Failure,
    FirstFrame,
    MediaInterrupted,
    MediaRecovered,
    PageReloaded,
    Rerouted,
    Retried,
    Side,
    StaleGeneration,
    step_call,
)
from media.leg_moves import Because
from server import charting
from server.authority import NotAuthorized
from server.chart import entries as chart
from server.chart.call_entries import EndBecause
from server.errors import NotPossibleNow
from server.live.afterwards import require_nothing_waits
from server.live.call_ports import CallPorts
from server.live.call_watch import CallWatch
from server.live.call_writing import write_step, write_switch
from server.live.legs import LegBook
from server.live.live_call import OTHER, LiveCall, connected_entry, outcome_of
from server.rulings.refusals import NotPermitted
from server.rulings.ruling import ruling_for
from server.services import Core
from server.storage import encounters, roster
from server.storage.database import Tx
from server.storage.errors import StorageError
from server.waiting.authorities import checked_entry
from signaling import messages as wire
from signaling.limits import Limits
from signaling.sdp import check_description

UNREACHED: Final = (Failure.CONNECT_TIMEOUT, Failure.ICE_FAILED)


class CallBook:
    """All calls of this home."""

    ports: CallPorts  # set by the home, before the first call

    def __init__(self, core: Core, legs: LegBook) -> None:
        """Start with no calls; those that go through a relay go over `legs`."""
        self._core = core
        self._legs = legs
        self._connect_limit_s = core.settings.connect_limit_s
        self._watch = CallWatch(core, self.step, self._lose)
        self._calls: dict[str, LiveCall] = {}
        self._proposed: dict[str, wire.SessionDescription] = {}

    def get(self, encounter_id: str) -> LiveCall | None:
        """Return the call of an encounter, or None."""
        return self._calls.get(encounter_id)

    def require(self, encounter_id: str) -> LiveCall:
        """Return the call of an encounter.

        Raises:
            NotPossibleNow: there is none.
        """
        live = self._calls.get(encounter_id)
        if live is None:
            raise NotPossibleNow
        return live

    def of_practitioner(self, practitioner_id: str) -> LiveCall | None:
        """Return the call that a practitioner is in."""
        theirs = (one for one in self._calls.values() if one.practitioner_id == practitioner_id)
        return next(theirs, None)

    def going_on(self) -> tuple[LiveCall, ...]:
        """Return every call."""
        return tuple(self._calls.values())

    # -------------------------------------------------------------- life

    async def begin(self, live: LiveCall) -> None:
        """Start a call whose row and first entry are committed: tell both sides."""
        self._calls[live.encounter_id] = live
        relayed = live.mode == "relay"
        proposal = self._proposed.pop(live.encounter_id, None)
        # The relay links while the pages are told: what they send first is not to be lost.
        await self._legs.begun(live.encounter_id, live.practitioner_id, relayed=relayed)
        await self._started(live, None if relayed else proposal)

    async def restore(self, live: LiveCall) -> None:
        """Take up a call that goes on although its home is a new one."""
        self._calls[live.encounter_id] = live
        self._watch.connecting(live)
        if live.mode == "relay" and live.call.state is not CallState.FAILED:
            await self._legs.restored(live.encounter_id, live.practitioner_id)

    def drop(self, encounter_id: str) -> LiveCall | None:
        """Forget a call whose end has been committed, and tell both sides."""
        live = self._calls.pop(encounter_id, None)
        if live is None:
            return None
        self._watch.stop(live)
        self.ports.ended(encounter_id)
        live.call = step_call(live.call, Ended(), now=self._core.clock.now())
        self.tell_state(live)
        self._legs.ended(encounter_id)
        return live

    async def end_in(
        self,
        tx: Tx,
        encounter_id: str,
        side: Side | None,
        now: int,
        *,
        because: EndBecause | None = None,
    ) -> None:
        """Write the end of a call in the transaction that ends it; `drop` follows.

        Args:
            tx: the transaction.
            encounter_id: whose call; nothing is written when there is none.
            side: whose hand ended it; None for nobody's.
            now: microseconds UTC.
            because: why nobody's hand did.
        """
        live = self._calls.get(encounter_id)
        if live is None:
            return
        ended = step_call(live.call, Ended(), now=now)
        outcome = ended.state.value
        await roster.save_call(tx, encounter_id, ended, outcome=outcome, mode=live.mode)
        actor = live.actor(side) if side else charting.SYSTEM
        said = chart.CallEnded(
            generation=ended.generation,
            by=side.value if side else "system",
            because=because,
        )
        keyring = self._core.keyring
        await charting.write(tx, keyring, encounter_id, actor, [said], now=now)

    # -------------------------------------------------------------- negotiation

    def propose(self, encounter_id: str, description: wire.SessionDescription) -> None:
        """Keep the first SdpOffer that comes with an accept, until the call begins.

        Raises:
            SdpRejected: it is not safe to pass on; the accept is refused with it.
        """
        check_description(description.type, description.sdp, self.limits)
        self._proposed[encounter_id] = description

    def withdraw(self, encounter_id: str) -> None:
        """Forget a proposal whose accept was refused."""
        self._proposed.pop(encounter_id, None)

    def negotiated(self, encounter_id: str, generation: int) -> LiveCall:
        """Return a call whose browsers negotiate with each other, if it is in this attempt.

        Raises:
            NotPossibleNow: there is none, or it goes through a relay.
            StaleGeneration: it is in another attempt.
        """
        live = self.require(encounter_id)
        if generation != live.call.generation:
            raise StaleGeneration
        if live.mode == "relay":
            raise NotPossibleNow
        return live

    @property
    def limits(self) -> Limits:
        """Return the bounds of what browsers exchange."""
        return self._core.settings.switchboard

    # -------------------------------------------------------------- what the pages report

    async def first_frame(self, side: Side, command: wire.CallFirstFrame) -> None:
        """One side sees the other."""
        live = self.require(command.encounter_id)
        try:
            await self.step(live, FirstFrame(command.generation, side), live.actor(side))
        except (NotAuthorized, NotPermitted):
            await self.fail(live, live.call.generation, Failure.OTHER, charting.SYSTEM)
            await self.ports.unauthorized(live)
            raise

    async def interrupted(self, side: Side, command: wire.CallInterrupted) -> None:
        """One side sees nothing any more."""
        live = self.require(command.encounter_id)
        await self.step(live, MediaInterrupted(command.generation, side), live.actor(side))

    async def recovered(self, side: Side, command: wire.CallRecovered) -> None:
        """One side sees again."""
        live = self.require(command.encounter_id)
        await self.step(live, MediaRecovered(command.generation, side), live.actor(side))

    async def failed(self, side: Side, command: wire.CallFailed) -> None:
        """One side gives this attempt up; both are told."""
        live = self.require(command.encounter_id)
        await self.fail(live, command.generation, Failure(command.reason), live.actor(side))

    async def fail(self, live: LiveCall, generation: int, reason: Failure, actor: str) -> None:
        """End an attempt."""
        await self.step(live, Failed(generation, reason), actor)

    async def reject(self, side: Side, encounter_id: str) -> None:
        """End an attempt whose description was refused: both ends are told."""
        live = self.get(encounter_id)
        if live is not None:
            generation = live.call.generation
            await self.fail(live, generation, Failure.DESCRIPTION_REJECTED, live.actor(side))

    async def retry(self, side: Side, encounter_id: str) -> None:
        """Begin a new attempt."""
        live = self.require(encounter_id)
        if live.call.state is CallState.CONNECTING:
            return
        if live.mode == "relay" and live.call.failure in UNREACHED:
            # The way through the relay did not work; another one may.
            await self.reroute(encounter_id, Because.LEG_NOT_CONNECTED)
            return
        await self.step(live, Retried(), live.actor(side))
        await self._started(live)
        if live.mode == "relay":
            self._legs.retried(encounter_id)

    async def reloaded(self, side: Side, encounter_id: str) -> None:
        """A page lost its half of the call: both begin anew, or it gets another leg."""
        live = self.get(encounter_id)
        if live is None or live.call.state is CallState.ENDED:
            return
        if live.mode == "relay":
            self._legs.reloaded(encounter_id, live.seat(side))
            self.tell_state(live)
            return
        await self.step(live, PageReloaded(), live.actor(side))
        await self._started(live)

    # -------------------------------------------------------------- what the legs report

    async def reroute(self, encounter_id: str, because: Because) -> None:
        """Begin a call anew from browser to browser: its legs do not carry it."""
        live = self.get(encounter_id)
        if live is None or live.mode == "direct" or live.call.state is CallState.ENDED:
            return
        live.mode, live.because = "direct", because.value
        await self.step(live, Rerouted(), charting.SYSTEM)
        self._legs.went_direct(encounter_id)
        await self._started(live)

    async def _lose(self, live: LiveCall) -> None:
        await self.ports.lost(live)

    async def switch(self, side: Side, command: wire.CallMedia) -> None:
        """One side switched its microphone or camera."""
        live = self.require(command.encounter_id)
        if live.switches[side] == (command.audio, command.video):
            return
        await write_switch(self._core, live, side, (command.audio, command.video))
        live.switches[side] = (command.audio, command.video)
        self.tell_state(live)

    # -------------------------------------------------------------- telling

    def tell_state(self, live: LiveCall) -> None:
        """Tell both sides where the call stands."""
        for side in Side:
            self.ports.tell(
                live.recipient(side), wire.CallChanged(call=self.status(live, side))
            )

    def setup(self, live: LiveCall, side: Side) -> wire.CallSetup:
        """Return what one side needs to begin: the patient is the polite one."""
        return wire.CallSetup(
            encounter_id=live.encounter_id,
            generation=live.call.generation,
            polite=side is Side.PATIENT,
            mode=live.mode,
            connect_limit_s=self._connect_limit_s,
            ice_servers=self.ports.ice_servers(live.encounter_id, side),
        )

    def status(self, live: LiveCall, side: Side) -> wire.CallStatus:
        """Return the call as one side sees it."""
        call = live.call
        audio, video = live.switches[OTHER[side]]
        return wire.CallStatus(
            encounter_id=live.encounter_id,
            generation=call.generation,
            state=call.state.value,
            reason=call.failure.value if call.failure else None,
            peer_present=self.ports.present(live.recipient(OTHER[side])),
            peer_audio=audio,
            peer_video=video,
            connected_at_ms=call.connected_at // 1000 if call.connected_at else None,
            mode=live.mode,
            interrupted_at_ms=call.interrupted_at // 1000 if call.interrupted_at else None,
        )

    async def _started(
        self, live: LiveCall, proposal: wire.SessionDescription | None = None
    ) -> None:
        self._watch.connecting(live)
        card = None
        with suppress(StorageError):  # a page that began before has it
            card = await self.ports.disclose(live.encounter_id)
        for side in Side:
            self.ports.tell(
                live.recipient(side),
                wire.CallStarted(
                    setup=self.setup(live, side),
                    description=proposal if side is Side.PATIENT else None,
                    practitioner=card if side is Side.PATIENT else None,
                ),
            )

    # -------------------------------------------------------------- writing

    async def step(self, live: LiveCall, event: Event, actor: str) -> None:
        """Step the call, write it, then tell both sides; nothing changes when it cannot be.

        Raises:
            CallError: the call refuses the event.
            NotAuthorized: connected, but the practitioner may not examine this patient.
            NotPermitted: the rules do not permit it.
        """
        async with live.lock:
            now = self._core.clock.now()
            before, after = live.call, step_call(live.call, event, now=now)
            if after == before:
                return
            connected = after.connected_at is not None and before.connected_at is None
            if connected:
                await self._connect(live, after, now)
            else:
                await write_step(self._core, live, event, actor, after, now)
            live.call = after
        if connected:
            self.ports.connected(live.network_id, live.encounter_id, now)
        if isinstance(event, Failed) and after.failure is Failure.FINGERPRINT_MISMATCH:
            self.ports.mismatched(live, live.witness(actor))
        if after.state is CallState.FAILED and live.mode == "relay":
            self._legs.failed(live.encounter_id)
        self.tell_state(live)
        self._watch.interrupted(live)

    async def _connect(self, live: LiveCall, call: Call, now: int) -> None:
        """Write that media flows both ways: it is decided here, so it waits nowhere."""
        require_nothing_waits(self._core, live.encounter_id)
        async with self._core.database.write() as tx:
            outcome, mode = outcome_of(call), live.mode
            await roster.save_call(tx, live.encounter_id, call, outcome=outcome, mode=mode)
            await self._connected(tx, live, call, now)

    async def _connected(self, tx: Tx, live: LiveCall, call: Call, now: int) -> None:
        """Media flows both ways: check the authority again, and store the connect time."""
        encounter = await encounters.get(tx, live.encounter_id, lock=True)
        checked = await checked_entry(tx, encounter, live.practitioner_id, "connect", now)
        ruling = await ruling_for(
            tx, self._core, encounter, live.practitioner_id, now, moment="connect"
        )
        ruling.require()
        await encounters.set_connected(tx, live.encounter_id, connected_at=now)
        connected = connected_entry(call, encounter.ready_at, now)
        entries = (ruling.entry, checked, connected)
        keyring = self._core.keyring
        await charting.write(tx, keyring, live.encounter_id, charting.SYSTEM, entries, now=now)

    async def close(self) -> None:
        """Stop the timers: the process ends, the calls do not."""
        for live in self._calls.values():
            self._watch.stop(live)
