from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.evidence import Kind
from media.ledger import (
    Ledger,
    LedgerSealed,
    Part,
    PartMissing,
    Receipt,
    UnknownPart,
    received,
)
from media.packing import Unpackable
from media.sample import EvidenceError, Source
from media.seal import BrokenSeal, DirectionTotals, Seal, pack_seal, unpack_seal, verify


def filled(*texts: str) -> Ledger:
    ledger = Ledger()
    for text in texts:
        ledger.append(text)
    return ledger


def sealed(ledger: Ledger) -> Seal:
    nothing = DirectionTotals()
    return Seal(
        Source.WITNESSED,
        ledger.sent,
        ledger.digest.hex(),
        ledger.refused,
        0,
        0,
        {},
        nothing,
        nothing,
    )


def test_parts_are_numbered_from_one_and_kept_until_acknowledged() -> None:
    ledger = filled("a", "b", "c")
    ledger.acknowledge(2)
    assert ledger.waiting == (Part(3, "c"),)
    assert ledger.characters == 1


def test_an_acknowledgement_can_come_twice_or_late() -> None:
    ledger = filled("a", "b")
    ledger.acknowledge(2)
    ledger.acknowledge(1)
    assert ledger.waiting == ()


@pytest.mark.parametrize("number", [-1, 3])
def test_what_was_never_sent_cannot_be_acknowledged(number: int) -> None:
    ledger = filled("a", "b")
    with pytest.raises(UnknownPart):
        ledger.acknowledge(number)
    assert len(ledger.waiting) == 2


def test_after_a_reconnect_only_what_is_missing_is_sent_again() -> None:
    assert filled("a", "b", "c").resume(1) == (Part(2, "b"), Part(3, "c"))


def test_a_receiver_that_lost_what_it_acknowledged_is_noticed() -> None:
    ledger = filled("a", "b")
    ledger.acknowledge(2)
    with pytest.raises(UnknownPart):
        ledger.resume(1)


@pytest.mark.safeguard("V17.2.7")
def test_a_full_ledger_refuses_what_is_new_and_keeps_what_it_has() -> None:
    ledger = Ledger(characters_max=3)
    assert ledger.append("abc") == Part(1, "abc")
    assert ledger.append("d") is None
    assert (ledger.refused, ledger.waiting) == (1, (Part(1, "abc"),))
    ledger.acknowledge(1)
    assert ledger.append("d") == Part(2, "d")


def test_the_seal_has_room_in_a_full_ledger() -> None:
    ledger = Ledger(characters_max=0)
    assert ledger.append("a") is None
    assert ledger.seal("end") == Part(1, "end")
    assert not ledger.done
    ledger.acknowledge(1)
    assert ledger.done


def test_nothing_comes_behind_the_seal() -> None:
    ledger = filled("a")
    ledger.seal("end")
    with pytest.raises(LedgerSealed):
        ledger.append("b")
    with pytest.raises(LedgerSealed):
        ledger.seal("again")


def test_a_part_that_comes_twice_is_taken_once() -> None:
    once = received(Receipt(), Part(1, "a"))
    assert received(once, Part(1, "a")) == once


def test_a_part_that_comes_too_early_is_not_taken() -> None:
    with pytest.raises(PartMissing):
        received(Receipt(), Part(2, "b"))


def test_a_seal_can_be_read_again() -> None:
    kinds = {Kind.LIVE_VIDEO: 5, Kind.AUDIO_ONLY: 0, Kind.INTERRUPTED: 1}
    totals = DirectionTotals(kinds, 900, 1_000_000)
    seal = Seal(Source.REPORTED, 3, "ab" * 32, 1, 100, 106, kinds, totals, totals)
    assert unpack_seal(pack_seal(seal)) == seal


GOOD = pack_seal(sealed(filled("a")))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        GOOD.replace('"parts":1', '"parts":-1'),
        GOOD.replace('"parts":1', '"parts":1.0'),
        GOOD.replace("witnessed", "seen"),
        GOOD.replace('"digest":"', '"digest":"0'),
        GOOD.replace('"seconds":{', '"seconds":[{').replace("},", "}],"),
        GOOD + " ",
    ],
)
def test_what_is_no_seal_is_refused(text: str) -> None:
    with pytest.raises(Unpackable):
        unpack_seal(text)


def test_totals_that_do_not_add_up_break_the_seal() -> None:
    ledger = filled("a")
    receipt = received(Receipt(), ledger.waiting[0])
    text = GOOD.replace('"end":0', '"end":7')
    with pytest.raises(BrokenSeal):
        verify(receipt, unpack_seal(text))


@given(st.lists(st.text(max_size=20), max_size=12))
def test_everything_received_fits_the_seal(texts: list[str]) -> None:
    ledger = filled(*texts)
    receipt = Receipt()
    for part in ledger.waiting:
        receipt = received(receipt, part)
    verify(receipt, sealed(ledger))


@given(st.lists(st.text(max_size=9), min_size=1, max_size=12), st.data())
def test_any_lost_changed_or_exchanged_part_is_noticed(
    texts: list[str], data: st.DataObject
) -> None:
    ledger = filled(*texts)
    seal = sealed(ledger)
    parts = list(ledger.waiting)
    place = data.draw(st.integers(0, len(parts) - 1))
    how = data.draw(st.sampled_from(["lost", "renumbered", "changed"]))
    if how == "changed":
        parts[place] = Part(parts[place].number, parts[place].text + "!")
    else:
        del parts[place]
    if how == "renumbered":
        parts = [Part(number, one.text) for number, one in enumerate(parts, 1)]
    with pytest.raises(EvidenceError):
        _taken(parts, seal)


def _taken(parts: list[Part], seal: Seal) -> None:
    receipt = Receipt()
    for part in parts:
        receipt = received(receipt, part)
    verify(receipt, seal)


@given(st.lists(st.sampled_from(["append", "lose", "reconnect"]), max_size=40))
def test_over_a_line_that_breaks_every_part_arrives_once_and_in_order(steps: list[str]) -> None:
    ledger, receipt = Ledger(), Receipt()
    for place, step in enumerate(steps):
        if step != "reconnect":
            part = ledger.append(str(place))
            if part is not None and step == "append" and part.number == receipt.number + 1:
                receipt = received(receipt, part)
                ledger.acknowledge(receipt.number)
        else:
            for part in ledger.resume(receipt.number):
                receipt = received(receipt, part)
    for part in ledger.resume(receipt.number):
        receipt = received(receipt, part)
    ledger.acknowledge(receipt.number)
    verify(receipt, sealed(ledger))
    assert ledger.waiting == ()
