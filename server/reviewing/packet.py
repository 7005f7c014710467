"""A packet as its reviewer reads it: what was sent, what it takes, what still bars the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from server.chart.state import ChartState
from server.conditions.evidencing import Condition
from server.conditions.showing import items
from server.reviewing.judging import Prospect, conditions_of, prospect_for
from server.reviewing.requirements import missing_for_review
from server.reviewing.words import SHOWN, name_of
from server.rules.words import RuleId
from server.rulings.facts import Facts
from server.rulings.ruling import facts_for
from server.services import Core
from server.storage.database import Tx
from server.storage.encounters import Encounter
from server.views import MissingView
from server.views.reviews import ConditionView, ReviewItemView, ReviewView

MS: Final = 1_000
SAYS_WHY: Final = frozenset(RuleId) - {RuleId.R10, RuleId.R30, RuleId.R110, RuleId.R120}
BARS_MAX: Final = 8


@dataclass(frozen=True, slots=True)
class Packet:
    """What one reviewer has before them.

    Attributes:
        prospect: what the rules say.
        conditions: of the jurisdictions, as they stand.
    """

    prospect: Prospect
    conditions: list[Condition]


async def packet_of(
    tx: Tx, core: Core, encounter: Encounter, practitioner_id: str, now: int, *, lock: bool
) -> Packet:
    """Ask the rules about a review and return how its conditions stand."""
    found = await prospect_for(tx, core, encounter, practitioner_id, now, lock=lock)
    facts = await facts_for(tx, core.keyring, [encounter.encounter_id])
    known = await core.rulebooks.standing(tx, encounter.network_id, lock=lock)
    said = facts.get(encounter.encounter_id, Facts())
    conditions = conditions_of(found.ruling, said, known.policy.low_risk_classes)
    return Packet(found, conditions)


def missing_of(
    packet: Packet, state: ChartState, encounter: Encounter, protocols: Mapping[str, str]
) -> list[MissingView]:
    """Return what still bars the signature."""
    return missing_for_review(
        state, visit=encounter.visit, conditions=packet.conditions, protocols=protocols
    )


def review_view(state: ChartState, packet: Packet | None) -> ReviewView | None:
    """Return a packet in words; None for an exam that is not a review.

    Args:
        state: of its chart.
        packet: how it stands; None once it is signed.
    """
    record = state.forward
    if not record.forward or record.submitted is None:
        return None
    found = record.review.sufficiency if record.review else None
    return ReviewView(
        submitted_at_ms=(record.submitted_at or 0) // MS,
        due_at_ms=record.submitted.due_at // MS,
        items=_items(state),
        conditions=[_condition(one) for one in packet.conditions] if packet else [],
        sufficient=found.sufficient if found else None,
        reason=found.reason if found else "",
        bars=_bars(packet.prospect) if packet else [],
    )


def _items(state: ChartState) -> list[ReviewItemView]:
    rows = []
    for one in items(state):
        sent = state.forward.uploads.get(one.upload_id or "")
        rows.append(
            ReviewItemView(
                key=one.key,
                kind=sent.upload_kind if sent else "answers",
                view=sent.view if sent else None,
                page=sent.page if sent and sent.upload_kind == "record" else None,
                opened=one.opened,
                width_px=sent.width_px if sent else None,
                height_px=sent.height_px if sent else None,
            )
        )
    return rows


def _condition(one: Condition) -> ConditionView:
    wanted = one.evidence.shown if one.evidence else ()
    return ConditionView(
        code=one.code,
        name=name_of(one),
        shown=[SHOWN[each] for each in wanted if each not in one.lacking],
        lacking=[SHOWN[each] for each in one.lacking],
        statement=one.evidence.statement if one.evidence else "",
        attested=one.attested and one.evidence is not None,
        evidenced=one.evidenced,
        live_only=one.evidence is None,
    )


def _bars(found: Prospect) -> list[str]:
    if found.forward:
        return []
    said = (one.text for one in found.ruling.decision.reasons if one.rule in SAYS_WHY)
    return list(dict.fromkeys(said))[:BARS_MAX]
