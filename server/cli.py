"""The command `goodfaith`: serves, rehearses, and enrols those who take part."""

from __future__ import annotations

from importlib.metadata import version as installed_version
from typing import Final

import typer

from server.commands.subjects import Subjects

DISTRIBUTION: Final = "goodfaith"

app: Final = typer.Typer(
    name="goodfaith",
    help="Goodfaith: live good faith exams, from the link to the signed chart.",
    cls=Subjects,
    no_args_is_help=True,
    add_completion=False,
    # Frames of a traceback may hold what somebody typed.
    pretty_exceptions_show_locals=False,
)


@app.callback()
def goodfaith() -> None:
    """Take the command that follows, which says what to do."""


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(installed_version(DISTRIBUTION))


def main() -> None:
    """Run the command that was typed."""
    app()


if __name__ == "__main__":
    main()
