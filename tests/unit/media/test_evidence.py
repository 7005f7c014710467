from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.call import Side
from media.declaration import Declaration, Declared
from media.evidence import (
    SPAN_MAX,
    Interval,
    Judged,
    Kind,
    SpanTooLong,
    direction_kind,
    intervals,
    judge,
)
from media.picture import Carried, Picture, Sound, Thresholds
from media.sample import Sample

START = 1_800_000_000
US = 1_000_000
LIMITS = Thresholds()

# One second of each, as measured with the encoders; docs/evidence.md has the table.
TALK = Sample(0, video_packets=60, frames=20, frame_bytes=3_000, frames_varied=11)
BLACK = Sample(0, video_packets=30, frames=30, frame_bytes=94, frames_varied=5)
STILL = Sample(0, video_packets=125, frames=25, frame_bytes=4_640, frames_varied=4)
SKETCH = Sample(0, video_packets=30, frames=30, frame_bytes=208, frames_varied=15)
DIM = Sample(0, video_packets=75, frames=16, frame_bytes=5_900, frames_varied=6)
QUIET = Sample(0, video_packets=15, frames=15, frame_bytes=443, frames_varied=1)
HALF = Sample(0, video_packets=75, frames=15, frame_bytes=1_926, frames_varied=13)
SOUND = {"audio_packets": 50, "audio_loudest": 30, "audio_mean": 45}
SILENCE = {"audio_packets": 50, "audio_loudest": 127, "audio_mean": 127}
LETTERS: dict[str, Sample] = {
    "t": replace(TALK, **SOUND),
    "T": TALK,  # video without any sound
    "b": replace(BLACK, **SOUND),
    "s": replace(STILL, **SOUND),
    "f": replace(SKETCH, **SOUND),
    "d": replace(DIM, **SOUND),
    "q": replace(QUIET, **SOUND),
    "h": replace(HALF, **SOUND, video_gap_ms=500, audio_gap_ms=500),
    "a": Sample(0, **SOUND),
    "z": Sample(0, **SILENCE),
    "x": replace(TALK, **SILENCE),
    ".": Sample(0),
}
MARKS = {"L": Kind.LIVE_VIDEO, "A": Kind.AUDIO_ONLY, "I": Kind.INTERRUPTED}
SWAPPED = {Side.PATIENT: Side.PRACTITIONER, Side.PRACTITIONER: Side.PATIENT}


def played(letters: str, *, generation: int = 0) -> list[Sample]:
    """Return a sample for each letter; a dash is a second that nobody measured."""
    return [
        replace(LETTERS[letter], second=START + place, generation=generation)
        for place, letter in enumerate(letters)
        if letter != "-"
    ]


def judged(patient: str, practitioner: str, *declarations: Declaration) -> Judged:
    return judge(
        {Side.PATIENT: played(patient), Side.PRACTITIONER: played(practitioner)},
        declarations,
        range(START, START + max(len(patient), len(practitioner))),
    )


def shown(verdict: Judged) -> str:
    marks = {kind: mark for mark, kind in MARKS.items()}
    return "".join(marks[kind] for kind in verdict.kinds)


def declare(
    what: Declared, since: float, until: float, side: Side = Side.PATIENT
) -> tuple[Declaration, Declaration]:
    return (
        Declaration(round((START + since) * US), side, what, holds=True),
        Declaration(round((START + until) * US), side, what, holds=False),
    )


@dataclass(frozen=True)
class Scene:
    name: str
    patient: str
    practitioner: str
    expected: str


SCENES = [
    Scene("two people talking", "t" * 20, "t" * 20, "L" * 20),
    Scene("camera off by replaceTrack(null)", "t" * 8 + "a" * 8, "t" * 16, "L" * 8 + "A" * 8),
    Scene("a black picture at 30 fps", "b" * 30, "t" * 30, "A" * 30),
    Scene("a still picture at 25 fps", "s" * 30, "t" * 30, "A" * 30),
    Scene("two still pictures", "s" * 30, "s" * 30, "A" * 30),
    Scene(
        "frozen, then back", "tttt" + "s" * 15 + "tttt", "t" * 23, "LLLL" + "A" * 15 + "LLLL"
    ),
    Scene("one way only", "t" * 12, "." * 12, "I" * 12),
    Scene("video one way, sound both ways", "t" * 12, "a" * 12, "A" * 12),
    Scene("silence without DTX", "z" * 12, "a" * 12, "A" * 12),
    Scene("two people looking at each other in silence", "x" * 12, "x" * 12, "L" * 12),
    Scene("a gap of 500 ms", "ttttthttttt", "ttttthttttt", "L" * 11),
    Scene("a second lost", "tttt.tttt", "t" * 9, "L" * 9),
    Scene("three seconds lost", "tttt...tttt", "t" * 11, "LLLLIIILLLL"),
    Scene(
        "a gap of 20 s",
        "t" * 5 + "." * 20 + "t" * 5,
        "t" * 5 + "." * 20 + "t" * 5,
        "L" * 5 + "I" * 20 + "L" * 5,
    ),
    Scene("a person still in dim light", "d" * 40, "t" * 40, "L" * 40),
    Scene(
        "hardly a movement, but one within ten seconds",
        "t" + ("q" * 8 + "t") * 4,
        "t" * 37,
        "L" * 37,
    ),
    Scene("Firefox's quiet test picture", "f" * 12, "f" * 12, "L" * 12),
    Scene("a flash of two seconds", "....tt....", "t" * 10, "I" * 10),
    Scene("not measured", "tttt--tttt", "t" * 10, "LLLLIILLLL"),
    Scene("nothing at all", "", "", ""),
]


@pytest.mark.parametrize("scene", SCENES, ids=[scene.name for scene in SCENES])
def test_a_scene_is_judged_second_by_second(scene: Scene) -> None:
    assert shown(judged(scene.patient, scene.practitioner)) == scene.expected


@pytest.mark.parametrize("scene", SCENES, ids=[scene.name for scene in SCENES])
def test_a_scene_seen_from_the_other_side_is_the_same(scene: Scene) -> None:
    assert shown(judged(scene.practitioner, scene.patient)) == scene.expected


@pytest.mark.parametrize("picture", ["b", "s"])
def test_a_black_or_still_picture_is_never_live_video_and_says_why(picture: str) -> None:
    (interval,) = intervals(judged(picture * 60, "t" * 60))
    assert interval == Interval(
        Kind.AUDIO_ONLY,
        START,
        START + 60,
        Carried(Picture.MOTIONLESS, Sound.FLOWING),
        Carried(Picture.MOVING, Sound.FLOWING),
    )


def test_a_camera_declared_off_is_no_live_video_whatever_flows() -> None:
    off = declare(Declared.CAMERA_OFF, 4.5, 8.0)
    verdict = judged("t" * 12, "t" * 12, *off)
    assert shown(verdict) == "LLLLAAAALLLL"
    assert intervals(verdict)[1].patient.picture is Picture.CAMERA_OFF


def test_a_camera_off_for_an_instant_is_not_bridged() -> None:
    verdict = judged("t" * 9, "t" * 9, *declare(Declared.CAMERA_OFF, 4.2, 4.3))
    assert shown(verdict) == "LLLLALLLL"


@pytest.mark.parametrize("side", Side)
def test_a_hidden_screen_is_no_live_video(side: Side) -> None:
    verdict = judged("t" * 12, "t" * 12, *declare(Declared.SCREEN_HIDDEN, 4, 8, side))
    assert shown(verdict) == "LLLLAAAALLLL"


def test_a_frozen_page_interrupts() -> None:
    verdict = judged("t" * 12, "t" * 12, *declare(Declared.PAGE_FROZEN, 4, 8))
    assert shown(verdict) == "LLLLIIIILLLL"


def test_a_muted_patient_on_video_stays_on_live_video_and_the_interval_says_so() -> None:
    (interval,) = intervals(judged("x" * 9, "t" * 9, *declare(Declared.MICROPHONE_MUTED, 0, 9)))
    assert interval.kind is Kind.LIVE_VIDEO
    assert interval.patient == Carried(Picture.MOVING, Sound.MUTED)


def test_a_muted_patient_without_a_picture_is_not_there() -> None:
    verdict = judged("z" * 9, "t" * 9, *declare(Declared.MICROPHONE_MUTED, 0, 9))
    assert shown(verdict) == "I" * 9


def test_video_without_sound_is_told() -> None:
    (interval,) = intervals(judged("T" * 9, "t" * 9))
    assert (interval.kind, interval.patient.sound) == (Kind.LIVE_VIDEO, Sound.NOTHING)


def test_what_was_declared_before_the_judged_time_still_holds() -> None:
    verdict = judged("t" * 9, "t" * 9, *declare(Declared.CAMERA_OFF, -100, 4))
    assert shown(verdict) == "AAAALLLLL"


def test_what_was_withdrawn_before_the_judged_time_does_not_hold() -> None:
    verdict = judged("t" * 4, "t" * 4, *declare(Declared.CAMERA_OFF, -100, -50))
    assert shown(verdict) == "LLLL"


def test_a_new_leg_takes_over_without_an_interruption() -> None:
    old = played("tttttt......")
    new = played("....tttttttt", generation=1)
    verdict = judge(
        {Side.PATIENT: [*old, *new], Side.PRACTITIONER: played("t" * 12)},
        (),
        range(START, START + 12),
    )
    assert shown(verdict) == "L" * 12


def test_a_reconnect_that_took_five_seconds_is_told() -> None:
    verdict = judge(
        {
            Side.PATIENT: [*played("tttt"), *played(".........tttt", generation=1)[4:]],
            Side.PRACTITIONER: played("t" * 13),
        },
        (),
        range(START, START + 13),
    )
    assert shown(verdict) == "LLLLIIIIILLLL"


def test_seconds_a_clock_leapt_over_were_not_measured() -> None:
    verdict = judged("ttttt" + "-" * 40 + "ttttt", "ttttt" + "-" * 40 + "ttttt")
    hole = intervals(verdict)[1]
    assert (hole.kind, hole.end - hole.first) == (Kind.INTERRUPTED, 40)
    assert hole.patient == Carried(Picture.NOT_MEASURED, Sound.NOT_MEASURED)


def test_a_time_longer_than_an_encounter_is_refused() -> None:
    with pytest.raises(SpanTooLong):
        judge({}, (), range(SPAN_MAX + 1))


def test_a_direction_alone_is_judged_by_what_it_carried() -> None:
    assert direction_kind(Carried(Picture.MOVING, Sound.NOTHING)) is Kind.LIVE_VIDEO
    assert direction_kind(Carried(Picture.MOTIONLESS, Sound.FLOWING)) is Kind.AUDIO_ONLY
    assert direction_kind(Carried(Picture.MOTIONLESS, Sound.MUTED)) is Kind.INTERRUPTED


lines = st.text("tTbsfdqhazx.-", min_size=0, max_size=60)
declared = st.lists(
    st.builds(
        Declaration,
        st.integers((START - 5) * US, (START + 60) * US),
        st.sampled_from(Side),
        st.sampled_from(Declared),
        st.booleans(),
    ),
    max_size=6,
)


def live_seconds(verdict: Judged) -> set[int]:
    both = zip(verdict.seconds, verdict.kinds, strict=True)
    return {second for second, kind in both if kind is Kind.LIVE_VIDEO}


@given(lines, lines, declared)
def test_intervals_tile_the_time_and_differ_from_their_neighbours(
    patient: str, practitioner: str, said: list[Declaration]
) -> None:
    verdict = judged(patient, practitioner, *said)
    found = intervals(verdict)
    covered = [second for one in found for second in range(one.first, one.end)]
    assert covered == list(verdict.seconds)
    assert all(one.kind is not two.kind for one, two in pairwise(found))


@given(lines, lines, declared, st.data())
def test_less_media_never_makes_more_live_video(
    patient: str, practitioner: str, said: list[Declaration], data: st.DataObject
) -> None:
    before = judged(patient, practitioner, *said)
    gone = data.draw(st.sets(st.integers(0, 59), max_size=20))
    quieter = "".join("." if place in gone else one for place, one in enumerate(patient))
    after = judged(quieter.replace("-", "."), practitioner, *said)
    measured = patient.replace("-", ".")
    assert live_seconds(after) <= live_seconds(judged(measured, practitioner, *said))
    assert before.seconds == after.seconds


@given(lines, lines, declared)
def test_a_declaration_never_makes_more_live_video(
    patient: str, practitioner: str, said: list[Declaration]
) -> None:
    silent = judged(patient, practitioner)
    assert live_seconds(judged(patient, practitioner, *said)) <= live_seconds(silent)


@given(lines, lines, declared)
def test_the_order_of_the_directions_does_not_matter(
    patient: str, practitioner: str, said: list[Declaration]
) -> None:
    one = judged(patient, practitioner, *said)
    turned = [replace(each, side=SWAPPED[each.side]) for each in said]
    other = judged(practitioner, patient, *turned)
    assert one.kinds == other.kinds
    assert one.carried[Side.PATIENT] == other.carried[Side.PRACTITIONER]


@given(lines, lines, declared, st.integers(0, 60))
def test_what_is_settled_does_not_change_when_more_is_known(
    patient: str, practitioner: str, said: list[Declaration], now: int
) -> None:
    whole = judged(patient, practitioner, *said)
    known = judged(patient[:now], practitioner[:now], *said)
    settled = START + min(now, len(known.seconds)) - LIMITS.settle_s
    assert known.until(settled).kinds == whole.until(settled).kinds


@given(lines, lines, declared, st.integers(0, 60))
def test_what_lies_far_back_does_not_matter(
    patient: str, practitioner: str, said: list[Declaration], since: int
) -> None:
    whole = judged(patient, practitioner, *said)
    late = range(START + since, max(START + since, whole.seconds.stop))
    recent = judge(
        {Side.PATIENT: played(patient), Side.PRACTITIONER: played(practitioner)}, said, late
    )
    known = START + since + LIMITS.settle_s
    assert recent.since(known).kinds == whole.since(known).kinds
