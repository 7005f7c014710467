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

from itertools import pairwise
from typing import Final

from media.evidence import Kind
from media.sample import MICROSECONDS_PER_SECOND
from server.chart.media import Span
from server.chart.modality_entries import (
    Modality,
    ModalityComputed,
    Modifier,
    PlaceOfService,
)
from server.chart.state import ChartState

DAY_S: Final = 86_400
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
    live_s, sound_s = (seconds(state, kind) for kind in (Kind.LIVE_VIDEO, Kind.AUDIO_ONLY))
    modality = _modality(state, live_s, sound_s, forwarded=forwarded)
    spans = of_this_exam(state)
    gaps = _gaps([one for one in spans if one.kind is Kind.LIVE_VIDEO])
    live = modality not in {None, "store_and_forward"}
    return ModalityComputed(
        modality=modality,
        modifiers=[MODIFIERS[modality]] if modality else [],
        place_of_service=_place(state) if modality else None,
        began_at=state.call.connected_at if live else None,
        ended_at=state.call.ended_at if live else None,
        live_video_s=min(live_s, DAY_S),
        audio_only_s=min(sound_s, DAY_S),
        interruptions=min(len(gaps), DAY_S),
        interrupted_s=min(sum(gaps), DAY_S),
        complete=state.media.complete,
    )


def of_this_exam(state: ChartState) -> tuple[Span, ...]:
    """Return what flowed since whoever holds the exam took the patient."""
    since = (state.accepted_at or 0) // MICROSECONDS_PER_SECOND
    return tuple(one for one in state.media.spans if one.end > since)


def seconds(state: ChartState, kind: Kind) -> int:
    """Return for how long this exam was of one kind."""
    return sum(one.end - one.first for one in of_this_exam(state) if one.kind is kind)


def _modality(
    state: ChartState, live_s: int, sound_s: int, *, forwarded: bool
) -> Modality | None:
    if live_s:
        return "hybrid" if forwarded or _answered_first(state) else "live_video"
    if sound_s:
        return "audio_only"
    called = state.connected or state.forward.upgraded is not None
    return "store_and_forward" if forwarded and not called else None


def _answered_first(state: ChartState) -> bool:
    """Tell whether the health questions were answered before anybody was seen."""
    answered, seen = state.answered_at, state.call.connected_at
    return answered is not None and seen is not None and answered <= seen


def _gaps(live: list[Span]) -> list[int]:
    """Return the seconds of each time between two of live video in which there was none."""
    gaps = ((one.end, after.first) for one, after in pairwise(live))
    return [first - end for end, first in gaps if first > end]


def _place(state: ChartState) -> PlaceOfService | None:
    return "02" if state.location is not None and state.location.at_site else None


def modality_of(state: ChartState) -> Modality | None:
    """Return how a signed exam was held; read from its call where nothing was computed yet."""
    if state.modality is not None:
        return state.modality.modality
    return "live_video" if state.connected else None
