"""Makes the files of the shipped rules from the collected source; it can be run again.

The source is one JSON list with an object per jurisdiction (its citations name the field that
they speak of). Here every deciding field gets its own citations and days, what the source
contradicts itself in is read as `adjustments` says, and "unknown" becomes null: a value that
nobody has is no value.

Pure: text in, texts out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from server.rules.adjustments import BARRED, ENDED, LEFT_OUT, RAISED
from server.rules.law import JurisdictionLaw
from server.rules.words import DEMANDS, Minimum

# Whoever read the text itself looks again after half a year, whoever read about it sooner.
PRIMARY_DAYS: Final = 180
SECONDARY_DAYS: Final = 90
UNKNOWN: Final = "unknown"
RESTRICTING: Final = frozenset({Minimum.LIVE_VIDEO, Minimum.IN_PERSON})

# One object of JSON, as the source has it or as the files will.
Json = dict[str, Any]

# The source names some fields by the thing they belong to.
OTHER_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "condition_codes": ("condition_codes", "verify_identity", "disclose_practitioner"),
    "duties": ("duties", "verify_identity", "disclose_practitioner"),
    "telehealth": ("telehealth", "consent"),
    "barred_without_in_person": ("barred_without_in_person", "controlled"),
}


class SourceChanged(Exception):
    """The source is not what an adjustment was written for, or lacks what is needed."""


def import_rules(text: str) -> dict[str, Json]:
    """Return the content of each jurisdiction's file, by its code.

    Args:
        text: the source, JSON.

    Raises:
        SourceChanged: it is not the list that it was.
        ValueError: it is no JSON, or has a word that is not in the vocabulary.
    """
    entries = json.loads(text)
    if not isinstance(entries, list):
        raise SourceChanged("the source is no list of jurisdictions")
    try:
        made = {entry["jurisdiction"]: _Import(entry).made() for entry in entries}
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise SourceChanged(f"the source has another shape: {error!r}") from error
    for content in made.values():
        JurisdictionLaw.model_validate_json(json.dumps(content))
    return made


@dataclass(slots=True)
class _Import:
    """The import of one jurisdiction."""

    entry: Json
    sources: dict[str, Json] = field(default_factory=dict)

    def made(self) -> Json:
        entry = self.entry
        np_practice, supervision = entry["np_practice"], entry["pa_supervision"]
        gfe, consent, records = entry["gfe"], entry["consent"], entry["records"]
        controlled = entry["controlled"]
        laws = {
            "jurisdiction": entry["jurisdiction"],
            "name": entry["name"],
            "confidence": entry["confidence"],
            "conflict": self.conflict(),
            "rules": [self.rule(place) for place in range(1, len(entry["rules"]) + 1)],
            "controlled_barred": self.cited(
                self.barred(), controlled["citations"], "barred_without_in_person", "note"
            ),
            "duties": self.cited(entry["duties"], entry.get("duties_citations"), "duties"),
            "telehealth_consent": self.cited(
                known(consent["telehealth"]), consent["citations"], "telehealth"
            ),
            "separate_store_and_forward_consent": self.cited(
                consent["separate_store_and_forward"],
                consent["citations"],
                "separate_store_and_forward",
            ),
            "np_practice": self.cited(
                known(np_practice["class"]), np_practice["citations"], "class"
            ),
            "np_transition_hours": self.cited(
                np_practice["transition_hours"], np_practice["citations"], "transition_hours"
            ),
            "pa_supervision": self.cited(
                known(supervision["kind"]), supervision["citations"], "kind"
            ),
        }
        return {**laws, **self.exam(gfe), **self.keeping(records), **self.about()}

    def exam(self, gfe: Json) -> Json:
        return {
            "exam_required_by": self.cited(gfe["required_by"], gfe["citations"], "required_by"),
            "exam_by": self.cited(gfe["who"], gfe["citations"], "who"),
            "exam_validity_months": self.cited(
                gfe["validity_months"], gfe["citations"], "validity_months"
            ),
        }

    def keeping(self, records: Json) -> Json:
        recording = known(self.entry["recording_consent"])
        cites = [
            *(self.entry.get("recording_citations") or ()),
            *self.entry["consent"]["citations"],
        ]
        return {
            "records_adult_years": self.cited(
                records["adult_years"], records["citations"], "adult_years"
            ),
            "records_minor_rule": self.cited(
                records["minor_rule"], records["citations"], "minor_rule"
            ),
            "recording_consent": self.cited(recording, cites, "recording_consent"),
            "interstate_compact": self.entry["imlc"],
            "out_of_state": self.entry["out_of_state"],
        }

    def about(self) -> Json:
        """Return notes and sources; the sources are complete only at the end."""
        notes = {
            name: self.entry[name].get("note")
            for name in ("np_practice", "pa_supervision", "gfe", "consent", "controlled")
        }
        return {
            "notes": {name: note for name, note in notes.items() if note},
            "sources": self.sources,
        }

    def rule(self, place: int) -> Json:
        rule = self.entry["rules"][place - 1]
        cites = rule["citations"]

        def cited(name: str, value: object) -> Json:
            return self.cited(value, cites, name)

        return {
            "name": f"{self.entry['jurisdiction']}-{place}",
            "professions": cited("professions", rule["professions"]),
            "treatment_classes": cited("treatment_classes", self.classes(place)),
            "patient": cited("patient", rule["patient"]),
            "effective_from": first_day(rule["effective_from"]),
            "effective_until": self.end(place),
            "minimum": self.cited(self.minimum(place), cites, *minimum_fields(rule)),
            "basis": self.cited(rule["basis"], cites, *self.basis_fields(cites)),
            "condition_codes": cited("condition_codes", rule["condition_codes"]),
            "consent_codes": cited("consent_codes", rule["consent_codes"]),
            "questionnaire_only_refused": cited(
                "questionnaire_only_refused", rule["questionnaire_only_refused"]
            ),
            "note": rule["note"],
            "note_citations": [self.source(one) for one in about(cites, "note", "gfe")],
        }

    def basis_fields(self, cites: Iterable[Json]) -> tuple[str, ...]:
        """Say what the basis is cited by: it is about the minimum, unless cited apart."""
        return ("basis",) if about(cites, "basis") else ("minimum",)

    def barred(self) -> list[str]:
        found = list(self.entry["controlled"]["barred_without_in_person"])
        for one in BARRED:
            if one.jurisdiction == self.entry["jurisdiction"]:
                if set(found) & set(one.add):
                    raise SourceChanged(f"{one.jurisdiction} bars {one.add} by itself now")
                found += one.add
        return found

    def classes(self, place: int) -> list[str]:
        found = list(self.entry["rules"][place - 1]["treatment_classes"])
        for one in LEFT_OUT:
            if (one.jurisdiction, one.rule) == (self.entry["jurisdiction"], place):
                if one.leave_out not in found:
                    raise SourceChanged(f"{one.jurisdiction}-{place} lacks {one.leave_out}")
                found.remove(one.leave_out)
        return found

    def minimum(self, place: int) -> str | None:
        found = known(self.entry["rules"][place - 1]["minimum"])
        for one in RAISED:
            if (one.jurisdiction, one.rule) == (self.entry["jurisdiction"], place):
                if found is None or DEMANDS[Minimum(found)] >= DEMANDS[one.minimum]:
                    raise SourceChanged(f"{one.jurisdiction}-{place} asks {found} now")
                found = one.minimum
        return found

    def end(self, place: int) -> str | None:
        until: str | None = self.entry["rules"][place - 1]["effective_until"]
        for one in ENDED:
            if (one.jurisdiction, one.rule) == (self.entry["jurisdiction"], place):
                if until is not None:
                    raise SourceChanged(f"{one.jurisdiction}-{place} has an end by itself now")
                until = one.until
        return until

    def conflict(self) -> str | None:
        mine = [
            one.why
            for one in (*BARRED, *LEFT_OUT, *RAISED, *ENDED)
            if one.jurisdiction == self.entry["jurisdiction"]
        ]
        told = [self.entry["conflict"]] if self.entry["conflict"] else []
        return " ".join([*told, *mine]) or None

    def cited(self, value: object, citations: Iterable[Json] | None, *fields: str) -> Json:
        """Return a deciding field: the citations of that field alone, and its days."""
        spoken_of = [name for one in fields for name in OTHER_NAMES.get(one, (one,))]
        found = about(citations or (), *spoken_of)
        primary = any(one["read"] != "secondary" for one in found)
        days = timedelta(days=PRIMARY_DAYS if primary else SECONDARY_DAYS)
        verified_on = date.fromisoformat(self.entry["as_of"])
        return {
            "value": value,
            "citations": [self.source(one) for one in found],
            "verified_on": verified_on.isoformat(),
            "review_by": (verified_on + days).isoformat(),
        }

    def source(self, citation: Json) -> str:
        """Return the name of a source, which is entered the first time it is met."""
        named = {key: citation[key] for key in ("cite", "title", "url", "read", "as_of")}
        for name, known_source in self.sources.items():
            if known_source == named:
                return name
        name = f"{self.entry['jurisdiction']}.{len(self.sources) + 1}"
        self.sources[name] = named
        return name


def about(citations: Iterable[Json], *fields: str) -> Sequence[Json]:
    """Return the citations that speak of one of these fields."""
    return [one for one in citations if one["field"] in fields]


def minimum_fields(rule: Json) -> tuple[str, ...]:
    """Say what a minimum is cited by; what only restricts may stand on what is beside it."""
    if about(rule["citations"], "minimum") or rule["minimum"] not in RESTRICTING:
        return ("minimum",)
    return ("gfe", "condition_codes")


def known(value: str) -> str | None:
    """Return a word, or None where the source says that it is unknown."""
    return None if value == UNKNOWN else value


def first_day(day: str | None) -> str | None:
    """Return a day; a month stands for its first day, from which it can only bind longer."""
    return f"{day}-01" if day is not None and len(day) == len("2023-09") else day
