"""Who may prove again who they are: everybody of the staff, in their own session."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from server.access.rules import PRACTITIONER, STAFF, STEERING, Rule

ROUTES: Final[Mapping[str, Rule]] = {
    f"{route.replace(' ', f' /api/v1/{page}/session/')}": own
    for page, own in {"console": PRACTITIONER, "portal": STAFF, "ops": STEERING}.items()
    for route in (
        *("GET step-up", "POST step-up"),
        *("POST step-up/passkey-options", "POST step-up/passkey"),
    )
}
