"""Who may look at practitioners' files and change them: compliance, and everybody their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from server.access.rules import COMPLIANCE, CREDENTIALER, PRACTITIONER, Rule, fresh

FILES: Final = "/api/v1/compliance/practitioners"
ONE: Final = f"{FILES}/{{id}}"
OWN: Final = "/api/v1/console/file"

ROUTES: Final[Mapping[str, Rule]] = {
    f"GET {FILES}": COMPLIANCE,
    f"POST {FILES}/import": fresh(COMPLIANCE),
    f"POST {FILES}/notices/seen": COMPLIANCE,
    "PUT /api/v1/compliance/credential-standard": fresh(COMPLIANCE),
    f"GET {ONE}": CREDENTIALER,
    f"POST {ONE}/authorities": fresh(CREDENTIALER),
    f"POST {ONE}/authorities/{{part}}/verify": fresh(CREDENTIALER),
    f"POST {ONE}/authorities/{{part}}/look-up": fresh(CREDENTIALER),
    f"PUT {ONE}/authorities/{{part}}/status": fresh(CREDENTIALER),
    f"POST {ONE}/malpractice": fresh(CREDENTIALER),
    f"POST {ONE}/trainings": fresh(CREDENTIALER),
    f"POST {ONE}/employments": fresh(CREDENTIALER),
    f"POST {ONE}/exclusion-checks": fresh(CREDENTIALER),
    f"POST {ONE}/collaborations": fresh(CREDENTIALER),
    f"POST {ONE}/dea": fresh(CREDENTIALER),
    f"POST {ONE}/parts/{{kind}}/{{part}}/verify": fresh(CREDENTIALER),
    f"POST {ONE}/parts/{{kind}}/{{part}}/end": fresh(CREDENTIALER),
    f"POST {ONE}/documents": CREDENTIALER,
    f"GET {ONE}/documents/{{document}}/pages/{{page}}": CREDENTIALER,
    f"GET {OWN}": PRACTITIONER,
    f"POST {OWN}/authorities": PRACTITIONER,
    f"POST {OWN}/malpractice": PRACTITIONER,
    f"POST {OWN}/trainings": PRACTITIONER,
    f"POST {OWN}/documents": PRACTITIONER,
    f"GET {OWN}/documents/{{document}}/pages/{{page}}": PRACTITIONER,
}
