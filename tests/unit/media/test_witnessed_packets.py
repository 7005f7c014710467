"""From packets to a seal: what browsers were measured to send, through meters and a witness."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sin

import pytest

from media.call import Side
from media.evidence import Kind
from media.ledger import Ledger
from media.meter import Meter
from media.sample import Source
from media.seal import Seal
from media.witness import Witness

START = 1_800_000_000
US = 1_000_000
PACKET = 1_100


@dataclass(frozen=True)
class Camera:
    """Frames a second, and the bytes and the modes of the frame with a number."""

    fps: int
    size: Callable[[int], int]
    modes: Callable[[int], int]


def nothing(_: int) -> int:
    return 0


def wave(number: int, height: int) -> int:
    return round(height * sin(number * 1.3))


TALKING = Camera(20, lambda n: 3_000 + wave(n, 400), lambda n: 250 + wave(n, 40))
BLACK = Camera(30, lambda n: 57 if n % 15 == 7 else 98, lambda n: 54 if n % 15 == 7 else 95)
STILL = Camera(25, lambda n: 4_600 + n % 7 * 20, lambda n: 390 + n % 4)
STILL_H264 = Camera(25, lambda _: 25, nothing)
DIM = Camera(15, lambda n: 12_000 + n * 31 % 300, lambda n: 455 + wave(n, 40))
TALKING_H264 = Camera(20, lambda n: 2_000 + wave(n, 300), nothing)
PADDING = Camera(20, nothing, nothing)


class Sender:
    """One browser: sends a second at a time."""

    def __init__(self) -> None:
        self.meter = Meter(started_us=START * US)
        self.sequence = self.audio = self.frame = 0

    def send(self, second: int, camera: Camera | None, *, sound: bool = True) -> None:
        begins = (START + second) * US
        if camera is not None:
            for place in range(camera.fps):
                self.picture(begins + place * US // camera.fps, camera)
        if sound:
            for place in range(50):
                self.audio += 1
                at = begins + place * 20_000
                self.meter.audio(at, self.audio & 0xFFFF, self.audio * 960, 80, 40)

    def picture(self, at: int, camera: Camera) -> None:
        self.frame += 1
        left, modes = camera.size(self.frame), camera.modes(self.frame)
        stamp = at * 9 // 100 & 0xFFFFFFFF
        while True:
            self.sequence = (self.sequence + 1) & 0xFFFF
            size = min(left, PACKET)
            self.meter.video(at, self.sequence, stamp, size, modes, keyframe=self.frame == 1)
            left, modes = left - size, 0
            if left <= 0:
                return


def met(patient: Sequence[Camera | None], *, sound: bool = True) -> Seal:
    """Let the patient send a camera a second, to a practitioner who talks; return the seal."""
    witness = Witness(Ledger(), first=START, source=Source.WITNESSED)
    senders = {side: Sender() for side in Side}
    for second, camera in enumerate(patient):
        senders[Side.PATIENT].send(second, camera, sound=sound)
        senders[Side.PRACTITIONER].send(second, TALKING)
        for side, sender in senders.items():
            witness.observe(side, sender.meter.take((START + second + 1) * US))
        witness.advance(START + second + 1)
    return witness.finish(START + len(patient))


@pytest.mark.parametrize("camera", [TALKING, TALKING_H264, DIM])
def test_people_are_live_video(camera: Camera) -> None:
    assert met([camera] * 40).seconds == {Kind.LIVE_VIDEO: 40}


@pytest.mark.parametrize("camera", [BLACK, STILL, STILL_H264, PADDING, None])
def test_what_does_not_move_is_never_live_video(camera: Camera | None) -> None:
    assert met([camera] * 40).seconds == {Kind.AUDIO_ONLY: 40}


def test_a_camera_that_is_switched_off_ends_live_video_in_that_second() -> None:
    seal = met([TALKING] * 20 + [None] * 20)
    assert seal.seconds == {Kind.LIVE_VIDEO: 20, Kind.AUDIO_ONLY: 20}


def test_a_picture_that_freezes_and_comes_back_is_live_before_and_after() -> None:
    seal = met([TALKING] * 20 + [STILL] * 20 + [TALKING] * 20)
    assert seal.seconds == {Kind.LIVE_VIDEO: 40, Kind.AUDIO_ONLY: 20}


def test_nobody_there_is_an_interruption() -> None:
    assert met([None] * 12, sound=False).seconds == {Kind.INTERRUPTED: 12}
