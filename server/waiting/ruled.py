"""The rules at the desk: asked about the visits of a batch, with what their charts say.

One look at the charts of all of them, and the standing rules held until the commit. Made for
one batch; what it knows was read in its transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from server.chart.ruling_entries import RulingMoment
from server.keyring import Keyring
from server.rulebooks.standing import Rulebooks, Standing
from server.rulings.facts import Facts
from server.rulings.ruling import Asked, Ruling, classes_of, facts_for, rule
from server.storage.database import Tx
from server.storage.directory import PractitionerFile
from server.storage.encounters import Encounter
from signaling.identifiers import EligibilityClass

UNKNOWN = Facts()
PART: Final = 64  # charts that are read and looked at in a row


@dataclass(frozen=True, slots=True)
class Rules:
    """What the rules are asked with.

    Attributes:
        standing: by what the network decides; None where nothing is asked.
        facts: of each chart that is asked about.
    """

    standing: Standing | None
    facts: Mapping[str, Facts]

    def ruling(
        self,
        encounter: Encounter,
        file: PractitionerFile | None,
        moment: RulingMoment,
        now: int,
    ) -> Ruling:
        """Ask about one visit, with a practitioner or for the pool."""
        assert self.standing is not None, "it was said what would be asked"
        facts = self.facts.get(encounter.encounter_id, UNKNOWN)
        return rule(Asked(encounter, facts, file, moment), self.standing, now)


NOTHING_ASKED = Rules(None, {})


@dataclass(frozen=True, slots=True)
class RuledBy:
    """Where a network's rules and charts are read."""

    network_id: str
    keyring: Keyring
    rulebooks: Rulebooks

    async def standing(self, tx: Tx, *, lock: bool = False) -> Standing:
        """Return by what the network decides."""
        return await self.rulebooks.standing(tx, self.network_id, lock=lock)

    async def rules(self, tx: Tx, encounter_ids: Collection[str]) -> Rules:
        """Read what is needed to ask about some visits; nothing changes before the commit."""
        if not encounter_ids:
            return NOTHING_ASKED
        standing = await self.standing(tx, lock=True)
        return Rules(standing, await facts_for(tx, self.keyring, sorted(encounter_ids)))

    async def classes(
        self, tx: Tx, waiting: Sequence[Encounter], now: int
    ) -> dict[str, EligibilityClass]:
        """Return in which class each of those who wait belongs, as the rules are now."""
        if not waiting:
            return {}
        standing = await self.standing(tx)
        found: dict[str, EligibilityClass] = {}
        for first in range(0, len(waiting), PART):  # others of this process have their turn
            some = waiting[first : first + PART]
            facts = await facts_for(tx, self.keyring, [one.encounter_id for one in some])
            found |= classes_of(some, facts, standing, now)
        return found
