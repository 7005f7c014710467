"""What a leg draws by lot: credentials, SSRCs, its first offer, where its numbers begin.

Pure: `entropy(n)` returns n unpredictable bytes.
"""

from __future__ import annotations

import base64
from collections.abc import Callable

from media.generation import Credentials
from media.offering import SdpOffer
from media.rewriting import FIRST_SEQUENCE_MAX, Sources

Entropy = Callable[[int], bytes]

# RFC 8445, 5.3 wants 24 and 128 bits; whole groups of three bytes leave no padding.
UFRAG_BYTES = 6
PASSWORD_BYTES = 24


def draw_credentials(entropy: Entropy) -> Credentials:
    """Return the relay's credentials for one ICE generation of a leg."""

    def text(size: int) -> str:
        return base64.b64encode(entropy(size)).decode()

    return Credentials(text(UFRAG_BYTES), text(PASSWORD_BYTES))


def draw_sources(entropy: Entropy) -> Sources:
    """Return three SSRCs, different from each other and none of them 0."""
    numbers: dict[int, None] = {}
    while len(numbers) < 3:  # noqa: PLR2004 - audio, video, retransmissions
        numbers[int.from_bytes(entropy(4), "big") or 1] = None
    return Sources(*numbers)


def draw_first_sequences(entropy: Entropy) -> tuple[int, int, int]:
    """Return the first sequence numbers of audio, video and retransmissions."""
    one, two, three = (int.from_bytes(entropy(2), "big") & FIRST_SEQUENCE_MAX for _ in range(3))
    return one, two, three


def draw_offer(
    entropy: Entropy,
    local: Credentials,
    fingerprints: tuple[str, ...],
    addresses: tuple[tuple[str, int], ...],
) -> SdpOffer:
    """Return the first offer of a leg; see `SdpOffer` for what is not drawn."""
    return SdpOffer(
        session_id=int.from_bytes(entropy(7), "big"),
        version=1,
        ice_ufrag=local.ufrag,
        ice_pwd=local.password,
        fingerprints=fingerprints,
        addresses=addresses,
        announced=draw_sources(entropy),
        cname=entropy(8).hex(),
    )
