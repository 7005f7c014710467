"""The exam without a live visit, as the patient's page shows it."""

from __future__ import annotations

from collections.abc import Mapping

from server.chart.forward_entries import UploadAdded
from server.chart.state import ChartState
from server.forward import limits
from server.forward.offering import could_be
from server.forward.wanted import missing_views, wanted_views
from server.portal_view import in_ms
from server.rulebooks.standing import Standing
from server.rulings.ruling import facts_for
from server.services import Core
from server.storage.database import Tx
from server.storage.encounters import Encounter
from server.views import ForwardView, UploadView
from server.views.forward import ReviewerView

CHOOSING = frozenset({"intake", "requested", "left"})


async def forward_view(
    tx: Tx, core: Core, encounter: Encounter, state: ChartState, standing: Standing
) -> ForwardView | None:
    """Return it; None where it is not to be had and was never begun."""
    record = state.forward
    offered = False
    if encounter.visit in CHOOSING and state.answers_done and record.upgraded is None:
        offered = await is_offered(tx, core, encounter, standing)
    if not offered and not record.chosen and record.submitted is None:
        return None
    submitted = record.submitted
    return ForwardView(
        offered=offered,
        chosen=record.chosen,
        active=record.forward,
        upgraded=record.upgraded is not None,
        wanted=wanted_views(state.treatments),
        missing=missing_views(state.treatments, record.uploads),
        uploads=upload_views(record.uploads),
        images_max=limits.IMAGES_MAX,
        record_pages_max=limits.RECORD_PAGES_MAX,
        file_bytes_max=limits.FILE_BYTES_MAX,
        submitted_at_ms=in_ms(encounter.submitted_at),
        due_at_ms=in_ms(submitted.due_at) if submitted else None,
        reviewer=reviewer_view(state),
    )


def reviewer_view(state: ChartState) -> ReviewerView | None:
    """Return who has the review, from when they took it on: they are disclosed like this."""
    review = state.forward.review
    if review is None:
        return None
    who, found = review.begun.practitioner, review.sufficiency
    return ReviewerView(
        display_name=who.display_name,
        profession=who.profession,
        licenses=licenses_of(state),
        sufficient=found.sufficient if found else None,
    )


def licenses_of(state: ChartState) -> list[str]:
    """Return the licenses that were relied upon when they were last checked."""
    checked = state.authority.authorities if state.authority else []
    return [f"{one.jurisdiction} {one.number}" for one in checked]


async def is_offered(tx: Tx, core: Core, encounter: Encounter, standing: Standing) -> bool:
    """Tell whether the rules could permit it for this chart as it is now."""
    if not standing.policy.store_and_forward_enabled:
        return False
    found = await facts_for(tx, core.keyring, [encounter.encounter_id])
    facts = found.get(encounter.encounter_id)
    return facts is not None and could_be(facts, standing, core.clock.now())


def upload_views(uploads: Mapping[str, UploadAdded]) -> list[UploadView]:
    """Return what is there, in the order in which it came."""
    return [
        UploadView(
            upload_id=one.upload_id,
            file_id=one.file_id,
            kind=one.upload_kind,
            view=one.view,
            page=one.page,
            size=one.size,
            width_px=one.width_px,
            height_px=one.height_px,
        )
        for one in uploads.values()
    ]
