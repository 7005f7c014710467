"""Who may enrol and give up second factors: everybody their own; and who may require them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from server.access.rules import COMPLIANCE, PRACTITIONER, STAFF, STEERING, Rule, enrolling

PAGES: Final = {"console": PRACTITIONER, "portal": STAFF, "ops": STEERING}

ROUTES: Final[Mapping[str, Rule]] = {
    **{
        f"{route.replace(' ', f' /api/v1/{page}/')}": rule
        for page, own in PAGES.items()
        for route, rule in {
            "GET factors": enrolling(own),
            "POST code-generators": enrolling(own),
            "POST code-generators/{id}/confirm": enrolling(own),
            "DELETE code-generators/{id}": own,
            "POST recovery-codes": own,
            "PUT password": own,
        }.items()
    },
    "GET /api/v1/compliance/sign-in-policy": COMPLIANCE,
    "PUT /api/v1/compliance/sign-in-policy": COMPLIANCE,
}
