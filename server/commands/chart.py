"""`goodfaith chart`: signed charts, out of the database and into files."""

from __future__ import annotations

from typing import Final

import typer

chart: Final = typer.Typer(no_args_is_help=True, help="Signed charts as files.")
