"""Who reaches second factors, and the word of an organization about them."""

from __future__ import annotations

from collections.abc import Mapping

from tests.unit.server.access.principals import (
    COMPLIANCE,
    PRACTITIONER,
    STAFF,
    STEERING,
    Grants,
)

ROUTES: Mapping[str, tuple[str | None, Grants]] = {
    "GET /api/v1/console/factors": ("practitioner", PRACTITIONER),
    "POST /api/v1/console/code-generators": ("practitioner", PRACTITIONER),
    "POST /api/v1/console/code-generators/{id}/confirm": ("practitioner", PRACTITIONER),
    "DELETE /api/v1/console/code-generators/{id}": ("practitioner", PRACTITIONER),
    "POST /api/v1/console/recovery-codes": ("practitioner", PRACTITIONER),
    "PUT /api/v1/console/password": ("practitioner", PRACTITIONER),
    "GET /api/v1/portal/factors": ("spa", STAFF),
    "POST /api/v1/portal/code-generators": ("spa", STAFF),
    "POST /api/v1/portal/code-generators/{id}/confirm": ("spa", STAFF),
    "DELETE /api/v1/portal/code-generators/{id}": ("spa", STAFF),
    "POST /api/v1/portal/recovery-codes": ("spa", STAFF),
    "PUT /api/v1/portal/password": ("spa", STAFF),
    "GET /api/v1/ops/factors": ("ops", STEERING),
    "POST /api/v1/ops/code-generators": ("ops", STEERING),
    "POST /api/v1/ops/code-generators/{id}/confirm": ("ops", STEERING),
    "DELETE /api/v1/ops/code-generators/{id}": ("ops", STEERING),
    "POST /api/v1/ops/recovery-codes": ("ops", STEERING),
    "PUT /api/v1/ops/password": ("ops", STEERING),
    "GET /api/v1/compliance/sign-in-policy": ("ops", COMPLIANCE),
    "PUT /api/v1/compliance/sign-in-policy": ("ops", COMPLIANCE),
}
ENROLLING = frozenset(
    {
        *("GET /api/v1/console/session", "DELETE /api/v1/console/session"),
        *("GET /api/v1/portal/session", "DELETE /api/v1/portal/session"),
        *("GET /api/v1/ops/session", "DELETE /api/v1/ops/session"),
        "POST /api/v1/console/session/activity",
        "POST /api/v1/portal/session/activity",
        "POST /api/v1/ops/session/activity",
        "GET /api/v1/console/factors",
        "POST /api/v1/console/code-generators",
        "POST /api/v1/console/code-generators/{id}/confirm",
        "GET /api/v1/portal/factors",
        "POST /api/v1/portal/code-generators",
        "POST /api/v1/portal/code-generators/{id}/confirm",
        "GET /api/v1/ops/factors",
        "POST /api/v1/ops/code-generators",
        "POST /api/v1/ops/code-generators/{id}/confirm",
    }
)
"""What is open to somebody who has a second factor to enrol first, and nothing else is."""
