"""Why the rules permit no exam, one code for each word of the vocabulary.

Forbidden 403
`-- NotPermitted
    |-- LocationNotKnown        location
    |-- NotServed               not_served
    |-- InPersonRequired        in_person
    |-- MinorNotPermitted       minor
    |-- NoEligiblePractitioner  no_eligible_practitioner
    |-- ControlledNotPermitted  controlled
    `-- RulesStale              stale_rules
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from server.errors import Forbidden
from server.rules.decision import STALE_RULES
from server.rules.words import NotPermittedReason


class NotPermitted(Forbidden):
    """The rules permit no exam."""

    code = "not_permitted"
    message = "The rules do not permit this exam."


class LocationNotKnown(NotPermitted):
    """Where the patient is, is not known, not confirmed in this session, or not served."""

    code = "location"
    message = "Where the patient is has to be confirmed again."


class NotServed(NotPermitted):
    """Compliance has not opened it."""

    code = "not_served"
    message = "This treatment is not served where the patient or the site is."


class InPersonRequired(NotPermitted):
    """The law asks for an examination in person."""

    code = "in_person"
    message = "This treatment needs an examination in person there."


class MinorNotPermitted(NotPermitted):
    """Under 18."""

    code = "minor"
    message = "This treatment is only for people aged 18 or older."


class NoEligiblePractitioner(NotPermitted):
    """This practitioner, or any, may not examine there."""

    code = "no_eligible_practitioner"
    message = "The rules do not let this practitioner examine this patient."


class ControlledNotPermitted(NotPermitted):
    """A controlled drug that may not be prescribed like this."""

    code = "controlled"
    message = "This medicine cannot be ordered after a video exam."


class RulesStale(NotPermitted):
    """There are no valid rules, and the operator stops all exams then."""

    code = "stale_rules"
    message = "There are no valid rules just now. Exams start again when there are."


REFUSALS: Final[Mapping[str, type[NotPermitted]]] = {
    NotPermittedReason.LOCATION: LocationNotKnown,
    NotPermittedReason.NOT_SERVED: NotServed,
    NotPermittedReason.IN_PERSON: InPersonRequired,
    NotPermittedReason.MINOR: MinorNotPermitted,
    NotPermittedReason.NO_ELIGIBLE_PRACTITIONER: NoEligiblePractitioner,
    NotPermittedReason.CONTROLLED: ControlledNotPermitted,
    STALE_RULES: RulesStale,
}
