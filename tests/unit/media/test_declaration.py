from __future__ import annotations

from media.call import Side
from media.declaration import Declaration, Declared, held

US = 1_000_000
OFF = frozenset({Declared.CAMERA_OFF})
NOTHING: frozenset[Declared] = frozenset()


def camera(at: float, *, off: bool, side: Side = Side.PATIENT) -> Declaration:
    return Declaration(round(at * US), side, Declared.CAMERA_OFF, off)


def test_what_held_at_any_instant_of_a_second_held_in_it() -> None:
    told = held([camera(1.9, off=True), camera(3.1, off=False)], Side.PATIENT, range(5))
    assert told == (NOTHING, OFF, OFF, OFF, NOTHING)


def test_what_ends_with_a_second_does_not_reach_into_the_next() -> None:
    told = held([camera(0, off=True), camera(2, off=False)], Side.PATIENT, range(4))
    assert told == (OFF, OFF, NOTHING, NOTHING)


def test_an_instant_is_enough() -> None:
    told = held([camera(1.2, off=True), camera(1.3, off=False)], Side.PATIENT, range(3))
    assert told == (NOTHING, OFF, NOTHING)


def test_the_order_of_telling_does_not_matter() -> None:
    said = [camera(3.1, off=False), camera(1.9, off=True)]
    assert held(said, Side.PATIENT, range(5)) == held(said[::-1], Side.PATIENT, range(5))


def test_what_the_other_side_declares_is_its_own() -> None:
    said = [camera(0, off=True, side=Side.PRACTITIONER)]
    assert held(said, Side.PATIENT, range(2)) == (NOTHING, NOTHING)
