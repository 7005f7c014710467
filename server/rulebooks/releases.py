"""The snapshot that came with this release, or one in a folder, as it can be published."""

from __future__ import annotations

import json

from server.rules.refusals import SnapshotUnreadable
from server.rules.snapshot import Signature
from server.rules.snapshot_files import (
    SIGNATURE,
    Document,
    Folder,
    read_document,
    shipped_folder,
)


def shipped_release() -> tuple[Document, Signature]:
    """Return the document of this release and its signature.

    Raises:
        SnapshotUnreadable: the installation is damaged.
    """
    return release_in(shipped_folder())


def release_in(folder: Folder) -> tuple[Document, Signature]:
    """Return what a folder holds.

    Raises:
        SnapshotUnreadable: something is missing, or nobody signed it.
    """
    file = folder.joinpath(SIGNATURE)
    if not file.is_file():
        raise SnapshotUnreadable("nobody signed this snapshot")
    try:
        signature = Signature.model_validate(json.loads(file.read_bytes()))
    except ValueError:
        raise SnapshotUnreadable(f"{SIGNATURE} is not in the right form") from None
    return read_document(folder), signature
