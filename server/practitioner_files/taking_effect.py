"""After a change of a file is committed: the waiting room looks at once.

What relies on a file reads it anew anyway. This withdraws what rings already, and takes
somebody out of the classes that they served: without it the waiting room looks within a few
seconds.
"""

from __future__ import annotations

from contextlib import suppress

from server.errors import GoodfaithError
from server.services import Services
from signaling.errors import SignalingError
from signaling.events import TimePassed


async def took_effect(services: Services, network_id: str) -> None:
    """Let the waiting room of a network look at who may see whom now."""
    # A waiting room that cannot be reached looks by itself, and when it is rebuilt.
    with suppress(GoodfaithError, SignalingError):
        await services.desk.submit(network_id, [TimePassed()])
