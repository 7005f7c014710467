"""What must hold: before a commit is seen, after the desk's own, and at the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from server.storage.leases import Lease
from signaling.offers import Offer, OfferState
from signaling.participants import PractitionerStatus
from signaling.snapshot import DutyRow
from signaling.switchboard import Switchboard
from signaling.visit import VisitState
from tests.simulation.cluster.database import LEASE
from tests.simulation.cluster.desk import SimulatedDesk
from tests.simulation.cluster.pages import Page
from tests.simulation.cluster.people import Patient
from tests.simulation.cluster.rows import Changes, Tables, Visit
from tests.simulation.cluster.server import Session
from tests.simulation.invariants import check_quiescence

SEEN = frozenset({VisitState.IN_PROGRESS, VisitState.WRAP_UP})
HERE = frozenset({VisitState.WAITING, VisitState.IN_PROGRESS})


class Watch:
    """Raises AssertionError where something does not hold."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    # ------------------------------------------------------------------ every commit

    def commit(self, session: Session) -> None:
        """Check what a commit would bring."""
        names = {name for name, _ in session.changes.made}
        if session.claims is not None:
            lease = self._tables.lease.rows.get(LEASE)
            assert lease is not None
            assert lease.epoch == session.claims, "a write from an old epoch"
        if names & {"visits", "offers", "duty"}:
            self._offers(session.changes)
            self._exams(session.changes)
            self._places(session.changes)
        if "done" in names:
            self._effects(session.changes)

    def _offers(self, changes: Changes) -> None:
        """One ringing offer per practitioner, and none to anybody without a licence."""
        ringing: set[str] = set()
        for offer in changes.scan(self._tables.offers):
            if offer.state is OfferState.RINGING:
                assert offer.practitioner_id not in ringing, "two offers ring one practitioner"
                ringing.add(offer.practitioner_id)
        for (table, key), row in changes.made.items():
            before = self._tables.offers.rows.get(key)
            if table != "offers" or (before is not None and before == row):
                continue
            offer = cast("Offer", row)
            if offer.state in {OfferState.RINGING, OfferState.ACCEPTED}:
                visit = changes.get(self._tables.visits, offer.encounter_id)
                assert visit is not None
                members = self._tables.licences.rows[visit.eligibility]
                assert offer.practitioner_id in members, "an offer without a licence"

    def _exams(self, changes: Changes) -> None:
        """A visit that is under way has one practitioner, and they no other."""
        held = [one for one in changes.scan(self._tables.duty) if one.encounter_id is not None]
        who = {one.encounter_id: one.practitioner_id for one in held}
        assert len(who) == len(held), "two practitioners have one patient"
        seen = {
            one.encounter_id: one.practitioner_id
            for one in changes.scan(self._tables.visits)
            if one.state in SEEN
        }
        assert who == seen, f"who is examined by whom: {who} on duty, {seen} of visits"

    def _places(self, changes: Changes) -> None:
        """Whoever has a place keeps it; whoever comes later stands behind."""
        for (table, key), row in changes.made.items():
            if table != "visits" or row is None:
                continue
            before, after = self._tables.visits.rows.get(key), cast("Visit", row)
            assert before is not None
            assert before.state is VisitState.INTAKE or after.state is not VisitState.INTAKE
            if before.place:
                assert (before.place, before.ready_at) == (after.place, after.ready_at)
            elif after.place:
                here = [one for one in changes.scan(self._tables.visits) if one.state in HERE]
                first = [one.ready_at for one in here if 0 < one.place < after.place]
                assert after.ready_at >= max(first, default=0), "somebody came in before others"

    def _effects(self, changes: Changes) -> None:
        for count in changes.scan(self._tables.done):
            assert count == 1, "a command was done twice"

    # ------------------------------------------------------------------ the desk's view

    def desk(self, desk: SimulatedDesk, lease: Lease) -> None:
        """After its commit the desk knows the line as the rows tell it, if it is the home."""
        row, board = self._tables.lease.rows[LEASE], desk.switchboard
        if row.epoch != lease.epoch or board is None:
            return
        waiting = sorted((one.ready_at, one.place, one.encounter_id) for one in self.waiting())
        line = [(one.ready_at, one.place, one.encounter_id) for one in board.waiting()]
        assert line == waiting, "the desk's line is not that of the rows"
        duty = {
            one.practitioner_id: (one.status, one.encounter_id)
            for one in self._tables.duty.rows.values()
            if one.status is not PractitionerStatus.AWAY
        }
        known = {
            one.practitioner_id: (one.status, one.encounter_id) for one in board.practitioners()
        }
        assert known == duty, "the desk's practitioners are not those of the rows"
        rung = {one.offer_id for one in board.ringing()}
        assert rung == {one.offer_id for one in self.ringing()}, "other offers ring"

    def waiting(self) -> Sequence[Visit]:
        rows = self._tables.visits.rows.values()
        return [one for one in rows if one.state is VisitState.WAITING]

    def ringing(self) -> Sequence[Offer]:
        rows = self._tables.offers.rows.values()
        return [one for one in rows if one.state is OfferState.RINGING]

    # ------------------------------------------------------------------ pages

    def acknowledged(self, page: Page, command_id: str) -> None:
        """What is acknowledged is committed."""
        key = f"{page.recipient}:{command_id}"
        assert key in self._tables.done.rows, "an acknowledgement of what is not committed"

    def rang(self, page: Page, offer_id: str) -> None:
        """What rings is committed."""
        offer = self._tables.offers.rows.get(offer_id)
        assert offer is not None, "an offer rings that is not committed"
        assert offer.practitioner_id == page.name, "an offer rings somebody else"

    def differs(self, page: Page) -> str:
        """Say in what a page differs from the rows; nothing when it shows them."""
        if not page.sid:
            return "not connected"
        if isinstance(page, Patient):
            visit = self._tables.visits.rows[page.name]
            rings = any(one.encounter_id == page.name for one in self.ringing())
            expected = {"visit": visit.state.value, "ringing": "yes" if rings else ""}
            if not page.acknowledged:
                return "never let in"
        else:
            duty = self._tables.duty.rows.get(page.name)
            offers = [
                one.offer_id for one in self.ringing() if one.practitioner_id == page.name
            ]
            expected = {
                "status": _status(duty),
                "offer": offers[0] if offers else "",
                "encounter": (duty.encounter_id or "") if duty is not None else "",
            }
        return "" if page.view == expected else f"shows {page.view}, rows say {expected}"

    def nobody_is_kept_waiting(self, board: Switchboard) -> None:
        check_quiescence(board, board.waiting(), board.practitioners())


def _status(duty: DutyRow | None) -> str:
    return duty.status.value if duty is not None else "away"
