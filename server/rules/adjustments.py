"""Where the source contradicts itself: which reading was taken, and why.

The source is corrected here and not in the generated files, so that an import can be run again
and says so if the source no longer has what was corrected. The stricter reading is taken
wherever two can be had; the one exception is named as such.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from server.rules.words import DrugBar, Minimum, TreatmentClass


@dataclass(frozen=True, slots=True)
class BarMore:
    """Bar more drugs than the source's list does.

    Attributes:
        jurisdiction: whose list.
        add: what is barred too.
        why: one sentence, which becomes part of the jurisdiction's `conflict`.
    """

    jurisdiction: str
    add: tuple[DrugBar, ...]
    why: str


@dataclass(frozen=True, slots=True)
class LeaveClassOut:
    """Take a class out of a rule whose class list is an assumption of the source.

    Attributes:
        jurisdiction: whose rule.
        rule: its place in the source's list, from 1.
        leave_out: the class.
        why: one sentence, which becomes part of the jurisdiction's `conflict`.
    """

    jurisdiction: str
    rule: int
    leave_out: TreatmentClass
    why: str


@dataclass(frozen=True, slots=True)
class AskMore:
    """Raise a rule's minimum to the stricter of two readings.

    Attributes:
        jurisdiction: whose rule.
        rule: its place in the source's list, from 1.
        minimum: what is asked.
        why: one sentence, which becomes part of the jurisdiction's `conflict`.
    """

    jurisdiction: str
    rule: int
    minimum: Minimum
    why: str


@dataclass(frozen=True, slots=True)
class EndRule:
    """End rules on a day on which the law is known to change.

    Attributes:
        jurisdiction: whose rules.
        rule: its place in the source's list, from 1.
        until: the first day on which it no longer holds, ISO 8601.
        why: one sentence, which becomes part of the jurisdiction's `conflict`.
    """

    jurisdiction: str
    rule: int
    until: str
    why: str


BARRED: Final = (
    BarMore(
        "MD",
        (DrugBar.II_NARCOTIC,),
        "The list of barred drugs is empty, the note beside it bars Schedule II opiates for "
        "pain: Schedule II narcotics are taken as barred.",
    ),
    BarMore(
        "OH",
        (DrugBar.III, DrugBar.IV, DrugBar.V),
        "Summaries disagree whether Schedule II alone or every controlled drug needs an "
        "in-person visit first: every one is taken as barred.",
    ),
)

LEFT_OUT: Final = (
    LeaveClassOut(
        "AZ",
        3,
        TreatmentClass.CHEMICAL_PEEL,
        "The class list of the rule on written orders (AZ-3) is an assumption of whoever "
        "collected it, and names chemical peels; the brief counts a peel among the lower-risk "
        "classes that may be asynchronous with a counsel's opinion. The peel alone is left "
        "out, which is not the stricter reading: the opinion must speak of AZ-3.",
    ),
)

RAISED: Final = (
    AskMore(
        "MD",
        4,
        Minimum.LIVE_VIDEO,
        "The statute lets an NP begin asynchronously (MD-4); the board rule for physicians "
        "does not, and what the nursing board says was not read: live video is taken for both.",
    ),
)

ENDED: Final = (
    EndRule(
        "NH",
        3,
        "2027-01-01",
        "Rules for PAs change on 2027-01-01; what they become was not read, so what is known "
        "ends then.",
    ),
)
