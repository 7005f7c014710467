"""`goodfaith plan`: how many practitioners, and with which licences."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from pydantic import ValidationError

from server.commands.plan_tables import print_plan
from server.commands.terminal import MISUSED, AsJson, show, stop
from server.planning.assumptions import Assumptions, Targets
from server.planning.effort import Effort
from server.planning.erlang import ErlangA, ErlangC
from server.planning.erlang import erlang_a as figures_with_patience
from server.planning.erlang import erlang_c as figures_without_patience
from server.planning.plan import Question
from server.planning.reading import read_arrivals, read_roster
from server.planning.refusals import PlanRefused
from server.planning.running import answer
from server.plans.view import plan_view
from server.views.planning import AssumptionsForm, TargetsForm

FILE_BYTES_MAX: Final = 4_000_000
PATIENTS_MAX: Final = 300_000
EFFORT_MIN: Final = 1_000
EFFORT_MAX: Final = 20_000_000

plan: Final = typer.Typer(
    no_args_is_help=True, help="Staffing: Erlang's bounds, and days simulated with licences."
)

Load = Annotated[float, typer.Option(help="Offered load in erlangs.")]
Agents = Annotated[int, typer.Option(help="How many serve.")]
HandleTime = Annotated[float, typer.Option(help="Mean handle time in seconds.")]
Target = Annotated[float, typer.Option(help="Seconds within which somebody is answered.")]
Patience = Annotated[float, typer.Option(help="Mean seconds after which somebody leaves.")]


@plan.command("erlang-c")
def erlang_c(
    *,
    load: Load,
    agents: Agents,
    aht: HandleTime,
    target: Target = 31.0,
    as_json: AsJson = False,
) -> None:
    """Print the figures of one line without licences that nobody leaves."""
    try:
        figures = figures_without_patience(load, agents, aht, target)
    except PlanRefused as refused:
        stop(str(refused), MISUSED)
    tell("Erlang C", figures, as_json=as_json)


@plan.command("erlang-a")
def erlang_a(
    *,
    load: Load,
    agents: Agents,
    aht: HandleTime,
    patience: Patience,
    target: Target = 31.0,
    as_json: AsJson = False,
) -> None:
    """Print the figures of one line without licences that people leave."""
    try:
        figures = figures_with_patience(load, agents, aht, patience, target)
    except PlanRefused as refused:
        stop(str(refused), MISUSED)
    tell("Erlang A", figures, as_json=as_json)


@plan.command("staffing")
def staffing(
    *,
    arrivals: Annotated[Path, typer.Option(help="CSV: interval_start,jurisdiction,arrivals.")],
    roster: Annotated[
        Path, typer.Option(help="CSV: practitioner,jurisdictions,starts_at,ends_at.")
    ],
    aht: HandleTime = 480.0,
    shrinkage: Annotated[float, typer.Option(help="Share of shifts not worked.")] = 0.0,
    assume: Annotated[
        list[str] | None,
        typer.Option(help="NAME=VALUE: aht_cv, no_answer, accept_s, patience_s (or none)."),
    ] = None,
    aim: Annotated[
        list[str] | None,
        typer.Option(
            help="NAME=VALUE: service_level, within_s, asa_s, worst_asa_s, abandonment_max."
        ),
    ] = None,
    effort: Annotated[int, typer.Option(help="Patients to simulate.")] = PATIENTS_MAX,
    as_json: AsJson = False,
) -> None:
    """Plan half hours with licences: what is short, and what one more would give."""
    given = {"aht_s": aht, "shrinkage": shrinkage}
    try:
        question = Question(
            read_arrivals(text_of(arrivals)),
            read_roster(text_of(roster)),
            Assumptions(**AssumptionsForm(**given, **values(assume)).model_dump()),
            Targets(**TargetsForm(**values(aim)).model_dump()),
            Effort(max(EFFORT_MIN, min(EFFORT_MAX, effort))),
        )
        found = answer(question, os.cpu_count() or 1)
    except PlanRefused as refused:
        stop(str(refused), MISUSED)
    except (ValidationError, TypeError) as error:
        stop(f"{misnamed(error)} is not a name, or its value is out of bounds.", MISUSED)
    view = plan_view(question, found)
    if as_json:
        typer.echo(view.model_dump_json(indent=2))
    else:
        print_plan(view)


def values(settings: list[str] | None) -> dict[str, Any]:
    """Read NAME=VALUE pairs.

    Raises:
        PlanRefused: one is not written so.
    """
    found: dict[str, float | None] = {}
    for setting in settings or ():
        name, _, value = setting.partition("=")
        try:
            found[name.strip()] = None if value.strip() == "none" else float(value)
        except ValueError:
            raise PlanRefused("An assumption or aim is not written NAME=VALUE.") from None
    return found


def misnamed(error: ValidationError | TypeError) -> str:
    """Return the name that an error is about; a name given twice is a TypeError."""
    if isinstance(error, ValidationError):
        return str(error.errors(include_input=False)[0]["loc"][-1])
    return "Something given twice"


def text_of(file: Path) -> str:
    """Return the text of a file, or end with why it cannot be read."""
    try:
        if file.stat().st_size > FILE_BYTES_MAX:
            stop(f"{file} is too large for a plan.", MISUSED)
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        stop(f"{file} cannot be read as text.", MISUSED)


def tell(title: str, figures: ErlangC | ErlangA, *, as_json: bool) -> None:
    """Print figures, as one JSON object or as a small table."""
    named: dict[str, float | None] = asdict(figures)
    if as_json:
        typer.echo(json.dumps(named))
        return
    rows = [
        [name, "without end" if value is None else f"{value:.6g}"]
        for name, value in named.items()
    ]
    show(title, ["figure", "value"], rows, as_json=False)
