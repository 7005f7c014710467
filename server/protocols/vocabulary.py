"""What a protocol may say: words of the vocabulary, and days that follow one another. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from server.intake.catalogue import catalogue
from server.protocols.protocol import beginning, end
from server.protocols.refusals import ProtocolInvalid
from server.views import ProtocolForm

YEARS_MAX: Final = 3
YEAR_US: Final = 366 * 86_400 * 1_000_000


def check_form(form: ProtocolForm, now: int) -> None:
    """Accept a protocol that can be signed.

    Args:
        form: as somebody wrote it.
        now: microseconds UTC.

    Raises:
        ProtocolInvalid: `fields` names what is wrong.
    """
    wrong = tuple(dict.fromkeys((*_wrong_words(form), *_wrong_days(form, now))))
    if wrong:
        raise ProtocolInvalid(fields=wrong)


def _wrong_words(form: ProtocolForm) -> Iterator[str]:
    known = catalogue().classes.get(form.treatment_class)
    if known is None:
        yield "treatment_class"
        return
    products = [one.product for one in form.products]
    if _repeats(products) or not set(products) <= set(known.products):
        yield "products"
    if _repeats([area.casefold() for area in form.areas]):
        yield "areas"
    if _repeats(form.performers):
        yield "performers"


def _wrong_days(form: ProtocolForm, now: int) -> Iterator[str]:
    try:
        begins = beginning(form.valid_from)
    except ValueError:
        yield "valid_from"
        return
    try:
        ends = end(form.valid_until)
    except ValueError:
        yield "valid_until"
        return
    if ends <= max(begins, now) or ends > begins + YEARS_MAX * YEAR_US:
        yield "valid_until"


def _repeats(words: Sequence[str]) -> bool:
    return len(set(words)) != len(words)
