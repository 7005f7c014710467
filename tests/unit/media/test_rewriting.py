import struct

import pytest
from aiortc.rtp import HeaderExtensionsMap, RtpPacket, unwrap_rtx
from hypothesis import given
from hypothesis import strategies as st

from media.rewriting import Direction, Sources
from tests.unit.media.call_pair import (
    ACCEPTED,
    PATIENT,
    PATIENT_AGAIN,
    TO_PRACTITIONER,
    begin,
    numbers,
    rtp,
    to_practitioner,
    transport_number,
)

SECOND = 1_000_000
LEGS = st.lists(
    st.tuples(
        st.integers(0, 0xFFFF),  # where the leg's numbers begin
        st.integers(0, 0xFFFF_FFFF),  # and its timestamps
        st.integers(1, 30),  # how many packets it sends
        st.integers(0, 100 * SECOND),  # how long before it somebody is missing
    ),
    min_size=1,
    max_size=6,
)


def test_nothing_but_source_numbers_and_time_changes() -> None:
    way = to_practitioner()
    packet = rtp(0x0A02, 7, 90_000, 0x80 | 96, b"picture", transport=5)
    before = bytes(packet)
    stream = way.rewrite(packet, 0)
    assert stream is not None
    assert numbers(packet) == (0xD002, 200, 90_000)
    assert packet[:2] == before[:2]
    assert packet[12:] == before[12:]


def test_another_reader_still_understands_the_packet() -> None:
    packet = rtp(0x0A02, 7, 90_000, 96, b"picture", transport=5)
    to_practitioner().rewrite(packet, 0)
    read = RtpPacket.parse(bytes(packet), HeaderExtensionsMap())
    assert (read.ssrc, read.sequence_number, read.payload) == (0xD002, 200, b"picture")


@given(LEGS)
def test_numbers_have_no_gap_across_any_replacements(
    legs: list[tuple[int, int, int, int]],
) -> None:
    way = to_practitioner()
    expected, now_us = 200, 0
    for at, (sequence, timestamp, count, pause_us) in enumerate(legs):
        way.follow(Sources(video=at + 1))
        now_us += pause_us
        for index in range(count):
            packet = rtp(at + 1, sequence + index, timestamp + 3_000 * index)
            assert way.rewrite(packet, now_us)
            assert numbers(packet)[1] == expected & 0xFFFF
            expected += 1
            now_us += SECOND // 30


@given(LEGS)
def test_time_goes_on_by_as_much_as_passed(legs: list[tuple[int, int, int, int]]) -> None:
    way = to_practitioner()
    now_us, last = 0, None
    for at, (sequence, timestamp, count, pause_us) in enumerate(legs):
        way.follow(Sources(video=at + 1))
        now_us += pause_us
        for index in range(count):
            packet = rtp(at + 1, sequence + index, timestamp + 3_000 * index)
            way.rewrite(packet, now_us)
            _, _, moved = numbers(packet)
            if last is not None:
                sent_before, at_us = last
                passed = (moved - sent_before) & 0xFFFF_FFFF
                ideal = max(1, (now_us - at_us) * 90_000 // SECOND)
                assert passed == (ideal if index == 0 else 3_000)
            last = (moved, now_us)
        now_us += 1


def test_a_successor_in_the_same_instant_begins_another_picture() -> None:
    way = to_practitioner()
    way.rewrite(rtp(0x0A02, 1, 4_000), SECOND)
    way.follow(PATIENT_AGAIN)
    packet = rtp(0x0B02, 1, 9_000_000)
    way.rewrite(packet, SECOND)
    assert numbers(packet)[2] == 4_001


@given(
    st.integers(0, 0xFFFF),
    st.integers(0, 0xFFFF_FFFF),
    st.lists(st.integers(0, 200), max_size=40),
)
def test_within_a_leg_the_change_can_be_undone(
    sequence: int, timestamp: int, steps: list[int]
) -> None:
    way = to_practitioner()
    begin(way, PATIENT)
    way.follow(PATIENT_AGAIN)
    for step in [0, *steps]:
        packet = rtp(0x0B02, sequence + step, timestamp + step)
        stream = way.rewrite(packet, SECOND)
        assert stream is not None
        _, moved, time = numbers(packet)
        assert stream.sequence_back(moved) == (sequence + step) & 0xFFFF
        assert stream.timestamp_forth(timestamp + step) == time


def test_extended_numbers_are_the_senders_again_after_roll_overs() -> None:
    way = to_practitioner()
    for index in range(150_000):
        way.rewrite(rtp(0x0A02, 65_000 + index), 0)
    stream = way.of_announced(0xD002)
    assert stream is not None
    assert stream.highest == 200 + 149_999
    assert stream.extended_back(stream.highest) == 65_000 + 149_999
    way.follow(PATIENT_AGAIN)
    way.rewrite(rtp(0x0B02, 5), 0)
    assert stream.extended_back(stream.highest) == 5


def test_order_does_not_change_a_number() -> None:
    way = to_practitioner()
    sent = [10, 12, 11, 15, 13, 14]
    received = []
    for sequence in sent:
        packet = rtp(0x0A02, sequence)
        assert way.rewrite(packet, 0)
        received.append(numbers(packet)[1])
    assert received == [one + 190 for one in sent]


def test_a_successor_goes_on_after_the_highest_number_not_the_last_seen() -> None:
    way = to_practitioner()
    for sequence in (10, 17, 12):
        way.rewrite(rtp(0x0A02, sequence), 0)
    way.follow(PATIENT_AGAIN)
    packet = rtp(0x0B02, 3)
    way.rewrite(packet, 0)
    assert numbers(packet)[1] == 200 + 7 + 1


def test_a_number_of_the_previous_leg_is_never_used_again() -> None:
    way = to_practitioner()
    begin(way, PATIENT)
    way.follow(PATIENT_AGAIN)
    assert way.rewrite(rtp(0x0B02, 50), 0)
    assert way.rewrite(rtp(0x0B02, 49), 0) is None
    assert way.rewrite(rtp(0x0B02, 51), 0)
    stream = way.of_announced(0xD002)
    assert stream is not None
    assert stream.late == 1


def test_the_leg_that_was_replaced_is_heard_no_more() -> None:
    way = to_practitioner()
    begin(way, PATIENT)
    way.follow(PATIENT_AGAIN)
    assert way.rewrite(rtp(0x0A02, 21), 0) is None
    assert way.unknown == 1


def test_a_retransmission_names_the_number_that_the_receiver_missed() -> None:
    way = to_practitioner()
    lost, repeated = rtp(0x0A02, 700, 9_000), rtp(0x0A03, 5, 9_000, 97, b"\x02\xbcpicture")
    way.rewrite(lost, 0)
    assert way.rewrite(repeated, 0)
    unwrapped = unwrap_rtx(
        RtpPacket.parse(bytes(repeated), HeaderExtensionsMap()), payload_type=96, ssrc=0xD002
    )
    assert numbers(repeated)[:2] == (0xD003, 300)
    assert (unwrapped.sequence_number, unwrapped.payload) == (numbers(lost)[1], b"picture")
    assert unwrapped.timestamp == numbers(lost)[2]


def test_after_a_replacement_retransmissions_have_the_time_of_their_video() -> None:
    way = to_practitioner()
    begin(way, PATIENT)
    way.follow(PATIENT_AGAIN)
    video, repeated = rtp(0x0B02, 50, 777), rtp(0x0B03, 60, 777, 97, b"\x00\x32x")
    way.rewrite(video, 2 * SECOND)
    way.rewrite(repeated, 3 * SECOND)
    assert numbers(repeated) == (0xD003, 301, numbers(video)[2])
    assert repeated[12:14] == struct.pack("!H", numbers(video)[1])


def test_padding_that_probes_the_path_repeats_nothing() -> None:
    way = to_practitioner()
    begin(way, PATIENT)
    packet = rtp(0x0A03, 31, 0, 97, b"\x00\x00\x00\x04")
    packet[0] |= 0x20
    before = packet[12:]
    assert way.rewrite(packet, 0)
    assert packet[12:] == before


@pytest.mark.parametrize(("payload", "first"), [(b"", 0x80), (b"\x01", 0x80), (b"\x09", 0xA0)])
def test_a_retransmission_without_a_number_is_malformed_unless_empty(
    payload: bytes, first: int
) -> None:
    way = to_practitioner()
    begin(way, PATIENT)
    packet = rtp(0x0A03, 31, 0, 97, payload)
    packet[0] = first
    passed = way.rewrite(packet, 0)
    assert (passed is None) == (way.malformed == 1) == bool(payload)


def test_a_retransmission_of_a_video_that_has_not_begun_is_early() -> None:
    way = to_practitioner()
    assert way.rewrite(rtp(0x0A03, 1, 0, 97, b"\x00\x01x"), 0) is None
    begin(way, PATIENT)
    way.follow(PATIENT_AGAIN)
    assert way.rewrite(rtp(0x0B03, 1, 0, 97, b"\x00\x01x"), 0) is None
    stream = way.of_announced(0xD003)
    assert stream is not None
    assert stream.early == 2


def test_what_the_new_leg_sent_before_it_was_followed_is_not_repeated_into_the_old() -> None:
    way = to_practitioner()
    begin(way, PATIENT)
    way.follow(PATIENT_AGAIN)
    way.rewrite(rtp(0x0B02, 50), 0)
    assert way.rewrite(rtp(0x0B03, 1, 0, 97, b"\x00\x31x"), 0) is None
    assert way.rewrite(rtp(0x0B03, 2, 0, 97, b"\x00\x32x"), 0)


def test_transport_wide_numbers_go_on_and_are_given_back() -> None:
    way = to_practitioner()
    first = [rtp(0x0A01, 1, 0, 111, transport=65_535), rtp(0x0A02, 1, transport=0)]
    for at, packet in enumerate(first):
        way.rewrite(packet, at)
    assert [transport_number(packet) for packet in first] == [65_535, 0]
    way.follow(PATIENT_AGAIN)
    second = [rtp(0x0B02, 1, transport=40), rtp(0x0B01, 1, 0, 111, transport=43)]
    for packet in second:
        way.rewrite(packet, 2)
    assert [transport_number(packet) for packet in second] == [1, 4]
    assert [way.transport_back(number) for number in (1, 4)] == [40, 43]


def test_the_newest_packet_says_where_transport_wide_numbers_go_on() -> None:
    way = to_practitioner()
    way.rewrite(rtp(0x0A02, 1, transport=5), 0)
    way.rewrite(rtp(0x0A01, 1, 0, 111, transport=6), 1)
    way.follow(PATIENT_AGAIN)
    video = rtp(0x0B02, 1, transport=500)
    way.rewrite(video, 2)
    assert transport_number(video) == 7


def test_a_browser_that_numbers_video_alone_is_followed_by_its_video() -> None:
    way = to_practitioner()
    way.rewrite(rtp(0x0A02, 1, transport=9), 0)
    way.rewrite(rtp(0x0A01, 1, 0, 111), 1)
    way.follow(PATIENT_AGAIN)
    audio, video = rtp(0x0B01, 1, 0, 111), rtp(0x0B02, 1, transport=500)
    way.rewrite(audio, 2)
    way.rewrite(video, 3)
    assert transport_number(video) == 10


def test_a_type_that_the_receiver_did_not_accept_is_counted_and_stopped() -> None:
    way = to_practitioner()
    assert way.rewrite(rtp(0x0A02, 1, 0, 102), 0) is None
    assert way.rewrite(rtp(0x0A02, 1, 0, 111), 0) is None
    assert way.rewrite(rtp(0x0A01, 1, 0, 96), 0) is None
    assert [stream.refused for stream in way.streams] == [1, 2, 0]


def test_numbers_begin_in_the_lower_half() -> None:
    way = Direction(TO_PRACTITIONER, ACCEPTED, (0, 0x7FFF, 1))
    way.follow(PATIENT)
    packet = rtp(0x0A02, 1)
    way.rewrite(packet, 0)
    assert numbers(packet)[1] == 0x7FFF
    for first in ((-1, 0, 0), (0, 0x8000, 0)):
        with pytest.raises(ValueError, match="lower half"):
            Direction(TO_PRACTITIONER, ACCEPTED, first)


def test_a_leg_that_announced_nothing_leads_nowhere() -> None:
    way = Direction(Sources(), ACCEPTED, (0, 0, 0))
    way.follow(PATIENT)
    assert way.rewrite(rtp(0x0A02, 1), 0) is None
    assert (way.streams, way.unknown) == ((), 1)


@given(st.binary(max_size=80), st.none() | st.sampled_from(PATIENT.every()))
def test_any_bytes_are_forwarded_or_counted(data: bytes, ssrc: int | None) -> None:
    way = to_practitioner()
    begin(way, PATIENT)
    way.follow(PATIENT)
    packet = bytearray(data)
    if ssrc is not None:
        packet[8:12] = ssrc.to_bytes(4, "big")
    passed = way.rewrite(packet, SECOND)
    counted = way.unknown + way.malformed
    counted += sum(one.refused + one.late + one.early for one in way.streams)
    assert counted == (passed is None)
