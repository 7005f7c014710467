"""Why the console refuses: what was decided on the answers, what cannot be seen, or go on.

Conflict 409
|-- VitalsMissing    vitals_missing     `fields` names the vital signs
|-- AnswersUnread    answers_unread     `fields` names the questions
|-- AnswersChanged   answers_changed
|-- FlagUnknown      flag_unknown
|-- NoCall           no_call            findings are seen in a call
|-- CameraOff        camera_off         `fields` names whose
|-- PatientNotHere   patient_not_here   their page is closed: reschedule, or wait
`-- ConsentMissing   consent_missing    nobody is called without
"""

from __future__ import annotations

from server.errors import Conflict


class NoCall(Conflict):
    """There is no call, or nothing flows in it."""

    code = "no_call"
    message = "No video is on. Findings are seen on the video: call the patient again first."


class CameraOff(Conflict):
    """A camera is off, by its own page's word."""

    code = "camera_off"
    message = "A camera is off, so the findings cannot be seen. Turn it on, then look again."


class PatientNotHere(Conflict):
    """The patient has no page open."""

    code = "patient_not_here"
    message = "The patient's page is closed. Ask the spa to open it, or reschedule."


class ConsentMissing(Conflict):
    """The patient's consent does not stand."""

    code = "consent_missing"
    message = "The patient's consent does not stand. Without it there is no call."


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
