"""What passes a page's sockets, as far as tests ask about it."""

from __future__ import annotations

from playwright.async_api import Page, WebSocket


class Letters:
    """The commands and events of a page; sockets that are open already are not seen."""

    def __init__(self, page: Page) -> None:
        self.texts: list[str] = []
        page.on("websocket", self._listen)

    def _listen(self, socket: WebSocket) -> None:
        for way in ("framesent", "framereceived"):
            socket.on(way, self._keep)

    def _keep(self, text: str | bytes) -> None:
        if isinstance(text, str):
            self.texts.append(text)

    def modes(self) -> list[str]:
        """Return how the calls that were begun went."""
        begun = [one for one in self.texts if '"type":"call.started"' in one]
        return ["relay" if '"mode":"relay"' in one else "direct" for one in begun]

    def count(self, kind: str) -> int:
        return sum(f'"type":"{kind}"' in one for one in self.texts)
