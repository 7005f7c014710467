from dataclasses import replace
from typing import Final

import pytest
from aiortc.sdp import SessionDescription

from media.codecs import BY_RTX_TYPE, BY_TYPE, FORMATS, Codec
from media.offering import SdpOffer
from media.rewriting import Sources

DIGEST: Final = ":".join(["AB"] * 32)
OFFER: Final = SdpOffer(
    session_id=4_611_686_018_427_387_904,
    version=1,
    ice_ufrag="k3Yd",
    ice_pwd="0123456789abcdefABCDEF",
    fingerprints=(f"sha-256 {DIGEST}",),
    addresses=(("192.0.2.1", 40_000), ("2001:db8::1", 40_000)),
    announced=Sources(audio=11, video=12, rtx=13),
    cname="a7f3",
)


def test_another_reader_finds_what_was_offered() -> None:
    read = SessionDescription.parse(OFFER.text())
    audio, video = read.media
    assert [one.ssrc for one in audio.ssrc] == [11]
    assert [one.ssrc for one in video.ssrc] == [12, 13]
    assert [(one.semantic, one.items) for one in video.ssrc_group] == [("FID", [12, 13])]
    assert [one.items for one in read.group] == [["0", "1"]]
    for section in read.media:
        assert section.profile == "UDP/TLS/RTP/SAVPF"
        assert section.direction == "sendrecv"
        assert section.rtcp_mux
        assert section.ice is not None
        assert section.ice.iceLite
        assert (section.ice.usernameFragment, section.ice.password) == ("k3Yd", OFFER.ice_pwd)
        assert section.dtls is not None
        assert section.dtls.role == "auto"
        assert [one.value for one in section.dtls.fingerprints] == [DIGEST]
        assert section.ice_candidates_complete
        assert [one.ip for one in section.ice_candidates] == ["192.0.2.1", "2001:db8::1"]


def test_vp8_comes_first_and_each_video_codec_can_be_repeated() -> None:
    video = SessionDescription.parse(OFFER.text()).media[1]
    names = [codec.name for codec in video.rtp.codecs]
    assert names == ["VP8", "rtx", "H264", "rtx", "VP9", "rtx", "AV1", "rtx"]
    for codec in video.rtp.codecs:
        feedback = {(one.type, one.parameter) for one in codec.rtcpFeedback}
        if codec.name == "rtx":
            repeated = BY_TYPE[int(str(codec.parameters["apt"]))]
            assert repeated.rtx_type == codec.payloadType
        else:
            assert {("nack", None), ("nack", "pli"), ("ccm", "fir")} <= feedback
            assert ("transport-cc", None) in feedback


def test_opus_repairs_itself_and_never_falls_silent() -> None:
    (opus,) = SessionDescription.parse(OFFER.text()).media[0].rtp.codecs
    assert opus.parameters["useinbandfec"] == 1
    assert opus.parameters["usedtx"] == "0"


def test_sections_share_their_extension_ids() -> None:
    audio, video = SessionDescription.parse(OFFER.text()).media
    ids = {one.id: one.uri for one in audio.rtp.headerExtensions}
    assert {one.id: one.uri for one in video.rtp.headerExtensions}.items() <= ids.items()
    assert len(ids) == 4


def test_no_payload_type_looks_like_rtcp() -> None:
    types = [*BY_TYPE, *BY_RTX_TYPE]
    assert len(set(types)) == len(types) == len(FORMATS) * 2 - 1
    assert all(96 <= one <= 127 for one in types)
    assert BY_RTX_TYPE[97].codec is Codec.VP8


def test_a_restart_changes_credentials_and_version_alone() -> None:
    restarted = replace(OFFER, version=2, ice_ufrag="p9Qe", ice_pwd="f" * 22)
    before, after = OFFER.text().splitlines(), restarted.text().splitlines()
    changed = {line for line, other in zip(before, after, strict=True) if line != other}
    assert changed == {
        before[1],
        f"a=ice-ufrag:{OFFER.ice_ufrag}",
        f"a=ice-pwd:{OFFER.ice_pwd}",
    }


def test_feedback_may_travel_without_a_report() -> None:
    assert OFFER.text().count("a=rtcp-rsize\r\n") == 2


def test_an_address_of_version_6_says_so() -> None:
    text = replace(OFFER, addresses=(("2001:db8::1", 40_000),)).text()
    assert "c=IN IP6 2001:db8::1\r\n" in text


@pytest.mark.parametrize(
    "changed",
    [
        {"version": -1},
        {"session_id": 2**63},
        {"ice_ufrag": "abc"},
        {"ice_pwd": "short"},
        {"ice_pwd": "0123456789abcdefABCDE\n"},
        {"fingerprints": ()},
        {"fingerprints": ("sha-1 " + DIGEST,)},
        {"addresses": ()},
        {"addresses": (("192.0.2.1", 0),)},
        {"addresses": (("relay.example.org", 1),)},
        {"announced": Sources(audio=1, video=2)},
        {"announced": Sources(audio=1, video=2, rtx=2)},
        {"announced": Sources(audio=0, video=2, rtx=3)},
        {"cname": "a b"},
        {"cname": "a\r\na=b"},
    ],
)
def test_what_would_break_the_description_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        replace(OFFER, **changed)  # type: ignore[arg-type]
