"""Codes of authorizations in plain words. Nothing here says that somebody may be treated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from server.authorizations.answering import Kind
from server.views.authorizations import ReasonView

ANSWERS: Final[Mapping[Kind, str]] = {
    "covered": "Covered by a valid exam.",
    "conditional": "Not yet covered: something is still open.",
    "not_covered": "Not covered by a valid exam.",
}
SENTENCES: Final[Mapping[str, str]] = {
    "patient_unknown": "No patient with this name and date of birth is known here.",
    "no_approval": "No signed exam of this patient approves this treatment.",
    "revoked": "The approval was ended after it was signed.",
    "other_site": "The exam was for another site.",
    "before_signature": "On that day the exam was not signed yet.",
    "expired": "The approval has expired.",
    "protocol_lapsed": "The site's protocol for this treatment is not in force.",
    "health_changed": "The same-day check brought new health information.",
    "product_outside_order": "The order does not name this product.",
    "performer_outside_order": "The order does not name this credential.",
    "condition_open": "The exam's condition has not been confirmed.",
    "performer_unknown": "It was not said who performs the treatment.",
    "protocol_unknown": "It is not known whether the site's protocol is in force.",
    "same_day_check_missing": "The same-day check has not been answered.",
    "same_day_check_incomplete": "The same-day check is not complete.",
    "precaution": "Approved with a precaution: see the order.",
    "after_expiry": "It was given after the approval had expired.",
    "after_revocation": "It was given after the approval had been ended.",
    "given_before_signature": "It was given before the exam was signed.",
    "given_on_open_condition": "It was given before the condition was confirmed.",
    "no_same_day_check": "No complete same-day check without new information is on record.",
    "dose_outside_order": "The dose is more than the order allows, or in another unit.",
    "area_outside_order": "The order does not name this area.",
}


def reasons(codes: Iterable[str]) -> list[ReasonView]:
    """Return codes with their sentences."""
    return [ReasonView(code=code, text=SENTENCES[code]) for code in codes]
