"""Who may ask for what a practitioner's console shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from server.access.rules import EXAMINER, PRACTITIONER, PUBLIC, READER, Rule, enrolling

ROUTES: Final[Mapping[str, Rule]] = {
    "POST /api/v1/console/session": PUBLIC,
    "GET /api/v1/console/session": enrolling(PRACTITIONER),
    "DELETE /api/v1/console/session": enrolling(PRACTITIONER),
    "GET /api/v1/console/signed": PRACTITIONER,
    "GET /api/v1/console/readable": PRACTITIONER,  # what they were in, or supervise
    "GET /api/v1/console/encounters/{id}": READER,
    "GET /api/v1/console/encounters/{id}/exam.pdf": READER,
    # With the key of drafts: for who writes it. The chart has the note, too.
    "GET /api/v1/console/encounters/{id}/note": EXAMINER,
    "GET /api/v1/console/encounters/{id}/chat": READER,
    "GET /api/v1/console/reviews": PRACTITIONER,  # those that they may take
    "GET /api/v1/console/encounters/{id}/pictures/{picture}": READER,
    "GET /api/v1/console/encounters/{id}/thumbnails/{picture}": READER,
    "GET /api/v1/console/encounters/{id}/authorizations": READER,
    "POST /api/v1/console/authorizations/{id}/revoke": EXAMINER,
    "GET /api/v1/console/shifts": PRACTITIONER,
    "POST /api/v1/console/shifts": PRACTITIONER,
    "PUT /api/v1/console/shifts/{id}": EXAMINER,  # whose shift it is
    "DELETE /api/v1/console/shifts/{id}": EXAMINER,
    "PUT /api/v1/console/settings": PRACTITIONER,
}
