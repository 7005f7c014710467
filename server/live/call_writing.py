"""What a call in progress has written: its steps, its switches. It may be after the fact."""

from __future__ import annotations

from typing import Final

from media.call import Call, Event, Side, TimedOut
from server.chart import entries as chart
from server.live.afterwards import as_told, record_of, row_of, write_down
from server.live.live_call import LiveCall, entry_of, outcome_of
from server.services import Core

ENDLESS: Final = (chart.MediaSwitched, chart.CallInterrupted, chart.CallRecovered)
WRITTEN_IN: Final = ("waiting", "in_progress", "wrap_up")


async def write_step(
    core: Core, live: LiveCall, event: Event, actor: str, after: Call, now: int
) -> None:
    """Write a step that decides nothing: the call's row, and its entry if it has one.

    Raises:
        ChartFull: of what could go on for ever.
        StorageError, DatabaseAway: it is written nowhere.
    """
    said = entry_of(live, event, after)
    record = record_of(
        core,
        live.encounter_id,
        now,
        WRITTEN_IN,
        [] if said is None else [as_told(actor, said)],
        call=row_of(after, outcome_of(after), live.mode),
        endless=isinstance(said, ENDLESS),
    )
    # That time is up is no news that must not be lost: it is found again.
    await write_down(core, record, may_wait=not isinstance(event, TimedOut))


async def write_switch(
    core: Core, live: LiveCall, side: Side, switches: tuple[bool, bool]
) -> None:
    """Write that one side switched its microphone or camera."""
    audio, video = switches
    said = chart.MediaSwitched(side=side.value, audio=audio, video=video)
    told = [as_told(live.actor(side), said)]
    record = record_of(core, live.encounter_id, core.clock.now(), WRITTEN_IN, told)
    await write_down(core, record)
