"""Who is offered to whom first, as plain values: swappable, pure, compared by simulation.

A policy has two halves, each a sort key where the smallest comes first:

    PatientOrder        a practitioner came free: whose turn is it in the lines they may serve?
    PractitionerOrder   a patient came: which of the idle practitioners is rung?

The default takes patients of the scarcest class first, until somebody is older than the cap;
from there on strict age. Practitioners with the fewest licences are rung first, so that those
with many stay free for patients whom few may see. No policy can offer somebody who may not
see the patient, and none can leave a patient waiting whom somebody idle may see: that is held
by `signaling.matching`, whatever the keys say.

After Adan & Weiss 2014 on servers and what they are compatible with (FCFS-ALIS is `AUDIT`),
and Wallace & Whitt 2004 on servers with a few skills each.
"""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Final, NamedTuple, Protocol, TypeAlias

from signaling.identifiers import Instant
from signaling.participants import PractitionerOnDuty, WaitingPatient

# Keys of one order are compared with each other only, and are tuples of numbers and strings.
Key: TypeAlias = tuple[Any, ...]


class Turn(NamedTuple):
    """A patient who could be offered now, as a policy looks at them.

    Attributes:
        patient: who.
        age_s: seconds that they count as having waited, the bonus of their priority included.
        scarcity: practitioners on duty per unit of demand of their class; the least is the
            scarcest.
        spoken: somebody idle who may see them speaks their language.
        now: the instant of the decision.
    """

    patient: WaitingPatient
    age_s: float
    scarcity: float
    spoken: bool
    now: Instant


class PatientOrder(Protocol):
    """Orders the patients whom a freed practitioner could be offered."""

    def key(self, turn: Turn, /) -> Key:
        """Return the sort key of a patient; within one line, older ones must come first."""
        ...


class PractitionerOrder(Protocol):
    """Orders the idle practitioners who could be offered a patient."""

    def key(self, practitioner: PractitionerOnDuty, /) -> Key:
        """Return the sort key of a practitioner, the same for every patient."""
        ...


@dataclass(frozen=True, slots=True)
class ScarcestFirst:
    """The scarcest class first, but strictly the oldest first beyond a cap.

    Below the cap, among equally scarce patients, one whose language can be spoken comes
    first. Beyond it nothing counts but age: nobody older than the cap is overtaken by
    somebody younger.

    Attributes:
        cap_s: seconds of age from which only age counts; 0 is first come, first served.
    """

    cap_s: float = 120.0

    def __post_init__(self) -> None:
        """Refuse a cap that no age could reach from below."""
        if self.cap_s < 0:
            raise ValueError("cap_s must not be negative")

    def key(self, turn: Turn, /) -> Key:
        """Return (0, age) beyond the cap, and (1, scarcity, language, age) below it."""
        if turn.age_s >= self.cap_s:
            return (0, turn.patient.order)
        return (1, turn.scarcity, not turn.spoken, turn.patient.order)


@dataclass(frozen=True, slots=True)
class FewestLicences:
    """Whoever has the fewest licences, then whoever is idle for longest."""

    def key(self, practitioner: PractitionerOnDuty, /) -> Key:
        """Return licences, idle since, and the identifier so that replays agree."""
        return (
            practitioner.licence_count,
            practitioner.idle_since,
            practitioner.practitioner_id,
        )


@dataclass(frozen=True, slots=True)
class LongestIdleInBand:
    """The fair mode: bands of licence counts, and within one whoever is idle for longest.

    Those with one licence work more than others under `FewestLicences`, and those with two a
    little less than those with one; here neighbours share the work evenly.
    """

    BANDS: ClassVar[tuple[int, ...]] = (1, 3, 8, 20)  # up to and including; then all others

    def key(self, practitioner: PractitionerOnDuty, /) -> Key:
        """Return the band, idle since, and the identifier."""
        band = bisect_left(self.BANDS, practitioner.licence_count)
        return (band, practitioner.idle_since, practitioner.practitioner_id)


@dataclass(frozen=True, slots=True)
class LongestIdle:
    """Whoever is idle for longest (ALIS), however many licences they have."""

    def key(self, practitioner: PractitionerOnDuty, /) -> Key:
        """Return idle since, and the identifier."""
        return (practitioner.idle_since, practitioner.practitioner_id)


@dataclass(frozen=True, slots=True)
class Policy:
    """How a switchboard matches.

    Attributes:
        patients: whose turn it is.
        practitioners: who is rung.
        priority_bonus_s: seconds of age that one step of priority counts for. A bonus and
            never a level: whoever waits long enough comes before everybody with priority.
        parallel_offers: whether a second practitioner is rung at once while many are idle.
        parallel_idle_min: how many must be idle and eligible for that, both included.
    """

    patients: PatientOrder = ScarcestFirst()
    practitioners: PractitionerOrder = FewestLicences()
    priority_bonus_s: float = 60.0
    parallel_offers: bool = False
    parallel_idle_min: int = 5

    def __post_init__(self) -> None:
        """Refuse values that would turn the bonus or the second offer into nonsense."""
        if self.priority_bonus_s < 0:
            raise ValueError("priority_bonus_s must not be negative")
        if self.parallel_idle_min < 2:  # noqa: PLR2004 - a second offer needs a second one
            raise ValueError("parallel_idle_min must be at least 2")


SCARCEST: Final = Policy()
FIFO: Final = Policy(patients=ScarcestFirst(cap_s=0.0))
FAIR: Final = Policy(practitioners=LongestIdleInBand())
AUDIT: Final = Policy(patients=ScarcestFirst(cap_s=0.0), practitioners=LongestIdle())

POLICIES: Final[Mapping[str, Policy]] = MappingProxyType(
    {"scarcest": SCARCEST, "fifo": FIFO, "fair": FAIR, "audit": AUDIT}
)
"""The policies by the names that settings and scenarios use."""
