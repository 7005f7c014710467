"""Why something about deliveries is refused.

InvalidBody 400
`-- EndpointRefused      endpoint_refused
Conflict 409
|-- TooManyEndpoints     too_many_endpoints
|-- EndpointDisabled     endpoint_disabled
`-- StillOpen            delivery_open
"""

from __future__ import annotations

from server.errors import Conflict, InvalidBody


class EndpointRefused(InvalidBody):
    """An address that this server does not post to."""

    code = "endpoint_refused"
    message = "The address must be https, at a host of the public internet."


class TooManyEndpoints(Conflict):
    """A spa has a bounded number of them, disabled ones not counted."""

    code = "too_many_endpoints"
    message = "There are as many endpoints as there may be. Disable one first."


class EndpointDisabled(Conflict):
    """It is told nothing."""

    code = "endpoint_disabled"
    message = "The endpoint is disabled. Enable it first."


class StillOpen(Conflict):
    """It waits, or is being sent."""

    code = "delivery_open"
    message = "The message still waits to be delivered."
