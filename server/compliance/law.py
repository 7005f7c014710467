"""One jurisdiction for a person: each value that decides, its sources and age; what is open."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Final

from server.ages import day_of
from server.chart.canonical import JsonValue
from server.rules.law import Cited, JurisdictionLaw, Rule
from server.rules.verifying import says_something
from server.services import Core
from server.storage import compliance
from server.storage.database import Tx
from server.views.compliance import (
    CitedValueView,
    JurisdictionView,
    OpenedView,
    RuleView,
    SignOffView,
    SourceView,
)

MS: Final = 1_000


async def jurisdiction(tx: Tx, core: Core, network_id: str, code: str) -> JurisdictionView:
    """Return all that is known and decided of one jurisdiction."""
    standing = await core.rulebooks.standing(tx, network_id)
    law = standing.book.signed.snapshot.jurisdictions[code]
    today = day_of(core.clock.now())
    opened = await compliance.openings_of(tx, network_id, code)
    signed = await compliance.sign_offs_of(tx, network_id)
    return JurisdictionView(
        code=code,
        name=law.name,
        confidence=law.confidence,
        conflict=law.conflict,
        rules=[_rule(one, today) for one in law.rules],
        values=list(_values_of_law(law, today)),
        sources=[
            SourceView(id=name, cite=one.cite, title=one.title, url=one.url, read=one.read)
            for name, one in law.sources.items()
        ],
        opened=[
            OpenedView(
                profession=one.profession,  # type: ignore[arg-type]  # checked when opened
                treatment_class=one.treatment_class,
                opened_by=one.opened_by,
                opened_at_ms=one.opened_at // MS,
                reference=one.reference,
            )
            for one in opened
            if one.closed_at is None
        ],
        sign_offs=[
            SignOffView(
                what=one.what,
                signed_by=one.signed_by,
                entered_by=one.entered_by,
                signed_at_ms=one.signed_at // MS,
                reference=one.reference,
            )
            for one in signed
            if one.jurisdiction == code
        ],
    )


def _rule(rule: Rule, today: date) -> RuleView:
    return RuleView(
        name=rule.name,
        note=rule.note,
        effective_from=rule.effective_from.isoformat() if rule.effective_from else None,
        effective_until=rule.effective_until.isoformat() if rule.effective_until else None,
        values=[
            _value(name, getattr(rule, name), today)
            for name in type(rule).model_fields
            if isinstance(getattr(rule, name), Cited)
        ],
    )


def _values_of_law(law: JurisdictionLaw, today: date) -> Iterator[CitedValueView]:
    for name in type(law).model_fields:
        cited = getattr(law, name)
        if isinstance(cited, Cited) and says_something(cited):
            yield _value(name, cited, today)


def _value(name: str, cited: Cited[object], today: date) -> CitedValueView:
    value: JsonValue = cited.model_dump(mode="json")["value"]
    return CitedValueView(
        field=name,
        value=_in_words(value),
        verified_on=cited.verified_on.isoformat(),
        review_by=cited.review_by.isoformat(),
        overdue=cited.review_by < today and says_something(cited),
        citations=list(cited.citations),
    )


def _in_words(value: JsonValue) -> str:
    match value:
        case None | []:
            return ""
        case list():
            return ", ".join(map(str, value))
        case str():
            return value
        case _:
            return json.dumps(value)
