"""A small load test, whole: real node, real sockets, real exams."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.load.command import REFUSED, main

SMALL = "--nodes 1 --waiting 20 --practitioners 3 --ramp-s 2 --steady-s 30 --drain-s 10"
QUICK = "--think-s 0.1 --exam-s 0.2 --signed 0.2"


@pytest.mark.long
def test_a_small_crowd_is_seen_justly_and_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "report.json"
    assert main([*SMALL.split(), *QUICK.split(), "--json", str(file)]) == 0
    told = json.loads(file.read_text("utf-8"))
    assert told["held"] == dict.fromkeys(told["held"], True)
    assert (told["exams"]["seen"], told["exams"]["left"]) == (20, 0)
    assert told["exams"]["signed"] + told["exams"]["parked"] == 20
    assert told["connect"]["count"] == 23
    assert told["memory"]["bare_connection"]["pss_kb"] > 0
    assert told["phases"]["steady"]["received_per_s"] > 0
    printed = capsys.readouterr().out
    assert "queue_wait" in printed
    assert "NOT HELD" not in printed


def test_more_than_a_waiting_room_takes_is_refused_before_anything_is_started(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--waiting", "100000"]) == REFUSED
    assert "--waiting 100000" in capsys.readouterr().err
