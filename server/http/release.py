"""Which product this is, and which version of it is installed."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Final

PRODUCT: Final = "Goodfaith"
DISTRIBUTION: Final = "goodfaith"
UNINSTALLED: Final = "0"


def product_version() -> str:
    """Return the version of this installation."""
    try:
        return version(DISTRIBUTION)
    except PackageNotFoundError:
        return UNINSTALLED
