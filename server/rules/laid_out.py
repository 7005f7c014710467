"""JSON for people: what fits on a line stands on a line, everything else is indented.

The same value always gives the same text, so that a diff shows what changed and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from server.chart.canonical import JsonValue

LINE_MAX: Final = 130
STEP: Final = 1


def laid_out(value: JsonValue) -> str:
    """Return `value` as a text that ends its last line."""
    return f"{_text(value, 0)}\n"


def _text(value: JsonValue, depth: int) -> str:
    line = json.dumps(value, ensure_ascii=False)
    if depth > 0 and depth * STEP + len(line) <= LINE_MAX:
        return line
    inner, outer = " " * STEP * (depth + 1), " " * STEP * depth
    if isinstance(value, Mapping) and value:
        rows = [
            f"{inner}{json.dumps(key, ensure_ascii=False)}: {_text(one, depth + 1)}"
            for key, one in value.items()
        ]
        return "{\n" + ",\n".join(rows) + f"\n{outer}}}"
    if isinstance(value, list | tuple) and value:
        rows = [f"{inner}{_text(one, depth + 1)}" for one in value]
        return "[\n" + ",\n".join(rows) + f"\n{outer}]"
    return line
