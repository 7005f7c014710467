"""Who of the people has a socket, and a line that keeps what is sent to each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from server import access
from server.live.doors import Wire
from tests.matrix.people import EVERYBODY, Person

DONE: Final = "done"
NAMESPACE_OF: Final = {rule.audience: name for name, rule in access.NAMESPACES.items()}
LIVE: Final = [one for one in EVERYBODY if one.principal.audience in NAMESPACE_OF]


def at_the_door(namespace: str, person: Person) -> str:
    """Return what the policy has for somebody who connects."""
    rule, who = access.NAMESPACES[namespace], person.principal
    if person.has_token or who.audience != rule.audience or not access.may(rule, who):
        return "not_signed_in"
    return DONE if access.is_proven(rule, who) else "enrolment_required"


@dataclass
class Line:
    """Keeps what every socket was sent."""

    told: list[tuple[str, Wire]] = field(default_factory=list)

    def deliver(self, node: str, sid: str, wire: Wire) -> None:
        assert node == "node"
        self.told.append((sid, wire))

    def hang_up(self, node: str, sid: str, last_word: Wire) -> None:
        raise AssertionError((node, sid, last_word))
