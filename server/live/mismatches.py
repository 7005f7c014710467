"""The ends of a call do not have the same certificates: whoever runs the server is told.

Somebody may sit between the two, or in the server: the call is over and both pages know, but
neither can do anything about it. Which call and who says so is in the log; that it happened at
all is a counter, of which an alert is made.
"""

from __future__ import annotations

from server.live.live_call import LiveCall
from server.logging import get_logger
from server.metrics.mismatches import Witness
from server.metrics.observatory import Observatory

log = get_logger("calls")


def tell_mismatch(observatory: Observatory, live: LiveCall, side: Witness) -> None:
    """Tell of a call that failed for it, once that is written.

    Args:
        observatory: counts it.
        live: the call.
        side: whose word it is.
    """
    log.warning(
        "call_certificate_mismatch",
        network_id=live.network_id,
        encounter_id=live.encounter_id,
        side=side,
        mode=live.mode,
    )
    observatory.mismatches.count(side, live.mode)
