"""The sets of questions that a clinician signs off: the general part and each treatment class.

    questionnaires.json, one section + vital_limits.json, what counts for that class
        -> canonical text -> SHA-256

A set is what would be asked and judged with it: questions in every language, flags, findings to
see, vitals to take, limits. Anything changed in it is another hash, and needs a signature of
its own. The version is the release's name for the data and is not part of the hash: a set that
did not change keeps its signature when another one did.

Who signed what for whom is not here (`server.clinical_sign_offs`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from server.intake.catalogue import GENERAL, raw
from server.intake.limits import raw_limits
from signaling.messages import TreatmentRef


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """One set as it is in this release.

    Attributes:
        name: `general`, or a treatment class.
        version: what the release calls the data.
        sha256: of `text`.
        text: exactly what is signed, as canonical JSON.
    """

    name: str
    version: str
    sha256: str
    text: str


@cache
def all_sets() -> tuple[QuestionSet, ...]:
    """Return every set, the general one first."""
    source = raw()
    return tuple(
        _set(name, source["version"], content)
        for name, content in [(GENERAL, source["general"]), *source["classes"].items()]
    )


def sets_for(treatments: Iterable[TreatmentRef]) -> tuple[QuestionSet, ...]:
    """Return the sets that are asked for these treatments: the general one, and each class."""
    wanted = {GENERAL, *(one.treatment_class for one in treatments)}
    return tuple(one for one in all_sets() if one.name in wanted)


def set_named(name: str) -> QuestionSet | None:
    """Return a set by its name; None: there is none."""
    return next((one for one in all_sets() if one.name == name), None)


def _set(name: str, version: str, content: object) -> QuestionSet:
    asked = {"set": name, "asked": content, "limits": raw_limits(name)}
    text = json.dumps(asked, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    sha256 = hashlib.sha256(text.encode("utf-8")).hexdigest()
    return QuestionSet(name=name, version=version, sha256=sha256, text=text)
