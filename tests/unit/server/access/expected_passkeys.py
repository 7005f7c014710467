"""Who reaches passkeys; everybody may try to sign in with one."""

from __future__ import annotations

from collections.abc import Mapping

from tests.unit.server.access.principals import (
    EVERYBODY,
    PRACTITIONER,
    STAFF,
    STEERING,
    Grants,
)

ROUTES: Mapping[str, tuple[str | None, Grants]] = {
    "POST /api/v1/console/passkeys/options": ("practitioner", PRACTITIONER),
    "POST /api/v1/console/passkeys": ("practitioner", PRACTITIONER),
    "PUT /api/v1/console/passkeys/{id}": ("practitioner", PRACTITIONER),
    "DELETE /api/v1/console/passkeys/{id}": ("practitioner", PRACTITIONER),
    "POST /api/v1/console/session/passkey-options": (None, EVERYBODY),
    "POST /api/v1/console/session/passkey": (None, EVERYBODY),
    "POST /api/v1/portal/passkeys/options": ("spa", STAFF),
    "POST /api/v1/portal/passkeys": ("spa", STAFF),
    "PUT /api/v1/portal/passkeys/{id}": ("spa", STAFF),
    "DELETE /api/v1/portal/passkeys/{id}": ("spa", STAFF),
    "POST /api/v1/portal/session/passkey-options": (None, EVERYBODY),
    "POST /api/v1/portal/session/passkey": (None, EVERYBODY),
    "POST /api/v1/ops/passkeys/options": ("ops", STEERING),
    "POST /api/v1/ops/passkeys": ("ops", STEERING),
    "PUT /api/v1/ops/passkeys/{id}": ("ops", STEERING),
    "DELETE /api/v1/ops/passkeys/{id}": ("ops", STEERING),
    "POST /api/v1/ops/session/passkey-options": (None, EVERYBODY),
    "POST /api/v1/ops/session/passkey": (None, EVERYBODY),
}
ENROLLING = frozenset(
    {
        *("POST /api/v1/console/passkeys/options", "POST /api/v1/console/passkeys"),
        *("POST /api/v1/portal/passkeys/options", "POST /api/v1/portal/passkeys"),
        *("POST /api/v1/ops/passkeys/options", "POST /api/v1/ops/passkeys"),
    }
)
"""What of it is open to somebody who has a second factor to enrol first."""
