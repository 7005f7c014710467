"""The rules that a case file asks for: the shipped ones, or some way of having none."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from server.rules.case_file import CaseIn
from server.rules.deciding import decide
from server.rules.decision import Decision
from server.rules.rulebook import Rulebook

EXPIRED_FOR = timedelta(days=1)


def decide_file(given: CaseIn, book: Rulebook) -> Decision:
    """Decide a case as its file says, upon these rules or without them as it names."""
    return decide(given.case(), asked_rules(given, book))


def asked_rules(given: CaseIn, book: Rulebook) -> Rulebook | None:
    """Return the rules; `expired` is the snapshot as if it had ended the day before `now`."""
    match given.snapshot:
        case "shipped":
            return book
        case "absent":
            return None
        case "unsigned":
            return Rulebook(replace(book.signed, signed_by=None))
        case "expired":
            until = given.now - EXPIRED_FOR
            dates = {"effective_from": until - EXPIRED_FOR, "effective_until": until}
            snapshot = book.signed.snapshot.model_copy(update=dates)
            return Rulebook(replace(book.signed, snapshot=snapshot))
