"""All files of a network, read at once: for lists and for what ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from server.credentials import Clearance, Parts, Standard, clearance
from server.practitioner_files.expiring import Ending, endings
from server.storage import credentials, directory
from server.storage.credentials import Backing
from server.storage.database import Tx
from server.storage.directory import PractitionerFile

NO_PARTS = Parts()


@dataclass(frozen=True, slots=True)
class NetworkFiles:
    """The files of a network's practitioners, as they were at one instant.

    `time_zone`: in which its days are meant.
    """

    network_id: str
    time_zone: str
    standard: Standard | None
    files: Sequence[PractitionerFile]
    parts: Mapping[str, Parts]
    backings: Mapping[str, Sequence[Backing]]

    def parts_of(self, file: PractitionerFile) -> Parts:
        """Return the parts of one file."""
        return self.parts.get(file.practitioner.practitioner_id, NO_PARTS)

    def endings(self, file: PractitionerFile, now: int) -> list[Ending]:
        """Return what of a file has an end, the nearest first."""
        backings = self.backings.get(file.practitioner.practitioner_id, ())
        return endings(file, backings, self.parts_of(file), self.standard, now)

    def clearance(self, file: PractitionerFile, now: int) -> Clearance:
        """Return until when a file is complete, and what it lacks."""
        return clearance(self.parts_of(file), self.standard, now, self.time_zone)


async def files_of(tx: Tx, network_id: str, *, time_zone: str) -> NetworkFiles:
    """Read every file of a network."""
    return NetworkFiles(
        network_id=network_id,
        time_zone=time_zone,
        standard=await credentials.standard(tx, network_id),
        files=await directory.practitioner_files(tx, network_id),
        parts=await credentials.parts_of_network(tx, network_id),
        backings=await credentials.collaborations_of(tx, network_id),
    )
