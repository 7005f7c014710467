"""What a lite agent answers an authentic Binding request with (RFC 8445, 7.3).

Written and signed, not decided: what the request brings about is the agent's (`ice`).
"""

from __future__ import annotations

from dataclasses import replace

from media.addresses import SocketAddress, endpoint
from media.generation import Generation
from media.stun import ErrorCode, Kind, Message, write


def refusal(generation: Generation, message: Message) -> bytes | None:
    """Return the signed error of a request that is authentic and yet cannot be served."""
    error = Message(Kind.ERROR, message.transaction_id)
    if message.not_understood:
        unknown = message.not_understood
        code = ErrorCode.UNKNOWN_ATTRIBUTE
        error = replace(error, error=code, unknown_attributes=unknown)
    elif message.controlled is not None:
        # Whatever the tie-breakers say, a lite agent cannot be the controlling one
        # (RFC 8445, 6.1.1), so it is the other that has to change.
        error = replace(error, error=ErrorCode.ROLE_CONFLICT)
    else:
        return None
    return write(error, generation.local.password.encode())


def response(generation: Generation, message: Message, source: SocketAddress) -> bytes:
    """Return the signed success, which tells the browser its address as seen from here."""
    success = Message(Kind.RESPONSE, message.transaction_id, mapped=endpoint(source))
    return write(success, generation.local.password.encode())
