"""Who reaches practitioners' files: compliance those of its network, everybody their own."""

from __future__ import annotations

from collections.abc import Mapping

from tests.unit.server.access.principals import COMPLIANCE, PRACTITIONER, Grants

CREDENTIALER: Grants = {"compliance": "network"}
FILES = "/api/v1/compliance/practitioners"

ROUTES: Mapping[str, tuple[str | None, Grants]] = {
    "GET /api/v1/compliance/practitioners": ("ops", COMPLIANCE),
    "POST /api/v1/compliance/practitioners/import": ("ops", COMPLIANCE),
    "POST /api/v1/compliance/practitioners/notices/seen": ("ops", COMPLIANCE),
    "PUT /api/v1/compliance/credential-standard": ("ops", COMPLIANCE),
    f"GET {FILES}/{{id}}": ("ops", CREDENTIALER),
    f"POST {FILES}/{{id}}/authorities": ("ops", CREDENTIALER),
    f"POST {FILES}/{{id}}/authorities/{{part}}/verify": ("ops", CREDENTIALER),
    f"POST {FILES}/{{id}}/authorities/{{part}}/look-up": ("ops", CREDENTIALER),
    f"PUT {FILES}/{{id}}/authorities/{{part}}/status": ("ops", CREDENTIALER),
    f"POST {FILES}/{{id}}/malpractice": ("ops", CREDENTIALER),
    f"POST {FILES}/{{id}}/trainings": ("ops", CREDENTIALER),
    f"POST {FILES}/{{id}}/employments": ("ops", CREDENTIALER),
    f"POST {FILES}/{{id}}/exclusion-checks": ("ops", CREDENTIALER),
    f"POST {FILES}/{{id}}/collaborations": ("ops", CREDENTIALER),
    f"POST {FILES}/{{id}}/dea": ("ops", CREDENTIALER),
    f"POST {FILES}/{{id}}/parts/{{kind}}/{{part}}/verify": ("ops", CREDENTIALER),
    f"POST {FILES}/{{id}}/parts/{{kind}}/{{part}}/end": ("ops", CREDENTIALER),
    f"POST {FILES}/{{id}}/documents": ("ops", CREDENTIALER),
    f"GET {FILES}/{{id}}/documents/{{document}}/pages/{{page}}": ("ops", CREDENTIALER),
    "GET /api/v1/console/file": ("practitioner", PRACTITIONER),
    "POST /api/v1/console/file/authorities": ("practitioner", PRACTITIONER),
    "POST /api/v1/console/file/malpractice": ("practitioner", PRACTITIONER),
    "POST /api/v1/console/file/trainings": ("practitioner", PRACTITIONER),
    "POST /api/v1/console/file/documents": ("practitioner", PRACTITIONER),
    "GET /api/v1/console/file/documents/{document}/pages/{page}": (
        "practitioner",
        PRACTITIONER,
    ),
}
