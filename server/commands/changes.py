"""The audit entry of a change at the command line, in the transaction of the change."""

from __future__ import annotations

from server import auditing
from server.auditing import Action, AuditEvent
from server.services import Core
from server.storage import directory
from server.storage.database import Tx


async def event_of(
    tx: Tx, core: Core, action: Action, command: str, organization_id: str
) -> AuditEvent:
    """Return the entry of a change, for the compliance of an organization's network.

    Args:
        tx: reads.
        core: who is at the command line, and when.
        action: what is done.
        command: `network create`, no arguments; a random id of what it is about may follow.
        organization_id: a network, or a spa.

    Raises:
        RowMissing: there is no such organization.
    """
    of = await directory.organization(tx, organization_id)
    network_id = of.network_id or of.organization_id
    return auditing.cli_event(core, action, command, network_id=network_id)


async def note_change(
    tx: Tx, core: Core, action: Action, command: str, organization_id: str
) -> AuditEvent:
    """Append the entry of a change, and return it; see `event_of`.

    Raises:
        RowMissing: there is no such organization.
    """
    event = await event_of(tx, core, action, command, organization_id)
    await auditing.note(tx, event)
    return event


async def note_of_site(
    tx: Tx, core: Core, action: Action, command: str, site_id: str
) -> AuditEvent:
    """Append the entry of a change of a site, and return it.

    Raises:
        RowMissing: there is no such site.
    """
    site = await directory.site(tx, site_id)
    return await note_change(tx, core, action, command, site.spa_id)
