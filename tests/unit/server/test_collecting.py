"""What a process starts with is not looked through again."""

from __future__ import annotations

import gc

from server.collecting import OLDER_ROUNDS, YOUNG_MAX, put_aside_what_lasts


def test_what_is_there_at_the_start_is_put_aside_and_the_rest_is_collected_less_often() -> None:
    before = gc.get_threshold()
    there: list[object] = [object()]
    try:
        put_aside_what_lasts()
        assert all(one is not there for one in gc.get_objects())
        assert gc.get_freeze_count() > 0
        assert gc.get_threshold() == (YOUNG_MAX, OLDER_ROUNDS, OLDER_ROUNDS)
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
    assert any(one is there for one in gc.get_objects())
