"""Why the console refuses what a practitioner decides about the health answers.

Conflict 409
|-- VitalsMissing   vitals_missing    `fields` names the vital signs
|-- AnswersUnread   answers_unread    `fields` names the questions
|-- AnswersChanged  answers_changed
`-- FlagUnknown     flag_unknown
"""

from __future__ import annotations

from server.errors import Conflict


class VitalsMissing(Conflict):
    """The treatment cannot be approved before somebody has measured these."""

    code = "vitals_missing"
    message = "Vital signs are missing. Have the staff measure them first."


class AnswersUnread(Conflict):
    """Nothing is approved before a person has read what the patient wrote."""

    code = "answers_unread"
    message = "Read what the patient wrote first, and say so."


class AnswersChanged(Conflict):
    """What was read is not what the patient says now."""

    code = "answers_changed"
    message = "An answer changed meanwhile. Please read it again."


class FlagUnknown(Conflict):
    """A reason for a flag that this chart does not have, or not any more."""

    code = "flag_unknown"
    message = "This flag is not there any more. Please look at the chart again."
