import re
from contextlib import suppress
from pathlib import Path
from typing import Final

import pytest
from aiortc.sdp import SessionDescription
from hypothesis import given, settings
from hypothesis import strategies as st

from media.answering import Fingerprint, LegAnswer, SetupRole, read_answer
from media.description import AnswerFault, AnswerLimits, AnswerRefused
from media.rewriting import Sources

ANSWERS: Final = Path(__file__).parent / "answers"
CHROMIUM: Final = (ANSWERS / "chromium.sdp").read_text()
FIREFOX: Final = (ANSWERS / "firefox.sdp").read_text()
PWD: Final = "a=ice-pwd:mJ0pGZ0hZJ0n2h4uW9xqT+ya\n"
FINGERPRINT: Final = re.search(r"a=fingerprint:.*\n", CHROMIUM)
AUDIO_END: Final = "a=ssrc:1986314213 cname:wF0c7cVqN2mD3b8k\n"
CANDIDATE: Final = "a=candidate:1 1 udp 2122260223 192.0.2.17 54609 typ host\n"


def fault(text: str, limits: AnswerLimits | None = None) -> str:
    with pytest.raises(AnswerRefused) as caught:
        read_answer(text, limits)
    return caught.value.code


def without(pattern: str, text: str = CHROMIUM) -> str:
    changed = re.sub(pattern, "", text)
    assert changed != text
    return changed


def instead(old: str, new: str, text: str = CHROMIUM) -> str:
    assert old in text
    return text.replace(old, new)


def test_chromium_is_understood() -> None:
    leg = read_answer(CHROMIUM)
    assert leg.sources() == Sources(audio=1986314213, video=2231627014, rtx=632943048)
    assert (leg.ice_ufrag, leg.ice_pwd) == ("Mv6D", "mJ0pGZ0hZJ0n2h4uW9xqT+ya")
    assert leg.setup is SetupRole.ACTIVE
    assert [one.algorithm for one in leg.fingerprints] == ["sha-256"]
    assert leg.fingerprints[0].digest.startswith("7B:8B:F0:65")
    assert len(leg.candidates) == 3
    assert leg.accepted().audio == {111}
    assert leg.accepted().video == {96, 102, 98, 104}
    assert leg.accepted().rtx == {97, 103, 99, 105}
    assert leg.audio is not None
    assert leg.audio.extensions == {1, 2, 3, 4}
    assert (leg.audio.sends, leg.audio.receives) == (True, True)


def test_firefox_is_understood_with_its_fingerprint_before_the_sections() -> None:
    leg = read_answer(FIREFOX)
    assert leg.sources() == Sources(audio=3415968331, video=1074182911, rtx=2905531842)
    assert leg.fingerprints == (
        Fingerprint(
            "sha-256",
            "0C:6B:AF:2D:1C:9E:44:3B:7D:0F:AE:11:59:C2:80:6E:"
            "77:4D:98:E3:5A:B0:1F:CC:62:D8:93:47:05:BE:2A:71",
        ),
    )
    assert leg.accepted().video == {96, 102, 98}
    assert leg.audio is not None
    assert leg.audio.extensions == {1, 4}


@pytest.mark.parametrize("text", [CHROMIUM, FIREFOX])
def test_another_reader_finds_the_same(text: str) -> None:
    leg = read_answer(text)
    other = SessionDescription.parse(text)
    assert leg.audio is not None
    assert leg.video is not None
    assert [one.ssrc for one in other.media[0].ssrc] == [leg.audio.ssrc]
    assert [one.ssrc for one in other.media[1].ssrc] == [leg.video.ssrc, leg.video.rtx_ssrc]
    assert {one.payloadType for one in other.media[1].rtp.codecs} == (
        leg.video.payload_types | leg.video.rtx_types
    )
    assert {one.id for one in other.media[1].rtp.headerExtensions} == leg.video.extensions
    assert other.media[0].ice is not None
    assert other.media[0].ice.usernameFragment == leg.ice_ufrag
    assert other.media[0].dtls is not None
    assert [one.value for one in other.media[0].dtls.fingerprints] == [
        one.digest for one in leg.fingerprints
    ]


@pytest.mark.parametrize("text", [CHROMIUM, FIREFOX])
def test_lines_may_end_with_carriage_returns(text: str) -> None:
    assert read_answer(text.replace("\n", "\r\n")) == read_answer(text)


def test_a_browser_that_only_listens_announces_nothing_and_takes_all() -> None:
    listening = without(r"a=(ssrc|ssrc-group|msid):.*\n").replace("a=sendrecv", "a=recvonly")
    leg = read_answer(listening)
    assert leg.sources() == Sources()
    assert leg.accepted().audio == {111}


def test_a_browser_that_only_speaks_is_sent_nothing() -> None:
    leg = read_answer(instead("a=sendrecv", "a=sendonly"))
    assert leg.accepted().audio == frozenset()
    assert leg.accepted().video == frozenset()
    assert leg.sources().audio == 1986314213


def test_a_refused_camera_leaves_the_voice() -> None:
    leg = read_answer(instead("m=video 9 ", "m=video 0 "))
    assert leg.video is None
    assert leg.sources() == Sources(audio=1986314213)
    assert leg.accepted().video == frozenset()


def test_what_nobody_offered_is_not_looked_at() -> None:
    more = instead("SAVPF 96 97", "SAVPF 120 96 97")
    more = instead("a=mid:1\n", "a=mid:1\na=extmap:9 urn:example:one\na=rtpmap:120 X/1\n", more)
    assert read_answer(more) == read_answer(CHROMIUM)


def test_h264_in_another_mode_is_not_what_was_offered() -> None:
    leg = read_answer(instead("packetization-mode=1", "packetization-mode=0"))
    assert 102 not in leg.accepted().video
    assert 103 not in leg.accepted().rtx


def test_retransmissions_of_another_type_are_not_taken() -> None:
    assert 97 not in read_answer(instead("a=fmtp:97 apt=96", "a=fmtp:97 apt=98")).accepted().rtx


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", AnswerFault.MALFORMED),
        ("v=0", AnswerFault.SECTIONS),
        ("v=0\nm=", AnswerFault.SECTIONS),
        (CHROMIUM + "m=application 9 UDP/DTLS/SCTP 5000\n", AnswerFault.SECTIONS),
        (CHROMIUM[: CHROMIUM.index("m=video")], AnswerFault.SECTIONS),
        (CHROMIUM.replace("m=audio", "m=video", 1), AnswerFault.SECTIONS),
        (CHROMIUM.replace("a=mid:0", "a=mid:1"), AnswerFault.SECTIONS),
        (CHROMIUM.replace("v=0", "v=1", 1), AnswerFault.MALFORMED),
        (CHROMIUM.replace("s=-", "s"), AnswerFault.MALFORMED),
        (CHROMIUM.replace("s=-", "s=\x00"), AnswerFault.MALFORMED),
        (CHROMIUM.replace("s=-", "s=\ud800"), AnswerFault.MALFORMED),
        (CHROMIUM.replace("m=video 9 ", "m=video x "), AnswerFault.MALFORMED),
        (CHROMIUM.replace("a=extmap:1 ", "a=extmap:one "), AnswerFault.MALFORMED),
        (CHROMIUM.replace("UDP/TLS/RTP/SAVPF", "RTP/AVP"), AnswerFault.INSECURE),
        (CHROMIUM.replace("a=mid:1", "a=crypto:1 AES\na=mid:1"), AnswerFault.INSECURE),
        (re.sub(r"m=(\w+) \d+", r"m=\1 0", CHROMIUM), AnswerFault.NOTHING_ACCEPTED),
        (without(r"a=fingerprint:.*\n"), AnswerFault.FINGERPRINT),
        (CHROMIUM.replace("sha-256", "sha-1"), AnswerFault.FINGERPRINT),
        (CHROMIUM.replace("7B:8B:", "7B:"), AnswerFault.FINGERPRINT),
        (CHROMIUM.replace("7B:8B:", "00:00:", 1), AnswerFault.FINGERPRINT),
        (without(r"a=setup:.*\n"), AnswerFault.SETUP),
        (CHROMIUM.replace("setup:active", "setup:actpass"), AnswerFault.SETUP),
        (CHROMIUM.replace("setup:active", "setup:passive", 1), AnswerFault.SETUP),
        (without(PWD.replace("+", r"\+")), AnswerFault.ICE),
        (CHROMIUM.replace("a=ice-ufrag:Mv6D", "a=ice-ufrag:Mv6"), AnswerFault.ICE),
        (CHROMIUM.replace("a=ice-ufrag:Mv6D", "a=ice-ufrag:Mv6E", 1), AnswerFault.ICE),
        (CHROMIUM.replace("t=0 0", "t=0 0\na=ice-lite"), AnswerFault.ICE),
        (without(r"a=group:.*\n"), AnswerFault.BUNDLE),
        (CHROMIUM.replace("BUNDLE 0 1", "BUNDLE 0"), AnswerFault.BUNDLE),
        (without(r"a=rtcp-mux\n"), AnswerFault.BUNDLE),
        (without(r"a=mid:1\n"), AnswerFault.BUNDLE),
        (CHROMIUM.replace("SAVPF 96 97", "SAVPF 97"), AnswerFault.CODEC_MISSING),
        (CHROMIUM.replace("SAVPF 111", "SAVPF 0"), AnswerFault.CODEC_MISSING),
        (CHROMIUM.replace("rtpmap:96 VP8", "rtpmap:96 VP9"), AnswerFault.CODEC_CHANGED),
        (without(r"a=rtpmap:96 .*\n"), AnswerFault.CODEC_CHANGED),
        (CHROMIUM.replace("extmap:3 ", "extmap:5 "), AnswerFault.EXTENSION_CHANGED),
        (CHROMIUM.replace("a=extmap:3 h", "a=extmap:3 x"), AnswerFault.EXTENSION_CHANGED),
        (without(r"a=ssrc:1986314213 .*\n"), AnswerFault.STREAMS),
        (CHROMIUM.replace("ssrc:1986314213", "ssrc:4294967296"), AnswerFault.STREAMS),
        (CHROMIUM.replace("ssrc:1986314213", "ssrc:0"), AnswerFault.STREAMS),
        (CHROMIUM.replace("ssrc:1986314213", "ssrc:2231627014"), AnswerFault.STREAMS),
        (CHROMIUM.replace("FID 2231627014", "FID 5"), AnswerFault.STREAMS),
        (CHROMIUM.replace("FID 2231627014 632943048", "FID 5"), AnswerFault.STREAMS),
        (CHROMIUM + "a=ssrc-group:FID 2231627014 632943048\n", AnswerFault.STREAMS),
        (CHROMIUM + "a=candidate:1 1 udp 1 host 1 typ else\n", AnswerFault.CANDIDATES),
    ],
)
def test_what_does_not_fit_the_offer_is_refused_with_a_code(text: str, code: str) -> None:
    assert fault(text) == code


def test_limits_hold_at_their_edges() -> None:
    size, lines = len(CHROMIUM.encode()), CHROMIUM.count("\n")
    widest = max(map(len, CHROMIUM.splitlines()))
    at_edge = AnswerLimits(bytes_max=size, lines_max=lines, line_chars_max=widest)
    assert isinstance(read_answer(CHROMIUM, at_edge), LegAnswer)
    for small in (
        AnswerLimits(bytes_max=size - 1),
        AnswerLimits(lines_max=lines - 1),
        AnswerLimits(line_chars_max=widest - 1),
    ):
        assert fault(CHROMIUM, small) == AnswerFault.TOO_LARGE


def test_bytes_are_counted_not_characters() -> None:
    wide = CHROMIUM.replace("s=-", "s=" + "é" * 40)
    assert fault(wide, AnswerLimits(bytes_max=len(wide))) == AnswerFault.TOO_LARGE


def test_candidates_are_counted() -> None:
    most = AnswerLimits().candidates_max - 3
    assert len(read_answer(CHROMIUM + CANDIDATE * most).candidates) == most + 3
    assert fault(CHROMIUM + CANDIDATE * (most + 1)) == AnswerFault.CANDIDATES


def test_streams_are_counted() -> None:
    more = [f"a=ssrc:{one} cname:x\n" for one in range(1, 8)]
    read_answer(CHROMIUM + "".join(more[:6]))
    assert fault(CHROMIUM + "".join(more)) == AnswerFault.STREAMS


def test_fingerprints_are_counted() -> None:
    assert FINGERPRINT is not None
    line = FINGERPRINT[0]
    read_answer(CHROMIUM.replace(line, line * 4))
    assert fault(CHROMIUM.replace(line, line * 5)) == AnswerFault.FINGERPRINT


def test_a_refusal_shows_nothing_of_the_answer() -> None:
    with pytest.raises(AnswerRefused) as caught:
        read_answer(CHROMIUM.replace("cname:wF0c", "\x00"))
    assert "Mv6D" not in str(caught.value)
    assert "192.0.2.17" not in str(caught.value)


@given(st.text(max_size=400))
def test_any_text_is_read_or_refused(text: str) -> None:
    assert fault(text) in set(AnswerFault)


@settings(max_examples=200)
@given(st.sampled_from([CHROMIUM, FIREFOX]), st.data())
def test_an_answer_with_any_damage_is_read_or_refused(text: str, data: st.DataObject) -> None:
    lines = text.splitlines()
    at = data.draw(st.integers(0, len(lines) - 1))
    damage = data.draw(st.sampled_from(["cut", "twice", "gone", "noise"]))
    line = lines[at]
    lines[at : at + 1] = {
        "cut": [line[: data.draw(st.integers(0, len(line)))]],
        "twice": [line, line],
        "gone": [],
        "noise": [line + data.draw(st.text(max_size=8))],
    }[damage]
    with suppress(AnswerRefused):
        assert read_answer("\n".join(lines)).fingerprints
