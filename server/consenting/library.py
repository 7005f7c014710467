"""The documents: a general text of each kind, and what a jurisdiction adds to it.

    documents.json   kind, jurisdiction, version, status, titles
    texts/           KIND.LANGUAGE.txt, KIND.JURISDICTION.LANGUAGE.txt

The words are original, plain, and drafts: no counsel and no medical translator has reviewed
them (`status`), so they are shown to the patients of a demo network, and of others once the
network has had a part reviewed (`server.reviews`).

Sources: 45 CFR 164.520(b)(1) (what a privacy notice says, its heading word for word); the
disclosure and consent duties that jurisdictions share. What a jurisdiction adds: Neb. Rev.
Stat. 71-8505 (whether a session is recorded, who attends); the complaint notice of the Texas
Medical Board; in New Jersey, that a patient may ask for a physician.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, Literal, TypeAlias, get_args

from pydantic import BaseModel, ConfigDict

from server.views import ConsentKind, ConsentTextView, Language

KINDS: Final[tuple[ConsentKind, ...]] = get_args(ConsentKind)
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
PACKAGE: Final = "server.consenting"
Status: TypeAlias = Literal["unreviewed", "reviewed"]


class _Closed(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Listed(_Closed):
    """One part as the index lists it; `jurisdiction` empty: the general text."""

    kind: ConsentKind
    jurisdiction: str = ""
    version: str
    status: Status
    titles: tuple[tuple[Language, str], ...] = ()
    """By language; of general texts only."""


class Index(_Closed):
    """The whole index."""

    parts: tuple[Listed, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A text of one kind, in one language: the general one, or what a jurisdiction adds."""

    kind: ConsentKind
    jurisdiction: str
    language: Language
    version: str
    status: Status
    text: str
    sha256: str

    @property
    def name(self) -> str:
        """Return the name of the part, as its file has it."""
        return ".".join(filter(None, (self.kind, self.jurisdiction, self.language)))


@dataclass(frozen=True, slots=True)
class Document:
    """What is shown and accepted as one: the general part, then the added ones."""

    title: str
    parts: tuple[Part, ...]

    @property
    def kind(self) -> ConsentKind:
        """Return what it is."""
        return self.parts[0].kind

    @property
    def version(self) -> str:
        """Return the version: `2026-11-2+NE.1` is the general text with Nebraska's part."""
        general, *added = self.parts
        return "+".join(
            (general.version, *(f"{one.jurisdiction}.{one.version}" for one in added))
        )

    @property
    def added(self) -> frozenset[str]:
        """Return the jurisdictions that add to the general text."""
        return added_in(self.version)

    def view(self) -> ConsentTextView:
        """Return it as it is shown; the hash is over exactly this text."""
        text = "\n\n".join(one.text for one in self.parts)
        return ConsentTextView(
            kind=self.kind,
            version=self.version,
            language=self.parts[0].language,
            title=self.title,
            text=text,
            sha256=_sha256(text),
            reviewed=all(one.status == "reviewed" for one in self.parts),
        )


def added_in(version: str) -> frozenset[str]:
    """Return the jurisdictions whose parts a version contains."""
    return frozenset(one.partition(".")[0] for one in version.split("+")[1:])


@cache
def index() -> tuple[Listed, ...]:
    """Return every part that there is."""
    source = files(PACKAGE).joinpath("documents.json").read_bytes()
    return Index.model_validate(json.loads(source), strict=False).parts


@cache
def all_parts() -> tuple[Part, ...]:
    """Return every part in every language."""
    return tuple(part_of(one, language) for one in index() for language in LANGUAGES)


@cache
def part_of(listed: Listed, language: Language) -> Part:
    """Return a listed part in one language."""
    names = filter(None, (listed.kind, listed.jurisdiction, language, "txt"))
    source = files(PACKAGE).joinpath("texts", ".".join(names)).read_bytes()
    text = source.decode("utf-8").strip()
    return Part(
        kind=listed.kind,
        jurisdiction=listed.jurisdiction,
        language=language,
        version=listed.version,
        status=listed.status,
        text=text,
        sha256=_sha256(text),
    )


def document(kind: ConsentKind, places: Iterable[str], language: Language) -> Document:
    """Return a document as it is shown now, with what these jurisdictions add."""
    wanted = {"", *places}
    listed = [one for one in index() if one.kind == kind and one.jurisdiction in wanted]
    listed.sort(key=lambda one: one.jurisdiction)
    return Document(
        title=dict(listed[0].titles)[language],
        parts=tuple(part_of(one, language) for one in listed),
    )


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
