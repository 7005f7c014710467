"""What must hold of a clinic, whatever broke meanwhile: read from the rows, not from programs.

nobody lost          who came into line has a signed exam
place kept           nobody was rung for before who came first, but for who was not there
no double match      a practitioner has one offer at a time, a patient one practitioner
nobody unlicensed    every offer went to somebody licensed where the patient is
acks                 what was acknowledged is committed
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from tests.cluster.running import Cluster
from tests.faults.clinic import Clinic
from tests.faults.staying import Said, StayingSocket

OPEN_END: Final = 2**62


class NotHeld(Exception):
    """Something that must hold did not; the message says what."""


@dataclass(frozen=True, slots=True)
class OfferRow:
    """One offer."""

    offer_id: str
    encounter_id: str
    practitioner_id: str
    state: str
    parallel: bool
    rung_at: int
    settled: int | None

    @property
    def settled_at(self) -> int:
        """Return when it stopped ringing; much later, while it rings."""
        return self.settled or OPEN_END


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One encounter."""

    encounter_id: str
    visit: str
    place: int | None
    ready_at: int | None
    practitioner_id: str | None
    signed_at: int | None


class Records:
    """The rows of a clinic's encounters as they are now."""

    def __init__(self, cluster: Cluster, people: Clinic) -> None:
        """Read them."""
        ids = [one.encounter_id for one in people.patients]
        self._cluster = cluster
        self._people = people
        self.visits = {
            str(row[0]): VisitRow(*row)
            for row in cluster.postgres.rows(
                "SELECT id, visit, place, ready_at, practitioner_id, signed_at"
                " FROM encounters WHERE id = ANY(%s)",
                ids,
            )
        }
        self.offers = [
            OfferRow(*row)
            for row in cluster.postgres.rows(
                "SELECT id, encounter_id, practitioner_id, state, parallel, rung_at, settled_at"
                " FROM offers WHERE encounter_id = ANY(%s) ORDER BY rung_at, id",
                ids,
            )
        ]

    def broken(self) -> list[str]:
        """Return what does not hold, in sentences."""
        return [
            *self._lost(),
            *self._overtaken(),
            *self._doubled(),
            *self._unlicensed(),
            *self._unkept(),
        ]

    def _lost(self) -> Iterator[str]:
        for one in self._people.patients:
            row = self.visits.get(one.encounter_id)
            if row is None or row.signed_at is None or row.visit != "signed":
                yield f"a patient is not signed but {row.visit if row else 'gone'}"

    def _overtaken(self) -> Iterator[str]:
        first: dict[str, int] = {}
        for offer in self.offers:
            first.setdefault(offer.encounter_id, offer.rung_at)
        placed = sorted(
            (row for row in self.visits.values() if row.ready_at is not None),
            key=lambda row: row.place or 0,
        )
        joined = [one.encounter_id for one in self._people.patients]
        if [row.encounter_id for row in placed] != joined:
            yield "places are not in the order of coming"
        there = {one.encounter_id: one.socket.was_there for one in self._people.patients}
        for number, row in enumerate(placed):
            own = first.get(row.encounter_id, OPEN_END)
            later = [first.get(one.encounter_id, OPEN_END) for one in placed[number + 1 :]]
            if any(one < own and there[row.encounter_id](one) for one in later):
                yield "somebody was rung for before who came first and was there"

    def _doubled(self) -> Iterator[str]:
        for whom in ("practitioner_id", "encounter_id"):
            for offers in self._by(whom).values():
                apart = [one for one in offers if not one.parallel]
                for before, after in pairwise(apart):
                    if after.rung_at < before.settled_at:
                        yield f"two offers at once for one {whom.removesuffix('_id')}"
        for encounter_id, offers in self._by("encounter_id").items():
            accepted = [one for one in offers if one.state == "accepted"]
            examiner = self.visits[encounter_id].practitioner_id
            if len(accepted) > 1:
                yield "one patient was accepted twice"
            if accepted and accepted[-1].practitioner_id != examiner:
                yield "somebody else has the exam than who accepted it"

    def _unlicensed(self) -> Iterator[str]:
        found = self._cluster.postgres.rows(
            "SELECT count(*) FROM offers o JOIN encounters e ON e.id = o.encounter_id"
            " WHERE e.id = ANY(%s) AND NOT EXISTS (SELECT 1 FROM authorities a"
            " WHERE a.practitioner_id = o.practitioner_id AND a.jurisdiction = e.jurisdiction"
            " AND a.status = 'active' AND a.verified_at IS NOT NULL"
            " AND a.valid_from <= o.rung_at AND o.rung_at < a.valid_until)",
            list(self.visits),
        )
        if found[0][0]:
            yield f"{found[0][0]} offers to somebody unlicensed"

    def _unkept(self) -> Iterator[str]:
        """What was acknowledged and is not there."""
        for socket, encounter_id in self._sockets():
            for said in socket.said:
                if said.ack.ok and not self._is_kept(said, encounter_id):
                    yield f"{said.command['type']} was acknowledged and is not committed"

    def _is_kept(self, said: Said, encounter_id: str | None) -> bool:
        match said.command["type"]:
            case "queue.join":
                row = self.visits.get(encounter_id or "")
                return row is not None and row.ready_at is not None
            case "offer.accept":
                return any(
                    one.offer_id == said.command["offer_id"] and one.state == "accepted"
                    for one in self.offers
                )
            case "encounter.sign":
                row = self.visits.get(str(said.command["encounter_id"]))
                return row is not None and row.signed_at is not None
            case _:
                return True

    def _sockets(self) -> Iterator[tuple[StayingSocket, str | None]]:
        for patient in self._people.patients:
            yield patient.socket, patient.encounter_id
        for worker in self._people.workers.values():
            yield worker.socket, None

    def _by(self, whom: str) -> dict[str, list[OfferRow]]:
        found: dict[str, list[OfferRow]] = {}
        for offer in self.offers:
            found.setdefault(str(getattr(offer, whom)), []).append(offer)
        return found


def require_sound(cluster: Cluster, people: Clinic) -> None:
    """See that everything holds that must.

    Raises:
        NotHeld: something does not.
    """
    broken = Records(cluster, people).broken()
    if broken:
        raise NotHeld("; ".join(sorted(set(broken))))
