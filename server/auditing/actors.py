"""How the audit log names who did something: a role and a random identifier, never a name.

The words are those of the charts (`server.charting`), so that the same person has the same
name in both.
"""

from __future__ import annotations

import re
from typing import Final

from server.access import SPA_ROLES, Principal, Role

ANONYMOUS: Final = "anonymous"
NOT_A_WORD: Final = re.compile(r"[^A-Za-z0-9_.-]")
STEERING: Final = (Role.OPS, Role.COMPLIANCE)
USER_CHARS_MAX: Final = 40


def actor_of(principal: Principal) -> str:
    """Return the pseudonym of who is asking."""
    role = principal.role
    names = (
        ("patient", principal.encounter_id, role is Role.PATIENT),
        ("practitioner", principal.practitioner_id, role is Role.PRACTITIONER),
        ("staff", principal.account_id, role in SPA_ROLES),
        ("software", principal.token_id, role is Role.SPA_SOFTWARE),
        ("tablet", principal.site_id, role is Role.SITE_DEVICE),
        (role.value, principal.account_id, role in STEERING),
    )
    return next((f"{word}:{name}" for word, name, fits in names if fits), ANONYMOUS)


def of_account(role: str, account_id: str) -> str:
    """Return the pseudonym of an account that somebody tried to come in by."""
    if role in SPA_ROLES:
        return f"staff:{account_id}"
    return f"{role if role in STEERING else 'account'}:{account_id}"


def operator(user: str) -> str:
    """Return the pseudonym of somebody at the command line, by the name of their account."""
    return f"operator:{NOT_A_WORD.sub('_', user)[:USER_CHARS_MAX] or 'unknown'}"
