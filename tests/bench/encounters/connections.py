"""A page's connections, kept where a benchmark finds them; the page itself notices nothing."""

from __future__ import annotations

from typing import Final

from playwright.async_api import Page

# A deaf one takes no further offer: what an ICE restart would mend stays broken.
KEEP: Final = """
(() => {
  const Native = window.RTCPeerConnection;
  window.connections = [];
  window.RTCPeerConnection = class extends Native {
    constructor(...given) {
      super(...given);
      window.connections.push(this);
    }
    setRemoteDescription(...given) {
      return this.deaf ? new Promise(() => {}) : super.setRemoteDescription(...given);
    }
  };
})();
"""
_RELAYED: Final = """
() => {
  const up = window.connections.filter((one) => one.connectionState === "connected");
  return up.length > 0 && up.every((one) => one.remoteDescription.sdp.includes("a=ice-lite"));
}
"""
_PORTS: Final = """
async () => {
  const found = [];
  for (const one of window.connections.filter((it) => it.connectionState !== "closed")) {
    for (const stat of (await one.getStats()).values()) {
      if (stat.type === "local-candidate") found.push(stat.port);
    }
  }
  return found;
}
"""
_DEAFEN: Final = "() => { for (const one of window.connections) one.deaf = true; }"


async def is_relayed(page: Page) -> bool:
    """Tell whether everything that is connected on a page is connected to a relay."""
    found: bool = await page.evaluate(_RELAYED)
    return found


async def local_ports(page: Page) -> frozenset[int]:
    """Return the ports that a page's connections send from."""
    return frozenset(await page.evaluate(_PORTS))


async def deafen(page: Page) -> None:
    """Let no present connection of a page take another offer."""
    await page.evaluate(_DEAFEN)
