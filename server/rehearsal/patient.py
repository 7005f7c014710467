"""A patient with a link: every step of the intake, as the page does it."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Final

from pydantic import BaseModel

from server.rehearsal.answers import benign
from server.rehearsal.browser import IMPATIENT, Browser
from server.rehearsal.failures import RehearsalFailed
from server.rehearsal.page import Page
from server.views import (
    AnswersForm,
    ConsentGivenForm,
    ConsentsForm,
    DeviceTestForm,
    HolderForm,
    IdentityForm,
    JoinStateView,
    Language,
    LocationForm,
    QuestionnaireView,
    RedeemForm,
    Step,
    TreatmentsForm,
)
from signaling.messages import TreatmentRef

BASE: Final = "/api/v1/join"
STEPS_MAX: Final = 16
PHONE: Final = "+1 555 010 0199"


class Patient:
    """Somebody who opens a link.

    Attributes:
        state: where they stand, as the server last said.
    """

    state: JoinStateView

    def __init__(self, page: Page, name: str, birth_date: str) -> None:
        """Prepare somebody with a browser of their own."""
        self.page = page
        self._name = name
        self._birth_date = birth_date
        self._language: Language = "en"

    @classmethod
    @asynccontextmanager
    async def visiting(
        cls, url: str, name: str, birth_date: str, *, browser: Browser = IMPATIENT
    ) -> AsyncIterator[Patient]:
        """Give a patient with a fresh browser; it forgets its session at the end."""
        async with browser.page.opened(url) as page:
            try:
                yield cls(page, name, birth_date)
            finally:
                with suppress(RehearsalFailed):
                    await page.call("POST", f"{BASE}/end")

    async def redeem(self, link: str, *, take_over: bool = False) -> JoinStateView:
        """Open a link and prove the birth date.

        Raises:
            Refused: the link or the date is not accepted.
        """
        form = RedeemForm(
            secret=link.partition("#")[2],
            birth_date=self._birth_date,
            device=secrets.token_hex(12),
            take_over=take_over,
        )
        self.state = await self.page.send("POST", f"{BASE}/session", form, JoinStateView)
        return self.state

    async def complete_intake(self) -> None:
        """Do step after step until the patient is ready.

        Raises:
            RehearsalFailed: a step was refused, or they never end.
        """
        steps: dict[Step, Callable[[], Awaitable[None]]] = {
            "holder": self._hold,
            "identity": self._identify,
            "location": self._locate,
            "treatments": self._choose,
            "health": self._answer,
            "consent": self._consent,
            "device": self._test_device,
        }
        for _ in range(STEPS_MAX):
            if self.state.step == "ready":
                return
            if self.state.step not in steps:
                break
            await steps[self.state.step]()
        raise RehearsalFailed("intake_stuck", self.state.step)

    async def _put(self, name: str, form: BaseModel) -> None:
        self.state = await self.page.send("PUT", f"{BASE}/{name}", form, JoinStateView)

    async def _hold(self) -> None:
        await self._put("holder", HolderForm(holder="patient"))

    async def _identify(self) -> None:
        form = IdentityForm(
            legal_name=self._name,
            birth_date=self._birth_date,
            phone=PHONE,
            email="rehearsal@example.org",
            emergency_name="Rehearsal Contact",
            emergency_phone=PHONE,
            language=self._language,
        )
        await self._put("identity", form)

    async def _locate(self) -> None:
        site = self.state.site
        form = LocationForm(
            jurisdiction=site.jurisdiction,
            street=site.street,
            city=site.city,
            postal_code=site.postal_code,
            at_site=True,
            attested=True,
        )
        await self._put("location", form)

    async def _choose(self) -> None:
        first = self.state.treatment_options[0].treatment_class
        wanted = self.state.treatments or [TreatmentRef(treatment_class=first)]
        await self._put("treatments", TreatmentsForm(treatments=wanted))

    async def _answer(self) -> None:
        path = f"{BASE}/questionnaire?language={self._language}"
        questions = await self.page.get(path, QuestionnaireView)
        await self._put("answers", AnswersForm(answers=benign(questions), done=True))

    async def _consent(self) -> None:
        given = [
            ConsentGivenForm(
                kind=one.kind, version=one.version, language=one.language, sha256=one.sha256
            )
            for one in self.state.consent_texts
        ]
        await self._put("consents", ConsentsForm(consents=given, signed_name=self._name))

    async def _test_device(self) -> None:
        found = DeviceTestForm(camera="ok", microphone="ok", speaker="ok")
        await self._put("device-test", found)
