"""Emergencies: what is shown and who is told, at once. They gate nothing, nothing gates them.

    a flag in the answers, or a button -> entry -> portal row, console alert, patient's page

The address for 911 is where the patient is; the site's own steps come with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, get_args

from server.chart.entries import AnyEntry
from server.chart.gate_entries import EmergencyCleared, EmergencyRaised, EmergencySource
from server.chart.reading import flags_of
from server.chart.state import ChartState
from server.storage import gate_settings
from server.storage.database import Tx
from server.views import SiteView
from signaling.messages import EmergencyFlag, EmergencyRow

FLAGS: Final[frozenset[EmergencyFlag]] = frozenset(get_args(EmergencyFlag))


def raised(
    state: ChartState, flags: Iterable[EmergencyFlag], by: EmergencySource
) -> EmergencyRaised | None:
    """Return the entry of an emergency, with where the patient is; None: it is said already."""
    told = set(state.emergency.flags) if state.emergency else set[EmergencyFlag]()
    named = sorted(told | set(flags))
    if state.requested is None or set(named) == told:
        return None
    site, where = state.requested.site, state.location
    at_site = where is None or where.at_site
    here = site if where is None else where
    return EmergencyRaised(
        by=by,
        flags=named,
        place=site.name if at_site else "",
        street=here.street,
        city=here.city,
        jurisdiction=here.jurisdiction,
        postal_code=here.postal_code,
    )


def after_answers(state: ChartState) -> list[AnyEntry]:
    """Return what the answers of a state raise, or clear when it was they that raised it."""
    found = {one.code for one in flags_of(state) if one.severity == "emergency"}
    if found:
        named = [one for one in FLAGS if one in found]
        entry = raised(state, named or ["other"], "answers")
        return [entry] if entry else []
    if state.emergency is not None and state.emergency.by == "answers":
        return [EmergencyCleared(by="answers")]
    return []


def row(entry: EmergencyRaised, steps: str) -> EmergencyRow:
    """Return an emergency as spa and practitioner are shown it."""
    return EmergencyRow(
        flags=list(entry.flags),
        place=entry.place,
        street=entry.street,
        city=entry.city,
        jurisdiction=entry.jurisdiction,
        postal_code=entry.postal_code,
        steps=steps,
    )


def address(state: ChartState, site: SiteView, steps: str) -> EmergencyRow:
    """Return what would be told to 911: where the patient is."""
    where = state.location
    at_site = where is None or where.at_site
    here = site if where is None else where
    return EmergencyRow(
        flags=[],
        place=site.name if at_site else "",
        street=here.street,
        city=here.city,
        jurisdiction=here.jurisdiction,
        postal_code=here.postal_code,
        steps=steps,
    )


async def steps_at(tx: Tx, site_id: str) -> str:
    """Return what the people at a site do; empty where they have written nothing."""
    return (await gate_settings.steps_of(tx, [site_id])).get(site_id, "")
