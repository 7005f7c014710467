"""What patients in line are told of their wait, and that nobody is told the same twice.

A range is in minutes, and a line changes many times a second: of those who wait, few have
something new to hear.
"""

from __future__ import annotations

from server.access import Principal
from server.live.cards import recipient_of_patient
from server.live.connections import Connections
from server.live.presenter import Presenter
from signaling import messages as wire


class Waits:
    """What the patients of one network heard last."""

    def __init__(self, presenter: Presenter, connections: Connections) -> None:
        """Nobody was told anything."""
        self._presenter = presenter
        self._connections = connections
        self._told: dict[str, wire.QueueChanged] = {}

    def tell(self, network_id: str, encounter_id: str) -> None:
        """Tell one patient, if they are in line and it is news."""
        wait = self._presenter.wait(network_id, encounter_id)
        if wait is not None:
            self._tell(encounter_id, wait)

    def tell_all(self, network_id: str) -> None:
        """Tell everybody in line who is connected and for whom it is news."""
        here = {one.partition(":")[2] for one in self._connections.recipients("patient:")}
        self._told = {one: told for one, told in self._told.items() if one in here}
        for encounter_id, wait in self._presenter.all_waits(network_id).items():
            if encounter_id in here:
                self._tell(encounter_id, wait)

    def tell_anew(self, who: Principal, network_id: str) -> None:
        """Tell somebody who came back and missed nothing: they still stand in line."""
        if who.encounter_id is not None:
            self.shown(who.encounter_id)
            self.tell(network_id, who.encounter_id)

    def shown(self, encounter_id: str) -> None:
        """A page of the patient was shown a whole state: what was told before is void."""
        self._told.pop(encounter_id, None)

    def _tell(self, encounter_id: str, wait: wire.QueueChanged) -> None:
        if self._told.get(encounter_id) == wait:
            return
        self._told[encounter_id] = wait
        self._connections.tell(recipient_of_patient(encounter_id), wait)
