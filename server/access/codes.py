"""Who may enrol and give up second factors: everybody their own; and who may require them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from server.access.rules import (
    COMPLIANCE,
    PRACTITIONER,
    STAFF,
    STEERING,
    Rule,
    enrolling,
    fresh,
    fresh_or_enrolling,
)

PAGES: Final = {"console": PRACTITIONER, "portal": STAFF, "ops": STEERING}

ROUTES: Final[Mapping[str, Rule]] = {
    **{
        f"{route.replace(' ', f' /api/v1/{page}/')}": rule
        for page, own in PAGES.items()
        for route, rule in {
            "GET factors": enrolling(own),
            "POST code-generators": fresh_or_enrolling(own),
            "POST code-generators/{id}/confirm": enrolling(own),
            "DELETE code-generators/{id}": fresh(own),
            "POST recovery-codes": fresh(own),
            "PUT password": own,  # its form asks for the password of before
        }.items()
    },
    "GET /api/v1/compliance/sign-in-policy": COMPLIANCE,
    "PUT /api/v1/compliance/sign-in-policy": fresh(COMPLIANCE),
}
