"""What is known of providers, for a while: their documents and keys.

    unknown --asked--> known for `KNOWN_S` --> asked again
    a key that is not among the known ones --> asked again, once in `AGAIN_S`

One question to a provider at a time; who comes meanwhile waits for its answer. A provider that
did not answer is not asked again for `FAILED_S`: a crowd at its door hears the same at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from server.federation import key_sets, tokens
from server.federation.fetching import Fetcher
from server.federation.key_sets import ProviderKey
from server.federation.metadata import Metadata, document_of, metadata_of
from server.federation.refusals import TokenRefused, Unusable
from server.federation.tokens import Read

KNOWN_S: Final = 600
AGAIN_S: Final = 30
FAILED_S: Final = 5
PROVIDERS_MAX: Final = 200  # more are known to nobody; the oldest goes


@dataclass(frozen=True, slots=True)
class Known:
    """What a provider said of itself; `at_s` in seconds of the caller's clock."""

    metadata: Metadata
    keys: tuple[ProviderKey, ...]
    at_s: float


class Discovery:
    """The providers that this process has asked."""

    def __init__(self, fetcher: Fetcher, now_s: Callable[[], float]) -> None:
        """Prepare.

        Args:
            fetcher: asks.
            now_s: seconds, of a clock that goes forwards.
        """
        self.fetcher = fetcher
        self._now_s = now_s
        self._known: dict[str, Known] = {}
        self._failed: dict[str, tuple[float, str]] = {}
        self._asking: dict[str, asyncio.Lock] = {}

    @property
    def remembered(self) -> int:
        """Return of how many providers something is kept."""
        return len(self._known.keys() | self._failed.keys() | self._asking.keys())

    async def of(self, issuer: str) -> Known:
        """Return what a provider says of itself.

        Raises:
            Unusable: nothing that can be used, or it does not answer.
        """
        return await self._newer_than(issuer, KNOWN_S)

    async def verified(self, issuer: str, token: Read) -> None:
        """Refuse a token that the provider did not sign; its keys may have changed.

        Raises:
            TokenRefused: by none of its keys.
            Unusable: they cannot be had.
        """
        known = await self.of(issuer)
        try:
            tokens.signed(token, known.keys)
        except TokenRefused as refused:
            if refused.reason != "key_unknown" or self._now_s() - known.at_s < AGAIN_S:
                raise
        else:
            return
        newer = await self._newer_than(issuer, AGAIN_S)
        tokens.signed(token, newer.keys)

    async def _newer_than(self, issuer: str, age_s: float) -> Known:
        async with self._asking.setdefault(issuer, asyncio.Lock()):
            known = self._known.get(issuer)
            if known is not None and 0 <= self._now_s() - known.at_s < age_s:
                return known
            self._require_patience(issuer)
            try:
                asked = await self._asked(issuer)
            except Unusable as unusable:
                self._note_failed(issuer, unusable.reason)
                raise
            self._failed.pop(issuer, None)
            self._remember(issuer, asked)
            return asked

    def _require_patience(self, issuer: str) -> None:
        at_s, reason = self._failed.get(issuer, (None, ""))
        if at_s is not None and 0 <= self._now_s() - at_s < FAILED_S:
            raise Unusable(reason)

    def _note_failed(self, issuer: str, reason: str) -> None:
        self._failed.pop(issuer, None)
        self._failed[issuer] = (self._now_s(), reason)
        while len(self._failed) > PROVIDERS_MAX:
            self._forget(next(iter(self._failed)))

    def _forget(self, issuer: str) -> None:
        """Forget a provider; who asks it just now, or waits for that, has the lock still."""
        self._known.pop(issuer, None)
        self._failed.pop(issuer, None)
        self._asking.pop(issuer, None)

    async def _asked(self, issuer: str) -> Known:
        loopback = self.fetcher.loopback
        document = await self.fetcher.document(document_of(issuer))
        metadata = metadata_of(issuer, document, loopback=loopback)
        keys = key_sets.keys_of(await self.fetcher.document(metadata.jwks_uri))
        return Known(metadata, keys, self._now_s())

    def _remember(self, issuer: str, asked: Known) -> None:
        self._known.pop(issuer, None)
        self._known[issuer] = asked
        while len(self._known) > PROVIDERS_MAX:
            self._forget(next(iter(self._known)))
