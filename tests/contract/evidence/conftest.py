"""The storage suite's databases, for evidence."""

from __future__ import annotations

from tests.contract.storage.conftest import *  # noqa: F403 - its fixtures, by name
