"""Telephone numbers as people type them, and as a carrier needs them (E.164). Pure."""

from __future__ import annotations

from typing import Final

NATIONAL_DIGITS: Final = 10
COUNTRY: Final = "1"
DIGITS_MIN: Final = 8
DIGITS_MAX: Final = 15


def e164(typed: str) -> str | None:
    """Return a number with `+` and its country; ten digits are North American.

    Returns:
        None when it can be no number that a message goes to.
    """
    digits = "".join(one for one in typed if one.isascii() and one.isdigit())
    if typed.lstrip().startswith("+"):
        fits = DIGITS_MIN <= len(digits) <= DIGITS_MAX and not digits.startswith("0")
        return f"+{digits}" if fits else None
    if len(digits) == NATIONAL_DIGITS + 1 and digits.startswith(COUNTRY):
        digits = digits[1:]
    # Neither an area nor an exchange begins with 0 or 1 (North American Numbering Plan).
    fits = (
        len(digits) == NATIONAL_DIGITS and digits[0] in "23456789" and digits[3] in "23456789"
    )
    return f"+{COUNTRY}{digits}" if fits else None
