"""What patients and practitioners see, and what they do about it."""

from __future__ import annotations

from collections.abc import Callable

from tests.simulation.cluster.pages import Page, Surroundings
from tests.simulation.cluster.words import Command


class Patient(Page):
    """Asks to be seen, waits, sometimes says something, sometimes gives up."""

    def __init__(self, name: str, world: Surroundings) -> None:
        super().__init__(f"patient:{name}", world)
        self.acknowledged = False
        self._leaves = world.random.random() < 0.15

    def begin(self) -> None:
        self.connect()
        self.want("ready")

    def show(self, what: str, told: dict[str, str]) -> None:
        match what:
            case "sync":
                self.view = {"visit": told["visit"], "ringing": told["ringing"]}
            case "visit":
                self.view["visit"] = told["visit"]
            case _:
                self.view["ringing"] = told["ringing"]

    def answered(self, command: Command, answer: tuple[str, str]) -> None:
        random, later = self.world.random, self.world.loop.later
        if command.kind == "ready" and answer[0] == "ok":
            self.acknowledged = True
            if self._leaves:
                later(random.uniform(5, 40), self._wish, "leave")
            later(random.uniform(0, 10), self._wish, "say")
        elif command.kind == "say" and random.random() < 0.6:
            later(random.uniform(1, 12), self._wish, "say")

    def _wish(self, kind: str) -> None:
        if self.current is None:
            self.want(kind)
        else:
            self.world.loop.later(1.0, self._wish, kind)


class Practitioner(Page):
    """Comes on duty, answers most offers, examines, signs."""

    def __init__(self, name: str, world: Surroundings) -> None:
        super().__init__(f"practitioner:{name}", world)
        self._planned: dict[str, None] = {}

    def show(self, what: str, told: dict[str, str]) -> None:
        match what:
            case "sync":
                self.view = {
                    "status": told["status"],
                    "offer": told["offer_id"],
                    "encounter": told["encounter_id"],
                }
            case "ringing":
                self.view["offer"] = told["offer_id"]
            case "closed":
                if self.view.get("offer") == told["offer_id"]:
                    self.view["offer"] = ""
            case _:
                self.view["status"] = told["status"]
                self.view["encounter"] = told["encounter_id"]

    def react(self) -> None:
        random = self.world.random
        status, offer = self.view.get("status"), self.view.get("offer")
        encounter = self.view.get("encounter", "")
        if status == "away":
            self._later(
                "available", "", random.uniform(0.1, 3.0), lambda: self.want("available")
            )
        elif offer:
            if random.random() < 0.1:
                self._planned.setdefault(f"answer {offer}")
            kind = "accept" if random.random() < 0.9 else "decline"
            answer = lambda: self.want(kind, offer_id=offer)  # noqa: E731
            self._later("answer", offer, random.uniform(0.3, 9.0), answer)
        elif status == "in_exam":
            kind = "end" if random.random() < 0.85 else "release"
            end = lambda: self.want(kind, encounter_id=encounter)  # noqa: E731
            self._later("exam", encounter, random.uniform(0.5, 9.0), end)
        elif status == "wrap_up":
            sign = lambda: self.want("sign", encounter_id=encounter)  # noqa: E731
            self._later("sign", encounter, random.uniform(0.2, 3.0), sign)

    def _later(self, kind: str, about: str, seconds: float, act: Callable[[], None]) -> None:
        """Do something once, a little later, if it is still to be done then."""
        key = f"{kind} {about}"
        if key in self._planned:
            return
        self._planned[key] = None

        def do() -> None:
            if self.current is not None or not self.sid:
                self.world.loop.later(0.5, do)
                return
            if kind != "answer":
                del self._planned[key]
            if self._still(kind, about):
                act()

        self.world.loop.later(seconds, do)

    def _still(self, kind: str, about: str) -> bool:
        status, encounter = self.view.get("status"), self.view.get("encounter")
        match kind:
            case "available":
                return status == "away"
            case "answer":
                return self.view.get("offer") == about
            case "exam":
                return status == "in_exam" and encounter == about
            case _:
                return status == "wrap_up" and encounter == about

    def answered(self, command: Command, answer: tuple[str, str]) -> None:
        if answer[0] == "refused" and command.kind in {"end", "release", "sign"}:
            self.world.loop.later(2.0, self.react)
