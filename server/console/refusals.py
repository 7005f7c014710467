"""Why nothing can be seen now, or a visit cannot go on.

Conflict 409
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
