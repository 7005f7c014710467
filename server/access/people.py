"""Who may decide about people: compliance in its network, managers and directors in their spa.

Which roles each may give and take is a table beside this: `server.people.giving`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from server.access.roles import Relation, Role
from server.access.rules import COMPLIANCE, PUBLIC, Rule, fresh

LEADING: Final = (Role.SPA_MANAGER, Role.MEDICAL_DIRECTOR)
LEADERS: Final = Rule(dict.fromkeys(LEADING, Relation.OWN), "spa")
LED: Final = Rule(dict.fromkeys(LEADING, Relation.SPA), "spa")
OFFICER: Final = Rule({Role.COMPLIANCE: Relation.NETWORK}, "ops")

ROUTES: Final[Mapping[str, Rule]] = {
    "GET /api/v1/portal/people": LEADERS,
    "GET /api/v1/ops/people": COMPLIANCE,
    **{
        route.replace(" ", f" /api/v1/{page}/people/"): rule
        for page, own in {"portal": LED, "ops": OFFICER}.items()
        for route, rule in {
            "POST invitations": fresh(own),  # into the organization named in the body
            "DELETE invitations/{id}": own,
            "PUT {id}/role": fresh(own),
            "POST {id}/close": fresh(own),
            "POST {id}/reopen": fresh(own),
            "POST {id}/recovery/approve": fresh(own),
            "POST {id}/recovery/refuse": own,
        }.items()
    },
    "POST /api/v1/invitations/look": PUBLIC,  # whoever has the link
    "POST /api/v1/invitations/accept": PUBLIC,
    "POST /api/v1/recoveries": PUBLIC,  # whoever cannot sign in
    "POST /api/v1/recoveries/finish": PUBLIC,
}
