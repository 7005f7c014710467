"""The load generator of `scripts/bench relay`: its packets, its descriptions, its verdicts."""

from __future__ import annotations

import random

import pytest
from pylibsrtp import Policy, Session

from media.answering import SetupRole, read_answer
from media.codecs import Codec
from media.gate import is_rtcp
from media.keyframes import is_keyframe
from media.srtp import SrtpPair
from tests.bench.relay_load.description import Own, read_remote
from tests.bench.relay_load.figures import Growth, figures, share
from tests.bench.relay_load.pacer import Window
from tests.bench.relay_load.packets import Shape, number_of, plan

OWN = Own(7, "127.0.0.1", 4_000, "ufrag1", "p" * 22, ":".join(["AB"] * 32), 11, 12, 13)


class Connected:
    """As much of a leg as its packets are made with."""

    def __init__(self) -> None:
        key = random.Random(1).randbytes(30)
        self.own = OWN
        self.sequences = [0xFFFE, 0]
        self.frames = [0, 0]
        inbound = Session(Policy(key=key, ssrc_type=Policy.SSRC_ANY_INBOUND))
        outbound = Session(Policy(key=key, ssrc_type=Policy.SSRC_ANY_OUTBOUND))
        self.srtp: SrtpPair | None = SrtpPair(inbound, outbound)


def window(**changed: float) -> Window:
    values = {"seconds": 2.0, "cpu_us": 400.0, "late_ms_p99": 0.1, "behind_s": 0.0, "core": 0.2}
    values |= changed
    return Window(sent=20, received=20, latencies_us=[100.0, 200.0, 900.0], **values)


def test_a_second_of_a_call_has_fifty_audio_and_one_hundred_and_fifty_video_packets() -> None:
    due = plan([Connected()], 1.0, Shape(), seed=1)
    sizes = [len(one.datagram) for one in due]
    assert sizes.count(120 + 10) == 50
    assert sizes.count(1_100 + 10) in {150, 155}
    assert due == sorted(due)


def test_every_packet_is_known_again_after_it_was_decrypted() -> None:
    leg = Connected()
    due = plan([leg], 0.2, Shape(), seed=1)
    assert leg.srtp is not None
    opened = [leg.srtp.receiving.unprotect(one.datagram) for one in due]
    assert not any(is_rtcp(one) for one in opened)
    assert [number_of(one) for one in opened] == [one.number for one in due]
    assert len({one.number for one in due}) == len(due)


def test_the_first_picture_of_a_window_is_a_keyframe_and_no_other() -> None:
    first, *others = Shape().video(0, 0, key=True)
    assert is_keyframe(Codec.VP8, first, 0, len(first))
    following = [*others, *Shape().video(1, 5, key=False)]
    assert not any(is_keyframe(Codec.VP8, one, 0, len(one)) for one in following)


def test_the_relay_takes_a_scripted_leg_s_answer() -> None:
    answer = read_answer(OWN.text("active"))
    assert answer.sources().every() == (11, 12, 13)


def test_whoever_offers_the_choice_of_part_is_passive() -> None:
    found = read_remote(OWN.text("actpass"))
    assert found.setup is SetupRole.PASSIVE
    assert found.address == ("127.0.0.1", 4_000)
    assert read_remote(OWN.text("active")).setup is SetupRole.ACTIVE


def test_a_description_without_a_candidate_is_refused() -> None:
    with pytest.raises(ValueError, match="candidate"):
        read_remote("v=0\r\n")


def test_a_window_in_which_the_generator_fell_behind_is_in_no_median() -> None:
    found = figures([window(), window(behind_s=0.5, cpu_us=9_000.0)])
    assert found["cpu_us_per_packet"] == 20.0
    assert found["invalid"] == 1


def test_latencies_of_packets_that_were_sent_in_a_bunch_are_not_reported() -> None:
    found = figures([window(late_ms_p99=50.0)])
    assert found["latency_ms_p50"] is None
    assert found["cpu_us_per_packet"] == 20.0


def test_there_is_no_ratio_to_what_was_not_measured() -> None:
    measured, unmeasured = figures([window()]), figures([window(core=1.0)])
    assert share(measured, unmeasured) is None
    assert share(measured, measured) == 1.0


def test_memory_is_counted_from_the_second_growth_on() -> None:
    grown = [Growth(1, 0, 0, 10_000_000), Growth(2, 0, 4_096, 8_192)]
    found = Growth.totals(grown)
    assert found == {"kib_per_encounter": 4.0, "kib_per_waiting_leg": 1.0}
