"""The register of directors and protocols: who answers for a site, and what is in force there.

Everything that relies on a protocol reads it here, in its own transaction, with the signature
verified; `lock=True` keeps it as it is until the commit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from server.errors import NotFound
from server.jurisdictions import is_jurisdiction
from server.protocols.protocol import (
    Director,
    Protocol,
    beginning,
    body_of,
    end,
    sha256_of,
)
from server.protocols.refusals import (
    NotTheDirector,
    ProtocolChanged,
    ProtocolInvalid,
    ProtocolSettled,
)
from server.protocols.signature import sign as signature_of
from server.protocols.standing import NOTHING, Governing, governing
from server.protocols.vocabulary import check_form
from server.services import Core
from server.storage import directory
from server.storage import protocols as stored
from server.storage.database import Tx
from server.storage.directory import Site
from server.storage.errors import RowMissing
from server.storage.protocols import DirectorRow, ProtocolRow
from server.views import ProtocolForm

ID_BYTES: Final = 16
VERSIONS_MAX: Final = 1_000
CHARS_MAX: Final = {
    "display_name": 120,
    "licence_number": 40,
    "verified_by": 120,
    "source": 200,
}
DIRECTING_PROFESSIONS: Final = frozenset({"MD", "DO"})


@dataclass(frozen=True, slots=True)
class DirectorDetails:
    """Who a medical director is; days are ISO and UTC, the last one included.

    Attributes:
        verified_by: who looked the licence up.
        source: where.
        account_id: with which they sign in the portal, if they do.
    """

    display_name: str
    profession: str
    jurisdiction: str
    licence_number: str
    licence_from: str
    licence_until: str
    verified_by: str
    source: str
    account_id: str | None = None


# ------------------------------------------------------------------ what is in force


async def protocol_for(
    tx: Tx, site_id: str, treatment_class: str, at: int, *, product: str | None = None
) -> Protocol | None:
    """Return the signed protocol in force at a site, or None: then nothing is ordered.

    Args:
        tx: where.
        site_id: of the place of treatment.
        treatment_class: of the vocabulary.
        at: microseconds UTC.
        product: if given, the protocol must have it.
    """
    found = await governing_at(tx, site_id, [treatment_class], at)
    protocol = found[treatment_class].protocol
    if protocol is None or product is None:
        return protocol
    known = {one.product for one in protocol.form.products}
    return protocol if product in known else None


async def governing_at(
    tx: Tx, site_id: str, treatment_classes: Collection[str], at: int, *, lock: bool = False
) -> Mapping[str, Governing]:
    """Return for each class what is in force at a site, or why there is nothing."""
    site = await directory.site(tx, site_id)
    return await governing_there(tx, site, treatment_classes, at, lock=lock)


async def governing_there(
    tx: Tx, site: Site, treatment_classes: Collection[str], at: int, *, lock: bool = False
) -> Mapping[str, Governing]:
    """Return the same as `governing_at`, of a site that has been read."""
    versions = await versions_of(tx, [site], treatment_classes, lock=lock)
    return {
        name: governing(versions.get((site.site_id, name), []), at) if versions else NOTHING
        for name in treatment_classes
    }


async def versions_of(
    tx: Tx,
    sites: Collection[Site],
    treatment_classes: Collection[str] | None = None,
    *,
    lock: bool = False,
) -> Mapping[tuple[str, str], list[Protocol]]:
    """Return every version by site and class, the oldest first."""
    places = {one.site_id: one.jurisdiction for one in sites}
    people = {
        one.director_id: director_of(one)
        for one in await stored.directors_of(tx, places, lock=lock)
    }
    found: defaultdict[tuple[str, str], list[Protocol]] = defaultdict(list)
    for row in await stored.of_sites(tx, places, treatment_classes, lock=lock):
        one = _protocol(row, places[row.site_id], people.get(row.director_id or ""))
        found[row.site_id, row.treatment_class].append(one)
    return found


async def directors_of(tx: Tx, site_ids: Collection[str]) -> list[DirectorRow]:
    """Return the directors of sites, past ones included, the earliest first."""
    return await stored.directors_of(tx, site_ids)


# ------------------------------------------------------------------ directors


async def add_director(
    tx: Tx, core: Core, site_id: str, details: DirectorDetails
) -> DirectorRow:
    """Enter a director, with a key of their own to sign with.

    Raises:
        ProtocolInvalid: `fields` names what is wrong.
        RowMissing: no such site or account.
    """
    site = await directory.site(tx, site_id)
    await _check_director(tx, site, details)
    director_id = core.random_bytes(ID_BYTES).hex()
    key = await core.keyring.signing_key(tx, director_id, site.spa_id)
    row = DirectorRow(
        director_id=director_id,
        site_id=site_id,
        account_id=details.account_id,
        display_name=details.display_name.strip(),
        profession=details.profession,
        jurisdiction=details.jurisdiction,
        licence_number=details.licence_number.strip(),
        licence_from=beginning(details.licence_from),
        licence_until=end(details.licence_until),
        verified_by=details.verified_by.strip(),
        source=details.source.strip(),
        public_key=key.public_key().public_bytes_raw(),
        created_at=core.clock.now(),
    )
    await stored.add_director(tx, row)
    return row


async def _check_director(tx: Tx, site: Site, details: DirectorDetails) -> None:
    wrong = [
        name
        for name, most in CHARS_MAX.items()
        if not 1 <= len(getattr(details, name).strip()) <= most
    ]
    if details.profession not in DIRECTING_PROFESSIONS:
        wrong.append("profession")
    if not is_jurisdiction(details.jurisdiction) or details.jurisdiction != site.jurisdiction:
        wrong.append("jurisdiction")
    try:
        if end(details.licence_until) <= beginning(details.licence_from):
            wrong.append("licence_until")
    except ValueError:
        wrong.append("licence_until")
    if details.account_id is not None:
        account = await directory.account(tx, details.account_id)
        if account.organization_id != site.spa_id:
            wrong.append("account")
    if wrong:
        raise ProtocolInvalid(fields=tuple(wrong))


# ------------------------------------------------------------------ protocols


async def draft(
    tx: Tx, core: Core, site_id: str, form: ProtocolForm, *, author: str
) -> ProtocolRow:
    """Add the next version of a site's protocol for a class; it counts once it is signed.

    Raises:
        ProtocolInvalid: it contradicts itself or the vocabulary, or there are too many.
    """
    now = core.clock.now()
    check_form(form, now)
    await stored.lock_site(tx, site_id)
    known, version = await stored.last_version(tx, site_id, form.treatment_class)
    if version >= VERSIONS_MAX:
        raise ProtocolInvalid(fields=("version",))
    body = body_of(form)
    row = ProtocolRow(
        protocol_id=known or core.random_bytes(ID_BYTES).hex(),
        version=version + 1,
        site_id=site_id,
        treatment_class=form.treatment_class,
        body=body.decode("utf-8"),
        sha256=sha256_of(body),
        valid_from=beginning(form.valid_from),
        valid_until=end(form.valid_until),
        created_at=now,
        created_by=author,
    )
    await stored.add(tx, row)
    return row


async def sign(
    tx: Tx, core: Core, protocol_id: str, version: int, *, sha256: str, director_id: str
) -> None:
    """Sign a version as a director of its site; whoever calls knows that it is them.

    Args:
        tx: where.
        core: keys and the time.
        protocol_id: of the protocol.
        version: which version.
        sha256: of the text that the director read.
        director_id: who signs.

    Raises:
        NotFound: no such version.
        ProtocolChanged: the text is another than the one that was read.
        ProtocolSettled: it is signed, withdrawn or over already.
        NotTheDirector: not of this site, or no licence in force there.
    """
    now = core.clock.now()
    row, site = await _version(tx, protocol_id, version)
    if row.sha256 != sha256:
        raise ProtocolChanged
    if row.signed_at is not None or row.withdrawn_at is not None or row.valid_until <= now:
        raise ProtocolSettled
    director = await _answering(tx, site, director_id, now)
    key = await core.keyring.signing_key(tx, director_id, site.spa_id)
    protocol = _protocol(row, site.jurisdiction, director)
    signature = signature_of(key, protocol, director, now)
    await stored.set_signed(
        tx, protocol_id, version, director_id=director_id, signature=signature, now=now
    )


async def withdraw(
    tx: Tx, core: Core, protocol_id: str, version: int, *, director_id: str
) -> None:
    """Take a version out of force, for good.

    Raises:
        NotFound: no such version.
        ProtocolSettled: it is withdrawn already.
        NotTheDirector: not of this site, or no licence in force there.
    """
    now = core.clock.now()
    row, site = await _version(tx, protocol_id, version)
    if row.withdrawn_at is not None:
        raise ProtocolSettled
    await _answering(tx, site, director_id, now)
    await stored.set_withdrawn(tx, protocol_id, version, now=now)


async def director_of_account(tx: Tx, site: Site, account_id: str, at: int) -> Director:
    """Return the director of a site whose account it is, with a licence in force there.

    Raises:
        NotTheDirector: it is nobody's.
    """
    for row in reversed(await stored.directors_of(tx, [site.site_id], lock=True)):
        director = director_of(row)
        if row.account_id == account_id and director.answers_in(site.jurisdiction, at):
            return director
    raise NotTheDirector


async def _answering(tx: Tx, site: Site, director_id: str, at: int) -> Director:
    for row in await stored.directors_of(tx, [site.site_id], lock=True):
        director = director_of(row)
        if row.director_id == director_id and director.answers_in(site.jurisdiction, at):
            return director
    raise NotTheDirector


async def _version(tx: Tx, protocol_id: str, version: int) -> tuple[ProtocolRow, Site]:
    try:
        row = await stored.get(tx, protocol_id, version, lock=True)
    except RowMissing:
        raise NotFound from None
    return row, await directory.site(tx, row.site_id)


# ------------------------------------------------------------------ rows and values


def director_of(row: DirectorRow) -> Director:
    """Return a row as what it means."""
    return Director(**{name: getattr(row, name) for name in Director.__slots__})


def _protocol(row: ProtocolRow, jurisdiction: str, director: Director | None) -> Protocol:
    form = ProtocolForm.model_validate_json(row.body)
    return Protocol(
        protocol_id=row.protocol_id,
        version=row.version,
        site_id=row.site_id,
        jurisdiction=jurisdiction,
        form=form,
        sha256=row.sha256,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        created_at=row.created_at,
        director=director,
        signed_at=row.signed_at,
        # The column by which it is found is not signed; the text that names the class is.
        signature=row.signature if form.treatment_class == row.treatment_class else None,
        withdrawn_at=row.withdrawn_at,
    )
