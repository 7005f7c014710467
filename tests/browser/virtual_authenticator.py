"""An authenticator inside Chromium, by its protocol for developers (CDP, domain WebAuthn).

It keeps discoverable passkeys and verifies its owner, or does not, without a hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from playwright.async_api import CDPSession, Page

OPTIONS: Final = {
    "protocol": "ctap2",
    "ctap2Version": "ctap2_1",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
# Tells what a button asks for from what a list below a name does, where the browser is asked.
TELL: Final = """
const get = navigator.credentials?.get.bind(navigator.credentials);
if (get) navigator.credentials.get = async (options) => {
  if (options.mediation === "conditional") return await get(options);
  await window.buttonAsks(true);
  try { return await get(options); } finally { await window.buttonAsks(false); }
};
"""


@dataclass
class VirtualAuthenticator:
    """One authenticator of one page."""

    session: CDPSession
    authenticator_id: str
    _for_buttons: bool = False

    @classmethod
    async def of(cls, page: Page) -> VirtualAuthenticator:
        """Put an authenticator into the browser of a page that has nothing in it yet."""
        session = await page.context.new_cdp_session(page)
        await session.send("WebAuthn.enable", {"enableUI": False})
        added = await session.send("WebAuthn.addVirtualAuthenticator", {"options": OPTIONS})
        own = cls(session, added["authenticatorId"])
        await page.expose_function("buttonAsks", lambda asks: own._button_asks(asks=asks))
        await page.add_init_script(TELL)
        return own

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

    async def is_touched_for_buttons(self) -> None:
        """Have somebody touch it for what a button asks, and nobody for the list below a name.

        A list that is answered is over before a button can be pressed, and a touch that comes
        once it was asked counts for nothing: it is turned on just before, and off just after.
        """
        self._for_buttons = True
        await self._is_touched(touched=False)

    async def _button_asks(self, *, asks: bool) -> None:
        if self._for_buttons:
            await self._is_touched(touched=asks)

    async def _is_touched(self, *, touched: bool) -> None:
        await self.session.send(
            "WebAuthn.setAutomaticPresenceSimulation",
            {"authenticatorId": self.authenticator_id, "enabled": touched},
        )
