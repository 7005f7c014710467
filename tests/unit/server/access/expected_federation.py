"""Who signs in by a provider of identities, and who decides about providers."""

from __future__ import annotations

from collections.abc import Mapping

from tests.unit.server.access.expected_people import OFFICER
from tests.unit.server.access.principals import (
    COMPLIANCE,
    EVERYBODY,
    PRACTITIONER,
    STAFF,
    STEERING,
    Grants,
)

OWN: Mapping[str, tuple[str | None, Grants]] = {
    "console": ("practitioner", PRACTITIONER),
    "portal": ("spa", STAFF),
    "ops": ("ops", STEERING),
}
ROUTES: Mapping[str, tuple[str | None, Grants]] = {
    **{
        route.replace(" ", f" /api/v1/{page}/"): (None, EVERYBODY)
        for page in OWN
        for route in (
            *("GET providers", "POST session/provider"),
            "POST session/provider/finish",  # by what a provider signed: see test_bad_tokens
        )
    },
    **{
        route.replace(" ", f" /api/v1/{page}/"): expected
        for page, expected in OWN.items()
        for route in (
            *("POST session/step-up/provider", "POST session/step-up/provider/finish"),
            *("GET provider-links", "POST provider-links", "POST provider-links/finish"),
            "DELETE provider-links",
        )
    },
    "POST /oidc/{id}/backchannel-logout": (None, EVERYBODY),  # by a signed token
    "GET /api/v1/compliance/providers": ("ops", COMPLIANCE),
    "POST /api/v1/compliance/providers": ("ops", COMPLIANCE),
    "DELETE /api/v1/compliance/providers/{id}": ("ops", OFFICER),
    "PUT /api/v1/compliance/local-sign-in": ("ops", COMPLIANCE),
    "PUT /api/v1/compliance/emergency-accounts/{id}": ("ops", OFFICER),
    "POST /api/v1/compliance/emergency-accounts/seen": ("ops", COMPLIANCE),
}
