"""Until when a decision holds although nobody changed anything."""

from dataclasses import replace

from server.rules.case import Treatment
from server.rules.deciding import decide
from server.rules.words import Outcome, Schedule, TreatmentClass
from signaling.identifiers import Instant
from tests.rule_cases import (
    DAY,
    NOW,
    follow_up_by_audio,
    licensed,
    peel_in_texas,
    shipped_book,
)

YEAR = 365 * DAY
SOON = Instant(NOW + 60_000_000)


def test_it_ends_when_an_earlier_exam_no_longer_counts() -> None:
    case = follow_up_by_audio(last_live_exam_at=Instant(SOON - YEAR))
    decision = decide(case, shipped_book())
    assert (decision.outcome, decision.valid_until) == (Outcome.AUDIO_ONLY_PERMITTED, SOON)
    later = decide(replace(case, now=SOON), shipped_book())
    assert later.outcome is Outcome.LIVE_VIDEO_REQUIRED


def test_it_ends_when_an_exam_in_person_no_longer_counts() -> None:
    drug = Treatment(TreatmentClass.IM_VITAMIN, Schedule.IV)
    case = peel_in_texas(treatments=(drug,), last_in_person_exam_at=Instant(SOON - YEAR))
    assert decide(case, shipped_book()).valid_until == SOON


def test_it_ends_with_the_licence_that_it_rests_on_and_no_other() -> None:
    held = licensed("TX", "AZ")
    texas, arizona = held.authorities
    for ending, until in ((texas, SOON), (arizona, NOW + DAY - 300_000_000)):
        kept = tuple(
            replace(one, valid_until=SOON) if one is ending else one for one in held.authorities
        )
        case = peel_in_texas(practitioner=replace(held, authorities=kept))
        assert decide(case, shipped_book()).valid_until == until


def test_it_ends_with_the_snapshot() -> None:
    ends = shipped_book().holds.ends
    case = peel_in_texas(
        now=Instant(ends - 10), location_confirmed_at=Instant(ends - 20), practitioner=None
    )
    assert decide(case, shipped_book()).valid_until == ends
