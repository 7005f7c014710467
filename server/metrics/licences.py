"""Who is licensed where, looked up at most once in a few seconds.

For pictures only: whether somebody may examine is decided with rows read under lock, elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from server.services import Core
from server.storage import directory
from server.waiting.authorities import in_force
from signaling.identifiers import PractitionerId

FRESH_US: Final = 5_000_000


@dataclass(frozen=True, slots=True)
class Licensee:
    """A practitioner of a network, and where they may see patients now."""

    display_name: str
    profession: str
    jurisdictions: frozenset[str]


class Licences:
    """The practitioners of one network."""

    def __init__(self, core: Core, network_id: str) -> None:
        """Know nobody yet."""
        self._core = core
        self._network_id = network_id
        self._looked_at: int | None = None
        self.by_practitioner: Mapping[PractitionerId, Licensee] = {}

    async def refresh(self) -> None:
        """Look again if the last look is too old."""
        now = self._core.clock.now()
        if self._looked_at is not None and now - self._looked_at < FRESH_US:
            return
        async with self._core.database.read() as tx:
            files = await directory.practitioner_files(tx, self._network_id)
        self._looked_at = now
        self.by_practitioner = {
            PractitionerId(one.practitioner.practitioner_id): Licensee(
                one.practitioner.display_name,
                one.practitioner.profession,
                in_force(one, now),
            )
            for one in files
        }

    def places(self) -> Mapping[PractitionerId, frozenset[str]]:
        """Return where each may see patients."""
        return {who: one.jurisdictions for who, one in self.by_practitioner.items()}
