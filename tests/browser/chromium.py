"""How Chromium is started: fake cameras, no calls home, and permissions only where granted."""

from __future__ import annotations

import os
from typing import Final, TypedDict

FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--use-fake-device-for-media-stream",
    "--allow-loopback-in-peer-connection",
    "--autoplay-policy=no-user-gesture-required",
)
SHELL_FLAGS: Final = ("--use-fake-ui-for-media-stream",)


class LaunchOptions(TypedDict):
    """What Playwright is told."""

    executable_path: str
    args: list[str]
    headless: bool


def launch_options() -> LaunchOptions:
    """Return how to start the Chromium of this machine (`CHROMIUM` names another)."""
    program = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    # The headless shell has nothing that would ask whether a page may use the camera.
    more = SHELL_FLAGS if program.endswith("headless-shell") else ()
    return LaunchOptions(
        executable_path=program,
        args=[*FLAGS, *more],
        headless=True,
    )
