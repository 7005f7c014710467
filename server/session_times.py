"""For how long a session is good, by whose it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from server.access import Audience
from server.settings import Settings

SITE_SESSION_S: Final = 365 * 86_400  # a tablet stays registered for a year


def idle_s(settings: Settings, audience: Audience) -> int:
    """Return for how many seconds a session of this audience may be unused."""
    if audience == "site":
        return SITE_SESSION_S
    if audience == "patient":
        return settings.patient_session_idle_s
    return settings.session_idle_s


def idle_times(settings: Settings) -> Mapping[str, float]:
    """Return `idle_s` of every audience that has sockets."""
    audiences: tuple[Audience, ...] = ("patient", "practitioner", "spa", "ops")
    return {audience: idle_s(settings, audience) for audience in audiences}


def absolute_s(settings: Settings, audience: Audience) -> int:
    """Return after how many seconds a session of this audience ends, used or not."""
    if audience == "site":
        return SITE_SESSION_S
    if audience == "patient":
        return settings.patient_session_absolute_s
    return settings.session_absolute_s
