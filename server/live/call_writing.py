"""What a call in progress has written: its steps, its switches. It may be after the fact."""

from __future__ import annotations

from typing import Final

from media.call import Call, CallState, Event, FirstFrame, Side, TimedOut
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
    await write_down(core, record, may_wait=_may_wait(live.call, event))


def _may_wait(before: Call, event: Event) -> bool:
    """Tell whether a step that is only kept for the database may be called taken.

    That time is up is found again. A first picture counts with the other side's only, which
    another home may be told: whoever sees it says so until a home has written it.
    """
    seen = isinstance(event, FirstFrame) and before.state is CallState.CONNECTING
    return not seen and not isinstance(event, TimedOut)


async def write_switch(
    core: Core, live: LiveCall, side: Side, switches: tuple[bool, bool]
) -> None:
    """Write that one side switched its microphone or camera."""
    audio, video = switches
    said = chart.MediaSwitched(side=side.value, audio=audio, video=video)
    told = [as_told(live.actor(side), said)]
    record = record_of(core, live.encounter_id, core.clock.now(), WRITTEN_IN, told)
    await write_down(core, record)
