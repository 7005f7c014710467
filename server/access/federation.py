"""Who may sign in by a provider: anybody may try; and who decides about providers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from server.access.people import OFFICER
from server.access.rules import (
    COMPLIANCE,
    OAUTH,
    PRACTITIONER,
    PUBLIC,
    STAFF,
    STEERING,
    Rule,
    fresh,
)

PAGES: Final = {"console": PRACTITIONER, "portal": STAFF, "ops": STEERING}

ROUTES: Final[Mapping[str, Rule]] = {
    **{
        f"{route.replace(' ', f' /api/v1/{page}/')}": rule
        for page, own in PAGES.items()
        for route, rule in {
            "GET providers": PUBLIC,
            "POST session/provider": PUBLIC,
            "POST session/provider/finish": PUBLIC,  # its handler asks the provider
            "POST session/step-up/provider": own,
            "POST session/step-up/provider/finish": own,
            "GET provider-links": own,
            "POST provider-links": fresh(own),
            "POST provider-links/finish": own,  # it answers what was asked for freshly
            "DELETE provider-links": fresh(own),
        }.items()
    },
    "POST /oidc/{id}/backchannel-logout": OAUTH,  # its handler asks for a signed token
    "GET /api/v1/compliance/providers": COMPLIANCE,
    "POST /api/v1/compliance/providers": fresh(COMPLIANCE),  # for who is named in the body
    "DELETE /api/v1/compliance/providers/{id}": fresh(OFFICER),
    "PUT /api/v1/compliance/local-sign-in": fresh(COMPLIANCE),  # the same
    "PUT /api/v1/compliance/emergency-accounts/{id}": fresh(OFFICER),
    "POST /api/v1/compliance/emergency-accounts/seen": COMPLIANCE,
}
