"""The entry of how an exam was held: computed from the chart at signing, never typed."""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field

from server.chart.entry import Entry, Microseconds

Modality: TypeAlias = Literal["live_video", "hybrid", "audio_only", "store_and_forward"]
Modifier: TypeAlias = Literal["95", "93", "GQ"]
PlaceOfService: TypeAlias = Literal["02", "10"]
Seconds = Annotated[int, Field(ge=0, le=86_400)]
MODALITY_WORDS: Final[dict[Modality, str]] = {
    "live_video": "by live video",
    "hybrid": "by health answers first, then live video",
    "audio_only": "by sound alone",
    "store_and_forward": "from what the patient sent",
}


class ModalityComputed(Entry):
    """How the exam was held, as the chart and the measured media have it.

    `modality` None: no exam came about. `modifiers` are those of CPT and HCPCS: 95 synchronous
    sound and video, 93 synchronous sound alone, GQ asynchronous. `place_of_service` is a code
    of the CMS list where the chart shows it, else None. Seconds are measured; `complete` tells
    whether the record that they were counted from is whole.
    """

    kind: Literal["modality.computed"] = "modality.computed"
    modality: Modality | None
    modifiers: Annotated[list[Modifier], Field(max_length=3)]
    place_of_service: PlaceOfService | None
    began_at: Microseconds | None
    ended_at: Microseconds | None
    live_video_s: Seconds
    audio_only_s: Seconds
    interruptions: Annotated[int, Field(ge=0, le=86_400)]
    interrupted_s: Seconds
    complete: bool

    def summary(self) -> str:
        """Return one English line for the log."""
        if self.modality is None:
            return "No exam came about"
        codes = f", modifier {', '.join(self.modifiers)}" if self.modifiers else ""
        return f"Exam held {MODALITY_WORDS[self.modality]}{codes}"


MODALITY_ENTRIES: Final = (ModalityComputed,)
