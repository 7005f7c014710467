"""Who may give what: a table. Nobody gives more than they have.

    who                 gives                                   to people of
    compliance          every role                              its network and the spas of it
    manager of a spa    staff, manager                          their spa
    medical director    staff, medical director                 their spa

Who may give a role may also take it: invite, change, close, reopen and let in again are one
permission. A manager reaches what a director does not (the spa's own systems), and a director
what a manager does not (protocols), so neither makes the other. Compliance gives what it does
not have itself: that is its office, and it cannot give it to itself, because nobody changes
their own account.

Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from server.access import Principal, Role
from server.people.refusals import BeyondOneself, OwnAccount
from server.storage.directory import Account, AccountAudience

GIVES: Final[Mapping[Role, tuple[Role, ...]]] = {
    Role.COMPLIANCE: (
        Role.PRACTITIONER,
        Role.OPS,
        Role.COMPLIANCE,
        Role.SPA_STAFF,
        Role.SPA_MANAGER,
        Role.MEDICAL_DIRECTOR,
    ),
    Role.SPA_MANAGER: (Role.SPA_STAFF, Role.SPA_MANAGER),
    Role.MEDICAL_DIRECTOR: (Role.SPA_STAFF, Role.MEDICAL_DIRECTOR),
}
AUDIENCE_OF: Final[Mapping[Role, AccountAudience]] = {
    Role.PRACTITIONER: "practitioner",
    Role.OPS: "ops",
    Role.COMPLIANCE: "ops",
    Role.SPA_STAFF: "spa",
    Role.SPA_MANAGER: "spa",
    Role.MEDICAL_DIRECTOR: "spa",
}
KINDS: Final[Mapping[AccountAudience, Literal["network", "spa"]]] = {
    "practitioner": "network",
    "spa": "spa",
    "ops": "network",
}


def given_by(giver: Role, audience: AccountAudience) -> list[Role]:
    """Return which roles of an audience somebody may give."""
    return [one for one in GIVES.get(giver, ()) if AUDIENCE_OF[one] == audience]


def may_give(giver: Role, role: str) -> bool:
    """Tell whether somebody may give, and take, a role."""
    return role in GIVES.get(giver, ())


def require_giver(giver: Role, role: str) -> None:
    """Refuse who may not give a role.

    Raises:
        BeyondOneself: they may not.
    """
    if not may_give(giver, role):
        raise BeyondOneself


def require_other(who: Principal, account: Account) -> None:
    """Refuse who may not decide about an account: one of a role beyond theirs, or their own.

    Raises:
        OwnAccount: it is theirs.
        BeyondOneself: they could not give the role that it has.
    """
    if who.account_id == account.account_id:
        raise OwnAccount
    require_giver(who.role, account.role)
