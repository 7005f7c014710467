"""An authenticator inside Chromium, by its protocol for developers (CDP, domain WebAuthn).

It keeps discoverable passkeys and verifies its owner, or does not, without a hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from playwright.async_api import CDPSession, Locator, Page, Route

OPTIONS: Final = {
    "protocol": "ctap2",
    "ctap2Version": "ctap2_1",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
QUESTIONS: Final = "**/passkey-options"


@dataclass
class VirtualAuthenticator:
    """One authenticator of one page."""

    session: CDPSession
    authenticator_id: str

    @classmethod
    async def of(cls, page: Page) -> VirtualAuthenticator:
        """Put an authenticator into the browser of a page."""
        session = await page.context.new_cdp_session(page)
        await session.send("WebAuthn.enable", {"enableUI": False})
        added = await session.send("WebAuthn.addVirtualAuthenticator", {"options": OPTIONS})
        return cls(session, added["authenticatorId"])

    async def passkeys(self) -> list[dict[str, Any]]:
        """Return what it keeps."""
        found = await self.session.send(
            "WebAuthn.getCredentials", {"authenticatorId": self.authenticator_id}
        )
        kept: list[dict[str, Any]] = found["credentials"]
        return kept

    async def verifies(self, *, verified: bool) -> None:
        """Have it verify its owner from now on, or fail to."""
        await self.session.send(
            "WebAuthn.setUserVerified",
            {"authenticatorId": self.authenticator_id, "isUserVerified": verified},
        )

    async def is_touched(self, *, touched: bool) -> None:
        """Have somebody touch it whenever it asks, or nobody."""
        await self.session.send(
            "WebAuthn.setAutomaticPresenceSimulation",
            {"authenticatorId": self.authenticator_id, "enabled": touched},
        )

    async def is_touched_for(self, button: Locator) -> None:
        """Press a button that asks for a passkey, and touch it for what the button asks only.

        Touched before, it would answer for the list that the button takes away; touched still
        when that was refused, for the list that comes back. And a touch that comes once it was
        asked counts for nothing. So it is turned on and off while the page waits for the
        question that it then asks.
        """
        first = iter([True])

        async def ahead(route: Route) -> None:
            await self.is_touched(touched=next(first, False))
            await route.continue_()

        await button.page.unroute(QUESTIONS)
        await button.page.route(QUESTIONS, ahead)
        await button.click()
