"""The part of the settings that says how people prove who they are, and for how long it holds.

Names, order of sources and errors are those of `server.settings`, which includes this.
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class SessionSettings(BaseSettings):
    """What an operator may set about sessions, links, passwords and wrong attempts."""

    model_config = SettingsConfigDict(use_attribute_docstrings=True)

    link_ttl_h: int = Field(24, ge=1, le=168)
    """Hours for which a patient's link can be redeemed."""

    session_idle_s: int = Field(900, ge=60, le=86_400)
    """Seconds without use after which staff are signed off; never during a call."""

    session_absolute_s: int = Field(43_200, ge=300, le=604_800)
    """Seconds after which staff sign in again whatever they did."""

    session_call_grace_s: int = Field(7_200, ge=0, le=43_200)
    """Seconds that a call may keep its sessions longer than they last at most."""

    patient_session_idle_s: int = Field(900, ge=60, le=86_400)
    """Seconds without use after which a patient proves the date of birth again."""

    patient_session_absolute_s: int = Field(86_400, ge=300, le=604_800)
    """Seconds after which a patient's session ends whatever they did."""

    fresh_s: int = Field(300, ge=60, le=3_600)
    """Seconds for which a proof counts as fresh: to sign, to export, to change keys or rules.
    Afterwards it is asked for again, in the same session."""

    second_factor: Literal["required", "optional"] | None = None
    """`required`: all staff need a second factor. Else organizations say so; where one says
    nothing this holds, and where it is not set: `required`, but for a demo and for a server
    that is reached on its own machine only."""

    service_token_s: int = Field(300, ge=60, le=900)
    """Seconds for which a token works that a spa's software got with a key of its own."""

    invitation_ttl_h: int = Field(72, ge=1, le=720)
    """Hours for which staff can accept an invitation."""

    recovery_ttl_h: int = Field(24, ge=1, le=72)
    """Hours for which somebody who asked to be let in again may use that."""

    argon2_time_cost: int = Field(3, ge=2, le=20)
    """Passes over the memory for one password hash (RFC 9106)."""

    argon2_memory_kib: int = Field(65_536, ge=19_456, le=2_097_152)
    """KiB of memory for one password hash; at least what OWASP asks for."""

    argon2_parallelism: int = Field(4, ge=1, le=64)
    """Lanes of one password hash."""

    attempts_window_s: int = Field(900, ge=60, le=86_400)
    """Seconds over which wrong attempts are counted."""

    attempts_per_address_max: int = Field(30, ge=1, le=10_000)
    """Wrong sign-ins or birth dates from one address within the window."""

    attempts_per_account_max: int = Field(10, ge=1, le=1_000)
    """Wrong passwords for one account within the window: of all strangers together, and of each
    browser that the account is known in."""

    attempts_per_code_max: int = Field(5, ge=1, le=100)
    """Wrong codes for one account within the window, counted apart in the same way; wrong
    recovery codes are counted apart from these."""

    challenges_max: int = Field(300, ge=1, le=10_000)
    """Challenges for passkeys that one account asks for in its sessions, within the window; and
    how often it is sent to a provider in them. Who is yet to sign in is not counted."""

    challenge_ttl_s: int = Field(300, ge=30, le=600)
    """Seconds within which a passkey answers; the browser is told so."""

    attempts_per_link_max: int = Field(5, ge=1, le=100)
    """Wrong birth dates for one link within the window."""

    redemptions_per_link_max: int = Field(30, ge=3, le=10_000)
    """Sessions that one link may begin within the window."""

    attempts_pause_max_s: float = Field(4.0, ge=0, le=10)
    """Seconds that a guess at a password or code waits at most before it is looked at; from the
    third on they double, beginning with a quarter."""

    known_browser_days: int = Field(90, ge=0, le=400)
    """Days for which a browser in which somebody signed in guesses apart from strangers. 0:
    browsers are not remembered, and strangers can lock an owner out for a while."""

    @model_validator(mode="after")
    def _idle_ends_before_all_does(self) -> Self:
        if self.session_idle_s > self.session_absolute_s:
            raise ValueError("session_idle_s is at most session_absolute_s")
        if self.patient_session_idle_s > self.patient_session_absolute_s:
            raise ValueError("patient_session_idle_s is at most patient_session_absolute_s")
        return self
