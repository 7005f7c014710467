"""Relays that are told what to say: they record what was asked, and answer what is set.

pool = FakePool()
relay = pool.add("r1")
pool.answers[CreateLeg] = {"generation": 0, "sdp": "..."}
pool.tell(relay, LegConnected(LegId("e1.patient.1")))
pool.change(relay, "lost")
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from media.control_messages import Command, Json
from media.relay_events import LegStanding, RelayEvent
from server.relays.port import Changed, Hearer, RelayId, RelayLost, Standing


@dataclass
class FakePool:
    """Implements `server.relays.port.Relays`.

    Attributes:
        asked: every command, in order.
        answers: what a kind of command yields; nothing set is `{}`, an exception is raised.
        standings: of every relay that was added, in the order in which they are chosen.
        kept: what `legs` returns.
    """

    hearers: list[Hearer] = field(default_factory=list)
    changes: list[Changed] = field(default_factory=list)
    asked: list[tuple[RelayId, Command]] = field(default_factory=list)
    answers: dict[type[Command], Json | Exception] = field(default_factory=dict)
    standings: dict[RelayId, Standing] = field(default_factory=dict)
    kept: Mapping[RelayId, Sequence[LegStanding]] = field(default_factory=dict)

    def add(self, name: str) -> RelayId:
        relay = RelayId(name)
        self.change(relay, "up")
        return relay

    def tell(self, relay: RelayId, event: RelayEvent) -> None:
        for hearer in list(self.hearers):
            hearer(relay, event)

    def change(self, relay: RelayId, standing: Standing) -> None:
        self.standings[relay] = standing
        for changed in list(self.changes):
            changed(relay, standing)

    def choose(self, *, but: Collection[RelayId] = ()) -> RelayId | None:
        up = (one for one, stands in self.standings.items() if stands == "up")
        return next((one for one in up if one not in but), None)

    def up(self) -> Sequence[RelayId]:
        return [one for one, stands in self.standings.items() if stands == "up"]

    def standing(self, relay: RelayId) -> Standing:
        return self.standings.get(relay, "lost")

    async def ask(self, relay: RelayId, command: Command) -> Json:
        if self.standing(relay) == "lost":
            raise RelayLost(relay)
        self.asked.append((relay, command))
        answer = self.answers.get(type(command), {})
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def legs(self, relay: RelayId) -> Sequence[LegStanding]:
        if self.standing(relay) == "lost":
            raise RelayLost(relay)
        return self.kept.get(relay, ())
