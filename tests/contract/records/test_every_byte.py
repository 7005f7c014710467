"""Every byte of an exported record counts: whichever is changed, that is found and named."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from server.records.making import record_of
from server.records.record import Holder
from server.records.verifying import Trust, Verdict, verify
from tests.contract.records.charts import FIRST, LAST, Charts

BITS = 8
STEP = 97  # and every byte in the long test
HOLDERS: list[Holder] = ["network", "spa", "patient"]


def flipped(data: bytes, at: int) -> bytes:
    """Return a file with one bit of one byte changed: another bit at each place."""
    return data[:at] + bytes([data[at] ^ 1 << at % BITS]) + data[at + 1 :]


def entries_in(data: bytes) -> Iterator[tuple[range, int]]:
    """Give where in a file each entry stands, and its number."""
    for one in json.loads(data)["record"]["entries"]:
        text = json.dumps(one, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
        start = data.index(text.encode())
        yield range(start, start + len(text.encode())), one["seq"]


def require_named(verdict: Verdict, where: int, entry: int | None) -> None:
    """Require that a change is found, and said to be where it was made."""
    said = verdict.problem or ""
    assert verdict.holds == (), where
    if said.startswith("This is no record: "):  # what is not in the form that it must have
        assert len(said) > len("This is no record: .")
        return
    assert said.startswith("This does not hold: "), where
    if entry is not None:
        assert verdict.seq == entry, (where, said)
        assert f"entry {entry} " in said, (where, said)


def require_every(data: bytes, step: int) -> None:
    places = {at: seq for span, seq in entries_in(data) for at in span}
    assert set(places.values()) == set(range(1, LAST + 1))
    for where in range(0, len(data), step):
        require_named(verify(flipped(data, where), Trust()), where, places.get(where))


@pytest.mark.safeguard("164.312(c)(2)")
@pytest.mark.parametrize("holder", HOLDERS)
async def test_a_flipped_bit_of_an_export_is_found_and_named(
    charts: Charts, holder: Holder
) -> None:
    file = await record_of(charts.core, FIRST, holder)
    assert verify(file, Trust()).problem is None
    require_every(file, STEP)


@pytest.mark.safeguard("164.312(c)(2)")
@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("holder", HOLDERS)
async def test_every_byte_of_an_export_is_flipped_left_out_and_the_last_one(
    charts: Charts, holder: Holder
) -> None:
    file = await record_of(charts.core, FIRST, holder)
    require_every(file, 1)
    for where in range(len(file)):
        for other in (file[:where] + file[where + 1 :], file[:where]):
            verdict = verify(other, Trust())
            assert verdict.problem, where
            assert verdict.holds == (), where
