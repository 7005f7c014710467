"""Somebody of every role, organization, relation and proof, each with a session of their own.

    own      the network, the spa and the site that most things here belong to
    near     another spa of the same network
    far      another network, with a spa of its own

What each of them is stands here as data, as the test says it: nothing of it was read from the
server under test.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from server.access import ANONYMOUS, SPA_ROLES, Audience, Principal, Role
from server.access.scopes import SCOPES
from server.sessions import hash_of

NETWORKS: Final = {"own": "network-own", "near": "network-own", "far": "network-far"}
SPAS: Final = {"own": "spa-own", "near": "spa-near", "far": "spa-far"}
SITES: Final = {
    "own": "site-own",
    "beside": "site-beside",  # of the same spa
    "near": "site-near",
    "far": "site-far",
}
SPA_OF_SITE: Final = {"own": "own", "beside": "own", "near": "near", "far": "far"}
# What each is to the encounter `own`; all but the last are of the same network.
PRACTITIONERS: Final = {
    "examiner": "own",
    "colleague": "own",
    "predecessor": "own",
    "supervisor": "own",
    "firstaider": "own",  # of the charts, in an emergency
    "stranger": "far",
}
PROOFS: Final = ("fresh", "stale", "enrolling")
TOKEN_PREFIX: Final = "goodfaith_svc_"
LASTING_PREFIX: Final = "goodfaith_spa_"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who asks.

    Attributes:
        name: what they are, in words.
        principal: who they are.
        proof: how far they have proven it.
        secret: what they show: the value of a cookie, or a token; nothing for strangers.
    """

    name: str
    principal: Principal
    proof: str = "fresh"
    secret: str = ""

    @property
    def is_fresh(self) -> bool:
        """Tell whether something was proven within the last minutes."""
        return self.proof != "stale"

    @property
    def has_token(self) -> bool:
        """Tell whether they ask with a token."""
        return self.principal.token_id is not None


def with_session(name: str, principal: Principal, proof: str = "fresh") -> Person:
    """Return somebody who shows the cookie of a session."""
    secret = f"cookie-{name}".replace(" ", "-")
    known = replace(principal, session=hash_of(secret), complete=proof != "enrolling")
    return Person(name, known, proof, secret)


def practitioner(who: str) -> Principal:
    return Principal(
        "practitioner",
        Role.PRACTITIONER,
        organization_id=NETWORKS[PRACTITIONERS[who]],
        account_id=f"account-{who}",
        practitioner_id=who,
    )


def staff() -> Iterator[tuple[str, Principal]]:
    """Give everybody with an account: a name, and who they are."""
    for who in PRACTITIONERS:
        yield who, practitioner(who)
    for role in SPA_ROLES:
        # Who is of the network's other spa is to this one what the far ones are: one is enough.
        for place in ("own", "near", "far") if role is Role.SPA_STAFF else ("own", "far"):
            name = f"{role} {place}"
            yield name, Principal("spa", role, SPAS[place], account_id=account_id(name))
    for role in (Role.OPS, Role.COMPLIANCE):
        for place in ("own", "far"):
            name = f"{role} {place}"
            yield name, Principal("ops", role, NETWORKS[place], account_id=account_id(name))


def account_id(name: str) -> str:
    return f"account-{name}".replace(" ", "-").replace("_", "-")


def patients() -> Iterator[Person]:
    for place in ("own", "far"):
        who = Principal("patient", Role.PATIENT, encounter_id=f"encounter-{place}")
        yield with_session(f"patient {place}", who)


def tablets() -> Iterator[Person]:
    for place in ("own", "near"):
        site_id, spa_id = SITES[place], SPAS[place]
        who = Principal("site", Role.SITE_DEVICE, spa_id, site_id=site_id, kiosk=True)
        yield with_session(f"tablet {place}", who)


def software() -> Iterator[Person]:
    """Give software of spas, by every scope alone and by all; one has a token that lasts."""
    for place in ("own", "far"):
        yield _software(place, SCOPES, TOKEN_PREFIX, f"software-{place}")
    for scope in SCOPES:
        yield _software("own", (scope,), TOKEN_PREFIX, "software-own")
    yield _software("own", SCOPES, LASTING_PREFIX, "token-lasting")


def _software(place: str, scopes: tuple[str, ...], prefix: str, token_id: str) -> Person:
    name = f"{token_id} {' '.join(scopes)}"
    who = Principal(
        "spa",
        Role.SPA_SOFTWARE,
        SPAS[place],
        token_id=token_id,
        scopes=frozenset(scopes),
    )
    return Person(name, who, secret=prefix + hash_of(name)[:43])


def everybody() -> tuple[Person, ...]:
    """Return all who ask."""
    return (
        Person("nobody", ANONYMOUS),
        *patients(),
        *tablets(),
        *software(),
        *(
            with_session(f"{name} {proof}", principal, proof)
            for name, principal in staff()
            for proof in PROOFS
        ),
    )


EVERYBODY: Final = everybody()
BY_NAME: Final[Mapping[str, Person]] = {one.name: one for one in EVERYBODY}
# One of each audience, to be where they have no business.
STRAYS: Final[Mapping[Audience, Person]] = {
    "patient": BY_NAME["patient own"],
    "site": BY_NAME["tablet own"],
    "practitioner": BY_NAME["examiner fresh"],
    "spa": BY_NAME["spa_manager own fresh"],
    "ops": BY_NAME["compliance own fresh"],
}
