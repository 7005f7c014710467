"""What was decided, as the spa and the patient may read it once the chart is signed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from server.chart.amendments import Amendment
from server.chart.state import ChartState
from server.documents import exam
from server.documents.orders import conditions_text, order_text, rationale_text
from server.views import AmendmentView, Language, ModalityView, OutcomeView

MS: Final = 1_000


def held(state: ChartState) -> ModalityView | None:
    """Return how a signed exam was held; None of a chart from before that was computed."""
    entry = state.modality
    if entry is None:
        return None
    return ModalityView(
        modality=entry.modality,
        modifiers=list(entry.modifiers),
        place_of_service=entry.place_of_service,
        began_at_ms=None if entry.began_at is None else entry.began_at // MS,
        ended_at_ms=None if entry.ended_at is None else entry.ended_at // MS,
        live_video_s=entry.live_video_s,
        audio_only_s=entry.audio_only_s,
        interruptions=entry.interruptions,
        interrupted_s=entry.interrupted_s,
        complete=entry.complete,
    )


def outcomes(state: ChartState, signed_at: int, language: Language = "en") -> list[OutcomeView]:
    """Return one outcome per treatment that was decided on, the same as on the papers.

    Args:
        state: of a signed chart.
        signed_at: microseconds UTC; what is approved holds from then.
        language: of whoever reads it.
    """
    return [
        OutcomeView(
            treatment_class=one.treatment_class,
            product=one.product,
            disposition=one.disposition,
            conditions=conditions_text(one, language),
            order=order_text(one, language),
            rationale=rationale_text(one, language),
            valid_until=one.valid_until,
        )
        for one in exam.outcomes(state, signed_at=signed_at)
    ]


def amendment_views(state: ChartState, added: Sequence[Amendment]) -> list[AmendmentView]:
    """Return what was added after the signature, beside what was signed."""
    signer = state.attestation.practitioner.practitioner_id if state.attestation else None
    return [
        AmendmentView(
            at_ms=one.at // MS,
            author=one.author,
            by_examiner=one.author == "practitioner" and one.author_id == signer,
            text=one.text,
        )
        for one in added
    ]
