from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from server.cli import app


def ask(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["plan", *words])
    return result.exit_code, result.output


def test_erlang_c_prints_four_figures() -> None:
    words = ("--load", "50", "--agents", "60", "--aht", "480", "--target", "31", "--json")
    status, printed = ask("erlang-c", *words)
    figures = json.loads(printed)
    assert status == 0
    assert list(figures) == ["p_wait", "asa_s", "service_level", "occupancy"]
    assert figures["asa_s"] == pytest.approx(5.6305, abs=5e-5)


def test_erlang_a_prints_who_abandons_too() -> None:
    words = ("--load", "6", "--agents", "5", "--aht", "1", "--patience", "2", "--json")
    status, printed = ask("erlang-a", *words)
    figures = json.loads(printed)
    assert status == 0
    assert list(figures) == ["p_wait", "p_abandon", "asa_s", "service_level", "occupancy"]
    assert figures["p_abandon"] == pytest.approx(0.226387, abs=5e-7)


def test_a_line_that_grows_without_end_has_no_mean_wait() -> None:
    words = ("--load", "60", "--agents", "60", "--aht", "480", "--target", "31")
    status, printed = ask("erlang-c", *words, "--json")
    assert status == 0
    assert json.loads(printed)["asa_s"] is None
    assert "without end" in ask("erlang-c", *words)[1]


def test_a_figure_out_of_bounds_is_one_sentence_and_status_two() -> None:
    status, printed = ask("erlang-c", "--load", "1", "--agents", "0", "--aht", "480")
    assert status == 2
    assert printed.strip() == "There must be between 1 and 10000 agents."
