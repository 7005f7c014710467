"""Who may open charts in an emergency, and who looks at it afterwards, without any chart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from server.access.rules import COMPLIANCE, PRACTITIONER, REVIEWER, Rule, fresh

ROUTES: Final[Mapping[str, Rule]] = {
    "GET /api/v1/console/emergency-access": PRACTITIONER,  # their own
    "POST /api/v1/console/emergency-access": fresh(PRACTITIONER),  # of their network, or nobody
    "DELETE /api/v1/console/emergency-access/{id}": PRACTITIONER,  # one of their own, or none
    "GET /api/v1/compliance/emergency-access": COMPLIANCE,
    "GET /api/v1/compliance/emergency-access/waiting": COMPLIANCE,
    "POST /api/v1/compliance/emergency-access/{id}/review": fresh(REVIEWER),
}
