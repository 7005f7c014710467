"""The scenes that most stories begin with."""

from __future__ import annotations

import pytest

from tests.unit.signaling.scene import Scene


@pytest.fixture
def scene() -> Scene:
    scene = Scene()
    scene.eligible("ca", "ann", "bob")
    return scene


@pytest.fixture
def ringing(scene: Scene) -> Scene:
    """Return a scene in which ann is rung for `first`, and bob is not on duty."""
    scene.available("ann")
    scene.ready("first")
    return scene
