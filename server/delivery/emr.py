"""The channel to record systems: one FHIR transaction, by SMART Backend Services.

    token -> bundle -> POST base URL -> Delivered | Refused | Later
      ^                  | 401, once
      `---- forgotten ---'

The bundle is made at the moment it is sent, so it has every addendum until then, and not before
there is a token: that a chart is exported is entered when it can leave. All of its
entries are conditional: a second try after a lost answer has no second effect. Time and memory
are bounded by the session and by what is read of an answer.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Final, TypeAlias

import aiohttp

from server.delivery.channels import Delivery, Later, Outcome, Refused
from server.delivery.client_keys import KeyUnknown
from server.delivery.egress import EgressRefused
from server.delivery.emr_outcomes import judged, seconds
from server.delivery.outcomes import Word
from server.delivery.public_addresses import checked_endpoint
from server.delivery.smart import Registration, SmartClient, SmartFailed, bounded
from server.errors import GoodfaithError, RecordShredded
from server.storage.destinations import Destination

FHIR_JSON: Final = "application/fhir+json"
ANSWER_BYTES_MAX: Final = 4 * 1_024 * 1_024
BUNDLE_BYTES_MAX: Final = 16 * 1_024 * 1_024
USER_AGENT: Final = "Goodfaith-FHIR/1"
FAILURES: Final = (SmartFailed, KeyUnknown, aiohttp.ClientError, OSError, TimeoutError)
UNMADE: Final[Mapping[str, Word]] = {
    "not_found": "not_found",
    "signature_doubtful": "signature_doubtful",
    "audit_unavailable": "audit_unavailable",
}
"""By the code of the error: why there is no bundle yet."""
BundleOf: TypeAlias = Callable[[str, Destination], Awaitable[bytes]]
"""Gives the bundle of an encounter for a destination."""
RegistrationOf: TypeAlias = Callable[[Delivery], Awaitable[Registration | None]]


class EmrChannel:
    """Posts bundles; the session is the caller's, and closed by them."""

    name: Final = "emr"

    def __init__(
        self,
        session: aiohttp.ClientSession,
        smart: SmartClient,
        *,
        bundle_of: BundleOf,
        registration_of: RegistrationOf,
        loopback: bool = False,
    ) -> None:
        """Prepare.

        Args:
            session: connects, within bounds of time and address.
            smart: gives tokens.
            bundle_of: makes the bundle.
            registration_of: tells as what this server is registered there; None: not any more.
            loopback: this machine may be posted to (tests, the demo).
        """
        self._session = session
        self._smart = smart
        self._bundle_of = bundle_of
        self._registration_of = registration_of
        self._loopback = loopback

    async def deliver(self, item: Delivery) -> Outcome:
        """Post once, and once more where the token was not taken."""
        if item.encounter_id is None:
            return Refused("no_encounter")
        to = await self._registration_of(item)
        if to is None:
            return Later("not_registered")
        try:
            checked_endpoint(to.base_url, loopback=self._loopback)
        except ValueError:
            return Later("address_refused")
        try:
            token = await self._smart.token(to)
        except FAILURES as error:
            return _later(error)
        return await self._made(to, token, item.encounter_id, item.destination)

    async def _made(
        self, to: Registration, token: str, encounter_id: str, destination: Destination
    ) -> Outcome:
        try:
            content = await self._bundle_of(encounter_id, destination)
        except RecordShredded:
            return Refused("record_shredded")  # no later attempt finds it
        except GoodfaithError as error:
            word = UNMADE.get(error.code)
            if word is None:
                raise  # whoever delivers logs it, as `internal`
            return Later(word)
        if len(content) > BUNDLE_BYTES_MAX:
            return Refused("too_large")
        return await self._sent(to, token, content)

    async def _sent(self, to: Registration, token: str, content: bytes) -> Outcome:
        try:
            outcome = await self._posted(to, token, content)
            if outcome.status == HTTPStatus.UNAUTHORIZED:
                self._smart.forget(to)
                outcome = await self._posted(to, await self._smart.token(to), content)
        except FAILURES as error:
            return _later(error)
        return outcome

    async def _posted(self, to: Registration, token: str, content: bytes) -> Outcome:
        headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": FHIR_JSON,
            "Accept": FHIR_JSON,
            "Accept-Encoding": "identity",
            "Prefer": "return=minimal",
            "User-Agent": USER_AGENT,
        }
        async with self._session.post(
            to.base_url, data=content, headers=headers, allow_redirects=False
        ) as answer:
            body = await bounded(answer, ANSWER_BYTES_MAX)
            return judged(answer.status, body, answer.headers.get("Retry-After"))


def _later(error: Exception) -> Later:
    if isinstance(error, SmartFailed):
        return Later(error.reason, error.status, seconds(error.retry_after))
    if isinstance(error, KeyUnknown):
        return Later("no_key")
    return Later(_reason(error))


def _reason(error: Exception) -> Word:
    if isinstance(getattr(error, "os_error", error), EgressRefused):
        return "address_refused"
    return "timed_out" if isinstance(error, TimeoutError) else "not_connected"
