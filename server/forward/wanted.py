"""Which photos an exam wants, and which of them are missing. Pure.

The views are those of the questionnaires: each treatment class names its own; several classes
want what any of them wants, each view once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from server.chart.forward_entries import UploadAdded
from server.intake.catalogue import catalogue
from signaling.messages import TreatmentRef

MORE: Final = "more"
"""A photo that nobody asked for; any number of them."""


def wanted_views(treatments: Iterable[TreatmentRef]) -> list[str]:
    """Return the views that are wanted, in the order in which they are asked for."""
    classes = catalogue().classes
    views: dict[str, None] = {}
    for one in treatments:
        known = classes.get(one.treatment_class)
        views.update(dict.fromkeys(known.photo_views if known else ()))
    return list(views)


def missing_views(
    treatments: Iterable[TreatmentRef], uploads: Mapping[str, UploadAdded]
) -> list[str]:
    """Return the wanted views that no photo shows yet."""
    shown = {one.view for one in uploads.values() if one.upload_kind == "image"}
    return [one for one in wanted_views(treatments) if one not in shown]
