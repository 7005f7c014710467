"""What a reviewer does with a packet: opens it, attests, finds it enough, or goes on live.

Each act is an entry of the chart. The same act again writes nothing.
"""

from __future__ import annotations

from server import charting, visits
from server.chart import entries as chart
from server.chart.state import ChartState
from server.conditions.evidencing import EVIDENCE
from server.conditions.showing import Item, items
from server.delivery import telling
from server.errors import InvalidBody, NotPossibleNow
from server.patient_messages.putting import put_if_asked
from server.reviewing.refusals import (
    ItemsUnopened,
    NoSuchItem,
    NotAttestable,
    StatementMoved,
)
from server.services import Core
from server.storage import links, reviews
from server.storage.database import Tx
from server.storage.encounters import Encounter
from signaling import messages as wire
from signaling import visit


def item_of(state: ChartState, key: str) -> Item:
    """Return one thing that was submitted.

    Raises:
        NoSuchItem: it was not.
    """
    for one in items(state):
        if one.key == key:
            return one
    raise NoSuchItem(fields=("item",))


def opened(state: ChartState, command: wire.ReviewOpen) -> list[chart.AnyEntry]:
    """Return the entry of opening one thing; none where it was opened before.

    Raises:
        NoSuchItem: it was not submitted.
    """
    found = item_of(state, command.item)
    if found.opened:
        return []
    return [
        chart.ReviewItemOpened(item=found.item, upload_id=found.upload_id, sha256=found.sha256)
    ]


def attested(state: ChartState, command: wire.ReviewAttest) -> list[chart.AnyEntry]:
    """Return the entry of attesting a condition, or of taking it back.

    Raises:
        NotAttestable: no sentence evidences this condition.
        StatementMoved: what was read is not the sentence as it stands now.
    """
    evidence = EVIDENCE.get(command.code)
    if evidence is None or not evidence.statement:
        raise NotAttestable(fields=("code",))
    if command.statement != evidence.statement:
        raise StatementMoved(fields=("statement",))
    review = state.forward.review
    if review is not None and (command.code in review.attested) == command.attested:
        return []
    return [
        chart.ReviewConditionAttested(
            code=command.code, statement=command.statement, attested=command.attested
        )
    ]


def judged(state: ChartState, command: wire.ReviewJudge) -> list[chart.AnyEntry]:
    """Return the entry of finding what was sent enough to decide, or not.

    Raises:
        ItemsUnopened: not everything was opened, and it is said to be enough.
        InvalidBody: it is said not to be enough, and not why.
    """
    unopened = tuple(one.key for one in items(state) if not one.opened)
    if command.sufficient and unopened:
        raise ItemsUnopened(fields=unopened)
    if not command.sufficient and not command.reason.strip():
        raise InvalidBody(fields=("reason",))
    entry = chart.ReviewSufficiency(sufficient=command.sufficient, reason=command.reason)
    review = state.forward.review
    return [] if review is not None and review.sufficiency == entry else [entry]


async def upgrade(
    tx: Tx, core: Core, encounter: Encounter, actor: str, reason: str, now: int
) -> None:
    """Go on by live video: back to the patient's own steps, and never the reverse.

    Raises:
        NotPossibleNow: it is not in review.
        InvalidBody: no reason was given.
    """
    if encounter.visit != "in_review":
        raise NotPossibleNow
    if not reason.strip():
        raise InvalidBody(fields=("reason",))
    keyring, encounter_id = core.keyring, encounter.encounter_id
    entry = chart.ModalityUpgraded(by="practitioner", reason=reason)
    await charting.write(tx, keyring, encounter_id, actor, [entry], now=now)
    await visits.move(tx, keyring, encounter, visit.UpgradedToLive(), actor=actor, now=now)
    await went_live(tx, core, encounter_id, now)
    await telling.answered(tx, encounter, at=now)
    await put_if_asked(tx, core, encounter, "answer", language=encounter.language)


async def went_live(tx: Tx, core: Core, encounter_id: str, now: int) -> None:
    """Let the patient's link open again for its usual time: it may have run out meanwhile."""
    await reviews.set_active(tx, encounter_id, None)
    until = now + core.settings.link_ttl_h * 3_600 * 1_000_000
    await links.extend(tx, encounter_id, expires_at=until)
