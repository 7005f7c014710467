"""The description that the relay offers to every leg; browsers only ever answer.

The same mids, payload types and extension ids for all, so that nothing but SSRCs and numbers
has to change on the way. What differs is how to reach the relay, and the SSRCs under which the
leg will receive: whoever sends, and whoever replaces the sender, is heard under those.

    RFC 8829 5.2.1 what an offer contains     RFC 8839 4.4 ICE-lite
    RFC 8842 5.2 the role is left open        RFC 9143 one transport (BUNDLE)
    RFC 5576 SSRCs and their groups           RFC 5506 reduced-size RTCP

For an ICE restart (RFC 8839, 4.4.1.1.1) the offer is made again with other credentials and the
next version; all else stays.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from media.codecs import (
    AUDIO_FEEDBACK,
    EXTENSIONS,
    MIDS,
    RTX_RTPMAP,
    VIDEO_FEEDBACK,
    Format,
    MediaKind,
    formats,
)
from media.description import ICE_PWD, ICE_UFRAG
from media.rewriting import Sources

TOKEN: Final = re.compile(r"[A-Za-z0-9-]{1,64}")
FINGERPRINT: Final = re.compile(r"sha-(?:256|384|512) [0-9A-F]{2}(?::[0-9A-F]{2}){31,63}")
ADDRESSES_MAX: Final = 8
SESSION_ID_MAX: Final = 2**63 - 1
SSRC_MAX: Final = 2**32 - 1
PORT_MAX: Final = 65_535

# RFC 8445, 5.1.2.1: host candidates have type preference 126; 65,535 is the first address.
HOST_PREFERENCE: Final = 126 << 24
LOCAL_PREFERENCE_MAX: Final = 65_535
ONLY_COMPONENT: Final = 255


@dataclass(frozen=True, slots=True)
class SdpOffer:
    """What one leg is offered.

    Attributes:
        session_id: the same in every version of one leg's offer.
        version: one more with each change (RFC 8866, 5.2).
        ice_ufrag: the leg's, on the relay.
        ice_pwd: the same.
        fingerprints: of the relay's certificate, as `sha-256 AA:BB...`.
        addresses: where the relay is reached, the preferred first: address and UDP port.
        announced: SSRCs under which the leg will receive; all three.
        cname: of whoever is heard; tells which audio and video belong together.

    Raises:
        ValueError: a value that would not fit into the description.
    """

    session_id: int
    version: int
    ice_ufrag: str
    ice_pwd: str
    fingerprints: tuple[str, ...]
    addresses: tuple[tuple[str, int], ...]
    announced: Sources
    cname: str

    def __post_init__(self) -> None:
        numbers = (self.session_id, self.version)
        ssrcs = self.announced.every()
        fits = (
            all(0 <= one <= SESSION_ID_MAX for one in numbers)
            and ICE_UFRAG.fullmatch(self.ice_ufrag)
            and ICE_PWD.fullmatch(self.ice_pwd)
            and self.fingerprints
            and all(FINGERPRINT.fullmatch(one) for one in self.fingerprints)
            and 1 <= len(self.addresses) <= ADDRESSES_MAX
            and all(0 < port <= PORT_MAX for _, port in self.addresses)
            and len(set(ssrcs)) == 3  # noqa: PLR2004 - audio, video, retransmissions
            and all(0 < one <= SSRC_MAX for one in ssrcs)
            and TOKEN.fullmatch(self.cname)
        )
        if not fits:
            raise ValueError("a value does not fit into an offer")
        for address, _ in self.addresses:
            ipaddress.ip_address(address)

    def text(self) -> str:
        """Return the description, as a browser takes it with type `offer`."""
        lines = [*self._session()]
        for kind in MediaKind:
            lines += self._media(kind)
        return "".join(f"{line}\r\n" for line in lines)

    def _session(self) -> Iterable[str]:
        family = "IP6" if ":" in self.addresses[0][0] else "IP4"
        yield "v=0"
        yield f"o=- {self.session_id} {self.version} IN {family} {self.addresses[0][0]}"
        yield "s=-"
        yield "t=0 0"
        yield "a=ice-lite"
        yield f"a=group:BUNDLE {' '.join(MIDS[kind] for kind in MediaKind)}"
        yield f"a=msid-semantic: WMS {self.cname}"

    def _media(self, kind: MediaKind) -> list[str]:
        offered = formats(kind)
        types = [str(one) for it in offered for one in (it.payload_type, it.rtx_type) if one]
        address, port = self.addresses[0]
        lines = [f"m={kind} {port} UDP/TLS/RTP/SAVPF {' '.join(types)}"]
        lines.append(f"c=IN {'IP6' if ':' in address else 'IP4'} {address}")
        lines += self._transport()
        lines += [f"a=mid:{MIDS[kind]}", "a=sendrecv", "a=rtcp-mux", "a=rtcp-rsize"]
        lines += [f"a=extmap:{one} {uri}" for one, uri in EXTENSIONS[kind].items()]
        lines += [line for it in offered for line in _format_lines(it)]
        lines += self._streams(kind)
        lines += [_candidate(*one, at) for at, one in enumerate(self.addresses)]
        lines.append("a=end-of-candidates")
        return lines

    def _transport(self) -> Iterable[str]:
        yield f"a=ice-ufrag:{self.ice_ufrag}"
        yield f"a=ice-pwd:{self.ice_pwd}"
        yield from (f"a=fingerprint:{one}" for one in self.fingerprints)
        yield "a=setup:actpass"

    def _streams(self, kind: MediaKind) -> Iterable[str]:
        yield f"a=msid:{self.cname} {self.cname}-{kind}"
        sent = self.announced
        if kind is MediaKind.AUDIO:
            yield f"a=ssrc:{sent.audio} cname:{self.cname}"
            return
        yield f"a=ssrc-group:FID {sent.video} {sent.rtx}"
        yield f"a=ssrc:{sent.video} cname:{self.cname}"
        yield f"a=ssrc:{sent.rtx} cname:{self.cname}"


def _format_lines(offered: Format) -> Iterable[str]:
    payload_type = offered.payload_type
    yield f"a=rtpmap:{payload_type} {offered.rtpmap}"
    if offered.fmtp:
        yield f"a=fmtp:{payload_type} {offered.fmtp}"
    feedback = AUDIO_FEEDBACK if offered.kind is MediaKind.AUDIO else VIDEO_FEEDBACK
    yield from (f"a=rtcp-fb:{payload_type} {one}" for one in feedback)
    if offered.rtx_type is not None:
        yield f"a=rtpmap:{offered.rtx_type} {RTX_RTPMAP}"
        yield f"a=fmtp:{offered.rtx_type} apt={payload_type}"


def _candidate(address: str, port: int, at: int) -> str:
    priority = HOST_PREFERENCE | (LOCAL_PREFERENCE_MAX - at) << 8 | ONLY_COMPONENT
    return f"a=candidate:{at + 1} 1 udp {priority} {address} {port} typ host"
