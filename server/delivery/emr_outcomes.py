"""What a FHIR server's answer to a transaction means for its delivery. Pure.

    2xx                        Delivered, unless an OperationOutcome in it says that it failed
    408 409 423 425 429 5xx    Later, when the server asked for it
    401 403                    Later: people set up who may write there, and mend it
    3xx                        Later, never followed
    410 and any other 4xx      Refused: the same bundle would be refused again

Of an OperationOutcome only the code of its gravest issue is kept, and only one that R4 knows:
what is written beside it could be anything, and could name the patient.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Final

from server.delivery.channels import Delivered, Later, Outcome, Refused
from server.delivery.outcomes import FHIR, FhirWord

SECONDS_DIGITS_MAX: Final = 6
LATER: Final = frozenset({408, 409, 423, 425, 429})
NOT_AUTHORIZED: Final = frozenset({401, 403})
GRAVE: Final = ("fatal", "error")
ISSUES: Final = frozenset(
    {"invalid", "structure", "required", "value", "invariant", "security", "login", "unknown"}
    | {"expired", "forbidden", "suppressed", "processing", "not-supported", "duplicate"}
    | {"multiple-matches", "not-found", "deleted", "too-long", "code-invalid", "extension"}
    | {"too-costly", "business-rule", "conflict", "transient", "lock-error", "no-store"}
    | {"exception", "timeout", "incomplete", "throttled", "informational"}
)


def judged(status: int, body: bytes | None, retry_after: str | None) -> Outcome:
    """Return what became of a transaction.

    Args:
        status: of HTTP.
        body: of the answer; None: too long to be read.
        retry_after: the header, if there was one.
    """
    issue = gravest(body)
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Delivered(status) if issue is None else Refused(_word(issue), status=status)
    if status in NOT_AUTHORIZED:
        return Later("not_authorized", status, seconds(retry_after))
    if status in LATER or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Later("answered", status, seconds(retry_after))
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return Later("redirected", status)
    return Refused("refused" if issue is None else _word(issue), status=status)


def gravest(body: bytes | None) -> str | None:
    """Return the code of the first error of an OperationOutcome; None: no error is told."""
    try:
        found = json.loads(body) if body else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or found.get("resourceType") != "OperationOutcome":
        return None
    issues = found.get("issue")
    for severity in GRAVE:
        for one in issues if isinstance(issues, list) else ():
            if isinstance(one, dict) and one.get("severity") == severity:
                code = one.get("code")
                known = isinstance(code, str) and code in ISSUES
                return str(code) if known else "unknown"
    return None


def seconds(text: str | None) -> int | None:
    """Return the seconds of a Retry-After; a date is not believed."""
    if text is None or not text.isdecimal() or len(text) > SECONDS_DIGITS_MAX:
        return None
    return int(text)


def _word(issue: str) -> FhirWord:
    return FhirWord(FHIR + issue.replace("-", "_"))
