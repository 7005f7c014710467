"""Whom a line of a file means, by login or NPI: one practitioner, or nobody can tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Final, TypeAlias

from server.staffing.roster_csv import Remark
from server.storage import directory
from server.storage.statements import Tx

COLUMN: Final = "practitioner"
UNKNOWN: Final = "No practitioner of this network has this login or NPI."
AMBIGUOUS: Final = (
    "Several practitioners of this network have this as login or NPI. "
    "Name the one that is meant by what only they have."
)

Names: TypeAlias = Mapping[str, Collection[str]]
"""Ids of practitioners by login and by NPI, which several may have."""


async def names_of(tx: Tx, network_id: str, *, active_only: bool = False) -> Names:
    """Return by what a network's practitioners may be named."""
    logins = {
        one.account_id: one.login
        for one in await directory.accounts_of(tx, network_id)
        if one.audience == "practitioner"
    }
    names: defaultdict[str, set[str]] = defaultdict(set)
    for who in await directory.practitioners_of(tx, network_id):
        if who.active or not active_only:
            names[who.npi].add(who.practitioner_id)
            names[logins[who.account_id]].add(who.practitioner_id)
    return names


def who_is(names: Names, named: str, line: int) -> str | Remark:
    """Return the id of whom a line is about, or why nobody can tell.

    Of several, one who examines is not preferred to one who examines no more, nor a login to an
    NPI: nothing may come to somebody else.
    """
    found = names.get(named, ())
    if not found:
        return Remark(line, COLUMN, "practitioner_unknown", UNKNOWN)
    if len(found) > 1:
        return Remark(line, COLUMN, "practitioner_ambiguous", AMBIGUOUS)
    (who,) = found
    return who
