"""A made-up world around the legs of one encounter: it performs the effects when told to.

world = World()
world.happens(moves.Came(PATIENT))
world.connect_all()     # relays and pages do all that is asked of them
"""

from __future__ import annotations

from contextlib import suppress

from media import leg_effects as effects
from media import leg_moves as moves
from media.call import LegStale, Side
from media.leg_moves import PATIENT, Because, LegEnd, Seat
from media.leg_parties import Legs, LegState, Phase
from media.leg_settling import NUMBER_MAX
from media.legs import step_legs

RELAYS = ("one", "two")
CASEY, AVERY = Seat("practitioner-casey"), Seat("practitioner-avery")
SECOND = 1_000_000
Leg = tuple[str, Side, int]


def side_of(seat: Seat) -> Side:
    return Side.PATIENT if seat == PATIENT else Side.PRACTITIONER


class World:
    """Relays and pages that do what they are told, when they are told to."""

    def __init__(self) -> None:
        self.legs = Legs()
        self.now = 1_000 * SECOND
        self.up = set(RELAYS)
        self.draining: set[str] = set()
        self.lost: set[str] = set()
        self.todo: list[effects.Command] = []
        self.made: set[Leg] = set()
        self.closed: set[Leg] = set()
        self.offers: dict[tuple[Seat, int], int] = {}
        self.linked: tuple[Leg, Leg] | None = None
        self.told_linked: dict[Side, int] = {}
        self.highest = dict.fromkeys(Side, 0)
        self.direct: list[Because] = []
        self.silent: set[Side] = set()
        self.notes: list[effects.NoteInChart] = []
        self.told_closed: list[effects.TellClosed] = []
        self.open_ledgers: set[tuple[str, int]] = set()
        self.session = moves.UNKNOWN  # whose pages answer

    def choose(self, but: frozenset[str]) -> str | None:
        return next((one for one in RELAYS if one in self.up - set(but)), None)

    def happens(self, event: moves.Event) -> None:
        before = self.legs
        if isinstance(event, moves.PageReloaded):
            self.told_linked.pop(side_of(event.seat), None)  # its page has none any more
        self.legs, done = step_legs(before, event, now=self.now, choose=self.choose)
        for effect in done:
            self._take(effect)

    def _take(self, effect: effects.Effect) -> None:
        match effect:
            case effects.CreateLeg(relay, side, number):
                assert number > self.highest[side], "numbers only grow"
                assert number <= NUMBER_MAX
                self.highest[side] = number
                self.made.add((relay, side, number))
                self.todo.append(effect)
            case effects.LinkLegs(relay, patient, practitioner, _):
                assert (relay, Side.PATIENT, patient) in self.made, "on one relay"
                assert (relay, Side.PRACTITIONER, practitioner) in self.made, "on one relay"
                self.todo.append(effect)
            case effects.CloseLeg(relay, side, number):
                leg = (relay, side, number)
                self.closed.add(leg)
                self.todo.append(effect)
            case effects.SealLedger(relay, ledger):
                self.open_ledgers.discard((relay, ledger))
            case effects.RestartLeg() | effects.AnswerLeg():
                self.todo.append(effect)
            case _:
                self._tell(effect)

    def _tell(self, effect: effects.Effect) -> None:
        match effect:
            case effects.TellOffered(seat, number, restart, _):
                self.offers[seat, number] = restart
            case effects.TellLinked(seat, number):
                self.told_linked[side_of(seat)] = number
            case effects.TellClosed(seat, number, reason):
                self.told_closed.append(effect)
                self.offers.pop((seat, number), None)
                if reason is LegEnd.REPLACED and self.legs.phase is Phase.CALLING:
                    assert self.told_linked.get(side_of(seat)) != number, "make before break"
            case effects.GoDirect(because):
                self.direct.append(because)
            case effects.Interrupted(side):
                self.silent.add(side)
            case effects.Recovered(side):
                self.silent.discard(side)
            case effects.NoteInChart():
                self.notes.append(effect)
            case _:
                pass

    def perform(self, *, well: bool) -> None:
        """Have the next command done, or refused."""
        command = self.todo.pop(0)
        well = well and command.relay not in self.lost
        match command:
            case effects.CreateLeg(relay, side, number):
                well = well and relay not in self.draining
                if well:
                    self.happens(moves.LegOffered(side, number, 0, "offer"))
                else:
                    self.made.discard((relay, side, number))
                    self.happens(moves.CreateRefused(side, number, Because.RELAY_FULL))
            case effects.RestartLeg(_, side, number) if well:
                found = self.legs.find(side, number)
                if found is not None:
                    restart = found[1].restart + 1
                    self.happens(moves.LegOffered(side, number, restart, "offer"))
            case effects.AnswerLeg(_, side, number, restart, _) if not well:
                self.happens(moves.AnswerRefused(side, number, restart))
            case effects.LinkLegs(relay, patient, practitioner, ledger):
                one = (relay, Side.PATIENT, patient)
                other = (relay, Side.PRACTITIONER, practitioner)
                if not well or one in self.closed or other in self.closed:
                    self.happens(moves.LinkRefused(patient, practitioner))
                    return
                self.linked = (one, other)
                self.open_ledgers.add((relay, ledger))
                self.happens(moves.Linked(patient, practitioner))
            case _:
                pass

    def wait(self, seconds: float) -> None:
        self.now += round(seconds * SECOND)
        self.happens(moves.TimePassed())

    def answer_all(self) -> None:
        for (seat, number), restart in tuple(self.offers.items()):
            with suppress(LegStale):
                self.happens(moves.Answered(seat, number, restart, "answer", self.session))

    def work_off(self) -> None:
        for _ in range(200):
            if not self.todo:
                return
            self.perform(well=True)

    def connect_all(self) -> None:
        """Have every leg that is offered answered and connected."""
        self.work_off()
        self.answer_all()
        self.work_off()
        for party, leg in tuple(self.legs.every()):
            if leg.state >= LegState.ANSWERED:
                self.happens(moves.Connected(party.side, leg.number))
        self.work_off()

    def leg_at(self, place: int) -> tuple[Seat, Side, int] | None:
        """Return one of the legs that there are, or one that there is not."""
        there = [(one.seat, one.side, leg.number) for one, leg in self.legs.every()]
        return there[place % len(there)] if there else None
