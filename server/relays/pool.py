"""The relays of this server: connected to, listened to, chosen from.

    home.door() --> connect, prove --> greeted: which life of which process
                                   --> heartbeats, events ... --> the connection ends
                                   --> at once again, then later each time

A connection that ends is no relay that is lost: media goes on, and mostly so does the relay.
What it means that one is lost is decided by `registry`, from the times of what was heard.

An edge. It knows nothing of calls, and neither waits for nor stops anything but connections.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from functools import partial
from typing import Final

from media.control_client import ControlClient, NotTheRelay, controlling
from media.control_events import read_event, read_legs
from media.control_messages import AskLegs, Command, ControlRefused, CreateLeg, Json
from media.relay_events import Heartbeat, LegStanding
from server.clock import Clock
from server.ending import end
from server.logging import get_logger
from server.relays.backoff import Backoff
from server.relays.home import Home, RelayAbsent
from server.relays.port import Changed, Hearer, RelayId, RelayLost, Standing
from server.relays.registry import TICK_S, Change, Load, Registry

FIRST_S: Final = 0.1
MOST_S: Final = 2.0
LEG_PAGES_MAX: Final = 64

log = get_logger("relays")


class RelayPool:
    """Implements `server.relays.port.Relays`.

    Args:
        homes: where relays are; none of them, and nothing is ever chosen.
        lost_s: seconds of silence after which a relay is lost.
        clock: the time.
        entropy: n unpredictable bytes.
        chance: a number from 0 to 1, drawn anew each time.

    Attributes:
        ignored: events that could not be read, by the code of the refusal.
    """

    def __init__(
        self,
        homes: Iterable[Home],
        *,
        lost_s: float,
        clock: Clock,
        entropy: Callable[[int], bytes],
        chance: Callable[[], float],
    ) -> None:
        self.hearers: list[Hearer] = []
        self.changes: list[Changed] = []
        self.ignored: Counter[str] = Counter()
        self._homes = tuple(homes)
        self._clock = clock
        self._entropy = entropy
        self._chance = chance
        self._registry = Registry(lost_s, now=clock.now())
        self._clients: dict[RelayId, ControlClient] = {}
        self._untried = {home.place for home in self._homes}
        self._stirred = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    # --- opening and closing ------------------------------------------------------------------

    async def open(self) -> None:
        """Begin to keep connections; returns at once."""
        loop = asyncio.get_running_loop()
        self._tasks = [loop.create_task(self._keep(home)) for home in self._homes]
        if self._homes:
            self._tasks.append(loop.create_task(self._watch()))

    async def settled(self, within_s: float) -> bool:
        """Wait until there is a relay to choose, or none was found; tell whether there is."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                while self._untried and self.choose() is None:
                    await self._stirs()
        found = self.choose() is not None
        if self._homes and not found:
            log.warning("no_relay_yet")
        return found

    async def close(self) -> None:
        """End the connections. The relays, and the calls on them, go on."""
        await end(self._tasks)
        self._tasks = []
        self._stir()

    # --- what others ask ----------------------------------------------------------------------

    def choose(self, *, but: Collection[RelayId] = ()) -> RelayId | None:
        """See `Relays`."""
        return self._registry.choose(but=but, now=self._clock.now())

    def up(self) -> Sequence[RelayId]:
        """See `Relays`."""
        return [relay for relay in self._clients if self.standing(relay) == "up"]

    def standing(self, relay: RelayId) -> Standing:
        """See `Relays`."""
        return self._registry.standing(relay)

    def loads(self) -> Sequence[Load]:
        """Return how full every relay is."""
        return self._registry.loads()

    async def ask(self, relay: RelayId, command: Command) -> Json:
        """See `Relays`; waits while the connection is away and the relay is not lost."""
        while (client := self._clients.get(relay)) is None:
            if self.standing(relay) == "lost" or not self._tasks:
                raise RelayLost(relay)
            await self._stirs()
        try:
            done = await client.ask(command)
        except OSError:  # no answer in time is one, too
            raise RelayLost(relay) from None
        if isinstance(command, CreateLeg):
            self._registry.placed(relay)
        return done

    async def legs(self, relay: RelayId) -> Sequence[LegStanding]:
        """See `Relays`."""
        found: list[LegStanding] = []
        for _ in range(LEG_PAGES_MAX):
            after = found[-1].leg if found else ""
            page, more = read_legs(await self.ask(relay, AskLegs(after)))
            found += page
            if not more or not page:
                break
        return found

    # --- connections --------------------------------------------------------------------------

    async def _keep(self, home: Home) -> None:
        """Connect, hear, and connect again, until cancelled."""
        backoff = Backoff(FIRST_S, MOST_S, self._chance)
        while True:
            try:
                await self._converse(home, backoff)
            except NotTheRelay:
                log.error("relay_refused", node=home.place)  # noqa: TRY400 - where, says nothing
                home.refused()
            except TimeoutError:
                home.silent()
            except (OSError, RelayAbsent) as error:
                if backoff.failures <= 1:
                    log.warning("relay_unreachable", node=home.place, exc_info=error)
            except Exception as error:  # a mistake of ours must not end the trying
                log.error("relay_connection_failed", exc_info=error)  # noqa: TRY400 - by type
            self._registry.cut(home.place, now=self._clock.now())
            self._untried.discard(home.place)
            self._stir()
            await asyncio.sleep(backoff.failed())

    async def _converse(self, home: Home, backoff: Backoff) -> None:
        """Hold one connection until it ends."""
        door = await home.door(lambda: self._tell(self._registry.gone(home.place)))
        async with controlling(door.control, door.secret, entropy=self._entropy) as client:
            now = self._clock.now()
            relay, changes = self._registry.greeted(home.place, client.boot, now=now)
            client.hear = partial(self._hear, relay, backoff)
            self._clients[relay] = client
            try:
                self._tell(changes)
                await client.ended.wait()
            finally:
                self._clients.pop(relay, None)

    def _hear(self, relay: RelayId, backoff: Backoff, told: Json) -> None:
        try:
            event = read_event(told)
        except ControlRefused as refused:
            self.ignored[refused.code] += 1
            return
        if isinstance(event, Heartbeat):
            backoff.succeeded()
            self._tell(self._registry.beat(relay, event, now=self._clock.now()))
        for hearer in list(self.hearers):
            self._guarded(partial(hearer, relay, event))

    async def _watch(self) -> None:
        """Notice who has fallen silent."""
        while True:
            await asyncio.sleep(TICK_S)
            self._tell(self._registry.tick(self._clock.now()))

    def _tell(self, changes: Iterable[Change]) -> None:
        for change in changes:
            log.info("relay_changed", state=change.standing, node=change.relay)
            client = self._clients.get(change.relay)
            if change.standing == "lost" and client is not None:
                # Whoever waits for an answer hears at once that none will come.
                client.abandon()
            for changed in list(self.changes):
                self._guarded(partial(changed, change.relay, change.standing))
        self._stir()

    @staticmethod
    def _guarded(tell: Callable[[], None]) -> None:
        try:
            tell()
        except Exception as error:  # the others have to hear it too
            log.error("relay_hearer_failed", exc_info=error)  # noqa: TRY400 - by type and place

    # --- waiting ------------------------------------------------------------------------------

    def _stir(self) -> None:
        stirred, self._stirred = self._stirred, asyncio.Event()
        stirred.set()

    async def _stirs(self) -> None:
        await self._stirred.wait()
