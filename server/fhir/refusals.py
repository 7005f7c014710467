"""What stands in the way of a bundle."""

from __future__ import annotations

from server.errors import Internal


class SignatureDoubtful(Internal):
    """The stored signature does not fit the chart: nothing is exported in its name."""

    code = "signature_doubtful"
    message = "The signature of this chart does not fit it."
