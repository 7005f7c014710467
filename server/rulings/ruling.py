"""What the rules say of one visit, at one moment: asked, written down, and refused by.

    policy and rules that stand, the chart's facts, a practitioner's file or None -> decide
        -> Ruling: an entry for the chart, a refusal, the class of those who may examine

An exam is pinned to the snapshot that held when it was accepted: it is judged by that, as long
as nothing changed and its time is not over. What compliance opened, and signed off, always
counts as it is now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from server.authority import eligibility_class, jurisdictions_of
from server.chart.entries import RulesDecided, decode
from server.chart.ruling_entries import RuleFired, RulingMoment
from server.jurisdictions import is_jurisdiction
from server.keyring import Keyring
from server.rulebooks.standing import Rulebooks, Standing
from server.rules.case import DAY, LOCATION_FRESH, Case
from server.rules.deciding import decide, prospect
from server.rules.decision import Decision
from server.rules.policy import OperatorPolicy
from server.rules.rulebook import Rulebook
from server.rules.words import EXAMINING, Outcome
from server.rulings.cases import case_of, practitioner_of
from server.rulings.facts import KINDS, NO_PRIOR, Facts, Prior, facts_of
from server.rulings.refusals import REFUSALS, NotPermitted
from server.services import Core
from server.storage import chart_extract, directory, signed_exams
from server.storage.database import Tx
from server.storage.directory import PractitionerFile
from server.storage.encounters import Encounter
from signaling.identifiers import EligibilityClass, Instant

PINNED_MOMENTS: Final = frozenset({"connect", "sign"})
REVIEWED_MOMENTS: Final = frozenset({"review", "sign"})
PACKET_COUNTS: Final = 7 * DAY
"""How long what was sent may wait: after that, where the patient is has to be said again."""
IN_LINE: Final = frozenset({"waiting", "in_progress", "wrap_up"})
REASON_MAX: Final = 2_000
CHUNK: Final = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked about: one encounter, as its row and its chart are.

    Attributes:
        encounter: its row.
        facts: of its chart.
        file: of the practitioner; None asks what the pool must satisfy.
        moment: why it is asked.
    """

    encounter: Encounter
    facts: Facts
    file: PractitionerFile | None
    moment: RulingMoment


@dataclass(frozen=True, slots=True)
class Ruling:
    """The answer.

    Attributes:
        decision: what was decided.
        entry: the same for the chart.
        places: jurisdictions that count.
        consented: consent to this exam, there, has been given.
    """

    decision: Decision
    entry: RulesDecided
    places: frozenset[str]
    consented: bool

    @property
    def permitted(self) -> bool:
        """Tell whether there may be an exam. An emergency is never refused by rules."""
        return self.decision.outcome is not Outcome.NOT_PERMITTED

    def require(self) -> None:
        """Refuse where there may be none.

        Raises:
            NotPermitted: with the word for why.
        """
        if not self.permitted:
            raise REFUSALS.get(self.entry.reason or "", NotPermitted)

    def eligibility(self, network_id: str) -> EligibilityClass:
        """Return the class of those who may examine: nobody without permission or consent."""
        return _class(network_id, self.places, self)


async def ruling_for(
    tx: Tx,
    core: Core,
    encounter: Encounter,
    practitioner_id: str | None,
    now: int,
    *,
    moment: RulingMoment = "ready",
    lock: bool = True,
) -> Ruling:
    """Ask the rules about a visit.

    Args:
        tx: relies on the answer; one for reading needs `lock=False`.
        core: what everything stands on.
        encounter: its row.
        practitioner_id: who would examine; None asks what the pool must satisfy.
        now: microseconds UTC.
        moment: why it is asked.
        lock: what was looked at stays as it is until the commit.
    """
    asked = await with_facts(tx, core, encounter, practitioner_id, moment, lock=lock)
    standing = await core.rulebooks.standing(tx, encounter.network_id, lock=lock)
    book = await pinned_book(tx, core.rulebooks, asked, now)
    return rule(asked, standing, now, book=book)


async def with_facts(
    tx: Tx,
    core: Core,
    encounter: Encounter,
    practitioner_id: str | None,
    moment: RulingMoment,
    *,
    lock: bool = True,
) -> Asked:
    """Read the chart of a visit, and the file of who would examine."""
    file = None
    if practitioner_id is not None:
        file = await directory.practitioner_file(tx, practitioner_id, lock=lock)
    facts = await facts_for(tx, core.keyring, [encounter.encounter_id])
    return Asked(encounter, facts.get(encounter.encounter_id, Facts()), file, moment)


async def facts_for(
    tx: Tx, keyring: Keyring, encounter_ids: Sequence[str]
) -> Mapping[str, Facts]:
    """Read what the charts of some visits say."""
    found: dict[str, Facts] = {}
    for start in range(0, len(encounter_ids), CHUNK):
        some = encounter_ids[start : start + CHUNK]
        dated = await chart_extract.dated_of_kinds(tx, some, KINDS, keyring=keyring)
        earlier = await signed_exams.earlier_than(tx, some)
        for encounter_id, entries in dated.items():
            before = earlier.get(encounter_id)
            prior = Prior(before.signed > 0, before.last_live_at) if before else NO_PRIOR
            found[encounter_id] = facts_of(((at, decode(text)) for at, text in entries), prior)
    return found


async def pinned_book(tx: Tx, rulebooks: Rulebooks, asked: Asked, now: int) -> Rulebook | None:
    """Return the snapshot that an exam is pinned to, if it still is."""
    pinned = asked.facts.pinned
    if pinned is None or pinned.rules_sha256 is None or not is_pinned(asked, now):
        return None
    return await rulebooks.book(tx, pinned.rules_sha256)


def is_pinned(asked: Asked, now: int) -> bool:
    """Tell whether an exam is judged by the rules that it is pinned to."""
    pinned = asked.facts.pinned
    return asked.moment in PINNED_MOMENTS and pinned is not None and now < pinned.valid_until


def rule(
    asked: Asked,
    standing: Standing,
    now: int,
    *,
    book: Rulebook | None = None,
    hoped: frozenset[str] = frozenset(),
) -> Ruling:
    """Decide, and say it.

    Args:
        asked: what about.
        standing: by what the network decides.
        now: microseconds UTC.
        book: the snapshot that the exam is pinned to; None takes the one that stands.
        hoped: conditions taken as evidenced, for a plan; no exam rests on it.
    """
    by = book or standing.book
    case = case_asked(asked, standing.policy, now)
    decision = prospect(case, by, hoped) if hoped else decide(case, by)
    return Ruling(
        decision=decision,
        entry=_entry(asked, decision, by, case.places),
        places=asked.facts.places,
        consented=asked.facts.consented,
    )


def case_asked(asked: Asked, policy: OperatorPolicy, now: int) -> Case:
    """Return the case of what is asked about, at an instant (microseconds UTC)."""
    encounter, facts = asked.encounter, asked.facts
    in_line = encounter.visit in IN_LINE
    held = EligibilityClass((encounter.eligibility or "") if in_line else "")
    elsewhere = jurisdictions_of(held) - {""}
    if _was_said_in_session(asked, now):
        facts = replace(facts, located_at=now)
    places = facts.places | elsewhere
    who = practitioner_of(asked.file, Instant(now), places) if asked.file else None
    return case_of(facts, policy, who, elsewhere=elsewhere, now=Instant(now))


def _was_said_in_session(asked: Asked, now: int) -> bool:
    """Tell whether the location counts, that was said when the exam began or was submitted.

    A signature may come days later; a call that begins is about where the patient is then.
    """
    facts, record = asked.facts, asked.facts.chart.forward
    if asked.moment == "sign" and facts.pinned is not None:
        return True
    sent_at = record.submitted_at if record.forward else None
    if asked.moment not in REVIEWED_MOMENTS or sent_at is None or facts.located_at is None:
        return False
    fresh = sent_at < facts.located_at + LOCATION_FRESH
    return fresh and sent_at <= now < sent_at + PACKET_COUNTS


def classes_of(
    encounters: Iterable[Encounter],
    facts: Mapping[str, Facts],
    standing: Standing,
    now: int,
) -> dict[str, EligibilityClass]:
    """Return in which class each of some visits waits, as the rules are now.

    The places stay those of the class that they are in: a correction may be going on.
    """
    found: dict[str, EligibilityClass] = {}
    for one in encounters:
        if not one.eligibility:
            continue
        asked = Asked(one, facts.get(one.encounter_id, Facts()), None, "changed")
        ruling = rule(asked, standing, now)
        places = jurisdictions_of(EligibilityClass(one.eligibility))
        found[one.encounter_id] = _class(one.network_id, places, ruling)
    return found


def _class(network_id: str, places: frozenset[str], ruling: Ruling) -> EligibilityClass:
    pool = ruling.decision.pool if ruling.consented else None
    return eligibility_class(
        network_id,
        places,
        frozenset(one.value for one in pool.professions) if pool else frozenset(),
        registered=pool is not None and pool.dea_registered,
    )


def _entry(
    asked: Asked, decision: Decision, book: Rulebook, places: Iterable[str]
) -> RulesDecided:
    who = asked.file.practitioner.practitioner_id if asked.file else None
    professions = decision.pool.professions if decision.pool else ()
    return RulesDecided(
        moment=asked.moment,
        practitioner_id=who,
        decision=decision.outcome.value,
        reason=reason_of(decision),
        requires=list(decision.requires),
        reasons=[
            RuleFired(
                rule=one.rule.value,
                text=one.text[:REASON_MAX],
                citations=[each.name for each in one.citations],
            )
            for one in decision.reasons
        ],
        jurisdictions=[place for place in places if is_jurisdiction(place)],
        professions=[one.value for one in professions if one in EXAMINING],
        rules_version=decision.rules_version,
        rules_sha256=book.signed.sha256,
        valid_until=decision.valid_until,
        pinned=_pins(asked, decision),
    )


def _pins(asked: Asked, decision: Decision) -> bool:
    """An exam is pinned as it begins, and anew when something changed and it may go on."""
    if asked.moment == "accept":
        return True
    goes_on = asked.file is not None and asked.facts.consented
    permitted = decision.outcome is not Outcome.NOT_PERMITTED
    return asked.moment == "changed" and goes_on and permitted


def reason_of(decision: Decision) -> str | None:
    """Return the word for why there is no exam: the first that refused begins with it."""
    if decision.outcome is not Outcome.NOT_PERMITTED:
        return None
    texts = (one.text for one in decision.reasons if one.outcome is Outcome.NOT_PERMITTED)
    return next(texts, "").partition(":")[0] or None
