"""The body of a message: `{"type": ..., "timestamp": ..., "data": {...}}`. Pure.

The same bytes at every attempt. `data.sequence` counts what one destination is told of one
encounter (or of one topic that is about none), from 1 without gaps: by it a receiver puts in
order what came late, and sees what never came.
"""

from __future__ import annotations

import json

from server.logging import stamp
from server.storage.outbox_claims import Claimed

SEQUENCE = "sequence"


def content(one: Claimed) -> bytes:
    """Return what is sent."""
    told = {
        "type": one.topic,
        "timestamp": stamp(one.at),
        "data": {**json.loads(one.body), SEQUENCE: one.place},
    }
    return json.dumps(told, separators=(",", ":"), sort_keys=True).encode()
