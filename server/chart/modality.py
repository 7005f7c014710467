"""How an exam was held, from what the chart and the measured media say. Nobody types it.

    live video flowed both ways, intake or a submission before it   hybrid              95
    live video flowed both ways                                     live_video          95
    else sound flowed both ways                                     audio_only          93
    else the patient submitted, and was not called                  store_and_forward   GQ
    else                                                            none

Pure. Intake first, then live, is the normal path: one encounter, judged as live. A call that
went to sound alone is `audio_only` even after a submission: nothing seen is nothing seen.

Sources: CPT modifiers 95 and 93, HCPCS modifier GQ; CMS place of service codes 02 (telehealth,
patient not at home) and 10 (patient at home). Who is at the spa is not at home; who is
elsewhere need not be at home either, so 10 is never concluded.
"""

from __future__ import annotations

from typing import Final

from media.evidence import Kind
from server.chart.media import Span
from server.chart.modality_entries import (
    Modality,
    ModalityComputed,
    Modifier,
    PlaceOfService,
)
from server.chart.state import ChartState

MODIFIERS: Final[dict[Modality, Modifier]] = {
    "live_video": "95",
    "hybrid": "95",
    "audio_only": "93",
    "store_and_forward": "GQ",
}


def computed(state: ChartState, *, forwarded: bool = False) -> ModalityComputed:
    """Return how the exam of a chart was held.

    Args:
        state: of the chart, with all evidence that there will be.
        forwarded: the patient submitted photos or records to be reviewed later.
    """
    modality = _modality(state, forwarded=forwarded)
    gaps = _gaps([one for one in state.media.spans if one.kind is Kind.LIVE_VIDEO])
    totals = state.media.totals
    live = modality not in {None, "store_and_forward"}
    return ModalityComputed(
        modality=modality,
        modifiers=[MODIFIERS[modality]] if modality else [],
        place_of_service=_place(state) if modality else None,
        began_at=state.call.connected_at if live else None,
        ended_at=state.call.ended_at if live else None,
        live_video_s=totals.live_video_s,
        audio_only_s=totals.seconds.get(Kind.AUDIO_ONLY, 0),
        interruptions=len(gaps),
        interrupted_s=sum(gaps),
        complete=state.media.complete,
    )


def _modality(state: ChartState, *, forwarded: bool) -> Modality | None:
    totals = state.media.totals
    if totals.live_video_s:
        return "hybrid" if forwarded or _answered_first(state) else "live_video"
    if totals.seconds.get(Kind.AUDIO_ONLY):
        return "audio_only"
    return "store_and_forward" if forwarded and not state.connected else None


def _answered_first(state: ChartState) -> bool:
    """Tell whether the health questions were answered before anybody was seen."""
    answered, seen = state.answered_at, state.call.connected_at
    return answered is not None and seen is not None and answered <= seen


def _gaps(live: list[Span]) -> list[int]:
    """Return the seconds of each time between two of live video in which there was none."""
    gaps = zip(live, live[1:], strict=False)
    return [after.first - before.end for before, after in gaps if after.first > before.end]


def _place(state: ChartState) -> PlaceOfService | None:
    return "02" if state.location is not None and state.location.at_site else None
