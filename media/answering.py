"""What a browser answered: which streams a leg sends and takes, and how it proves itself.

The text comes from a stranger. It is read within limits, against the offer that is the same for
every leg (`media.codecs`), and either it fits or it is refused with a code. What a browser adds
beyond the offer is not looked at; what it changes is a fault.

    RFC 8829 5.3 answers          RFC 3264 6 same sections, same order
    RFC 8122, 8842 who is it      RFC 8839 5.4 ICE           RFC 9143 7.3 one transport
    RFC 5576 SSRCs                RFC 8285 7 extension ids   RFC 4588 8 retransmissions
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from media.codecs import EXTENSIONS, MIDS, RTX_RTPMAP, Codec, Format, MediaKind, formats
from media.description import (
    ICE_PWD,
    ICE_UFRAG,
    AnswerFault,
    AnswerLimits,
    AnswerRefused,
    Section,
    sections,
)
from media.rewriting import Accepted, Sources

PROFILE: Final = "UDP/TLS/RTP/SAVPF"
DIGEST_BYTES: Final = {"sha-256": 32, "sha-384": 48, "sha-512": 64}
SSRC_MAX: Final = 2**32 - 1
NEEDED: Final = {MediaKind.AUDIO: Codec.OPUS, MediaKind.VIDEO: Codec.VP8}

MEDIA: Final = re.compile(r"([a-z]{1,16}) (\d{1,5}) ([A-Z/]{1,32})((?: \d{1,3})+)", re.ASCII)
FINGERPRINT: Final = re.compile(r"([A-Za-z0-9-]{1,16}) ([0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2})*)")
EXTMAP: Final = re.compile(
    r"(\d{1,3})(?:/(?:sendrecv|sendonly|recvonly|inactive))? (\S+)(?: .*)?", re.ASCII
)
SSRC: Final = re.compile(r"(\d{1,10}) [a-z][\x20-\x7e]*", re.ASCII)
FID_GROUP: Final = re.compile(r"FID (\d{1,10}) (\d{1,10})", re.ASCII)
CANDIDATE: Final = re.compile(
    r"[A-Za-z0-9+/]{1,32} \d{1,3} (?:udp|tcp) \d{1,10} [A-Za-z0-9.:-]{1,255} "
    r"\d{1,5} typ (?:host|srflx|prflx|relay)(?: [\x20-\x7e]*)?",
    re.ASCII | re.IGNORECASE,
)


class SetupRole(StrEnum):
    """The part a browser takes in the DTLS handshake (RFC 8842, 5.3)."""

    ACTIVE = "active"
    PASSIVE = "passive"


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Digest of the leg's certificate (RFC 8122, 5)."""

    algorithm: str
    digest: str


@dataclass(frozen=True, slots=True)
class AcceptedSection:
    """One kind of media as the leg accepted it.

    Attributes:
        payload_types: those that it decodes.
        rtx_types: those of their retransmissions.
        extensions: ids of header extensions.
        sends: whether it may send at all; not whether a track is attached.
        receives: whether it wants to get any.
        ssrc: its own; None if it announced none.
        rtx_ssrc: of its retransmissions.
    """

    payload_types: frozenset[int]
    rtx_types: frozenset[int]
    extensions: frozenset[int]
    sends: bool
    receives: bool
    ssrc: int | None = None
    rtx_ssrc: int | None = None


@dataclass(frozen=True, slots=True)
class LegAnswer:
    """What one leg is, by its own account; the handshake proves the fingerprint.

    Attributes:
        audio: None if it refused audio.
        video: None if it refused video.
        ice_ufrag: the browser's.
        ice_pwd: the same.
        fingerprints: of its certificate.
        setup: active, from every browser that was left the choice.
        candidates: as written; the relay is ICE-lite and sends checks to none of them.
    """

    audio: AcceptedSection | None
    video: AcceptedSection | None
    ice_ufrag: str
    ice_pwd: str
    fingerprints: tuple[Fingerprint, ...]
    setup: SetupRole
    candidates: tuple[str, ...]

    def sources(self) -> Sources:
        """Return the SSRCs that the leg sends under."""
        return Sources(
            audio=self.audio.ssrc if self.audio else None,
            video=self.video.ssrc if self.video else None,
            rtx=self.video.rtx_ssrc if self.video else None,
        )

    def accepted(self) -> Accepted:
        """Return the payload types that may be forwarded to the leg."""
        audio = self.audio if self.audio and self.audio.receives else None
        video = self.video if self.video and self.video.receives else None
        return Accepted(
            audio=audio.payload_types if audio else frozenset(),
            video=video.payload_types if video else frozenset(),
            rtx=video.rtx_types if video else frozenset(),
        )


def read_answer(text: str, limits: AnswerLimits | None = None) -> LegAnswer:
    """Read a browser's answer to an offer of the relay.

    Args:
        text: the description; lines end with CR LF or LF.
        limits: how much of it is read.

    Raises:
        AnswerRefused: with the code of what is wrong.
    """
    limits = limits or AnswerLimits()
    session, *media = sections(text, limits)
    if len(media) != len(MIDS):
        raise AnswerRefused(AnswerFault.SECTIONS, "as many sections as were offered")
    candidates = _candidates((session, *media), limits)
    described = {
        kind: _media_line(kind, section) for kind, section in zip(MediaKind, media, strict=True)
    }
    taken = {
        kind: section
        for kind, section in zip(MediaKind, media, strict=True)
        if described[kind] is not None
    }
    if not taken:
        raise AnswerRefused(AnswerFault.NOTHING_ACCEPTED, "audio or video")
    _check_bundle(session, taken)
    transport = (session, *taken.values())
    if any(section.has("ice-lite") for section in transport):
        raise AnswerRefused(AnswerFault.ICE, "full ICE")
    accepted = {
        kind: _accepted(kind, section, described[kind] or (), session, limits)
        for kind, section in taken.items()
    }
    _check_distinct(accepted.values())
    return LegAnswer(
        audio=accepted.get(MediaKind.AUDIO),
        video=accepted.get(MediaKind.VIDEO),
        ice_ufrag=_credential("ice-ufrag", ICE_UFRAG, session, taken.values()),
        ice_pwd=_credential("ice-pwd", ICE_PWD, session, taken.values()),
        fingerprints=_fingerprints(session, taken.values(), limits),
        setup=_setup(session, taken.values()),
        candidates=candidates,
    )


def _media_line(kind: MediaKind, section: Section) -> tuple[int, ...] | None:
    """Return the payload types of a media line, or None if the section is refused."""
    matched = MEDIA.fullmatch(section.media)
    if matched is None:
        raise AnswerRefused(AnswerFault.MALFORMED, "media line")
    if matched[1] != kind or any(mid != MIDS[kind] for mid in section.values("mid")):
        raise AnswerRefused(AnswerFault.SECTIONS, "sections in the order of the offer")
    # The profile of a refused section is not used, and browsers differ in it.
    if int(matched[2]) == 0:
        return None
    if matched[3] != PROFILE or section.has("crypto"):
        raise AnswerRefused(AnswerFault.INSECURE, "DTLS-SRTP over UDP")
    return tuple(int(one) for one in matched[4].split())


def _check_bundle(session: Section, taken: Mapping[MediaKind, Section]) -> None:
    groups = [value.split() for value in session.values("group")]
    bundles = [names for semantics, *names in groups if semantics == "BUNDLE"]
    mids = {MIDS[kind] for kind in taken}
    if len(bundles) != 1 or not mids <= set(bundles[0]):
        raise AnswerRefused(AnswerFault.BUNDLE, "one bundle of all that is accepted")
    for section in taken.values():
        if not section.has("mid") or not section.has("rtcp-mux"):
            raise AnswerRefused(AnswerFault.BUNDLE, "mid and rtcp-mux")


def _accepted(
    kind: MediaKind,
    section: Section,
    types: tuple[int, ...],
    session: Section,
    limits: AnswerLimits,
) -> AcceptedSection:
    decoded = [one for one in formats(kind) if _is_decoded(one, section, types)]
    if NEEDED[kind] not in [one.codec for one in decoded]:
        raise AnswerRefused(AnswerFault.CODEC_MISSING, NEEDED[kind])
    repeated = [one.rtx_type for one in decoded if _is_repeated(one, section, types)]
    sends, receives = _directions(section, session)
    ssrc, rtx_ssrc = _ssrcs(section, limits)
    if sends and ssrc is None:
        raise AnswerRefused(AnswerFault.STREAMS, "an SSRC for what is sent")
    return AcceptedSection(
        payload_types=frozenset(one.payload_type for one in decoded),
        rtx_types=frozenset(one for one in repeated if one is not None),
        extensions=_extensions(kind, section),
        sends=sends,
        receives=receives,
        ssrc=ssrc,
        rtx_ssrc=rtx_ssrc,
    )


def _is_decoded(offered: Format, section: Section, types: tuple[int, ...]) -> bool:
    if offered.payload_type not in types:
        return False
    _check_rtpmap(section, offered.payload_type, offered.rtpmap)
    # Another mode is another format, which nothing here was offered as (RFC 6184, 8.2.2).
    return offered.codec is not Codec.H264 or "packetization-mode=1" in _parameters(
        section, offered.payload_type
    )


def _is_repeated(offered: Format, section: Section, types: tuple[int, ...]) -> bool:
    if offered.rtx_type is None or offered.rtx_type not in types:
        return False
    _check_rtpmap(section, offered.rtx_type, RTX_RTPMAP)
    return f"apt={offered.payload_type}" in _parameters(section, offered.rtx_type)


def _check_rtpmap(section: Section, payload_type: int, rtpmap: str) -> None:
    found = _of_type("rtpmap", section, payload_type)
    if not found or any(one.lower() != rtpmap.lower() for one in found):
        raise AnswerRefused(AnswerFault.CODEC_CHANGED, "rtpmap as offered")


def _parameters(section: Section, payload_type: int) -> list[str]:
    found = _of_type("fmtp", section, payload_type)
    return [part.strip().lower() for value in found for part in value.split(";")]


def _of_type(name: str, section: Section, payload_type: int) -> list[str]:
    pairs = [value.partition(" ") for value in section.values(name)]
    return [value.strip() for head, _, value in pairs if head == str(payload_type)]


def _directions(section: Section, session: Section) -> tuple[bool, bool]:
    """Return whether it sends and whether it receives; sendrecv if unsaid (RFC 8866, 6.7)."""
    for where in (section, session):
        for name, _ in where.attributes:
            if name in {"sendrecv", "sendonly", "recvonly", "inactive"}:
                return name.startswith("send"), name in {"sendrecv", "recvonly"}
    return True, True


def _extensions(kind: MediaKind, section: Section) -> frozenset[int]:
    offered = EXTENSIONS[kind]
    found: set[int] = set()
    for value in section.values("extmap"):
        matched = EXTMAP.fullmatch(value)
        if matched is None:
            raise AnswerRefused(AnswerFault.MALFORMED, "extmap")
        identifier, uri = int(matched[1]), matched[2]
        if identifier in offered or uri in offered.values():
            if offered.get(identifier) != uri:
                raise AnswerRefused(AnswerFault.EXTENSION_CHANGED, "ids as offered")
            found.add(identifier)
    return frozenset(found)


def _ssrcs(section: Section, limits: AnswerLimits) -> tuple[int | None, int | None]:
    """Return the section's SSRC and that of its retransmissions."""
    found: dict[int, None] = {}
    for value in section.values("ssrc"):
        matched = SSRC.fullmatch(value)
        if matched is None or not 0 < int(matched[1]) <= SSRC_MAX:
            raise AnswerRefused(AnswerFault.STREAMS, "SSRC of 32 bits")
        found[int(matched[1])] = None
    groups = [value for value in section.values("ssrc-group") if value.startswith("FID ")]
    if len(found) > limits.streams_max or len(groups) > 1:
        raise AnswerRefused(AnswerFault.STREAMS, "one stream in a section")
    if not groups:
        return next(iter(found), None), None
    matched = FID_GROUP.fullmatch(groups[0])
    if matched is None:
        raise AnswerRefused(AnswerFault.STREAMS, "a pair of SSRCs")
    ssrc, rtx_ssrc = int(matched[1]), int(matched[2])
    if ssrc == rtx_ssrc or not {ssrc, rtx_ssrc} <= set(found):
        raise AnswerRefused(AnswerFault.STREAMS, "a pair of the SSRCs described")
    return ssrc, rtx_ssrc


def _check_distinct(accepted: Iterable[AcceptedSection]) -> None:
    ssrcs = [ssrc for one in accepted for ssrc in (one.ssrc, one.rtx_ssrc) if ssrc is not None]
    if len(set(ssrcs)) != len(ssrcs):
        raise AnswerRefused(AnswerFault.STREAMS, "each SSRC once")


def _agreed(
    name: str, session: Section, taken: Iterable[Section]
) -> frozenset[tuple[str, ...]]:
    """Return what the bundled sections say of their transport, or else the session.

    A bundle has one transport: what more than one says must be the same (RFC 9143, 7.1.3).
    """
    said = frozenset(filter(None, (section.values(name) for section in taken)))
    return said or frozenset(filter(None, (session.values(name),)))


def _credential(
    name: str, grammar: re.Pattern[str], session: Section, taken: Iterable[Section]
) -> str:
    said = _agreed(name, session, taken)
    if len(said) == 1:
        values = next(iter(said))
        if len(values) == 1 and grammar.fullmatch(values[0]):
            return values[0]
    raise AnswerRefused(AnswerFault.ICE, name)


def _setup(session: Section, taken: Iterable[Section]) -> SetupRole:
    said = _agreed("setup", session, taken)
    if len(said) == 1:
        values = next(iter(said))
        if len(values) == 1 and values[0] in set(SetupRole):
            return SetupRole(values[0])
    raise AnswerRefused(AnswerFault.SETUP, "active or passive")


def _fingerprints(
    session: Section, taken: Iterable[Section], limits: AnswerLimits
) -> tuple[Fingerprint, ...]:
    said = _agreed("fingerprint", session, taken)
    values = next(iter(said)) if len(said) == 1 else ()
    if not 1 <= len(values) <= limits.fingerprints_max:
        raise AnswerRefused(AnswerFault.FINGERPRINT, "those of one certificate")
    return tuple(_fingerprint(value) for value in values)


def _fingerprint(value: str) -> Fingerprint:
    matched = FINGERPRINT.fullmatch(value)
    if matched is not None:
        algorithm, digest = matched[1].lower(), matched[2].upper()
        if len(digest.split(":")) == DIGEST_BYTES.get(algorithm):
            return Fingerprint(algorithm, digest)
    raise AnswerRefused(AnswerFault.FINGERPRINT, "sha-256, sha-384 or sha-512")


def _candidates(found: Iterable[Section], limits: AnswerLimits) -> tuple[str, ...]:
    values = [value for section in found for value in section.values("candidate")]
    if len(values) > limits.candidates_max:
        raise AnswerRefused(AnswerFault.CANDIDATES, "not so many")
    if not all(CANDIDATE.fullmatch(value) for value in values):
        raise AnswerRefused(AnswerFault.CANDIDATES, "grammar")
    return tuple(values)
