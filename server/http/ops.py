"""Operations over HTTP: the session only. What ops sees live comes by its socket."""

from __future__ import annotations

from typing import Final

from server.http import staff

ROUTES: Final = staff.OPS
