"""What stands in the way of a bundle."""

from __future__ import annotations

from server.errors import Internal


class SignatureDoubtful(Internal):
    """A stored signature does not fit the chart, or is not its signer's: no bundle is made."""

    code = "signature_doubtful"
    message = "The signature of this chart does not fit it."
