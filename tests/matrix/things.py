"""What is asked about: one of each kind that is one's own, and of everybody else's.

As data, like the people: whose each is stands here, and is not read from the server.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from server.access import Resource
from server.http.routes import Subject
from tests.matrix.people import NETWORKS, PRACTITIONERS, SITES, SPA_OF_SITE, SPAS

UNKNOWN: Final = "0" * 32
TOO_LONG: Final = "x" * 65


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that an id names; no resource where it names nothing."""

    id: str
    resource: Resource | None = None


NOTHING_THERE: Final = (Thing(UNKNOWN), Thing(TOO_LONG))


@dataclass(frozen=True, slots=True)
class Visit:
    """An encounter of the table.

    Attributes:
        site: where; it says whose spa and network's it is, too.
        examiner: whose it is; None: nobody's.
        readers: `Resource` has them.
    """

    site: str
    examiner: str | None
    took_part: frozenset[str] = frozenset()
    supervisors: frozenset[str] = frozenset()
    emergency: frozenset[str] = frozenset()


VISITS: Final[Mapping[str, Visit]] = {
    "own": Visit(
        "own",
        "examiner",
        took_part=frozenset({"predecessor"}),
        supervisors=frozenset({"supervisor"}),
        emergency=frozenset({"firstaider"}),
    ),
    "colleagues": Visit("own", "colleague"),
    "nobodys": Visit("own", None),
    "beside": Visit("beside", "colleague"),
    "near": Visit("near", "colleague"),
    # Whatever is written there, nobody of another network reads it.
    "far": Visit(
        "far",
        "stranger",
        took_part=frozenset({"predecessor"}),
        supervisors=frozenset({"supervisor"}),
        emergency=frozenset({"firstaider"}),
    ),
}


def of_visit(name: str) -> Resource:
    """Return whose an encounter is, without its readers."""
    visit = VISITS[name]
    place = SPA_OF_SITE[visit.site]
    return Resource(
        network_id=NETWORKS[place],
        spa_id=SPAS[place],
        encounter_id=f"encounter-{name}",
        practitioner_id=visit.examiner,
        site_id=SITES[visit.site],
    )


def _read(name: str) -> Resource:
    one = VISITS[name]
    return replace(
        of_visit(name),
        took_part=one.took_part,
        supervisors=one.supervisors,
        emergency=one.emergency,
    )


def _of_site(name: str) -> Resource:
    return Resource(spa_id=SPAS[SPA_OF_SITE[name]], site_id=SITES[name])


def _of_practitioner(who: str) -> Resource:
    return Resource(network_id=NETWORKS[PRACTITIONERS[who]], practitioner_id=who)


PEOPLE_OF: Final[Mapping[str, Resource]] = {
    **{one: Resource(NETWORKS[place], one) for place, one in SPAS.items()},
    **{one: Resource(one) for one in NETWORKS.values()},
}
"""Whose the people of each organization are."""

THINGS: Final[Mapping[Subject, tuple[Thing, ...]]] = {
    Subject.ENCOUNTER: tuple(Thing(f"encounter-{one}", of_visit(one)) for one in VISITS),
    Subject.ENCOUNTER_READ: tuple(Thing(f"encounter-{one}", _read(one)) for one in VISITS),
    Subject.AUTHORIZATION: tuple(
        Thing(f"authorization-{name}", of_visit(name))
        for name, one in VISITS.items()
        if one.examiner is not None
    ),
    Subject.EMERGENCY_ACCESS: tuple(
        Thing(f"emergency-{place}", Resource(NETWORKS[place])) for place in ("own", "far")
    ),
    Subject.SITE: tuple(Thing(site_id, _of_site(name)) for name, site_id in SITES.items()),
    Subject.PROTOCOL: tuple(Thing(f"protocol-{name}", _of_site(name)) for name in SITES),
    Subject.SHIFT: tuple(Thing(f"shift-{who}", _of_practitioner(who)) for who in PRACTITIONERS),
    Subject.PRACTITIONER: tuple(Thing(who, _of_practitioner(who)) for who in PRACTITIONERS),
    Subject.DESTINATION: tuple(
        Thing(f"destination-{place}", Resource(spa_id=one)) for place, one in SPAS.items()
    ),
    Subject.SOFTWARE: tuple(
        Thing(f"software-{place}", Resource(spa_id=one)) for place, one in SPAS.items()
    ),
    Subject.ACCOUNT: (
        Thing("account-spa-staff-own", PEOPLE_OF["spa-own"]),
        Thing("account-spa-staff-near", PEOPLE_OF["spa-near"]),
        Thing("account-spa-staff-far", PEOPLE_OF["spa-far"]),
        Thing("account-examiner", PEOPLE_OF["network-own"]),
        Thing("account-stranger", PEOPLE_OF["network-far"]),
    ),
    Subject.INVITATION: tuple(
        Thing(f"invitation-{one}", resource) for one, resource in PEOPLE_OF.items()
    ),
    Subject.PROVIDER: tuple(
        Thing(f"provider-{one}", resource) for one, resource in PEOPLE_OF.items()
    ),
}
"""All that may be asked about by an id in the path, one's own first."""
