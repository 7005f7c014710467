"""One text for one value: JSON in the canonical form of RFC 8785 (JCS).

Hashes and signatures are over bytes, so the same value must always give the same bytes, on
every machine and in every language. Keys are sorted by UTF-16 code units (3.2.3), numbers are
written as ECMAScript does (3.2.2.3), strings escape only what they must (3.2.2.2).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from json import encoder
from typing import Final, TypeAlias

JsonValue: TypeAlias = (
    "str | int | float | bool | Sequence[JsonValue] | Mapping[str, JsonValue] | None"
)

WORDS: Final[Mapping[bool | None, str]] = {None: "null", True: "true", False: "false"}
NAMES_MAX: Final = 1_024  # remembered; names of members are few
_quoted: Final[Callable[[str], str]] = encoder.encode_basestring
EXACT_MAX: Final = 2**53 - 1
FIXED_POINT_DIGITS_MAX: Final = 21  # ECMA-262, Number::toString: beyond it, an exponent
FIXED_POINT_ZEROS_MAX: Final = 6


def canonical(value: JsonValue) -> bytes:
    """Return the one UTF-8 encoding of `value`.

    Raises:
        ValueError: a number that JSON or a double cannot carry exactly, or a lone surrogate.
        TypeError: something that JSON has no word for.
    """
    return _text(value).encode("utf-8")


def _text(value: JsonValue) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if value is None or isinstance(value, bool):
        return WORDS[value]
    if isinstance(value, int):
        return _whole(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, Mapping):
        members = [f"{_quoted(key)}:{_text(value[key])}" for key in sorted(value, key=_place)]
        return "{" + ",".join(members) + "}"
    if isinstance(value, bytes | bytearray):  # a sequence of numbers, but meant as none
        raise TypeError("no canonical form for bytes")
    if isinstance(value, Sequence):
        return "[" + ",".join(map(_text, value)) + "]"
    raise TypeError(f"no canonical form for {type(value).__name__}")


@lru_cache(NAMES_MAX)
def _place(name: str) -> bytes:
    """Return the sort key of a member: its name in UTF-16 code units."""
    return name.encode("utf-16-be")


def _whole(value: int) -> str:
    if abs(value) > EXACT_MAX:
        raise ValueError("a whole number beyond 2^53 is not exact in JSON")
    return str(int(value))


def _number(value: float) -> str:
    """Write a double as ECMA-262 does; Python's shortest digits are the same digits."""
    if not math.isfinite(value):
        raise ValueError("JSON has no infinity and no NaN")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = f"{abs(value)!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    return sign + _laid_out(digits.rstrip("0"), point)


def _laid_out(digits: str, point: int) -> str:
    """Return 0.`digits` times ten to the `point`, as Number::toString lays it out."""
    if len(digits) <= point <= FIXED_POINT_DIGITS_MAX:
        return digits + "0" * (point - len(digits))
    if 0 < point <= FIXED_POINT_DIGITS_MAX:
        return f"{digits[:point]}.{digits[point:]}"
    if -FIXED_POINT_ZEROS_MAX < point <= 0:
        return "0." + "0" * -point + digits
    tail = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{tail}e{point - 1:+d}"
