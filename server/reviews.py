"""Texts that nobody has reviewed do not leave the demo.

A part of a document is reviewed when its index says so, or when a network has put down who
reviewed exactly this text (by its hash) and under which reference.
"""

from __future__ import annotations

from collections.abc import Iterable

from server.consenting.library import Document, Part
from server.errors import Forbidden
from server.storage import directory, gate_settings
from server.storage.database import Tx


class ConsentUnreviewed(Forbidden):
    """A consent text is a draft that this network has had nobody review."""

    code = "consent_unreviewed"
    message = "The consent texts are drafts and not reviewed for this network: no exam yet."


async def require_reviewed(tx: Tx, network_id: str, shown: Iterable[Document]) -> None:
    """Refuse documents with a draft in them, unless the network is a demo network.

    Raises:
        ConsentUnreviewed: naming the parts that are drafts.
    """
    network = await directory.organization(tx, network_id)
    if network.demo:
        return
    drafts = await unreviewed(tx, network_id, (part for one in shown for part in one.parts))
    if drafts:
        raise ConsentUnreviewed(fields=tuple(dict.fromkeys(one.name for one in drafts)))


async def unreviewed(tx: Tx, network_id: str, parts: Iterable[Part]) -> list[Part]:
    """Return the parts that are drafts for a network."""
    there = await gate_settings.reviewed(tx, network_id)
    return [
        one for one in parts if one.status != "reviewed" and (one.name, one.sha256) not in there
    ]
