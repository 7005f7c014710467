"""Whether a patient under 18 may have said what a guardian with the same page must not read.

What it is not: which entries are kept back then (`server.records.holders`).
"""

from __future__ import annotations

from collections.abc import Collection


def confided(kinds: Collection[str]) -> bool:
    """Tell whether the chart of a minor says that they spoke about answering alone.

    Args:
        kinds: of all entries of the chart; what was said once is not unsaid.
    """
    return "minor.admitted" in kinds and "privacy.requested" in kinds
