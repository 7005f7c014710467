import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.gate import DATAGRAM_BYTES_MAX, REPORTERS_MAX, Gate, is_rtcp


def rtp(ssrc: int, size: int = 60) -> bytes:
    return (b"\x80\x60" + bytes(6) + ssrc.to_bytes(4, "big")).ljust(size, b"\x00")


def rtcp(ssrc: int, size: int = 60) -> bytes:
    return (b"\x81\xce\x00\x02" + ssrc.to_bytes(4, "big")).ljust(size, b"\x00")


def test_announced_media_and_reports_pass() -> None:
    gate = Gate([7, 8])
    assert gate.admits(rtp(7))
    assert gate.admits(rtcp(8))
    assert (gate.strange, gate.malformed) == (0, 0)


def test_a_thousand_invented_sources_cost_a_count_each() -> None:
    gate = Gate([7])
    assert not any(gate.admits(rtp(ssrc)) for ssrc in range(1_000, 2_000))
    assert gate.strange == 1_000
    assert gate.admits(rtp(7))


def test_reports_of_a_browser_that_only_listens_pass() -> None:
    gate = Gate([7])
    assert gate.admits(rtcp(1))
    gate.proved(rtcp(1))
    assert gate.admits(rtcp(1))


def test_only_authentic_reporters_take_a_place_and_only_a_few() -> None:
    gate = Gate([7])
    for forged in range(100, 200):
        assert gate.admits(rtcp(forged))
    for ssrc in range(1, REPORTERS_MAX + 2):
        gate.proved(rtcp(ssrc))
    assert not gate.admits(rtcp(REPORTERS_MAX + 1))
    assert gate.admits(rtcp(REPORTERS_MAX))
    assert gate.admits(rtcp(7))
    assert gate.strange == 1


def test_an_announced_reporter_takes_no_place() -> None:
    gate = Gate([7], reporters_max=1)
    gate.proved(rtcp(7))
    assert gate.admits(rtcp(1))


@pytest.mark.parametrize(
    ("size", "passes"), [(21, False), (22, True), (1_500, True), (1_501, False)]
)
def test_media_have_a_least_and_a_largest_size(size: int, *, passes: bool) -> None:
    gate = Gate([7])
    assert gate.admits(rtp(7, size)) is passes
    assert gate.malformed == (not passes)


def test_the_kinds_are_told_apart_by_the_second_byte() -> None:
    assert is_rtcp(rtcp(7))
    assert not is_rtcp(rtp(7))
    assert not is_rtcp(b"\x80\xe0" + bytes(40))  # a marked packet of type 96


@given(st.binary(max_size=DATAGRAM_BYTES_MAX + 2))
def test_any_bytes_are_admitted_or_counted(datagram: bytes) -> None:
    gate = Gate([7])
    admitted = gate.admits(datagram)
    assert gate.strange + gate.malformed == (not admitted)
