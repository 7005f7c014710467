"""What the operations page shows: a waiting room, its alerts, and the running day.

Reads and encodes; what the figures mean is decided in `server.metrics`, what is too much in
`server.alerts`. One look costs a pass over the line and the rows that changed since the last.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from zoneinfo import ZoneInfo

from server.alerts.sentinel import Sentinel
from server.live.stretches import MS, point, stretch
from server.metrics.day_figures import DayFigures
from server.metrics.licences import Licensee
from server.metrics.lookout import Lookout, Notice
from server.metrics.observatory import Observatory
from server.metrics.observer import Place
from server.metrics.service_level import TARGET_MS
from server.metrics.survey import Classes, Survey, Tile
from server.metrics.today import Today
from server.services import Core
from server.storage import directory, figures
from server.waiting.desks import Desks
from signaling import messages as wire
from signaling.identifiers import EncounterId, OfferId, PractitionerId
from signaling.limits import Limits
from signaling.messages.operations import ALERTS_MAX, LINES_MAX, NOTICES_MAX, PEOPLE_MAX
from signaling.participants import PractitionerOnDuty, PractitionerStatus, WaitingPatient
from signaling.presence import PresenceState
from signaling.switchboard import Switchboard

NOBODY: Final = Switchboard(Limits(), lambda: OfferId(""))  # while a desk is being rebuilt
STATUS_ORDER: Final = tuple(PractitionerStatus)


@dataclass(slots=True)
class Room:
    """What is remembered of one network between two looks."""

    today: Today
    name: str = ""
    sites: dict[str, str] = field(default_factory=dict)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Operations:
    """Makes the state of the operations page."""

    def __init__(
        self, core: Core, desks: Desks, observatory: Observatory, sentinel: Sentinel
    ) -> None:
        """Read through these."""
        self._core = core
        self._desks = desks
        self._observatory = observatory
        self._sentinel = sentinel
        self._zone = ZoneInfo(core.settings.time_zone)
        self._rooms: dict[str, Room] = {}

    async def sync(self, network_id: str) -> wire.OpsSync:
        """Return everything ops sees: no PHI."""
        settings = self._core.settings
        lookout = self._observatory.of(network_id)
        await lookout.licences.refresh()
        room = self._rooms.setdefault(network_id, Room(Today(network_id, self._zone)))
        async with room.turn:
            lines = self._switchboard(network_id).waiting()[:LINES_MAX]
            await self._look(network_id, room, [one.encounter_id for one in lines])
            now = self._core.clock.now()
            lookout.staff.advance(now)
            day = room.today.figures(dict(lookout.staff.unsaved()))
        return wire.OpsSync(
            now_ms=now // MS,
            network_name=room.name,
            time_zone=settings.time_zone,
            target_ms=TARGET_MS,
            oldest_wait_alert_ms=round(settings.alert_oldest_wait_s * 1_000),
            now=self._now(network_id, room, lookout),
            today=_today(day),
        )

    def _switchboard(self, network_id: str) -> Switchboard:
        return self._desks.of(network_id).switchboard or NOBODY

    async def _look(self, network_id: str, room: Room, lines: list[EncounterId]) -> None:
        """Read what is new: rows of today, and the sites of the lines shown."""
        async with self._core.database.read() as tx:
            if not room.name:
                room.name = (await directory.organization(tx, network_id)).name
            unknown: list[str] = [one for one in lines if one not in room.sites]
            found = await figures.site_jurisdictions(tx, unknown) if unknown else {}
            await room.today.look(tx, self._core.clock.now())
        room.sites = {one: place for one, place in room.sites.items() if one in lines} | found

    def _now(self, network_id: str, room: Room, lookout: Lookout) -> wire.OpsNow:
        switchboard = self._switchboard(network_id)
        survey = lookout.survey(switchboard)
        alerts = self._sentinel.raised(network_id)
        known = lookout.licences.by_practitioner
        return wire.OpsNow(
            waiting_total=survey.waiting,
            oldest_ready_at_ms=_ms(survey.oldest_ready_at),
            waiting=lines(switchboard, lookout.observer.line, room.sites),
            tiles=[_tile(name, tile) for name, tile in survey.tiles.items()],
            statuses=_statuses(survey, len(known)),
            practitioners_total=len(known),
            practitioners=_people(switchboard, lookout),
            alerts_total=len(alerts),
            alerts=[
                wire.OpsAlert(
                    code=one.code.value,
                    jurisdiction=one.jurisdiction,
                    raised_at_ms=one.raised_at // MS,
                    count=one.count,
                    waiting_since_ms=_ms(one.since),
                )
                for one in alerts[:ALERTS_MAX]
            ],
            notices=[
                _notice(one, lookout) for one in list(lookout.notices)[: -NOTICES_MAX - 1 : -1]
            ],
        )


def lines(
    switchboard: Switchboard, placed: Mapping[EncounterId, Place], sites: Mapping[str, str]
) -> list[wire.OpsWaiting]:
    """Return the longest waits, of those whose coming is committed.

    Args:
        switchboard: may have somebody already whose coming is being written down: who that
            is and where is told with the commit.
        placed: where those are whose coming is committed.
        sites: jurisdictions of their sites, by encounter, where they are known.
    """
    classes = Classes(switchboard)
    return [
        _line(switchboard, placed[one.encounter_id], classes, sites, one)
        for one in switchboard.waiting()[:LINES_MAX]
        if one.encounter_id in placed
    ]


def _line(
    switchboard: Switchboard,
    place: Place,
    classes: Classes,
    sites: Mapping[str, str],
    patient: WaitingPatient,
) -> wire.OpsWaiting:
    serving = classes.serving(patient.eligibility)
    return wire.OpsWaiting(
        encounter_id=patient.encounter_id,
        jurisdiction=place.jurisdiction,
        site_jurisdiction=sites.get(patient.encounter_id, place.jurisdiction),
        presence=patient.presence.value,
        ready_at_ms=patient.ready_at // MS,
        ringing=switchboard.offer_for(patient.encounter_id) is not None,
        priority=patient.priority,
        eligible_on_duty=serving.on_duty,
        eligible_idle=serving.idle,
    )


def _people(switchboard: Switchboard, lookout: Lookout) -> list[wire.OpsPractitioner]:
    """Return who is known, those who need a look first: misses, then by status."""
    duty = {one.practitioner_id: one for one in switchboard.practitioners()}
    known = lookout.licences.by_practitioner

    def order(who: PractitionerId) -> tuple[int, int, str]:
        one = duty.get(who)
        status = one.status if one else PractitionerStatus.AWAY
        away = status is PractitionerStatus.AWAY
        rank = len(STATUS_ORDER) if away else STATUS_ORDER.index(status)
        return (-one.missed_offers if one else 0, rank, known[who].display_name)

    return [
        _person(who, known[who], duty.get(who)) for who in sorted(known, key=order)[:PEOPLE_MAX]
    ]


def _person(
    who: PractitionerId, known: Licensee, duty: PractitionerOnDuty | None
) -> wire.OpsPractitioner:
    return wire.OpsPractitioner(
        practitioner_id=who,
        display_name=known.display_name,
        profession=known.profession,
        jurisdictions=sorted(known.jurisdictions),
        status=(duty.status if duty else PractitionerStatus.AWAY).value,
        presence=(duty.presence if duty else PresenceState.GONE).value,
        since_ms=_ms(duty.idle_since) if duty else None,
        missed_offers=duty.missed_offers if duty else 0,
    )


def _statuses(survey: Survey, known: int) -> dict[wire.StatusName, int]:
    on_duty = sum(survey.statuses.values())
    counts: dict[wire.StatusName, int] = {
        one.value: survey.statuses.get(one, 0) for one in PractitionerStatus
    }
    counts["away"] = max(0, known - on_duty)
    return counts


def _tile(name: str, tile: Tile) -> wire.OpsTile:
    return wire.OpsTile(
        jurisdiction=name,
        waiting=tile.waiting,
        oldest_ready_at_ms=_ms(tile.oldest_ready_at),
        uncovered=tile.uncovered,
        licensed=tile.licensed,
        on_duty=tile.on_duty.total(),
        idle=tile.idle,
    )


def _notice(one: Notice, lookout: Lookout) -> wire.OpsNotice:
    who = lookout.licences.by_practitioner.get(one.practitioner_id or PractitionerId(""))
    return wire.OpsNotice(
        at_ms=one.at // MS,
        kind=one.kind,
        code=one.code,
        jurisdiction=one.jurisdiction,
        practitioner=who.display_name if who else None,
    )


def _today(day: DayFigures) -> wire.OpsToday:
    points: Sequence[wire.OpsPoint] = [point(one) for one in day.half_hours]
    return wire.OpsToday(
        date=day.day.date.isoformat(),
        starts_at_ms=day.day.since // MS,
        ends_at_ms=day.day.until // MS,
        whole=stretch(day.whole),
        points=list(points),
    )


def _ms(instant: int | None) -> int | None:
    return None if instant is None else instant // MS
