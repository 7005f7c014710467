"""The front desk: requests an exam, looks at what came of it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from server.rehearsal.failures import RehearsalFailed
from server.rehearsal.page import Page
from server.views import (
    LinkView,
    NewExamForm,
    NewPatientForm,
    PortalEncounterView,
    PortalHomeView,
)
from signaling.messages import TreatmentRef

BASE: Final = "/api/v1/portal"
BIRTH_DATE: Final = "1988-04-17"
PDF_MAGIC: Final = b"%PDF"
# What is asked for, where the server offers it; else its first treatment.
USUAL: Final = ("neurotoxin", "filler")


class Spa:
    """Signed-in staff of one spa."""

    def __init__(self, page: Page) -> None:
        """Work through a page that is signed in to the portal."""
        self._page = page

    async def request(
        self, name: str, site_name: str | None = None, treatments: Sequence[str] = USUAL
    ) -> LinkView:
        """Request an exam for somebody at one site, and return the link for them.

        Args:
            name: legal name of the patient.
            site_name: which site; the first one unless given.
            treatments: classes; those that the server offers are asked for.

        Raises:
            RehearsalFailed: there is no such site, or the server refused.
        """
        home = await self._page.get(f"{BASE}/home", PortalHomeView)
        sites = [one for one in home.sites if site_name in (None, one.name)]
        if not sites:
            raise RehearsalFailed("no_site", "request an exam")
        offered = [one.treatment_class for one in home.treatment_options]
        wanted = [one for one in treatments if one in offered] or offered[:1]
        form = NewExamForm(
            request_id=secrets.token_hex(12),
            patient=NewPatientForm(legal_name=name, birth_date=BIRTH_DATE),
            site_id=sites[0].site_id,
            treatments=[TreatmentRef(treatment_class=one) for one in wanted],
        )
        return await self._page.send("POST", f"{BASE}/encounters", form, LinkView)

    async def result(self, encounter_id: str) -> PortalEncounterView:
        """Return an encounter as the spa may see it."""
        return await self._page.get(f"{BASE}/encounters/{encounter_id}", PortalEncounterView)

    async def require_papers(self, encounter_id: str) -> None:
        """Look for the signed result and its PDF.

        Raises:
            RehearsalFailed: one of them is not there.
        """
        result = await self.result(encounter_id)
        if result.row.visit != "signed" or not result.pdf_ready:
            raise RehearsalFailed("not_signed", "portal")
        pdf = await self._page.download(f"{BASE}/encounters/{encounter_id}/exam.pdf")
        if not pdf.startswith(PDF_MAGIC):
            raise RehearsalFailed("no_pdf", "portal")

    async def cancel(self, encounter_id: str) -> None:
        """Call an exam off, if that is still possible."""
        with suppress(RehearsalFailed):
            path = f"{BASE}/encounters/{encounter_id}/cancel"
            await self._page.send("POST", path, None, PortalEncounterView)
