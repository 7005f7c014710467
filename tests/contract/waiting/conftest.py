"""The storage suite's databases, for the desk."""

from __future__ import annotations

from tests.contract.storage.conftest import *  # noqa: F403 - its fixtures, by name
from tests.contract.waiting.test_desk import room  # noqa: F401 - the fixture
