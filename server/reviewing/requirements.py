"""What still bars the signature of a review, and where to mend it. Pure.

Nothing is asked for that needs a conversation. Everything that was sent has been opened and was
found enough or not; an approval also takes that it was enough, and that every condition of the
jurisdictions is evidenced. What the rules say is decided again at signing, beside this.

`target` names the place on the console's page: `item-<key>`, `sufficiency`, `cond-<code>`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from server.chart.requirements import approves, decided_and_noted
from server.chart.state import ChartState
from server.conditions.evidencing import Condition, Shown
from server.conditions.showing import items
from server.reviewing.words import SHOWN, name_of
from server.views import MissingView
from signaling.messages import Visit

# Said once, where they are mended, and not again for every condition that rests on them.
ELSEWHERE = frozenset(
    {
        Shown.EVERYTHING_OPENED,
        Shown.IMAGES_OR_RECORDS,
        Shown.FOUND_SUFFICIENT,
        Shown.NOTE_WRITTEN,
        Shown.REASONS_GIVEN,
        Shown.ORDERS_CONFIRMED,
    }
)


def missing_for_review(
    state: ChartState,
    *,
    visit: Visit,
    conditions: Iterable[Condition],
    protocols: Mapping[str, str],
) -> list[MissingView]:
    """Return everything that is missing, in the order of the page; nothing means: sign.

    Args:
        state: of the chart as it stands.
        visit: state of the visit.
        conditions: those of the jurisdictions, as they stand.
        protocols: SHA-256 of the protocol in force at the site, by treatment class.
    """
    if visit != "in_review":
        return [MissingView(code="not_open", message="This review is over.", target="review")]
    return [
        *_unopened(state),
        *_sufficiency(state),
        *(_conditions(conditions) if approves(state) else ()),
        *decided_and_noted(state, protocols),
    ]


def _unopened(state: ChartState) -> Iterator[MissingView]:
    pictures = sum(one.item == "upload" for one in items(state))
    for place, one in enumerate(items(state)):  # the answers are the first
        if one.opened:
            continue
        what = f"picture {place} of {pictures}" if one.upload_id else "the health answers"
        yield MissingView(
            code="item_unopened", message=f"Open {what}.", target=f"item-{one.key}"
        )


def _sufficiency(state: ChartState) -> Iterator[MissingView]:
    review = state.forward.review
    found = review.sufficiency if review else None
    if found is None:
        yield MissingView(
            code="sufficiency_missing",
            message="Say whether what was sent is enough to decide.",
            target="sufficiency",
        )
    elif not found.sufficient and approves(state):
        yield MissingView(
            code="not_sufficient",
            message="What was sent is not enough: ask for live video, defer or decline.",
            target="sufficiency",
        )


def _conditions(conditions: Iterable[Condition]) -> Iterator[MissingView]:
    for one in conditions:
        if one.evidenced:
            continue
        if one.evidence is None:
            sentence = f"{name_of(one)}: only a live exam can show this."
        elif not one.attested:
            sentence = f"{name_of(one)}: read and attest the sentence."
        else:
            lacking = [each for each in one.lacking if each not in ELSEWHERE]
            if not lacking:
                continue
            named = ", ".join(SHOWN[each] for each in lacking)
            sentence = f"{name_of(one)}: {named}."
        yield MissingView(code="condition_missing", message=sentence, target=f"cond-{one.code}")
