"""The description of a scripted leg, and what it has to know of the other end's.

One text serves as offer and as answer: the same formats everywhere. Transport-wide congestion
control is not in it: nobody here would send the feedback, and Janus would make its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from media.answering import Fingerprint, SetupRole

AUDIO_TYPE: Final = 111
VIDEO_TYPE: Final = 96
AUDIO_LEVEL_ID: Final = 4

TEXT: Final = """v=0
o=- {session} 1 IN IP4 {host}
s=-
t=0 0
a=group:BUNDLE 0 1
a=msid-semantic: WMS s
m=audio 9 UDP/TLS/RTP/SAVPF 111
{transport}
a=mid:0
a=sendrecv
a=rtcp-mux
a=extmap:4 urn:ietf:params:rtp-hdrext:ssrc-audio-level
a=rtpmap:111 opus/48000/2
a=fmtp:111 minptime=10;useinbandfec=1;usedtx=0
a=msid:s audio
a=ssrc:{audio} cname:s
{candidate}
m=video 9 UDP/TLS/RTP/SAVPF 96 97
{transport}
a=mid:1
a=sendrecv
a=rtcp-mux
a=rtcp-rsize
a=rtpmap:96 VP8/90000
a=rtcp-fb:96 goog-remb
a=rtcp-fb:96 ccm fir
a=rtcp-fb:96 nack
a=rtcp-fb:96 nack pli
a=rtpmap:97 rtx/90000
a=fmtp:97 apt=96
a=msid:s video
a=ssrc-group:FID {video} {rtx}
a=ssrc:{video} cname:s
a=ssrc:{rtx} cname:s
{candidate}
"""
TRANSPORT: Final = """c=IN IP4 {host}
a=ice-ufrag:{ufrag}
a=ice-pwd:{pwd}
a=fingerprint:sha-256 {digest}
a=setup:{setup}"""


@dataclass(frozen=True, slots=True)
class Own:
    """What one leg tells of itself."""

    session: int
    host: str
    port: int
    ufrag: str
    pwd: str
    digest: str
    audio: int
    video: int
    rtx: int

    def text(self, setup: str) -> str:
        """Return the description; `setup` is actpass in an offer."""
        transport = TRANSPORT.format(
            host=self.host, ufrag=self.ufrag, pwd=self.pwd, digest=self.digest, setup=setup
        )
        candidate = f"a=candidate:1 1 udp 2130706431 {self.host} {self.port} typ host"
        text = TEXT.format(
            session=self.session,
            host=self.host,
            transport=transport,
            audio=self.audio,
            video=self.video,
            rtx=self.rtx,
            candidate=f"{candidate}\na=end-of-candidates",
        )
        return text.replace("\n", "\r\n")


@dataclass(frozen=True, slots=True)
class Remote:
    """Where the other end is and how it proves itself."""

    address: tuple[str, int]
    ufrag: str
    pwd: str
    fingerprints: tuple[Fingerprint, ...]
    setup: SetupRole


def read_remote(text: str) -> Remote:
    """Read the other end's description.

    Raises:
        ValueError: something that is needed is not in it.
    """
    candidate = re.search(
        r"a=candidate:\S+ 1 udp \d+ ([\d.]+) (\d+) typ host", text, re.IGNORECASE
    )
    if candidate is None:
        raise ValueError("no IPv4 candidate")
    digests = dict(re.findall(r"a=fingerprint:(\S+) (\S+)", text))
    # An offer that leaves the part open gets the active one of us.
    setup = SetupRole.ACTIVE if "a=setup:active" in text else SetupRole.PASSIVE
    return Remote(
        (candidate[1], int(candidate[2])),
        _first(r"a=ice-ufrag:(\S+)", text),
        _first(r"a=ice-pwd:(\S+)", text),
        tuple(Fingerprint(name.lower(), digest) for name, digest in digests.items()),
        setup,
    )


def _first(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    if found is None:
        raise ValueError(f"nothing like {pattern}")
    return found[1]
