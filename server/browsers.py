"""Which browser somebody is in, in words that they know it by.

    "Mozilla/5.0 (Windows NT 10.0; ...) ... Firefox/132.0" --> "Firefox on Windows"

Only for people who look at their own sessions: what a browser says of itself proves nothing.
"""

from __future__ import annotations

from typing import Final

UNKNOWN: Final = "Another program"
# In this order: a browser also says the names of those that it is made of.
BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)


def browser_of(user_agent: str) -> str:
    """Return a browser and its system in a few words; nothing of what was sent is kept."""
    browser = next((name for sign, name in BROWSERS if sign in user_agent), None)
    system = next((name for sign, name in SYSTEMS if sign in user_agent), None)
    if browser is None:
        return UNKNOWN
    return browser if system is None else f"{browser} on {system}"
