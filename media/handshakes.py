"""Handshakes of a relay: one certificate for all, so many at once, so long and no longer.

An edge of the core, since it measures by the loop's time. What a handshake is: see `dtls`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from media.answering import LegAnswer
from media.dtls import DtlsLeg, HandshakeFailed, relay_certificate
from media.relay_events import CloseReason
from media.relay_limits import RelayLimits
from media.srtp import SrtpPair

log = logging.getLogger(__name__)


class Handshakes:
    """See the module.

    Attributes:
        fingerprints: of the relay's certificate, as an offer has them.
    """

    def __init__(self, limits: RelayLimits) -> None:
        self._limits = limits
        self._certificate, self.fingerprints = relay_certificate()
        self._slots = asyncio.Semaphore(limits.handshakes_max)

    def prepare(
        self, answer: LegAnswer, send: Callable[[bytes], None], left: Callable[[], None]
    ) -> DtlsLeg:
        """Return what datagrams of a leg that has answered can be fed to; see `DtlsLeg`."""
        return DtlsLeg(
            self._certificate,
            answer.fingerprints,
            answer.setup,
            send=send,
            left=left,
            waiting_max=self._limits.handshake_datagrams_max,
        )

    async def secure(self, dtls: DtlsLeg) -> SrtpPair | CloseReason:
        """Return the keys of a leg, or why it has none."""
        try:
            async with asyncio.timeout(self._limits.handshake_s), self._slots:
                return await dtls.secure()
        except TimeoutError:
            return CloseReason.HANDSHAKE_SLOW
        except HandshakeFailed as failed:
            if failed.mismatch:
                return CloseReason.FINGERPRINT
        except Exception as error:  # noqa: BLE001 - of OpenSSL, about what a stranger sent
            log.warning("a handshake failed: %s", type(error).__name__)
        return CloseReason.HANDSHAKE_FAILED
