"""Descriptions and candidates that are passed on, and those that are not."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signaling.errors import SdpFault, SdpRejected
from signaling.limits import Limits
from signaling.sdp import DescriptionKind, check_candidate, check_description, fingerprints

LIMITS = Limits()
DIGEST = ":".join(["AB"] * 32)
FINGERPRINT = f"a=fingerprint:sha-256 {DIGEST}"
TRANSPORT = (
    "a=ice-ufrag:Ab+/",
    "a=ice-pwd:0123456789abcdefABCDEF+/",
    "a=ice-options:trickle",
    FINGERPRINT,
    "a=setup:actpass",
)
AUDIO = ("m=audio 9 UDP/TLS/RTP/SAVPF 111 63", "c=IN IP4 0.0.0.0", "a=mid:0", "a=sendrecv")
VIDEO = ("m=video 9 UDP/TLS/RTP/SAVPF 96 97", "c=IN IP4 0.0.0.0", "a=mid:1", "a=sendrecv")
DATA = ("m=application 9 UDP/DTLS/SCTP webrtc-datachannel", "a=mid:2", "a=sctp-port:5000")
SESSION = ("v=0", "o=- 46117 2 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE 0 1")


def sdp(*lines: str, end: str = "\r\n") -> str:
    return "".join(line + end for line in lines)


# As Chromium writes it: transport in every section.
OFFER = sdp(*SESSION, *AUDIO, *TRANSPORT, *VIDEO, *TRANSPORT)
ANSWER = OFFER.replace("actpass", "active")


def fault(kind: DescriptionKind, text: str, limits: Limits = LIMITS) -> str:
    with pytest.raises(SdpRejected) as refused:
        check_description(kind, text, limits)
    return refused.value.code


def without(name: str, text: str = OFFER) -> str:
    return re.sub(rf"a={name}:.*\r\n", "", text)


def test_what_chromium_writes_is_passed_on() -> None:
    check_description("offer", OFFER, LIMITS)
    check_description("answer", ANSWER, LIMITS)
    check_description("pranswer", ANSWER, LIMITS)


def test_line_feeds_alone_are_line_ends_too() -> None:
    check_description("offer", OFFER.replace("\r\n", "\n"), LIMITS)


def test_what_firefox_writes_is_passed_on_with_the_fingerprint_for_the_session() -> None:
    transport = [line for line in TRANSPORT if line != FINGERPRINT]
    check_description(
        "offer", sdp(*SESSION, FINGERPRINT, *AUDIO, *transport, *VIDEO, *transport), LIMITS
    )


def test_a_bundled_section_has_the_transport_of_the_first_of_its_group() -> None:
    answer = sdp(*SESSION, *AUDIO, *TRANSPORT, *VIDEO).replace("actpass", "passive")
    check_description("answer", answer, LIMITS)


def test_a_section_outside_the_group_needs_its_own_transport() -> None:
    lonely = sdp(*SESSION, *AUDIO, *TRANSPORT, *DATA)
    assert fault("offer", lonely) == "sdp_fingerprint_missing"
    check_description("offer", sdp(*SESSION, *AUDIO, *TRANSPORT, *DATA, *TRANSPORT), LIMITS)


def test_a_refused_section_needs_no_transport() -> None:
    refused = ("m=video 0 UDP/TLS/RTP/SAVPF 96", "a=mid:1", "a=inactive")
    check_description("offer", sdp(*SESSION, *AUDIO, *TRANSPORT, *refused), LIMITS)


def test_a_bundle_only_section_has_port_zero_and_is_not_refused() -> None:
    session = tuple(line.replace("BUNDLE 0 1", "BUNDLE 0") for line in SESSION)
    only = ("m=video 0 UDP/TLS/RTP/SAVPF 96", "a=mid:1", "a=bundle-only")
    assert fault("offer", sdp(*session, *AUDIO, *TRANSPORT, *only)) == "sdp_fingerprint_missing"
    check_description("offer", sdp(*SESSION, *AUDIO, *TRANSPORT, *only), LIMITS)


def test_a_rollback_has_no_description() -> None:
    check_description("rollback", "", LIMITS)
    assert fault("rollback", OFFER) == "sdp_malformed"


def test_an_unknown_kind_is_malformed() -> None:
    kind: DescriptionKind = "made-up"  # type: ignore[assignment]  # from the wire
    assert fault(kind, OFFER) == "sdp_malformed"


def test_the_size_is_counted_in_bytes_and_bounded() -> None:
    room = LIMITS.sdp_bytes_max - len(OFFER) - len("a=x:\r\n")
    check_description("offer", OFFER + f"a=x:{'x' * room}\r\n", LIMITS)
    assert fault("offer", OFFER + f"a=x:{'x' * (room + 1)}\r\n") == "sdp_too_large"
    assert fault("offer", OFFER + f"a=x:{'x' * (room - 1)}é\r\n") == "sdp_too_large"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "v=1\r\n",
        OFFER.removeprefix("v=0\r\n"),
        OFFER + "\r\n",
        OFFER + "nonsense\r\n",
        OFFER + "A=upper\r\n",
        OFFER + "a=nul\x00\r\n",
        OFFER + "a=bare\rreturn\r\n",
        OFFER + "a=lone surrogate \ud800\r\n",
        OFFER + "m=audio\r\n",
        OFFER + "m=audio x UDP/TLS/RTP/SAVPF 111\r\n",
        OFFER + "m=audio ٩ UDP/TLS/RTP/SAVPF 111\r\n",
        "just words",
    ],
)
def test_what_is_no_description_is_malformed(text: str) -> None:
    assert fault("offer", text) == "sdp_malformed"


@pytest.mark.parametrize("name", ["ice-ufrag", "ice-pwd", "setup"])
def test_ice_credentials_and_the_dtls_role_are_needed(name: str) -> None:
    assert fault("offer", without(name)) == "sdp_malformed"


@pytest.mark.parametrize(
    "line",
    ["a=ice-ufrag:abc", f"a=ice-ufrag:{'a' * 257}", "a=ice-pwd:tooshort", "a=setup:holdconn"],
)
def test_ice_credentials_and_the_dtls_role_have_a_grammar(line: str) -> None:
    name = line[2:].partition(":")[0]
    assert fault("offer", re.sub(rf"a={name}:[^\r]*", line, OFFER)) == "sdp_malformed"


def test_an_answer_has_to_choose_a_role() -> None:
    assert fault("answer", OFFER) == "sdp_malformed"


def test_without_a_fingerprint_nothing_is_passed_on() -> None:
    assert fault("offer", without("fingerprint")) == "sdp_fingerprint_missing"
    assert fault("answer", without("fingerprint", ANSWER)) == "sdp_fingerprint_missing"


def test_one_section_without_a_fingerprint_is_enough_to_refuse() -> None:
    transport = [line for line in TRANSPORT if line != FINGERPRINT]
    session = SESSION[:-1]
    mixed = sdp(*session, *AUDIO, *TRANSPORT, *VIDEO, *transport)
    assert fault("offer", mixed) == "sdp_fingerprint_missing"


@pytest.mark.parametrize(
    "value",
    [
        "sha-1 " + ":".join(["AB"] * 20),
        "md5 " + ":".join(["AB"] * 16),
        "sha-256 " + ":".join(["AB"] * 31),
        "sha-384 " + ":".join(["AB"] * 32),
        "sha-256 " + "AB" * 32,
        "sha-256 " + ":".join(["XY"] * 32),
        "sha-256",
        "",
    ],
)
def test_a_weak_or_broken_fingerprint_is_none(value: str) -> None:
    bad = OFFER.replace(FINGERPRINT, f"a=fingerprint:{value}")
    assert fault("offer", bad) == "sdp_fingerprint_missing"
    beside = OFFER.replace(FINGERPRINT, f"{FINGERPRINT}\r\na=fingerprint:{value}")
    assert fault("offer", beside) == "sdp_fingerprint_missing"


@pytest.mark.parametrize(
    ("function", "size"), [("sha-256", 32), ("SHA-384", 48), ("sha-512", 64)]
)
def test_strong_fingerprints_are_passed_on_in_either_case(function: str, size: int) -> None:
    value = f"a=fingerprint:{function} {':'.join(['ab'] * size)}"
    check_description("offer", OFFER.replace(FINGERPRINT, value), LIMITS)


def test_keys_in_the_description_are_refused() -> None:
    keys = "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:c2VjcmV0\r\n"
    assert fault("offer", OFFER + keys) == "sdp_insecure"
    assert fault("offer", OFFER.replace("t=0 0\r\n", "t=0 0\r\n" + keys)) == "sdp_insecure"


@pytest.mark.parametrize("profile", ["RTP/AVP", "RTP/SAVPF", "TCP/MSRP"])
def test_media_without_dtls_is_refused(profile: str) -> None:
    assert fault("offer", OFFER.replace("UDP/TLS/RTP/SAVPF", profile)) == "sdp_insecure"


def test_sections_are_bounded() -> None:
    four = sdp(*SESSION, *(AUDIO + TRANSPORT) * 4)
    check_description("offer", four, LIMITS)
    assert fault("offer", four + sdp(*AUDIO, *TRANSPORT)) == "sdp_too_many_media"
    refused = "m=audio 0 UDP/TLS/RTP/SAVPF 0\r\n"
    assert fault("offer", OFFER + refused * 3) == "sdp_too_many_media"


@pytest.mark.parametrize("text", [sdp(*SESSION), sdp(*SESSION, FINGERPRINT)])
def test_a_description_in_which_nothing_is_accepted_has_no_fingerprint(text: str) -> None:
    assert fault("offer", text) == "sdp_fingerprint_missing"


def test_fingerprints_are_told_once_each_and_in_one_case() -> None:
    other = "a=fingerprint:SHA-512 " + ":".join(["0f"] * 64)
    expected = ("sha-512 " + ":".join(["0F"] * 64), f"sha-256 {DIGEST}")
    assert fingerprints(sdp(*SESSION, other) + OFFER.removeprefix(sdp(*SESSION))) == expected
    assert fingerprints(without("fingerprint")) == ()


def test_a_refusal_says_nothing_of_the_description() -> None:
    with pytest.raises(SdpRejected) as refused:
        check_description("offer", OFFER + "Jane Doe\r\n", LIMITS)
    assert "Jane" not in repr(refused.value)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    at=st.integers(0, len(OFFER)),
    size=st.integers(0, 40),
    junk=st.text(max_size=12),
    kind=st.sampled_from(("offer", "answer", "pranswer", "rollback")),
)
def test_whatever_is_sent_is_passed_on_or_refused_and_nothing_else(
    at: int, size: int, junk: str, kind: DescriptionKind
) -> None:
    text = OFFER[:at] + junk + OFFER[at + size :]
    codes = set[str]()
    try:
        check_description(kind, text, LIMITS)
    except SdpRejected as refused:
        codes.add(refused.code)
    assert codes <= set(SdpFault)


@pytest.mark.parametrize(
    "candidate",
    [
        "",
        "candidate:842163049 1 udp 1677729535 192.0.2.1 46154 typ srflx raddr 0.0.0.0 rport 0",
        "candidate:1 1 UDP 2122252543 1d3a7c2e-5d6b-4a1e-9d34-0c8a8e3d1f00.local 514 typ host",
        "candidate:1 2 tcp 1518280447 2001:db8::1 9 typ host tcptype active generation 0",
        "candidate:4 1 udp 41885439 198.51.100.7 3478 typ relay raddr 192.0.2.1 rport 46154",
    ],
)
def test_candidates_of_browsers_are_passed_on(candidate: str) -> None:
    check_candidate(candidate)


@pytest.mark.parametrize(
    "candidate",
    [
        "a=candidate:1 1 udp 1 192.0.2.1 1 typ host",
        "candidate:",
        "candidate:1 1 udp 1 192.0.2.1 1 typ made-up",
        "candidate:1 1 sctp 1 192.0.2.1 1 typ host",
        "candidate:1 1 udp 1 192.0.2.1 1 typ host\r\na=crypto:1",
        "candidate:1 1 udp 1 192.0.2.1 1 typ ho\u017ft",
        " candidate:1 1 udp 1 192.0.2.1 1 typ host",
    ],
)
def test_what_is_no_candidate_is_malformed(candidate: str) -> None:
    with pytest.raises(SdpRejected) as refused:
        check_candidate(candidate)
    assert refused.value.code == "candidate_malformed"


def test_candidates_are_bounded() -> None:
    start = "candidate:1 1 udp 1 192.0.2.1 1 typ host "
    check_candidate(start + "x" * (512 - len(start)))
    with pytest.raises(SdpRejected) as refused:
        check_candidate(start + "x" * (513 - len(start)))
    assert refused.value.code == "candidate_too_long"
