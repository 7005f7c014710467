"""What can be held against a snapshot by a machine: `goodfaith rules verify`.

A fault makes the snapshot useless. A remark is for whoever maintains the rules: something is
uncited, or its review is overdue. Neither says that the law was read rightly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from server.rules.law import Cited, FederalLaw, JurisdictionLaw
from server.rules.snapshot import SignedSnapshot
from server.rules.words import Basis, Minimum, Profession
from signaling.identifiers import Instant

LESS_THAN_LIVE = frozenset({Minimum.STORE_AND_FORWARD, Minimum.LIVE_AUDIO})


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found.

    Attributes:
        faults: why the snapshot cannot be relied upon.
        overdue: places whose review day has passed.
        uncited: places with a value that decides and no citation of its own.
        deciding: how many values decide.
    """

    faults: tuple[str, ...]
    overdue: tuple[str, ...]
    uncited: tuple[str, ...]
    deciding: int


def verify(signed: SignedSnapshot, *, now: Instant, today: date) -> Findings:
    """Hold a snapshot against what a machine can know.

    Args:
        signed: read, so its form, words and 51 jurisdictions are right already.
        now: the instant for which it is asked.
        today: the same as a day, UTC.
    """
    laws: Mapping[str, FederalLaw | JurisdictionLaw] = {
        "federal": signed.snapshot.federal,
        **signed.snapshot.jurisdictions,
    }
    cited = [
        (f"{code}.{place}", one)
        for code, law in laws.items()
        for place, one in law.cited()
        if says_something(one)
    ]
    fault = signed.fault(now)
    return Findings(
        faults=(
            *((f"the snapshot is {fault}",) if fault else ()),
            *_uncited_permissions(signed),
        ),
        overdue=tuple(place for place, one in cited if one.review_by < today),
        uncited=tuple(place for place, one in cited if not one.citations),
        deciding=len(cited),
    )


def says_something(cited: Cited[object]) -> bool:
    """Tell whether a value decides: an unknown or empty one does not."""
    return cited.value not in (None, (), Basis.UNKNOWN)


def _uncited_permissions(signed: SignedSnapshot) -> Iterator[str]:
    for law in signed.snapshot.jurisdictions.values():
        for rule in law.rules:
            if rule.minimum.value in LESS_THAN_LIVE and not rule.minimum.citations:
                yield f"{rule.name} would permit {rule.minimum.value} without a citation"
            if Profession.RN in rule.professions.value and rule.minimum.value is not None:
                yield f"{rule.name} names an RN, who never examines"
