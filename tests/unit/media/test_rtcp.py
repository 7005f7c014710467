import struct
from collections.abc import Iterable

import pytest
from aiortc.rtp import (
    RtcpByePacket,
    RtcpPacket,
    RtcpPsfbPacket,
    RtcpReceiverInfo,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    RtcpSdesPacket,
    RtcpSenderInfo,
    RtcpSourceInfo,
    RtcpSrPacket,
    pack_remb_fci,
    unpack_remb_fci,
)
from hypothesis import given
from hypothesis import strategies as st

from media.rewriting import Direction, Sources
from media.rtcp import RtcpTranslator, fir, pli
from tests.unit.media.call_pair import (
    ACCEPTED,
    PATIENT,
    PATIENT_AGAIN,
    PRACTITIONER,
    TO_PATIENT,
    TO_PRACTITIONER,
    Pair,
    begin,
    rtp,
    to_patient,
)

NTP = 0xE1E2_E3E4_0506_0708
MIDDLE = 0xE3E4_0506
STRANGER = 0xBADC0DE
FEEDBACK = struct.Struct("!BBHLL")


def info(ssrc: int, highest: int = 2_005, last: int = 0, delay: int = 0) -> RtcpReceiverInfo:
    return RtcpReceiverInfo(
        ssrc=ssrc,
        fraction_lost=3,
        packets_lost=-1,
        highest_sequence=highest,
        jitter=77,
        lsr=last,
        dlsr=delay,
    )


def sender_report(ssrc: int, *blocks: RtcpReceiverInfo) -> bytes:
    sent = RtcpSenderInfo(
        ntp_timestamp=NTP, rtp_timestamp=6_000, packet_count=9, octet_count=99
    )
    return bytes(RtcpSrPacket(ssrc=ssrc, sender_info=sent, reports=list(blocks)))


def receiver_report(ssrc: int, *blocks: RtcpReceiverInfo) -> bytes:
    return bytes(RtcpRrPacket(ssrc=ssrc, reports=list(blocks)))


def feedback(kind: int, form: int, sender: int, media: int, entries: bytes = b"") -> bytes:
    words = 2 + len(entries) // 4
    return FEEDBACK.pack(0x80 | form, kind, words, sender, media) + entries


def remb(sender: int, *ssrcs: int) -> bytes:
    return feedback(206, 15, sender, 0, pack_remb_fci(1_500_000, list(ssrcs)))


def sdes(*ssrcs: int) -> bytes:
    # The other reader takes the end of a chunk for two bytes, whatever is needed to fill its
    # last word: with a name of eight letters it is two.
    chunks = [RtcpSourceInfo(ssrc=ssrc, items=[(1, b"cname-xy")]) for ssrc in ssrcs]
    return bytes(RtcpSdesPacket(chunks=chunks))


def translated(compound: bytes, pair: Pair | None = None, now_us: int = 0) -> list[object]:
    """Return what the practitioner gets, as another reader understands it."""
    return [*RtcpPacket.parse(bytes((pair or Pair()).patient.translate(compound, now_us)))]


def test_a_sender_report_speaks_of_the_announced_stream_in_its_time() -> None:
    pair = Pair()
    pair.forth.follow(PATIENT_AGAIN)
    begin(pair.forth, PATIENT_AGAIN, now_us=1_000_000)
    (read,) = translated(sender_report(0x0B02, info(0xE002)), pair)
    assert isinstance(read, RtcpSrPacket)
    assert read.ssrc == 0xD002
    # The new leg's 5000 was moved to a second after the old one's 5000.
    assert read.sender_info == RtcpSenderInfo(NTP, 6_000 + 90_000, 9, 99)
    assert [one.ssrc for one in read.reports] == [0x0C02]


def test_report_blocks_speak_of_what_the_other_leg_really_sent() -> None:
    (read,) = translated(receiver_report(0x0A02, info(0xE002, 0x1_0000 + 2_005)))
    assert isinstance(read, RtcpRrPacket)
    assert read.ssrc == 0xD002
    (block,) = read.reports
    assert (block.ssrc, block.highest_sequence) == (0x0C02, 0x1_0000 + 25)
    assert (block.fraction_lost, block.packets_lost, block.jitter) == (3, -1, 77)


def test_round_trips_are_measured_from_end_to_end() -> None:
    pair = Pair()
    pair.practitioner.translate(sender_report(0x0C02), 0)
    (read,) = translated(receiver_report(0x0A02, info(0xE002, last=MIDDLE, delay=9)), pair)
    assert isinstance(read, RtcpRrPacket)
    assert (read.reports[0].lsr, read.reports[0].dlsr) == (MIDDLE, 9)


def test_a_successor_is_not_told_when_its_predecessor_reported() -> None:
    pair = Pair()
    pair.practitioner.translate(sender_report(0x0C02), 0)
    pair.back.follow(Sources(audio=1, video=2, rtx=3))
    begin(pair.back, Sources(audio=1, video=2, rtx=3))
    (read,) = translated(receiver_report(0x0A02, info(0xE002, last=MIDDLE, delay=9)), pair)
    assert isinstance(read, RtcpRrPacket)
    assert read.reports[0].ssrc == 2
    assert (read.reports[0].lsr, read.reports[0].dlsr) == (0, 0)


def test_blocks_about_strangers_are_left_out() -> None:
    (read,) = translated(receiver_report(0x0A02, info(STRANGER), info(0xE001)))
    assert isinstance(read, RtcpRrPacket)
    assert [one.ssrc for one in read.reports] == [0x0C01]
    assert translated(receiver_report(0x0A02, info(STRANGER))) == []


def test_a_browser_that_only_listens_reports_under_an_announced_source() -> None:
    # libwebrtc without a stream of its own reports as 1.
    (read,) = translated(receiver_report(1, info(0xE002)))
    assert isinstance(read, RtcpRrPacket)
    assert read.ssrc == 0xD001


def test_a_sender_report_of_a_stranger_or_before_any_media_is_dropped() -> None:
    pair = Pair()
    assert translated(sender_report(STRANGER), pair) == []
    pair.forth.follow(PATIENT_AGAIN)
    assert translated(sender_report(0x0B02), pair) == []
    assert pair.patient.counts.dropped == 2


def test_descriptions_name_announced_sources_only() -> None:
    (read,) = translated(sdes(0x0A01, STRANGER, 0x0A02))
    assert isinstance(read, RtcpSdesPacket)
    assert [one.ssrc for one in read.chunks] == [0xD001, 0xD002]
    assert [one.items for one in read.chunks] == [[(1, b"cname-xy")]] * 2
    assert translated(sdes(STRANGER)) == []


def test_a_leg_that_leaves_is_not_mentioned_to_the_other() -> None:
    pair = Pair()
    assert translated(bytes(RtcpByePacket(sources=[0x0A01, 0x0A02])), pair) == []
    assert pair.patient.counts.goodbyes == 1


def test_lost_numbers_are_asked_for_as_the_sender_numbered_them() -> None:
    (read,) = translated(bytes(RtcpRtpfbPacket(1, 0x0A02, 0xE002, [2_001, 2_003, 2_500])))
    assert isinstance(read, RtcpRtpfbPacket)
    assert (read.ssrc, read.media_ssrc, read.lost) == (0xD002, 0x0C02, [21, 23, 520])


@pytest.mark.parametrize("media", [0xE001, 0xE002, 0, STRANGER])
def test_transport_wide_feedback_keeps_its_contents(media: int) -> None:
    body = struct.pack("!HHL", 7, 2, 0x0102_0305) + b"\x20\x02\x04\x08"
    out = Pair().patient.translate(feedback(205, 15, 0x0A02, media, body), 0)
    sender, named = struct.unpack_from("!LL", out, 4)
    assert sender == 0xD002
    assert named == {0xE001: 0x0C01, 0xE002: 0x0C02}.get(media, 0x0C01)
    assert out[12:] == body


def test_transport_wide_feedback_is_numbered_back_after_a_replacement() -> None:
    pair = Pair()
    pair.back.rewrite(rtp(0x0C02, 21, transport=600), 0)
    pair.back.follow(Sources(video=9))
    pair.back.rewrite(rtp(9, 1, transport=4), 0)
    body = struct.pack("!HHL", 601, 1, 0x0102_0305) + b"\x20\x01\x04\x00"
    out = pair.patient.translate(feedback(205, 15, 0x0A02, 0xE002, body), 0)
    assert struct.unpack_from("!LLH", out, 4) == (0xD002, 9, 4)


def test_a_keyframe_is_asked_of_the_real_video() -> None:
    pair = Pair()
    (loss,) = translated(pli(0x0A02, 0xE002), pair)
    assert isinstance(loss, RtcpPsfbPacket)
    assert (loss.fmt, loss.ssrc, loss.media_ssrc) == (1, 0xD002, 0x0C02)
    (full,) = translated(fir(0x0A02, 0xE002, 5), Pair())
    assert isinstance(full, RtcpPsfbPacket)
    assert (full.fmt, full.ssrc, full.media_ssrc) == (4, 0xD002, 0)
    assert full.fci == struct.pack("!LB3x", 0x0C02, 5)


def test_whoever_asks_without_end_is_heard_twice_a_second() -> None:
    pair = Pair()
    asked = [
        bool(translated(request(0x0A02, 0xE002), pair, now_us))
        for now_us in range(0, 2_000_000, 1_000)
        for request in (pli, lambda sender, media: fir(sender, media, 1))
    ]
    assert sum(asked) == 4
    (video,) = (one for one in pair.back.streams if one.ssrc == 0xE002)
    assert video.held_back == len(asked) - 4
    # Another leg has not been asked yet.
    pair.back.follow(PRACTITIONER)
    assert translated(pli(0x0A02, 0xE002), pair, 1_999_999)


def test_a_keyframe_is_asked_before_the_first_packet() -> None:
    pair = Pair()
    pair.back.follow(PRACTITIONER)
    assert len(translated(pli(0x0A02, 0xE002), pair)) == 1


def test_an_estimate_lists_the_real_sources() -> None:
    (read,) = translated(remb(0x0A02, 0xE002, STRANGER, 0xE001))
    assert isinstance(read, RtcpPsfbPacket)
    assert unpack_remb_fci(read.fci) == (1_500_000, [0x0C02, 0x0C01])
    assert read.media_ssrc == 0
    assert translated(remb(0x0A02, STRANGER)) == []


def test_our_own_requests_are_what_another_reader_expects() -> None:
    assert pli(7, 8) == bytes(RtcpPsfbPacket(fmt=1, ssrc=7, media_ssrc=8))
    entry = struct.pack("!LB3x", 8, 1)
    assert fir(7, 8, 257) == bytes(RtcpPsfbPacket(fmt=4, ssrc=7, media_ssrc=0, fci=entry))


@pytest.mark.parametrize(
    "packet",
    [
        feedback(207, 0, 0x0A02, 0xE002),  # XR
        feedback(204, 0, 0x0A02, 0xE002),  # APP
        feedback(205, 3, 0x0A02, 0xE002),  # TMMBR
        feedback(206, 2, 0x0A02, 0xE002),  # SLI
        feedback(206, 15, 0x0A02, 0, b"LNTF" + bytes(8)),
        feedback(205, 1, 0x0A02, STRANGER, b"\x00\x01\x00\x00"),
        feedback(206, 1, 0x0A02, STRANGER),
        fir(0x0A02, STRANGER, 1),
        feedback(206, 1, 0x0A02, 0x0C02),  # the real name is not the announced one
    ],
)
def test_what_is_not_known_is_dropped_and_the_rest_goes_on(packet: bytes) -> None:
    pair = Pair()
    (read,) = translated(packet + pli(0x0A02, 0xE002), pair)
    assert isinstance(read, RtcpPsfbPacket)
    counts = pair.patient.counts
    assert (counts.passed, counts.dropped, counts.malformed) == (1, 1, 0)


@pytest.mark.parametrize(
    "packet",
    [
        b"\x41" + pli(0x0A02, 0xE002)[1:],  # version 1
        b"\xa1\xce\x00\x02" + bytes(8),  # padding of 0
        b"\xa1\xce\x00\x02" + bytes(7) + b"\x03",  # of a broken word
        b"\xa1\xce\x00\x02" + bytes(7) + b"\x0c",  # of more than there is
        b"\x81\xce\x00\x01" + bytes(4),  # PLI without its media
        b"\x81\xc8\x00\x01" + bytes(4),  # SR without its times
        b"\x81\xc9\x00\x01" + bytes(4),  # RR without its block
        b"\x82\xca\x00\x01" + bytes(4),  # SDES without its chunks
        b"\x81\xca\x00\x02\x00\x00\x0a\x01\x01\xff\x00\x00",  # an item past its end
        b"\x81\xca\x00\x02\x00\x00\x0a\x01\x01\x02\x41\x41",  # a chunk without an end
        b"\x82\xcb\x00\x01" + bytes(4),  # BYE without its sources
        feedback(205, 15, 0x0A02, 0xE002, bytes(4)),
        feedback(206, 4, 0x0A02, 0, struct.pack("!L", 0xE002)),
        feedback(206, 15, 0x0A02, 0, b"REMB"),
        feedback(206, 15, 0x0A02, 0, b"REMB\x02\x00\x00\x00" + struct.pack("!L", 0xE002)),
    ],
)
def test_what_is_malformed_is_counted_and_the_rest_goes_on(packet: bytes) -> None:
    pair = Pair()
    (read,) = translated(packet + pli(0x0A02, 0xE002), pair)
    assert isinstance(read, RtcpPsfbPacket)
    counts = pair.patient.counts
    assert (counts.passed, counts.dropped, counts.malformed) == (1, 0, 1)


@pytest.mark.parametrize("rest", [b"\x81", b"\x81\xce\x00\x03" + bytes(8)])
def test_a_compound_that_is_cut_off_is_passed_up_to_there(rest: bytes) -> None:
    pair = Pair()
    assert len(translated(pli(0x0A02, 0xE002) + rest, pair)) == 1
    assert pair.patient.counts.malformed == 1


def test_padding_is_not_passed_on() -> None:
    padded = b"\xa1\xce\x00\x03" + pli(0x0A02, 0xE002)[4:] + b"\x00\x00\x00\x04"
    assert bytes(Pair().patient.translate(padded, 0)) == pli(0xD002, 0x0C02)
    lost = feedback(205, 1, 0x0A02, 0xE002, b"\x07\xd1\x00\x00")
    padded = b"\xa1\xcd\x00\x04" + lost[4:] + b"\x00\x00\x00\x04"
    out = Pair().patient.translate(padded, 0)
    assert out == feedback(205, 1, 0xD002, 0x0C02, b"\x00\x15\x00\x00")


def test_a_compound_stays_in_order() -> None:
    compound = sender_report(0x0A02, info(0xE001)) + sdes(0x0A02) + pli(0x0A02, 0xE002)
    kinds = [type(one).__name__ for one in translated(compound)]
    assert kinds == ["RtcpSrPacket", "RtcpSdesPacket", "RtcpPsfbPacket"]


def test_a_leg_that_announced_nothing_hears_nothing() -> None:
    nobody = Direction(Sources(), ACCEPTED, (0, 0, 0))
    translator = RtcpTranslator(nobody, to_patient())
    assert translator.translate(pli(0x0A02, 0xE002), 0) == b""
    assert translator.translate(receiver_report(0x0A02), 0) == b""
    listener = RtcpTranslator(to_patient(), nobody)
    twcc = feedback(205, 15, 0x0C02, 0, bytes(8))
    assert listener.translate(twcc, 0) == b""


def ssrcs_in(compound: bytes) -> Iterable[tuple[bool, int]]:
    """Yield every SSRC of a compound, and whether it names what is received."""
    while compound:
        size = 4 + 4 * int.from_bytes(compound[2:4], "big")
        packet, compound = compound[:size], compound[size:]
        if packet[1] == 202:
            yield from ((False, ssrc) for ssrc in described(packet))
            continue
        (read,) = RtcpPacket.parse(packet)
        if isinstance(read, RtcpPsfbPacket):
            yield from ((False, read.ssrc), *((True, one) for one in asked(read)))
        elif isinstance(read, RtcpRtpfbPacket):
            yield from ((False, read.ssrc), (True, read.media_ssrc))
        else:
            assert isinstance(read, RtcpSrPacket | RtcpRrPacket)
            yield from ((False, read.ssrc), *((True, one.ssrc) for one in read.reports))


def asked(read: RtcpPsfbPacket) -> list[int]:
    if read.fmt == 1:
        return [read.media_ssrc]
    if read.fmt == 4:
        return [ssrc for ssrc, _ in struct.iter_unpack("!LB3x", read.fci)]
    return unpack_remb_fci(read.fci)[1]


def described(packet: bytes) -> Iterable[int]:
    position = 4
    for _ in range(packet[0] & 0x1F):
        yield int.from_bytes(packet[position : position + 4], "big")
        position += 4
        while packet[position]:
            position += 2 + packet[position + 1]
        position += 4 - position % 4
    assert position == len(packet)


ANYBODY = st.sampled_from(
    [*PATIENT.every(), *PRACTITIONER.every(), *TO_PATIENT.every(), 1, 0, STRANGER]
) | st.integers(0, 2**32 - 1)
BLOCKS = st.lists(st.builds(info, ANYBODY), max_size=4)
PACKETS = st.one_of(
    st.builds(lambda ssrc, blocks: sender_report(ssrc, *blocks), ANYBODY, BLOCKS),
    st.builds(lambda ssrc, blocks: receiver_report(ssrc, *blocks), ANYBODY, BLOCKS),
    st.builds(lambda ssrcs: sdes(*ssrcs), st.lists(ANYBODY, max_size=4)),
    st.builds(lambda ssrcs: bytes(RtcpByePacket(ssrcs)), st.lists(ANYBODY, max_size=4)),
    st.builds(lambda a, b: feedback(205, 1, a, b, bytes(4)), ANYBODY, ANYBODY),
    st.builds(lambda a, b: feedback(205, 15, a, b, bytes(8)), ANYBODY, ANYBODY),
    st.builds(pli, ANYBODY, ANYBODY),
    st.builds(fir, ANYBODY, ANYBODY, st.integers(0, 255)),
    st.builds(lambda a, many: remb(a, *many), ANYBODY, st.lists(ANYBODY, max_size=4)),
)


@given(st.lists(PACKETS, max_size=5))
def test_every_source_is_translated_or_its_packet_dropped(packets: list[bytes]) -> None:
    pair = Pair()
    out = bytes(pair.patient.translate(b"".join(packets), 0))
    counts = pair.patient.counts
    assert counts.passed + counts.dropped == len(packets)
    for is_received, ssrc in ssrcs_in(out):
        assert ssrc in (PRACTITIONER if is_received else TO_PRACTITIONER).every()


@given(st.lists(PACKETS, min_size=1, max_size=4), st.data())
def test_a_damaged_compound_never_names_anybody_else(
    packets: list[bytes], data: st.DataObject
) -> None:
    compound = bytearray(b"".join(packets))
    at = data.draw(st.integers(0, len(compound) - 1))
    compound[at] = data.draw(st.integers(0, 255))
    del compound[data.draw(st.integers(0, len(compound))) :]
    for is_received, ssrc in ssrcs_in(bytes(Pair().patient.translate(bytes(compound), 0))):
        assert ssrc in (PRACTITIONER if is_received else TO_PRACTITIONER).every()


@given(st.binary(max_size=200))
def test_any_bytes_are_translated_or_counted(data: bytes) -> None:
    pair = Pair()
    out = pair.patient.translate(data, 0)
    counts = pair.patient.counts
    assert len(out) <= len(data)
    assert bool(data) == bool(counts.passed + counts.dropped + counts.malformed)
