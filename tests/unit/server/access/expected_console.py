"""Who reaches what a practitioner's console asks for."""

from __future__ import annotations

from collections.abc import Mapping

from tests.unit.server.access.principals import (
    EVERYBODY,
    EXAMINER,
    PRACTITIONER,
    READER,
    Grants,
)

ROUTES: Mapping[str, tuple[str | None, Grants]] = {
    "POST /api/v1/console/session": (None, EVERYBODY),
    "GET /api/v1/console/session": ("practitioner", PRACTITIONER),
    "DELETE /api/v1/console/session": ("practitioner", PRACTITIONER),
    "GET /api/v1/console/signed": ("practitioner", PRACTITIONER),
    "GET /api/v1/console/readable": ("practitioner", PRACTITIONER),
    "GET /api/v1/console/encounters/{id}": ("practitioner", READER),
    "GET /api/v1/console/encounters/{id}/exam.pdf": ("practitioner", READER),
    "GET /api/v1/console/reviews": ("practitioner", PRACTITIONER),
    "GET /api/v1/console/encounters/{id}/note": ("practitioner", EXAMINER),
    "GET /api/v1/console/encounters/{id}/chat": ("practitioner", READER),
    "GET /api/v1/console/encounters/{id}/pictures/{picture}": ("practitioner", READER),
    "GET /api/v1/console/encounters/{id}/thumbnails/{picture}": ("practitioner", READER),
    "GET /api/v1/console/encounters/{id}/authorizations": ("practitioner", READER),
    "POST /api/v1/console/authorizations/{id}/revoke": ("practitioner", EXAMINER),
    "GET /api/v1/console/shifts": ("practitioner", PRACTITIONER),
    "POST /api/v1/console/shifts": ("practitioner", PRACTITIONER),
    "PUT /api/v1/console/shifts/{id}": ("practitioner", EXAMINER),
    "DELETE /api/v1/console/shifts/{id}": ("practitioner", EXAMINER),
    "PUT /api/v1/console/settings": ("practitioner", PRACTITIONER),
}
