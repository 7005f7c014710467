"""What admission says for one class of patients, read from the rows.

    duty, shifts, authorities, who waits -> Eligible... -> admission.decide -> Outlook

Whether a roster rules is a setting; unset, it does for a network that keeps one. Without one
everybody may wait, and the page says that nobody is on duty.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from server.authority import (
    EXAMINING_PROFESSIONS,
    eligibility_class,
    is_registered,
    jurisdictions_of,
    network_of,
    professions_of,
)
from server.dea import registered_in
from server.rulings.ruling import ruling_for
from server.services import Core
from server.staffing.admission import MICROSECONDS, Admission, Admit, Eligible, NotNow, decide
from server.staffing.licensed import licensed_spans, may_at
from server.staffing.shift_rules import AHEAD_US
from server.staffing.spans import DAY_US, Span, joined
from server.storage import directory, encounters, roster, shifts, wait_models
from server.storage.database import Tx
from server.storage.directory import PractitionerFile, Site
from server.storage.encounters import Encounter
from server.storage.shifts import Shift
from signaling import prediction
from signaling.identifiers import EligibilityClass, Instant
from signaling.participants import PractitionerOnDuty
from signaling.presence import PresenceState
from signaling.snapshot import DutyRow

Rule = Literal["roster", "open"]

KEPT_US: Final = 7 * DAY_US  # a roster whose last shift is older than this is not kept any more
PAGE: Final = 200
PAGES_MAX: Final = 50
FAR: Final = 2**62

Files = Mapping[str, PractitionerFile]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is to be said to patients of one class.

    Attributes:
        admission: whether one of them may begin to wait now.
        on_duty: somebody who may see them is on duty and does not wish to leave.
    """

    admission: Admission
    on_duty: bool

    @property
    def opens_at(self) -> int | None:
        """Return when the next one comes, where nobody is there and it is known."""
        return self.admission.opens_at if isinstance(self.admission, NotNow) else None

    @property
    def admitted(self) -> bool:
        """Tell whether a patient may begin to wait."""
        return isinstance(self.admission, Admit)

    @property
    def can_call_back(self) -> bool:
        """Tell whether somebody is there for a patient who asked to be called."""
        return self.on_duty and self.admitted


@dataclass(frozen=True, slots=True)
class Staff:
    """A network's practitioners as one look finds them; good for all classes at that instant.

    Attributes:
        rule: whether its roster rules, as the setting or its having one says.
    """

    network_id: str
    files: Files
    duty: Sequence[DutyRow]
    rule: Rule
    now: int

    def of_class(self, eligibility: EligibilityClass) -> Staff:
        """Return the same without those whose profession or registration it does not have."""
        named = professions_of(eligibility)
        if named >= EXAMINING_PROFESSIONS and not is_registered(eligibility):
            return self
        needed = jurisdictions_of(eligibility) if is_registered(eligibility) else frozenset()
        left = {
            who: file
            for who, file in self.files.items()
            if file.practitioner.profession in named
            and needed <= registered_in(file.registrations, self.now)
        }
        return replace(self, files=left)

    def serving(self, jurisdictions: frozenset[str]) -> list[DutyRow]:
        """Return who is on duty, does not wish to leave, and may see such patients now."""
        return [
            one
            for one in self.duty
            if not one.leaving
            and one.practitioner_id in self.files
            and may_at(self.files[one.practitioner_id], jurisdictions, self.now)
        ]


async def staff_of(tx: Tx, network_id: str, *, now: int, rule: Rule | None) -> Staff:
    """Read everybody of a network, in a few statements.

    Args:
        tx: a transaction, for reading.
        network_id: whose practitioners.
        now: microseconds UTC.
        rule: the setting; None decides by whether the network keeps a roster.
    """
    if rule is None:
        kept = await shifts.any_since(tx, network_id, now - KEPT_US)
        rule = "roster" if kept else "open"
    files = {
        one.practitioner.practitioner_id: one
        for one in await directory.practitioner_files(tx, network_id)
    }
    return Staff(network_id, files, await roster.duty_of(tx, network_id), rule, now)


async def outlook_for(tx: Tx, core: Core, eligibility: EligibilityClass) -> Outlook:
    """Return what is to be said to one patient, by the class in which they would wait."""
    staff = await staff_of(
        tx, network_of(eligibility), now=core.clock.now(), rule=core.settings.admission
    )
    return await look(tx, staff, eligibility)


async def class_of(tx: Tx, core: Core, encounter: Encounter, site: Site) -> EligibilityClass:
    """Return the class in which a patient would wait, once all is done that comes before."""
    places = frozenset({encounter.jurisdiction or site.jurisdiction, site.jurisdiction})
    ruling = await ruling_for(tx, core, encounter, None, core.clock.now(), lock=False)
    pool = ruling.decision.pool
    if not ruling.permitted or pool is None:
        return eligibility_class(encounter.network_id, places)
    return eligibility_class(
        encounter.network_id,
        places,
        frozenset(pool.professions),
        registered=pool.dea_registered,
    )


async def look(tx: Tx, staff: Staff, eligibility: EligibilityClass) -> Outlook:
    """Return what is to be said to patients of a class."""
    places = jurisdictions_of(eligibility)
    everybody, staff = staff, staff.of_class(eligibility)
    serving = staff.serving(places)
    if staff.rule == "open":
        return Outlook(Admit(), on_duty=bool(serving))
    wait_s = await _expected_wait_s(tx, everybody, eligibility)
    soon = staff.now + round(wait_s * MICROSECONDS) + MICROSECONDS
    near = await shifts.between(tx, staff.network_id, staff.now, soon)
    people = _eligible(staff, places, serving, near)
    admission = decide(people, now=staff.now, expected_wait_s=wait_s)
    if isinstance(admission, NotNow):
        admission = NotNow(await _next_opening(tx, staff, places))
    return Outlook(admission, on_duty=bool(serving))


# ------------------------------------------------------------------ who is there


def _eligible(
    staff: Staff,
    places: frozenset[str],
    serving: Iterable[DutyRow],
    near: Iterable[Shift],
) -> list[Eligible]:
    """Return everybody who may see these patients, on duty or in the shifts given."""
    planned: defaultdict[str, list[Span]] = defaultdict(list)
    for shift in near:
        planned[shift.practitioner_id].append(Span(shift.starts_at, shift.ends_at))
    people: dict[str, Eligible] = {}
    for who, file in staff.files.items():
        parts = (
            part
            for stretch in joined(planned[who])
            for part in licensed_spans(file, places, stretch, now=staff.now)
        )
        people[who] = Eligible(rostered=tuple(parts))
    for one in serving:
        until = _duty_until(staff.files[one.practitioner_id], places, one, staff.now)
        here = people[one.practitioner_id]
        people[one.practitioner_id] = replace(here, on_duty=True, duty_until=until)
    return [one for one in people.values() if one.on_duty or one.rostered]


def _duty_until(
    file: PractitionerFile, places: frozenset[str], one: DutyRow, now: int
) -> int | None:
    """Return when somebody on duty goes, or may not see such patients any more."""
    shift_ends_at = one.shift_ends_at
    end = FAR if shift_ends_at is None else max(shift_ends_at, now + 1)
    (first, *_) = licensed_spans(file, places, Span(now, end), now=now)
    return None if first.ends_at == FAR else first.ends_at


async def _next_opening(tx: Tx, staff: Staff, places: frozenset[str]) -> int | None:
    """Return when the next shift begins in which somebody may see such patients.

    A licence must be in force then, and a shift that began without one opens when it begins.
    """
    candidates = [
        who
        for who, file in staff.files.items()
        if places <= {one.jurisdiction for one in file.authorities}
    ]
    best: int | None = None
    for page in range(PAGES_MAX):
        found = await shifts.upcoming(tx, candidates, staff.now, limit=PAGE, offset=page * PAGE)
        for shift in found:
            if best is not None and shift.starts_at >= best:
                return best
            span = Span(shift.starts_at, min(shift.ends_at, staff.now + 2 * AHEAD_US))
            file = staff.files[shift.practitioner_id]
            for part in licensed_spans(file, places, span, now=staff.now):
                if part.starts_at > staff.now and (best is None or part.starts_at < best):
                    best = part.starts_at
        if len(found) < PAGE:
            break
    return best


# ------------------------------------------------------------------ how long it would take


async def _expected_wait_s(tx: Tx, staff: Staff, mine: EligibilityClass) -> float:
    """Predict the wait of one more patient, as `signaling.prediction` learned to.

    With nobody on duty for them yet, those of the same class are all that is known of the line.
    """
    ahead = Counter(
        EligibilityClass(one.eligibility or "")
        for one in await encounters.in_visit(tx, staff.network_id, "waiting")
    )
    members = {
        one: frozenset(
            row.practitioner_id for row in staff.of_class(one).serving(jurisdictions_of(one))
        )
        for one in {*ahead, mine}
    }
    people = prediction.Staff((_present(row, staff.now) for row in staff.duty), members)
    if people.idle(mine) and not any(people.share(one, mine) for one in ahead):
        return 0.0
    model = await wait_models.load(tx, staff.network_id)
    queue = people.overlap_queue(ahead, mine)
    raw_s = (ahead[mine] + 1 if queue is None else queue) * model.handle_s
    return model.expected_s(prediction.Signs.of(raw_s, None))


def _present(row: DutyRow, now: int) -> PractitionerOnDuty:
    return PractitionerOnDuty(
        practitioner_id=row.practitioner_id,
        licence_count=row.licence_count,
        status=row.status,
        idle_since=row.idle_since,
        presence=PresenceState.PRESENT,
        presence_since=Instant(now),
        paused_until=row.paused_until,
        encounter_id=row.encounter_id,
        leaving=row.leaving,
    )
