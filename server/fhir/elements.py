"""The data types of FHIR R4 that resources are built of, as JSON.

An element never holds an empty member: FHIR has no null, no empty string and no empty list.
Instants come as microseconds UTC and are written with the `Z` of UTC.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias

from server.chart.canonical import JsonValue

Element: TypeAlias = Mapping[str, JsonValue]
XHTML: Final = "http://www.w3.org/1999/xhtml"
URI: Final = "urn:ietf:rfc:3986"  # the system of identifiers that are URIs themselves
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def filled(**members: JsonValue) -> dict[str, JsonValue]:
    """Return an element of what is there; a name that ends in `_` stands for a keyword."""
    return {
        name.rstrip("_"): value
        for name, value in members.items()
        if value is not None and value not in ("", [], {})
    }


def instant(at: int) -> str:
    """Return a moment (microseconds UTC) as a FHIR instant."""
    return (EPOCH + timedelta(microseconds=at)).isoformat().replace("+00:00", "Z")


def day(at: int) -> str:
    """Return the day (UTC) of a moment."""
    return instant(at)[:10]


def period(start: int | None, end: int | None) -> dict[str, JsonValue]:
    """Return a period between two moments; one that is not known is left out."""
    return filled(
        start=None if start is None else instant(start),
        end=None if end is None else instant(end),
    )


def coding(system: str, code: str, display: str = "") -> dict[str, JsonValue]:
    """Return a code of a system."""
    return filled(system=system, code=code, display=display)


def concept(*codings: Element, text: str = "") -> dict[str, JsonValue]:
    """Return a concept: codes for programs, words for people."""
    return filled(coding=list(codings), text=text)


def identifier(system: str, value: str, **more: JsonValue) -> dict[str, JsonValue]:
    """Return an identifier; `more` are its other members."""
    return filled(system=system, value=value, **more)


def contact(system: str, value: str) -> list[Element]:
    """Return a way to reach somebody, or none."""
    return [filled(system=system, value=value)] if value.strip() else []


def address(
    street: str, city: str, jurisdiction: str, postal_code: str
) -> dict[str, JsonValue]:
    """Return an address in the United States."""
    return filled(
        line=[street] if street.strip() else [],
        city=city,
        state=jurisdiction,
        postalCode=postal_code,
        country="US",
    )


def narrative(lines: Iterable[str]) -> dict[str, JsonValue]:
    """Return lines of plain text as the XHTML of a narrative: everything in them is text."""
    shown = "".join(
        f"<p>{html.escape(printable(one)).replace(chr(10), '<br/>')}</p>"
        for one in lines
        if printable(one).strip()
    )
    div = f'<div xmlns="{XHTML}">{shown or "<p>-</p>"}</div>'
    return {"status": "generated", "div": div}


def printable(text: str) -> str:
    """Return a text without the characters that FHIR strings (and XML) do not allow."""
    return "".join(one if one >= " " or one in "\n\t" else " " for one in text)


def base64_of(content: bytes) -> str:
    """Return bytes as FHIR's base64Binary."""
    return base64.b64encode(content).decode("ascii")


def named_by_hash(sha256: str) -> str:
    """Return the URI that names a content by its SHA-256 (RFC 6920).

    Args:
        sha256: hex.
    """
    digest = base64.urlsafe_b64encode(bytes.fromhex(sha256)).rstrip(b"=").decode("ascii")
    return f"ni:///sha-256;{digest}"
