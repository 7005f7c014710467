"""The first screen of compliance: the map, the rules in force, the policy, the log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Final

from server.ages import day_of
from server.intake.sets import QuestionSet, all_sets
from server.rulebooks.standing import Standing, layer_of, shipped_book
from server.rulebooks.switches import Switches
from server.rules.difference import changes
from server.rules.law import JurisdictionLaw
from server.rules.rulebook import Rulebook
from server.rules.verifying import says_something
from server.rules.words import EXAMINING, TreatmentClass
from server.services import Core
from server.storage import compliance, questionnaire_sign_offs
from server.storage.compliance import Change, Publication, SignOff
from server.storage.database import Tx
from server.storage.questionnaire_sign_offs import QuestionnaireSignOff
from server.views.compliance import (
    ComplianceChangeView,
    ComplianceView,
    JurisdictionRowView,
    QuestionSetView,
    ReleaseView,
    RulesInForceView,
    SwitchesForm,
)
from signaling.identifiers import Instant

MS: Final = 1_000
CELLS: Final = len(EXAMINING) * len(TreatmentClass)
LOG_LINES: Final = 50


async def overview(tx: Tx, core: Core, network_id: str, *, may_change: bool) -> ComplianceView:
    """Return what the page begins with."""
    now = core.clock.now()
    standing = await core.rulebooks.standing(tx, network_id)
    published = await compliance.publications(tx, network_id)
    layers = await compliance.policies(tx, network_id)
    signed = await compliance.sign_offs_of(tx, network_id)
    operator = layer_of(layers, "operator") if "operator" in layers else None
    return ComplianceView(
        rules=_in_force(standing, published, now),
        release=_release(standing, now),
        jurisdictions=_rows(standing, signed, day_of(now)),
        allowed=told(layer_of(layers, "compliance")),
        operator=told(operator) if operator else None,
        changes=[line(one) for one in await compliance.changes(tx, network_id, LOG_LINES)],
        questionnaires=await question_sets(tx, network_id),
        may_change=may_change,
    )


async def question_sets(tx: Tx, network_id: str) -> list[QuestionSetView]:
    """Return every set of health questions, and who signed it off."""
    standing = await questionnaire_sign_offs.standing(tx, network_id)
    return [_question_set(one, standing) for one in all_sets()]


def _question_set(
    one: QuestionSet, standing: Sequence[QuestionnaireSignOff]
) -> QuestionSetView:
    signed = [each for each in standing if each.set_name == one.name]
    exact = next((each for each in signed if each.sha256 == one.sha256), None)
    last = exact or (signed[-1] if signed else None)
    return QuestionSetView(
        name=one.name,
        version=one.version,
        sha256=one.sha256,
        standing="signed" if exact else "other_version" if signed else "unsigned",
        signed_by=last.signed_by if last else None,
        credential=last.credential if last else None,
        reference=last.reference if last else None,
        signed_at_ms=last.signed_at // MS if last else None,
        signed_version=last.version if last else None,
    )


def told(switches: Switches) -> SwitchesForm:
    """Return switches as they go over the wire."""
    return SwitchesForm.model_validate(switches.model_dump(mode="json"))


def line(change: Change) -> ComplianceChangeView:
    """Return one line of the log."""
    return ComplianceChangeView(
        number=change.number,
        at_ms=change.at // MS,
        actor=change.actor,
        what=change.what,
        subject=change.subject,
        reference=change.reference,
    )


def fault_of(book: Rulebook, now: int) -> str | None:
    """Return why rules cannot be relied upon, if so."""
    fault = book.fault(Instant(now))
    return None if fault is None else fault.value


def _in_force(
    standing: Standing, published: Sequence[Publication], now: int
) -> RulesInForceView:
    book = standing.book
    last = published[0] if published else None
    return RulesInForceView(
        version=book.version,
        sha256=book.signed.sha256,
        effective_from_ms=book.holds.begins // MS,
        effective_until_ms=book.holds.ends // MS,
        fault=fault_of(book, now),
        published=standing.published,
        published_by=last.published_by if last else None,
        published_at_ms=last.published_at // MS if last else None,
        reference=last.reference if last else None,
    )


def _release(standing: Standing, now: int) -> ReleaseView | None:
    release = shipped_book()
    if standing.published and release.signed.sha256 == standing.book.signed.sha256:
        return None
    found = changes(standing.book.signed.snapshot, release.signed.snapshot)
    return ReleaseView(
        version=release.version,
        sha256=release.signed.sha256,
        fault=fault_of(release, now),
        changes=len(found),
        deciding=sum(one.decides for one in found),
    )


def _rows(
    standing: Standing, signed: Sequence[SignOff], today: date
) -> list[JurisdictionRowView]:
    opened = Counter(one.jurisdiction for one in standing.allowed.opened)
    return [
        JurisdictionRowView(
            code=code,
            name=law.name,
            opened=opened[code],
            cells=CELLS,
            sign_offs=[one.what for one in signed if one.jurisdiction == code],
            overdue=_count(law, today),
            uncited=_uncited(law),
            conflict=law.conflict is not None,
        )
        for code, law in sorted(standing.book.signed.snapshot.jurisdictions.items())
    ]


def _count(law: JurisdictionLaw, today: date) -> int:
    return sum(one.review_by < today for _, one in law.cited() if says_something(one))


def _uncited(law: JurisdictionLaw) -> int:
    return sum(not one.citations for _, one in law.cited() if says_something(one))
