"""Who may prove again who they are, and what asks for it."""

from __future__ import annotations

from collections.abc import Mapping

from tests.unit.server.access.expected_sessions import OF_PAGES
from tests.unit.server.access.principals import Grants

ROUTES: Mapping[str, tuple[str | None, Grants]] = {
    f"{route.replace(' ', f' /api/v1/{page}/session/')}": expected
    for page, expected in OF_PAGES.items()
    for route in (
        *("GET step-up", "POST step-up"),
        *("POST step-up/passkey-options", "POST step-up/passkey"),
    )
}
FRESH_ROUTES = frozenset(
    {
        *("POST /api/v1/portal/software", "POST /api/v1/portal/software/{id}/keys"),
        "DELETE /api/v1/portal/software/{id}/keys/{key}",
        "POST /api/v1/portal/software/{id}/revoke",
        # what leaves the house
        "GET /api/v1/portal/encounters/{id}/record.json",
        "GET /api/v1/portal/encounters/{id}/fhir",
        "GET /api/v1/compliance/audit.csv",
        # keys, and what one proves oneself by
        "POST /api/v1/console/code-generators",
        "DELETE /api/v1/console/code-generators/{id}",
        "POST /api/v1/console/recovery-codes",
        "POST /api/v1/portal/code-generators",
        "DELETE /api/v1/portal/code-generators/{id}",
        "POST /api/v1/portal/recovery-codes",
        "POST /api/v1/ops/code-generators",
        "DELETE /api/v1/ops/code-generators/{id}",
        "POST /api/v1/ops/recovery-codes",
        "POST /api/v1/console/passkeys/options",
        "DELETE /api/v1/console/passkeys/{id}",
        "POST /api/v1/portal/passkeys/options",
        "DELETE /api/v1/portal/passkeys/{id}",
        "POST /api/v1/ops/passkeys/options",
        "DELETE /api/v1/ops/passkeys/{id}",
        # who is told what, and by which secret
        "POST /api/v1/portal/endpoints",
        "POST /api/v1/portal/endpoints/{id}/secret",
        "POST /api/v1/portal/endpoints/{id}/disable",
        "POST /api/v1/portal/endpoints/{id}/enable",
        "POST /api/v1/portal/sites/{id}/device",
        # protocols
        "POST /api/v1/portal/protocols/{id}/sign",
        "POST /api/v1/portal/protocols/{id}/withdraw",
        # people and their roles
        "POST /api/v1/portal/people/invitations",
        "PUT /api/v1/portal/people/{id}/role",
        "POST /api/v1/portal/people/{id}/close",
        "POST /api/v1/portal/people/{id}/reopen",
        "POST /api/v1/portal/people/{id}/recovery/approve",
        "POST /api/v1/ops/people/invitations",
        "PUT /api/v1/ops/people/{id}/role",
        "POST /api/v1/ops/people/{id}/close",
        "POST /api/v1/ops/people/{id}/reopen",
        "POST /api/v1/ops/people/{id}/recovery/approve",
        # charts of a patient whom one does not treat, and what was found of it
        "POST /api/v1/console/emergency-access",
        "POST /api/v1/compliance/emergency-access/{id}/review",
        # what somebody is cleared for
        "PUT /api/v1/compliance/credential-standard",
        "POST /api/v1/compliance/practitioners/import",
        *(
            f"POST /api/v1/compliance/practitioners/{{id}}/{part}"
            for part in (
                *("authorities", "malpractice", "trainings", "employments"),
                *("exclusion-checks", "collaborations", "dea"),
                *("authorities/{part}/verify", "authorities/{part}/look-up"),
                *("parts/{kind}/{part}/verify", "parts/{kind}/{part}/end"),
            )
        ),
        "PUT /api/v1/compliance/practitioners/{id}/authorities/{part}/status",
        # rules and policies
        "POST /api/v1/compliance/openings",
        "POST /api/v1/compliance/closings",
        "POST /api/v1/compliance/sign-offs",
        "POST /api/v1/compliance/withdrawals",
        "POST /api/v1/compliance/publications",
        "PUT /api/v1/compliance/policy",
        "PUT /api/v1/compliance/sign-in-policy",
        # providers of identities, who is whom there, and who needs none
        *(
            f"{method} /api/v1/{page}/provider-links"
            for page in ("console", "portal", "ops")
            for method in ("POST", "DELETE")
        ),
        "POST /api/v1/compliance/providers",
        "DELETE /api/v1/compliance/providers/{id}",
        "PUT /api/v1/compliance/local-sign-in",
        "PUT /api/v1/compliance/emergency-accounts/{id}",
    }
)
FRESH_COMMANDS = frozenset({"encounter.sign", "addendum.add"})
FRESH_UNLESS_ENROLLING = frozenset(
    {
        "POST /api/v1/console/code-generators",
        "POST /api/v1/portal/code-generators",
        "POST /api/v1/ops/code-generators",
        "POST /api/v1/console/passkeys/options",
        "POST /api/v1/portal/passkeys/options",
        "POST /api/v1/ops/passkeys/options",
    }
)
"""Whoever has none yet enrols with the password that they just came in by."""
