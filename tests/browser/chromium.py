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
    "--allow-loopback-in-peer-connection",
    "--autoplay-policy=no-user-gesture-required",
)
SHELL_FLAGS: Final = ("--use-fake-ui-for-media-stream",)
FPS: Final = 20
# Nobody looks at pictures of the headless shell, and three of them share two cores.
SHELL_FPS: Final = 10


class LaunchOptions(TypedDict):
    """What Playwright is told."""

    executable_path: str
    args: list[str]
    headless: bool


def launch_options() -> LaunchOptions:
    """Return how to start the Chromium of this machine (`CHROMIUM` names another)."""
    camera = f"--use-fake-device-for-media-stream=fps={frames_per_second()}"
    # The headless shell has nothing that would ask whether a page may use the camera.
    more = SHELL_FLAGS if is_shell() else ()
    return LaunchOptions(
        executable_path=program(),
        args=[*FLAGS, camera, *more],
        headless=True,
    )


def frames_per_second() -> int:
    """Return how many pictures the fake camera takes in a second, at most."""
    return SHELL_FPS if is_shell() else FPS


def is_shell() -> bool:
    """Return whether it is the headless shell."""
    return program().endswith("headless-shell")


def program() -> str:
    """Return which Chromium is started."""
    return os.environ.get("CHROMIUM", "/usr/bin/chromium")
