"""Who may prove again who they are: everybody of the staff, in their own session."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from server.access.rules import PRACTITIONER, STAFF, STEERING, Rule

ROUTES: Final[Mapping[str, Rule]] = {
    "GET /api/v1/console/session/step-up": PRACTITIONER,
    "POST /api/v1/console/session/step-up": PRACTITIONER,
    "GET /api/v1/portal/session/step-up": STAFF,
    "POST /api/v1/portal/session/step-up": STAFF,
    "GET /api/v1/ops/session/step-up": STEERING,
    "POST /api/v1/ops/session/step-up": STEERING,
}
