"""A decision as JSON: what `goodfaith rules decide` prints and the chart keeps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pydantic import BaseModel, ConfigDict

from server.chart.canonical import JsonValue
from server.rules.decision import Decision
from server.rules.rulebook import Citation
from server.rules.words import Outcome, RuleId
from signaling.identifiers import Instant

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class CitationOut(BaseModel):
    """A source: its name in the rules, and where it was read."""

    model_config = ConfigDict(extra="forbid")

    id: str
    cite: str | None
    title: str
    url: str | None


class ReasonOut(BaseModel):
    """A rule that fired."""

    model_config = ConfigDict(extra="forbid")

    rule: RuleId
    text: str
    citations: list[CitationOut]


class DecisionOut(BaseModel):
    """The answer to a case."""

    model_config = ConfigDict(extra="forbid")

    decision: Outcome
    requires: list[str]
    reasons: list[ReasonOut]
    rules_version: str | None
    valid_until: str


def answer(decision: Decision) -> DecisionOut:
    """Return a decision as it is told."""
    return DecisionOut(
        decision=decision.outcome,
        requires=list(decision.requires),
        reasons=[
            ReasonOut(
                rule=one.rule, text=one.text, citations=[_told(each) for each in one.citations]
            )
            for one in decision.reasons
        ],
        rules_version=decision.rules_version,
        valid_until=written(decision.valid_until),
    )


def answer_schema() -> dict[str, JsonValue]:
    """Return the JSON Schema (2020-12) of an answer."""
    schema: dict[str, JsonValue] = DecisionOut.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "What `goodfaith rules decide` prints",
    }


def written(instant: Instant) -> str:
    """Return an instant as RFC 3339 writes it, UTC."""
    moment = EPOCH + timedelta(microseconds=instant)
    return moment.isoformat().replace("+00:00", "Z")


def _told(citation: Citation) -> CitationOut:
    source = citation.source
    return CitationOut(id=citation.name, cite=source.cite, title=source.title, url=source.url)
