from pathlib import Path
from typing import Final

from media.answering import read_answer
from media.codecs import Codec
from media.negotiation import direction_to, gate_of, linked_codecs
from media.rewriting import Sources

ANSWERS: Final = Path(__file__).parent / "answers"
CHROMIUM: Final = read_answer((ANSWERS / "chromium.sdp").read_text())
FIREFOX: Final = read_answer((ANSWERS / "firefox.sdp").read_text())
VOICE: Final = read_answer(
    (ANSWERS / "chromium.sdp").read_text().replace("m=video 9 ", "m=video 0 ")
)


def test_a_pair_begins_with_vp8_and_may_go_on_with_what_both_have() -> None:
    codecs = linked_codecs(CHROMIUM, FIREFOX)
    assert codecs == linked_codecs(FIREFOX, CHROMIUM)
    assert codecs.audio is Codec.OPUS
    assert codecs.video is Codec.VP8
    assert codecs.video_later == (Codec.H264, Codec.VP9)
    assert linked_codecs(CHROMIUM, CHROMIUM).video_later == (
        Codec.H264,
        Codec.VP9,
        Codec.AV1,
    )


def test_a_voice_alone_is_linked_without_video() -> None:
    codecs = linked_codecs(CHROMIUM, VOICE)
    assert (codecs.audio, codecs.video, codecs.video_later) == (Codec.OPUS, None, ())


def test_a_codec_that_the_receiver_lacks_is_counted_and_stopped() -> None:
    way = direction_to(FIREFOX, Sources(audio=1, video=2, rtx=3), (0, 0, 0))
    way.follow(CHROMIUM.sources())
    av1 = bytearray(b"\x80\x68" + bytes(6) + (2231627014).to_bytes(4, "big") + b"payload")
    vp8 = bytearray(b"\x80\x60" + bytes(6) + (2231627014).to_bytes(4, "big") + b"payload")
    assert way.rewrite(av1, 0) is None
    assert way.streams[1].refused == 1
    passed = way.rewrite(vp8, 0)
    assert passed is not None
    assert (passed.ssrc, passed.packets) == (2, 1)


def test_only_what_a_leg_announced_passes_its_gate() -> None:
    gate = gate_of(CHROMIUM)
    for ssrc in CHROMIUM.sources().every():
        assert gate.admits(b"\x80\x60" + bytes(6) + ssrc.to_bytes(4, "big") + bytes(30))
    assert not gate.admits(b"\x80\x60" + bytes(6) + bytes(4) + bytes(30))
    assert gate.strange == 1
