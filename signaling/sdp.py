"""Session descriptions and candidates that browsers exchange through us: pass, or refuse.

A description that could lead to media without DTLS-SRTP, or to a peer that is not named by a
certificate fingerprint, is not passed on. It is not parsed further than that takes: browsers
judge the rest.

    RFC 8866 the description     RFC 8839 ICE in it          RFC 8122 fingerprints
    RFC 8842 DTLS in it          RFC 9143 bundled sections   RFC 8829 what browsers write
"""

import re
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from signaling.errors import SdpFault, SdpRejected
from signaling.limits import Limits

DescriptionKind: TypeAlias = Literal["offer", "pranswer", "answer", "rollback"]

# Hex pairs of the digest; anything weaker or unknown is refused.
DIGEST_BYTES: Final = {"sha-256": 32, "sha-384": 48, "sha-512": 64}

# An answer must choose a role (RFC 8842, 5.3); only an offer may leave it open.
SETUP_ROLES: Final = {
    "offer": frozenset({"actpass", "active", "passive"}),
    "pranswer": frozenset({"active", "passive"}),
    "answer": frozenset({"active", "passive"}),
}

LINE: Final = re.compile(r"[a-z]=[^\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]*")
MEDIA: Final = re.compile(r"([a-z]{1,16}) (\d{1,5})(?:/\d{1,3})? ([A-Z/]{1,32}) \S.*", re.ASCII)
SECURE_PROFILES: Final = frozenset(
    {
        "UDP/TLS/RTP/SAVPF",
        "UDP/TLS/RTP/SAVP",
        "TCP/DTLS/RTP/SAVPF",
        "UDP/DTLS/SCTP",
        "TCP/DTLS/SCTP",
    }
)
FINGERPRINT: Final = re.compile(r"([A-Za-z0-9-]{1,16}) ([0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2})*)")
ICE_UFRAG: Final = re.compile(r"[A-Za-z0-9+/]{4,256}")
ICE_PWD: Final = re.compile(r"[A-Za-z0-9+/]{22,256}")
CANDIDATE: Final = re.compile(
    r"candidate:[A-Za-z0-9+/]{1,32} \d{1,3} (?:udp|tcp) \d{1,10} [A-Za-z0-9.:-]{1,255} "
    r"\d{1,5} typ (?:host|srflx|prflx|relay)(?: [\x20-\x7e]*)?",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Section:
    """The attributes before the first media line, or of one media section.

    Attributes:
        media: text of the media line, without `m=`; empty for the session.
        attributes: (name, value) of every attribute; the value may be empty.
    """

    media: str
    attributes: tuple[tuple[str, str], ...]

    def values(self, name: str) -> tuple[str, ...]:
        """Return the values of every attribute of a name."""
        return tuple(value for key, value in self.attributes if key == name)


def check_description(kind: DescriptionKind, sdp: str, limits: Limits) -> None:
    """Refuse a description that is not safe to pass on.

    Args:
        kind: `type` of the W3C RTCSessionDescriptionInit.
        sdp: its text; lines end with CR LF or LF. Empty for a rollback.
        limits: `sdp_bytes_max` and `sdp_media_max` apply.

    Raises:
        SdpRejected: with the code of what is wrong.
    """
    if (
        len(sdp) > limits.sdp_bytes_max
        or len(sdp.encode("utf-8", "surrogatepass")) > limits.sdp_bytes_max
    ):
        raise SdpRejected(SdpFault.TOO_LARGE, "bytes")
    if kind == "rollback":
        if sdp:
            raise SdpRejected(SdpFault.MALFORMED, "a rollback has no description")
        return
    if kind not in SETUP_ROLES:
        raise SdpRejected(SdpFault.MALFORMED, "kind")
    session, *media = _sections(sdp)
    if len(media) > limits.sdp_media_max:
        raise SdpRejected(SdpFault.TOO_MANY_MEDIA, "media sections")
    for section in media:
        _check_profile(section)
    if any(section.values("crypto") for section in (session, *media)):
        raise SdpRejected(SdpFault.INSECURE, "keys in the description (RFC 4568)")
    accepted = [section for section in media if _is_accepted(section)]
    if not accepted:
        raise SdpRejected(SdpFault.FINGERPRINT_MISSING, "no media section is accepted")
    for section in accepted:
        _check_transport(_inherited(section, session, accepted), SETUP_ROLES[kind])


def check_candidate(candidate: str, limits: Limits | None = None) -> None:
    """Refuse a candidate that is too long or is none; empty means: no more candidates.

    Args:
        candidate: `candidate` of the W3C RTCIceCandidateInit (RFC 8839, 5.1).
        limits: `candidate_chars_max` applies.

    Raises:
        SdpRejected: with the code of what is wrong.
    """
    if len(candidate) > (limits or Limits()).candidate_chars_max:
        raise SdpRejected(SdpFault.CANDIDATE_TOO_LONG, "characters")
    if candidate and not CANDIDATE.fullmatch(candidate):
        raise SdpRejected(SdpFault.CANDIDATE_MALFORMED, "grammar")


def fingerprints(sdp: str) -> tuple[str, ...]:
    """Return the certificate fingerprints of a description, each once, as `sha-256 AA:BB...`.

    Raises:
        SdpRejected: the text is no description.
    """
    found = [value for section in _sections(sdp) for value in section.values("fingerprint")]
    return tuple(dict.fromkeys(_normal(value) for value in found))


def _normal(fingerprint: str) -> str:
    function, _, digest = fingerprint.partition(" ")
    return f"{function.lower()} {digest.upper()}"


def _sections(sdp: str) -> list[Section]:
    """Return the session, then its media sections."""
    lines = [line.removesuffix("\r") for line in sdp.removesuffix("\n").split("\n")]
    if lines[0] != "v=0" or not all(LINE.fullmatch(line) for line in lines):
        raise SdpRejected(SdpFault.MALFORMED, "lines")
    blocks: list[list[str]] = [[]]
    for line in lines:
        if line.startswith("m="):
            blocks.append([])
        blocks[-1].append(line)
    return [_section(block) for block in blocks]


def _section(lines: list[str]) -> Section:
    attributes = [line[2:].partition(":") for line in lines if line.startswith("a=")]
    return Section(
        media=lines[0][2:] if lines[0].startswith("m=") else "",
        attributes=tuple((name, value) for name, _, value in attributes),
    )


def _media_line(section: Section) -> re.Match[str]:
    matched = MEDIA.fullmatch(section.media)
    if matched is None:
        raise SdpRejected(SdpFault.MALFORMED, "media line")
    return matched


def _check_profile(section: Section) -> None:
    if _media_line(section)[3] not in SECURE_PROFILES:
        raise SdpRejected(SdpFault.INSECURE, "profile without DTLS")


def _is_accepted(section: Section) -> bool:
    """Tell whether media may flow: port 0 refuses it, unless the section is bundle-only."""
    return int(_media_line(section)[2]) != 0 or bool(section.values("bundle-only"))


def _inherited(section: Section, session: Section, accepted: list[Section]) -> list[Section]:
    """Return where the transport of a section may be described, the nearest first.

    A bundled section uses the transport of the first one in its group, and JSEP leaves the
    attributes out of the others (RFC 9143, 7.1.3; RFC 8829, 5.3.1).
    """
    mids = set(section.values("mid"))
    for group in session.values("group"):
        semantics, *names = group.split()
        if semantics == "BUNDLE" and mids & set(names):
            tagged = [one for one in accepted if names[0] in one.values("mid")]
            return [section, session, *tagged]
    return [section, session]


def _check_transport(sources: list[Section], roles: frozenset[str]) -> None:
    def described(name: str) -> tuple[str, ...]:
        return next((found for one in sources if (found := one.values(name))), ())

    found = described("fingerprint")
    if not found or not all(_is_strong(value) for value in found):
        raise SdpRejected(SdpFault.FINGERPRINT_MISSING, "sha-256, sha-384 or sha-512")
    setup = described("setup")
    if not setup or not roles.issuperset(setup):
        raise SdpRejected(SdpFault.MALFORMED, "setup")
    for name, grammar in (("ice-ufrag", ICE_UFRAG), ("ice-pwd", ICE_PWD)):
        values = described(name)
        if not values or not all(grammar.fullmatch(value) for value in values):
            raise SdpRejected(SdpFault.MALFORMED, name)


def _is_strong(fingerprint: str) -> bool:
    matched = FINGERPRINT.fullmatch(fingerprint)
    if matched is None:
        return False
    return len(matched[2].split(":")) == DIGEST_BYTES.get(matched[1].lower())
