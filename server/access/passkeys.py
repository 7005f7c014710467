"""Who may register passkeys and give them up: their owners. Signing in, anybody may try."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from server.access.rules import (
    PRACTITIONER,
    PUBLIC,
    STAFF,
    STEERING,
    Rule,
    enrolling,
    fresh,
    fresh_or_enrolling,
)

PAGES: Final = {"console": PRACTITIONER, "portal": STAFF, "ops": STEERING}

ROUTES: Final[Mapping[str, Rule]] = {
    f"{route.replace(' ', f' /api/v1/{page}/')}": rule
    for page, own in PAGES.items()
    for route, rule in {
        "POST passkeys/options": fresh_or_enrolling(own),
        "POST passkeys": enrolling(own),  # it answers what was asked for freshly
        "PUT passkeys/{id}": own,
        "DELETE passkeys/{id}": fresh(own),
        "POST session/passkey-options": PUBLIC,
        "POST session/passkey": PUBLIC,
    }.items()
}
