"""Reading a file in which every byte counts: canonical JSON (RFC 8785), and not one byte else.

A file that says the same in other bytes is refused, so that nothing can hide between what is
signed and what is read: no white space, no second member of one name, no other order, no other
spelling of a number or a letter.
"""

from __future__ import annotations

import json
from typing import Final

from server.chart.canonical import JsonValue, canonical
from server.records.refusals import FileRefused

BYTES_MAX: Final = 256 * 1024 * 1024
DIGITS_MAX: Final = 16


def read_strict(data: bytes) -> JsonValue:
    """Return what a file says.

    Raises:
        FileRefused: it is not canonical JSON; where the first such byte stands is said.
    """
    if len(data) > BYTES_MAX:
        raise FileRefused("it is larger than any record")
    text = _decoded(data)
    try:
        value: JsonValue = json.loads(
            text, parse_int=_whole, parse_float=_none_such, parse_constant=_none_such
        )
        again = canonical(value)
    except json.JSONDecodeError as error:
        at = len(text[: error.pos].encode("utf-8", "surrogatepass"))
        raise FileRefused(f"it is not JSON from byte {at} on") from None
    except RecursionError:
        raise FileRefused("it is nested deeper than any record") from None
    except (ValueError, TypeError) as error:
        raise FileRefused(f"it holds what no record holds: {error}") from None
    if again != data:
        raise FileRefused(f"it is not canonical JSON from byte {_differs(data, again)} on")
    return value


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FileRefused(f"byte {error.start} is not UTF-8") from None


def _whole(digits: str) -> int:
    if len(digits) > DIGITS_MAX + 1:
        raise ValueError("a number beyond 2^53")
    return int(digits)


def _none_such(_text: str) -> int:
    raise ValueError("a number that is not whole")


def _differs(data: bytes, again: bytes) -> int:
    """Return where two texts differ first."""
    low, high = 0, min(len(data), len(again))
    while low < high:
        middle = (low + high + 1) // 2
        if data[:middle] == again[:middle]:
            low = middle
        else:
            high = middle - 1
    return low
