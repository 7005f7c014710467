"""Which command of `goodfaith` is where: each is imported when somebody asks for it.

What one command stands on (the models of FHIR, the parts of the server) takes a second and more
to import; a relay, or a question about the law, waits for none of it.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from pkgutil import resolve_name
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group

# As they are listed. A module whose subject stands within another's adds itself to that one,
# and gives it on whole: `chart`, with all that is behind it, is taken from `chart_find`.
SUBJECTS: Final = {
    "serve": "serving:serve",
    "rehearse": "rehearsal:rehearse",
    "relay": "relaying:relay",
    "backup": "backups:backup",
    "restore": "backups:restore",
    "witness": "witnessing:witness",
    "network": "providers:network",
    "spa": "providers:spa",
    "site": "protocols:site",
    "account": "invitations:account",
    "practitioner": "practitioner_files:practitioner",
    "chart": "chart_find:chart",
    "emr": "emr_deliveries:emr",
    "plan": "planning:plan",
    "shifts": "staffing:shifts",
    "rules": "compliance:rules",
    "consents": "before_care:consents",
    "minors": "before_care:minors",
    "questionnaires": "questionnaires:questionnaires",
    "site-plan": "before_care:site_plan",
    "reviews": "reviews:reviews",
    "doctor": "doctor:doctor",
    "log": "tree:log",
    "keys": "keys:keys",
    "records": "records:records",
}


class Subjects(TyperGroup):
    """The commands that there are, of which only those asked for are imported."""

    def list_commands(self, ctx: object) -> list[str]:
        """Return every name, in the order of a list for people."""
        del ctx  # it says how the command was called: the names are the same
        return [*SUBJECTS, *(one for one in self.commands if one not in SUBJECTS)]

    def get_command(self, ctx: object, cmd_name: str) -> TyperCommand | TyperGroup | None:
        """Return a command, imported now; None if there is none of that name."""
        del ctx
        wanted = [cmd_name] if cmd_name in self.list_commands(None) else SUBJECTS
        for name in wanted:  # all for a name that is none: the error tells the nearest of them
            if name not in self.commands:
                self.add_command(imported(name))
        found = self.commands.get(cmd_name)
        return found if isinstance(found, TyperCommand | TyperGroup) else None


def resolved(name: str) -> Any:  # noqa: ANN401 - as `resolve_name` has it
    """Import what is named. None of it is ever garbage: the collector does not look at it.

    That takes a third off a start, and time off each later look of a server that serves.
    """
    gc.disable()
    try:
        return resolve_name(name)
    finally:
        gc.freeze()
        gc.enable()


def imported(name: str) -> TyperCommand | TyperGroup:
    """Import a command, or a subject with all of its commands."""
    found: typer.Typer | Callable[..., None] = resolved(f"server.commands.{SUBJECTS[name]}")
    holder = typer.Typer()
    if isinstance(found, typer.Typer):
        holder.add_typer(found, name=name)
    else:
        holder.command(name)(found)
    made = get_group(holder).commands[name]
    assert isinstance(made, TyperCommand | TyperGroup)
    return made
