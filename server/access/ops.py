"""Who may ask for what operations and compliance see and change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from server.access.rules import (
    COMPLIANCE,
    OPS,
    OVERSEER,
    PUBLIC,
    STEERING,
    Rule,
    enrolling,
    fresh,
)

ROUTES: Final[Mapping[str, Rule]] = {
    "POST /api/v1/ops/session": PUBLIC,
    "GET /api/v1/ops/session": enrolling(STEERING),
    "DELETE /api/v1/ops/session": enrolling(STEERING),
    "GET /api/v1/ops/shifts": OPS,
    "POST /api/v1/ops/shifts": OVERSEER,  # the practitioner named in the body
    "POST /api/v1/ops/shifts/import": OPS,
    "GET /api/v1/ops/shifts/coverage": OPS,
    "PUT /api/v1/ops/shifts/{id}": OVERSEER,
    "DELETE /api/v1/ops/shifts/{id}": OVERSEER,
    "GET /api/v1/ops/history": OPS,
    "GET /api/v1/ops/days/{day}": OPS,
    "POST /api/v1/ops/encounters/{id}/priority": OVERSEER,
    "POST /api/v1/ops/plan": OPS,
    "GET /api/v1/compliance": STEERING,
    "GET /api/v1/compliance/jurisdictions/{code}": STEERING,
    "GET /api/v1/compliance/release": STEERING,
    "POST /api/v1/compliance/openings": fresh(COMPLIANCE),
    "POST /api/v1/compliance/closings": fresh(COMPLIANCE),
    "POST /api/v1/compliance/sign-offs": fresh(COMPLIANCE),
    "POST /api/v1/compliance/withdrawals": fresh(COMPLIANCE),
    "PUT /api/v1/compliance/policy": fresh(COMPLIANCE),
    "POST /api/v1/compliance/publications": fresh(COMPLIANCE),
    "GET /api/v1/compliance/audit": COMPLIANCE,
    "GET /api/v1/compliance/audit/unusual": COMPLIANCE,
    "GET /api/v1/compliance/audit/people": COMPLIANCE,
    "GET /api/v1/compliance/audit/entries/{entry}": COMPLIANCE,
    "GET /api/v1/compliance/audit.csv": fresh(COMPLIANCE),
}
