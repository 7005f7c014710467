"""Who reaches what the page of operations and compliance asks for."""

from __future__ import annotations

from collections.abc import Mapping

from tests.unit.server.access.principals import (
    COMPLIANCE,
    EVERYBODY,
    OPS,
    OVERSEER,
    STEERING,
    Grants,
)

ROUTES: Mapping[str, tuple[str | None, Grants]] = {
    "POST /api/v1/ops/session": (None, EVERYBODY),
    "GET /api/v1/ops/session": ("ops", STEERING),
    "DELETE /api/v1/ops/session": ("ops", STEERING),
    "GET /api/v1/ops/shifts": ("ops", OPS),
    "POST /api/v1/ops/shifts": ("ops", OVERSEER),
    "POST /api/v1/ops/shifts/import": ("ops", OPS),
    "GET /api/v1/ops/shifts/coverage": ("ops", OPS),
    "PUT /api/v1/ops/shifts/{id}": ("ops", OVERSEER),
    "DELETE /api/v1/ops/shifts/{id}": ("ops", OVERSEER),
    "GET /api/v1/ops/history": ("ops", OPS),
    "GET /api/v1/ops/days/{day}": ("ops", OPS),
    "POST /api/v1/ops/encounters/{id}/priority": ("ops", OVERSEER),
    "POST /api/v1/ops/plan": ("ops", OPS),
    "GET /api/v1/compliance": ("ops", STEERING),
    "GET /api/v1/compliance/jurisdictions/{code}": ("ops", STEERING),
    "GET /api/v1/compliance/release": ("ops", STEERING),
    "POST /api/v1/compliance/openings": ("ops", COMPLIANCE),
    "POST /api/v1/compliance/closings": ("ops", COMPLIANCE),
    "POST /api/v1/compliance/sign-offs": ("ops", COMPLIANCE),
    "POST /api/v1/compliance/withdrawals": ("ops", COMPLIANCE),
    "PUT /api/v1/compliance/policy": ("ops", COMPLIANCE),
    "POST /api/v1/compliance/publications": ("ops", COMPLIANCE),
    "GET /api/v1/compliance/audit": ("ops", COMPLIANCE),
    "GET /api/v1/compliance/audit/unusual": ("ops", COMPLIANCE),
    "GET /api/v1/compliance/audit/people": ("ops", COMPLIANCE),
    "GET /api/v1/compliance/audit/entries/{entry}": ("ops", COMPLIANCE),
    "GET /api/v1/compliance/audit.csv": ("ops", COMPLIANCE),
}
