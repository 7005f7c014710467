from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import cast

from server.access import Principal, Role
from server.live.connections import Connections
from server.live.presenter import Presenter
from server.live.waits import Waits
from signaling.messages import EventBase, QueueChanged, WaitEstimate

SOON = WaitEstimate(kind="range", low_min=1, high_min=2)
LATER = WaitEstimate(kind="range", low_min=5, high_min=9)


class Line:
    """Who is in line, and what they are to be told."""

    def __init__(self, **waits: WaitEstimate) -> None:
        self.waiting = waits

    def waits(
        self, _network_id: str, wanted: Callable[[str], bool]
    ) -> Iterator[tuple[str, QueueChanged]]:
        for encounter_id, wait in self.waiting.items():
            if wanted(encounter_id):
                yield encounter_id, QueueChanged(ringing=False, wait=wait)

    def all_waits(self, network_id: str) -> dict[str, QueueChanged]:
        return dict(self.waits(network_id, lambda _one: True))

    def wait(self, network_id: str, encounter_id: str) -> QueueChanged | None:
        return dict(self.waits(network_id, encounter_id.__eq__)).get(encounter_id)


class Pages:
    """Who is connected, and what they were told."""

    def __init__(self, *here: str) -> None:
        self.here = here
        self.told: list[tuple[str, int]] = []

    def recipients(self, prefix: str) -> Iterator[str]:
        return (f"{prefix}{one}" for one in self.here)

    def tell(self, recipient: str, event: EventBase) -> None:
        assert isinstance(event, QueueChanged)
        self.told.append((recipient, event.wait.low_min))


def waits(line: Line, pages: Pages) -> Waits:
    return Waits(cast("Presenter", line), cast("Connections", pages))


def a_patient(encounter_id: str) -> Principal:
    return Principal("patient", Role.PATIENT, encounter_id=encounter_id)


def test_who_has_nothing_new_to_hear_is_not_told_again() -> None:
    line, pages = Line(a=SOON, b=SOON), Pages("a", "b")
    told = waits(line, pages)
    told.tell_all("net")
    line.waiting["b"] = LATER
    told.tell_all("net")
    told.tell("net", "a")
    assert pages.told == [("patient:a", 1), ("patient:b", 1), ("patient:b", 5)]


def test_who_is_not_connected_is_not_told_and_hears_it_when_they_are() -> None:
    line, pages = Line(a=SOON), Pages()
    told = waits(line, pages)
    told.tell_all("net")
    pages.here = ("a",)
    told.tell_all("net")
    assert pages.told == [("patient:a", 1)]


def test_a_page_that_was_shown_a_whole_state_may_be_told_the_same() -> None:
    line, pages = Line(a=SOON), Pages("a")
    told = waits(line, pages)
    told.tell_all("net")
    told.shown("a")
    told.tell_all("net")
    assert pages.told == [("patient:a", 1), ("patient:a", 1)]


def test_who_left_and_came_back_is_told_again() -> None:
    line, pages = Line(a=SOON), Pages("a")
    told = waits(line, pages)
    told.tell_all("net")
    pages.here = ()
    told.tell_all("net")
    pages.here = ("a",)
    told.tell_all("net")
    assert pages.told == [("patient:a", 1), ("patient:a", 1)]


def test_who_comes_back_in_line_is_told_the_same_again_and_nobody_else_is() -> None:
    line, pages = Line(a=SOON, b=SOON), Pages("a", "b")
    told = waits(line, pages)
    told.tell_all("net")
    pages.told.clear()
    told.tell_anew(a_patient("a"), "net")
    told.tell_anew(a_patient("c"), "net")  # not in line
    assert pages.told == [("patient:a", 1)]
