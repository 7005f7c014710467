"""Every row of the table of faults, in the order in which it is printed."""

from __future__ import annotations

from typing import Final

from tests.faults import database_rows, machine_rows, match_rows, pause_rows, redis_rows
from tests.faults.table import Row

ROWS: Final[tuple[Row, ...]] = (
    *match_rows.ROWS,
    *pause_rows.ROWS,
    *redis_rows.ROWS,
    *database_rows.ROWS,
    *machine_rows.ROWS,
)
